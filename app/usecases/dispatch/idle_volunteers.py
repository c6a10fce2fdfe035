"""Who near a help request was asked longest ago, from everybody in reach and not only the nearest.

A column of the search index says when each volunteer was last asked or took a task. It decides an
order only: people found this way are ranked, or left out, like everybody else.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice

from sqlalchemy import select, tuple_, update
from sqlalchemy.orm import Session

from app.areas.queries import zone_of
from app.core.statements import changed
from app.help_requests.models import HelpRequest
from app.matching.acceptance import task_begins
from app.matching.cells import MOST_PATCHES, patches_around
from app.matching.conflicts import TASK_LENGTH
from app.matching.distance import chord_of
from app.matching.eligibility import Need
from app.matching.ranking import turn_of
from app.offers.models import OfferCell
from app.offers.queries import idle_in_patch
from app.offers.rules import WeekBits, on_the_wall, period_touched
from app.usecases.dispatch.nearest_volunteers import ready_wanted, spot_of

# Ranked for each look, besides the nearest.
IDLE_SOUGHT = 32
LONGEST = timedelta(hours=12)


def longest_idle(session: Session, request: HelpRequest, need: Need, *, now: datetime) -> list[int]:
    """At most 32 people within the radius who offer the category, longest idle first.

    They have what the need asks of everybody, some hour of the wanted time, and no pause; all else
    is for the ranking. Reads one short range of an index for each patch of cells within the radius.
    """
    # The reads bypass the session, so flush its pending changes first.
    session.flush()
    wanted = ready_wanted(spot_of(need), week=_hours(session, request, now), at=now)
    square = chord_of(need.radius_m) ** 2
    found = [
        idle_in_patch(session, wanted, patch=patch, square=square, most=IDLE_SOUGHT)
        for patch in _patches(need.lat, need.lon, need.radius_m, request.id)
    ]
    return [person_id for _, person_id in islice(merge(*found), IDLE_SOUGHT)]


def _patches(lat: float, lon: float, radius_m: int, turn: int) -> Sequence[int]:
    """The patches to read: all of them, or some in turn if they are very many."""
    everywhere = patches_around(lat, lon, radius_m)
    if len(everywhere) <= MOST_PATCHES:
        return everywhere
    return sorted(everywhere, key=lambda patch: turn_of(patch, turn))[:MOST_PATCHES]


def _hours(session: Session, request: HelpRequest, now: datetime) -> WeekBits:
    """The hours of the week in which the task may be."""
    start = task_begins(now, request.wanted_from)
    end = min(request.wanted_to or start + TASK_LENGTH, start + LONGEST)
    until = max(end, start + timedelta(minutes=1))
    return period_touched(on_the_wall(start, until, zone_of(session, request.area_path)))


def note_busy(session: Session, people: Sequence[int], *, now: datetime) -> None:
    """These people were asked or took a task now.

    Leaves out rows that another transaction has locked, so that nobody waits for anybody: it is
    asking them too, or rewrites the rows.
    """
    rows = select(OfferCell.category_id, OfferCell.person_id).where(OfferCell.person_id.in_(people))
    keys = [tuple(row) for row in session.execute(rows.with_for_update(skip_locked=True))]
    if keys:
        mine = tuple_(OfferCell.category_id, OfferCell.person_id).in_(keys)
        changed(session, update(OfferCell).where(mine).values(busy_at=int(now.timestamp())))
