"""Ends asks that reached nobody, so that the next is asked at once. They are nobody's answer."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import String, cast, exists, func, literal, select
from sqlalchemy.orm import Session

from app.core.context import Context
from app.core.wakes import Topic, wake
from app.dispatch.models import Match
from app.dispatch.rules import EndReason, MatchState
from app.help_requests.models import HelpRequest
from app.notifications.models import Notification
from app.notifications.queries import failed_since
from app.notifications.rules import NotificationState
from app.usecases.shared.arrivals import check_by
from app.usecases.shared.lock_request import lock_request
from app.usecases.shared.match_state import move_match

# What failed longer ago was looked at then.
LOOKED_BACK = timedelta(hours=1)
# Over these ways the ask reaches nobody.
IN_VAIN = (NotificationState.FAILED, NotificationState.CANCELLED)


def unreached_asks(session: Session, *, now: datetime, limit: int = 50) -> list[int]:
    """Ids of matches whose ask was not delivered over any channel."""
    subject = literal("match:").concat(cast(Match.id, String))
    # Since the ask, because the same match may have been asked before.
    about = (Notification.subject == subject) & (Notification.made_at >= Match.sent_at)
    failed = exists().where(about, Notification.state == NotificationState.FAILED)
    still = exists().where(about, Notification.state.not_in(IN_VAIN))
    rows = session.scalars(
        select(Match.id)
        .where(Match.id.in_(_failed_lately(session, now)), Match.state == MatchState.SENT)
        .where(failed, ~still)
        .order_by(Match.sent_at, Match.id)
        .limit(limit)
    )
    return list(rows)


def _failed_lately(session: Session, now: datetime) -> Sequence[int]:
    """Ids of matches of which some message failed lately."""
    subjects = session.scalars(
        select(Notification.subject)
        .where(
            failed_since(now - LOOKED_BACK),
            Notification.subject.startswith("match:"),
        )
        .distinct()
    )
    return [int(one.partition(":")[2]) for one in subjects]


def free_unreached(context: Context, *, match_id: int) -> bool:
    """Ends one such ask and has its request looked at now; False if it was answered meanwhile."""
    request_id = context.session.scalar(select(Match.request_id).where(Match.id == match_id))
    if request_id is None:
        return False
    request = lock_request(context.session, request_id)
    match = context.session.get_one(Match, match_id, populate_existing=True)
    if match.state != MatchState.SENT:
        return False
    _end(context, request, match)
    check_by(context.session, request.id, context.now)
    context.session.refresh(request)
    wake(context.session, Topic.REQUESTS)
    return True


def _end(context: Context, request: HelpRequest, match: Match) -> None:
    tries = context.session.scalar(
        select(func.count()).where(
            Notification.subject == f"match:{match.id}",
            Notification.state == NotificationState.FAILED,
        )
    )
    move_match(
        context,
        request,
        match,
        "expire",
        reason=EndReason.NOT_REACHED,
        details={"messages": tries},
        line="not_reached",
    )
