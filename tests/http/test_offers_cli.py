"""`flask offers check` reports what a search would miss, and repairs it."""

from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.offers.models import OfferCell
from tests.factories import community, volunteer


def test_offers_check_tells_and_repairs(app: Flask, session: Session) -> None:
    place = community(session)
    who = volunteer(session, place)
    run = app.test_cli_runner().invoke
    assert run(args=["offers", "check"]).exit_code == 0
    session.execute(update(OfferCell).where(OfferCell.person_id == who.id).values(radius_m=1))
    session.commit()
    who_id = str(who.id)
    session.commit()
    told = run(args=["offers", "check"])
    assert (told.exit_code, who_id in told.output) == (1, True)
    assert run(args=["offers", "check", "--repair"]).exit_code == 0
    assert run(args=["offers", "check"]).output.startswith("0 ")
