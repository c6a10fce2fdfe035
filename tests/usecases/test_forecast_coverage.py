"""A coordinator's week ahead, and gaps notified once."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import system
from app.core.context import Context
from app.core.errors import NotAllowed
from app.dispatch.models import AnswerCount, AnswerPeriod, AreaAnswerCount, DutyAnswerCount
from app.matching.acceptance import Outcome, Setting, weight_at
from app.notifications.models import Notification
from app.rotation.models import DutyAsk, Rota, Shift
from app.rotation.plan.models import Swap
from app.usecases.dispatch.learn_answers import count_answer
from app.usecases.duty.views.forecast_coverage import coming_week, notify_gaps
from app.usecases.duty.views.learnt_answering import learnt_answering
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


def asked(session: Session, rota_id: int, person_id: int, start: datetime, hours: int) -> Shift:
    """A question whether somebody can be on duty."""
    made = Shift(
        rota_id=rota_id,
        person_id=person_id,
        layer=1,
        state="offered",
        starts_at=start,
        ends_at=start + hours * HOUR,
    )
    session.add(made)
    session.commit()
    return made


def test_right_after_a_month_is_published_nobody_is_recruited(session: Session) -> None:
    """Everybody was asked a minute ago: every hour waits, none is empty."""
    place = factories.community(session)
    who = factories.volunteer(session, place)
    rota = Rota(area_id=place.here.id, area_path=place.here.path, name="排班", pattern=[])
    session.add(rota)
    session.flush()
    for day in range(8):
        asked(session, rota.id, who.id, NOW + timedelta(days=day), 24)
    chief = factories.coordinator(session, place.here)
    actor = factories.actor_for(chief, "coordinator", place.here)
    week = coming_week(Context(session, actor, NOW), rota_id=rota.id)
    assert (week.thin, week.recruit) == ([], [])
    assert [(one.starts_at, one.chance) for one in week.waiting] == [(NOW + HOUR, 0)]
    for shift in session.scalars(select(Shift).where(Shift.starts_at >= NOW + timedelta(days=3))):
        shift.state = "cancelled"
    session.commit()
    week = coming_week(Context(session, actor, NOW), rota_id=rota.id)
    assert [one.starts_at for one in week.recruit] == [NOW + timedelta(days=3)]


def test_whoever_is_asked_to_take_over_is_waited_for(session: Session) -> None:
    place = factories.community(session)
    giver, other = factories.volunteer(session, place), factories.volunteer(session, place)
    shift = factories.on_duty(session, giver, place.here, hours=4, start=NOW + 24 * HOUR)
    shift.state = "cancelled"
    swap = Swap(
        rota_id=shift.rota_id,
        shift_id=shift.id,
        kind="cover",
        layer=1,
        giver_id=giver.id,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        made_at=NOW,
    )
    session.add(swap)
    session.flush()
    session.add(DutyAsk(shift_id=shift.id, swap_id=swap.id, person_id=other.id, sent_at=NOW))
    session.commit()
    chief = factories.coordinator(session, place.here)
    actor = factories.actor_for(chief, "coordinator", place.here)
    week = coming_week(Context(session, actor, NOW), rota_id=shift.rota_id)
    assert [(one.starts_at, one.ends_at) for one in week.waiting] == [
        (shift.starts_at, shift.ends_at)
    ]


def test_an_agreed_shift_of_somebody_new_is_likely_answered(session: Session) -> None:
    """Though in this area one ask in four is answered yes."""
    place = factories.community(session)
    new, old = factories.volunteer(session, place), factories.volunteer(session, place)
    setting = Setting("morning", place.medicine.id, 0)
    for number in range(80):
        at = NOW - timedelta(days=number % 40)
        count_answer(session, Outcome(old.id, place.here.id, setting, at, number % 4 == 0))
    shift = factories.on_duty(session, new, place.here, hours=1, start=NOW + 24 * HOUR)
    chief = factories.coordinator(session, place.here)
    actor = factories.actor_for(chief, "coordinator", place.here)
    week = coming_week(Context(session, actor, NOW), rota_id=shift.rota_id)
    by_hour = {one.starts_at: one for one in week.cells}
    assert 0.7 < by_hour[shift.starts_at].chance < 0.9


def test_answers_on_duty_are_counted_as_such(session: Session) -> None:
    """Of the block below the rota's community, by the hour and by the local day."""
    place = factories.community(session)
    block = factories.area(session, "block", "44030900200101", "一片", place.here, 0.01)
    who = factories.volunteer(session, place)
    night = NOW + timedelta(hours=15)  # 01:00 in Shenzhen, of the day before
    factories.on_duty(session, who, place.here, hours=2, start=night)
    setting = Setting("night", place.medicine.id, 0)
    for at, yes in ((night, True), (night + HOUR, False), (night + 3 * HOUR, True)):
        count_answer(session, Outcome(who.id, block.id, setting, at, yes))
    session.commit()
    period = session.scalars(select(AnswerPeriod)).one()
    assert (period.day, period.hour, period.asks, period.yeses) == (
        date(2026, 3, 4),
        "night",
        3,
        2,
    )
    counted = session.scalars(select(DutyAnswerCount)).one()
    assert counted.asks == pytest.approx(weight_at(night) + weight_at(night + HOUR))
    assert counted.yeses == pytest.approx(weight_at(night))
    before = learnt_answering(session, place.here.id, [who.id], now=night).if_asked[who.id]
    far = learnt_answering(session, place.other.id, [], now=night)
    assert before["night"] > 0.4 and far.swing == pytest.approx(0.2)


