"""Promises of the product as a whole: nothing breaks, and every step leaves a trace."""

from sqlalchemy import select

from app.help_requests.models import HelpRequest
from app.help_requests.rules import LIVE
from app.trail.models import Event
from app.trail.verification import verify
from tests.life.invariant import Every, Found, promise
from tests.life.view import View


@promise(Every.STEP)
def nothing_breaks(view: View) -> Found:
    """No tap, text or job ends in a fault of the product."""
    faults = view.sim.product.faults
    for one in faults[view.memory.get("seen", 0) :]:
        yield one[:80], one
    view.memory["seen"] = len(faults)


@promise(Every.DAY)
def trail_is_whole(view: View) -> Found:
    """The trail is whole: no line is missing, changed or forged."""
    for fault in verify(view.session):
        yield f"line {fault.seq}", str(fault)


@promise(Every.DAY)
def every_change_is_traced(view: View) -> Found:
    """The last change of an order in the trail is its present state."""
    rows = view.rows(
        select(Event.request_id, Event.kind, Event.details)
        .join(HelpRequest, HelpRequest.id == Event.request_id)
        .where(Event.subject_type == "help_request", HelpRequest.state.in_(sorted(LIVE)))
        .order_by(Event.seq)
    )
    last = {
        row.request_id: row.details.get("to") or row.details.get("state")
        for row in rows
        if "to" in row.details or row.kind == "help_request.placed"
    }
    for one in view.live:
        known = last.get(one.id)
        if known is not None and known != one.state:
            yield view.order(one.id), f"is {one.state}, the trail says {known}"
