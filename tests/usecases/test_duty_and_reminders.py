"""Duty is agreed to, never ordered; reminders go out once."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.context import Context
from app.core.errors import Invalid, Refused, Stale
from app.notifications.models import Notification
from app.rotation.models import Shift
from app.rotation.queries import on_duty_now
from app.usecases.duty.plan.manage_rota import make_rota
from app.usecases.duty.shifts.hand_over_duty import agree_to_shift, cancel_shift, offer_shift
from app.usecases.duty.shifts.remind import remind_of_duty
from tests import factories
from tests.factories import NOW

HOUR = timedelta(hours=1)


def test_shift_counts_once_the_volunteer_agreed(session: Session) -> None:
    place = factories.community(session)
    person = factories.volunteer(session, place)
    chief = factories.coordinator(session, place.here)
    boss = factories.actor_for(chief, "coordinator", place.here)
    me = factories.actor_for(person, "volunteer", place.here)
    rota_id = make_rota(Context(session, boss, NOW), area_id=place.here.id, name="夜班")
    offer = {"rota_id": rota_id, "person_id": person.id, "layer": 1}
    times = {"starts_at": NOW + HOUR, "ends_at": NOW + 3 * HOUR}
    offer_shift(Context(session, boss, NOW), **offer, **times)  # type: ignore[arg-type]
    session.commit()
    at = NOW + 2 * HOUR
    assert on_duty_now(session, place.here.path, at) == ()
    shift_id = session.scalars(select(Shift.id)).one()
    with pytest.raises(Refused):
        agree_to_shift(Context(session, boss, NOW), shift_id=shift_id)
    agree_to_shift(Context(session, me, NOW), shift_id=shift_id)
    session.commit()
    assert on_duty_now(session, place.here.path, at) == (person.id,)
    with pytest.raises(Stale):
        agree_to_shift(Context(session, me, NOW), shift_id=shift_id)
    cancel_shift(Context(session, me, NOW), shift_id=shift_id)
    session.commit()
    assert on_duty_now(session, place.here.path, at) == ()


def test_shift_in_the_past_is_invalid(session: Session) -> None:
    place = factories.community(session)
    person = factories.volunteer(session, place)
    chief = factories.coordinator(session, place.here)
    boss = factories.actor_for(chief, "coordinator", place.here)
    rota_id = make_rota(Context(session, boss, NOW), area_id=place.here.id, name="夜班")
    with pytest.raises(Invalid):
        offer_shift(
            Context(session, boss, NOW),
            rota_id=rota_id,
            person_id=person.id,
            layer=1,
            starts_at=NOW - 2 * HOUR,
            ends_at=NOW - HOUR,
        )


def test_duty_is_reminded_of_once(session: Session) -> None:
    place = factories.community(session)
    person = factories.volunteer(session, place)
    factories.on_duty(session, person, place.here, start=NOW + HOUR)
    assert remind_of_duty(session, now=NOW) == 1
    session.commit()
    assert remind_of_duty(session, now=NOW + timedelta(minutes=5)) == 0
    assert session.scalar(select(func.count()).select_from(Notification)) == 1
