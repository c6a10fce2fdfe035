"""Drawings of figures, as numbers for `components/plot.html`; no script is needed."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDE, HIGH = 640, 300
LEFT, RIGHT, TOP, BOTTOM = 52, 26, 12, 44
TICKS = 4
# A relative difference larger than this is cut at the edge.
MOST = 1.0
SMALL_WIDE, SMALL_HIGH = 180, 28


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark at an axis."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A column of a histogram; `kind` is first or second."""

    x: float
    y: float
    wide: float
    high: float
    kind: str


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing of `WIDE` by `HIGH`: lines as SVG points, bars, dots and both axes."""

    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    first: str = ""
    second: str = ""
    bars: tuple[Bar, ...] = ()
    dots: tuple[tuple[float, float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Whisker:
    """A difference with its interval around zero, in the units of a small drawing."""

    low: float
    value: float
    high: float
    nought: float = SMALL_WIDE / 2
    middle: float = SMALL_HIGH / 2


def across(share: float) -> float:
    """The horizontal position of a share from 0 to 1."""
    return round(LEFT + share * (WIDE - LEFT - RIGHT), 1)


def down(share: float) -> float:
    """The vertical position of a share from 0 to 1, with 1 at the top."""
    return round(TOP + (1 - share) * (HIGH - TOP - BOTTOM), 1)


def _percent_ticks() -> tuple[Tick, ...]:
    return tuple(Tick(down(n / TICKS), f"{100 * n // TICKS}%") for n in range(TICKS + 1))


def curves(both: Sequence[Sequence[float]], wait_s: float) -> Plot:
    """The share of requests that are filled, over waiting times from 0 to `wait_s` seconds."""
    minutes = wait_s / 60
    x_ticks = tuple(Tick(across(n / TICKS), f"{minutes * n / TICKS:.0f}") for n in range(TICKS + 1))
    return Plot(x_ticks, _percent_ticks(), _points(both[0]), _points(both[1]))


def _points(shares: Sequence[float]) -> str:
    last = max(1, len(shares) - 1)
    return " ".join(f"{across(n / last)},{down(share)}" for n, share in enumerate(shares))


def histogram(both: Sequence[Sequence[int]]) -> Plot:
    """How many volunteers were asked 0, 1, 2 … times, under both."""
    first, second = both
    most = max(1, *first, *second)
    count = len(first)
    room = 1 / count
    bars = []
    for kind, values, shift in (("first", first, 0.12), ("second", second, 0.5)):
        for n, value in enumerate(values):
            left, top = across((n + shift) * room), down(value / most)
            wide = round(0.36 * room * (WIDE - LEFT - RIGHT), 1)
            bars.append(Bar(left, top, wide, round(down(0) - top, 1), kind))
    x_ticks = tuple(
        Tick(across((n + 0.5) * room), f"{n}+" if n == count - 1 else str(n)) for n in range(count)
    )
    y_ticks = tuple(Tick(down(n / TICKS), f"{most * n / TICKS:.0f}") for n in range(TICKS + 1))
    return Plot(x_ticks, y_ticks, bars=tuple(bars))


def truth(bins: Sequence[dict[str, float]]) -> Plot:
    """Predicted against observed chances: on the diagonal the predictions were right."""
    x_ticks = tuple(Tick(across(n / TICKS), f"{100 * n // TICKS}%") for n in range(TICKS + 1))
    most = max((one["count"] for one in bins), default=1)
    dots = tuple(
        (across(one["said"]), down(one["was"]), round(4 + 8 * (one["count"] / most) ** 0.5, 1))
        for one in bins
    )
    diagonal = f"{across(0)},{down(0)} {across(1)},{down(1)}"
    return Plot(x_ticks, _percent_ticks(), second=diagonal, dots=dots)


def whisker(difference: Sequence[float], other: float) -> Whisker:
    """A difference as a share of the other value."""
    scale = abs(other) or 1.0
    low, value, high = (_small(difference[n] / scale) for n in (1, 0, 2))
    return Whisker(low, value, high)


def _small(share: float) -> float:
    inside = max(-MOST, min(MOST, share))
    return round(SMALL_WIDE / 2 + inside / MOST * (SMALL_WIDE / 2 - 6), 1)
