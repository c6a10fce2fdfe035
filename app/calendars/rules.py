"""What a calendar is told of a shift. Pure: no Flask, no SQLAlchemy, no vendor."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

AGREED, ASKED, CANCELLED = "CONFIRMED", "TENTATIVE", "CANCELLED"
STATUSES = {"agreed": AGREED, "offered": ASKED, "cancelled": CANCELLED}


@dataclass(frozen=True, slots=True)
class Entry:
    """One shift [starts_at, ends_at), in UTC.

    `sequence` grows with each change, `changed_at` is the last one; `title` and `text` say nothing
    about any resident.
    """

    uid: str
    sequence: int
    status: str
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    title: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Entries under a name, their times on the wall of `zone`."""

    name: str
    zone: ZoneInfo
    entries: tuple[Entry, ...]
    # Where it can be looked at, for somebody who is logged in.
    url: str = ""

    def tag(self) -> str:
        """The same for the same contents: for conditional requests."""
        parts = (self.name, self.zone.key, self.url, self.entries)
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
