"""The escalation policy of an urgent request: whom to notify when nobody says yes, and how.

As plain data it is a list of `{"after_s": 120, "who": "first_call", "by": ["call"]}`. `who` is
first_call (on duty in the first layer), backup (on duty in the layers after it), neighbour (on duty
in the areas around) or coordinator; `by` is push, sms or call; people without a device get
a text in place of a push. `after_s` counts from when matching began.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

FIRST_CALL, BACKUP, NEIGHBOUR, COORDINATOR = "first_call", "backup", "neighbour", "coordinator"
WHO = (FIRST_CALL, BACKUP, NEIGHBOUR, COORDINATOR)
PUSH, SMS, CALL = "push", "sms", "call"
BY = (PUSH, SMS, CALL)
MOST_STEPS = 20
LONGEST_S = 24 * 3600
# A text waits no longer than this for the answer to a push, whatever the escalation policy says.
TEXT_WAITS_MOST_S = 60


class BadEscalationPolicy(ValueError):
    """The plain data is no escalation policy. The message names the step and the key."""


@dataclass(frozen=True, slots=True)
class EscalationStep:
    """One step: from `after_s` seconds on, notify these people over these channels."""

    after_s: int
    who: str
    by: tuple[str, ...]


DEFAULT = (
    EscalationStep(0, FIRST_CALL, (PUSH,)),
    EscalationStep(30, FIRST_CALL, (SMS,)),
    EscalationStep(90, FIRST_CALL, (CALL,)),
    EscalationStep(180, BACKUP, (PUSH, SMS, CALL)),
    EscalationStep(420, NEIGHBOUR, (PUSH, SMS, CALL)),
    EscalationStep(600, COORDINATOR, (PUSH, SMS, CALL)),
    EscalationStep(900, COORDINATOR, (PUSH, SMS, CALL)),
)


def read_escalation_policy(value: object) -> tuple[EscalationStep, ...]:
    """A policy from plain data; an empty list is the default. Raises BadEscalationPolicy."""
    if value in (None, []):
        return DEFAULT
    if not isinstance(value, list) or len(value) > MOST_STEPS:
        raise BadEscalationPolicy("an escalation policy is a list of at most 20 steps")
    steps = tuple(_step(one, number) for number, one in enumerate(value))
    if any(after.after_s < before.after_s for before, after in pairwise(steps)):
        raise BadEscalationPolicy("a step comes before the one above it")
    if steps[-1].who != COORDINATOR:
        raise BadEscalationPolicy("the last step is the coordinator")
    return steps


def text_waits_s(escalation_policy: Sequence[EscalationStep]) -> int:
    """Seconds that the text of an urgent ask waits for the answer to its push.

    The time from the policy's first push to its next text; 0 without a push.
    """
    pushed = next((one for one in escalation_policy if PUSH in one.by), None)
    if pushed is None:
        return 0
    later = [
        one.after_s for one in escalation_policy if SMS in one.by and one.after_s >= pushed.after_s
    ]
    return min(TEXT_WAITS_MOST_S, min(later, default=pushed.after_s) - pushed.after_s)


def _step(value: object, number: int) -> EscalationStep:
    if not isinstance(value, dict) or set(value) != {"after_s", "who", "by"}:
        raise BadEscalationPolicy(f"step {number} has not exactly after_s, who and by")
    after_s, who, by = value["after_s"], value["who"], value["by"]
    if not isinstance(after_s, int) or isinstance(after_s, bool) or not 0 <= after_s <= LONGEST_S:
        raise BadEscalationPolicy(f"after_s of step {number} is no number of seconds within a day")
    if who not in WHO:
        raise BadEscalationPolicy(f"who of step {number} is nobody")
    if not isinstance(by, list) or not by or any(one not in BY for one in by):
        raise BadEscalationPolicy(f"by of step {number} is no list of push, sms and call")
    return EscalationStep(after_s, who, tuple(dict.fromkeys(by)))
