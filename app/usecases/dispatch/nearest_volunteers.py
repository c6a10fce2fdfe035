"""Who offers a category near a point, the nearest first, read lazily from the search index."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import String, bindparam, cast, exists, or_
from sqlalchemy.orm import Session

from app.catalogue.models import CategorySkill, Skill
from app.core.statements import among
from app.core.wishes import excluding
from app.matching.cells import AT_ONCE, Block, Found, nearest
from app.matching.distance import earth_point
from app.matching.eligibility import Need
from app.offers.models import Offer, OfferCell
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


# True when no skill is missing that everybody must have, or that is bound as one of `shared`.
ABLE = ~(
    exists()
    .where(
        CategorySkill.category_id == OfferCell.category_id,
        Skill.id == CategorySkill.skill_id,
        ~HAS_IT,
        or_(~CategorySkill.one_is_enough, among(CategorySkill.skill_id, "shared")),
    )
    .correlate(OfferCell)
)
# The values are JSON lists of short codes.
SPEAKS = (
    exists()
    .where(
        Offer.person_id == OfferCell.person_id,
        cast(Offer.languages, String).like(bindparam("language")),
    )
    .correlate(OfferCell)
)
# Built once, as the statements are that have it.
ABLE_AND_SPEAKS = ABLE & SPEAKS


@dataclass(frozen=True, slots=True)
class Spot:
    """A category needed at a point (WGS-84), searched within `reach_m` metres.

    Whoever is found has the skills `shared`, besides those that everybody must have, and speaks
    `language`. `excluding` are the wishes that exclude people, see `core.wishes`.
    """

    category_id: int
    lat: float
    lon: float
    reach_m: float
    shared: tuple[int, ...] = ()
    language: str | None = None
    excluding: int = 0


def spot_of(need: Need) -> Spot:
    """What the search index can tell of a need; the ranking tells the rest."""
    team = need.team
    # The index cannot tell which of several things somebody must bring, only all of them.
    brings_all = team.must_bring == team.missing
    return Spot(
        need.category_id,
        need.lat,
        need.lon,
        need.radius_m,
        shared=tuple(sorted(team.skills)) if brings_all else (),
        language=need.language or (team.language if brings_all else None),
        excluding=excluding(need.wishes, together=need.together),
    )


def ready_wanted(spot: Spot, *, week: WeekBits, at: datetime) -> Wanted:
    """The search for those who may be ready, see `nearest_ready`."""
    return Wanted(
        spot.category_id,
        earth_point(spot.lat, spot.lon),
        at=int(at.timestamp()),
        week=week,
        excluding=spot.excluding,
        language=spot.language,
        shared=spot.shared,
        able=ABLE if spot.language is None else ABLE_AND_SPEAKS,
    )


def nearest_ready(
    session: Session, spot: Spot, *, week: WeekBits, at: datetime, at_once: int = AT_ONCE
) -> Iterator[Found]:
    """Who offers the category and may be ready, nearest first; a lazy iterator in exact order.

    Ready are those with hours in `week`, without a break `at` that time, whose own radius reaches
    the point, who have the required skills and certificates, speak the language and whom no wish
    excludes. Sees this transaction's own writes. The order is that of the geodesic, to 0.1 mm
    within 20 km (see distance).
    """
    wanted = ready_wanted(spot, week=week, at=at)
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
