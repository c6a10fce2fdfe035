"""Answering a match (接单): accept, decline, undo, give up, or grab an open request."""

from sqlalchemy import select, update

from app.catalogue.models import Category
from app.core.attention import Attention
from app.core.context import Context
from app.core.errors import NotAllowed, Refused, Stale, Taken
from app.core.i18n import N_
from app.core.statements import changed
from app.core.wakes import Topic, wake
from app.dispatch.models import Match
from app.dispatch.rules import (
    ACTIVE,
    HOLDING,
    EndReason,
    MatchState,
    gave_back_too_often,
    may_accept,
    may_undo,
)
from app.help_requests.models import HelpRequest
from app.help_requests.rules import LOOKED_FOR, State
from app.matching.time_left import is_over
from app.people.models import Person
from app.people.queries import blocked_from
from app.people.rules import PersonState
from app.usecases.dispatch.ask_volunteers import new_match
from app.usecases.dispatch.fair_grab import check_grab
from app.usecases.dispatch.grab_rule import GRAB_REACH_M, rank_to_grab
from app.usecases.dispatch.look_up_volunteers import look_up
from app.usecases.dispatch.rank_volunteers import setting_for
from app.usecases.dispatch.see_conflicts import check_conflicts
from app.usecases.dispatch.take_place import (
    ASKED_ANEW,
    OVER,
    TAKEN,
    follow_freed_place,
    take_place,
)
from app.usecases.dispatch.team_needs import asked_by_name, people_not_enough
from app.usecases.dispatch.unable import OWN_CHOICE, UNABLE, unable
from app.usecases.messages.notify import notify_resident
from app.usecases.messages.notify_coordinators import notify_coordinators
from app.usecases.shared.lock_request import lock_own_match, lock_person, lock_request
from app.usecases.shared.match_state import move_match, record_match
from app.usecases.shared.wake_waiting import wake_waiting_requests

# A coordinator checks first: before verification, and after a poor rating.
NEEDS_COORDINATOR = (State.SUBMITTED, State.REOPENED)
PAST = N_("这一单约好的时间已经过了，谢谢您愿意帮忙")
UNFIT = N_("这一单和您填的服务时间、技能或距离不合，谢谢您")
KEPT = N_("剩下的名额要留给会另一项技能或语言的人，谢谢您愿意帮忙")


def accept_match(context: Context, *, match_id: int, knowing: bool = False) -> Match:
    """Takes a place of the help request. Saying yes again changes nothing.

    A late yes, or one after a no, counts while a place is open. Raises Taken when all places are
    taken, Stale when nobody is needed any more or a late yes does not fit what has changed since,
    Refused after giving the task back repeatedly,
    TimeConflict when the volunteer has something else at that time and does not say that they know
    (`knowing`).
    """
    match, request, person = lock_own_match(context.session, context.actor, match_id)
    if match.state in HOLDING:
        return match
    if not may_accept(match.state, match.end_reason):
        raise Stale(OVER)
    if gave_back_too_often(match.given_back):
        raise Refused(N_("这一单您已经退回过几次，想再接请联系调度员"))
    _check_fit(context, request, match)
    _take(context, request, match, person, how="accepted", knowing=knowing)
    return match


def _check_fit(context: Context, request: HelpRequest, match: Match) -> None:
    """Raises Stale when the ask is over and what is needed now does not fit its volunteer.

    An open ask was worded anew with each change: raises Refused when the volunteer lacks what they
    had when they were asked. Whom a coordinator asked by name may say yes in both cases, unless the
    request was changed since the ask ended.
    """
    session, people = context.session, [match.person_id]
    changed_since = match.reopened or match.end_reason == EndReason.CHANGED
    over = changed_since or match.state in (MatchState.EXPIRED, MatchState.DECLINED)
    codes = UNABLE if over else UNABLE - OWN_CHOICE
    if not unable(session, request, people, now=context.now, codes=codes):
        return
    if changed_since or not asked_by_name(session, request, people):
        raise Stale(ASKED_ANEW) if over else Refused(UNFIT)


def _take(
    context: Context, request: HelpRequest, match: Match, person: Person, *, how: str, knowing: bool
) -> None:
    """Takes a place unless that puts the volunteer in two places unknowingly.

    Raises Stale when the wished time is over, or the two are not to meet; Taken when the last
    places are kept for who brings what the team lacks.
    """
    if is_over(request.urgency, request.wanted_to, context.now):
        raise Stale(PAST)
    if person.id in blocked_from(context.session, request.phone_lookup):
        raise Stale(OVER)
    if request.places_taken < request.volunteers_needed:
        known = check_conflicts(context, request, person.id, knowing=knowing)
        if known:
            record_match(context, request, match, "match.conflict_known", conflicts=known)
        if people_not_enough(context.session, request, [person.id]):
            raise Taken(KEPT)
    take_place(context, request, match, person, how=how)


def decline_match(context: Context, *, match_id: int) -> Match:
    """这次不方便: no penalty, no reason needed; the next volunteer is asked at once."""
    match, request, _ = lock_own_match(context.session, context.actor, match_id)
    if match.state in (MatchState.DECLINED, MatchState.EXPIRED):
        return match
    values = {"answered_at": context.now}
    move_match(context, request, match, "decline", reason=EndReason.BUSY, values=values)
    look_at_once(context, request)
    wake_waiting_requests(context, match.person_id)
    return match


