"""Sending matches in waves (派单): by themselves, or as a coordinator chose."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.catalogue.models import Category
from app.core.actor import Actor
from app.core.errors import Invalid, Refused
from app.core.i18n import N_
from app.core.statements import changed
from app.desk.ask_volunteers import send_matches
from app.desk.hold_request import hold_request
from app.desk.rank_volunteers import rank_for
from app.desk.request_state import check_version, step
from app.desk.tell import tell_coordinators
from app.dispatch.models import Wave
from app.help_requests.models import HelpRequest
from app.matching.plans import Policy, WavePlan, audiences, pick, plan_wave, wave_minutes
from app.matching.ranking import Ranked, Ranking
from app.rotation.queries import on_duty_now

# How many of those who were left out a wave keeps, nearest first.
LEFT_OUT_KEPT = 30
# After everybody near was asked in vain, look again this often.
LOOK_AGAIN = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Sent:
    """What a wave did. `audience` is best, wider, duty, manual or coordinator (nobody asked)."""

    audience: str
    asked: int
    wave_id: int | None = None


def policy_of(category: Category) -> Policy:
    """What the category says about waves."""
    return Policy(category.wave_size, category.radius_m, category.accept_minutes)


def send_wave(
    session: Session,
    *,
    actor: Actor,
    request_id: int,
    now: datetime,
    person_ids: Sequence[int] | None = None,
    version: int | None = None,
) -> Sent:
    """Sends the next wave, or one to exactly those whom a coordinator chose, in that order.

    Raises Stale when somebody else did meanwhile, Invalid for somebody who may not be asked.
    """
    request = hold_request(session, request_id)
    check_version(request, version)
    if actor.kind != "system":
        actor.needs("coordinator", request.area_path)
    if request.lat is None:
        raise Refused(N_("请先在地图上确定位置，再派单"))
    category = session.get_one(Category, request.category_id)
    if person_ids is not None:
        return _send_chosen(session, request, category, actor, list(person_ids), now)
    return _send_next(session, request, category, actor, now)


def _send_chosen(
    session: Session,
    request: HelpRequest,
    category: Category,
    actor: Actor,
    person_ids: list[int],
    now: datetime,
) -> Sent:
    if not person_ids:
        raise Invalid({"person_ids": N_("请至少选一位志愿者")})
    reach = max(category.radius_m * 4, 20_000)
    ranking = rank_for(session, request=request, now=now, radius_m=reach)
    chosen = [_choose(ranking, person_id) for person_id in dict.fromkeys(person_ids)]
    plan = WavePlan(
        "manual",
        len(chosen),
        reach,
        wave_minutes(policy_of(category), request.urgency),
    )
    return _send(session, request, actor, plan, tuple(chosen), ranking, now)


def _choose(ranking: Ranking, person_id: int) -> Ranked:
    """A coordinator may ask beyond hours, reach and limits; never again, never against a block."""
    for one in ranking.ranked:
        if one.person_id == person_id:
            return one
    for left in ranking.left_out:
        if left.person_id == person_id:
            codes = {reason.code for reason in left.reasons}
            if codes & {"asked_already", "blocked", "suspended"}:
                break
            return Ranked(person_id, left.metres, False, 0.0, ())
    raise Invalid({"person_ids": N_("有一位志愿者现在不能派单，请刷新看看原因")})


def _waves_so_far(session: Session, request: HelpRequest) -> int:
    return int(
        session.scalar(
            select(func.count())
            .select_from(Wave)
            .where(
                Wave.request_id == request.id,
                Wave.round_no == request.round_no,
                Wave.audience != "manual",
            )
        )
        or 0
    )


def _send_next(
    session: Session, request: HelpRequest, category: Category, actor: Actor, now: datetime
) -> Sent:
    duty = bool(on_duty_now(session, request.area_path, now))
    places = request.volunteers_needed - request.places_taken
    last = len(audiences(request.urgency, on_duty=duty))
    for number in range(_waves_so_far(session, request) + 1, last + 1):
        plan = plan_wave(
            policy_of(category),
            wave_no=number,
            places_open=places,
            urgency=request.urgency,
            on_duty=duty,
        )
        if plan.audience == "coordinator":
            break
        ranking = rank_for(
            session,
            request=request,
            now=now,
            radius_m=plan.radius_m,
            on_duty_only=plan.audience == "duty",
        )
        picked = pick(ranking.ranked, plan)
        if picked:
            return _send(session, request, actor, plan, picked, ranking, now)
    return _ask_coordinator(session, request, actor, now)


def _ask_coordinator(session: Session, request: HelpRequest, actor: Actor, now: datetime) -> Sent:
    """Nobody is left to ask: a coordinator must help, and the house looks again in a while."""
    extra = {
        "attention": "nobody_near",
        "next_action_at": now + LOOK_AGAIN,
        "escalation": max(1, request.escalation),
        "due_at": request.due_at or now,
    }
    step(
        session,
        request,
        "dispatch",
        actor=actor,
        now=now,
        extra=extra,
        details={"audience": "coordinator"},
    )
    tell_coordinators(
        session,
        request,
        reason="nobody_near",
        now=now,
        occurrence=f"nobody_near:{request.round_no}",
    )
    return Sent("coordinator", 0)


def _send(
    session: Session,
    request: HelpRequest,
    actor: Actor,
    plan: WavePlan,
    picked: tuple[Ranked, ...],
    ranking: Ranking,
    now: datetime,
) -> Sent:
    deadline = now + timedelta(minutes=plan.minutes)
    extra = {"next_action_at": deadline, "due_at": deadline, "attention": None}
    step(
        session,
        request,
        "dispatch",
        actor=actor,
        now=now,
        extra=extra,
        details={"audience": plan.audience, "asked": len(picked), "radius_m": plan.radius_m},
    )
    close = update(Wave).where(Wave.request_id == request.id, Wave.ended_at.is_(None))
    changed(session, close.values(ended_at=now))
    number = session.scalar(
        select(func.coalesce(func.max(Wave.number), 0)).where(Wave.request_id == request.id)
    )
    wave = Wave(
        request_id=request.id,
        number=int(number or 0) + 1,
        round_no=request.round_no,
        size=len(picked),
        audience=plan.audience,
        radius_m=plan.radius_m,
        made_at=now,
        deadline_at=deadline,
        left_out=_left_out(ranking),
    )
    session.add(wave)
    session.flush()
    send_matches(session, request, wave, picked, actor=actor, now=now)
    return Sent(plan.audience, len(picked), wave.id)


def _left_out(ranking: Ranking) -> list[dict[str, Any]]:
    return [
        {
            "person": left.person_id,
            "metres": round(left.metres),
            "reasons": [{"code": why.code, **why.numbers} for why in left.reasons],
        }
        for left in ranking.left_out[:LEFT_OUT_KEPT]
    ]
