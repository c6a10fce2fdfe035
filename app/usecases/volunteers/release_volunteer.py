"""Releases a volunteer from all asks, accepted tasks and coming duty."""

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.core.attention import Attention
from app.core.context import Context
from app.core.errors import Stale
from app.core.i18n import N_
from app.dispatch.models import Match
from app.dispatch.rules import ACTIVE, WAITING, EndReason
from app.help_requests.models import HelpRequest
from app.people.models import Person
from app.rotation.models import Rota, Shift
from app.rotation.states import ShiftEnd, ShiftState
from app.usecases.dispatch.take_place import follow_freed_place
from app.usecases.duty.plan.change_state import change_shift
from app.usecases.duty.plan.leave_duty import cut_short
from app.usecases.messages.notify import notify_resident
from app.usecases.messages.notify_coordinators import notify_coordinators
from app.usecases.shared.lock_request import lock_person, lock_request
from app.usecases.shared.match_state import move_match


def lock_with_tasks(session: Session, person_id: int) -> list[Match]:
    """Locks a person after the requests of their open matches, and reads these matches.

    Raises Stale if the person took a task of yet another request at this very moment.
    """
    wanted = _requests_of(session, person_id)
    for request_id in wanted:
        lock_request(session, request_id)
    lock_person(session, person_id)
    if set(_requests_of(session, person_id)) - set(wanted):
        # Locking that request now would be against the order of locks.
        raise Stale(N_("这位志愿者刚刚又接了一单，请再点一次"))
    matches = session.scalars(
        select(Match)
        .where(*_open_for(person_id))
        .order_by(Match.id)
        .execution_options(populate_existing=True)
    )
    return list(matches)


def _open_for(person_id: int) -> tuple[ColumnElement[bool], ...]:
    return Match.person_id == person_id, Match.state.in_(sorted(WAITING | ACTIVE))


def _requests_of(session: Session, person_id: int) -> list[int]:
    found = session.scalars(select(Match.request_id).where(*_open_for(person_id)).distinct())
    return sorted(found)


def release_volunteer(
    context: Context, person: Person, matches: list[Match], *, reason: EndReason
) -> int:
    """Withdraws open matches, sends accepted requests back to matching, cancels coming shifts.

    Person and matches come from `lock_with_tasks`. Returns how many accepted tasks went back.
    """
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
        if shift.starts_at < context.now and shift.state == ShiftState.AGREED:
            cut_short(context, rota, shift, context.now, ShiftEnd.SUSPENDED)
        else:
            change_shift(context, rota, shift, "cancel", end_reason=ShiftEnd.SUSPENDED)


def _withdraw(context: Context, match: Match, reason: EndReason) -> bool:
    held = match.state in ACTIVE
    request = lock_request(context.session, match.request_id)
    move_match(context, request, match, "withdraw", reason=reason)
    if held:
        _send_back(context, request, match, reason)
    return held


def _send_back(context: Context, request: HelpRequest, match: Match, reason: EndReason) -> None:
    if not follow_freed_place(context, request, reason=reason):
        return
    again = f"again:{match.id}:{match.version}"
    notify_resident(context.session, request, "request_open", now=context.now, occurrence=again)
    notify_coordinators(
        context.session, request, reason=Attention.CANNOT_COME, now=context.now, occurrence=again
    )
