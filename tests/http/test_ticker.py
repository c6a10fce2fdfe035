"""The ticker when the clock is set: missed runs become one, and old leases are void."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core.leases import Lease
from app.jobs.scheduler import make_job_context
from app.jobs.ticker import Every
from tests.databases import Database
from tests.factories import NOW


def test_missed_ticks_are_one() -> None:
    every, month = Every(2.0), timedelta(days=30)
    after = every.get_next_fire_time(NOW, NOW + month)
    assert after == NOW + month + timedelta(seconds=2)
    assert every.get_next_fire_time(NOW, NOW) == NOW + timedelta(seconds=2)


def test_lease_of_a_clock_that_was_set_back_is_nobodys(
    session: Session, app: Flask, database: Database
) -> None:
    house, other = (make_job_context(app, database.config) for _ in range(2))
    assert house.renew() and not other.renew()
    session.execute(update(Lease).values(expires=Lease.expires + 600))
    session.commit()
    assert other.renew() and other.holds_lease()
    assert not house.renew()
