"""The ticker when the clock is set: missed runs become one, and old leases are void."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core.leases import Lease
from app.jobs.scheduler import make_job_context
from app.jobs.ticker import Every, follow_clock
from tests.databases import Database
from tests.factories import NOW


def test_missed_ticks_are_one() -> None:
    every, month = Every(2.0), timedelta(days=30)
    after = every.get_next_fire_time(NOW, NOW + month)
    assert after == NOW + month + timedelta(seconds=2)
    assert every.get_next_fire_time(NOW, NOW) == NOW + timedelta(seconds=2)


class SetClock(datetime):
    """The machine's clock, set by `ahead`."""

    ahead = timedelta(0)

    @classmethod
    def now(cls, tz: Any = None) -> Any:
        return (datetime.now(UTC) + cls.ahead).astimezone(tz or UTC)


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[SetClock]]:
    monkeypatch.setattr("apscheduler.schedulers.base.datetime", SetClock)
    monkeypatch.setattr("app.jobs.ticker.utc_now", SetClock.now)
    monkeypatch.setattr(SetClock, "ahead", timedelta(0))
    yield SetClock


@pytest.mark.parametrize("and_on_again", [False, True])
def test_set_back_and_on_again_it_ticks(set_clock: type[SetClock], and_on_again: bool) -> None:
    ticked = threading.Event()
    scheduler = BackgroundScheduler(timezone="UTC", job_defaults={"misfire_grace_time": None})
    scheduler.add_job(ticked.set, Every(0.05))
    scheduler.start()
    try:
        assert ticked.wait(5)
        set_clock.ahead = -timedelta(minutes=10)
        # It wakes while the clock is back, and would sleep until the old time.
        scheduler.wakeup()
        threading.Event().wait(0.2)
        if and_on_again:
            set_clock.ahead = timedelta(minutes=5)
        ticked.clear()
        assert not ticked.wait(0.3)
        assert follow_clock(scheduler) is not and_on_again
        assert ticked.wait(5)
        assert not follow_clock(scheduler)
    finally:
        scheduler.shutdown()


def test_lease_of_a_clock_that_was_set_back_is_nobodys(
    session: Session, app: Flask, database: Database
) -> None:
    house, other = (make_job_context(app, database.config) for _ in range(2))
    assert house.renew() and not other.renew()
    session.execute(update(Lease).values(expires=Lease.expires + 600))
    session.commit()
    assert other.renew() and other.holds_lease()
    assert not house.renew()