def look_at_once(context: Context, request: HelpRequest) -> None:
    """Makes a request that still needs volunteers due, so that the next one is asked now."""
    soon = update(HelpRequest).where(
        HelpRequest.id == request.id,
        HelpRequest.state.in_(sorted(LOOKED_FOR)),
        HelpRequest.places_taken < HelpRequest.volunteers_needed,
    )
    if changed(context.session, soon.values(next_action_at=context.now)):
        wake(context.session, Topic.REQUESTS)


def undo_acceptance(context: Context, *, match_id: int) -> Match:
    """Takes an acceptance back within two minutes: the match is again what it was before the yes.

    An ask whose time was over is not asked once more.

    Only once for each request: the name and address were shown, so the next one gives up.
    """
    match, request, _ = lock_own_match(context.session, context.actor, match_id)
    if match.state != MatchState.ACCEPTED or match.accepted_at is None:
        raise Stale(N_("这次派单的状态已经变了，请看最新情况"))
    if not may_undo(match.accepted_at, context.now):
        raise Refused(N_("已经过了两分钟，请点“来不了了”，我们马上另找人"))
    if match.given_back:
        return _give_up(context, match, request)
    before = State(request.state)
    action, reason = _undo_of(match)
    values = {
        "accepted_at": None,
        "answered_at": None,
        "given_back": Match.given_back + 1,
        "undone": Match.undone + 1,
        "undone_at": context.now,
    }
    move_match(context, request, match, action, reason=reason, values=values)
    follow_freed_place(context, request, reason=EndReason.UNDONE)
    wake_waiting_requests(context, match.person_id)
    if before != State.MATCHING:
        again = f"undone:{match.id}:{match.version}"
        notify_resident(context.session, request, "request_open", now=context.now, occurrence=again)
    return match


def _undo_of(match: Match) -> tuple[str, EndReason | None]:
    """How to undo a yes, and why the match is over then, if it is."""
    before = match.accepted_from
    if before is None and match.sent_at is not None:
        # The yes was given to an older release, which did not write down what was before.
        before = MatchState.SENT
    if before == MatchState.SENT:
        return "undo", None
    return ("undo_after_no" if before == MatchState.DECLINED else "undo_grab"), EndReason.BUSY


def give_up(context: Context, *, match_id: int) -> Match:
    """Cancels after accepting: the place is looked for again at once."""
    match, request, _ = lock_own_match(context.session, context.actor, match_id)
    if match.state not in ACTIVE:
        raise Stale(N_("这次派单的状态已经变了，请看最新情况"))
    return _give_up(context, match, request)


def _give_up(context: Context, match: Match, request: HelpRequest) -> Match:
    values = {"given_back": Match.given_back + 1}
    move_match(context, request, match, "give_up", reason=EndReason.CANNOT_COME, values=values)
    sought = follow_freed_place(context, request, reason=EndReason.CANNOT_COME)
    wake_waiting_requests(context, match.person_id)
    if not sought:
        return match
    occurrence = f"again:{match.id}:{match.version}"
    notify_resident(
        context.session, request, "request_open", now=context.now, occurrence=occurrence
    )
    notify_coordinators(
        context.session,
        request,
        reason=Attention.CANNOT_COME,
        now=context.now,
        occurrence=f"cannot_come:{match.id}:{match.version}",
    )
    return match


def grab_request(context: Context, *, request_id: int, knowing: bool = False) -> Match:
    """抢单: takes an open request from the list, if its category allows and the volunteer fits.

    Raises TimeConflict like `accept_match`.
    """
    if context.actor.person_id is None:
        raise NotAllowed(N_("您的志愿者账号现在停用，请联系调度员"))
    request = lock_request(context.session, request_id)
    person = lock_person(context.session, context.actor.person_id)
    if person is None or person.state != PersonState.ACTIVE:
        raise NotAllowed(N_("您的志愿者账号现在停用，请联系调度员"))
    asked = context.session.scalar(
        select(Match).where(
            Match.request_id == request.id,
            Match.round_no == request.round_no,
            Match.person_id == person.id,
        )
    )
    if asked is not None and asked.state != MatchState.PROPOSED:
        return accept_match(context, match_id=asked.id, knowing=knowing)
    fits = _match_for(context, request, person)
    match = asked or fits
    context.session.add(match)
    context.session.flush()
    _take(context, request, match, person, how="grabbed", knowing=knowing)
    return match


def _match_for(context: Context, request: HelpRequest, person: Person) -> Match:
    """A match for a volunteer who was not asked. Raises Refused when it does not fit."""
    category = context.session.get_one(Category, request.category_id)
    if not category.grab or request.lat is None or State(request.state) in NEEDS_COORDINATOR:
        raise Refused(N_("这一单由调度员安排，谢谢您"))
    if State(request.state) not in LOOKED_FOR:
        raise Taken(TAKEN) if request.places_taken else Stale(OVER)
    setting = setting_for(context.session, request, radius_m=GRAB_REACH_M, now=context.now)
    ranking = rank_to_grab(setting, look_up(context.session, setting.asking, [person.id]))
    if not ranking.ranked:
        raise Refused(UNFIT)
    check_grab(context.session, request, category, person.id, now=context.now)
    return new_match(request, ranking.ranked[0], actor=context.actor, now=context.now)
