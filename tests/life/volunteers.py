"""What volunteers do: they answer asks, or not, and do tasks by their habits."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.context import Context
from app.dispatch.models import Match
from app.dispatch.rules import ACTIVE, HOLDING, MatchState
from app.help_requests.models import HelpRequest
from app.usecases.dispatch.answer_match import (
    accept_match,
    decline_match,
    give_up,
    grab_request,
    undo_acceptance,
)
from app.usecases.dispatch.see_tasks import requests_near
from app.usecases.requests.do_task import arrive_at_task, finish_task, set_out
from tests.life.history import LOCAL
from tests.life.scenario import Act, Persona
from tests.life.simulation import Message, Simulation
from tests.life.texting import text

MINUTE = timedelta(minutes=1)
# How early before the wanted time a volunteer leaves home.
LEAVES_BEFORE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Habit:
    """How somebody answers: chance of a yes, of no answer, minutes that it takes, and what then."""

    yes: float
    silent: float = 0.1
    minutes: float = 6
    # By day (8-18 o'clock), where it differs.
    yes_by_day: float | None = None
    undoes: float = 0.0
    gives_up: float = 0.0
    comes: float = 1.0
    # Whether they press "finished" without being reminded.
    finishes: float = 0.95


HABITS = {
    "willing": Habit(yes=0.85, silent=0.05, minutes=3),
    "usual": Habit(yes=0.5, silent=0.2, minutes=8, gives_up=0.03),
    "silent_by_day": Habit(yes=0.85, yes_by_day=0.0, silent=0.1),
    "silent": Habit(yes=0.0, silent=1.0),
    "late": Habit(yes=0.7, silent=0.0, minutes=45),
    "undoing": Habit(yes=0.9, silent=0.0, minutes=2, undoes=0.7),
    "giving_up": Habit(yes=0.9, silent=0.0, minutes=4, gives_up=0.6),
    "never_comes": Habit(yes=1.0, silent=0.0, minutes=1, comes=0.0),
    "forgetful": Habit(yes=0.7, silent=0.1, finishes=0.2),
    "grabber": Habit(yes=0.6, silent=0.3),
}


def receive_ask(sim: Simulation, me: Persona, message: Message) -> None:
    """Somebody asks for help: answers after a while, or not at all."""
    habit = HABITS[me.habit]
    order = sim.known.name_of_order(message.request_id)
    # One key for each kind of message about an order: a second text is a second chance.
    key = f"{me.name} answers {order} {message.template}"
    chance = sim.dice(key)
    if message.channel == "call" and chance.random() < me.traits.get("sleeps", 0.3):
        return
    if chance.random() < habit.silent:
        return
    yes = habit.yes
    if habit.yes_by_day is not None and 8 <= message.at.astimezone(LOCAL).hour < 18:
        yes = habit.yes_by_day
    says_yes = chance.random() < yes
    minutes = habit.minutes * chance.uniform(0.3, 2.0)
    by_text = message.channel == "sms" and chance.random() < me.traits.get("texts", 0.3)
    delay = timedelta(seconds=40) if message.channel == "call" else minutes * MINUTE
    sim.after(delay, key, lambda: _answer(sim, me, message, says_yes=says_yes, by_text=by_text))


def _answer(
    sim: Simulation, me: Persona, message: Message, *, says_yes: bool, by_text: bool
) -> None:
    match = sim.product.read(lambda session: session.get(Match, message.about))
    if match is None or match.state not in (MatchState.SENT, MatchState.EXPIRED):
        return
    order = sim.known.name_of_order(match.request_id)
    if by_text and match.reply_number is not None:
        text(sim, me.name, f"{int(says_yes)} {match.reply_number}", about=order)
    elif says_yes:
        accept = _on(accept_match, match.id)
        sim.do(me.name, "says yes", accept, about=order)
        if sim.dice(me.name, order, "taps twice").random() < 0.1:
            sim.do(me.name, "says yes again", accept, about=order)
    else:
        sim.do(me.name, "says no", _on(decline_match, match.id), about=order)
    if says_yes:
        begin_task(sim, me, match.id)


def _on(verb: Any, match_id: int, **more: Any) -> Any:
    return lambda context: verb(context, match_id=match_id, **more)


def begin_task(sim: Simulation, me: Persona, match_id: int) -> None:
    """Plans what follows a yes: to undo it, to give up, to go there, or not to come."""
    match, wanted = sim.product.read(lambda session: _task(session, match_id))
    if match.state not in HOLDING:
        return
    habit, order = HABITS[me.habit], sim.known.name_of_order(match.request_id)
    key = f"{order} {me.name}"
    chance = sim.dice(key, "task", match.version)
    if chance.random() < habit.undoes:
        undo = _on(undo_acceptance, match_id)
        _later(sim, me, chance.uniform(0.2, 1.8) * MINUTE, "undoes", undo, match_id)
        return
    if chance.random() < habit.gives_up:
        _later(
            sim, me, chance.uniform(5, 60) * MINUTE, "gives up", _on(give_up, match_id), match_id
        )
        return
    if chance.random() >= habit.comes:
        return
    now = sim.clock.now
    leaves = max(now + chance.uniform(1, 10) * MINUTE, (wanted or now) - LEAVES_BEFORE)
    arrives = leaves + chance.uniform(5, 20) * MINUTE
    _later(sim, me, leaves - now, "sets out", _on(set_out, match_id), match_id)
    _later(sim, me, arrives - now, "arrives", _on(arrive_at_task, match_id), match_id)
    if chance.random() < habit.finishes:
        ends = arrives + chance.uniform(15, 90) * MINUTE
        _later(sim, me, ends - now, "finishes", _on(finish_task, match_id), match_id)


def _task(session: Session, match_id: int) -> tuple[Match, datetime | None]:
    match = session.get_one(Match, match_id)
    wanted = session.scalar(
        select(HelpRequest.wanted_from).where(HelpRequest.id == match.request_id)
    )
    return match, wanted


def _later(
    sim: Simulation, me: Persona, delay: timedelta, what: str, work: Any, match_id: int
) -> None:
    """Does it later, if the task is still theirs then."""
    match, _ = sim.product.read(lambda session: _task(session, match_id))
    order = sim.known.name_of_order(match.request_id)

    def happen() -> None:
        still, _ = sim.product.read(lambda session: _task(session, match_id))
        if still.state in ACTIVE:
            sim.do(me.name, what, work, about=order)

    sim.after(delay, f"{me.name} {what} {order} {match.version}", happen)


def receive_reminder(sim: Simulation, me: Persona, message: Message) -> None:
    """Somebody waits for them: those who are there say so, those who forgot finish."""
    match, _ = sim.product.read(lambda session: _task(session, message.about))
    if HABITS[me.habit].comes == 0 or match.state not in ACTIVE:
        return
    order = sim.known.name_of_order(match.request_id)
    key = f"{me.name} reminded {order} {message.at:%d%H%M}"
    delay = sim.dice(key).uniform(2, 30) * MINUTE
    if match.state == MatchState.ARRIVED:
        _later(sim, me, delay, "finishes", _on(finish_task, match.id), match.id)


def stop_texts(sim: Simulation, me: Persona, act: Act) -> None:
    """Wants no more texts."""
    text(sim, me.name, "TD")


def want_texts(sim: Simulation, me: Persona, act: Act) -> None:
    """Wants texts again."""
    text(sim, me.name, "恢复")


def look_at_list(sim: Simulation, me: Persona, act: Act) -> None:
    """Takes the nearest request of the list, if there is one."""
    who, now = sim.known.people[me.name], sim.clock.now
    near = sim.product.read(lambda session: requests_near(session, who, now=now))
    if not near:
        return
    request_id = near[0].request_id
    grab = _grab(request_id)
    order = sim.known.name_of_order(request_id)
    match_id = sim.do(me.name, "takes from the list", grab, about=order)
    if match_id is not None:
        begin_task(sim, me, match_id)


def _grab(request_id: int) -> Any:
    def work(context: Context) -> int:
        return grab_request(context, request_id=request_id).id

    return work
