"""The measures of a run, with intervals, and the paired difference of two runs.

| measure | meaning | unit |
|---|---|---|
| served | places filled in time, of all places | share |
| median, p90, mean | until the last place is filled; not served: the whole wait | s |
| messages | asks for each request, served or not | |
| per_acceptance | asks for each acceptance | |
| too_late | people who said yes when all places were taken, for each request | |
| door | as `mean`, and the way, see `matching.travel`; not served: no way | s |
| metres | between the volunteers who accepted and the place, in the mean | m |
| gini | how unevenly asks fall on volunteers | |
| not_asked | volunteers who were never asked | share |
| no_task | volunteers who had no task | share |
"""

from dataclasses import dataclass

import numpy as np

from app.matching.lab.intervals import (
    TIMES,
    Interval,
    Numbers,
    draws,
    gini,
    interval,
    means,
    quantiles,
    ratios,
)
from app.matching.lab.outcomes import Run

# Whether a higher value is better.
MORE_IS_BETTER = {
    "served": True,
    "median": False,
    "p90": False,
    "mean": False,
    "messages": False,
    "per_acceptance": False,
    "too_late": False,
    "door": False,
    "metres": False,
    "gini": False,
    "not_asked": False,
    "no_task": False,
}
MEASURES = tuple(MORE_IS_BETTER)
# A table of draws with this many cells fits into memory.
MOST_CELLS = 4_000_000
# With fewer blocks (days) the bootstrap's intervals are far too narrow, and with fewer requests a
# single one decides.
FEWEST_BLOCKS = 8
FEWEST_REQUESTS = 30


@dataclass(frozen=True, slots=True)
class Compared:
    """A measure under two policies and its difference, first minus second.

    The intervals of all differences together hold the truth 95 % of the time. `few`: there were
    fewer than FEWEST_REQUESTS requests or FEWEST_BLOCKS days, which allows no verdict.
    """

    name: str
    first: Interval
    second: Interval
    difference: Interval
    few: bool = False
    serves_fewer: bool = False

    @property
    def verdict(self) -> str:
        """Whether the first is `better`, `worse`, or it `cannot_tell`.

        `at_a_price`: it would be better, but places were left unfilled for it.
        """
        if self.few or self.difference.sign == 0:
            return "cannot_tell"
        if (self.difference.sign > 0) != MORE_IS_BETTER[self.name]:
            return "worse"
        return "at_a_price" if self.serves_fewer else "better"


def judge(run: Run, *, seed: int = 0, times: int = TIMES) -> dict[str, Interval]:
    """Every measure of a run."""
    return {name: interval(drawn) for name, drawn in _all(run, seed, times).items()}


def compare(first: Run, second: Run, *, seed: int = 0, times: int = TIMES) -> tuple[Compared, ...]:
    """Both runs, which must be of the same world, and their paired difference."""
    if [one.request_id for one in first.outcomes] != [one.request_id for one in second.outcomes]:
        raise ValueError("the runs are not of the same requests")
    one, other = _all(first, seed, times), _all(second, seed, times)
    rows = first.outcomes
    few = len(rows) < FEWEST_REQUESTS or len({row.block for row in rows}) < FEWEST_BLOCKS
    differences = {name: interval(one[name] - other[name], len(MEASURES)) for name in MEASURES}
    serves_fewer = differences["served"].sign < 0
    return tuple(
        Compared(
            name, interval(one[name]), interval(other[name]), differences[name], few, serves_fewer
        )
        for name in MEASURES
    )


def _all(run: Run, seed: int, times: int) -> dict[str, Numbers]:
    if not run.outcomes or not run.asked:
        raise ValueError("nothing was replayed")
    return {**_of_requests(run, seed, times), **_of_people(run, seed, times)}


def _of_requests(run: Run, seed: int, times: int) -> dict[str, Numbers]:
    rows = run.outcomes
    weights = draws([one.block for one in rows], seed, _times(times, len(rows)))
    column = {
        name: np.array([getattr(one, name) for one in rows], dtype=np.float64)
        for name in ("places", "filled", "waited_s", "messages", "metres", "too_late")
    }
    return {
        "served": ratios(column["filled"], column["places"], weights),
        "median": quantiles(column["waited_s"], 0.5, weights),
        "p90": quantiles(column["waited_s"], 0.9, weights),
        "mean": means(column["waited_s"], weights),
        "messages": means(column["messages"], weights),
        "per_acceptance": ratios(column["messages"], column["filled"], weights),
        "too_late": means(column["too_late"], weights),
        "door": means(np.array([one.door_s for one in rows]), weights),
        "metres": ratios(column["metres"], column["filled"], weights),
    }


def _times(wanted: int, rows: int) -> int:
    return max(20, min(wanted, MOST_CELLS // rows))


def _of_people(run: Run, seed: int, times: int) -> dict[str, Numbers]:
    people = sorted(run.asked)
    asked = np.array([run.asked[one] for one in people], dtype=np.float64)
    tasks = np.array([run.tasks.get(one, 0) for one in people], dtype=np.float64)
    weights = draws(people, seed, _times(times, len(people)))
    return {
        "gini": gini(asked, weights),
        "not_asked": means((asked == 0).astype(np.float64), weights),
        "no_task": means((tasks == 0).astype(np.float64), weights),
    }
