"""The ladder of an urgent request: who is called when nobody says yes, and over what.

As plain data it is a list of `{"after_s": 120, "who": "first_call", "by": ["call"]}`. `who` is
first_call (on duty in the first layer), backup (on duty in the layers after it), neighbour (on duty
in the areas around) or coordinator; `by` is push, sms or call; whoever has no device
gets a text in place of a push. `after_s` counts from when matching began.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

FIRST_CALL, BACKUP, NEIGHBOUR, COORDINATOR = "first_call", "backup", "neighbour", "coordinator"
WHO = (FIRST_CALL, BACKUP, NEIGHBOUR, COORDINATOR)
PUSH, SMS, CALL = "push", "sms", "call"
BY = (PUSH, SMS, CALL)
MOST_RUNGS = 20
LONGEST_S = 24 * 3600
# However a ladder is set, a text waits no longer than this for the answer to a push.
TEXT_WAITS_MOST_S = 60


class BadLadder(ValueError):
    """The plain data is no ladder; says which rung and what of it."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One step: from `after_s` seconds on these people are told over these channels."""

    after_s: int
    who: str
    by: tuple[str, ...]


DEFAULT = (
    Rung(0, FIRST_CALL, (PUSH,)),
    Rung(30, FIRST_CALL, (SMS,)),
    Rung(90, FIRST_CALL, (CALL,)),
    Rung(180, BACKUP, (PUSH, SMS, CALL)),
    Rung(420, NEIGHBOUR, (PUSH, SMS, CALL)),
    Rung(600, COORDINATOR, (PUSH, SMS, CALL)),
    Rung(900, COORDINATOR, (PUSH, SMS, CALL)),
)


def read_ladder(value: object) -> tuple[Rung, ...]:
    """A ladder from plain data; an empty list is the default. Raises BadLadder."""
    if value in (None, []):
        return DEFAULT
    if not isinstance(value, list) or len(value) > MOST_RUNGS:
        raise BadLadder("a ladder is a list of at most 20 rungs")
    rungs = tuple(_rung(one, number) for number, one in enumerate(value))
    if any(after.after_s < before.after_s for before, after in pairwise(rungs)):
        raise BadLadder("a rung comes before the one above it")
    if rungs[-1].who != COORDINATOR:
        raise BadLadder("the last rung is the coordinator")
    return rungs


def text_waits_s(ladder: Sequence[Rung]) -> int:
    """For how many seconds the text of an urgent ask waits for the answer to its push.

    As long as the ladder takes from its first push to its next text; not at all without a push.
    """
    pushed = next((one for one in ladder if PUSH in one.by), None)
    if pushed is None:
        return 0
    later = [one.after_s for one in ladder if SMS in one.by and one.after_s >= pushed.after_s]
    return min(TEXT_WAITS_MOST_S, min(later, default=pushed.after_s) - pushed.after_s)


def _rung(value: object, number: int) -> Rung:
    if not isinstance(value, dict) or set(value) != {"after_s", "who", "by"}:
        raise BadLadder(f"rung {number} has not exactly after_s, who and by")
    after_s, who, by = value["after_s"], value["who"], value["by"]
    if not isinstance(after_s, int) or isinstance(after_s, bool) or not 0 <= after_s <= LONGEST_S:
        raise BadLadder(f"after_s of rung {number} is no number of seconds within a day")
    if who not in WHO:
        raise BadLadder(f"who of rung {number} is nobody")
    if not isinstance(by, list) or not by or any(one not in BY for one in by):
        raise BadLadder(f"by of rung {number} is no list of push, sms and call")
    return Rung(after_s, who, tuple(dict.fromkeys(by)))
