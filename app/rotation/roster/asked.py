"""What a roster is built from: pieces of duty to be filled, and what people offer. Pure values.

All times are instants in UTC, half-open; days, weeks and nights are those of the area's zone.
"""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from app.rotation.rest import Limits
from app.rotation.rules import Span


@dataclass(frozen=True, slots=True)
class Piece:
    """Duty to be filled: [starts_at, ends_at) of a layer (1 is called first) by `needs` people."""

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
    """A period that somebody would like (or not) to be on duty in. It never outweighs a gap."""

    starts_at: datetime
    ends_at: datetime
    like: bool


@dataclass(frozen=True, slots=True)
class Helper:
    """Somebody who offers duty. Without an offer for the whole of a piece nobody gets it.

    `held` are duties before, during and after the month that are not up to this roster. `couple`
    is with whom they go where a piece needs two: at such times both are on duty, or neither.
    """

    person_id: int
    offers: tuple[tuple[datetime, datetime], ...]
    limits: Limits = field(default_factory=Limits)
    wishes: tuple[Wish, ...] = ()
    held: tuple[Span, ...] = ()
    couple: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A month [starts_at, ends_at) to be built: `pieces` are still open, `kept` stays as it is.

    What people agreed to already is in `kept`, and stays even where it breaks a limit.
    """

    zone: ZoneInfo
    starts_at: datetime
    ends_at: datetime
    pieces: tuple[Piece, ...]
    helpers: tuple[Helper, ...]
    kept: tuple[Span, ...] = ()
