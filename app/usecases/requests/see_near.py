"""Everybody else near a help request who is not proposed, and why, including people who do not
offer the category. Read on demand only, never for a ranking."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.models import Category
from app.core.actor import Actor, RoleName
from app.core.context import Context
from app.help_requests.models import HelpRequest
from app.matching.cells import Block, Found, nearest
from app.matching.distance import earth_point
from app.matching.ranking import LeftOut
from app.offers.queries import offering_anything
from app.people.models import Person
from app.people.namesakes import PersonName
from app.people.queries import names_of
from app.usecases.dispatch.rank_volunteers import rank_for
from app.usecases.requests.see_board import REACH_TIMES, is_rankable, nearly_fitting
from app.usecases.shared.request_state import load_request

# How many are listed, out of how many nearest; those who may be asked are skipped.
MOST, LOOKED_AT = 30, 120
AT_ONCE = 60


@dataclass(frozen=True, slots=True)
class Passed:
    """Somebody near who is not proposed. `mine`: the coordinator may open the person's page."""

    left_out: LeftOut
    name: PersonName
    mine: bool


@dataclass(frozen=True, slots=True)
class Near:
    """Nearest first; `more`: there are others farther away."""

    request: HelpRequest
    passed: tuple[Passed, ...]
    more: bool


def see_near(context: Context, *, request_id: int) -> Near:
    """Who is near and not proposed, in addition to those listed on the request's page.

    Empty once the request is matched, or while it has no position. A constant number of queries.
    """
    request = load_request(context.session, request_id)
    context.actor.needs(RoleName.COORDINATOR, request.area_path)
    if not is_rankable(request) or request.lat is None or request.lon is None:
        return Near(request, (), more=False)
    reach = context.session.get_one(Category, request.category_id).radius_m * REACH_TIMES
    rank = partial(rank_for, context.session, request=request, now=context.now, radius_m=reach)
    listed = {one.person_id for one in nearly_fitting(rank())}
    around = _around(context.session, request.lat, request.lon, reach)
    found = [one for one in rank(people=around).left_out if one.person_id not in listed]
    more = len(found) > MOST or len(around) == LOOKED_AT
    return Near(request, _named(context.session, context.actor, found[:MOST]), more)


def _around(session: Session, lat: float, lon: float, reach_m: int) -> list[int]:
    """People with any offer, nearest first."""
    session.flush()
    categories = session.scalars(select(Category.id)).all()
    point = earth_point(lat, lon)

    def read(block: Block, *, square: float, after: Found, limit: int) -> Sequence[Found]:
        return offering_anything(
            session,
            categories,
            point,
            rows=block.rows,
            west=block.west,
            east=block.east,
            square=square,
            after=after,
            limit=limit,
        )

    people = nearest(read, lat, lon, reach_m=reach_m, at_once=AT_ONCE)
    return [person_id for _, person_id in islice(people, LOOKED_AT)]


def _named(session: Session, actor: Actor, found: Sequence[LeftOut]) -> tuple[Passed, ...]:
    ids = [one.person_id for one in found]
    names = names_of(session, ids)
    paths = dict(
        session.execute(select(Person.id, Person.area_path).where(Person.id.in_(ids))).all()
    )
    return tuple(
        Passed(one, names[one.person_id], actor.has(RoleName.COORDINATOR, paths[one.person_id]))
        for one in found
        if one.person_id in names
    )
