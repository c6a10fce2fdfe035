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

    Codes: no_offer: offers no minute of it; the first reason of rotation.rest against the longest
    part that they offer: booked, too_long, no_rest, week_full, nights_full, month_full; too_short:
    for a turn; or couple: the companion cannot.
    """

    code: str
    people: int


@dataclass(frozen=True, slots=True)
class Gap:
    """A piece, or a part of one, that lacks `missing` people, and why."""

    piece: Piece
    missing: int
    reasons: tuple[WhyNot, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """One person's duty in the month, earlier agreements included, in hours.

    `offered` are the hours to fill that they offer; `liked` and `disliked` are turns.
    """

    person_id: int
    hours: float
    offered: float
    nights: int
    weekend: float
    liked: int
    disliked: int


@dataclass(frozen=True, slots=True)
class Idle:
    """Somebody who offered `offered` hours of the month and does nothing in it, and why.

    Codes: all_taken: others are on duty whenever they offer; not_wanted: no such hour is to be
    filled; else the most frequent of their reasons against gaps, see `WhyNot`.
    """

    person_id: int
    offered: float
    code: str


@dataclass(frozen=True, slots=True)
class Together:
    """Two companions: new duty of both at a time, and of only one of them, in hours."""

    person_id: int
    other_id: int
    together: float
    apart: float


@dataclass(frozen=True, slots=True)
class WhatIf:
    """With turns as long as `longest_h`, or as short as `shortest_h`, `more` hours were filled.

    The other of the two is 0. More may be possible: this many were found.
    """

    longest_h: int
    shortest_h: int
    more: float


@dataclass(frozen=True, slots=True)
class Built:
    """A built month. `spans` are the new duties, one for each piece or part of one.

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
    idle: tuple[Idle, ...] = ()
    pairs: tuple[Together, ...] = ()
    what_if: tuple[WhatIf, ...] = ()
    shortest_h: int = 0
    seconds: float = field(compare=False, default=0.0)
