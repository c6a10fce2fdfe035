"""Who near a help request may be asked, in what order and why: reads rows, asks the matcher."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import cos, radians
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from app.areas.queries import zone_of
from app.catalogue.models import Category
from app.catalogue.queries import skills_needed
from app.dispatch.models import Match
from app.dispatch.rules import ACTIVE, HOLDING, MatchState
from app.help_requests.models import HelpRequest
from app.matching.distance import box_around
from app.matching.eligibility import Candidate, Need
from app.matching.ranking import Ranking, rank, weights_from
from app.offers.models import Offer, OfferCategory
from app.offers.rules import BadHours, WeeklyHours, parse_hours, within_hours
from app.people.models import BlockedPair, Person, PersonSkill
from app.rotation.queries import on_duty_now

# Only so many of the nearest are looked at; more could not be asked anyway.
MOST_CANDIDATES = 600
WEEK = timedelta(days=7)
# Within how long a wanted period is searched for an hour that suits.
LOOK_AHEAD = timedelta(hours=12)
ASSUMED_TASK = timedelta(hours=1)


@dataclass
class _Past:
    """What the matches of a volunteer say."""

    asked: int = 0
    accepted: int = 0
    asked_this_week: int = 0
    last_asked_at: datetime | None = None
    active: int = 0
    busy: bool = False
    asked_already: bool = False
    served: int = 0


@dataclass
class _Known:
    """Everything that is looked up for all candidates at once."""

    offers: list[tuple[Offer, str]]
    categories: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    skills: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    past: dict[int, _Past] = field(default_factory=lambda: defaultdict(_Past))
    blocked: frozenset[int] = frozenset()
    duty: frozenset[int] = frozenset()


def rank_for(
    session: Session,
    *,
    request: HelpRequest,
    now: datetime,
    radius_m: int,
    on_duty_only: bool = False,
    people: Sequence[int] | None = None,
) -> Ranking:
    """The ranking for a help request within `radius_m`. A constant number of queries.

    `people` are looked at instead of whoever is near, wherever they start from. Raises ValueError
    for a request without a place on the map.
    """
    if request.lat is None or request.lon is None:
        raise ValueError("the help request has no place")
    category = session.get_one(Category, request.category_id)
    need = Need(
        category_id=request.category_id,
        lat=request.lat,
        lon=request.lon,
        radius_m=radius_m,
        urgency=request.urgency,
        skills=skills_needed(session, request.category_id),
        language=request.spoken_language,
        on_duty_only=on_duty_only,
    )
    known = _look_up(session, request, need, now, people)
    zone = zone_of(session, request.area_path)
    candidates = [
        _candidate(offer, state, known, request, now, zone) for offer, state in known.offers
    ]
    return rank(need, candidates, weights_from(category.weights or {}), now=now)


def _look_up(
    session: Session,
    request: HelpRequest,
    need: Need,
    now: datetime,
    only: Sequence[int] | None,
) -> _Known:
    duty = frozenset(on_duty_now(session, request.area_path, now))
    offers = _offers_near(session, need, duty) if only is None else _offers_of(session, only)
    known = _Known(offers, duty=duty)
    people = [offer.person_id for offer, _ in known.offers]
    for person_id, category_id in session.execute(
        select(Offer.person_id, OfferCategory.category_id)
        .join(Offer, Offer.id == OfferCategory.offer_id)
        .where(Offer.person_id.in_(people))
    ):
        known.categories[person_id].add(category_id)
    for person_id, skill_id in session.execute(
        select(PersonSkill.person_id, PersonSkill.skill_id).where(PersonSkill.person_id.in_(people))
    ):
        known.skills[person_id].add(skill_id)
    known.blocked = frozenset(
        session.scalars(
            select(BlockedPair.person_id).where(BlockedPair.phone_lookup == request.phone_lookup)
        )
    )
    _look_at_past(session, known, people, now)
    _look_at_this(session, known, people, request, now)
    return known


def _offers_near(session: Session, need: Need, duty: frozenset[int]) -> list[tuple[Offer, str]]:
    box = box_around(need.lat, need.lon, need.radius_m)
    narrow = cos(radians(need.lat)) ** 2
    square = (Offer.lat - need.lat) * (Offer.lat - need.lat) + (Offer.lon - need.lon) * (
        Offer.lon - need.lon
    ) * narrow
    rows = session.execute(
        select(Offer, Person.state)
        .join(Person, Person.id == Offer.person_id)
        .where(
            Offer.active,
            # Before the limit, or in a dense city the able would be cut off.
            Offer.id.in_(
                select(OfferCategory.offer_id).where(OfferCategory.category_id == need.category_id)
            ),
            Offer.lat.between(box.south, box.north),
            Offer.lon.between(box.west, box.east),
            *((Offer.person_id.in_(duty),) if need.on_duty_only else ()),
        )
        .order_by(square)
        .limit(MOST_CANDIDATES)
    )
    return [(offer, state) for offer, state in rows]


def _offers_of(session: Session, people: Sequence[int]) -> list[tuple[Offer, str]]:
    rows = session.execute(
        select(Offer, Person.state)
        .join(Person, Person.id == Offer.person_id)
        .where(Offer.active, Offer.person_id.in_(people))
    )
    return [(offer, state) for offer, state in rows]


def _look_at_past(session: Session, known: _Known, people: list[int], now: datetime) -> None:
    held = case((Match.accepted_at.is_not(None), 1), else_=0)
    lately = case((Match.sent_at >= now - WEEK, 1), else_=0)
    rows = session.execute(
        select(
            Match.person_id,
            func.count(),
            func.sum(held),
            func.sum(lately),
            func.max(Match.sent_at),
        )
        .where(Match.person_id.in_(people), Match.sent_at.is_not(None))
        .group_by(Match.person_id)
    )
    for person_id, asked, accepted, week, last in rows:
        past = known.past[person_id]
        past.asked, past.accepted = asked, int(accepted or 0)
        past.asked_this_week, past.last_asked_at = int(week or 0), last


def _look_at_this(
    session: Session, known: _Known, people: list[int], request: HelpRequest, now: datetime
) -> None:
    """Tasks at hand, whoever was asked for this request already, and familiar faces."""
    active = session.execute(
        select(Match.person_id, HelpRequest.wanted_from, HelpRequest.wanted_to)
        .join(HelpRequest, HelpRequest.id == Match.request_id)
        .where(Match.person_id.in_(people), Match.state.in_(sorted(ACTIVE)))
    )
    ours = _period(request.wanted_from, request.wanted_to, now)
    for person_id, start, end in active:
        theirs = _period(start, end, now)
        known.past[person_id].active += 1
        known.past[person_id].busy |= theirs[0] < ours[1] and ours[0] < theirs[1]
    seen = session.execute(
        select(Match.person_id, Match.request_id, Match.round_no, Match.state)
        .join(HelpRequest, HelpRequest.id == Match.request_id)
        .where(
            Match.person_id.in_(people),
            or_(
                Match.request_id == request.id,
                HelpRequest.phone_lookup == request.phone_lookup,
            ),
        )
    )
    for person_id, request_id, round_no, state in seen:
        if request_id == request.id and round_no == request.round_no:
            waiting = state in (MatchState.PROPOSED, MatchState.APPROVED)
            known.past[person_id].asked_already |= not waiting
        elif state in HOLDING:
            known.past[person_id].served += 1


def _period(
    start: datetime | None, end: datetime | None, now: datetime
) -> tuple[datetime, datetime]:
    """When a task takes place; without a wish it is now, for about an hour."""
    begins = start or now
    return begins, end or begins + ASSUMED_TASK


def _candidate(
    offer: Offer, state: str, known: _Known, request: HelpRequest, now: datetime, zone: ZoneInfo
) -> Candidate:
    person_id = offer.person_id
    past = known.past[person_id]
    return Candidate(
        person_id=person_id,
        lat=offer.lat,
        lon=offer.lon,
        radius_m=offer.radius_m,
        categories=frozenset(known.categories[person_id]),
        skills=frozenset(known.skills[person_id]),
        languages=frozenset(offer.languages or ()),
        in_hours=_suits(offer.hours, request, now, zone),
        on_duty=person_id in known.duty,
        paused_until=offer.paused_until,
        suspended=state != "active",
        active_tasks=past.active,
        max_load=offer.max_load,
        asked_this_week=past.asked_this_week,
        weekly_limit=offer.weekly_limit,
        asked_already=past.asked_already,
        blocked=person_id in known.blocked,
        busy_then=past.busy,
        last_asked_at=past.last_asked_at,
        asked=past.asked,
        accepted=past.accepted,
        served_this_resident=past.served,
    )


def _suits(hours: Any, request: HelpRequest, now: datetime, zone: ZoneInfo) -> bool:
    """Whether any hour of the wanted period is within the offer's hours; without a wish, now."""
    try:
        week: WeeklyHours = parse_hours(hours or [])
    except BadHours:
        # One unreadable offer must not stop the others from being asked.
        return False
    if request.wanted_from is None and request.wanted_to is None:
        return within_hours(week, now, zone)
    start = max(now, request.wanted_from or now)
    end = min(request.wanted_to or start + ASSUMED_TASK, start + LOOK_AHEAD)
    moment = start
    while moment < max(end, start + timedelta(minutes=1)):
        if within_hours(week, moment, zone):
            return True
        moment += timedelta(hours=1)
    return False
