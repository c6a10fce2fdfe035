"""Asks volunteers: a match, a reply number, a line in the trail, a message."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.models import Category
from app.core.actor import Actor
from app.core.context import Context
from app.dispatch.escalation_policy import read_escalation_policy, text_waits_s
from app.dispatch.models import Match, Wave
from app.dispatch.rules import MatchState, free_reply_number
from app.help_requests.models import HelpRequest
from app.help_requests.pressing import is_pressing
from app.matching.ranking import Ranked
from app.people.models import Person
from app.usecases.dispatch.ask_question import question_values
from app.usecases.dispatch.idle_volunteers import note_busy
from app.usecases.dispatch.pool_volunteers import chance_of_yes
from app.usecases.messages.notify import notify_volunteer
from app.usecases.messages.order_words import asked_words, round_metres
from app.usecases.shared.arrivals import check_by
from app.usecases.shared.match_state import move_match
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
    urgent = is_pressing(request.urgency, request.wanted_from, context.now)
    waits = _text_waits(context.session, request) if urgent else timedelta(0)
    for position, one in enumerate(picked, start=1):
        match = proposed.get(one.person_id)
        if match is None:
            match = new_match(request, one, actor=context.actor, now=context.now)
            context.session.add(match)
            context.session.flush()
        values = {
            "wave_id": wave.id,
            "position": position,
            "chance": round(chance_of_yes(one), 3),
            "sent_at": context.now,
            "deadline_at": answer_by,
            "answered_at": None,
            "end_reason": None,
            "ended_at": None,
            "reopened": False,
            "reply_number": free_reply_number(*used.get(one.person_id, NONE_YET)),
            **question_values(request, one.metres),
        }
        again = match.state != MatchState.PROPOSED
        if again:
            # Reworded: the request may have changed since it was ranked last. Its answer counts.
            values |= ranked_values(one) | {"learnt_at": None}
        if match.reopened:
            # So does the answer to what was asked before.
            values |= refused_values(match)
        details = {"wave": wave.number, "score": round(one.score, 1), "metres": round(one.metres)}
        action = "ask_again" if again else "send"
        template = _template(match)
        line = "asked_anew" if match.reopened else None
        move_match(context, request, match, action, values=values, details=details, line=line)
        person = people[one.person_id]
        _ask(context, request, match, person, template=template, waits=waits, urgent=urgent)
    if request.next_action_at is not None and request.next_action_at > answer_by:
        check_by(context.session, request.id, answer_by)
        context.session.refresh(request)


def _template(match: Match) -> str:
    if match.state == MatchState.PROPOSED:
        return "match_asked"
    return "match_asked_anew" if match.reopened else "match_open_again"


def _text_waits(session: Session, request: HelpRequest) -> timedelta:
    """How long an urgent text waits for the answer to a push, by the escalation policy."""
    category = session.get_one(Category, request.category_id)
    return timedelta(seconds=text_waits_s(read_escalation_policy(category.escalation_policy)))


def _ask(
    context: Context,
    request: HelpRequest,
    match: Match,
    person: Person,
    *,
    template: str,
    waits: timedelta,
    urgent: bool,
) -> None:
    now = context.now
    notify_volunteer(
        context.session,
        match,
        person,
        template,
        now=now,
        # The same wave may ask about something else than before.
        occurrence=f"wave:{match.wave_id}:{match.version}",
        urgent=urgent,
        text_waits=waits,
        minutes=max(1, ((match.deadline_at or now) - now) // timedelta(minutes=1)),
        what=asked_words(person.language, context.session, request, match.distance_m or 0),
        # The distance is a hint and must not reveal the address.
        distance=round_metres(match.distance_m or 0),
    )


def refused_values(match: Match) -> dict[str, Any]:
    """Columns that keep the no to what was asked until it is counted; none if it was."""
    if match.learnt_at is not None or match.refused_at is not None:
        return {}
    return {"refused_at": match.sent_at, "refused_question": match.question}


def ranked_values(one: Ranked) -> dict[str, Any]:
    """Columns of a match that say how it was ranked."""
    return {
        "distance_m": round(one.metres),
        "score": round(one.score, 3),
        "reasons": [
            {"code": p.code, "points": round(p.points, 1), "numbers": p.numbers} for p in one.parts
        ],
    }


def new_match(request: HelpRequest, one: Ranked, *, actor: Actor, now: datetime) -> Match:
    """A match of this round as ranked, proposed and not yet stored."""
    return Match(
        token=secrets.token_urlsafe(18),
        request_id=request.id,
        round_no=request.round_no,
        person_id=one.person_id,
        state=str(MatchState.PROPOSED),
        made_at=now,
        made_by=actor.person_id,
        **ranked_values(one),
    )
