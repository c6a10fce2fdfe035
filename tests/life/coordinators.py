"""What coordinators do: they check what needs them, mend it, or are away."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.areas.datum import Datum
from app.core.actor import RoleName
from app.core.attention import Attention
from app.core.context import Context
from app.dispatch.models import Match
from app.dispatch.rules import ACTIVE, MatchState
from app.help_requests.models import HelpRequest
from app.help_requests.rules import LIVE, State
from app.people.models import Person
from app.rotation.models import Shift
from app.rotation.plan.models import Swap
from app.rotation.states import ShiftState, SwapState
from app.usecases.dispatch.choose_volunteers import assign_volunteer, withdraw_match
from app.usecases.dispatch.dispatch_wave import send_wave
from app.usecases.duty.shifts.move_shift import move_shift
from app.usecases.duty.swaps.settle_swap import approve_swap
from app.usecases.requests.amend_request import change_request
from app.usecases.requests.cancel_request import cancel_request
from app.usecases.requests.set_pin import set_pin
from app.usecases.requests.verify_request import approve_request, reject_request
from app.usecases.volunteers.decide_account import resume_volunteer, suspend_volunteer
from tests.factories import HOME
from tests.life.history import LOCAL
from tests.life.on_duty import about
from tests.life.residents import period_of
from tests.life.scenario import Act, Persona
from tests.life.simulation import Message, Simulation
from tests.life.volunteers import HABITS, begin_task

MINUTE = timedelta(minutes=1)
# How many cases somebody mends at one look.
AT_ONCE = 4
AWAKE = range(7, 23)
Mend = Callable[[Simulation, Persona, HelpRequest], None]


def receive_attention(sim: Simulation, me: Persona, message: Message) -> None:
    """A case needs somebody: checks it soon, if awake and not away."""
    order = sim.known.name_of_order(message.request_id)
    key = f"{me.name} looks at {order} {message.at:%d%H%M}"
    chance = sim.dice(key)
    awake = message.at.astimezone(LOCAL).hour in AWAKE or message.channel == "call"
    if not awake or chance.random() >= me.traits.get("attends", 0.5):
        return
    request_id = message.request_id or 0
    sim.after(
        chance.uniform(1, 30) * MINUTE,
        key,
        lambda: _look_at(sim, me, request_id),
    )


def look_at_board(sim: Simulation, me: Persona, act: Act) -> None:
    """Mends the cases that wait longest, and decides on swaps."""
    for request_id in sim.product.read(lambda session: _board(session, sim.clock.now)):
        _look_at(sim, me, request_id)
    for swap_id in sim.product.read(_taken_swaps):
        agreed = sim.dice(me.name, "approves", act.key, swap_id).random() < 0.8
        work = _on(approve_swap, swap_id=swap_id, agreed=agreed)
        sim.do(me.name, "approves swap" if agreed else "refuses swap", work)


def _board(session: Session, now: Any) -> Sequence[int]:
    needs = or_(
        HelpRequest.attention.is_not(None),
        HelpRequest.state.in_((State.SUBMITTED, State.REOPENED)),
        HelpRequest.due_at <= now,
    )
    return session.scalars(
        select(HelpRequest.id)
        .where(HelpRequest.state.in_(sorted(LIVE)), needs)
        .order_by(HelpRequest.id)
        .limit(AT_ONCE)
    ).all()


def _taken_swaps(session: Session) -> Sequence[int]:
    return session.scalars(
        select(Swap.id).where(Swap.state == SwapState.TAKEN).order_by(Swap.id)
    ).all()


def _look_at(sim: Simulation, me: Persona, request_id: int) -> None:
    request = sim.product.read(lambda session: session.get(HelpRequest, request_id))
    if request is not None and State(request.state) in LIVE:
        MENDS[State(request.state)](sim, me, request)


def _on(verb: Any, **given: Any) -> Any:
    def work(context: Context) -> None:
        verb(context, **given)

    return work


def _order(sim: Simulation, request: HelpRequest) -> str:
    return sim.known.name_of_order(request.id)


def _verify(sim: Simulation, me: Persona, request: HelpRequest) -> None:
    order = _order(sim, request)
    same = {"request_id": request.id, "version": request.version}
    if request.lat is None:
        _pin(sim, me, request)
        same["version"] += 1
    if sim.dice(me.name, "verifies", order).random() < 0.9:
        sim.do(me.name, "approves", _on(approve_request, **same), about=order)
    else:
        work = _on(reject_request, **same, reason="不在服务范围内")
        sim.do(me.name, "rejects", work, about=order)


def _pin(sim: Simulation, me: Persona, request: HelpRequest) -> None:
    work = _on(
        set_pin,
        request_id=request.id,
        version=request.version,
        lat=HOME[0],
        lon=HOME[1],
        datum=Datum.WGS84,
    )
    sim.do(me.name, "sets pin", work, about=_order(sim, request))


def _dispatch(sim: Simulation, me: Persona, request: HelpRequest) -> None:
    """Open, matching or reopened: approves what is proposed, phones somebody, or asks wider."""
    order = _order(sim, request)
    if request.lat is None:
        _pin(sim, me, request)
        return
    proposed = sim.product.read(lambda session: _of(session, request, (MatchState.PROPOSED,)))
    if proposed and request.state == State.OPEN:
        people = [one.person_id for one in proposed[:2]]
        work = _on(send_wave, request_id=request.id, person_ids=people)
        sim.do(me.name, "sends proposed", work, about=order)
        return
    chance = sim.dice(me.name, "dispatches", order, request.version)
    if request.attention == Attention.NOBODY_NEAR or chance.random() < 0.3:
        _phone_somebody(sim, me, request)
    elif request.places_taken < request.volunteers_needed:
        sim.do(me.name, "sends wave", _on(send_wave, request_id=request.id), about=order)


def _of(session: Session, request: HelpRequest, states: Sequence[str]) -> Sequence[Match]:
    return session.scalars(
        select(Match)
        .where(
            Match.request_id == request.id,
            Match.round_no == request.round_no,
            Match.state.in_(sorted(states)),
        )
        .order_by(Match.position, Match.id)
    ).all()


def _phone_somebody(sim: Simulation, me: Persona, request: HelpRequest) -> None:
    """Phones a volunteer, who may agree; then the task is theirs."""
    order = _order(sim, request)
    chance = sim.dice(me.name, "phones", order, request.version)
    helpers = [
        one
        for one in sim.scenario.personas
        if one.role == RoleName.VOLUNTEER and HABITS[one.habit].yes > 0
    ]
    if not helpers or chance.random() >= 0.6:
        return
    helper = chance.choice(helpers)

    def work(context: Context) -> int:
        person_id = sim.known.people[helper.name]
        return assign_volunteer(context, request_id=request.id, person_id=person_id, agreed=True).id

    match_id = sim.do(me.name, f"assigns {helper.name}", work, about=order)
    if match_id is not None:
        begin_task(sim, helper, match_id)


def _chase(sim: Simulation, me: Persona, request: HelpRequest) -> None:
    """Nobody has come, or finished: phones them, and withdraws those who never come."""
    if request.due_at is None or request.due_at > sim.clock.now:
        return
    order = _order(sim, request)
    for match in sim.product.read(lambda session: _of(session, request, sorted(ACTIVE))):
        name = sim.known.name_of_person(match.person_id)
        persona = sim.personas.get(name)
        comes = persona is not None and HABITS[persona.habit].comes > 0
        if not comes and match.state != MatchState.ARRIVED:
            work = _on(withdraw_match, match_id=match.id)
            sim.do(me.name, f"withdraws {name}", work, about=order)


def _leave(sim: Simulation, me: Persona, request: HelpRequest) -> None:
    """The resident's turn: nothing to do."""


