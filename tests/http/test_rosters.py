"""The job that builds rosters: in its own process, which a stop ends without losing anything."""

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import utc_now
from app.core.context import Context
from app.jobs.context import JobContext
from app.jobs.rosters import build_rosters
from app.jobs.scheduler import make_job_context
from app.rotation.roster.models import RosterDraft
from app.rotation.roster.plain import built_from
from app.rotation.roster.queries import CUT_OFF_AFTER
from app.usecases.duty.plan.manage_rota import make_rota
from app.usecases.duty.plan.offer_duty import offer_hours
from app.usecases.rosters.build_roster import ask_for_roster
from app.usecases.rosters.gather_roster import Terms
from app.usecases.rosters.run_roster import claim_roster
from tests import factories
from tests.databases import Database

# Enough windows for a month to exceed a pipe's buffer.
PIECES = [
    {"day": day, "from": f"{hour:02}:00", "to": f"{hour + 4:02}:00"}
    for day in range(7)
    for hour in range(0, 24, 4)
]


@pytest.fixture
def house(app: Flask, database: Database, session: Session) -> JobContext:
    """A scheduler that holds the lease, and a requested month."""
    # Later reads must not begin a transaction that a job would wait for.
    session.expire_on_commit = False
    now = utc_now()
    place = factories.community(session)
    chief = factories.coordinator(session, place.here)
    boss = factories.actor_for(chief, "coordinator", place.here)
    rota_id = make_rota(Context(session, boss, now), area_id=place.here.id, name="轮值")
    for _ in range(8):
        who = factories.volunteer(session, place)
        own = factories.actor_for(who, "volunteer", place.here)
        offer_hours(Context(session, own, now), hours=PIECES, may_call=False)
    terms = Terms(hours=8, first_hour=0, needs=(1,))
    first = (now + timedelta(days=3)).date()
    ask_for_roster(Context(session, boss, now), rota_id=rota_id, first=first, days=28, terms=terms)
    session.commit()
    made = make_job_context(app, database.config)
    made.renew()
    return made


def draft(session: Session) -> RosterDraft:
    session.rollback()
    found = session.scalars(select(RosterDraft).execution_options(populate_existing=True)).one()
    session.commit()
    return found


def test_a_month_is_built_apart_and_kept(session: Session, house: JobContext) -> None:
    build_rosters(house)
    found = draft(session)
    assert (found.state, found.tries) == ("done", 1)
    built = built_from(found.result)
    assert built.filled == built.coverage.bound and built.coverage.proven


def test_a_stop_gives_it_up_and_another_begins_again(session: Session, house: JobContext) -> None:
    soon = threading.Timer(0.3, house.stopping.set)
    soon.start()
    build_rosters(house)
    soon.join()
    found = draft(session)
    assert (found.state, found.tries, found.result) == ("running", 1, {})
    house.stopping.clear()
    with house.change() as mine:
        assert claim_roster(mine, now=utc_now()) is None
        again = claim_roster(mine, now=utc_now() + CUT_OFF_AFTER + timedelta(seconds=1))
    assert again is not None and again.tries == 2
