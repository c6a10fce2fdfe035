"""Promises about orders: none is lost, none waits without end, and their residents are notified."""

from datetime import datetime, timedelta

from sqlalchemy import select

from app.core.attention import Attention
from app.core.urgency import Urgency
from app.dispatch.rules import ACTIVE, EndReason, MatchState
from app.help_requests.models import Feedback, HelpRequest
from app.help_requests.pressing import pressing_from, urgency_now
from app.help_requests.rules import REOPENING_STARS, State
from app.matching.batch_window import can_wait
from app.usecases.shared.acknowledged import acknowledged_until
from tests.life.invariant import Every, Found, promise
from tests.life.view import Row, View

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
OVER = (State.CANCELLED, State.REJECTED)
ENDED_BY = (EndReason.CANCELLED, EndReason.REJECTED)
# What a resident is texted when an order comes into a state.
WORDS = {
    State.ASSIGNED: "request_matched",
    State.FINISHED: "request_finished_rate",
    State.CANCELLED: "request_cancelled",
    State.REJECTED: "request_rejected",
    State.REOPENED: "request_reopened",
}
RAISED = (State.SUBMITTED, State.OPEN, State.REOPENED, State.ASSIGNED, State.IN_PROGRESS)


@promise(Every.DAY)
def received_is_kept(view: View) -> Found:
    """Every order that was received is there."""
    found = set(view.session.scalars(select(HelpRequest.id)))
    for request_id, order in view.sim.known.orders.items():
        if request_id not in found:
            yield order, "is gone"


@promise(Every.STEP)
def somebody_looks_again(view: View) -> Found:
    """A live order always has a time at which it is checked, and is checked then."""
    due = {one.id: one.next_action_at for one in view.live}
    # A volunteer who becomes free makes an order due as of the day it was placed, so count from
    # when that was seen.
    seen = {key: known for key, known in view.memory.items() if due.get(key) == known[0]}
    view.memory.clear()
    for one in view.live:
        if one.next_action_at is None:
            yield view.order(one.id), f"{one.state} is never looked at again"
            continue
        _, since = view.memory[one.id] = seen.get(one.id, (one.next_action_at, view.now))
        late = view.age(max(one.next_action_at, since))
        if late > 2 * MINUTE:
            yield view.order(one.id), f"{one.state} was due {late} ago"


@promise(Every.STEP)
def first_look_at_once(view: View) -> Found:
    """Asking begins within a minute, for urgent help within 15 seconds, unless it can wait."""
    for one, begun in ready_since(view):
        within, since = MINUTE, begun
        urgency = urgency_now(one.urgency, one.wanted_from, view.now)
        if urgency == Urgency.URGENT:
            within, since = timedelta(seconds=15), pressing_from(one.wanted_from, begun)
        can_be_held = can_wait(urgency, one.wanted_from, one.state_since)
        if not can_be_held and view.age(since) > within:
            yield view.order(one.id), f"nobody was asked for {view.age(begun)}"


def ready_since(view: View) -> list[tuple[Row, datetime]]:
    """The orders that only the product keeps from being asked about, and since when.

    With another urgency or time an order is as new.
    """
    ready = {(one.id, one.urgency, one.wanted_from): one for one in view.live if is_ready(one)}
    since = {key: view.memory.get(key, view.now) for key in ready}
    view.memory.clear()
    view.memory.update(since)
    return [(one, since[key]) for key, one in ready.items()]


def is_ready(request: Row) -> bool:
    """Whether only the product keeps it from being asked about."""
    return request.state == State.OPEN and request.auto_dispatch and request.lat is not None


@promise(Every.STEP)
def overdue_is_raised(view: View) -> Found:
    """A coordinator sees what is overdue within two minutes, unless one is looking after it."""
    raised: dict[int, datetime] = view.memory
    for one in view.live:
        # Where the wished time is over, coordinators were told and are reminded of that.
        if one.escalation > 0 or one.attention == Attention.WINDOW_OVER:
            raised[one.id] = view.now
        late = one.due_at is not None and one.state in RAISED
        # What becomes urgent is raised anew.
        if not late or view.age(max(one.due_at, raised.get(one.id, one.due_at))) <= 2 * MINUTE:
            continue
        looked_after = acknowledged_until(view.session, one.id, view.now) is not None
        if one.escalation == 0 and not looked_after:
            yield view.order(one.id), f"{one.state} is overdue by {view.age(one.due_at)}"


@promise(Every.STEP)
def resident_hears_each_change(view: View) -> Found:
    """Residents who confirmed the phone are texted at each change that matters."""
    told = {(one.request_id, one.template) for one in view.messages if one.person_id is None}
    before = view.memory.setdefault("states", {})
    for one in view.requests:
        # One of several has finished: that the others come was told when they said yes.
        part_done = (before.get(one.id), one.state) == (State.IN_PROGRESS, State.ASSIGNED)
        changed = before.get(one.id) not in (None, one.state) and not part_done
        before[one.id] = one.state
        words = WORDS.get(State(one.state))
        if not changed or words is None or one.phone_confirmed_at is None:
            continue
        if one.phone_lookup in view.dead_numbers:
            # Coordinators have it in a queue of their board.
            continue
        if (one.id, words) not in told:
            yield f"{view.order(one.id)} {one.state}", f"its resident was not told {words}"


@promise(Every.STEP)
def unconfirmed_is_not_texted(view: View) -> Found:
    """A number that nobody has confirmed gets no text about an order."""
    confirmed = {one.id: one.phone_confirmed_at for one in view.requests}
    for one in view.messages:
        about = one.person_id is None and one.subject.startswith("help_request:")
        if about and one.request_id in confirmed and confirmed[one.request_id] is None:
            yield view.order(one.request_id), f"was texted {one.template} without confirmation"


@promise(Every.STEP)
def end_tells_everybody(view: View) -> Found:
    """When an order ends without service, volunteers asked or on the way are notified."""
    for request in view.requests:
        if request.state not in OVER or request.state_since <= view.since:
            continue
        for one in view.matches[request.id]:
            about = f"{view.order(request.id)} {view.person(one.person_id)}"
            ended = one.ended_at is not None and one.ended_at > view.since
            if one.state in (MatchState.SENT, *ACTIVE):
                yield about, "still has it"
            told = view.is_told(one, "match_request_cancelled")
            if ended and one.sent_at and one.end_reason in ENDED_BY and not told:
                yield about, "was not told"


@promise(Every.HOUR)
def finished_ends(view: View) -> Found:
    """What is done is rated, or closed after two days."""
    for one in view.live:
        if one.state == State.FINISHED and view.age(one.state_since) > 49 * HOUR:
            yield view.order(one.id), f"finished {view.age(one.state_since)} ago and open"


@promise(Every.HOUR)
def poor_rating_comes_back(view: View) -> Found:
    """Two stars or fewer bring the order back to a coordinator."""
    rows = view.rows(
        select(Feedback.request_id, Feedback.round_no, HelpRequest.round_no)
        .join(HelpRequest, HelpRequest.id == Feedback.request_id)
        .where(Feedback.stars <= REOPENING_STARS)
    )
    for request_id, rated, now in rows:
        if now <= rated:
            yield view.order(request_id), "was rated poor and did not come back"
