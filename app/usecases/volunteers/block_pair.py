"""Blocks a volunteer and a request's resident from being matched, or unblocks (双方不再安排)."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.core.actor import Actor, RoleName
from app.core.context import Context
from app.core.errors import Invalid, NotFound, Stale
from app.core.i18n import N_
from app.core.statements import changed, insert_once
from app.dispatch.models import Match
from app.dispatch.rules import WAITING, EndReason, MatchState
from app.help_requests.models import HelpRequest
from app.help_requests.queries import by_code
from app.people.models import BlockedPair
from app.trail.chain import record
from app.usecases.accounts.grant_roles import load_person
from app.usecases.shared.lock_request import lock_request
from app.usecases.shared.match_state import move_match
from app.usecases.shared.request_matches import matches_with_people
from app.usecases.shared.request_state import CHANGED_MEANWHILE, load_request

REASON_MAX = 300


def block_pair(context: Context, *, person_id: int, request_id: int, reason: str) -> None:
    """Never matches this volunteer again with the phone that ordered this request.

    What was accepted stays, open asks end. Neither of the two is notified, and none of their pages
    shows it. The reason stands in the trail. Raises Invalid without one.
    """
    request = _request_for(context.session, context.actor, request_id)
    person = load_person(context.session, person_id)
    words = reason.strip()[:REASON_MAX]
    if not words:
        raise Invalid({"reason": N_("请写一句原因")})
    _block(context, request, person.id, words)


def refuse_volunteer(context: Context, *, code: str, place_no: int) -> None:
    """The resident wants whoever served at this place of the order never to come again.

    The volunteer is not notified; a coordinator may take it back. Raises Stale for a place at
    which nobody has served.
    """
    request = by_code(context.session, code)
    if request is None or request.erased_at is not None:
        raise NotFound(N_("没有找到这个编号，请检查一下，或打电话给服务点"))
    served = context.session.scalar(
        select(Match.person_id)
        .where(
            Match.request_id == request.id,
            Match.place_no == place_no,
            Match.state == MatchState.FINISHED,
        )
        .order_by(Match.id.desc())
        .limit(1)
    )
    if served is None:
        raise Stale(CHANGED_MEANWHILE)
    _block(context, request, served, None)


def _block(context: Context, request: HelpRequest, person_id: int, words: str | None) -> None:
    fresh = insert_once(
        context.session,
        BlockedPair,
        person_id=person_id,
        phone_lookup=request.phone_lookup,
        made_at=context.now,
        made_by=context.actor.person_id,
    )
    if fresh:
        _note(context, request, person_id, "pair.blocked", words)
    _end_asks(context, person_id, request.phone_lookup)


def _end_asks(context: Context, person_id: int, phone_lookup: str) -> None:
    """Ends their open asks for this phone without a word to either."""
    asked = context.session.scalars(
        select(Match.request_id)
        .join(HelpRequest, HelpRequest.id == Match.request_id)
        .where(
            Match.person_id == person_id,
            Match.state.in_(sorted(WAITING)),
            HelpRequest.phone_lookup == phone_lookup,
        )
        .order_by(Match.request_id)
    )
    for request_id in asked.all():
        request = lock_request(context.session, request_id)
        for match, person in matches_with_people(context.session, request, WAITING):
            if person.id == person_id:
                move_match(context, request, match, "withdraw", reason=EndReason.COORDINATOR)


def unblock_pair(context: Context, *, person_id: int, request_id: int) -> None:
    """Unblocks: the volunteer may be matched there again. Does nothing if not blocked."""
    request = _request_for(context.session, context.actor, request_id)
    pair = delete(BlockedPair).where(
        BlockedPair.person_id == person_id, BlockedPair.phone_lookup == request.phone_lookup
    )
    if changed(context.session, pair):
        _note(context, request, person_id, "pair.unblocked", None)


def _request_for(session: Session, actor: Actor, request_id: int) -> HelpRequest:
    request = load_request(session, request_id)
    actor.needs(RoleName.COORDINATOR, request.area_path)
    return request


def _note(
    context: Context, request: HelpRequest, person_id: int, kind: str, note: str | None
) -> None:
    record(
        context,
        kind=kind,
        subject=("person", person_id),
        area_path=request.area_path,
        request_id=request.id,
        details={"person": person_id},
        note=note,
    )
