"""Who offers a category near a point, the nearest first, read lazily from the search index."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import ColumnElement, exists, or_
from sqlalchemy.orm import Session

from app.catalogue.models import CategorySkill, Skill
from app.matching.cells import AT_ONCE, Block, Found, nearest
from app.matching.distance import earth_point
from app.offers.models import OfferCell
from app.offers.queries import Wanted, in_block
from app.offers.rules import WeekBits
from app.people.models import PersonSkill

# True when the person has every skill that the category needs, verified where required.
HAS_IT = (
    exists()
    .where(
        PersonSkill.person_id == OfferCell.person_id,
        PersonSkill.skill_id == CategorySkill.skill_id,
        or_(~Skill.needs_certificate, PersonSkill.verified_at.is_not(None)),
    )
    .correlate(OfferCell, CategorySkill, Skill)
)


def _able(*skills: ColumnElement[bool]) -> ColumnElement[bool]:
    """True when no skill of the category that meets these conditions is missing."""
    return ~(
        exists()
        .where(
            CategorySkill.category_id == OfferCell.category_id,
            Skill.id == CategorySkill.skill_id,
            ~HAS_IT,
            *skills,
        )
        .correlate(OfferCell)
    )


ABLE = _able()
# Without the skills that one member of a team is enough for.
ABLE_IN_TEAM = _able(~CategorySkill.one_is_enough)


@dataclass(frozen=True, slots=True)
class Spot:
    """A category needed at a point (WGS-84), searched within `reach_m` metres.

    `in_team`: without the skills that one member of a team is enough for.
    """

    category_id: int
    lat: float
    lon: float
    reach_m: float
    in_team: bool = False


def nearest_ready(
    session: Session, spot: Spot, *, week: WeekBits, at: datetime, at_once: int = AT_ONCE
) -> Iterator[Found]:
    """Who offers the category and may be ready, nearest first; a lazy iterator in exact order.

    Ready are those with hours in `week`, without a break `at` that time, whose own radius reaches
    the point and who have the required skills and certificates. Sees this transaction's own
    writes. The order is that of the geodesic, to 0.1 mm within 20 km (see distance).
    """
    point = earth_point(spot.lat, spot.lon)
    able = ABLE_IN_TEAM if spot.in_team else ABLE
    wanted = Wanted(spot.category_id, point, at=int(at.timestamp()), week=week, able=able)
    return _walk(session, spot, wanted, at_once)


def nearest_offering(session: Session, spot: Spot, *, at_once: int = AT_ONCE) -> Iterator[Found]:
    """Everybody who offers the category, ready or not, nearest first."""
    wanted = Wanted(spot.category_id, earth_point(spot.lat, spot.lon))
    return _walk(session, spot, wanted, at_once)


def _walk(session: Session, spot: Spot, wanted: Wanted, at_once: int) -> Iterator[Found]:
    # The reads bypass the session, so flush its pending changes first.
    session.flush()
    read = partial(_read, session, wanted)
    return nearest(read, spot.lat, spot.lon, reach_m=spot.reach_m, at_once=at_once)


def _read(
    session: Session, wanted: Wanted, block: Block, *, square: float, after: Found, limit: int
) -> Sequence[Found]:
    return in_block(
        session,
        wanted,
        rows=block.rows,
        west=block.west,
        east=block.east,
        square=square,
        after=after,
        limit=limit,
    )
