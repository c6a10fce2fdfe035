"""The promise about orders that can wait."""

from datetime import timedelta

from sqlalchemy import select

from app.dispatch.models import Match
from app.dispatch.rules import MatchState
from app.matching.batch_window import can_wait
from tests.life.invariant import Every, Found, promise
from tests.life.promises_requests import ready_since
from tests.life.promises_search import may_come, night_ended
from tests.life.view import View

COULD = "could be asked"
LONGEST, SETTLED = timedelta(minutes=10), timedelta(minutes=2)


@promise(Every.STEP)
def what_can_wait_waits_briefly(view: View) -> Found:
    """For what can wait, volunteers who fit are asked within ten minutes."""
    # What is ready is remembered in the same place, and forgets everything else.
    before, ready_orders = view.memory.get(COULD, {}), ready_since(view)
    seen = view.memory[COULD] = {}
    for one, begun in ready_orders:
        can_be_held = can_wait(one.urgency, one.wanted_from, one.state_since)
        since = max(begun, night_ended(view))
        if not can_be_held or view.age(since) < LONGEST - SETTLED:
            continue
        # Nobody gets a second ask of what can wait before answering the first.
        asked = select(Match.person_id).where(Match.state == MatchState.SENT)
        free = set(view.sim.known.people.values()) - set(view.session.scalars(asked))
        fit = {key for key in sorted(free) if may_come(view, one.id, key)}
        seen[one.id] = {key: before.get(one.id, {}).get(key, view.now) for key in fit}
        # Whoever answered another ask a moment ago is asked by the next batch.
        ready = any(view.age(at) >= SETTLED for at in seen[one.id].values())
        if ready and view.age(since) >= LONGEST:
            yield view.order(one.id), f"nobody was asked for {view.age(begun)}"
