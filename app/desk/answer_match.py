"""Answering a match (接单): yes, not this time, undo, cannot come after all, grab.

The winner is whoever's conditional UPDATE of the help request changes a row. One for each place.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.catalogue.models import Category
from app.core.actor import Actor
from app.core.errors import NotAllowed, NotFound, Refused, Stale, Taken
from app.core.i18n import N_
from app.core.statements import changed
from app.desk.rank_volunteers import rank_for
from app.desk.request_state import load_request, step
from app.desk.tell import tell_coordinators, tell_person, tell_resident
from app.dispatch.models import Match, Wave
from app.dispatch.rules import ACTIVE, HOLDING, MatchState, may_undo
from app.help_requests.models import HelpRequest
from app.help_requests.rules import State, sources
from app.people.models import Person
from app.trail.chain import record

TAKEN = N_("刚刚已有志愿者接了这一单，谢谢您愿意帮忙")
OVER = N_("这张需求单已经不需要志愿者了，谢谢您愿意帮忙")
# A late yes is welcome as long as nobody else came.
ACCEPTABLE = (MatchState.SENT, MatchState.EXPIRED)
GRAB_RADIUS_TIMES = 2


def _mine(session: Session, actor: Actor, match_id: int) -> tuple[Match, HelpRequest, Person]:
    """The match with its request and person. Raises NotFound for anybody else's."""
    match = session.get(Match, match_id, populate_existing=True)
    if match is None or actor.person_id != match.person_id:
        raise NotFound(N_("没有找到这次派单"))
    person = session.get_one(Person, match.person_id, populate_existing=True)
    if person.state != "active":
        raise NotAllowed(N_("您的志愿者账号现在停用，请联系调度员"))
    return match, load_request(session, match.request_id), person


def accept(session: Session, *, actor: Actor, match_id: int, now: datetime) -> Match:
    """Takes a place of the help request. Saying yes again changes nothing.

    Raises Taken when all places are taken, Stale when nobody is needed any more.
    """
    match, request, person = _mine(session, actor, match_id)
    if match.state in HOLDING:
        return match
    if match.state not in ACCEPTABLE:
        raise Stale(OVER)
    take_place(session, request, match, person, actor=actor, now=now, how="accepted")
    return match


def take_place(
    session: Session,
    request: HelpRequest,
    match: Match,
    person: Person,
    *,
    actor: Actor,
    now: datetime,
    how: str,
) -> None:
    """The race itself: a place of the request first, then the match, then everybody is told."""
    before = match.state
    won = changed(
        session,
        update(HelpRequest)
        .where(
            HelpRequest.id == request.id,
            HelpRequest.round_no == match.round_no,
            HelpRequest.state.in_(sources("fill")),
            HelpRequest.places_taken < HelpRequest.volunteers_needed,
        )
        .values(places_taken=HelpRequest.places_taken + 1, version=HelpRequest.version + 1),
    )
    session.refresh(request)
    if not won:
        full = request.places_taken >= request.volunteers_needed
        raise Taken(TAKEN) if full else Stale(OVER)
    held = changed(
        session,
        update(Match)
        .where(Match.id == match.id, Match.state == before)
        .values(
            state=str(MatchState.ACCEPTED),
            place_no=_free_place_no(session, request),
            accepted_at=now,
            answered_at=now,
            end_reason=None,
            ended_at=None,
            version=Match.version + 1,
        ),
    )
    if not held:
        raise Stale(N_("这次派单的状态已经变了，请看最新情况"))
    session.refresh(match)
    _record(session, request, match, f"match.{how}", actor, now)
    if request.places_taken == request.volunteers_needed:
        _all_found(session, request, actor, now)
    tell_person(
        session,
        person,
        "match_accepted",
        subject=f"match:{match.id}",
        now=now,
        occurrence=now.isoformat(),
        request_id=request.id,
        urgent=True,
        number=match.reply_number,
        code=request.code,
    )


def _free_place_no(session: Session, request: HelpRequest) -> int:
    taken = set(
        session.scalars(
            select(Match.place_no).where(
                Match.request_id == request.id,
                Match.round_no == request.round_no,
                Match.state.in_(sorted(HOLDING)),
            )
        )
    )
    return next(n for n in range(1, request.volunteers_needed + 1) if n not in taken)


def _all_found(session: Session, request: HelpRequest, actor: Actor, now: datetime) -> None:
    """The last place was taken: whoever else was asked is told kindly."""
    step(session, request, "fill", actor=actor, now=now, extra={"attention": None})
    rows = session.execute(
        select(Match, Person)
        .join(Person, Person.id == Match.person_id)
        .where(Match.request_id == request.id, Match.state == MatchState.SENT)
    ).all()
    for match, person in rows:
        tell_person(
            session,
            person,
            "match_taken",
            subject=f"match:{match.id}",
            now=now,
            request_id=request.id,
            number=match.reply_number,
        )
    changed(
        session,
        update(Match)
        .where(Match.request_id == request.id, Match.state == MatchState.SENT)
        .values(state=str(MatchState.EXPIRED), end_reason="taken", ended_at=now),
    )
    changed(
        session,
        update(Match)
        .where(
            Match.request_id == request.id,
            Match.state.in_((MatchState.PROPOSED, MatchState.APPROVED)),
        )
        .values(state=str(MatchState.WITHDRAWN), end_reason="taken", ended_at=now),
    )
    close = update(Wave).where(Wave.request_id == request.id, Wave.ended_at.is_(None))
    changed(session, close.values(ended_at=now))
    tell_resident(session, request, "request_matched", now=now, occurrence=now.isoformat())


