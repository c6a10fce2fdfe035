"""The tables of moves are whole: every state is reached, and an end stays an end."""

from typing import Any

import pytest

from app.core.life_cycle import LifeCycle
from app.help_requests.places import PLACE_LIFE, PlaceState
from app.help_requests.rules import REQUEST_LIFE, State
from app.notifications.rules import NOTIFICATION_LIFE, NotificationState
from app.rotation.moves import SHIFT_LIFE, SWAP_LIFE
from app.rotation.states import ShiftState, SwapState
from tests.architecture.life_cycles import life_cycles

# In which states a row of each table begins. A shift may be agreed beforehand.
BEGINS = {
    "activation": "running",
    "duty_ask": "sent check",
    "escalation": "running",
    "help_request": "submitted open",
    "match": "proposed",
    "notification": "pending",
    "repeat_day": "placed skipped",
    "repeat_rule": "running",
    "request_place": "open",
    "roster_draft": "waiting",
    "shift": "offered agreed",
    "swap": "open",
    "trial": "waiting",
}


@pytest.mark.parametrize("cycle", life_cycles(), ids=lambda cycle: cycle.table)
def test_every_state_is_reached_and_every_move_can_be_made(cycle: LifeCycle[Any]) -> None:
    reached = set(BEGINS[cycle.table].split())
    for _ in cycle.states:
        reached |= {after for before, after in cycle.pairs() if before in reached}
    assert reached == {str(one) for one in cycle.states}


@pytest.mark.parametrize(
    ("cycle", "ends"),
    [
        (SHIFT_LIFE, {ShiftState.CANCELLED}),
        (SWAP_LIFE, {SwapState.WITHDRAWN, SwapState.REFUSED, SwapState.FAILED}),
        (REQUEST_LIFE, {State.CANCELLED}),
        (PLACE_LIFE, {PlaceState.FINISHED}),
        (
            NOTIFICATION_LIFE,
            {NotificationState.DELIVERED, NotificationState.FAILED, NotificationState.CANCELLED},
        ),
    ],
    ids=lambda one: getattr(one, "table", ""),
)
def test_an_end_stays_an_end(cycle: LifeCycle[Any], ends: set[str]) -> None:
    assert not any(before in ends for before, _ in cycle.pairs())
