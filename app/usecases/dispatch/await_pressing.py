"""A request that is wanted hours later wakes nobody at night, and is checked when it presses."""

from datetime import timedelta

from sqlalchemy import update

from app.areas.queries import zone_of
from app.core.context import Context
from app.core.statements import changed
from app.core.urgency import Urgency
from app.help_requests.models import HelpRequest
from app.help_requests.pressing import pressing_from, quiet_until

# How long an answer may take from the morning on.
MORNING = timedelta(minutes=30)


def wait_for_morning(context: Context, request: HelpRequest) -> bool:
    """Postpones the asks of a request that can wait while people sleep."""
    zone = zone_of(context.session, request.area_path)
    until = quiet_until(request.urgency, request.wanted_from, context.now, zone)
    if until is None:
        return False
    values = {"next_action_at": until}
    if request.due_at is not None:
        # Nothing is overdue because people sleep.
        values["due_at"] = max(request.due_at, until + MORNING)
    later = update(HelpRequest).where(HelpRequest.id == request.id)
    changed(context.session, later.values(**values))
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
