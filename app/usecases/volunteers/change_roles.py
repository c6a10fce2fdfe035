"""Roles that are given and ended; only who has a volunteer's role is asked and holds tasks."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import RoleName
from app.core.context import Context
from app.dispatch.rules import EndReason
from app.people.models import Role
from app.people.queries import scopes_of
from app.people.rules import PersonState
from app.usecases.accounts.grant_roles import end_role, grant_role, load_person
from app.usecases.shared.wake_waiting import wake_waiting_requests
from app.usecases.volunteers.offer_terms import set_active
from app.usecases.volunteers.release_volunteer import lock_with_tasks, release_volunteer


def is_volunteer(session: Session, person_id: int) -> bool:
    """Whether the person has a volunteer's role in any area."""
    return any(scope.role == RoleName.VOLUNTEER for scope in scopes_of(session, person_id))


def give_role(context: Context, *, person_id: int, role: str, area_id: int) -> None:
    """Gives a role, see `grant_role`. An offer that ended with the volunteer's role is back."""
    grant_role(context, person_id=person_id, role=role, area_id=area_id)
    if role == RoleName.VOLUNTEER:
        person = load_person(context.session, person_id)
        set_active(context.session, person_id, person.state == PersonState.ACTIVE)
        wake_waiting_requests(context, person_id)


def take_role(context: Context, *, role_id: int) -> None:
    """Ends a role, see `end_role`. With the last volunteer's role end asks, tasks and shifts."""
    session = context.session
    person_id = session.scalar(select(Role.person_id).where(Role.id == role_id))
    matches = [] if person_id is None else lock_with_tasks(session, person_id)
    before = person_id is not None and is_volunteer(session, person_id)
    end_role(context, role_id=role_id)
    if person_id is not None and before and not is_volunteer(session, person_id):
        set_active(session, person_id, False)
        person = load_person(session, person_id)
        release_volunteer(context, person, matches, reason=EndReason.SUSPENDED)
