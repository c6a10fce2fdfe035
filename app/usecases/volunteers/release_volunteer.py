"""Releases a volunteer from all asks, accepted tasks and coming duty."""

from sqlalchemy import select, update

from app.core.attention import Attention
from app.core.context import Context
from app.core.statements import changed
from app.dispatch.models import Match
from app.dispatch.rules import ACTIVE, WAITING, MatchState
from app.help_requests.models import HelpRequest
from app.people.models import Person
from app.rotation.models import Rota, Shift
from app.rotation.states import ShiftState
from app.trail.chain import record
from app.usecases.dispatch.take_place import free_place
from app.usecases.duty.plan.change_state import change_shift
from app.usecases.messages.notify import notify_resident
from app.usecases.messages.notify_coordinators import notify_coordinators
from app.usecases.shared.request_state import load_request


def release_volunteer(context: Context, person: Person, *, reason: str) -> int:
    """Withdraws open matches, sends accepted requests back to matching, cancels coming shifts.

    Returns how many accepted tasks went back.
    """
    matches = context.session.scalars(
        select(Match)
        .where(Match.person_id == person.id, Match.state.in_((*WAITING, *ACTIVE)))
        .order_by(Match.id)
        .execution_options(populate_existing=True)
    ).all()
    back = sum(_withdraw(context, match, reason) for match in matches)
    _cancel_shifts(context, person)
    return back


def _cancel_shifts(context: Context, person: Person) -> None:
    rows = context.session.execute(
        select(Shift, Rota)
        .join(Rota, Rota.id == Shift.rota_id)
        .where(
            Shift.person_id == person.id,
            Shift.ends_at > context.now,
            Shift.state != ShiftState.CANCELLED,
        )
        .order_by(Shift.id)
    )
    for shift, rota in rows.all():
        change_shift(context, rota, shift, "cancel")


def _withdraw(context: Context, match: Match, reason: str) -> bool:
    before = match.state
    gone = changed(
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
    if not gone:
        return False
    context.session.refresh(match)
    request = load_request(context.session, match.request_id)
    record(
        context,
        kind="match.withdrawn",
        subject=("match", match.id),
        area_path=request.area_path,
        request_id=request.id,
        details={"from": before, "reason": reason, "person": match.person_id},
    )
    if before in ACTIVE:
        _send_back(context, request, match, reason)
    return before in ACTIVE


def _send_back(context: Context, request: HelpRequest, match: Match, reason: str) -> None:
    free_place(context, request, reason=reason)
    again = f"again:{match.id}"
    notify_resident(context.session, request, "request_open", now=context.now, occurrence=again)
    notify_coordinators(
        context.session, request, reason=Attention.CANNOT_COME, now=context.now, occurrence=again
    )
