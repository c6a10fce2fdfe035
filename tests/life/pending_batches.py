"""Promises about orders that can wait which the product does not keep yet; see pending_requests."""

from datetime import datetime, timedelta

from app.matching.batch_window import can_wait
from tests.life.history import LOCAL
from tests.life.invariant import Every, Found, promise
from tests.life.promises_requests import ready_since
from tests.life.view import View


def night_ended(view: View) -> datetime:
    """When the last night ended; now, in the night: what can wait wakes nobody."""
    local = view.now.astimezone(LOCAL)
    morning = local.replace(hour=7, minute=0, second=0, microsecond=0)
    return view.now if local.hour < 7 or local.hour >= 22 else morning


@promise(Every.STEP)
def what_can_wait_waits_briefly(view: View) -> Found:
    """For what can wait, asking begins within ten minutes, also when nobody fits at first."""
    for one, begun in ready_since(view):
        can_be_held = can_wait(one.urgency, one.wanted_from, one.state_since)
        since = max(begun, night_ended(view))
        if can_be_held and view.age(since) > timedelta(minutes=10):
            yield view.order(one.id), f"nobody was asked for {view.age(begun)}"
