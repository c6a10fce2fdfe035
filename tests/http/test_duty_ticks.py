"""The duty jobs on the real clock: one ask for each beginning shift, one run of each escalation."""

import io
from datetime import timedelta

from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.channels.console import ConsoleChannel
from app.core.clock import utc_now
from app.core.context import Context
from app.dispatch.models import Escalation
from app.help_requests.models import HelpRequest
from app.jobs import duty
from app.jobs.scheduler import make_job_context
from app.notifications.models import Notification
from app.rotation.models import Shift
from app.usecases.duty.plan.set_layer import set_layer
from tests import factories
from tests.databases import Database


def test_ticks_of_duty(app: Flask, database: Database, session: Session) -> None:
    place = factories.community(session)
    who = factories.volunteer(session, place)
    chief = factories.coordinator(session, place.here)
    boss = factories.actor_for(chief, "coordinator", place.here)
    now = utc_now()
    shift = factories.on_duty(session, who, place.here, start=now - timedelta(minutes=1))
    pattern = {"kind": "every", "hours": 24, "starts": "2026-03-02T08:00"}
    set_layer(
        Context(session, boss, now),
        rota_id=shift.rota_id,
        number=2,
        kind="rotation",
        pattern=pattern,
        people=[chief.id],
    )
    planned = len(session.scalars(select(Shift.id)).all())
    request = factories.request(session, place, state="matching", urgency="urgent")
    session.execute(update(HelpRequest).values(matching_since=now, state_since=now))
    session.commit()
    house = make_job_context(app, database.config)
    house.channels = {"sms": ConsoleChannel(io.StringIO())}
    house.renew()
    for _ in range(2):
        duty.publish_rotas(house)
        duty.advance_duty(house)
        duty.escalate_requests(house)
    begins = session.scalars(select(Notification.id).where(Notification.template == "duty_begins"))
    assert len(begins.all()) == 1
    assert len(session.scalars(select(Shift.id)).all()) == planned
    assert session.scalars(select(Escalation.request_id)).all() == [request.id]
    assert session.scalars(select(Escalation.step)).all() == [1]