MENDS: dict[State, Mend] = {
    State.SUBMITTED: _verify,
    State.OPEN: _dispatch,
    State.MATCHING: _dispatch,
    State.REOPENED: _dispatch,
    State.ASSIGNED: _chase,
    State.IN_PROGRESS: _chase,
    State.FINISHED: _leave,
}


def change_order(sim: Simulation, me: Persona, act: Act) -> None:
    """Changes what was ordered, as the resident said on the phone."""
    request_id = sim.known.request_id(act.details["order"])
    if request_id is None:
        return
    values: dict[str, Any] = {
        name: act.details[name] for name in ("urgency", "volunteers_needed") if name in act.details
    }
    if "category" in act.details:
        values["category_id"] = sim.known.categories[act.details["category"]]
    if "from_h" in act.details:
        values["wanted_from"], values["wanted_to"] = period_of(sim.clock.now, act.details)
    work = _on(change_request, request_id=request_id, version=None, **values)
    words = " ".join(f"{name}={value}" for name, value in sorted(act.details.items()))
    sim.do(me.name, f"changes {words}", work, about=act.details["order"])


def cancel_case(sim: Simulation, me: Persona, act: Act) -> None:
    """Cancels a case, as the resident said on the phone."""
    request_id = sim.known.request_id(act.details["order"])
    if request_id is not None:
        work = _on(cancel_request, request_id=request_id, why="居民来电取消")
        sim.do(me.name, "cancels", work, about=act.details["order"])


