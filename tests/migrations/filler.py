"""Adds rows to tables that the demo leaves empty, so that migrations are tested on all tables."""

from datetime import timedelta
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, Double, Integer, String, Table, select
from sqlalchemy.orm import Session

from app.core.base import Base, UtcDateTime
from app.core.crypto import EncryptedText
from app.rotation.emergency.models import Activation
from app.rotation.models import DutyAsk
from tests.factories import NOW

# Values where not any short text is valid.
VALUES: dict[str, Any] = {
    "activation.state": "over",
    "duty_ask.state": "sent",
    "escalation.state": "running",
    "match.state": "sent",
    "notification.state": "pending",
    "request_place.state": "open",
    "shift.state": "offered",
    "swap.state": "open",
    "repeat_rule.state": "ended",
    "repeat_day.state": "placed",
    "roster_draft.state": "done",
    "trial.state": "done",
}
BY_TYPE: dict[type, Any] = {
    UtcDateTime: NOW,
    EncryptedText: "秘密",
    Date: NOW.date(),
    Boolean: True,
    Integer: 1,
    Double: 1.0,
    JSON: [],
}


def fill_empty_tables(session: Session) -> None:
    """Fills empty tables in the order of their foreign keys."""
    for table in Base.metadata.sorted_tables:
        if session.execute(select(table).limit(1)).first() is None:
            session.execute(table.insert().values(_row(session, table)))


def _row(session: Session, table: Table) -> dict[str, Any]:
    return {
        column.name: _value(session, table, column)
        for column in table.columns
        if not (column is table.autoincrement_column and not column.foreign_keys)
    }


def _value(session: Session, table: Table, column: Column[Any]) -> Any:
    for reference in column.foreign_keys:
        return session.scalar(select(reference.column).limit(1))
    named = VALUES.get(f"{table.name}.{column.name}")
    if named is not None:
        return named
    if isinstance(column.type, String):
        return column.name[: column.type.length]
    return next(value for kind, value in BY_TYPE.items() if isinstance(column.type, kind))


def ask_for_emergency(session: Session) -> None:
    """One ask for an emergency's first hours and one for its added ones."""
    activation = session.scalars(select(Activation).limit(1)).one()
    person_id = session.scalars(select(DutyAsk.person_id).limit(1)).one()
    for since in (activation.since, activation.since + timedelta(days=3)):
        session.add(
            DutyAsk(
                activation_id=activation.id,
                person_id=person_id,
                state="sent",
                sent_at=NOW,
                since=since,
                until=since + timedelta(days=3),
            )
        )
