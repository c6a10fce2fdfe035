"""Everything the matcher needs about volunteers, looked up for all of them at once."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
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
    literal_column,
    or_,
    select,
)
from sqlalchemy.orm import Session

from app.catalogue.models import CategorySkill, Skill
from app.core.statements import among
from app.dispatch.models import Match
from app.dispatch.rules import ACTIVE, OUR_END_REASONS, MatchState
from app.help_requests.models import Feedback, HelpRequest
from app.help_requests.rules import REOPENING_STARS
from app.matching.acceptance import Chance
from app.matching.distance import metres_between
from app.matching.eligibility import REST, Candidate, rest_until
from app.matching.visit_history import visits_between
from app.offers.models import Offer, OfferCategory
from app.offers.rules import Wall, opens_within, read_hours
from app.people.models import BlockedPair, Person, PersonSkill
from app.people.rules import PersonState
from app.rotation.models import Shift
from app.rotation.states import ShiftState
from app.usecases.dispatch.learnt_chances import chances_for
from app.usecases.dispatch.recent_work import Work, recent_work

# How far back to look when measuring how long somebody has been on duty.
LONGEST_DUTY = timedelta(hours=24)
ASSUMED_TASK = timedelta(hours=1)

OFFERS = (
    select(
        Offer.person_id,
        Offer.lat,
        Offer.lon,
        Offer.radius_m,
        cast(Offer.hours, String).label("hours"),
        cast(Offer.languages, String).label("languages"),
        Offer.max_load,
        Offer.weekly_limit,
        Offer.paused_until,
        Person.state,
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
# States as literals: only so can the partial index of active matches be used.
IN_HAND = Match.state.in_([literal_column(f"'{state}'") for state in sorted(ACTIVE)])
TASKS = (
    select(Match.person_id, HelpRequest.wanted_from, HelpRequest.wanted_to)
    .join(HelpRequest, HelpRequest.id == Match.request_id)
    .where(among(Match.person_id, "people"), IN_HAND)
)
# Asks of this request, and earlier service to the same resident, oldest first.
MEETINGS = (
    select(
        Match.person_id,
        Match.request_id,
        Match.round_no,
        Match.state,
        Match.end_reason,
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
DUTIES = select(Shift.person_id, Shift.starts_at, Shift.ends_at).where(
    and_(Shift.state == ShiftState.AGREED, Shift.ends_at <= bindparam("now")),
    Shift.ends_at > bindparam("since"),
    among(Shift.person_id, "people"),
)


@dataclass(frozen=True, slots=True)
class Asking:
    """What somebody would be asked about: the request, its position and its wanted wall times."""

    request: HelpRequest
    lat: float
    lon: float
    period: tuple[Wall, ...]
    zone: ZoneInfo
    duty: frozenset[int]
    now: datetime


@dataclass(slots=True)
class _Past:
    """What is known of one person besides the offer."""

    active: int = 0
    busy: bool = False
    asked_already: bool = False
    # Finished visits in order: satisfied, not satisfied, or None for not rated.
    visits: list[bool | None] = field(default_factory=list)
    duties: list[tuple[datetime, datetime]] = field(default_factory=list)
    skills: set[int] = field(default_factory=set)
    unverified: set[int] = field(default_factory=set)
    certified: set[int] = field(default_factory=set)


def look_up(session: Session, asking: Asking, people: Sequence[int]) -> list[Candidate]:
    """Those of `people` who have an active offer, as candidates. Ten queries, however many."""
    # Use the connection itself: without ORM objects a query takes half the time.
    reader = session.connection()
    past: dict[int, _Past] = defaultdict(_Past)
    _look_at_skills(reader, asking, people, past)
    _look_at_tasks(reader, asking, people, past)
    _look_at_meetings(reader, asking, past)
    _look_at_duties(reader, asking, people, past)
    values = {
        "people": people,
        "category": asking.request.category_id,
        "phone": asking.request.phone_lookup,
    }
    rows = reader.execute(OFFERS, values).all()
    chances = _chances(session, asking, rows)
    work = recent_work(reader, people, now=asking.now)
    return [
        _candidate(row, past[row.person_id], work[row.person_id], chances[row.person_id], asking)
        for row in rows
    ]


def _chances(session: Session, asking: Asking, rows: Sequence[Any]) -> dict[int, Chance]:
    here = asking.lat, asking.lon
    metres = {row.person_id: metres_between(*here, row.lat, row.lon) for row in rows}
    return chances_for(session, asking.request, metres, now=asking.now, zone=asking.zone)


def _look_at_skills(
    reader: Connection, asking: Asking, people: Sequence[int], past: dict[int, _Past]
) -> None:
    values = {"people": people, "category": asking.request.category_id}
    for person_id, skill_id, needs_certificate, verified in reader.execute(SKILLS, values).all():
        one = past[person_id]
        (one.skills if verified or not needs_certificate else one.unverified).add(skill_id)
        if verified:
            one.certified.add(skill_id)


def _look_at_tasks(
    reader: Connection, asking: Asking, people: Sequence[int], past: dict[int, _Past]
) -> None:
    ours = _period(asking.request.wanted_from, asking.request.wanted_to, asking.now)
    for person_id, start, end in reader.execute(TASKS, {"people": people}).all():
        theirs = _period(start, end, asking.now)
        past[person_id].active += 1
        past[person_id].busy |= theirs[0] < ours[1] and ours[0] < theirs[1]


def _period(
    start: datetime | None, end: datetime | None, now: datetime
) -> tuple[datetime, datetime]:
    """When a task takes place; without a wished time: now, for about an hour."""
    begins = start or now
    return begins, end or begins + ASSUMED_TASK


def _look_at_meetings(reader: Connection, asking: Asking, past: dict[int, _Past]) -> None:
    """Who was asked for this request already, familiar volunteers, and poor ratings."""
    request = asking.request
    values = {"phone": request.phone_lookup, "request": request.id}
    for person_id, request_id, round_no, state, ended, stars in reader.execute(
        MEETINGS, values
    ).all():
        if request_id == request.id and round_no == request.round_no:
            unasked = state == MatchState.PROPOSED or ended in OUR_END_REASONS
            past[person_id].asked_already |= not unasked
        elif state == MatchState.FINISHED:
            past[person_id].visits.append(None if stars is None else stars > REOPENING_STARS)


def _look_at_duties(
    reader: Connection, asking: Asking, people: Sequence[int], past: dict[int, _Past]
) -> None:
    since = asking.now - REST - LONGEST_DUTY
    values = {"people": people, "since": since, "now": asking.now}
    for person_id, start, end in reader.execute(DUTIES, values).all():
        past[person_id].duties.append((start, end))


def _candidate(row: Any, past: _Past, work: Work, chance: Chance, asking: Asking) -> Candidate:
    # Unpacked at once in the order of OFFERS: access by name is slower.
    (person_id, lat, lon, radius_m, hours, languages, max_load, weekly_limit, paused_until) = row[
        :9
    ]
    (state, covers, blocked) = row[9:]
    on_duty = person_id in asking.duty
    meetings = visits_between(past.visits)
    return Candidate(
        person_id=person_id,
        lat=lat,
        lon=lon,
        radius_m=radius_m,
        categories=frozenset((asking.request.category_id,) if covers else ()),
        skills=frozenset(past.skills),
        languages=_languages(languages),
        in_hours=_opens(hours, asking.period),
        on_duty=on_duty,
        paused_until=paused_until,
        suspended=state != PersonState.ACTIVE,
        active_tasks=past.active,
        max_load=max_load,
        tasks_this_week=work.tasks_this_week,
        passed_this_week=work.passed_this_week,
        broken_this_week=work.broken_this_week,
        weekly_limit=weekly_limit,
        asked_already=past.asked_already,
        blocked=blocked,
        unsatisfied=meetings.unsatisfied,
        busy_then=past.busy,
        # Somebody on duty now is not resting from it.
        rest_until=None if on_duty else rest_until(past.duties),
        last_asked_at=work.last_asked_at,
        last_task_at=work.last_task_at,
        asked=work.asked,
        accepted=work.accepted,
        broken=work.broken,
        served_this_resident=meetings.times,
        visits_here=len(past.visits),
        unverified=frozenset(past.unverified),
        certified=frozenset(past.certified),
        duty_ended_at=max((end for _, end in past.duties), default=None),
        chance=chance.p,
        comes=chance.comes,
    )


@lru_cache(maxsize=256)
def _languages(written: str) -> frozenset[str]:
    return frozenset(json.loads(written) or ())


@lru_cache(maxsize=4096)
def _opens(hours: str, period: tuple[Wall, ...]) -> bool:
    week = read_hours(hours)
    # One unreadable offer must not stop the others from being asked.
    return week is not None and opens_within(week, period)