def take_back(sim: Simulation, me: Persona, act: Act) -> None:
    """Takes an order back from everybody who has it."""
    request_id = sim.known.request_id(act.details["order"])
    request = sim.product.read(lambda session: session.get(HelpRequest, request_id or 0))
    if request is None:
        return
    for match in sim.product.read(lambda session: _of(session, request, sorted(ACTIVE))):
        name = sim.known.name_of_person(match.person_id)
        work = _on(withdraw_match, match_id=match.id)
        sim.do(me.name, f"withdraws {name}", work, about=act.details["order"])


def reject(sim: Simulation, me: Persona, act: Act) -> None:
    """Refuses an order that waits to be checked."""
    request_id = sim.known.request_id(act.details["order"])
    if request_id is not None:
        work = _on(reject_request, request_id=request_id, version=None, reason="不在服务范围内")
        sim.do(me.name, "rejects", work, about=act.details["order"])


def suspend(sim: Simulation, me: Persona, act: Act) -> None:
    """Suspends a volunteer, or lets them back."""
    name = act.details["volunteer"]
    person_id = sim.known.people.get(name)
    if person_id is None:
        return
    version = sim.product.read(lambda session: session.get_one(Person, person_id)).version
    same = {"person_id": person_id, "version": version}
    if act.details.get("back"):
        sim.do(me.name, f"resumes {name}", _on(resume_volunteer, **same))
    else:
        sim.do(me.name, f"suspends {name}", _on(suspend_volunteer, **same, reason="核实情况"))


def move_somebody(sim: Simulation, me: Persona, act: Act) -> None:
    """Gives somebody's next agreed shift to another person, or moves it to another time."""
    giver = sim.known.people.get(act.details["volunteer"])
    now = sim.clock.now
    shift = sim.product.read(
        lambda session: session.scalars(
            select(Shift)
            .where(
                Shift.person_id == giver,
                Shift.state == ShiftState.AGREED,
                Shift.starts_at > now + timedelta(hours=1),
            )
            .order_by(Shift.starts_at, Shift.id)
            .limit(1)
        ).first()
    )
    if shift is None:
        return
    to = sim.known.people.get(act.details.get("to", ""))
    hours = act.details.get("hours")
    starts_at = None if hours is None else shift.starts_at + timedelta(hours=hours)
    work = _on(move_shift, shift_id=shift.id, person_id=to, starts_at=starts_at)
    sim.do(me.name, f"moves to {act.details.get('to', hours)}", work, about=about(sim, shift))
