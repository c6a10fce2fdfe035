"""What volunteers do about duty: agree, check in, take over, give away, come and go."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.context import Context
from app.rotation.models import DutyAsk, Shift
from app.rotation.states import DutyAskState, ShiftOrigin, ShiftState
from app.usecases.duty.shifts.check_in import check_in
from app.usecases.duty.shifts.come_on_duty import go_on
from app.usecases.duty.shifts.go_off_duty import go_off
from app.usecases.duty.shifts.hand_over_duty import agree_to_shift, cancel_shift
from app.usecases.duty.swaps.give_away_duty import give_away
from app.usecases.duty.swaps.take_duty import decline_swap, take_shift
from app.usecases.volunteers.change_offer import pause_offer
from tests.life.scenario import Act, Persona
from tests.life.simulation import Message, Simulation

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
# A month of single questions is more than anybody answers one by one.
ANSWERED_AT_ONCE = 8


def receive_question(sim: Simulation, me: Persona, message: Message) -> None:
    """Asked for duty: agrees to the next shifts, declines them, or says nothing."""
    key = f"{me.name} answers {message.template} {sim.seen(me.name, message.template)}"
    chance = sim.dice(key)
    luck, delay = chance.random(), chance.uniform(0.1, 10) * HOUR
    if luck >= me.traits.get("agrees", 0.7) + 0.15:
        return
    agrees = luck < me.traits.get("agrees", 0.7)
    sim.after(delay, key, lambda: _answer_all(sim, me, agrees=agrees))


def _answer_all(sim: Simulation, me: Persona, *, agrees: bool) -> None:
    offered = sim.product.read(lambda session: _shifts(session, sim, me, ShiftState.OFFERED))
    for shift in offered[:ANSWERED_AT_ONCE]:
        verb, words = (
            (agree_to_shift, "agrees to duty") if agrees else (cancel_shift, "declines duty")
        )
        sim.do(me.name, words, _on(verb, shift_id=shift.id), about=about(sim, shift))


def about(sim: Simulation, shift: Shift) -> str:
    """A shift as the history names it: by its person, start and rota."""
    rota = sim.known.rotas.index(shift.rota_id) if shift.rota_id in sim.known.rotas else "?"
    return f"shift {shift.starts_at:%d%H%M} layer {shift.layer} rota {rota}"


def _on(verb: Any, **given: Any) -> Any:
    def work(context: Context) -> None:
        verb(context, **given)

    return work


def _shifts(session: Session, sim: Simulation, me: Persona, state: str) -> Sequence[Shift]:
    """Their running and coming shifts in this state."""
    return session.scalars(
        select(Shift)
        .where(
            Shift.person_id == sim.known.people[me.name],
            Shift.state == state,
            Shift.origin != ShiftOrigin.FLEX,
            Shift.ends_at > sim.clock.now,
        )
        .order_by(Shift.starts_at, Shift.id)
    ).all()


def receive_beginning(sim: Simulation, me: Persona, message: Message) -> None:
    """Their shift has begun: says that they are there, or nothing."""
    key = f"{me.name} begins {message.at:%d%H%M}"
    chance = sim.dice(key)
    if chance.random() >= me.traits.get("checks_in", 0.85):
        return
    work = _on(check_in, shift_id=message.about)
    shift = sim.product.read(lambda session: session.get_one(Shift, message.about))
    sim.after(
        chance.uniform(0.5, 12) * MINUTE,
        key,
        lambda: sim.do(me.name, "checks in", work, about=about(sim, shift)),
    )


def receive_cover_question(sim: Simulation, me: Persona, message: Message) -> None:
    """Asked to take over a shift: yes, no or nothing."""
    ask = sim.product.read(lambda session: session.get(DutyAsk, message.about))
    if ask is None or ask.swap_id is None:
        return
    swap_id: int = ask.swap_id
    key = f"{me.name} answers cover {sim.seen(me.name, message.template)}"
    chance = sim.dice(key)
    luck = chance.random()
    if luck >= 0.8:
        return
    verb, words = (take_shift, "takes over") if luck < 0.4 else (decline_swap, "declines cover")

    def happen() -> None:
        still = sim.product.read(lambda session: session.get_one(DutyAsk, message.about))
        if still.state == DutyAskState.SENT:
            sim.do(me.name, words, _on(verb, swap_id=swap_id))

    sim.after(chance.uniform(1, 90) * MINUTE, key, happen)


def give_away_next(sim: Simulation, me: Persona, act: Act) -> None:
    """Offers the next shift to the others, or to one of them."""
    coming = _coming(sim, me)
    if coming:
        to = sim.known.people.get(act.details.get("to", ""))
        work = _on(give_away, shift_id=coming[0].id, to=to)
        sim.do(me.name, "gives away", work, about=about(sim, coming[0]))


def cannot_come(sim: Simulation, me: Persona, act: Act) -> None:
    """Says that they cannot do their next shift."""
    coming = _coming(sim, me)
    if coming:
        work = _on(cancel_shift, shift_id=coming[0].id)
        sim.do(me.name, "cannot do", work, about=about(sim, coming[0]))


def _coming(sim: Simulation, me: Persona) -> list[Shift]:
    found = sim.product.read(lambda session: _shifts(session, sim, me, ShiftState.AGREED))
    return [one for one in found if one.starts_at > sim.clock.now]


def come_on_duty(sim: Simulation, me: Persona, act: Act) -> None:
    """Comes on duty now, for some hours."""
    until = sim.clock.now + act.details.get("hours", 2) * HOUR
    sim.do(me.name, "comes on duty", _on(go_on, until=until))


def go_off_duty(sim: Simulation, me: Persona, act: Act) -> None:
    """Goes off duty now."""
    sim.do(me.name, "goes off duty", _on(go_off))


def take_a_break(sim: Simulation, me: Persona, act: Act) -> None:
    """Pauses for some days."""
    until = sim.clock.now + timedelta(days=act.details.get("days", 7))
    work = _on(pause_offer, person_id=sim.known.people[me.name], until=until)
    sim.do(me.name, "takes a break", work)


def end_break(sim: Simulation, me: Persona, act: Act) -> None:
    """Is back from a break."""
    sim.do(
        me.name,
        "is back",
        _on(pause_offer, person_id=sim.known.people[me.name], until=None),
    )
