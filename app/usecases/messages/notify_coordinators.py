"""Who coordinates an area, and notifying all of them."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import RoleName
from app.core.urgency import Urgency
from app.help_requests.models import HelpRequest
from app.people.models import Person, Role
from app.people.rules import PersonState
from app.usecases.messages.notify import notify_person


def coordinators_of(session: Session, area_path: str, *, levels_up: int = 0) -> list[Person]:
    """Active coordinators of the smallest area with any; `levels_up` such areas further up."""
    ids = [part for part in area_path.split("/") if part]
    paths = ["/" + "/".join(ids[: end + 1]) + "/" for end in range(len(ids))]
    rows = session.execute(
        select(Role.area_path, Person)
        .join(Person, Person.id == Role.person_id)
        .where(
            Role.role == RoleName.COORDINATOR,
            Role.ended_at.is_(None),
            Role.area_path.in_(paths),
            Person.state == PersonState.ACTIVE,
        )
        .order_by(Person.id)
    ).all()
    by_path: dict[str, list[Person]] = {}
    for path, person in rows:
        by_path.setdefault(path, []).append(person)
    staffed = sorted(by_path, key=len, reverse=True)
    if staffed:
        return by_path[staffed[min(levels_up, len(staffed) - 1)]]
    return _coordinators_below(session, area_path)


def _coordinators_below(session: Session, area_path: str) -> list[Person]:
    """Used if nobody coordinates the area or one above: coordinators of its parts."""
    holders = select(Role.person_id).where(
        Role.role == RoleName.COORDINATOR,
        Role.ended_at.is_(None),
        Role.area_path.startswith(area_path),
    )
    rows = session.scalars(
        select(Person)
        .where(Person.id.in_(holders), Person.state == PersonState.ACTIVE)
        .order_by(Person.id)
    )
    return list(rows)


def notify_coordinators(
    session: Session,
    request: HelpRequest,
    *,
    reason: str,
    now: datetime,
    occurrence: str,
    levels_up: int = 0,
) -> int:
    """Notifies a request's coordinators; `levels_up` 1 means the next staffed area above."""
    told = 0
    for person in coordinators_of(session, request.area_path, levels_up=levels_up):
        told += notify_person(
            session,
            person,
            "coordinator_attention",
            subject=f"help_request:{request.id}",
            now=now,
            occurrence=occurrence,
            request_id=request.id,
            urgent=request.urgency == Urgency.URGENT,
            code=request.code,
            reason=reason,
        )
    return told
