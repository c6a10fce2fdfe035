"""From when the phases of a search count: time in which nobody looked at the request does not."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core.context import Context
from app.core.statements import changed
from app.help_requests.models import HelpRequest
from app.help_requests.pressing import is_pressing, pressing_from

# A look that comes this much later than planned is as usual.
USUAL = timedelta(minutes=1)


def phases_began(request: HelpRequest, now: datetime) -> datetime | None:
    """When the first phase began; None if nobody was looked for yet.

    Those of an urgent request began when it became pressing, at the earliest.
    """
    if request.matching_since is None:
        return None
    since = max(request.matching_since, request.phases_from or request.matching_since)
    urgent = is_pressing(request.urgency, request.wanted_from, now)
    return pressing_from(request.wanted_from, since) if urgent else since


def skip_standstill(context: Context, request: HelpRequest) -> None:
    """Shortens the time of the phases so far by the time for which this look came too late.

    What would have been asked in it is asked now, before the coordinator is.
    """
    began, planned = phases_began(request, context.now), request.look_by
    if began is None or planned is None or context.now <= planned + USUAL:
        return
    counts = max(timedelta(0), planned - began)
    later = update(HelpRequest).where(HelpRequest.id == request.id)
    changed(context.session, later.values(phases_from=context.now - counts))
    context.session.refresh(request)


def plan_look(session: Session, request_id: int) -> None:
    """Stores when the next look is planned."""
    planned = update(HelpRequest).where(HelpRequest.id == request_id)
    changed(session, planned.values(look_by=HelpRequest.next_action_at))
