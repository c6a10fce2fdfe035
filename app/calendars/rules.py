"""What a calendar shows of a shift. Pure: no Flask, no SQLAlchemy, no vendor."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

AGREED, ASKED, CANCELLED = "CONFIRMED", "TENTATIVE", "CANCELLED"
STATUSES = {"agreed": AGREED, "offered": ASKED, "cancelled": CANCELLED}


@dataclass(frozen=True, slots=True)
class Entry:
    """One shift [starts_at, ends_at), in UTC.

    `sequence` grows with each change, `changed_at` is the last one; `title` and `text` hold no
    resident's data.
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
    """Named entries, shown in the wall time of `zone`."""

    name: str
    zone: ZoneInfo
    entries: tuple[Entry, ...]
    # The shift's page, for somebody who is logged in.
    url: str = ""

    def tag(self) -> str:
        """An ETag of the contents."""
        parts = (self.name, self.zone.key, self.url, self.entries)
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
