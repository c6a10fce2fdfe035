"""Who of a world is near a request: a coarse filter before the matcher checks each one."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from math import cos, radians

import numpy as np
import numpy.typing as npt

from app.core.wishes import excluded_by, excluding
from app.matching.distance import EARTH_RADIUS_M
from app.matching.eligibility import Candidate
from app.matching.lab.world import HOURS_A_WEEK, LabRequest, LabVolunteer
from app.matching.team_needs import NOTHING_MISSING, TeamNeed

# Planar distances differ from the sphere's by less than this factor within a task's reach.
MARGIN = 1.01
# Skills, a language and, as bits, wishes that exclude people.
Wanted = tuple[frozenset[int], str | None, int]
MOST_KEPT = 200


class Near:
    """The volunteers of a world in columns."""

    def __init__(self, volunteers: Sequence[LabVolunteer]) -> None:
        self.volunteers = volunteers
        self._lat = np.radians([one.candidate.lat for one in volunteers])
        self._lon = np.radians([one.candidate.lon for one in volunteers])
        self._reach = np.array([one.candidate.radius_m for one in volunteers], dtype=np.float64)
        self._place_of = {one.id: place for place, one in enumerate(volunteers)}
        self._categories = self._by_category()
        self._hours: dict[int, npt.NDArray[np.bool_]] = {}
        self._suited: dict[Wanted, npt.NDArray[np.bool_]] = {}
        self._shifts = [place for place, one in enumerate(volunteers) if one.shifts]

    def _by_category(self) -> dict[int, npt.NDArray[np.bool_]]:
        found: dict[int, npt.NDArray[np.bool_]] = defaultdict(
            lambda: np.zeros(len(self.volunteers), dtype=np.bool_)
        )
        for place, one in enumerate(self.volunteers):
            for category in one.candidate.categories:
                found[category][place] = True
        return found

    def _within_hours(self, wanted: int) -> npt.NDArray[np.bool_]:
        if wanted not in self._hours:
            if len(self._hours) > HOURS_A_WEEK:
                self._hours.clear()
            self._hours[wanted] = np.array([bool(one.hours & wanted) for one in self.volunteers])
        return self._hours[wanted]

    def _able(self, request: LabRequest, team: TeamNeed) -> npt.NDArray[np.bool_]:
        """Who has what everybody must have, as the search of the service asks for it."""
        brings_all = team.must_bring == team.missing
        skills = request.skills | (team.skills if brings_all else frozenset())
        alone = request.language if request.places == 1 else None
        language = alone or (team.language if brings_all else None)
        together = request.together and request.places > 1
        key = skills, language, excluding(request.wishes, together=together)
        if key not in self._suited:
            if len(self._suited) > MOST_KEPT:
                self._suited.clear()
            self._suited[key] = np.array([_suits(one.candidate, *key) for one in self.volunteers])
        return self._suited[key]

    def around(
        self, request: LabRequest, radius_m: float, most: int, team: TeamNeed = NOTHING_MISSING
    ) -> Iterator[LabVolunteer]:
        """Possible candidates for what the team lacks, the nearest first, up to `most`."""
        metres = self._metres(request)
        suits = metres <= np.minimum(self._reach, radius_m) * MARGIN
        suits &= self._categories[request.category_id] & self._within_hours(request.hours)
        suits &= self._able(request, team)
        ready = [self._place_of[one] for one in request.ready if one in self._place_of]
        suits[ready] = metres[ready] <= radius_m * MARGIN
        places = np.flatnonzero(suits)
        if len(places) > most:
            places = places[np.argpartition(metres[places], most)[:most]]
        ordered = places[np.lexsort((places, metres[places]))]
        return (self.volunteers[place] for place in ordered)

    def duty_around(
        self, request: LabRequest, radius_m: float, now: datetime
    ) -> list[LabVolunteer]:
        """People on duty within the radius, even beyond their own radius and hours."""
        if not self._shifts:
            return []
        metres = self._metres(request)
        within = [place for place in self._shifts if metres[place] <= radius_m * MARGIN]
        some = (self.volunteers[place] for place in within)
        return [one for one in some if one.on_duty(now)]

    def _metres(self, request: LabRequest) -> npt.NDArray[np.float64]:
        east = (self._lon - radians(request.lon)) * cos(radians(request.lat))
        metres: npt.NDArray[np.float64] = np.hypot(self._lat - radians(request.lat), east)
        return metres * EARTH_RADIUS_M

    def on_duty(self, now: datetime) -> list[LabVolunteer]:
        """Everybody on duty."""
        some = (self.volunteers[place] for place in self._shifts)
        return [one for one in some if one.on_duty(now)]


def _suits(one: Candidate, skills: frozenset[int], language: str | None, bits: int) -> bool:
    speaks = language is None or language in one.languages
    against = excluded_by(one.wishes, woman=one.woman) & bits
    return speaks and not against and skills <= one.skills
