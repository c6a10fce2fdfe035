"""The race for a place of a help request: taking one, freeing it, ending the late ones.

Whose conditional UPDATE of the help request changes a row wins. One winner a place.
"""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.context import Context
from app.core.errors import Stale, Taken
from app.core.i18n import N_
from app.core.statements import changed
from app.dispatch.models import Match, Wave
from app.dispatch.rules import HOLDING, EndReason, MatchState
from app.help_requests.models import HelpRequest
from app.help_requests.rules import sources
from app.people.models import Person
from app.trail.chain import record
from app.usecases.dispatch.idle_volunteers import note_busy
from app.usecases.messages.notify import notify_person, notify_resident
from app.usecases.shared.reply_numbers import next_number
from app.usecases.shared.request_state import move_request

TAKEN = N_("刚刚已有志愿者接了这一单，谢谢您愿意帮忙")
OVER = N_("这张需求单已经不需要志愿者了，谢谢您愿意帮忙")


def take_place(
    context: Context, request: HelpRequest, match: Match, person: Person, *, how: str
) -> None:
    """Runs the race: takes a place of the request, then updates the match, then notifies."""
    before = match.state
    won = changed(
        context.session,
        update(HelpRequest)
        .where(
            HelpRequest.id == request.id,
            HelpRequest.round_no == match.round_no,
            HelpRequest.state.in_(sources("fill")),
            HelpRequest.places_taken < HelpRequest.volunteers_needed,
        )
        .values(places_taken=HelpRequest.places_taken + 1, version=HelpRequest.version + 1),
    )
    context.session.refresh(request)
    if not won:
        full = request.places_taken >= request.volunteers_needed
        raise Taken(TAKEN) if full else Stale(OVER)
    held = changed(
        context.session,
        update(Match)
        .where(Match.id == match.id, Match.state == before)
        .values(
            state=str(MatchState.ACCEPTED),
            place_no=_free_place_no(context.session, request),
            reply_number=match.reply_number or next_number(context.session, match.person_id),
            accepted_at=context.now,
            answered_at=context.now,
            promise_learnt_at=None,
            end_reason=None,
            ended_at=None,
            version=Match.version + 1,
        ),
    )
    if not held:
        raise Stale(N_("这次派单的状态已经变了，请看最新情况"))
    context.session.refresh(match)
    note_busy(context.session, [match.person_id], now=context.now)
    record_match(context, request, match, f"match.{how}")
    if request.places_taken == request.volunteers_needed:
        _all_found(context, request)
    notify_person(
        context.session,
        person,
        "match_accepted",
        subject=f"match:{match.id}",
        now=context.now,
        occurrence=context.now.isoformat(),
        request_id=request.id,
        urgent=True,
        number=match.reply_number,
        code=request.code,
    )


def _free_place_no(session: Session, request: HelpRequest) -> int:
    taken = set(
        session.scalars(
            select(Match.place_no).where(
                Match.request_id == request.id,
                Match.round_no == request.round_no,
                Match.state.in_(sorted(HOLDING)),
            )
        )
    )
    return next(n for n in range(1, request.volunteers_needed + 1) if n not in taken)


def _all_found(context: Context, request: HelpRequest) -> None:
    """The last place was taken: notifies the others who were asked."""
    move_request(context, request, "fill", extra={"attention": None})
    rows = context.session.execute(
        select(Match, Person)
        .join(Person, Person.id == Match.person_id)
        .where(Match.request_id == request.id, Match.state == MatchState.SENT)
        .execution_options(populate_existing=True)
    ).all()
    for match, person in rows:
        expire_match(context, request, match, "taken")
        notify_person(
            context.session,
            person,
            "match_taken",
            subject=f"match:{match.id}",
            now=context.now,
            request_id=request.id,
            number=match.reply_number,
        )
    changed(
        context.session,
        update(Match)
        .where(
            Match.request_id == request.id,
            Match.state.in_((MatchState.PROPOSED, MatchState.APPROVED)),
        )
        .values(
            state=str(MatchState.WITHDRAWN),
            end_reason=EndReason.TAKEN,
            ended_at=context.now,
            version=Match.version + 1,
        ),
    )
    close = update(Wave).where(Wave.request_id == request.id, Wave.ended_at.is_(None))
    changed(context.session, close.values(ended_at=context.now))
    notify_resident(
        context.session,
        request,
        "request_matched",
        now=context.now,
        occurrence=context.now.isoformat(),
    )


def expire_match(context: Context, request: HelpRequest, match: Match, reason: str) -> None:
    """Ends a match that was not answered in time, or whose place somebody else took."""
    gone = changed(
        context.session,
        update(Match)
        .where(Match.id == match.id, Match.state == MatchState.SENT)
        .values(
            state=str(MatchState.EXPIRED),
            end_reason=reason,
            ended_at=context.now,
            version=Match.version + 1,
        ),
    )
    context.session.refresh(match)
    if gone:
        record_match(context, request, match, "match.expired", reason=reason)


def free_place(context: Context, request: HelpRequest, *, reason: str) -> None:
    """Frees a place and makes the request due at once."""
    extra = {
        "places_taken": HelpRequest.places_taken - 1,
        "next_action_at": context.now,
    }
    move_request(context, request, "lose_volunteer", extra=extra, details={"reason": reason})


def record_match(
    context: Context,
    request: HelpRequest,
    match: Match,
    kind: str,
    **more: object,
) -> None:
    """Records a match event in the trail."""
    record(
        context,
        kind=kind,
        subject=("match", match.id),
        area_path=request.area_path,
        request_id=request.id,
        details={"person": match.person_id, "place": match.place_no, **more},
    )
