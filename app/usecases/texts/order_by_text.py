"""An order by text: parsed if possible, else stored in the sender's own words."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import func, literal, select, update
from sqlalchemy.orm import Session

from app.areas.gazetteer import search_key
from app.areas.queries import place_keys
from app.catalogue.models import Category
from app.conversation.commands import Order
from app.conversation.danger import find_danger
from app.conversation.grammar import is_urgent
from app.core.actor import resident
from app.core.attention import Attention
from app.core.context import Context
from app.core.statements import changed
from app.core.urgency import Urgency
from app.help_requests.models import HelpRequest
from app.trail.chain import record
from app.usecases.requests.place_request import (
    ADDRESS_MAX,
    NEED_MAX,
    NewOrder,
    Placed,
    place_request,
)
from app.usecases.texts.text_sender import Handled, Sender, reply_to_sender

ACTOR = resident("sms")
CATCH_ALL = "other"
SHORTEST_NAME = 2


def place_named(session: Session, text: str) -> int | None:
    """The place with the longest name that the text contains."""
    key = search_key(text)
    if len(key) < SHORTEST_NAME:
        return None
    keys = place_keys()
    length = func.length(keys.c.key)
    found: int | None = session.scalar(
        select(keys.c.place_id)
        .where(literal(key).contains(keys.c.key), length >= SHORTEST_NAME)
        .order_by(length.desc(), keys.c.place_id)
        .limit(1)
    )
    return found


def order_by_text(
    session: Session, sender: Sender, body: str, wish: Order, category: Category, now: datetime
) -> Handled:
    """Places the parsed order. The phone is confirmed, because the order came from it."""
    start, end = wish.when or (None, None)
    placed = place_request(
        Context(session, ACTOR, now),
        order=NewOrder(
            category_id=category.id,
            need=body[:NEED_MAX],
            phone=sender.phone,
            source="sms",
            language=sender.language,
            address=wish.place_text[:ADDRESS_MAX] or None,
            place_id=place_named(session, wish.place_text),
            wanted_from=start.astimezone(UTC) if start else None,
            wanted_to=end.astimezone(UTC) if end else None,
            urgency=Urgency.URGENT if wish.urgent else None,
        ),
        region="",
        phone_confirmed=True,
    )
    return Handled("ordered", placed.request_id)


def store_raw(
    session: Session,
    sender: Sender,
    body: str,
    categories: Sequence[Category],
    now: datetime,
) -> Handled:
    """Opens a help request in the sender's own words; a coordinator calls back."""
    placed = place_request(
        Context(session, ACTOR, now),
        order=NewOrder(
            category_id=catch_all(categories).id,
            need=body[:NEED_MAX],
            phone=sender.phone,
            source="sms",
            language=sender.language,
            place_id=place_named(session, body),
            urgency=Urgency.URGENT if is_urgent(body) else None,
        ),
        region="",
        attention=Attention.NOT_UNDERSTOOD,
    )
    confirm_sender(session, placed, now)
    danger = find_danger(body)
    reply_to_sender(
        session,
        sender,
        "request_not_understood" if danger is None else "danger_possible",
        now=now,
        request_id=placed.request_id,
        code=placed.code,
        numbers=list(danger.numbers) if danger else [],
    )
    return Handled("not_understood", placed.request_id)


def catch_all(categories: Sequence[Category]) -> Category:
    """The category for anything, else one that a coordinator checks first."""
    named = [one for one in categories if one.code == CATCH_ALL]
    looked_at = [one for one in categories if one.verify_first]
    return (named or looked_at or list(categories))[0]


def confirm_sender(session: Session, placed: Placed, now: datetime) -> None:
    """Confirms after placing, so that the answer is one text and not two."""
    changed(
        session,
        update(HelpRequest)
        .where(HelpRequest.id == placed.request_id)
        .values(phone_confirmed_at=now),
    )
    request = session.get_one(HelpRequest, placed.request_id, populate_existing=True)
    record(
        Context(session, ACTOR, now),
        kind="help_request.phone_confirmed",
        subject=("help_request", request.id),
        area_path=request.area_path,
        request_id=request.id,
        details={"by": "text"},
    )
