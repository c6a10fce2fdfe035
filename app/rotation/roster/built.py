"""What building a roster gives: who does what, what stays empty and why, and how good it is."""

from dataclasses import dataclass, field

from app.rotation.roster.asked import Piece
from app.rotation.rules import Span


@dataclass(frozen=True, slots=True)
class Quality:
    """How good one stage is: its value, the best value that is possible at all, and the proof.

    `proven` says that nothing better exists; else something better than `value` may, but nothing
    better than `bound`.
    """

    value: float
    bound: float
    proven: bool

    @property
    def gap(self) -> float:
        """How far the value may be from the best, as a share of the larger; 0 is the best."""
        return abs(self.value - self.bound) / max(1e-9, abs(self.bound), abs(self.value))


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why a number of people did not get a piece that stayed empty; each person counts once.

    no_offer, or the first reason of rotation.rest: booked, too_long, no_rest, week_full,
    nights_full, month_full; or couple: the other one cannot.
    """

    code: str
    people: int


@dataclass(frozen=True, slots=True)
class Gap:
    """A piece for which `missing` people are missing, and why."""

    piece: Piece
    missing: int
    reasons: tuple[WhyNot, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """What one person does in the month, what they agreed to before included. Hours."""

    person_id: int
    hours: float
    offered: float
    nights: int
    weekend: float
    liked: int
    disliked: int


@dataclass(frozen=True, slots=True)
class Built:
    """A built month. `spans` is what is new, one for each piece.

    `coverage` is hours filled, each layer counting double the next; `fairness` a cost, see
    `fairness.py`; `wishes` those met less those not. `filled` and `wanted` are plain hours.
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
