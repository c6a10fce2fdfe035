"""Ending the matches of a help request that is over, and telling whoever waited or was coming."""

from sqlalchemy import select, update

from app.core.context import Context
from app.core.statements import changed
from app.dispatch.models import Match, Wave
from app.dispatch.rules import ACTIVE, WAITING, MatchState
from app.help_requests.models import HelpRequest
from app.people.models import Person
from app.trail.chain import record
from app.usecases.messages.notify import notify_person


def end_matches(
    context: Context,
    request: HelpRequest,
    *,
    reason: str,
    template: str = "match_request_cancelled",
    include_active: bool = True,
) -> int:
    """Withdraws every open match of the request; who was asked or had accepted is told."""
    states = [*WAITING, *(ACTIVE if include_active else ())]
    rows = context.session.execute(
        select(Match, Person)
        .join(Person, Person.id == Match.person_id)
        .where(Match.request_id == request.id, Match.state.in_(states))
        .execution_options(populate_existing=True)
    ).all()
    for match, person in rows:
        _end_one(context, request, match, person, reason, template)
    changed(
        context.session,
        update(Wave)
        .where(Wave.request_id == request.id, Wave.ended_at.is_(None))
        .values(ended_at=context.now),
    )
    return len(rows)


def _end_one(
    context: Context, request: HelpRequest, match: Match, person: Person, reason: str, template: str
) -> None:
    before = match.state
    ended = changed(
        context.session,
        update(Match)
        .where(Match.id == match.id, Match.state == before)
        .values(
            state=str(MatchState.WITHDRAWN),
            end_reason=reason,
            ended_at=context.now,
            place_no=None,
            version=Match.version + 1,
        ),
    )
    if not ended:
        return
    record(
        context,
        kind="match.withdrawn",
        subject=("match", match.id),
        area_path=request.area_path,
        request_id=request.id,
        details={"from": before, "reason": reason, "person": person.id},
    )
    if before in ACTIVE or before == MatchState.SENT:
        notify_person(
            context.session,
            person,
            template,
            subject=f"match:{match.id}",
            now=context.now,
            request_id=request.id,
            urgent=before in ACTIVE,
            number=match.reply_number,
        )
