"""Who served whom: real visits of other requests, and visits that the run makes."""

from collections import defaultdict
from dataclasses import replace
from datetime import datetime

from app.matching.lab.world import LabRequest, Visit, World
from app.matching.visit_history import Met, visits_between

NEVER_MET = Met()


class Visits:
    """The visits of one run.

    A real visit of a replayed request counts only when the run sends the same volunteer; then it
    keeps its rating. How another would have been rated is unknown.
    """

    def __init__(self, world: World) -> None:
        replayed = {one.id for one in world.requests}
        self._rated = {
            (one.request_id, one.person_id): one
            for one in world.visits
            if one.request_id in replayed
        }
        self._made: dict[tuple[int, int], list[Visit]] = defaultdict(list)
        for one in world.visits:
            if one.request_id not in replayed:
                self._made[one.person_id, one.resident].append(one)

    def add(self, person_id: int, request: LabRequest, now: datetime) -> None:
        """A visit that the run makes."""
        plain = Visit(person_id, request.id, request.resident, now)
        real = self._rated.get((request.id, person_id), plain)
        self._made[person_id, request.resident].append(replace(real, at=now))

    def met(self, person_id: int, resident: int, now: datetime) -> Met:
        """The visit history of this volunteer and this resident by now."""
        made = self._made.get((person_id, resident))
        if not made:
            return NEVER_MET
        before = sorted((one for one in made if one.at <= now), key=lambda one: one.at)
        return visits_between(one.known(now) for one in before)
