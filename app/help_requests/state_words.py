"""The state of a help request in words; while others go on, how many have finished."""

from app.core.i18n import N_
from app.help_requests.rules import STATE_NAMES, State

# With several volunteers one may finish before another sets out: the state alone would take back
# what has been done.
PARTLY_DONE = {
    State.MATCHING: N_("派单中，%(done)s 位已做完"),
    State.ASSIGNED: N_("%(done)s 位已做完，还有 %(left)s 位要来"),
    State.IN_PROGRESS: N_("服务中，%(done)s 位已做完"),
}


def state_words(state: str, *, finished: int, taken: int) -> tuple[str, dict[str, int]]:
    """The words (msgid) and their numbers.

    `taken` places are held by somebody or served at, `finished` of them served at.
    """
    words = PARTLY_DONE.get(State(state)) if finished else None
    if words is None:
        return STATE_NAMES[State(state)], {}
    return words, {"done": finished, "left": taken - finished}
