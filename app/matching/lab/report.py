"""A comparison as plain data, for storage and for a page."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from app.matching.lab.history import History
from app.matching.lab.intervals import Interval
from app.matching.lab.measures import Compared, compare, judge
from app.matching.lab.outcomes import Run
from app.matching.lab.pools import Pools
from app.matching.lab.simulate import replay
from app.matching.policy import Policy

# Points of the time axis, and the last column of the histogram of asks.
POINTS = 40
MOST_ASKS = 8


def try_policy(history: History, policy: Policy, against: Policy, *, seed: int) -> dict[str, Any]:
    """Replays the past under both, with the same draws. Takes seconds for hundreds of requests."""
    runs = [
        replay(
            history.world,
            lambda _, chosen=one: chosen,  # type: ignore[misc]
            history.crowd(seed),
            Pools(history.world),
        )
        for one in (policy, against)
    ]
    return report(history, runs[0], runs[1], compare(runs[0], runs[1], seed=seed))


def report(history: History, first: Run, second: Run, told: Sequence[Compared]) -> dict[str, Any]:
    """The comparison as plain data. Shares, seconds, metres, counts."""
    wait_s = max(one.wait_s for one in history.world.requests)
    return {
        "requests": len(first.outcomes),
        "few": any(one.few for one in told),
        "left_out": history.left_out,
        "volunteers": len(history.world.volunteers),
        "since": history.world.requests[0].at.isoformat(),
        "until": history.world.requests[-1].at.isoformat(),
        "replayed": [first.replayed, second.replayed],
        "drawn": [first.drawn, second.drawn],
        "wait_s": wait_s,
        "measures": {one.name: _plain(one) for one in told},
        "real": _real(history),
        "served_by": [_served_by(first, wait_s), _served_by(second, wait_s)],
        "asked": [_asked(first), _asked(second)],
        "calibration": asdict(history.calibration()),
    }


def _real(history: History) -> dict[str, float]:
    """Each measure of what really happened, except what is not known of it."""
    found = judge(history.real(), times=1)
    return {name: round(one.value, 4) for name, one in found.items() if name != "too_late"}


def _plain(one: Compared) -> dict[str, Any]:
    return {
        "first": _numbers(one.first),
        "second": _numbers(one.second),
        "difference": _numbers(one.difference),
        "verdict": one.verdict,
    }


def _numbers(one: Interval) -> list[float]:
    return [round(number, 4) for number in (one.value, one.low, one.high)]


def _served_by(run: Run, wait_s: float) -> list[float]:
    """The share of requests that are filled after 0, 1, … of `POINTS` equal parts of the wait."""
    waits = [one.waited_s for one in run.outcomes if one.filled == one.places]
    count = len(run.outcomes)
    edges = (wait_s * n / POINTS for n in range(POINTS + 1))
    return [round(sum(wait <= edge for wait in waits) / count, 4) for edge in edges]


def _asked(run: Run) -> list[int]:
    """How many volunteers were asked 0, 1, 2 … times; the last entry counts that and more."""
    counts = Counter(min(MOST_ASKS, asks) for asks in run.asked.values())
    return [counts[n] for n in range(MOST_ASKS + 1)]
