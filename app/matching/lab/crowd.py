"""How simulated volunteers answer, and what they answered in reality where that is known.

| figure | value | from |
|---|---|---|
| median time to answer | 105 s by day, 142 s by night | Resuscitation 2025.110772 (n = 4,138) |
| chance to accept | 17 to 47 % in the mean | JMIR mHealth 2023 e41551 |
| a while after an ask, others are ignored | `tired_s` | Manshadi and Rodilitz, 2002.08474 |

Assumed here, for the papers do not say: the spread of times, how many of those who do not accept
say so, how distance and night change the chance.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import log

from app.matching.lab.chance import from_logit, log_normal, logit, uniforms
from app.matching.lab.world import LabRequest

ANSWER, TIRED = 1, 2
# (request, person, metres) to the chance of a yes.
ChanceOf = Callable[[LabRequest, int, float], float]
# The median distance in the circle of 1 km that the papers' rates are from.
USUAL_KM = 0.7


@dataclass(frozen=True, slots=True)
class Reply:
    """What somebody does who is asked: "yes", "no", or None for silence; seconds after."""

    answer: str | None
    after_s: float = 0.0


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
    # Mean seconds after an ask in which another is not looked at; 0: never.
    tired_s: float = 0.0


def chance_there(usual: float, metres: float, night: bool, habits: Habits) -> float:
    """The chance of somebody with this usual one, so far away, by day or night."""
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


@dataclass
class Crowd:
    """One run's volunteers. `chance` of a yes is hidden from the policies.

    `known` holds answers of reality by (request, person); they are given again as they were.
    `drawn` and `replayed` count what was drawn and what was known.
    """

    chance: ChanceOf
    seed: int
    habits: Habits = field(default_factory=Habits)
    known: Mapping[tuple[int, int], Reply] = field(default_factory=dict)
    drawn: int = 0
    replayed: int = 0
    _tired: dict[int, datetime] = field(default_factory=dict)

    def reply(self, request: LabRequest, person_id: int, metres: float, at: datetime) -> Reply:
        """What this person does when asked for this request at this moment."""
        if known := self.known.get((request.id, person_id)):
            self.replayed += 1
            return known
        self.drawn += 1
        tired = self._is_tired(request, person_id, at)
        accepts, says, when, _ = uniforms(self.seed, ANSWER, request.id, person_id)
        chance = self.chance(request, person_id, metres)
        if tired or (accepts >= chance and says >= self.habits.says_no):
            return Reply(None)
        median = self.habits.night_s if request.night else self.habits.day_s
        after = log_normal(median, self.habits.spread, when)
        return Reply("yes" if accepts < chance else "no", after)

    def _is_tired(self, request: LabRequest, person_id: int, at: datetime) -> bool:
        """Whether an earlier ask still keeps this person from looking; else this one begins to."""
        if self.habits.tired_s <= 0:
            return False
        if at < self._tired.get(person_id, at):
            return True
        length = uniforms(self.seed, TIRED, request.id, person_id)[0]
        self._tired[person_id] = at + timedelta(seconds=-log(length) * self.habits.tired_s)
        return False
