"""The lab's input: volunteers and help requests as plain values, without personal data.

Hours of a week are an integer of 168 bits: bit `weekday * 24 + hour` on the wall clock of the
area, Monday being 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.matching.acceptance import Outcome
from app.matching.eligibility import Candidate
from app.matching.ranking import Weights

HOURS_A_WEEK = 168
ALWAYS = (1 << HOURS_A_WEEK) - 1


@dataclass(frozen=True, slots=True)
class LabVolunteer:
    """A volunteer's fixed data in a run: the offer with its hours, agreed shifts.

    `avoids` are residents (see `LabRequest.resident`) whom this volunteer is not sent to.
    """

    candidate: Candidate
    hours: int = ALWAYS
    area_id: int = 0
    shifts: tuple[tuple[datetime, datetime], ...] = ()
    avoids: frozenset[int] = frozenset()

    @property
    def id(self) -> int:
        """The person's id."""
        return self.candidate.person_id

    def on_duty(self, at: datetime) -> bool:
        """Whether a shift covers this moment; half-open."""
        return any(start <= at < end for start, end in self.shifts)


@dataclass(frozen=True, slots=True)
class LabRequest:
    """A help request at the moment when matching begins.

    `wait_s` seconds later it counts as not served, and a coordinator takes over; a task lasts
    `task_s`. `hours` are those in which it is wanted. `resident` identifies who ordered without a
    phone number. `block` groups dependent requests, such as those of one day. `ready` were asked in
    reality: they were near and in their hours then, even if their offer says otherwise today.
    `way_factor` is how much longer ways take there, see `travel.way_of`. Everybody must have
    `skills`, one of a team is enough for `shared`; `wishes` are the resident's; with `together`
    nobody goes until all places are taken.
    """

    id: int
    at: datetime
    category_id: int
    lat: float
    lon: float
    radius_m: int
    hours: int
    wait_s: float
    task_s: float = 3600.0
    urgency: str = "ordinary"
    places: int = 1
    skills: frozenset[int] = frozenset()
    shared: frozenset[int] = frozenset()
    wishes: frozenset[str] = frozenset()
    together: bool = False
    language: str | None = None
    resident: int = 0
    block: int = 0
    night: bool = False
    ready: frozenset[int] = frozenset()
    wanted_from: datetime | None = None
    weights: Weights = field(default_factory=Weights)
    way_factor: float = 1.0


@dataclass(frozen=True, slots=True)
class Visit:
    """A volunteer took a resident's request at `at`; `well` is known from `rated_at` on."""

    person_id: int
    request_id: int
    resident: int
    at: datetime
    well: bool | None = None
    rated_at: datetime | None = None

    def known(self, now: datetime) -> bool | None:
        """Whether it went well, None if not yet known."""
        return self.well if self.rated_at is not None and self.rated_at <= now else None


@dataclass(frozen=True, slots=True)
class World:
    """A community and its requests, in the order of arrival.

    `earlier` are asks settled before the first request: all that is known about people. `visits`
    are the real ones in their order, for these requests and others.
    """

    volunteers: Sequence[LabVolunteer]
    requests: Sequence[LabRequest]
    zone: ZoneInfo
    earlier: Sequence[Outcome] = ()
    visits: Sequence[Visit] = ()


def hour_bit(at: datetime, zone: ZoneInfo) -> int:
    """The bit of the hour that the wall clock shows."""
    local = at.astimezone(zone)
    return 1 << (local.weekday() * 24 + local.hour)


def hours_between(start: datetime, end: datetime, zone: ZoneInfo) -> int:
    """The bits of every hour that [start, end) touches; at least the first."""
    bits = hour_bit(start, zone)
    moment = start
    while moment < end and bits != ALWAYS:
        bits |= hour_bit(moment, zone)
        moment += timedelta(hours=1)
    return bits


def is_night(at: datetime, zone: ZoneInfo) -> bool:
    """From ten in the evening to seven in the morning."""
    hour = at.astimezone(zone).hour
    return hour >= 22 or hour < 7
