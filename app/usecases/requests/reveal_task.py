"""Shows the resident's address and phone to the volunteer who goes there; the trail records it."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from app.core.context import Context
from app.core.errors import NotAllowed
from app.core.i18n import N_
from app.dispatch.rules import ACTIVE
from app.help_requests.rules import REVEALING, State
from app.trail.models import Event
from app.usecases.shared.lock_request import lock_own_match
from app.usecases.shared.match_state import record_match

# Repeated views of a page within this time are one line of the trail.
ONE_LOOK = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Revealed:
    """What an accepted volunteer needs, and nobody else sees.

    When somebody ordered for a family member, `visited_name` and `visited_phone` are whom to visit.
    """

    name: str | None
    phone: str
    visited_name: str | None
    visited_phone: str | None
    address: str | None
    need: str
    lat: float | None
    lon: float | None


def reveal_task(context: Context, *, match_id: int) -> Revealed:
    """Name, phone and address, only between acceptance and closing; recorded in the trail.

    Raises NotAllowed at any other time.
    """
    match, request, _ = lock_own_match(context.session, context.actor, match_id)
    if match.state not in ACTIVE or State(request.state) not in REVEALING or request.erased_at:
        raise NotAllowed(N_("接单后才能看到地址和电话，服务结束后不再显示"))
    seen = context.session.scalar(
        select(Event.seq)
        .where(
            Event.subject_type == "match",
            Event.subject_id == str(match.id),
            Event.kind == "match.revealed",
            Event.at > context.now - ONE_LOOK,
        )
        .limit(1)
    )
    if seen is None:
        record_match(context, request, match, "match.revealed")
    return Revealed(
        name=request.name,
        phone=request.phone,
        visited_name=request.visited_name,
        visited_phone=request.visited_phone,
        address=request.address,
        need=request.need,
        lat=request.lat,
        lon=request.lon,
    )
