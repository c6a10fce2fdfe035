"""Who reacts to which message, and who does which act: the table of all behaviour."""

from collections.abc import Callable

from app.core.actor import ActorKind
from tests.life import coordinators, on_duty, residents, volunteers, world
from tests.life.scenario import Act, Persona
from tests.life.simulation import Message, Simulation

Reaction = Callable[[Simulation, Persona, Message], None]
Doing = Callable[[Simulation, Persona, Act], None]

REACTIONS: dict[tuple[str, str], Reaction] = {
    (ActorKind.VOLUNTEER, "match_asked"): volunteers.receive_ask,
    (ActorKind.VOLUNTEER, "urgent_again"): volunteers.receive_ask,
    (ActorKind.VOLUNTEER, "call_match"): volunteers.receive_ask,
    (ActorKind.VOLUNTEER, "match_reminder"): volunteers.receive_reminder,
    (ActorKind.VOLUNTEER, "duty_asked"): on_duty.receive_question,
    (ActorKind.VOLUNTEER, "duty_asked_many"): on_duty.receive_question,
    (ActorKind.VOLUNTEER, "duty_begins"): on_duty.receive_beginning,
    (ActorKind.VOLUNTEER, "duty_cover_asked"): on_duty.receive_cover_question,
    (ActorKind.COORDINATOR, "coordinator_attention"): coordinators.receive_attention,
    (ActorKind.COORDINATOR, "call_coordinator"): coordinators.receive_attention,
    (ActorKind.RESIDENT, "request_finished_rate"): residents.receive_rating_wish,
}

ACTS: dict[str, Doing] = {
    "orders": residents.order_on_web,
    "orders by text": residents.order_by_text,
    "cancels": residents.cancel_order,
    "looks at the list": volunteers.look_at_list,
    "stops texts": volunteers.stop_texts,
    "wants texts": volunteers.want_texts,
    "gives away duty": on_duty.give_away_next,
    "cannot do duty": on_duty.cannot_come,
    "comes on duty": on_duty.come_on_duty,
    "goes off duty": on_duty.go_off_duty,
    "takes a break": on_duty.take_a_break,
    "ends the break": on_duty.end_break,
    "looks at the board": coordinators.look_at_board,
    "changes": coordinators.change_order,
    "cancels a case": coordinators.cancel_case,
    "takes back": coordinators.take_back,
    "rejects": coordinators.reject,
    "suspends": coordinators.suspend,
    "moves a shift": coordinators.move_somebody,
    "kill": world.kill,
    "no jobs": world.stop_jobs,
    "provider fails": world.fail_provider,
    "clock": world.set_clock,
}


def receive(sim: Simulation, me: Persona, message: Message) -> None:
    """Reacts to a message that has arrived, if this kind of person does."""
    reaction = REACTIONS.get((me.role, message.template))
    if reaction is not None:
        reaction(sim, me, message)


def act(sim: Simulation, me: Persona, one: Act) -> None:
    """Does what the scenario says."""
    ACTS[one.what](sim, me, one)
