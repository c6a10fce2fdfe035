"""What a coordinator does with matches: propose, withdraw, assign after a phone call."""

import secrets

from sqlalchemy import select, update

from app.catalogue.models import Category
from app.core.context import Context
from app.core.errors import Invalid, NotFound, Refused, Stale
from app.core.i18n import N_
from app.core.statements import changed
from app.dispatch.models import Match
from app.dispatch.rules import ACTIVE, WAITING, MatchState
from app.help_requests.models import HelpRequest
from app.people.models import Person
from app.people.rules import PersonState
from app.trail.chain import record
from app.usecases.dispatch.ask_volunteers import new_match
from app.usecases.dispatch.rank_volunteers import rank_for
from app.usecases.dispatch.take_place import free_place, take_place
from app.usecases.dispatch.withdrawal_reason import withdrawal_reason
from app.usecases.messages.notify import notify_person
from app.usecases.shared.request_state import check_version, load_request


def propose_volunteers(context: Context, *, request_id: int) -> int:
    """Proposes the best few for a coordinator to approve; notifies nobody. Returns how many."""
    request = load_request(context.session, request_id)
    if request.lat is None:
        return 0
    category = context.session.get_one(Category, request.category_id)
    ranking = rank_for(
        context.session, request=request, now=context.now, radius_m=category.radius_m
    )
    known = set(
        context.session.scalars(
            select(Match.person_id).where(
                Match.request_id == request.id, Match.round_no == request.round_no
            )
        )
    )
    fresh = [one for one in ranking.ranked[: category.wave_size] if one.person_id not in known]
    for position, one in enumerate(fresh, start=1):
        match = new_match(request, one, actor=context.actor, now=context.now)
        match.position = position
        context.session.add(match)
        context.session.flush()
        _record(context, request, match, "match.proposed")
    return len(fresh)


def _record(
    context: Context, request: HelpRequest, match: Match, kind: str, note: str | None = None
) -> None:
    record(
        context,
        kind=kind,
        subject=("match", match.id),
        area_path=request.area_path,
        request_id=request.id,
        details={"person": match.person_id, "metres": match.distance_m},
        note=note,
    )


def withdraw_match(context: Context, *, match_id: int) -> None:
    """Withdraws a match that was proposed, sent or accepted; notifies the volunteer."""
    match = context.session.get(Match, match_id, populate_existing=True)
    if match is None:
        raise NotFound(N_("没有找到这次派单"))
    request = load_request(context.session, match.request_id)
    context.actor.needs("coordinator", request.area_path)
    before, held = match.state, match.state in ACTIVE
    still = update(Match).where(
        Match.id == match.id, Match.state == before, Match.state.in_(sorted(WAITING | ACTIVE))
    )
    reason = withdrawal_reason(context.session, request, match, now=context.now)
    values = {
        "state": str(MatchState.WITHDRAWN),
        "end_reason": reason,
        "ended_at": context.now,
        "place_no": None,
        "version": Match.version + 1,
    }
    if changed(context.session, still.values(**values)) == 0:
        raise Stale(N_("这次派单的状态已经变了，请看最新情况"))
    if held:
        free_place(context, request, reason=reason)
    _record(context, request, match, "match.withdrawn")
    person = context.session.get_one(Person, match.person_id)
    if before != MatchState.PROPOSED:
        notify_person(
            context.session,
            person,
            "match_withdrawn",
            subject=f"match:{match.id}",
            now=context.now,
            request_id=request.id,
            number=match.reply_number,
        )


def assign_volunteer(
    context: Context, *, request_id: int, person_id: int, agreed: bool, version: int | None = None
) -> Match:
    """Records that a volunteer said yes on the phone. Nobody is assigned unless `agreed`."""
    request = load_request(context.session, request_id)
    context.actor.needs("coordinator", request.area_path)
    check_version(request, version)
    if not agreed:
        raise Invalid({"agreed": N_("请先打电话问志愿者，得到同意后再指派")})
    person = context.session.get(Person, person_id)
    if person is None or person.state != PersonState.ACTIVE:
        raise Refused(N_("这位志愿者现在不能接单"))
    match = context.session.scalar(
        select(Match).where(
            Match.request_id == request.id,
            Match.round_no == request.round_no,
            Match.person_id == person_id,
        )
    )
    if match is None:
        match = Match(
            token=secrets.token_urlsafe(18),
            request_id=request.id,
            round_no=request.round_no,
            person_id=person_id,
            state=str(MatchState.SENT),
            made_at=context.now,
            made_by=context.actor.person_id,
        )
        context.session.add(match)
        context.session.flush()
    elif match.state not in WAITING and match.state != MatchState.EXPIRED:
        raise Stale(N_("这位志愿者已经答复过了"))
    take_place(context, request, match, person, how="assigned")
    return match
