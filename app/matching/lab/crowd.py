"""How simulated volunteers answer; real answers are used where they are known."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import log

from app.matching.lab.chance import log_normal, uniforms
from app.matching.lab.habits import ChanceOf, Habits
from app.matching.lab.world import LabRequest

ANSWER, TIRED = 1, 2


@dataclass(frozen=True, slots=True)
class Reply:
    """Answer to an ask: "yes", "no", or None for silence; and seconds until it."""

    answer: str | None
    after_s: float = 0.0


@dataclass
class Crowd:
    """One run's volunteers. `chance` of a yes is hidden from the policies.

    `known` holds real answers by (request, person), which are replayed. `drawn` and `replayed`
    count the answers of each kind.
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
        tired = self._is_unrested(request, person_id, at)
        accepts, says, when, _ = uniforms(self.seed, ANSWER, request.id, person_id)
        chance = self.chance(request, person_id, metres)
        if tired or (accepts >= chance and says >= self.habits.says_no):
            return Reply(None)
        median = self.habits.night_s if request.night else self.habits.day_s
        after = log_normal(median, self.habits.spread, when)
        return Reply("yes" if accepts < chance else "no", after)

    def _is_unrested(self, request: LabRequest, person_id: int, at: datetime) -> bool:
        """Whether an earlier ask makes this person ignore this one; if not, this one starts to."""
        if self.habits.tired_s <= 0:
            return False
        if at < self._tired.get(person_id, at):
            return True
        length = uniforms(self.seed, TIRED, request.id, person_id)[0]
        self._tired[person_id] = at + timedelta(seconds=-log(length) * self.habits.tired_s)
        return False
