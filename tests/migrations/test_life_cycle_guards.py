"""The database itself refuses every state and every move that is not in a life-cycle's table."""

from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.core.base import Base
from app.core.life_cycle import LifeCycle
from tests.architecture.life_cycles import life_cycles
from tests.factories import community, request, volunteer
from tests.migrations.filler import fill_empty_tables

LIFE_CYCLES = life_cycles()


def set_anyhow(session: Session, table: str, key: Any, state: str) -> None:
    """Sets the state of a row without the guard of moves, which is in force again afterwards."""
    name = f"{table}_move"
    move = update(Base.metadata.tables[table]).where(key).values(state=state)
    if session.get_bind().dialect.name == "sqlite":
        guard = session.scalar(
            text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": name}
        )
        session.execute(text(f"DROP TRIGGER {name}"))
        session.execute(move)
        session.connection().exec_driver_sql(guard)
        return
    session.execute(text(f'ALTER TABLE "{table}" DISABLE TRIGGER {name}'))
    session.execute(move)
    session.execute(text(f'ALTER TABLE "{table}" ENABLE TRIGGER {name}'))


def allowed(session: Session, statement: Any) -> bool:
    """Whether the database accepts it; nothing is changed."""
    point = session.begin_nested()
    try:
        session.execute(statement)
    except DBAPIError as error:
        assert "no such state or move" in str(error)
        return False
    finally:
        point.rollback()
    return True


@pytest.mark.parametrize("cycle", LIFE_CYCLES, ids=lambda cycle: cycle.table)
def test_the_database_allows_exactly_the_moves_of_the_table(
    session: Session, cycle: LifeCycle[Any]
) -> None:
    place = community(session)
    volunteer(session, place)
    request(session, place)
    fill_empty_tables(session)
    table = Base.metadata.tables[cycle.table]
    first = next(iter(table.primary_key.columns))
    key = first == session.scalar(select(first).limit(1))
    states = [str(one) for one in cycle.states]
    seen = set()
    for before in states:
        set_anyhow(session, cycle.table, key, before)
        for after in states:
            if before != after and allowed(session, update(table).where(key).values(state=after)):
                seen.add((before, after))
        # The same state may be written again, and no other word ever.
        assert allowed(session, update(table).where(key).values(state=before))
        assert not allowed(session, update(table).where(key).values(state="nowhere"))
    assert seen == cycle.pairs()


@pytest.mark.parametrize("cycle", LIFE_CYCLES, ids=lambda cycle: cycle.table)
def test_a_row_begins_in_a_known_state(session: Session, cycle: LifeCycle[Any]) -> None:
    place = community(session)
    volunteer(session, place)
    request(session, place)
    fill_empty_tables(session)
    table = Base.metadata.tables[cycle.table]
    row = dict(session.execute(select(table).limit(1)).mappings().one())
    assert not allowed(session, table.insert().values({**row, "id": 987_654, "state": "nowhere"}))


def test_every_life_cycle_is_found() -> None:
    assert {"help_request", "request_place", "match"} <= {one.table for one in LIFE_CYCLES}
