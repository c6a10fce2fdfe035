"""A coordinator looks at a number, a name or a door; every look is in the trail."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.help_requests.models import HelpRequest
from app.trail.chain import record
from app.usecases.accounts.grant_roles import load_person
from app.usecases.shared.request_state import load_request


def reveal_contact(
    session: Session, *, actor: Actor, request_id: int, now: datetime
) -> HelpRequest:
    """The help request, for its name, phone and door to be shown; the look is in the trail."""
    request = load_request(session, request_id)
    actor.needs("coordinator", request.area_path)
    record(
        session,
        actor=actor,
        kind="help_request.revealed",
        subject=("help_request", request.id),
        area_path=request.area_path,
        request_id=request.id,
        now=now,
    )
    return request


def reveal_phone(session: Session, *, actor: Actor, person_id: int, now: datetime) -> str:
    """The number, for a coordinator who has to call; the look is in the trail."""
    person = load_person(session, person_id)
    actor.needs("coordinator", person.area_path)
    record(
        session,
        actor=actor,
        kind="account.revealed",
        subject=("person", person.id),
        area_path=person.area_path,
        now=now,
    )
    return person.phone
