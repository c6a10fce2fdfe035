"""Who coordinates an area, and notifying all of them."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import RoleName
from app.core.attention import Attention
from app.help_requests.models import HelpRequest
from app.help_requests.pressing import is_pressing
from app.people.models import Person, Role
from app.people.rules import PersonState
from app.usecases.messages.digest_alarms import alarm_in_digest
from app.usecases.messages.notify import CALL, EVERY_WAY, call_person, notify_person
from app.usecases.messages.reach import NOBODY, Reach, unreachable


def coordinators_by_level(session: Session, area_path: str) -> list[list[Person]]:
    """Active coordinators of each staffed area at or above this one, the smallest area first.

    If nobody coordinates it or one above, the coordinators of its parts; empty if there are none.
    """
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
    if by_path:
        return [by_path[path] for path in sorted(by_path, key=len, reverse=True)]
    below = _coordinators_below(session, area_path)
    return [below] if below else []


def coordinators_of(session: Session, area_path: str, *, levels_up: int = 0) -> list[Person]:
    """Active coordinators of the smallest area with any; `levels_up` such areas further up."""
    levels = coordinators_by_level(session, area_path)
    return levels[min(levels_up, len(levels) - 1)] if levels else []


def reachable_coordinators(session: Session, area_path: str, now: datetime) -> list[Person]:
    """Active coordinators of the smallest area in which a message reaches one of them.

    If none of any area can be reached, those of the smallest staffed area.
    """
    levels = coordinators_by_level(session, area_path)
    for people in levels:
        barred = unreachable(session.connection(), [one.id for one in people], now)
        if len(barred) < len(people):
            return people
    return levels[0] if levels else []


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
    """Notifies a request's coordinators; `levels_up` 1 means the next staffed area above.

    Where none of an area can be reached, those of the next staffed area above are notified.
    Returns how many hear of it.
    """
    levels = coordinators_by_level(session, request.area_path)
    for people in levels[min(levels_up, len(levels) - 1) :]:
        told = alarm_people(
            session, request, people, reason=reason, now=now, occurrence=occurrence, by=EVERY_WAY
        )
        if told:
            return told
    return 0


def alarm_people(
    session: Session,
    request: HelpRequest,
    people: Iterable[Person],
    *,
    reason: str,
    now: datetime,
    occurrence: str,
    by: Collection[str],
) -> int:
    """Notifies these coordinators of a request; returns how many hear of it, now or before.

    Of one in danger or pressing at once over the channels `by`; of another in a digest.
    """
    told = 0
    for person in people:
        reach = _alarm(
            session, request, person, reason=reason, now=now, occurrence=occurrence, by=by
        )
        told += reach.reached
    return told


def _alarm(
    session: Session,
    request: HelpRequest,
    person: Person,
    *,
    reason: str,
    now: datetime,
    occurrence: str,
    by: Collection[str],
) -> Reach:
    pressing = is_pressing(request.urgency, request.wanted_from, now)
    if not pressing and request.attention != Attention.DANGER:
        return alarm_in_digest(
            session, request, person, reason=reason, now=now, occurrence=occurrence
        )
    subject, written = f"help_request:{request.id}", frozenset(by) - {CALL}
    reach = NOBODY
    if written:
        reach = notify_person(
            session,
            person,
            "coordinator_attention",
            subject=subject,
            now=now,
            occurrence=occurrence,
            request_id=request.id,
            urgent=True,
            by=written,
            code=request.code,
            reason=reason,
        )
    if CALL in by:
        reach |= call_person(
            session,
            person,
            "call_coordinator",
            subject=subject,
            now=now,
            occurrence=occurrence,
            request_id=request.id,
        )
    return reach
