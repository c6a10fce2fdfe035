"""Sending matches in waves (派单): by themselves, or as a coordinator chose."""

import secrets
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
from app.desk.rank_volunteers import rank_for
from app.desk.request_state import check_version, load_request, step
from app.desk.tell import tell_coordinators, tell_person
from app.dispatch.models import Match, Wave
from app.dispatch.rules import ACTIVE, WAITING, MatchState, free_reply_number
from app.help_requests.models import HelpRequest
from app.matching.ranking import Ranked, Ranking
from app.matching.waves import Policy, WavePlan, audiences, pick, plan_wave, wave_minutes
from app.people.models import Person
from app.rotation.queries import on_duty_now
from app.trail.chain import record

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
    request = load_request(session, request_id)
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


def send_matches(
    session: Session,
    request: HelpRequest,
    wave: Wave,
    picked: Sequence[Ranked],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Asks these volunteers in a wave: a match, a line in the trail and a message for each."""
    ids = [one.person_id for one in picked]
    people = {
        person.id: person for person in session.scalars(select(Person).where(Person.id.in_(ids)))
    }
    proposed = {
        match.person_id: match
        for match in session.scalars(
            select(Match).where(
                Match.request_id == request.id,
                Match.round_no == request.round_no,
                Match.person_id.in_(ids),
            )
        )
    }
    used = _numbers_in_use(session, ids)
    minutes = max(1, int((wave.deadline_at - now) / timedelta(minutes=1)))
    for position, one in enumerate(picked, start=1):
        match = proposed.get(one.person_id) or _new_match(request, one, actor, now)
        match.wave_id = wave.id
        match.state = str(MatchState.SENT)
        match.position = position
        match.sent_at, match.deadline_at = now, wave.deadline_at
        numbers, last = used.get(one.person_id, (frozenset(), None))
        match.reply_number = free_reply_number(numbers, last)
        session.add(match)
        session.flush()
        _record_sent(session, request, wave, match, actor, now)
        tell_person(
            session,
            people[one.person_id],
            "match_asked",
            subject=f"match:{match.id}",
            now=now,
            occurrence=f"wave:{wave.id}",
            request_id=request.id,
            urgent=request.urgency == "urgent",
            number=match.reply_number,
            minutes=minutes,
            distance=round(one.metres / 10) * 10,
        )


def _new_match(request: HelpRequest, one: Ranked, actor: Actor, now: datetime) -> Match:
    return Match(
        token=secrets.token_urlsafe(18),
        request_id=request.id,
        round_no=request.round_no,
        person_id=one.person_id,
        state=str(MatchState.PROPOSED),
        distance_m=round(one.metres),
        score=round(one.score, 3),
        reasons=[
            {"code": p.code, "points": round(p.points, 1), "numbers": p.numbers} for p in one.parts
        ],
        made_at=now,
        made_by=actor.person_id,
    )


def _numbers_in_use(
    session: Session, person_ids: Sequence[int]
) -> dict[int, tuple[frozenset[int], int | None]]:
    """Reply numbers of each person's live matches, and the one given last."""
    rows = session.execute(
        select(Match.person_id, Match.reply_number, Match.state)
        .where(Match.person_id.in_(person_ids), Match.reply_number.is_not(None))
        .order_by(Match.sent_at, Match.id)
    )
    found: dict[int, tuple[frozenset[int], int | None]] = {}
    for person_id, number, state in rows:
        if number is None:
            continue
        live, _ = found.get(person_id, (frozenset[int](), None))
        alive = live | {number} if state in WAITING or state in ACTIVE else live
        found[person_id] = (frozenset(alive), number)
    return found


def _record_sent(
    session: Session, request: HelpRequest, wave: Wave, match: Match, actor: Actor, now: datetime
) -> None:
    record(
        session,
        actor=actor,
        kind="match.sent",
        subject=("match", match.id),
        area_path=request.area_path,
        request_id=request.id,
        now=now,
        details={
            "person": match.person_id,
            "wave": wave.number,
            "score": round(match.score, 1),
            "metres": match.distance_m,
        },
    )
