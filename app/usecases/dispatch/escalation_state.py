"""The only writer of the states of escalations (`dispatch.rules.ESCALATION_LIFE`).

Each move is one conditional UPDATE. The caller has locked the request, so a move that is refused is
a fault of the program.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, update
from sqlalchemy.orm import Session

from app.core.context import Context
from app.core.statements import changed
from app.dispatch.models import Escalation
from app.dispatch.rules import ESCALATION_LIFE
from app.help_requests.models import HelpRequest
from app.trail.chain import record


def move_escalation(
    session: Session, action: str, *which: ColumnElement[bool], **values: object
) -> int:
    """Makes one move of each of these escalations that allows it; returns how many."""
    session.flush()
    allowed, target = ESCALATION_LIFE.sources(action), ESCALATION_LIFE.target(action)
    moved = update(Escalation).where(Escalation.state.in_(allowed), *which)
    return changed(session, moved.values(state=target, **values))


def restart_at(session: Session, found: Escalation, at: datetime, **values: object) -> None:
    """Begins another pass at `at`."""
    moved = move_escalation(
        session,
        "restart",
        Escalation.id == found.id,
        step=0,
        began_at=at,
        step_at=at,
        next_at=at,
        **values,
    )
    if not moved:
        raise RuntimeError("an escalation is in a state that it cannot restart from")
    session.refresh(found)


def take_turn_of(
    context: Context,
    request: HelpRequest,
    found: Escalation,
    action: str,
    values: dict[str, object],
    *,
    kind: str,
    **details: object,
) -> None:
    """Ends a turn, or the escalation, and records it: the turn is still the one that was read."""
    this = (Escalation.id == found.id, Escalation.turns == found.turns)
    if not move_escalation(context.session, action, *this, **values, turns=Escalation.turns + 1):
        raise RuntimeError("an escalation moved while its request was locked")
    context.session.refresh(found)
    record(
        context,
        kind=kind,
        subject=("help_request", request.id),
        area_path=request.area_path,
        request_id=request.id,
        details={"yes": request.places_taken, "needed": request.volunteers_needed, **details},
    )
