"""Asks volunteers: a match, a reply number, a line in the trail, a message."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.models import Category
from app.core.actor import Actor
from app.core.context import Context
from app.core.urgency import Urgency
from app.dispatch.escalation_policy import read_escalation_policy, text_waits_s
from app.dispatch.models import Match, Wave
from app.dispatch.rules import MatchState, free_reply_number
from app.help_requests.models import HelpRequest
from app.matching.ranking import Ranked
from app.people.models import Person
from app.trail.chain import record
from app.usecases.dispatch.idle_volunteers import note_busy
from app.usecases.dispatch.pool_volunteers import chance_of_yes
from app.usecases.messages.notify import notify_person
from app.usecases.shared.reply_numbers import NONE_YET, numbers_in_use


def send_matches(
    context: Context,
    request: HelpRequest,
    wave: Wave,
    picked: Sequence[Ranked],
    *,
    answer_by: datetime,
) -> None:
    """Asks these volunteers in a wave, in this order; an answer after `answer_by` is late."""
    ids = [one.person_id for one in picked]
    people = {
        person.id: person
        for person in context.session.scalars(select(Person).where(Person.id.in_(ids)))
    }
    proposed = {
        match.person_id: match
        for match in context.session.scalars(
            select(Match)
            .where(
                Match.request_id == request.id,
                Match.round_no == request.round_no,
                Match.person_id.in_(ids),
            )
            .execution_options(populate_existing=True)
        )
    }
    used = numbers_in_use(context.session, ids)
    note_busy(context.session, ids, now=context.now)
    waits = _text_waits(context.session, request)
    for position, one in enumerate(picked, start=1):
        match = proposed.get(one.person_id) or new_match(
            request, one, actor=context.actor, now=context.now
        )
        match.wave_id = wave.id
        match.state = str(MatchState.SENT)
        match.position = position
        match.chance = round(chance_of_yes(one), 3)
        match.sent_at, match.deadline_at = context.now, answer_by
        match.end_reason, match.ended_at = None, None
        match.reply_number = free_reply_number(*used.get(one.person_id, NONE_YET))
        context.session.add(match)
        context.session.flush()
        _record_sent(context, request, wave, match)
        person = people[one.person_id]
        _ask(context.session, request, match, person, one.metres, waits=waits, now=context.now)


def _text_waits(session: Session, request: HelpRequest) -> timedelta:
    """How long an urgent text waits for the answer to a push, by the dispatch policy."""
    if request.urgency != Urgency.URGENT:
        return timedelta(0)
    category = session.get_one(Category, request.category_id)
    return timedelta(seconds=text_waits_s(read_escalation_policy(category.escalation_policy)))


def _ask(
    session: Session,
    request: HelpRequest,
    match: Match,
    person: Person,
    metres: float,
    *,
    waits: timedelta,
    now: datetime,
) -> None:
    notify_person(
        session,
        person,
        "match_asked",
        subject=f"match:{match.id}",
        now=now,
        occurrence=f"wave:{match.wave_id}",
        request_id=request.id,
        urgent=request.urgency == Urgency.URGENT,
        text_waits=waits,
        number=match.reply_number,
        minutes=max(1, ((match.deadline_at or now) - now) // timedelta(minutes=1)),
        # To ten metres: the distance is a hint and must not reveal the address.
        distance=round(metres / 10) * 10,
    )


def new_match(request: HelpRequest, one: Ranked, *, actor: Actor, now: datetime) -> Match:
    """A match of this round as ranked, proposed and not yet stored."""
    return Match(
        token=secrets.token_urlsafe(18),
        request_id=request.id,
        round_no=request.round_no,
        person_id=one.person_id,
        state=str(MatchState.PROPOSED),
        distance_m=round(one.metres),
        score=round(one.score, 3),
        reasons=[
            {"code": p.code, "points": round(p.points, 1), "numbers": p.numbers} for p in one.parts
        ],
        made_at=now,
        made_by=actor.person_id,
    )


def _record_sent(context: Context, request: HelpRequest, wave: Wave, match: Match) -> None:
    record(
        context,
        kind="match.sent",
        subject=("match", match.id),
        area_path=request.area_path,
        request_id=request.id,
        details={
            "person": match.person_id,
            "wave": wave.number,
            "score": round(match.score, 1),
            "metres": match.distance_m,
        },
    )
