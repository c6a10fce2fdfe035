"""States of older releases become states of today before the database guards them."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.databases import Database
from tests.factories import community, request, volunteer
from tests.migrations.filler import fill_empty_tables


@pytest.fixture
def older(database: Database, session: Session, app: Flask) -> Iterator[Database]:
    """A row in every table, at the revision before the guards, and the application."""
    place = community(session)
    volunteer(session, place)
    request(session, place)
    fill_empty_tables(session)
    session.commit()
    session.close()
    with app.app_context():
        downgrade(revision="0027")
        yield database


def test_an_escalation_that_took_every_step_can_run_again(older: Database) -> None:
    with older.engine.begin() as connection:
        connection.execute(text("UPDATE escalation SET state = 'spent'"))
    upgrade()
    with older.engine.begin() as connection:
        states = connection.execute(text("SELECT state FROM escalation")).scalars().all()
        assert set(states) == {"ended"}
        connection.execute(text("UPDATE escalation SET state = 'running'"))
