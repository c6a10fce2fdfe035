"""What was sent to whom, and its outcome, for coordinators of the area."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from app.core.actor import Actor, RoleName
from app.core.errors import NotFound
from app.core.i18n import N_
from app.help_requests.models import HelpRequest
from app.notifications.models import DeliveryReceipt, Notification
from app.notifications.queries import Told, notifications_by_ids
from app.notifications.rules import NotificationState
from app.people.models import Person

# States behind each choice of the list's filter.
CHOICES = {
    "failed": ("failed",),
    "unknown": ("unknown",),
    "waiting": ("pending", "claimed", "submitting"),
    "accepted": ("accepted",),
    "delivered": ("delivered",),
}


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the provider reported about a message."""

    at: datetime
    state: str
    code: str | None


@dataclass(frozen=True, slots=True)
class Opened:
    """One message with the request it is about and its receipts."""

    told: Told
    request_code: str | None
    receipts: tuple[Receipt, ...]


def _in_areas(paths: Sequence[str]) -> ColumnElement[bool]:
    """Messages about a request of these areas; those without one, to a person of these areas."""
    about = [HelpRequest.area_path.startswith(path, autoescape=True) for path in paths]
    to = [Person.area_path.startswith(path, autoescape=True) for path in paths]
    return or_(or_(*about), Notification.request_id.is_(None) & or_(*to))


def _visible(actor: Actor) -> Select[int, str]:
    # Without any area the actor sees nothing: no path has this prefix.
    paths = actor.paths(RoleName.COORDINATOR) or ("-",)
    return (
        select(Notification.id, HelpRequest.code)
        .outerjoin(HelpRequest, HelpRequest.id == Notification.request_id)
        .outerjoin(Person, Person.id == Notification.person_id)
        .where(_in_areas(paths))
    )


def list_notifications(
    session: Session,
    *,
    actor: Actor,
    choice: str | None = None,
    channel: str | None = None,
    request_code: str | None = None,
    limit: int = 50,
    offset: int = 0,
) -> list[tuple[Told, str | None]]:
    """Messages of the actor's areas, newest first, each with the code of its request."""
    chosen = _visible(actor)
    if choice in CHOICES:
        chosen = chosen.where(Notification.state.in_(CHOICES[choice]))
    if channel:
        chosen = chosen.where(Notification.channel == channel)
    if request_code:
        chosen = chosen.where(HelpRequest.code == request_code)
    newest = chosen.order_by(Notification.id.desc()).limit(limit).offset(offset)
    codes = {row[0]: row[1] for row in session.execute(newest)}
    told = notifications_by_ids(session, list(codes))
    return [(one, codes[one.id]) for one in reversed(told)]


def open_notification(session: Session, *, actor: Actor, notification_id: int) -> Opened:
    """One message with its whole history; never its text, which may hold a log-in code."""
    row = session.execute(_visible(actor).where(Notification.id == notification_id)).first()
    if row is None:
        raise NotFound(N_("没有找到这条通知"))
    receipts = session.execute(
        select(DeliveryReceipt.received_at, DeliveryReceipt.state, DeliveryReceipt.code)
        .where(DeliveryReceipt.notification_id == notification_id)
        .order_by(DeliveryReceipt.id)
    )
    (told,) = notifications_by_ids(session, [notification_id])
    return Opened(told, row[1], tuple(Receipt(*one) for one in receipts))


def count_troubled(session: Session, *, actor: Actor) -> int:
    """How many messages of the actor's areas failed or may not have arrived."""
    troubled = _visible(actor).where(
        Notification.state.in_((NotificationState.FAILED, NotificationState.UNKNOWN))
    )
    return session.scalar(select(func.count()).select_from(troubled.subquery())) or 0