def _record(
    session: Session,
    request: HelpRequest,
    match: Match,
    kind: str,
    actor: Actor,
    now: datetime,
) -> None:
    record(
        session,
        actor=actor,
        kind=kind,
        subject=("match", match.id),
        area_path=request.area_path,
        request_id=request.id,
        now=now,
        details={"person": match.person_id, "place": match.place_no},
    )


def decline(session: Session, *, actor: Actor, match_id: int, now: datetime) -> Match:
    """这次不方便: no penalty, no reason asked; somebody else is asked at once."""
    match, request, _ = _mine(session, actor, match_id)
    if match.state in (MatchState.DECLINED, MatchState.EXPIRED):
        return match
    gone = changed(
        session,
        update(Match)
        .where(Match.id == match.id, Match.state == MatchState.SENT)
        .values(
            state=str(MatchState.DECLINED),
            end_reason="busy",
            answered_at=now,
            ended_at=now,
            version=Match.version + 1,
        ),
    )
    if not gone:
        raise Stale(N_("这次派单的状态已经变了，请看最新情况"))
    session.refresh(match)
    _look_at_once(session, request, now)
    _record(session, request, match, "match.declined", actor, now)
    return match


def _look_at_once(session: Session, request: HelpRequest, now: datetime) -> None:
    soon = update(HelpRequest).where(
        HelpRequest.id == request.id, HelpRequest.state == State.MATCHING
    )
    changed(session, soon.values(next_action_at=now))


def undo(session: Session, *, actor: Actor, match_id: int, now: datetime) -> Match:
    """Takes an acceptance back within two minutes, as if it had not been."""
    match, request, _ = _mine(session, actor, match_id)
    if match.state != MatchState.ACCEPTED or match.accepted_at is None:
        raise Stale(N_("这次派单的状态已经变了，请看最新情况"))
    if not may_undo(match.accepted_at, now):
        raise Refused(N_("已经过了两分钟，请点“来不了了”，我们马上另找人"))
    values = {"state": str(MatchState.SENT), "accepted_at": None, "answered_at": None}
    _leave(session, match, values)
    free_place(session, request, actor=actor, now=now, reason="undone")
    _record(session, request, match, "match.undone", actor, now)
    return match


def give_up(session: Session, *, actor: Actor, match_id: int, now: datetime) -> Match:
    """A late "I cannot come": the request goes straight back to matching."""
    match, request, _ = _mine(session, actor, match_id)
    if match.state not in ACTIVE:
        raise Stale(N_("这次派单的状态已经变了，请看最新情况"))
    values = {"state": str(MatchState.WITHDRAWN), "end_reason": "cannot_come", "ended_at": now}
    _leave(session, match, values)
    free_place(session, request, actor=actor, now=now, reason="cannot_come")
    _record(session, request, match, "match.given_up", actor, now)
    tell_resident(session, request, "request_open", now=now, occurrence=f"again:{match.id}")
    tell_coordinators(
        session, request, reason="cannot_come", now=now, occurrence=f"cannot_come:{match.id}"
    )
    return match


def _leave(session: Session, match: Match, values: Mapping[str, object]) -> None:
    still = update(Match).where(Match.id == match.id, Match.state == match.state)
    if not changed(session, still.values(**values, place_no=None, version=Match.version + 1)):
        raise Stale(N_("这次派单的状态已经变了，请看最新情况"))
    session.refresh(match)


def free_place(
    session: Session, request: HelpRequest, *, actor: Actor, now: datetime, reason: str
) -> None:
    """Gives a place back and has the request looked at at once."""
    extra = {
        "places_taken": HelpRequest.places_taken - 1,
        "next_action_at": now,
    }
    step(
        session,
        request,
        "lose_volunteer",
        actor=actor,
        now=now,
        extra=extra,
        details={"reason": reason},
    )


def grab(session: Session, *, actor: Actor, request_id: int, now: datetime) -> Match:
    """抢单: takes an open request from the list, if its category allows and the volunteer fits."""
    request = load_request(session, request_id)
    category = session.get_one(Category, request.category_id)
    person = session.get(Person, actor.person_id) if actor.person_id else None
    if person is None or person.state != "active":
        raise NotAllowed(N_("您的志愿者账号现在停用，请联系调度员"))
    asked = session.scalar(
        select(Match).where(
            Match.request_id == request.id,
            Match.round_no == request.round_no,
            Match.person_id == person.id,
        )
    )
    if asked is not None:
        return accept(session, actor=actor, match_id=asked.id, now=now)
    if not category.grab or request.lat is None:
        raise Refused(N_("这一单由调度员安排，谢谢您"))
    ranking = rank_for(
        session, request=request, now=now, radius_m=category.radius_m * GRAB_RADIUS_TIMES
    )
    fits = next((one for one in ranking.ranked if one.person_id == person.id), None)
    if fits is None:
        raise Refused(N_("这一单和您填的服务时间、技能或距离不合，谢谢您"))
    match = Match(
        token=secrets.token_urlsafe(18),
        request_id=request.id,
        round_no=request.round_no,
        person_id=person.id,
        state=str(MatchState.SENT),
        distance_m=round(fits.metres),
        score=round(fits.score, 3),
        made_at=now,
        made_by=person.id,
    )
    session.add(match)
    session.flush()
    take_place(session, request, match, person, actor=actor, now=now, how="grabbed")
    return match
