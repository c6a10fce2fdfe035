"""A full database is downgraded to the first revision and upgraded again, step by step."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_migrate import check, downgrade, upgrade
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.core.actor import system
from app.core.clock import utc_now
from app.core.context import Context
from app.core.schema_revision import code_revision
from app.demo.load import load_demo
from app.trail.chain import record
from app.trail.verification import verify
from tests.databases import Database
from tests.migrations.contents import Contents, Table, contents, differing, schema
from tests.migrations.filler import ask_for_emergency, fill_empty_tables

# Data that an older revision cannot hold: the downgrade deletes rows of this table.
LOSSES = {
    "0013": {"duty_ask"},
    "0015": {"duty_ask"},
}
REVISIONS = [f"{number:04d}" for number in range(1, int(code_revision()) + 1)]


@pytest.fixture
def full(database: Database, session: Session, app: Flask) -> Iterator[Database]:
    """Rows in every table at the newest revision, and the application for its migrations."""
    load_demo(session, size="small", now=utc_now())
    record(
        Context(session, system("cli"), utc_now()),
        kind="demo.loaded",
        subject=("demo", "small"),
        area_path="",
        note="说明",
    )
    session.commit()
    fill_empty_tables(session)
    ask_for_emergency(session)
    session.commit()
    session.close()
    with app.app_context():
        yield database


def walk_down(database: Database, held: Contents) -> Contents:
    """Downgrades to the first revision; returns the contents there."""
    for above, below in zip(REVISIONS[:0:-1], REVISIONS[-2::-1], strict=True):
        downgrade(revision=below)
        left = contents(database.engine)
        for table, (gone, new) in differing(held, left).items():
            assert table in LOSSES.get(above, ()), (above, table, gone.most_common(1))
            assert not new, (above, table, new.most_common(1))
        held = left
    return held


def walk_up(database: Database, held: Contents) -> Contents:
    """Upgrades to the newest revision; returns the contents there."""
    for above in REVISIONS[1:]:
        upgrade(revision=above)
        grown = contents(database.engine)
        assert differing(held, grown) == {}, above
        held = grown
    return held


def test_every_step_down_and_up_keeps_all_rows(full: Database) -> None:
    whole, begun = schema(full.engine), contents(full.engine)
    assert [name for name, table in begun.items() if not table.size] == []
    ended = walk_up(full, walk_down(full, begun))
    # Derived from other rows, so it is rebuilt as it was; but older revisions know no wishes.
    cells = ended["offer_cell"]
    kept = {name: values for name, values in cells.columns.items() if name != "excluded_by"}
    assert differing(begun, {"offer_cell": Table(kept, cells.size)}) == {}
    assert schema(full.engine) == whole
    check()
    with full.new_session() as session:
        assert list(verify(session)) == []
        with pytest.raises(DBAPIError, match="append-only"):
            session.execute(text("UPDATE event SET actor_id = 1"))
