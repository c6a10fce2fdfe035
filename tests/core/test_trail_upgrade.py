"""The migration seals the head of an older trail, and its downgrade undoes it."""

from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.db import db
from tests.core.tampering import faults, write

BEFORE = "0017"


def test_older_trail_is_sealed_and_goes_on(app: Flask, session: Session) -> None:
    write(session, 3)
    session.close()
    with app.app_context():
        downgrade(revision=BEFORE)
        db.engine.dispose()
    assert session.execute(text("SELECT * FROM trail_head")).one()[:2] == (1, 3)
    session.close()
    with app.app_context():
        upgrade()
        db.engine.dispose()
    assert faults(session) == []
    write(session, 1)
    assert faults(session) == []
