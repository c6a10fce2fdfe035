"""What a coordinator does with matches: propose, withdraw, assign after a phone call."""

import secrets

from sqlalchemy import select

from app.catalogue.models import Category
from app.core.actor import RoleName
from app.core.context import Context
from app.core.errors import Invalid, Refused, Stale
from app.core.i18n import N_
from app.dispatch.models import Match
from app.dispatch.rules import ACTIVE, HOLDING, MatchState
from app.people.models import Person
from app.people.rules import PersonState
from app.usecases.dispatch.answer_match import look_at_once
from app.usecases.dispatch.ask_volunteers import new_match
from app.usecases.dispatch.rank_volunteers import rank_for
from app.usecases.dispatch.take_place import follow_freed_place, take_place
from app.usecases.dispatch.withdrawal_reason import withdrawal_reason
from app.usecases.messages.notify import notify_volunteer
from app.usecases.shared.lock_request import lock_match, lock_person, lock_request
from app.usecases.shared.match_state import move_match, record_match
from app.usecases.shared.request_state import check_version, load_request
from app.usecases.shared.wake_waiting import wake_waiting_requests

# If nobody is near, look this many times as far.
WIDER = (1, 2, 4)


def propose_volunteers(context: Context, *, request_id: int) -> int:
    """Proposes the best few for a coordinator to approve; notifies nobody. Returns how many."""
    request = load_request(context.session, request_id)
    if request.lat is None:
        return 0
    category = context.session.get_one(Category, request.category_id)
    known = set(
        context.session.scalars(
            select(Match.person_id).where(
                Match.request_id == request.id, Match.round_no == request.round_no
            )
        )
    )
    for times in WIDER:
        ranking = rank_for(
            context.session, request=request, now=context.now, radius_m=category.radius_m * times
        )
        fresh = [one for one in ranking.ranked[: category.wave_size] if one.person_id not in known]
        if ranking.ranked:
            break
    for position, one in enumerate(fresh, start=1):
        match = new_match(request, one, actor=context.actor, now=context.now)
        match.position = position
        context.session.add(match)
        context.session.flush()
        record_match(context, request, match, "match.proposed", metres=match.distance_m)
    return len(fresh)


def withdraw_match(context: Context, *, match_id: int) -> None:
    """Withdraws a match that was proposed, sent or accepted; notifies the volunteer."""
    match, request = lock_match(context.session, match_id)
    context.actor.needs(RoleName.COORDINATOR, request.area_path)
    before = match.state
    reason = withdrawal_reason(context.session, request, match, now=context.now)
    move_match(context, request, match, "withdraw", reason=reason)
    if before in ACTIVE:
        follow_freed_place(context, request, reason=reason)
    if before == MatchState.PROPOSED:
        return
    look_at_once(context, request)
    notify_volunteer(
        context.session,
        match,
        context.session.get_one(Person, match.person_id),
        "match_withdrawn",
        now=context.now,
        occurrence=f"withdrawn:{match.version}",
    )
    wake_waiting_requests(context, match.person_id)


def assign_volunteer(
    context: Context,
    *,
    request_id: int,
    person_id: int | None,
    agreed: bool,
    version: int | None = None,
) -> Match:
    """Records that a volunteer said yes on the phone, whatever they answered or gave up before.

    Nobody is assigned unless `agreed`. Raises Invalid, with everything that is lacking.
    """
    request = lock_request(context.session, request_id)
    context.actor.needs(RoleName.COORDINATOR, request.area_path)
    check_version(request, version)
    lacking = {} if person_id else {"person": N_("请选一位要指派的志愿者")}
    if not agreed:
        lacking["agreed"] = N_("请先打电话问志愿者，得到同意后再指派")
    if lacking or not person_id:
        raise Invalid(lacking)
    person = lock_person(context.session, person_id)
    if person is None or person.state != PersonState.ACTIVE:
        raise Refused(N_("这位志愿者现在不能接单"))
    match = context.session.scalar(
        select(Match)
        .where(
            Match.request_id == request.id,
            Match.round_no == request.round_no,
            Match.person_id == person_id,
        )
        .execution_options(populate_existing=True)
    )
    if match is not None and match.state in HOLDING:
        raise Stale(N_("这位志愿者已经接了这一单"))
    if match is None:
        match = Match(
            token=secrets.token_urlsafe(18),
            request_id=request.id,
            round_no=request.round_no,
            person_id=person_id,
            state=str(MatchState.PROPOSED),
            made_at=context.now,
            made_by=context.actor.person_id,
        )
        context.session.add(match)
        context.session.flush()
    take_place(context, request, match, person, how="assigned")
    return match
