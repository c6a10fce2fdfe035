"""Texts that people send to the product."""

from app.channels.ports import IncomingText
from app.core.actor import resident
from app.core.context import Context
from app.notifications.models import InboundText
from app.usecases.texts.receive_text import handle_text, store_text
from tests.life.simulation import Simulation

REGION = "CN"


def text(sim: Simulation, who: str, body: str, *, about: str = "") -> int | None:
    """Sends a text from somebody's phone; returns the help request that it touched, if any."""
    sender = sim.known.phones[who]
    number = sum(1 for step in sim.history.steps if step.what.startswith("texts")) + 1

    def store(context: Context) -> int | None:
        incoming = IncomingText("twilio", f"SM{number}", sender, body)
        return store_text(context.session, text=incoming, region=REGION, now=context.now)

    def handle(context: Context) -> None:
        handle_text(context.session, inbound_id=stored or 0, region=REGION, now=context.now)

    stored = sim.product.commit(resident("sms"), store)
    sim.do_as(resident("sms"), who, f"texts {_plain(sim, body)}", handle, about=about)
    return sim.product.read(lambda session: session.get_one(InboundText, stored or 0).request_id)


def _plain(sim: Simulation, body: str) -> str:
    """The words with the names of orders for their codes."""
    for order, code in sim.known.codes.items():
        body = body.replace(code, order)
    return body
