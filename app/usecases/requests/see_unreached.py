"""Help requests of which what was said to the resident does not arrive, so somebody must call."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from app.help_requests.board import LIVE_STATES
from app.help_requests.models import HelpRequest
from app.notifications.models import Notification, PhoneTrouble
from app.notifications.rules import NotificationState

# More of them than a page of the board shows.
MOST = 200


def unreached_requests(session: Session, paths: Sequence[str], *, now: datetime) -> list[int]:
    """Ids of live help requests of these areas whose resident does not hear of them.

    The last text to the confirmed number did not arrive, or none is sent there any more.
    """
    if not paths:
        return []
    last = (
        select(Notification.state)
        .where(Notification.request_id == HelpRequest.id, Notification.person_id.is_(None))
        .order_by(Notification.id.desc())
        .limit(1)
        .correlate(HelpRequest)
        .scalar_subquery()
    )
    troubled = exists().where(
        PhoneTrouble.phone_lookup == HelpRequest.phone_lookup,
        or_(PhoneTrouble.until.is_(None), PhoneTrouble.until > now),
    )
    rows = session.scalars(
        select(HelpRequest.id)
        .where(
            HelpRequest.state.in_(LIVE_STATES),
            or_(*(HelpRequest.area_path.startswith(path) for path in paths)),
            HelpRequest.phone_confirmed_at.is_not(None),
            or_(troubled, last == NotificationState.FAILED),
        )
        .order_by(HelpRequest.id)
        .limit(MOST)
    )
    return list(rows)
