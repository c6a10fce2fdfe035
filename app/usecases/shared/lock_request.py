"""Locks a help request while its matches change, so that changes happen one after the other.

The order of locks is the same everywhere, which prevents deadlocks: the request, its matches and
places, the person, the rota. The second comer sees what the first one did. SQLite's writer locks
everything anyway; there this is no more than a read.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import NotAllowed, NotFound
from app.core.i18n import N_
from app.dispatch.models import Match
from app.help_requests.models import HelpRequest
from app.help_requests.queries import linked_to
from app.people.models import Person
from app.people.rules import PersonState
from app.usecases.shared.lock_people import lock_people


def lock_request(session: Session, request_id: int) -> HelpRequest:
    """Locks the help request until the transaction ends; its present state. Raises NotFound."""
    request = session.scalar(
        select(HelpRequest)
        .where(HelpRequest.id == request_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if request is None:
        raise NotFound(N_("没有找到这张需求单"))
    return request


def lock_with_linked(session: Session, request_id: int) -> HelpRequest:
    """Locks a help request and those linked to it as duplicates, by id. Raises NotFound."""
    for one in sorted([request_id, *linked_to(session, request_id)]):
        lock_request(session, one)
    return lock_request(session, request_id)


def lock_match(session: Session, match_id: int) -> tuple[Match, HelpRequest]:
    """Locks a match and its help request; their present state. Raises NotFound."""
    match = session.get(Match, match_id)
    if match is None:
        raise NotFound(N_("没有找到这次派单"))
    request = lock_request(session, match.request_id)
    session.refresh(match)
    return match, request


def lock_own_match(
    session: Session, actor: Actor, match_id: int
) -> tuple[Match, HelpRequest, Person]:
    """Locks the actor's own match. Raises NotFound for another's, NotAllowed when suspended.

    For a stranger it reveals nothing and locks nothing.
    """
    owner = session.scalar(select(Match.person_id).where(Match.id == match_id))
    if owner is None or actor.person_id != owner:
        raise NotFound(N_("没有找到这次派单"))
    match, request = lock_match(session, match_id)
    person = lock_person(session, owner)
    if person is None or person.state != PersonState.ACTIVE:
        raise NotAllowed(N_("您的志愿者账号现在停用，请联系调度员"))
    return match, request, person


def lock_person(session: Session, person_id: int) -> Person | None:
    """Locks a person after the request: nobody is suspended, or takes two tasks, at one moment."""
    lock_people(session, [person_id])
    return session.get(Person, person_id, populate_existing=True)
