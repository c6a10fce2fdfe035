"""What residents do: they order, confirm, cancel and rate, by the web or by text."""

from datetime import datetime, timedelta
from typing import Any

from app.core.context import Context
from app.help_requests.models import HelpRequest
from app.usecases.requests.cancel_request import cancel_request
from app.usecases.requests.place_request import NewOrder, Placed, place_request
from app.usecases.requests.rate_request import rate_request
from tests.life.scenario import Act, Persona
from tests.life.simulation import Message, Simulation
from tests.life.texting import REGION, text

NEED, ADDRESS, NAME = "膝盖不好，想买一盒降压药", "民乐老村3栋502", "陈桂芳"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def order_on_web(sim: Simulation, me: Persona, act: Act) -> None:
    """Orders on the web and, if that is their habit, confirms the phone by a text."""
    placed: Placed | None = sim.do(
        me.name, "orders", _placing(sim, me, act.details, "web"), about=act.key
    )
    if placed is None:
        return
    name_order(sim, act.key, placed.request_id, placed.code)
    if me.traits.get("confirms", True):
        key = f"{me.name} confirms {act.key}"
        delay = sim.dice(key).uniform(0.5, 8) * MINUTE
        sim.after(delay, key, lambda: _confirm(sim, me, act.key))


def _confirm(sim: Simulation, me: Persona, order: str) -> None:
    text(sim, me.name, f"确认 {sim.known.codes[order]}", about=order)


def name_order(sim: Simulation, order: str, request_id: int, code: str) -> None:
    """Notes which help request an order became."""
    sim.known.orders[request_id], sim.known.codes[order] = order, code


def _placing(sim: Simulation, me: Persona, wish: dict[str, Any], source: str) -> Any:
    start, end = period_of(sim.clock.now, wish)
    order = NewOrder(
        category_id=sim.known.categories[wish["category"]],
        need=NEED,
        phone=sim.known.phones[me.name] if not wish.get("wrong") else "1234",
        source=source,
        name=NAME,
        address=ADDRESS,
        place_id=sim.known.place.building.id if wish.get("placed", True) else None,
        wanted_from=start,
        wanted_to=end,
        volunteers_needed=wish.get("places"),
        urgency=wish.get("urgency"),
    )

    def work(context: Context) -> Placed:
        return place_request(context, order=order, region=REGION)

    return work


def period_of(now: datetime, wish: dict[str, Any]) -> tuple[datetime | None, datetime | None]:
    """When help is wanted, from hours after now; as soon as possible without them."""
    if "from_h" not in wish:
        return None, None
    start = now + wish["from_h"] * HOUR
    return start, start + wish.get("hours", 2) * HOUR


def order_by_text(sim: Simulation, me: Persona, act: Act) -> None:
    """Orders by a text in their own words."""
    request_id = text(sim, me.name, act.details["words"], about=act.key)
    if request_id is not None and request_id not in sim.known.orders:
        code = sim.product.read(lambda session: code_of(session, request_id))
        name_order(sim, act.key, request_id, code)


def code_of(session: Any, request_id: int) -> str:
    """The code of a help request."""
    return str(session.get_one(HelpRequest, request_id).code)


def cancel_order(sim: Simulation, me: Persona, act: Act) -> None:
    """Cancels an order, by text or on the page of its code."""
    order = act.details["order"]
    code = sim.known.codes.get(order)
    if code is None:
        return
    if act.details.get("by") == "text":
        text(sim, me.name, f"取消 {code}", about=order)
        return

    def work(context: Context) -> None:
        cancel_request(context, why="不用了", code=code)

    sim.do(me.name, "cancels", work, about=order)


def receive_rating_wish(sim: Simulation, me: Persona, message: Message) -> None:
    """Rates after some hours, by text or on the page, or never."""
    order = sim.known.name_of_order(message.request_id)
    code = sim.known.codes.get(order)
    key = f"{me.name} rates {order} {message.at:%d%H}"
    chance = sim.dice(key)
    if code is None or chance.random() < 0.4:
        return
    stars = chance.choice((5, 5, 5, 4, 3, 2, 1))
    by_text = chance.random() < 0.5
    sim.after(
        chance.uniform(0.1, 20) * HOUR,
        key,
        lambda: _rate(sim, me, order, stars, by_text=by_text),
    )


def _rate(sim: Simulation, me: Persona, order: str, stars: int, *, by_text: bool) -> None:
    code = sim.known.codes[order]
    if by_text:
        text(sim, me.name, f"评价 {code} {stars}", about=order)
        return

    def work(context: Context) -> str:
        return rate_request(context, code=code, stars=stars, comment=None)

    sim.do(me.name, f"rates {stars}", work, about=order)
