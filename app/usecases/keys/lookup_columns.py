"""Every column that holds a keyed hash under the lookup key, and how a rotation treats it.

Hashes that can be computed again are rewritten (`lookup_columns`, and `blocked_pair`, which takes
the number from an order of that phone). Tokens cannot: they are found under an older key while it
is installed. The rest lives for minutes or a day, or only caches answers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, TableClause, column, select, table, update
from sqlalchemy.orm import Session

from app.core.crypto import lookup_hash
from app.help_requests.models import HelpRequest
from app.notifications.models import (
    Conversation,
    InboundText,
    Notification,
    PhoneTrouble,
    PushSubscription,
)
from app.people.models import BlockedPair, Person
from app.usecases.texts.receive_text import plain_phone

PHONE = "phone:"


@dataclass(frozen=True, slots=True)
class LookupColumn:
    """Rows of `model` whose column `name` is computed from the column `source`."""

    model: Any
    name: str
    kind: str
    source: str
    prefix: str = ""
    plain: Callable[[str], str] = str

    @property
    def title(self) -> str:
        """`table.column`."""
        return f"{self.model.__tablename__}.{self.name}"

    def value(self, source: str) -> str:
        """What the column must hold."""
        return self.prefix + lookup_hash(self.kind, self.plain(source))

    def mine(self) -> ColumnElement[bool]:
        """The rows it applies to: some recipients of notifications are people or devices."""
        stored: ColumnElement[str] = getattr(self.model, self.name)
        return stored.startswith(self.prefix, autoescape=True)


def lookup_columns(region: str) -> tuple[LookupColumn, ...]:
    """Every column that is recomputed; `region` reads numbers without a country code."""
    plain = partial(plain_phone, region=region)
    return (
        LookupColumn(Person, "phone_lookup", "phone", "phone"),
        LookupColumn(HelpRequest, "phone_lookup", "phone", "phone"),
        LookupColumn(InboundText, "sender_lookup", "phone", "sender", plain=plain),
        LookupColumn(Conversation, "phone_lookup", "phone", "phone"),
        LookupColumn(PhoneTrouble, "phone_lookup", "phone", "phone"),
        LookupColumn(PushSubscription, "endpoint_lookup", "push", "endpoint"),
        LookupColumn(Notification, "recipient", "phone", "address", prefix=PHONE),
    )


def rows_after(
    session: Session, one: LookupColumn, after: int | None, most: int
) -> list[tuple[int, str, str]]:
    """Ids, stored hashes and sources of the next rows by id."""
    stored, source = getattr(one.model, one.name), getattr(one.model, one.source)
    chosen = select(one.model.id, stored, source).where(one.mine())
    if after is not None:
        chosen = chosen.where(one.model.id > after)
    return [tuple(row) for row in session.execute(chosen.order_by(one.model.id).limit(most))]


def sample_rows(session: Session, one: LookupColumn, most: int) -> list[tuple[str, str]]:
    """Stored hashes and sources of the oldest and the newest rows, up to `most` of each."""
    stored, source = getattr(one.model, one.name), getattr(one.model, one.source)
    rows: list[tuple[str, str]] = []
    for order in (one.model.id.asc(), one.model.id.desc()):
        chosen = select(stored, source).where(one.mine()).order_by(order).limit(most)
        rows.extend(tuple(row) for row in session.execute(chosen))
    return rows


def write_lookups(session: Session, one: LookupColumn, new: dict[int, str]) -> None:
    """Writes hashes by id."""
    if not new:
        return
    raw: TableClause = table(one.model.__tablename__, column("id"), column(one.name))
    for row_id, value in new.items():
        session.execute(update(raw).where(raw.c.id == row_id).values({one.name: value}))


def carry_blocked_pairs(session: Session) -> int:
    """Rewrites every blocked pair from an order of its phone; returns how many have none left.

    Called before orders are rewritten. A pair without an order stays unchanged and no longer
    blocks.
    """
    lost = 0
    for pair_id, old in session.execute(select(BlockedPair.id, BlockedPair.phone_lookup)).all():
        phone = session.scalar(
            select(HelpRequest.phone).where(HelpRequest.phone_lookup == old).limit(1)
        )
        if phone is None:
            lost += 1
            continue
        session.execute(
            update(BlockedPair)
            .where(BlockedPair.id == pair_id)
            .values(phone_lookup=lookup_hash("phone", phone))
            .execution_options(synchronize_session=False)
        )
    return lost
