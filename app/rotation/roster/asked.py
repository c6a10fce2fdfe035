"""The input of building a roster: pieces of duty to fill, and people's offers. Pure values.

All times are instants in UTC, half-open; days, weeks and nights are those of the area's zone.
"""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from app.rotation.rest import Limits
from app.rotation.rules import Span


@dataclass(frozen=True, slots=True)
class Piece:
    """Duty to fill: [starts_at, ends_at) of a layer (1 is called first) by `needs` people."""

    starts_at: datetime
    ends_at: datetime
    layer: int = 1
    needs: int = 1

    @property
    def hours(self) -> float:
        """How long it lasts."""
        return (self.ends_at - self.starts_at).total_seconds() / 3600


@dataclass(frozen=True, slots=True)
class Wish:
    """A period in which somebody prefers to be on duty, or not to. It never outweighs a gap."""

    starts_at: datetime
    ends_at: datetime
    like: bool


@dataclass(frozen=True, slots=True)
class Helper:
    """Somebody who offers duty. People get a piece only if they offer the whole of it.

    `held` are duties before, during and after the month that this roster does not decide. `couple`
    is their companion, if both name each other. Where one layer needs two: both are on duty, or
    neither. Where two layers need one each: together where both offer, unless that leaves a gap.
    """

    person_id: int
    offers: tuple[tuple[datetime, datetime], ...]
    limits: Limits = field(default_factory=Limits)
    wishes: tuple[Wish, ...] = ()
    held: tuple[Span, ...] = ()
    couple: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A month [starts_at, ends_at) to build: `pieces` are open, `kept` stays as it is.

    Duty agreed to already is in `kept`, and stays even where it breaks a limit.

    `shortest_h`: pieces are cut where offers begin or end, but no turn is shorter, in hours. None:
    pieces stay whole. `longest_allowed_h`: the limit of the house for duty in one go; the helpers'
    own limits may be stricter, because the coordinator chose shorter turns.
    """

    zone: ZoneInfo
    starts_at: datetime
    ends_at: datetime
    pieces: tuple[Piece, ...]
    helpers: tuple[Helper, ...]
    kept: tuple[Span, ...] = ()
    shortest_h: int | None = None
    longest_allowed_h: int = 24
