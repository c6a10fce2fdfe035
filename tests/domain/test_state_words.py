"""The words of a state never take back what one of several volunteers has done."""

import pytest

from app.help_requests.rules import STATE_NAMES, State
from app.help_requests.state_words import state_words


@pytest.mark.parametrize("state", State)
def test_nobody_has_finished(state: State) -> None:
    assert state_words(state, finished=0, taken=2) == (STATE_NAMES[state], {})


@pytest.mark.parametrize("state", [State.MATCHING, State.ASSIGNED, State.IN_PROGRESS])
def test_while_others_go_on_it_counts_who_has_finished(state: State) -> None:
    words, numbers = state_words(state, finished=1, taken=3)
    assert "位已做完" in words and numbers == {"done": 1, "left": 2}
    assert words % numbers != words


def test_when_all_have_finished_it_is_the_state_alone() -> None:
    assert state_words(State.FINISHED, finished=2, taken=2) == ("待评价", {})
