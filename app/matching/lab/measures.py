"""The measures of a run, with intervals, and the paired difference of two runs.

| measure | meaning | unit |
|---|---|---|
| served | places filled in time, of all places | share |
| median, p90, mean | until the last place is filled; not served counts as waited out | s |
| messages | asks for each request | |
| per_acceptance | asks for each acceptance | |
| too_late | people who said yes when all places were taken, for each request | |
| door | from the beginning to somebody at the door, walking straight at 1.3 m/s; as `mean` | s |
| metres | between whoever accepted and the place, in the mean | m |
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
# With fewer blocks (days) the bootstrap's intervals are far too narrow.
FEWEST_BLOCKS = 8
# The pace of somebody who walks, in metres a second.
WALK_M_S = 1.3


@dataclass(frozen=True, slots=True)
class Compared:
    """A measure under two policies and its difference, first minus second.

    `few`: there were too few days for a verdict, whatever the interval says.
    """

    name: str
    first: Interval
    second: Interval
    difference: Interval
    few: bool = False

    @property
    def verdict(self) -> str:
        """Whether the first is `better`, `worse`, or it `cannot_tell`."""
        if self.few or self.difference.sign == 0:
            return "cannot_tell"
        up = self.difference.sign > 0
        return "better" if up == MORE_IS_BETTER[self.name] else "worse"


def judge(run: Run, *, seed: int = 0, times: int = TIMES) -> dict[str, Interval]:
    """Every measure of a run."""
    return {name: interval(drawn) for name, drawn in _all(run, seed, times).items()}


def compare(first: Run, second: Run, *, seed: int = 0, times: int = TIMES) -> tuple[Compared, ...]:
    """Both runs, which must be of the same world, and their paired difference."""
    if [one.request_id for one in first.outcomes] != [one.request_id for one in second.outcomes]:
        raise ValueError("the runs are not of the same requests")
    one, other = _all(first, seed, times), _all(second, seed, times)
    few = len({outcome.block for outcome in first.outcomes}) < FEWEST_BLOCKS
    return tuple(
        Compared(
            name,
            interval(one[name]),
            interval(other[name]),
            interval(one[name] - other[name]),
            few,
        )
        for name in MEASURES
    )


def _all(run: Run, seed: int, times: int) -> dict[str, Numbers]:
    if not run.outcomes or not run.asked:
        raise ValueError("nothing was replayed")
    return {**_of_requests(run, seed, times), **_of_people(run, seed, times)}


def _of_requests(run: Run, seed: int, times: int) -> dict[str, Numbers]:
    rows = run.outcomes
    weights = draws([one.block for one in rows], seed, times)
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
        "door": means(column["waited_s"] + _walk_s(column["metres"], column["filled"]), weights),
        "metres": ratios(column["metres"], column["filled"], weights),
    }


def _walk_s(metres: Numbers, filled: Numbers) -> Numbers:
    return metres / np.maximum(filled, 1) / WALK_M_S


def _of_people(run: Run, seed: int, times: int) -> dict[str, Numbers]:
    people = sorted(run.asked)
    asked = np.array([run.asked[one] for one in people], dtype=np.float64)
    tasks = np.array([run.tasks.get(one, 0) for one in people], dtype=np.float64)
    weights = draws(people, seed, max(20, min(times, MOST_CELLS // len(people))))
    return {
        "gini": gini(asked, weights),
        "not_asked": means((asked == 0).astype(np.float64), weights),
        "no_task": means((tasks == 0).astype(np.float64), weights),
    }
