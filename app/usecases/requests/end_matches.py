"""Ending the matches of a help request that is over, and telling whoever waited or was coming."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.statements import changed
from app.dispatch.models import Match, Wave
from app.dispatch.rules import ACTIVE, WAITING, MatchState
from app.help_requests.models import HelpRequest
from app.people.models import Person
from app.trail.chain import record
from app.usecases.messages.notify import notify_person


def end_matches(
    session: Session,
    request: HelpRequest,
    *,
    actor: Actor,
    reason: str,
    now: datetime,
    template: str = "match_request_cancelled",
    include_active: bool = True,
) -> int:
    """Withdraws every open match of the request; who was asked or had accepted is told."""
    states = [*WAITING, *(ACTIVE if include_active else ())]
    rows = session.execute(
        select(Match, Person)
        .join(Person, Person.id == Match.person_id)
        .where(Match.request_id == request.id, Match.state.in_(states))
        .execution_options(populate_existing=True)
    ).all()
    for match, person in rows:
        _end_one(session, request, match, person, actor, reason, now, template)
    changed(
        session,
        update(Wave)
        .where(Wave.request_id == request.id, Wave.ended_at.is_(None))
        .values(ended_at=now),
    )
    return len(rows)


def _end_one(
    session: Session,
    request: HelpRequest,
    match: Match,
    person: Person,
    actor: Actor,
    reason: str,
    now: datetime,
    template: str,
) -> None:
    before = match.state
    ended = changed(
        session,
        update(Match)
        .where(Match.id == match.id, Match.state == before)
        .values(
            state=str(MatchState.WITHDRAWN),
            end_reason=reason,
            ended_at=now,
            place_no=None,
            version=Match.version + 1,
        ),
    )
    if not ended:
        return
    record(
        session,
        actor=actor,
        kind="match.withdrawn",
        subject=("match", match.id),
        area_path=request.area_path,
        request_id=request.id,
        now=now,
        details={"from": before, "reason": reason, "person": person.id},
    )
    if before in ACTIVE or before == MatchState.SENT:
        notify_person(
            session,
            person,
            template,
            subject=f"match:{match.id}",
            now=now,
            request_id=request.id,
            urgent=before in ACTIVE,
            number=match.reply_number,
        )
