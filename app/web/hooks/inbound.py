"""What the hooks of all providers do with a message, after its sender was verified."""

from flask import g

from app.channels.ports import IncomingText, Receipt
from app.core.database_errors import DatabaseError
from app.core.db import writing
from app.usecases.delivery.record_receipt import record_receipt
from app.usecases.messages.phone_troubles import forget_troubles_of
from app.usecases.texts.receive_text import handle_text, store_text
from app.web.common.settings import phone_region


def take_text(text: IncomingText) -> None:
    """Stores the text first, so that a tick handles it if this process dies now."""
    region = phone_region()
    with writing() as session:
        inbound_id = store_text(session, text=text, region=region, now=g.now)
        forget_troubles_of(session, sender=text.sender, region=region)
    if inbound_id is None:
        return
    try:
        with writing() as session:
            handle_text(session, inbound_id=inbound_id, region=region, now=g.now)
    except DatabaseError:
        # A tick tries again.
        return


def take_receipt(told: Receipt) -> None:
    """Records a receipt. It only ever moves a notification forward."""
    with writing() as session:
        record_receipt(session, told=told, now=g.now)
