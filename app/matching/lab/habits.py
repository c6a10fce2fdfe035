"""What a crowd has in common, from published papers where possible.

| figure | value | from |
|---|---|---|
| median time to answer | 105 s by day, 142 s by night | Resuscitation 2025.110772 (n = 4,138) |
| chance to accept | 17 to 47 % in the mean | JMIR mHealth 2023 e41551 |
| a while after an ask, others are ignored | `tired_s` | Manshadi and Rodilitz, 2002.08474 |

Assumed here, because the papers do not say: the spread of times, how many of those who do not
accept say so, how distance and night change the chance.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from app.matching.lab.chance import from_logit, logit
from app.matching.lab.world import LabRequest

# The median distance in the circle of 1 km that the papers' rates are from.
USUAL_KM = 0.7
# Maps (request, person, metres) to the chance of a yes.
ChanceOf = Callable[[LabRequest, int, float], float]


@dataclass(frozen=True, slots=True)
class Habits:
    """What the crowd has in common. `per_km` and `by_night` are taken from the log odds.

    `spread` is the deviation of the log of the delay; `says_no` the share of those who do not
    accept and say so.
    """

    day_s: float = 105.0
    night_s: float = 142.0
    spread: float = 0.9
    says_no: float = 0.4
    per_km: float = 0.35
    by_night: float = 0.5
    # Mean seconds after an ask during which another is ignored; 0: never.
    tired_s: float = 0.0


def chance_there(usual: float, metres: float, night: bool, habits: Habits) -> float:
    """The chance at this distance, by day or night, of somebody with this usual chance."""
    odds = logit(usual) - habits.per_km * (metres / 1000 - USUAL_KM)
    return from_logit(odds - (habits.by_night if night else 0.0))


@dataclass(frozen=True, slots=True)
class Usual:
    """A `ChanceOf` from each one's chance by day, `USUAL_KM` away."""

    chances: Mapping[int, float]
    habits: Habits = field(default_factory=Habits)

    def __call__(self, request: LabRequest, person_id: int, metres: float) -> float:
        """The chance that this person accepts this request."""
        return chance_there(self.chances[person_id], metres, request.night, self.habits)
