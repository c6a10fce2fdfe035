"""Letting go of everything that a volunteer was asked, had accepted, or was on duty for."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.attention import Attention
from app.core.statements import changed
from app.dispatch.models import Match
from app.dispatch.rules import ACTIVE, WAITING, MatchState
from app.help_requests.models import HelpRequest
from app.people.models import Person
from app.rotation.models import Rota, Shift
from app.rotation.states import ShiftState
from app.trail.chain import record
from app.usecases.dispatch.take_place import free_place
from app.usecases.duty.plan.notify_duty import record_shift
from app.usecases.messages.notify import notify_resident
from app.usecases.messages.notify_coordinators import notify_coordinators
from app.usecases.shared.request_state import load_request


def release_volunteer(
    session: Session, person: Person, *, actor: Actor, reason: str, now: datetime
) -> int:
    """Withdraws open matches, sends accepted requests back to matching, cancels coming shifts.

    Returns how many accepted tasks went back.
    """
    matches = session.scalars(
        select(Match)
        .where(Match.person_id == person.id, Match.state.in_((*WAITING, *ACTIVE)))
        .order_by(Match.id)
        .execution_options(populate_existing=True)
    ).all()
    back = sum(_withdraw(session, match, actor, reason, now) for match in matches)
    _cancel_shifts(session, person, actor, now)
    return back


def _cancel_shifts(session: Session, person: Person, actor: Actor, now: datetime) -> None:
    rows = session.execute(
        select(Shift, Rota)
        .join(Rota, Rota.id == Shift.rota_id)
        .where(
            Shift.person_id == person.id, Shift.ends_at > now, Shift.state != ShiftState.CANCELLED
        )
        .order_by(Shift.id)
    )
    for shift, rota in rows.all():
        still = update(Shift).where(Shift.id == shift.id, Shift.state != ShiftState.CANCELLED)
        if changed(session, still.values(state=ShiftState.CANCELLED)):
            session.refresh(shift)
            record_shift(session, rota, shift, "shift.cancelled", actor=actor, now=now)


def _withdraw(session: Session, match: Match, actor: Actor, reason: str, now: datetime) -> bool:
    before = match.state
    gone = changed(
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
    if not gone:
        return False
    session.refresh(match)
    request = load_request(session, match.request_id)
    record(
        session,
        actor=actor,
        kind="match.withdrawn",
        subject=("match", match.id),
        area_path=request.area_path,
        request_id=request.id,
        now=now,
        details={"from": before, "reason": reason, "person": match.person_id},
    )
    if before in ACTIVE:
        _send_back(session, request, match, actor, reason, now)
    return before in ACTIVE


def _send_back(
    session: Session,
    request: HelpRequest,
    match: Match,
    actor: Actor,
    reason: str,
    now: datetime,
) -> None:
    free_place(session, request, actor=actor, now=now, reason=reason)
    again = f"again:{match.id}"
    notify_resident(session, request, "request_open", now=now, occurrence=again)
    notify_coordinators(session, request, reason=Attention.CANNOT_COME, now=now, occurrence=again)
