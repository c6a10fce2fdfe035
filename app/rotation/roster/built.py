"""The result of building a roster: who does what, what stays empty and why, and its quality."""

from dataclasses import dataclass, field

from app.rotation.roster.asked import Piece
from app.rotation.rules import Span


@dataclass(frozen=True, slots=True)
class Quality:
    """The quality of one stage: its value, and the bound on the best possible value.

    `proven`: nothing better than `value` exists. Otherwise something better may exist, but nothing
    better than `bound`.
    """

    value: float
    bound: float
    proven: bool

    @property
    def gap(self) -> float:
        """How far the value may be from the best, as a share of the larger; 0 is optimal."""
        return abs(self.value - self.bound) / max(1e-9, abs(self.bound), abs(self.value))


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why a number of people did not get a piece that stayed empty; each person counts once.

    Codes: no_offer; the first reason of rotation.rest: booked, too_long, no_rest, week_full,
    nights_full, month_full; or couple: the companion cannot.
    """

    code: str
    people: int


@dataclass(frozen=True, slots=True)
class Gap:
    """A piece that lacks `missing` people, and why."""

    piece: Piece
    missing: int
    reasons: tuple[WhyNot, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """One person's duty in the month, earlier agreements included, in hours."""

    person_id: int
    hours: float
    offered: float
    nights: int
    weekend: float
    liked: int
    disliked: int


@dataclass(frozen=True, slots=True)
class Built:
    """A built month. `spans` are the new duties, one for each piece.

    `coverage` is hours filled, each layer counting double the next; `fairness` a cost, see
    `fairness.py`; `wishes` those met minus those not met. `filled` and `wanted` are plain hours.
    """

    spans: tuple[Span, ...]
    gaps: tuple[Gap, ...]
    shares: tuple[Share, ...]
    filled: float
    wanted: float
    coverage: Quality
    fairness: Quality
    wishes: Quality
    seconds: float = field(compare=False, default=0.0)
