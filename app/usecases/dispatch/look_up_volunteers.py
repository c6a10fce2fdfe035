"""Everything the matcher needs about volunteers, looked up for all of them at once."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    Connection,
    String,
    and_,
    bindparam,
    cast,
    exists,
    or_,
    select,
)
from sqlalchemy.orm import Session

from app.catalogue.models import CategorySkill, Skill
from app.core.statements import among
from app.core.travel import Travel
from app.dispatch.models import Match
from app.dispatch.rules import OUR_END_REASONS, MatchState
from app.help_requests.models import Feedback, HelpRequest
from app.help_requests.rules import REOPENING_STARS
from app.matching.acceptance import Chance
from app.matching.conflicts import TaskTime, conflicts
from app.matching.distance import metres_between
from app.matching.eligibility import Candidate
from app.matching.visit_history import visits_between
from app.offers.models import Offer, OfferCategory
from app.people.models import BlockedPair, Person, PersonSkill
from app.people.rules import PersonState
from app.usecases.dispatch.learnt_chances import chances_for
from app.usecases.dispatch.look_up_times import (
    Held,
    look_up_held,
    person_times,
    tasks_that_day,
)
from app.usecases.dispatch.recent_work import Work, recent_work
from app.usecases.messages.reach import unreachable

NOTHING_HELD = Held()
# Looked up, because making a member of an enum takes longer.
MEANS = {str(one): one for one in Travel}

TERMS = (
    Offer.person_id,
    Offer.lat,
    Offer.lon,
    Offer.radius_m,
    cast(Offer.hours, String).label("hours"),
    cast(Offer.languages, String).label("languages"),
    Offer.max_load,
    Offer.weekly_limit,
    Offer.paused_until,
    Offer.travel,
    Person.state,
)
WISHES = (cast(Offer.wishes, String).label("wishes"), Offer.woman)
OFFERS = (
    select(
        *TERMS,
        exists()
        .where(
            OfferCategory.offer_id == Offer.id, OfferCategory.category_id == bindparam("category")
        )
        .label("covers"),
        exists()
        .where(
            BlockedPair.person_id == Offer.person_id, BlockedPair.phone_lookup == bindparam("phone")
        )
        .label("blocked"),
        *WISHES,
    )
    .join(Person, Person.id == Offer.person_id)
    .where(Offer.active, among(Offer.person_id, "people"))
)
SKILLS = (
    select(
        PersonSkill.person_id,
        PersonSkill.skill_id,
        Skill.needs_certificate,
        PersonSkill.verified_at.is_not(None),
    )
    .join(CategorySkill, CategorySkill.skill_id == PersonSkill.skill_id)
    .join(Skill, Skill.id == PersonSkill.skill_id)
    .where(
        CategorySkill.category_id == bindparam("category"), among(PersonSkill.person_id, "people")
    )
)
# Asks of this request, and earlier service to the same resident, oldest first.
MEETINGS = (
    select(
        Match.person_id,
        Match.request_id,
        Match.round_no,
        Match.state,
        Match.end_reason,
        Match.reopened,
        Feedback.stars,
    )
    .join(HelpRequest, HelpRequest.id == Match.request_id)
    .outerjoin(
        Feedback,
        and_(Feedback.request_id == Match.request_id, Feedback.round_no == Match.round_no),
    )
    .where(
        HelpRequest.phone_lookup == bindparam("phone"),
        or_(Match.request_id == bindparam("request"), Match.state == MatchState.FINISHED),
    )
    .order_by(Match.id)
)


@dataclass(frozen=True, slots=True)
class Asking:
    """What somebody would be asked about: the request, its position, its time, who is on duty."""

    request: HelpRequest
    lat: float
    lon: float
    task: TaskTime
    zone: ZoneInfo
    duty: frozenset[int]
    now: datetime


@dataclass(slots=True)
class Past:
    """What is known of one person besides the offer."""

    asked_already: bool = False
    # Why no message reaches them now, if none does.
    unreachable: str | None = None
    # Finished visits in order: satisfied, not satisfied, or None for not rated.
    visits: list[bool | None] = field(default_factory=list)
    skills: set[int] = field(default_factory=set)
    unverified: set[int] = field(default_factory=set)
    certified: set[int] = field(default_factory=set)


def look_up(session: Session, asking: Asking, people: Sequence[int]) -> list[Candidate]:
    """Those of `people` who have an active offer, as candidates. Eleven queries, however many."""
    # Use the connection itself: without ORM objects a query takes half the time.
    reader = session.connection()
    past: dict[int, Past] = defaultdict(Past)
    _look_at_skills(reader, asking, people, past)
    _look_at_meetings(reader, asking, past)
    held = look_up_held(session, asking.request, people, asking.now)
    values = {
        "people": people,
        "category": asking.request.category_id,
        "phone": asking.request.phone_lookup,
    }
    rows = reader.execute(OFFERS, values).all()
    chances = _chances(session, asking, rows)
    work = recent_work(reader, people, now=asking.now)
    for person_id, why in unreachable(reader, people, asking.now).items():
        past[person_id].unreachable = why
    return [
        candidate_of(
            row,
            past[row.person_id],
            held.get(row.person_id, NOTHING_HELD),
            work[row.person_id],
            chances[row.person_id],
            asking,
        )
        for row in rows
    ]


def _chances(session: Session, asking: Asking, rows: Sequence[Any]) -> dict[int, Chance]:
    here = asking.lat, asking.lon
    metres = {row.person_id: metres_between(*here, row.lat, row.lon) for row in rows}
    return chances_for(session, asking.request, metres, now=asking.now, zone=asking.zone)


def _look_at_skills(
    reader: Connection, asking: Asking, people: Sequence[int], past: dict[int, Past]
) -> None:
    values = {"people": people, "category": asking.request.category_id}
    for person_id, skill_id, needs_certificate, verified in reader.execute(SKILLS, values).all():
        one = past[person_id]
        (one.skills if verified or not needs_certificate else one.unverified).add(skill_id)
        if verified:
            one.certified.add(skill_id)


def _look_at_meetings(reader: Connection, asking: Asking, past: dict[int, Past]) -> None:
    """Who was asked for this request already, familiar volunteers, and poor ratings."""
    request = asking.request
    values = {"phone": request.phone_lookup, "request": request.id}
    for person_id, request_id, round_no, state, ended, reopened, stars in reader.execute(
        MEETINGS, values
    ).all():
        if request_id == request.id and round_no == request.round_no:
            unasked = state == MatchState.PROPOSED or ended in OUR_END_REASONS or reopened
            past[person_id].asked_already |= not unasked
        elif state == MatchState.FINISHED:
            past[person_id].visits.append(None if stars is None else stars > REOPENING_STARS)


def candidate_of(
    row: Any, past: Past, held: Held, work: Work, chance: Chance, asking: Asking
) -> Candidate:
    """A volunteer before a request, from a row of OFFERS and what else is known."""
    # Unpacked at once in the order of OFFERS: access by name is slower.
    (person_id, lat, lon, radius_m, hours, languages, max_load, weekly_limit) = row[:8]
    (paused_until, means, state, covers, blocked, wishes, woman) = row[8:]
    travel = MEANS[means]
    on_duty = person_id in asking.duty
    meetings = visits_between(past.visits)
    times = person_times(held, asking.task, hours, paused_until, zone=asking.zone, travel=travel)
    return Candidate(
        person_id=person_id,
        lat=lat,
        lon=lon,
        radius_m=radius_m,
        travel=travel,
        categories=frozenset((asking.request.category_id,) if covers else ()),
        skills=frozenset(past.skills),
        languages=_codes(languages),
        wishes=_codes(wishes),
        woman=woman,
        conflicts=tuple(conflicts(asking.task, times, on_duty=on_duty)),
        on_duty=on_duty,
        suspended=state != PersonState.ACTIVE,
        active_tasks=tasks_that_day(asking.task, held.tasks, asking.zone) if held.tasks else 0,
        max_load=max_load,
        tasks_this_week=work.tasks_this_week,
        passed_this_week=work.passed_this_week,
        broken_this_week=work.broken_this_week,
        weekly_limit=weekly_limit,
        unreachable=past.unreachable,
        asked_already=past.asked_already,
        blocked=blocked,
        unsatisfied=meetings.unsatisfied,
        last_asked_at=work.last_asked_at,
        last_task_at=work.last_task_at,
        asked=work.asked,
        accepted=work.accepted,
        broken=work.broken,
        served_this_resident=meetings.times,
        visits_here=len(past.visits),
        unverified=frozenset(past.unverified),
        certified=frozenset(past.certified),
        duty_ended_at=max((one.end for one in held.duties if one.end <= asking.now), default=None),
        chance=chance.p,
        comes=chance.comes,
    )


@lru_cache(maxsize=256)
def _codes(written: str) -> frozenset[str]:
    return frozenset(json.loads(written) or ())
