"""An order draft: nothing typed is lost, and nobody else finds it."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.help_requests.models import OrderDraft
from app.usecases.requests.write_order import (
    drop_old_drafts,
    forget_answers,
    read_answers,
    save_answers,
)
from tests.factories import NOW

ANSWERS = {"need": "买一盒降压药", "phone": "17409998877"}


def test_answers_are_found_again_under_their_token(session: Session) -> None:
    token = save_answers(session, token=None, answers=ANSWERS, now=NOW)
    session.commit()
    assert read_answers(session, token=token) == ANSWERS
    again = save_answers(session, token=token, answers={**ANSWERS, "door": "502"}, now=NOW)
    session.commit()
    assert again == token and read_answers(session, token=token)["door"] == "502"
    assert len(session.scalars(select(OrderDraft)).all()) == 1


def test_two_writers_have_two_drafts(session: Session) -> None:
    first = save_answers(session, token=None, answers=ANSWERS, now=NOW)
    second = save_answers(session, token=None, answers={}, now=NOW)
    assert first != second and read_answers(session, token=second) == {}


def test_unknown_token_is_replaced(session: Session) -> None:
    planted = "a" * 32
    token = save_answers(session, token=planted, answers=ANSWERS, now=NOW)
    assert token != planted and read_answers(session, token=planted) == {}


def test_nothing_is_found_without_a_token(session: Session) -> None:
    save_answers(session, token=None, answers=ANSWERS, now=NOW)
    assert read_answers(session, token=None) == {}
    assert read_answers(session, token="") == {}


def test_forgotten_answers_are_gone(session: Session) -> None:
    token = save_answers(session, token=None, answers=ANSWERS, now=NOW)
    session.commit()
    forget_answers(session, token=None)
    assert read_answers(session, token=token) == ANSWERS
    forget_answers(session, token=token)
    session.commit()
    assert read_answers(session, token=token) == {}


def test_answers_are_encrypted_and_the_token_is_not_kept(session: Session) -> None:
    token = save_answers(session, token=None, answers=ANSWERS, now=NOW)
    raw = session.connection().exec_driver_sql("SELECT token_hash, answers FROM order_draft")
    token_hash, answers = raw.one()
    assert token not in token_hash
    assert "降压药".encode() not in bytes(answers) and b"17409998877" not in bytes(answers)


def test_drafts_are_dropped_after_a_day(session: Session) -> None:
    old = save_answers(session, token=None, answers=ANSWERS, now=NOW - timedelta(hours=24))
    older = NOW - timedelta(hours=24, seconds=1)
    gone = save_answers(session, token=None, answers=ANSWERS, now=older)
    session.commit()
    assert drop_old_drafts(session, now=NOW) == 1
    session.commit()
    assert read_answers(session, token=old) == ANSWERS
    assert read_answers(session, token=gone) == {}
