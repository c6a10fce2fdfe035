"""Help that begins only when all of its places are taken (together or not at all)."""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from app.help_requests.places import PlaceState

# How long before the appointment everybody is told, at the latest, that somebody is missing.
SHORT_LEAD = timedelta(hours=2)
# Somebody is being helped or was: those who are missing may still come after them.
BEGUN = frozenset({PlaceState.ARRIVED, PlaceState.FINISHED})


class TeamNotice(StrEnum):
    """What all were told last about a team that is not whole.

    Short: somebody is missing, the search goes on. Hold: the time has come, nobody sets out. Off:
    the window is over, nobody goes.
    """

    SHORT = "short"
    HOLD = "hold"
    OFF = "off"


def is_short(taken: int, needed: int, places: Collection[PlaceState]) -> bool:
    """Whether a team must wait for a place that is open: nothing has begun without it."""
    return taken < needed and not BEGUN & set(places)


def appointment(
    first_yes: datetime,
    *,
    wanted_from: datetime | None,
    wanted_to: datetime | None,
    arrive_minutes: int,
) -> datetime:
    """When the team is awaited.

    The wished time, if it was still to come at the first yes; else the category's minutes to arrive
    after it, at most until the end of the window, if that was still to come.
    """
    if wanted_from is not None and wanted_from > first_yes:
        return wanted_from
    at = first_yes + timedelta(minutes=arrive_minutes)
    return at if wanted_to is None or wanted_to <= first_yes else min(at, wanted_to)


def short_from(first_yes: datetime, at: datetime) -> datetime:
    """When all are told that the team for the appointment `at` is not whole yet.

    SHORT_LEAD before it; if less time was left at the first yes, after half of what was left.
    """
    return max(at - SHORT_LEAD, first_yes + (at - first_yes) / 2)


def notice_due(now: datetime, first_yes: datetime, at: datetime) -> TeamNotice | None:
    """What all should have been told by now about a team that is not whole."""
    if now >= at:
        return TeamNotice.HOLD
    return TeamNotice.SHORT if now >= short_from(first_yes, at) else None
