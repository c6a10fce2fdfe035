"""Somebody accepted, was reminded, and still has not come: the search begins again."""

from sqlalchemy import select, update

from app.core.context import Context
from app.core.statements import changed
from app.dispatch.models import Match
from app.dispatch.rules import EndReason, MatchState
from app.help_requests.models import HelpRequest
from app.people.models import Person
from app.usecases.dispatch.take_place import free_place, record_match
from app.usecases.messages.notify import notify_person, notify_resident
from app.usecases.shared.acknowledged import acknowledged_until


def release_missing(context: Context, request: HelpRequest) -> int:
    """Frees the places of those who accepted and did nothing since; tells them and the resident.

    Whoever said that they are on the way or have arrived keeps the place. Returns how many.
    The caller has locked the request. Nobody is released while a coordinator looks after it.
    """
    if acknowledged_until(context.session, request.id, context.now) is not None:
        return 0
    rows = context.session.execute(
        select(Match, Person)
        .join(Person, Person.id == Match.person_id)
        .where(
            Match.request_id == request.id,
            Match.round_no == request.round_no,
            Match.state == MatchState.ACCEPTED,
        )
        .order_by(Match.id)
    ).all()
    released = [match.id for match, person in rows if _release(context, request, match, person)]
    if released:
        notify_resident(
            context.session,
            request,
            "request_searched_again",
            now=context.now,
            occurrence=f"missing:{released[0]}",
        )
    return len(released)


def _release(context: Context, request: HelpRequest, match: Match, person: Person) -> bool:
    gone = changed(
        context.session,
        update(Match)
        .where(Match.id == match.id, Match.state == MatchState.ACCEPTED)
        .values(
            state=str(MatchState.WITHDRAWN),
            end_reason=EndReason.NO_SHOW,
            ended_at=context.now,
            place_no=None,
            version=Match.version + 1,
        ),
    )
    if not gone:
        return False
    context.session.refresh(match)
    free_place(context, request, reason=EndReason.NO_SHOW)
    record_match(context, request, match, "match.released")
    notify_person(
        context.session,
        person,
        "match_withdrawn",
        subject=f"match:{match.id}",
        now=context.now,
        occurrence="missing",
        request_id=request.id,
        urgent=True,
        number=match.reply_number,
    )
    return True
