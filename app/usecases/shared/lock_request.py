"""Holding a help request while its matches change, so that changes come one after the other.

The request is held before any of its matches. With one order for all, nobody can wait for somebody
who waits for them, and whoever comes second sees what the first one did. SQLite's writer holds
everything anyway; there the lock is no more than a read.
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
    """The help request as it stands, held until the transaction ends. Raises NotFound."""
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
    """A match and its help request, both as they stand, held. Raises NotFound."""
    match = session.get(Match, match_id)
    if match is None:
        raise NotFound(N_("没有找到这次派单"))
    request = lock_request(session, match.request_id)
    session.refresh(match)
    return match, request


def lock_own_match(
    session: Session, actor: Actor, match_id: int
) -> tuple[Match, HelpRequest, Person]:
    """The actor's own match, held. Raises NotFound for anybody else's, NotAllowed when suspended.

    A stranger learns nothing and holds nothing.
    """
    owner = session.scalar(select(Match.person_id).where(Match.id == match_id))
    if owner is None or actor.person_id != owner:
        raise NotFound(N_("没有找到这次派单"))
    person = session.get_one(Person, owner, populate_existing=True)
    if person.state != PersonState.ACTIVE:
        raise NotAllowed(N_("您的志愿者账号现在停用，请联系调度员"))
    return *lock_match(session, match_id), person
