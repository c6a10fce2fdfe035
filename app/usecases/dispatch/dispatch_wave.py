"""Sends asks in waves (派单): automatically, or as a coordinator chose."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.catalogue.models import Category
from app.core.actor import ActorKind, RoleName
from app.core.attention import Attention
from app.core.context import Context
from app.core.errors import Invalid, Refused, Stale
from app.core.i18n import N_
from app.core.statements import changed
from app.core.urgency import Urgency
from app.dispatch.queries import last_wave
from app.help_requests.models import HelpRequest
from app.help_requests.pressing import urgency_now
from app.help_requests.rules import State
from app.matching.default_policy import phase_minutes
from app.matching.eligibility import UNREACHABLE
from app.matching.policy import COORDINATOR, DUTY, NEAR
from app.matching.ranking import Ranked, Ranking
from app.matching.time_left import is_over
from app.matching.waves import LOOK_AGAIN
from app.usecases.dispatch.ask_again import ask_again
from app.usecases.dispatch.ask_volunteers import send_matches
from app.usecases.dispatch.decide_asks import Decision, decide_asks
from app.usecases.dispatch.open_wave import (
    BY_NAME,
    MANUAL,
    MANUAL_PHASE,
    Plan,
    Sent,
    dispatch_request,
    next_check,
    open_wave,
)
from app.usecases.dispatch.phase_clock import phases_began
from app.usecases.dispatch.pool_volunteers import LAST_RESORT
from app.usecases.dispatch.rank_volunteers import rank_for
from app.usecases.messages.notify_coordinators import notify_coordinators
from app.usecases.shared.lock_request import lock_request
from app.usecases.shared.request_state import CHANGED_MEANWHILE, check_version

# Why a coordinator must look after everybody was asked in vain.
NOBODY = "nobody_near"


def send_wave(
    context: Context,
    *,
    request_id: int,
    person_ids: Sequence[int] | None = None,
    version: int | None = None,
) -> Sent:
    """Sends the next wave, or one to exactly the people a coordinator chose, in that order.

    Raises Stale when somebody else did so meanwhile, Invalid for a person who may not be asked.
    """
    request = lock_request(context.session, request_id)
    check_version(request, version)
    if context.actor.kind != ActorKind.SYSTEM:
        context.actor.needs(RoleName.COORDINATOR, request.area_path)
    if request.lat is None:
        raise Refused(N_("请先在地图上确定位置，再派单"))
    if is_over(request.urgency, request.wanted_to, context.now):
        raise Refused(N_("约好的时间过了，请先改时间，再派单"))
    category = context.session.get_one(Category, request.category_id)
    if person_ids is not None:
        return send_chosen(context, request, category, list(person_ids))
    return _send_next(context, request, category)


def _began_at(session: Session, request: HelpRequest, now: datetime) -> datetime:
    """When the phases began: now, if the last wave was to people chosen by name.

    Once nobody was left and a coordinator was notified, each check restarts the phases, so that
    volunteers who came since are asked.
    """
    last = last_wave(session, request.id, request.round_no)
    by_name = last is not None and last.audience in BY_NAME
    if by_name or request.attention == NOBODY:
        return now
    return phases_began(request, now) or now


def _send_next(context: Context, request: HelpRequest, category: Category) -> Sent:
    if request.places_taken >= request.volunteers_needed:
        raise Stale(CHANGED_MEANWHILE)
    ask_again(context, request, category)
    began_at = _began_at(context.session, request, context.now)
    decision = decide_asks(context.session, request, category, began_at=began_at, now=context.now)
    while context.actor.kind != ActorKind.SYSTEM and _waits(decision):
        # A coordinator need not wait until the phase is over.
        after = decision.policy.phases[decision.step.phase + 1]
        began_at = context.now - timedelta(seconds=after.after_s)
        decision = decide_asks(
            context.session, request, category, began_at=began_at, now=context.now
        )
    if decision.step.audience == COORDINATOR:
        return _ask_coordinator(context, request)
    if not decision.step.ask:
        return _wait(context.session, request, decision, context.now)
    return _send(context, request, decision, began_at)


def _waits(decision: Decision) -> bool:
    return decision.step.audience != COORDINATOR and not decision.step.ask


def _ask_coordinator(context: Context, request: HelpRequest) -> Sent:
    """Nobody is left to ask: notifies the coordinators and checks again later."""
    by_itself = context.actor.kind == ActorKind.SYSTEM
    if request.attention == NOBODY and by_itself:
        return Sent(COORDINATOR, 0)
    soon = context.now + look_again(request, context.now)
    in_danger = request.attention == Attention.DANGER
    if in_danger and by_itself and request.state in (State.MATCHING, State.IN_PROGRESS):
        # The escalation policy alarms them until somebody finds no danger.
        later = update(HelpRequest).where(HelpRequest.id == request.id)
        changed(context.session, later.values(next_action_at=soon))
        context.session.refresh(request)
        return Sent(COORDINATOR, 0)
    extra = {
        "attention": NOBODY,
        "next_action_at": soon,
        "escalation": max(1, request.escalation),
        "escalated_at": context.now,
        "due_at": request.due_at or context.now,
    }
    dispatch_request(context, request, extra, {"audience": COORDINATOR})
    if not in_danger:
        notify_coordinators(
            context.session,
            request,
            reason=NOBODY,
            now=context.now,
            occurrence=nobody_near(request),
        )
    return Sent(COORDINATOR, 0)


def nobody_near(request: HelpRequest) -> str:
    """The occurrence of that alarm: once for each search."""
    since = max(
        request.matching_since or request.state_since, request.phases_from or request.state_since
    )
    return f"{NOBODY}:{request.round_no}:{int(since.timestamp())}"


def look_again(request: HelpRequest, now: datetime) -> timedelta:
    """How soon to check again after everybody was asked in vain."""
    return LOOK_AGAIN[Urgency(urgency_now(request.urgency, request.wanted_from, now))]


def _wait(session: Session, request: HelpRequest, decision: Decision, now: datetime) -> Sent:
    """Enough answers are pending; checks again when one of them times out."""
    at = next_check(request, decision.step.look_again_at, now)
    later = update(HelpRequest).where(HelpRequest.id == request.id)
    changed(session, later.values(next_action_at=at))
    session.refresh(request)
    return Sent(_audience(decision), 0)


def _audience(decision: Decision) -> str:
    """What the phase is called in a wave: best, wider, duty or last_resort."""
    if decision.step.last_resort:
        return LAST_RESORT
    if decision.step.audience == DUTY:
        return DUTY
    circles = [n for n, one in enumerate(decision.policy.phases) if one.audience == NEAR]
    return "best" if decision.step.phase == circles[0] else "wider"


def _send(context: Context, request: HelpRequest, decision: Decision, began_at: datetime) -> Sent:
    """Asks in the wave that runs, if it is of the same phase, else in a new one."""
    phase, answer_by = decision.step, context.now + timedelta(seconds=decision.step.answer_s)
    wave = last_wave(context.session, request.id, request.round_no)
    audience = _audience(decision)
    same = wave is not None and (wave.phase_no, wave.audience) == (phase.phase, audience)
    if wave is None or wave.ended_at is not None or not same:
        values: dict[str, Any] = {
            "due_at": answer_by,
            "attention": None,
            "matching_since": began_at,
        }
        if request.attention == NOBODY:
            # Keep it with the coordinator: somebody new was found to ask, but nobody said yes.
            values = {
                "due_at": request.due_at,
                "attention": NOBODY,
                "escalation": request.escalation,
            }
        extra = {**values, "next_action_at": phase.look_again_at}
        plan = Plan(audience, phase.phase, phase.radius_m, answer_by)
        picked = decision.picked
        wave = open_wave(context, request, plan, picked, decision.left_out, extra)
    else:
        _wait(context.session, request, decision, context.now)
    send_matches(context, request, wave, decision.picked, answer_by=answer_by)
    return Sent(audience, len(decision.picked), wave.id)


def send_chosen(
    context: Context, request: HelpRequest, category: Category, person_ids: list[int]
) -> Sent:
    """Sends one wave to exactly these, in this order. Raises Invalid for who may not be asked."""
    if not person_ids:
        raise Invalid({"person_ids": N_("请至少选一位志愿者")})
    reach = max(category.radius_m * 4, 20_000)
    # Everybody who was chosen, near or not: a coordinator knows people whom no search finds.
    ranking = rank_for(
        context.session, request=request, now=context.now, radius_m=reach, people=person_ids
    )
    chosen = [_choose(ranking, person_id) for person_id in dict.fromkeys(person_ids)]
    urgency = urgency_now(request.urgency, request.wanted_from, context.now)
    minutes = phase_minutes(category.accept_minutes, urgency)
    answer_by = context.now + timedelta(minutes=minutes)
    plan = Plan(MANUAL, MANUAL_PHASE, reach, answer_by)
    extra = {"due_at": answer_by, "next_action_at": answer_by, "attention": None}
    wave = open_wave(context, request, plan, chosen, ranking.left_out, extra)
    send_matches(context, request, wave, chosen, answer_by=answer_by)
    return Sent(MANUAL, len(chosen), wave.id)


def _choose(ranking: Ranking, person_id: int) -> Ranked:
    """A coordinator may override hours, reach and limits; never ask twice or despite a block."""
    for one in ranking.ranked:
        if one.person_id == person_id:
            return one
    for left in ranking.left_out:
        if left.person_id == person_id:
            codes = {reason.code for reason in left.reasons}
            if codes & {"asked_already", "blocked", "suspended", UNREACHABLE}:
                break
            return Ranked(person_id, left.metres, False, 0.0, ())
    raise Invalid({"person_ids": N_("有一位志愿者现在不能派单，请刷新看看原因")})
