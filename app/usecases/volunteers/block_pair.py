"""A volunteer and whoever ordered a request are not to meet again, or may again (双方不再安排)."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Invalid
from app.core.i18n import N_
from app.core.statements import changed, insert_once
from app.help_requests.models import HelpRequest
from app.people.models import BlockedPair
from app.trail.chain import record
from app.usecases.accounts.grant_roles import load_person
from app.usecases.shared.request_state import load_request

REASON_MAX = 300


def block_pair(
    session: Session,
    *,
    actor: Actor,
    person_id: int,
    request_id: int,
    reason: str,
    now: datetime,
) -> None:
    """This volunteer is never sent again to the phone that ordered this request.

    A match that goes on stays as it is. Neither of the two is told, and no page of theirs shows it.
    The reason stands in the trail. Raises Invalid without one.
    """
    request = _request_for(session, actor, request_id)
    person = load_person(session, person_id)
    words = reason.strip()[:REASON_MAX]
    if not words:
        raise Invalid({"reason": N_("请写一句原因")})
    fresh = insert_once(
        session,
        BlockedPair,
        person_id=person.id,
        phone_lookup=request.phone_lookup,
        made_at=now,
        made_by=actor.person_id,
    )
    if fresh:
        _note(session, actor, request, person.id, "pair.blocked", now, words)


def unblock_pair(
    session: Session, *, actor: Actor, person_id: int, request_id: int, now: datetime
) -> None:
    """Takes it back: the volunteer may be sent there again. Nothing happens if they may already."""
    request = _request_for(session, actor, request_id)
    pair = delete(BlockedPair).where(
        BlockedPair.person_id == person_id, BlockedPair.phone_lookup == request.phone_lookup
    )
    if changed(session, pair):
        _note(session, actor, request, person_id, "pair.unblocked", now, None)


def _request_for(session: Session, actor: Actor, request_id: int) -> HelpRequest:
    request = load_request(session, request_id)
    actor.needs("coordinator", request.area_path)
    return request


def _note(
    session: Session,
    actor: Actor,
    request: HelpRequest,
    person_id: int,
    kind: str,
    now: datetime,
    note: str | None,
) -> None:
    record(
        session,
        actor=actor,
        kind=kind,
        subject=("person", person_id),
        area_path=request.area_path,
        request_id=request.id,
        now=now,
        details={"person": person_id},
        note=note,
    )
