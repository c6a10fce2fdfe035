"""Who near a help request may be asked, in what order and why: reads rows, calls the matcher."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, exists, or_, select
from sqlalchemy.orm import Session

from app.areas.models import Area
from app.areas.zones import BEFORE_AREAS
from app.catalogue.models import Category, CategorySkill, Skill
from app.help_requests.models import HelpRequest
from app.matching.cells import AT_ONCE, Block, Found, nearest
from app.matching.distance import earth_point
from app.matching.eligibility import Candidate, Need
from app.matching.ranking import Ranking, Weights, rank, weights_from
from app.matching.search_limits import ENOUGH, MOST_LOOKED_UP
from app.offers.models import OfferCell
from app.offers.queries import Wanted, in_block
from app.offers.rules import Wall, WeekBits, on_the_wall, period_touched
from app.people.models import PersonSkill
from app.rotation.queries import on_duty_now
from app.usecases.dispatch.look_up_volunteers import ASSUMED_TASK, Asking, look_up

# Of those who offer the category, report on so many of the nearest, asked or not.
ACCOUNTED_FOR = 20
# How far to search a wanted period for a suitable hour.
LOOK_AHEAD = timedelta(hours=12)

# The category's weights, the area's zone and, one line each, the skills needed.
CONTEXT = (
    select(
        Category.weights,
        select(Area.timezone).where(Area.path == bindparam("path")).scalar_subquery(),
        CategorySkill.skill_id,
    )
    .outerjoin(CategorySkill, CategorySkill.category_id == Category.id)
    .where(Category.id == bindparam("category"))
)
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
ABLE = ~(
    exists()
    .where(
        CategorySkill.category_id == OfferCell.category_id,
        Skill.id == CategorySkill.skill_id,
        ~HAS_IT,
    )
    .correlate(OfferCell)
)


@dataclass(frozen=True, slots=True)
class Spot:
    """A category needed at a point (WGS-84), searched within `reach_m` metres."""

    category_id: int
    lat: float
    lon: float
    reach_m: float


def nearest_ready(
    session: Session, spot: Spot, *, week: WeekBits, now: datetime, at_once: int = AT_ONCE
) -> Iterator[Found]:
    """Who offers the category and may be ready, nearest first; a lazy iterator in exact order.

    Ready are those with hours in `week`, without a pause, whose own radius reaches the point and
    who have the required skills and certificates. Sees this transaction's own writes. The order is
    that of the geodesic, to 0.1 mm within 20 km (see distance).
    """
    at = int(now.timestamp())
    point = earth_point(spot.lat, spot.lon)
    wanted = Wanted(spot.category_id, point, at=at, week=week, able=ABLE)
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


def rank_for(
    session: Session,
    *,
    request: HelpRequest,
    now: datetime,
    radius_m: int,
    on_duty_only: bool = False,
    people: Sequence[int] | None = None,
    enough: int = ENOUGH,
    again: bool = False,
) -> Ranking:
    """The ranking for a help request within `radius_m`.

    Has at least the nearest `enough` who may be asked, if there are so many and at most 600 must be
    looked up for it. Those nearer than the 20th who offers the category and not ranked are left out
    with every reason. The number of queries depends only on how many near ones are excluded by
    their present activity, never on how many people there are. With `people`, ranks them instead
    of those near, from wherever they start; with `again`, whether or not they were asked for this
    request. Raises ValueError for a request without a position.
    """
    if request.lat is None or request.lon is None:
        raise ValueError("the help request has no place")
    need, weights, zone = _setting(session, request, request.lat, request.lon, radius_m)
    need = replace(need, on_duty_only=on_duty_only)
    duty = on_duty_now(session, request.area_path, now)
    period = _period(request, now, zone)
    asking = Asking(request, need.lat, need.lon, period, zone, frozenset(duty), now)
    order = partial(rank, need, weights=weights, now=now)
    if people is not None or on_duty_only:
        found = look_up(session, asking, list(duty if people is None else people))
        return order([replace(one, asked_already=False) for one in found] if again else found)
    return _rank_near(session, need, asking, order, enough)


def _rank_near(
    session: Session,
    need: Need,
    asking: Asking,
    order: Callable[[Iterable[Candidate]], Ranking],
    enough: int,
) -> Ranking:
    spot = Spot(need.category_id, need.lat, need.lon, need.radius_m)
    ready = nearest_ready(session, spot, week=period_touched(asking.period), now=asking.now)
    seen = dict.fromkeys(asking.duty)
    seen.update(_people(nearest_offering(session, spot, at_once=ACCOUNTED_FOR), ACCOUNTED_FOR))
    seen.update(_people(ready, AT_ONCE))
    candidates = look_up(session, asking, list(seen))
    ranking = order(candidates)
    while len(ranking.ranked) < enough and len(seen) < MOST_LOOKED_UP:
        more = _people(ready, AT_ONCE)
        if not more:
            break
        candidates += look_up(session, asking, [key for key in more if key not in seen])
        seen.update(more)
        ranking = order(candidates)
    return ranking


def _setting(
    session: Session, request: HelpRequest, lat: float, lon: float, radius_m: int
) -> tuple[Need, Weights, ZoneInfo]:
    """What is needed, the weights of its category, and the zone."""
    # The reads bypass the session, so flush its pending changes first.
    session.flush()
    values = {"category": request.category_id, "path": request.area_path}
    lines = session.connection().execute(CONTEXT, values).all()
    weights, timezone, _ = lines[0]
    zone = ZoneInfo(timezone) if timezone else BEFORE_AREAS
    need = Need(
        category_id=request.category_id,
        lat=lat,
        lon=lon,
        radius_m=radius_m,
        urgency=request.urgency,
        skills=frozenset(line.skill_id for line in lines if line.skill_id is not None),
        language=request.spoken_language,
        prefers=request.language,
        zone=zone,
        turn=request.id,
    )
    return need, weights_from(weights or {}), zone


def _people(found: Iterator[Found], most: int) -> dict[int, None]:
    return dict.fromkeys(person_id for _, person_id in islice(found, most))


def _period(request: HelpRequest, now: datetime, zone: ZoneInfo) -> tuple[Wall, ...]:
    """When help is wanted, as wall time in the area; without a wished time: now."""
    if request.wanted_from is None and request.wanted_to is None:
        return on_the_wall(now, now + timedelta.resolution, zone)
    start = max(now, request.wanted_from or now)
    end = min(request.wanted_to or start + ASSUMED_TASK, start + LOOK_AHEAD)
    return on_the_wall(start, max(end, start + timedelta(minutes=1)), zone)
