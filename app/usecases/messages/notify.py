"""Notifies residents and people through the outbox, over the right channels."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.core.urgency import Urgency
from app.dispatch.models import Match
from app.help_requests.models import HelpRequest
from app.notifications.outbox import Recipient, enqueue_notification
from app.people.models import Person
from app.usecases.messages.phone_troubles import barrier_of
from app.usecases.messages.push_to_devices import PUSH, has_push, push_person
from app.usecases.messages.reach import NOBODY, Reach, why_no_text

SMS = "sms"
CALL = "call"
EMAIL = "email"
# A person who logs in holds the phone now: it is tried whatever the provider said before.
ALWAYS_TRIED = frozenset({"login_code"})
EVERY_WAY = frozenset({SMS, PUSH})


def notify_resident(
    session: Session,
    request: HelpRequest,
    template: str,
    *,
    now: datetime,
    occurrence: str = "",
    **params: object,
) -> Reach:
    """Texts the resident if their number was confirmed and gets texts."""
    if request.phone_confirmed_at is None or request.erased_at is not None:
        return NOBODY
    if barrier_of(session, request.phone_lookup, now) is not None:
        return NOBODY
    recipient = Recipient(
        key=f"phone:{request.phone_lookup}",
        channel=SMS,
        address=request.phone,
        language=request.language,
    )
    return _put(
        session,
        recipient,
        template,
        subject=f"help_request:{request.id}",
        params={"code": request.code, **params},
        now=now,
        occurrence=occurrence or f"round:{request.round_no}",
        request_id=request.id,
        urgent=request.urgency == Urgency.URGENT,
    )


def _put(session: Session, recipient: Recipient, template: str, **told: Any) -> Reach:
    """Puts one message over one channel into the outbox, unless it is there already."""
    fresh = enqueue_notification(session, recipient=recipient, template=template, **told)
    return Reach(frozenset({recipient.channel})) if fresh else Reach(before=True)


def notify_person(
    session: Session,
    person: Person,
    template: str,
    *,
    subject: str,
    now: datetime,
    occurrence: str = "",
    request_id: int | None = None,
    urgent: bool = False,
    by: Collection[str] = EVERY_WAY,
    text_waits: timedelta = timedelta(0),
    **params: object,
) -> Reach:
    """Notifies an account holder: on their devices, and by text, or email if no text reaches them.

    With a device, the text waits `text_waits` for the answer to the push. `by` may omit either way.
    """
    told: dict[str, Any] = {
        "subject": subject,
        "params": dict(params),
        "now": now,
        "occurrence": occurrence,
        "request_id": request_id,
        "urgent": urgent,
    }
    pushed = _push(session, person, template, **told) if PUSH in by else NOBODY
    if SMS not in by:
        return pushed
    waits = text_waits if pushed else timedelta(0)
    return pushed | _text(session, person, template, waits=waits, **told)


def _push(session: Session, person: Person, template: str, **told: Any) -> Reach:
    if push_person(session, person, template, **told):
        return Reach(frozenset({PUSH}))
    return Reach(before=has_push(session, person.id, template))


def notify_volunteer(
    session: Session,
    match: Match,
    person: Person,
    template: str,
    *,
    now: datetime,
    occurrence: str,
    urgent: bool = False,
    text_waits: timedelta = timedelta(0),
    **params: Any,
) -> Reach:
    """Notifies the volunteer of a match about it, with the number to reply with."""
    return notify_person(
        session,
        person,
        template,
        subject=f"match:{match.id}",
        now=now,
        occurrence=occurrence,
        request_id=match.request_id,
        urgent=urgent,
        text_waits=text_waits,
        number=match.reply_number,
        **params,
    )


def _text(session: Session, person: Person, template: str, **told: Any) -> Reach:
    tried = template in ALWAYS_TRIED and person.opted_out_at is None
    if tried or why_no_text(session, person, told["now"]) is None:
        channel, address = SMS, person.phone
    elif person.email:
        channel, address = EMAIL, person.email
    else:
        return NOBODY
    recipient = Recipient(
        key=f"person:{person.id}",
        channel=channel,
        address=address,
        language=person.language,
        person_id=person.id,
    )
    return _put(session, recipient, template, **told)


def text_later(
    session: Session,
    person: Person,
    template: str,
    *,
    subject: str,
    now: datetime,
    waits: timedelta,
    occurrence: str,
    **params: object,
) -> Reach:
    """Notifies an account holder by text, or email if none reaches them, `waits` from now."""
    return _text(
        session,
        person,
        template,
        subject=subject,
        params=dict(params),
        now=now,
        waits=waits,
        occurrence=occurrence,
    )


def call_person(
    session: Session,
    person: Person,
    template: str,
    *,
    subject: str,
    now: datetime,
    occurrence: str,
    request_id: int | None = None,
) -> Reach:
    """Calls somebody by telephone, only if urgent; STOP does not apply: it concerns texts."""
    recipient = Recipient(
        key=f"person:{person.id}",
        channel=CALL,
        address=person.phone,
        language=person.language,
        person_id=person.id,
    )
    return _put(
        session,
        recipient,
        template,
        subject=subject,
        params={},
        now=now,
        occurrence=occurrence,
        request_id=request_id,
        urgent=True,
    )
