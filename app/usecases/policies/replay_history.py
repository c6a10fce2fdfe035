"""A community's past for the dispatch lab. Reads plain columns only; decrypts nothing.

Offers, skills and hours are those of today: their past values are not stored.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.queries import zone_of
from app.catalogue.models import Category
from app.catalogue.queries import skills_by_who
from app.core.travel import Travel
from app.core.wishes import Wish
from app.dispatch.asked_about import AskedAbout, read_asked_about
from app.dispatch.models import Match
from app.dispatch.rules import HOLDING, EndReason, MatchState
from app.help_requests.models import HelpRequest
from app.help_requests.rules import State
from app.matching.distance import Box, box_around
from app.matching.lab.history import NO, SILENCE, UNKNOWN, YES, History, PastAsk, outcomes
from app.matching.lab.world import (
    LabRequest,
    World,
    hour_bit,
    hours_between,
    is_night,
)
from app.matching.ranking import weights_from
from app.usecases.dispatch.learn_ways import way_factor_in
from app.usecases.policies.replay_volunteers import resident_key, visits_to, volunteers_around

# Asks this long before the first request still inform about people.
LEARNT_FROM = timedelta(days=180)
# Search for volunteers this far around the requests, as far as people on duty come.
AROUND_M = 10_000
# A category, the skills that all must have, and those that one of a team is enough for.
Kind = tuple[Category, frozenset[int], frozenset[int]]
NEVER_MATCHED = (State.SUBMITTED, State.REJECTED)


@dataclass(frozen=True, slots=True)
class Asked:
    """The past to replay: an area with all below it, [since, until).

    None as category or urgency means all.
    """

    area_path: str
    category_id: int | None
    urgency: str | None
    since: datetime
    until: datetime
    # At most this many are read, the newest.
    most: int = 300


def read_history(session: Session, asked: Asked) -> History | None:
    """The past that the lab replays; None if there is none."""
    zone = zone_of(session, asked.area_path)
    rows = _requests(session, asked)
    matches = _matches(session, asked)
    asks = [_past_ask(row) for row in matches]
    began, ready = _began(asks), _ready(matches)
    placed = [row for row in rows if row.lat is not None and row.id in began]
    if not placed:
        return None
    kinds = {one: _kind(session, one) for one in {row.category_id for row in placed}}
    factors = {
        one: way_factor_in(session, one, asked.until) for one in {row.area_id for row in placed}
    }
    requests = [
        replace(
            _request(row, began[row.id], kinds[row.category_id], zone),
            ready=frozenset(ready[row.id]),
            way_factor=factors[row.area_id],
        )
        for row in placed
    ]
    requests.sort(key=lambda one: (one.at, one.id))
    volunteers = volunteers_around(
        session,
        categories=sorted(kinds),
        box=_box(requests),
        since=asked.since,
        until=asked.until,
    )
    replayed = {one.id for one in requests}
    world = World(volunteers, requests, zone)
    before = [ask for ask in asks if ask.at < requests[0].at]
    return History(
        world=replace(
            world,
            earlier=outcomes(before, world),
            visits=visits_to(session, sorted({row.phone_lookup for row in placed})),
        ),
        asks=[ask for ask in asks if ask.request_id in replayed],
        left_out=len(rows) - len(placed),
    )


def _kind(session: Session, category_id: int) -> Kind:
    return session.get_one(Category, category_id), *skills_by_who(session, category_id)


def _requests(session: Session, asked: Asked) -> Sequence[Any]:
    wanted = []
    if asked.category_id is not None:
        wanted.append(HelpRequest.category_id == asked.category_id)
    if asked.urgency is not None:
        wanted.append(HelpRequest.urgency == asked.urgency)
    columns = (
        HelpRequest.id,
        HelpRequest.area_id,
        HelpRequest.category_id,
        HelpRequest.lat,
        HelpRequest.lon,
        HelpRequest.urgency,
        HelpRequest.spoken_language,
        HelpRequest.wishes,
        HelpRequest.volunteers_needed,
        HelpRequest.wanted_from,
        HelpRequest.wanted_to,
        HelpRequest.phone_lookup,
    )
    return session.execute(
        select(*columns)
        .where(
            HelpRequest.area_path.startswith(asked.area_path, autoescape=True),
            *wanted,
            HelpRequest.submitted_at >= asked.since,
            HelpRequest.submitted_at < asked.until,
            HelpRequest.state.not_in(NEVER_MATCHED),
        )
        .order_by(HelpRequest.submitted_at.desc(), HelpRequest.id.desc())
        .limit(asked.most)
    ).all()


def _matches(session: Session, asked: Asked) -> Sequence[Any]:
    """Asks of first rounds here, of every category: all inform about people."""
    return session.execute(
        select(
            Match.request_id,
            Match.person_id,
            Match.sent_at,
            Match.answered_at,
            Match.accepted_at,
            Match.state,
            Match.end_reason,
            Match.distance_m,
            Match.made_by,
            Match.question,
            Match.went_by,
            HelpRequest.category_id,
            HelpRequest.area_id,
            HelpRequest.wanted_from,
        )
        .join(HelpRequest, HelpRequest.id == Match.request_id)
        .where(
            HelpRequest.area_path.startswith(asked.area_path, autoescape=True),
            Match.round_no == 1,
            Match.sent_at >= asked.since - LEARNT_FROM,
            Match.sent_at < asked.until,
        )
        .order_by(Match.sent_at, Match.id)
    ).all()


def _past_ask(row: Any) -> PastAsk:
    answer = _answer(row)
    way_m = float(row.distance_m or 0)
    about = read_asked_about(row.question) or AskedAbout(
        row.area_id, row.category_id, row.wanted_from, round(way_m)
    )
    ended = row.accepted_at if answer == YES else row.answered_at
    after = (ended - row.sent_at).total_seconds() if ended and answer in (YES, NO) else 0.0
    return PastAsk(
        request_id=row.request_id,
        person_id=row.person_id,
        area_id=about.area_id,
        category_id=about.category_id,
        metres=float(about.metres),
        at=row.sent_at,
        answer=answer,
        after_s=max(0.0, after),
        wanted_from=about.wanted_from,
        way_m=way_m,
        went_by=None if row.went_by is None else Travel(row.went_by),
    )


def _answer(row: Any) -> str:
    if row.accepted_at is not None or row.state in HOLDING:
        return YES
    if row.state == MatchState.DECLINED:
        return NO
    silent = row.state == MatchState.EXPIRED and row.end_reason == EndReason.DEADLINE
    return SILENCE if silent else UNKNOWN


def _began(asks: Iterable[PastAsk]) -> dict[int, datetime]:
    """When matching of each request began: at its first ask."""
    began: dict[int, datetime] = {}
    for ask in asks:
        began.setdefault(ask.request_id, ask.at)
    return began


def _ready(matches: Iterable[Any]) -> dict[int, set[int]]:
    """Who was asked for each request, except by a coordinator, who may ignore hours and reach."""
    ready: dict[int, set[int]] = defaultdict(set)
    for row in matches:
        if row.made_by in (None, row.person_id):
            ready[row.request_id].add(row.person_id)
    return ready


def _request(row: Any, began: datetime, kind: Kind, zone: ZoneInfo) -> LabRequest:
    category, skills, shared = kind
    start = max(began, row.wanted_from or began)
    end = row.wanted_to
    local = began.astimezone(zone)
    return LabRequest(
        id=row.id,
        at=began,
        category_id=row.category_id,
        lat=row.lat,
        lon=row.lon,
        radius_m=category.radius_m,
        hours=hours_between(start, end, zone) if end and end > start else hour_bit(start, zone),
        wait_s=category.dispatch_minutes * 60.0,
        urgency=row.urgency,
        places=row.volunteers_needed,
        skills=skills,
        shared=shared,
        wishes=frozenset(row.wishes),
        together=category.together or Wish.COMPANION in row.wishes,
        language=row.spoken_language,
        resident=resident_key(row.phone_lookup),
        block=local.toordinal(),
        night=is_night(began, zone),
        wanted_from=row.wanted_from,
        weights=weights_from(category.weights or {}),
    )


def _box(requests: Sequence[LabRequest]) -> Box:
    boxes = [box_around(one.lat, one.lon, AROUND_M) for one in requests]
    return Box(
        min(one.south for one in boxes),
        min(one.west for one in boxes),
        max(one.north for one in boxes),
        max(one.east for one in boxes),
    )
