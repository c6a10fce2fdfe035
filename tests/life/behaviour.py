"""Who reacts to which message, and who does which act: the table of all behaviour."""

from collections.abc import Callable

from app.core.actor import ActorKind
from tests.life import residents, volunteers
from tests.life.scenario import Act, Persona
from tests.life.simulation import Message, Simulation

Reaction = Callable[[Simulation, Persona, Message], None]
Doing = Callable[[Simulation, Persona, Act], None]

REACTIONS: dict[tuple[str, str], Reaction] = {
    (ActorKind.VOLUNTEER, "match_asked"): volunteers.receive_ask,
    (ActorKind.VOLUNTEER, "urgent_again"): volunteers.receive_ask,
    (ActorKind.VOLUNTEER, "call_match"): volunteers.receive_ask,
    (ActorKind.VOLUNTEER, "match_reminder"): volunteers.receive_reminder,
    (ActorKind.RESIDENT, "request_finished_rate"): residents.receive_rating_wish,
}

ACTS: dict[str, Doing] = {
    "orders": residents.order_on_web,
    "orders by text": residents.order_by_text,
    "cancels": residents.cancel_order,
}


def receive(sim: Simulation, me: Persona, message: Message) -> None:
    """Reacts to a message that has arrived, if this kind of person does."""
    reaction = REACTIONS.get((me.role, message.template))
    if reaction is not None:
        reaction(sim, me, message)


def act(sim: Simulation, me: Persona, one: Act) -> None:
    """Does what the scenario says."""
    ACTS[one.what](sim, me, one)
