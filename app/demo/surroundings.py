"""Volunteers who live near an estate of the demo and offer what is needed there."""

from app.areas.models import Place
from app.catalogue.models import Category
from app.demo.helper import Helper
from app.demo.simulated_request import Near
from app.matching.distance import metres_between

NEAR_M, NEAR_MOST = 2500, 60
# Degrees: people farther away are ignored.
CLOSE = 0.03
# If fewer are ready at that hour, the others are asked too.
ENOUGH = 3
Found = list[tuple[int, Helper]]


class Surroundings:
    """People who live near an estate and offer a category, cached after the first search."""

    def __init__(self, helpers: list[Helper]) -> None:
        self.helpers = helpers
        self.around: dict[int, Found] = {}
        self.offering: dict[tuple[int, int], Found] = {}

    def of(self, estate: Place, category: Category, week_hour: int) -> Near:
        """Nearest first: those ready at that hour and willing to come so far; if few, all."""
        key = (estate.id, category.id)
        if key not in self.offering:
            self.offering[key] = [
                one for one in self._around(estate) if category.id in one[1].category_ids
            ]
        offers = self.offering[key]
        ready = [one for one in offers if week_hour in one[1].ready and one[0] <= one[1].radius_m]
        return (ready if len(ready) >= ENOUGH else offers)[:NEAR_MOST]

    def _around(self, estate: Place) -> Found:
        if estate.id not in self.around:
            self.around[estate.id] = self._look(estate)
        return self.around[estate.id]

    def _look(self, estate: Place) -> Found:
        found = [
            (round(metres_between(estate.lat, estate.lon, one.lat, one.lon)), one)
            for one in self.helpers
            if abs(one.lat - estate.lat) < CLOSE and abs(one.lon - estate.lon) < CLOSE
        ]
        near = sorted((one for one in found if one[0] <= NEAR_M), key=lambda one: one[0])
        return near or sorted(found, key=lambda one: one[0])[:NEAR_MOST]
