"""What the terminal says at the start."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.cli.welcome import welcome
from tests import factories
from tests.databases import Database


@pytest.mark.parametrize("demo", [True, False])
def test_the_demo_says_where_its_telephones_are(
    app: Flask,
    database: Database,
    session: Session,
    capsys: pytest.CaptureFixture[str],
    demo: bool,
) -> None:
    place = factories.community(session)
    number = factories.volunteer(session, place).phone.removeprefix("+86")
    session.rollback()
    with app.app_context():
        welcome(replace(database.config, demo=demo))
    said = capsys.readouterr().out
    assert "/login" in said
    assert ("/phones" in said, number in said) == (demo, demo)
