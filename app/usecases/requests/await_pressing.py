"""An urgent request that is wanted hours later wakes nobody before it is pressing."""

from sqlalchemy import update

from app.areas.queries import zone_of
from app.core.context import Context
from app.core.statements import changed
from app.core.urgency import Urgency
from app.help_requests.models import HelpRequest
from app.help_requests.pressing import (
    NIGHT_UNTIL,
    is_night,
    is_pressing,
    next_clock,
    pressing_from,
)


def wait_for_morning(context: Context, request: HelpRequest) -> bool:
    """Postpones the asks of an urgent request that is not pressing while people sleep."""
    zone = zone_of(context.session, request.area_path)
    calm = request.urgency == Urgency.URGENT and not is_pressing(
        request.urgency, request.wanted_from, context.now
    )
    if not calm or not is_night(context.now, zone):
        return False
    morning = next_clock(context.now, zone, NIGHT_UNTIL)
    until = min(morning, pressing_from(request.wanted_from, context.now))
    later = update(HelpRequest).where(HelpRequest.id == request.id)
    changed(context.session, later.values(next_action_at=until))
    context.session.refresh(request)
    return True


def check_when_pressing(context: Context, request: HelpRequest) -> None:
    """Makes sure that an urgent request is checked at the moment when it becomes pressing."""
    at = pressing_from(request.wanted_from, context.now)
    if request.urgency == Urgency.URGENT and at > context.now:
        sooner = update(HelpRequest).where(
            HelpRequest.id == request.id, HelpRequest.next_action_at > at
        )
        changed(context.session, sooner.values(next_action_at=at))
