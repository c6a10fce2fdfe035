"""The end of an order that was cancelled while a volunteer was at work: nobody is looked for."""

from app.core.context import Context
from app.help_requests.models import HelpRequest
from app.help_requests.places import HELD, PlaceState
from app.usecases.messages.notify import notify_resident
from app.usecases.shared.place_state import follow_places, leave_open_places, places_of
from app.usecases.shared.request_state import move_request


def end_cancelled(context: Context, request: HelpRequest) -> None:
    """Leaves the places of those who went; the order ends once nobody is at work any more.

    It is rated if somebody has served, else cancelled. The caller has locked the request.
    """
    leave_open_places(context, request)
    states = [PlaceState(one.state) for one in places_of(context.session, request)]
    held = sum(one in HELD for one in states)
    if not held:
        extra = {"attention": None, "places_taken": 0}
        move_request(context, request, "cancel", extra=extra)
        notify_resident(context.session, request, "request_cancelled", now=context.now)
    elif PlaceState.ARRIVED in states:
        follow_places(context, request, "finish_part", extra={"volunteers_needed": held})
    else:
        extra = {"attention": None, "volunteers_needed": held, "cancelled_at": None}
        follow_places(context, request, "finish", extra=extra)
        notify_resident(context.session, request, "request_finished_rate", now=context.now)
