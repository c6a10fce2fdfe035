"""The matcher's jobs, as the scheduler runs them: batch, repeats, learning."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import local_day, utc_now
from app.core.context import Context
from app.dispatch.models import AnswerCount, Match
from app.help_requests.models import HelpRequest
from app.jobs import recurring_jobs
from app.jobs.scheduler import make_job_context
from app.repeats.rules import Schedule
from app.usecases.repeats.repeat_request import start_repeat
from tests.databases import Database
from tests.factories import actor_for, community, coordinator, request, volunteer

EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)


def test_each_does_what_is_due_once(app: Flask, database: Database, session: Session) -> None:
    house = make_job_context(app, database.config)
    house.renew()
    place, now = community(session), utc_now()
    who = volunteer(session, place)
    chief = actor_for(coordinator(session, place.here), "coordinator", place.here)
    held = request(
        session,
        place,
        urgency="planned",
        state_since=now - timedelta(minutes=6),
        # Soon enough that people are asked at night as well.
        wanted_from=now + timedelta(hours=5),
        wanted_to=now + timedelta(hours=6),
    )
    first = request(session, place, state="closed", wanted_from=None, wanted_to=None)
    tomorrow = local_day(now, ZoneInfo("Asia/Shanghai")) + timedelta(days=1)
    schedule = Schedule(EVERY_DAY, 10 * 60, 60, tomorrow, until=tomorrow)
    start_repeat(Context(session, chief, now), request_id=first.id, schedule=schedule)
    session.add(
        Match(
            token="settled",
            request_id=first.id,
            person_id=who.id,
            state="declined",
            made_at=now - timedelta(hours=1),
            sent_at=now - timedelta(hours=1),
            answered_at=now - timedelta(minutes=30),
        )
    )
    session.commit()
    for _ in range(2):
        recurring_jobs.assign_batch(house)
        recurring_jobs.place_repeats(house)
        recurring_jobs.learn_answers(house)
    session.refresh(held)
    assert held.state == "matching"
    placed = select(HelpRequest.id).where(HelpRequest.source == "repeat")
    assert len(session.scalars(placed).all()) == 1
    assert len(session.scalars(select(AnswerCount.person_id)).all()) == 1
