"""Who near a help request may be asked, in what order and why: reads rows, calls the matcher."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.areas.models import Area
from app.areas.zones import BEFORE_AREAS
from app.catalogue.models import Category, CategorySkill
from app.help_requests.models import HelpRequest
from app.matching.acceptance import weight_at
from app.matching.eligibility import UNREACHABLE, Candidate, Need, is_soon
from app.matching.ranking import Ranking, Weights, rank, weights_from
from app.matching.search_limits import ENOUGH
from app.matching.team_needs import TeamNeed
from app.usecases.dispatch.learn_ways import COUNTS, factor_from
from app.usecases.dispatch.look_up_times import duty_then, task_time
from app.usecases.dispatch.look_up_volunteers import Asking, look_up
from app.usecases.dispatch.search_near import NearSearch
from app.usecases.dispatch.team_needs import team_need
from app.usecases.shared.together import is_together

# The category's weights, the area's zone, what is learnt of ways there and, one line each, the
# skills needed, and whether one member of a team is enough for them.
CONTEXT = (
    select(
        Category.weights,
        select(Area.timezone).where(Area.path == bindparam("path")).scalar_subquery(),
        *COUNTS,
        CategorySkill.skill_id,
        CategorySkill.one_is_enough,
    )
    .outerjoin(CategorySkill, CategorySkill.category_id == Category.id)
    .where(Category.id == bindparam("category"))
)


@dataclass(frozen=True, slots=True)
class Setting:
    """All that ranking for a request needs, except the people."""

    need: Need
    weights: Weights
    asking: Asking

    def rank(self, people: Iterable[Candidate], despite: frozenset[str] = frozenset()) -> Ranking:
        """Ranks these people. Conflicts of time named in `despite` do not exclude.

        UNREACHABLE may be named there too.
        """
        return rank(self.need, _despite(people, despite), self.weights, now=self.asking.now)


def rank_for(
    session: Session,
    *,
    request: HelpRequest,
    now: datetime,
    radius_m: int,
    people: Sequence[int] | None = None,
    despite: frozenset[str] = frozenset(),
    again: bool = False,
) -> Ranking:
    """The ranking for a help request within `radius_m`.

    Has at least the nearest 24 who may be asked, if that many exist and at most 600 must be
    looked up for it. Those nearer than the 20th who offers the category and not ranked are left out
    with every reason. The number of queries depends only on how many near ones are excluded by
    their present activity, never on how many people there are. With `people`, ranks them instead
    of those near, from wherever they start; with `again`, whether or not they were asked for this
    request. Conflicts of time named in `despite` do not exclude. Raises ValueError for a request
    without a position.
    """
    setting = setting_for(session, request, radius_m=radius_m, now=now)
    if people is not None:
        found = look_up(session, setting.asking, list(people))
        if again:
            found = [replace(one, asked_already=False) for one in found]
        return setting.rank(found, despite)
    near = NearSearch(session, setting.need, setting.asking)
    return setting.rank(near.find(ENOUGH), despite)


def _despite(candidates: Iterable[Candidate], codes: frozenset[str]) -> Iterable[Candidate]:
    """The candidates without these conflicts of time, and reached if that does not matter."""
    if not codes:
        return candidates
    return [
        replace(
            one,
            conflicts=tuple(why for why in one.conflicts if why.code not in codes),
            unreachable=None if UNREACHABLE in codes else one.unreachable,
        )
        for one in candidates
    ]


def setting_for(session: Session, request: HelpRequest, *, radius_m: int, now: datetime) -> Setting:
    """What is needed within `radius_m`, at what time, who is on duty then, and the weights.

    Raises ValueError for a request without a position.
    """
    if request.lat is None or request.lon is None:
        raise ValueError("the help request has no place")
    # The reads bypass the session, so flush its pending changes first.
    session.flush()
    values = {
        "category": request.category_id,
        "path": request.area_path,
        "area": request.area_id,
        "share": 1 / weight_at(now),
    }
    lines = session.connection().execute(CONTEXT, values).all()
    weights, timezone, *ways = lines[0][:-2]
    zone = ZoneInfo(timezone) if timezone else BEFORE_AREAS
    need = need_of(
        request,
        radius_m=radius_m,
        skills=_skills(lines, shared=False),
        team=team_need(session, request, _skills(lines, shared=True)),
        together=request.volunteers_needed > 1 and is_together(session, request),
        zone=zone,
    )
    need = replace(need, way_factor=factor_from(*ways))
    duty = duty_then(session, request, now)
    task = task_time(request, now)
    asking = Asking(request, need.lat, need.lon, task, zone, frozenset(duty), now)
    return Setting(need, weights_from(weights or {}), asking)


def need_of(
    request: HelpRequest,
    *,
    radius_m: int,
    skills: frozenset[int],
    team: TeamNeed,
    together: bool,
    zone: ZoneInfo,
) -> Need:
    """What a request with a position wants; ways there as long as the formula says."""
    return Need(
        category_id=request.category_id,
        lat=request.lat or 0.0,
        lon=request.lon or 0.0,
        radius_m=radius_m,
        urgency=request.urgency,
        skills=skills,
        team=team,
        language=request.spoken_language if request.volunteers_needed == 1 else None,
        prefers=request.language,
        wishes=frozenset(request.wishes),
        together=together,
        zone=zone,
        turn=request.id,
        soon=is_soon(request.urgency, request.wanted_from),
    )


def _skills(lines: Iterable[Any], *, shared: bool) -> frozenset[int]:
    """The skills of the category for which one member is enough, or those that all must have."""
    return frozenset(
        line.skill_id
        for line in lines
        if line.skill_id is not None and line.one_is_enough is shared
    )
