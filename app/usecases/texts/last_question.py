"""Our last question to a phone, read from the outbox: what a bare digit answers."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.conversation.context import LastQuestion, QuestionKind, Target, TargetKind
from app.notifications.models import Notification

# A dialogue ends by itself; an ask, a duty ask and a rating stand as long as they are open.
TALK_LASTS = timedelta(minutes=30)
ANSWERED_WHILE_OPEN = {
    QuestionKind.ASK: ("match_asked", "match_open_again", "match_asked_anew", "match_changed"),
    QuestionKind.DUTY: (
        "duty_asked",
        "duty_asked_month",
        "duty_asked_again",
        "duty_cover_asked",
        "duty_move_asked",
        "duty_begins",
        "plan_called",
        "plan_called_again",
        "plan_longer",
    ),
    QuestionKind.RATING: ("request_finished_rate", "rate_how"),
}
DIALOGUES = {
    QuestionKind.READ_BACK: ("order_read_back", "order_check"),
    QuestionKind.WHICH: ("which_one", "answer_which", "cancel_check"),
    QuestionKind.WHAT: ("ask_what", "ask_whole"),
    QuestionKind.WHERE: ("ask_where",),
    QuestionKind.WHEN: ("ask_when", "order_change_what"),
    QuestionKind.STOP: ("stop_asked",),
}
KIND_OF = {
    template: kind
    for kind, templates in {**ANSWERED_WHILE_OPEN, **DIALOGUES}.items()
    for template in templates
}


def last_question(
    session: Session, recipients: Sequence[str], *, now: datetime
) -> LastQuestion | None:
    """The newest question to these keys of the outbox; None once anything else was answered."""
    last = session.execute(
        select(Notification.template, Notification.params, Notification.made_at)
        .where(
            Notification.recipient.in_(recipients),
            Notification.channel == "sms",
            or_(
                Notification.template.in_(sorted(KIND_OF)),
                Notification.subject.startswith("inbound:"),
            ),
        )
        .order_by(Notification.id.desc())
        .limit(1)
    ).one_or_none()
    kind = KIND_OF.get(last.template) if last is not None else None
    if last is None or kind is None or (kind in DIALOGUES and now - last.made_at > TALK_LASTS):
        return None
    params = json.loads(last.params)
    options = tuple(Target(TargetKind(kind), key) for kind, key in params.get("options", ()))
    return LastQuestion(kind, options, params.get("pending", ""))
