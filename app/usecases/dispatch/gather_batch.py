"""Gathers requests that can wait for a few minutes, to assign them together.

See `matching.assignment`. Gathering only reads. Each assigned request is then asked about in its
own transaction, so a process that dies in between leaves the others to the next tick.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from app.catalogue.models import Category
from app.core.statements import in_chunks
from app.core.urgency import Urgency
from app.dispatch.models import Match
from app.dispatch.rules import HOLDING, MatchState
from app.help_requests.models import HelpRequest
from app.help_requests.rules import State
from app.matching.assignment import Pairs, assign
from app.matching.batch_window import AHEAD, HOLD
from app.matching.waves import is_idle_turn
from app.offers.models import Offer
from app.usecases.dispatch.decide_asks import policy_for
from app.usecases.dispatch.idle_volunteers import longest_idle
from app.usecases.dispatch.rank_volunteers import rank_for, setting_for

WEEK = timedelta(days=7)
# At most this many at a time, oldest first; the next tick takes the rest.
MOST_REQUESTS = 300
# Each request considers at most this many of its ranking.
MOST_PEOPLE = 30


@dataclass(frozen=True, slots=True)
class Assigned:
    """Whom to ask about a request; empty if nobody was left."""

    request_id: int
    person_ids: tuple[int, ...]


def gather_batch(session: Session, *, now: datetime) -> list[Assigned]:
    """Assigns everything that waits, once the oldest has waited long enough; else nothing."""
    requests = _waiting(session, now)
    if not requests or all(one.state_since + HOLD > now for one in requests):
        return []
    ranked = [_ranked(session, one, now) for one in requests]
    people = sorted({person_id for some in ranked for person_id in some})
    room = _room(session, people, now)
    column = {person_id: number for number, person_id in enumerate(people)}
    pairs = [
        (task, column[person_id], cost)
        for task, some in enumerate(ranked)
        for person_id, cost in some.items()
    ]
    places = [one.volunteers_needed - one.places_taken for one in requests]
    found = (
        assign(places, [room[person_id] for person_id in people], Pairs(*zip(*pairs, strict=True)))
        if pairs
        else []
    )
    chosen = [[people[p] for t, p in found if t == task] for task in range(len(requests))]
    for task, some in enumerate(chosen):
        some.sort(key=ranked[task].__getitem__)
    return [Assigned(one.id, tuple(some)) for one, some in zip(requests, chosen, strict=True)]


def _waiting(session: Session, now: datetime) -> Sequence[HelpRequest]:
    later = or_(HelpRequest.urgency == Urgency.PLANNED, HelpRequest.wanted_from >= now + AHEAD)
    return session.scalars(
        select(HelpRequest)
        .where(
            HelpRequest.state == State.OPEN,
            HelpRequest.auto_dispatch,
            HelpRequest.urgency != Urgency.URGENT,
            HelpRequest.lat.is_not(None),
            later,
        )
        .order_by(HelpRequest.state_since, HelpRequest.id)
        .limit(MOST_REQUESTS)
    ).all()


def _ranked(session: Session, request: HelpRequest, now: datetime) -> dict[int, float]:
    """The cost of asking each: the points that are missing from the best score."""
    category = session.get_one(Category, request.category_id)
    share = policy_for(session, request, category, now).idle_share
    if is_idle_turn(request.id, share) and (idle := _idle(session, request, category, now)):
        return idle
    ranking = rank_for(session, request=request, now=now, radius_m=category.radius_m)
    most = ranking.ranked[0].score if ranking.ranked else 0.0
    return {one.person_id: most - one.score for one in ranking.ranked[:MOST_PEOPLE]}


def _idle(
    session: Session, request: HelpRequest, category: Category, now: datetime
) -> dict[int, float]:
    """The cost of asking each of the longest idle: how many were idle longer."""
    reach = category.radius_m
    setting = setting_for(session, request, radius_m=reach, now=now)
    people = longest_idle(session, request, setting.need, now=now)
    ranking = rank_for(session, request=request, now=now, radius_m=reach, people=people)
    order = sorted(ranking.ranked, key=lambda one: (-one.idle_days * one.comes, one.metres))
    return {one.person_id: float(place) for place, one in enumerate(order[:MOST_PEOPLE])}


def _room(session: Session, people: Sequence[int], now: datetime) -> dict[int, int]:
    """How many more asks each may get within the limit of the week.

    Nobody gets a second ask before answering the first. The ranking keeps the limit of a day.
    """
    waiting = func.sum(case((Match.state == MatchState.SENT, 1), else_=0))
    taken = Match.state.in_(sorted(HOLDING)) & (Match.accepted_at >= now - WEEK)
    week = func.sum(case((taken, 1), else_=0))
    room: dict[int, int] = {}
    for some in in_chunks(people):
        counted = {
            row[0]: row[1:]
            for row in session.execute(
                select(Match.person_id, waiting, week)
                .where(Match.person_id.in_(some))
                .group_by(Match.person_id)
            )
        }
        limits = session.execute(
            select(Offer.person_id, Offer.weekly_limit).where(Offer.person_id.in_(some))
        )
        for person_id, weekly in limits:
            open_asks, taken_lately = counted.get(person_id, (0, 0))
            room[person_id] = max(0, min(1 - open_asks, weekly - taken_lately))
    return room
