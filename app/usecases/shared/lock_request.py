"""Locks a help request while its matches change, so that changes happen one after the other.

Always lock the request before any of its matches: one lock order for all prevents deadlocks, and
the second comer sees what the first one did. SQLite's writer locks everything anyway; there this
is no more than a read.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import NotAllowed, NotFound
from app.core.i18n import N_
from app.dispatch.models import Match
from app.help_requests.models import HelpRequest
from app.people.models import Person
from app.people.rules import PersonState


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
    person = session.get_one(Person, owner, populate_existing=True)
    if person.state != PersonState.ACTIVE:
        raise NotAllowed(N_("您的志愿者账号现在停用，请联系调度员"))
    return *lock_match(session, match_id), person
