"""The heads of the trail that were published outside the database."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.trail.heads import FILE_NAME, last_head
from app.web.common.settings import config


@dataclass(frozen=True, slots=True)
class Head:
    """The last head that was published outside the database."""

    at: datetime
    seq: int
    digest: str


def heads_file() -> Path:
    """The file of the published heads."""
    return config().instance / FILE_NAME


def newest_head() -> Head | None:
    """The last head; None before the first."""
    found = last_head(heads_file())
    if found is None:
        return None
    return Head(*found)
