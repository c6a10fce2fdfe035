"""A coordinator's week ahead, and gaps notified once."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import system
from app.core.context import Context
from app.core.errors import NotAllowed
from app.dispatch.models import AnswerCount, AreaAnswerCount
from app.matching.acceptance import weight_at
from app.notifications.models import Notification
from app.rotation.models import Rota, Shift
from app.usecases.duty.views.forecast_coverage import coming_week, notify_gaps
from tests import factories
from tests.factories import NOW

JOBS = system("jobs")
HOUR = timedelta(hours=1)


def test_the_week_is_as_sure_as_its_people(session: Session) -> None:
    place = factories.community(session)
    sure, rarely = (factories.volunteer(session, place) for _ in range(2))
    weight = weight_at(NOW)
    for who, yeses in ((sure, 40), (rarely, 1)):
        session.add(
            AnswerCount(
                person_id=who.id,
                hour="morning",
                category_id=place.medicine.id,
                band=0,
                asks=40 * weight,
                yeses=yeses * weight,
            )
        )
    session.add(
        AreaAnswerCount(
            area_id=place.here.id,
            hour="morning",
            category_id=place.medicine.id,
            band=0,
            asks=80 * weight,
            yeses=41 * weight,
        )
    )
    factories.on_duty(session, sure, place.here, hours=2)
    shift = factories.on_duty(session, rarely, place.here, hours=1, start=NOW + 2 * HOUR)
    rota = session.scalars(select(Rota).order_by(Rota.id)).first()
    assert rota is not None
    shift.rota_id = rota.id
    session.commit()
    chief = factories.coordinator(session, place.here)
    actor = factories.actor_for(chief, "coordinator", place.here)
    week = coming_week(Context(session, actor, NOW), rota_id=rota.id)
    by_hour = {one.starts_at: one for one in week.cells}
    assert len(week.cells) == 7 * 24
    assert by_hour[NOW].chance > 0.9 and by_hour[NOW].agreed == 1
    assert 0.01 < by_hour[NOW + 2 * HOUR].chance < 0.2
    assert by_hour[NOW + 3 * HOUR].chance == 0
    assert week.thin[0].chance == 0 and week.thin[0].starts_at == NOW + 3 * HOUR
    stranger = factories.coordinator(session, place.other)
    with pytest.raises(NotAllowed):
        coming_week(
            Context(session, factories.actor_for(stranger, "coordinator", place.other), NOW),
            rota_id=rota.id,
        )


def told(session: Session) -> list[str]:
    rows = session.scalars(
        select(Notification.occurrence)
        .where(Notification.template == "duty_attention")
        .order_by(Notification.id)
    )
    return list(rows)


def test_a_gap_within_three_days_is_told_once(session: Session) -> None:
    place = factories.community(session)
    factories.coordinator(session, place.here)
    who = factories.volunteer(session, place)
    shift = factories.on_duty(session, who, place.here, hours=30)
    more = Shift(
        rota_id=shift.rota_id,
        person_id=who.id,
        layer=2,
        state="agreed",
        starts_at=NOW + 34 * HOUR,
        ends_at=NOW + 70 * HOUR,
    )
    session.add(more)
    session.commit()
    assert notify_gaps(Context(session, JOBS, NOW), rota_id=shift.rota_id) == 2
    gaps = [f"gap:{int((NOW + hours * HOUR).timestamp())}" for hours in (30, 70)]
    assert told(session) == gaps
    assert notify_gaps(Context(session, JOBS, NOW + HOUR), rota_id=shift.rota_id) == 0
    # Somebody is found, then cannot come: a new gap only if its start is new.
    more.starts_at = NOW + 40 * HOUR
    session.commit()
    assert notify_gaps(Context(session, JOBS, NOW + HOUR), rota_id=shift.rota_id) == 0
    assert notify_gaps(Context(session, JOBS, NOW + 31 * HOUR), rota_id=shift.rota_id) == 0
    assert told(session) == gaps


def test_at_night_only_what_is_near_is_told(session: Session) -> None:
    place = factories.community(session)
    factories.coordinator(session, place.here)
    who = factories.volunteer(session, place)
    shift = factories.on_duty(session, who, place.here, hours=40)
    night = NOW + 16 * HOUR
    assert notify_gaps(Context(session, JOBS, night), rota_id=shift.rota_id) == 0
    assert notify_gaps(Context(session, JOBS, NOW + 29 * HOUR), rota_id=shift.rota_id) == 1


def test_a_rota_that_nobody_uses_is_no_news(session: Session) -> None:
    place = factories.community(session)
    factories.coordinator(session, place.here)
    rota = Rota(area_id=place.here.id, area_path=place.here.path, name="空", pattern=[])
    session.add(rota)
    session.commit()
    assert notify_gaps(Context(session, JOBS, NOW), rota_id=rota.id) == 0