def test_a_first_month_that_nobody_answers_is_told_a_day_before(session: Session) -> None:
    """Once as waited for; and as empty when the question is over."""
    place = factories.community(session)
    factories.coordinator(session, place.here)
    who = factories.volunteer(session, place)
    rota = Rota(area_id=place.here.id, area_path=place.here.path, name="排班", pattern=[])
    session.add(rota)
    session.flush()
    first = asked(session, rota.id, who.id, NOW + 48 * HOUR, 60)
    rota.paused_from, rota.paused_until = NOW - HOUR, NOW + 48 * HOUR
    session.commit()
    assert notify_gaps(Context(session, JOBS, NOW), rota_id=rota.id) == 0
    assert notify_gaps(Context(session, JOBS, NOW + 25 * HOUR), rota_id=rota.id) == 1
    begins = int((NOW + 48 * HOUR).timestamp())
    assert told(session) == [f"asked:{begins}"]
    first.state = "cancelled"
    asked(session, rota.id, who.id, NOW + 70 * HOUR, 60)
    assert notify_gaps(Context(session, JOBS, NOW + 26 * HOUR), rota_id=rota.id) == 1
    assert told(session)[1:] == [f"gap:{begins}"]


@pytest.mark.parametrize("hours", [-1, 5])
def test_a_rota_whose_first_shift_nobody_agreed_to_is_told(session: Session, hours: int) -> None:
    """Also when it begins within a day, or has begun: there was no time to be told before."""
    place = factories.community(session)
    factories.coordinator(session, place.here)
    who = factories.volunteer(session, place)
    rota = Rota(area_id=place.here.id, area_path=place.here.path, name="新表", pattern=[])
    session.add(rota)
    session.flush()
    first = asked(session, rota.id, who.id, NOW + hours * HOUR, 8)
    session.commit()
    assert notify_gaps(Context(session, JOBS, NOW), rota_id=rota.id) >= 1
    assert told(session)[0] == f"asked:{int(first.starts_at.timestamp())}"
    known = told(session)
    notify_gaps(Context(session, JOBS, NOW + HOUR / 6), rota_id=rota.id)
    assert told(session) == known


def test_a_rota_that_nobody_answers_for_two_months_is_not_told_of_its_past(
    session: Session,
) -> None:
    place = factories.community(session)
    factories.coordinator(session, place.here)
    who = factories.volunteer(session, place)
    rota = Rota(area_id=place.here.id, area_path=place.here.path, name="没人理", pattern=[])
    session.add(rota)
    session.flush()
    for day in range(-60, 5):
        asked(session, rota.id, who.id, NOW + day * 24 * HOUR, 24)
    for hours in range(0, 72, 8):
        notify_gaps(Context(session, JOBS, NOW + hours * HOUR), rota_id=rota.id)
    # The end of what was asked is ahead of them, and is told.
    starts = [int(one.partition(":")[2]) for one in told(session)]
    assert starts and min(starts) > NOW.timestamp()
