"""Questions about duty: a reminder, a deadline, the next person; one answer for a month."""

import json
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.actor import system
from app.core.context import Context
from app.notifications.models import Notification
from app.people.models import Person
from app.rotation.models import DutyAsk, Shift
from app.rotation.plan.models import Swap
from app.usecases.duty.plan.offer_duty import offer_hours
from app.usecases.duty.shifts.answer_many import agree_to_all
from app.usecases.duty.shifts.chase_answers import chase_answers, due_askers
from app.usecases.duty.shifts.hand_over_duty import Turn, cancel_shift, offer_shift, offer_shifts
from app.usecases.duty.swaps.take_duty import take_shift
from app.usecases.duty.views.forecast_coverage import notify_gaps
from tests import factories
from tests.factories import NOW
from tests.usecases.on_call import HOUR, OnCall, on_call
from tests.usecases.test_answer_duty_by_text import text

JOBS = system("jobs")
DAY = 24 * HOUR
ALWAYS = [{"day": day, "from": "00:00", "to": "24:00"} for day in range(7)]
FREE = {"week_h": 168, "month_h": 744, "nights_week": 7}


@pytest.fixture
def made(session: Session) -> OnCall:
    """A rota that is new: nobody agreed to anything. People[0] and [1] offer all hours."""
    found = on_call(session, 0, standing=False)
    for _ in range(2):
        found.people.append(factories.volunteer(session, found.place))
        actor = found.actor(len(found.people) - 1)
        offer_hours(Context(session, actor, NOW), hours=ALWAYS, may_call=False)
    found.people.append(session.get_one(Person, found.boss.person_id))
    found.set_limits(FREE)
    session.commit()
    return found


def month(made: OnCall, *days: int, number: int = 0) -> list[DutyAsk]:
    """One of the people is asked for a shift of four hours on each of these days, at noon."""
    turns = tuple(
        Turn(made.people[number].id, NOW + day * DAY, NOW + day * DAY + 4 * HOUR) for day in days
    )
    offer_shifts(Context(made.session, made.boss, NOW), rota_id=made.rota_id, turns=turns)
    made.session.commit()
    asks = select(DutyAsk).where(DutyAsk.person_id == made.people[number].id)
    return list(made.session.scalars(asks.order_by(DutyAsk.id)))


def chase(made: OnCall, hours: float) -> None:
    now = NOW + hours * HOUR
    for person_id in due_askers(made.session, now=now):
        chase_answers(Context(made.session, JOBS, now), person_id=person_id)
    made.session.commit()


def said(made: OnCall, number: int, template: str) -> list[dict[str, Any]]:
    rows = made.session.scalars(
        select(Notification.params)
        .where(Notification.person_id == made.people[number].id, Notification.template == template)
        .order_by(Notification.id)
    )
    return [json.loads(one) for one in rows]


def states(made: OnCall) -> list[str]:
    rows = made.session.scalars(
        select(Shift.state)
        .where(Shift.person_id == made.people[0].id)
        .order_by(Shift.starts_at)
        .execution_options(populate_existing=True)
    )
    return [str(one) for one in rows]


def test_a_month_is_one_message_with_one_number_and_one_reminder(made: OnCall) -> None:
    asks = month(made, 10, 11, 12)
    (number,) = {one.reply_number for one in asks}
    (first,) = said(made, 0, "duty_asked_month")
    assert (first["count"], first["number"]) == (3, number)
    chase(made, 23)
    assert said(made, 0, "duty_asked_again") == []
    chase(made, 24)
    chase(made, 25)
    (again,) = said(made, 0, "duty_asked_again")
    assert (again["count"], again["number"]) == (3, number)


def test_silence_ends_and_the_next_person_is_asked(made: OnCall) -> None:
    month(made, 10, 11)
    chase(made, 24)
    chase(made, 47)
    assert states(made) == ["offered", "offered"]
    chase(made, 48)
    assert states(made) == ["cancelled", "cancelled"]
    assert said(made, 0, "duty_let_go")[0]["count"] == 2
    assert made.told(1) == ["duty_cover_asked", "duty_cover_asked"]
    # The coordinator is notified once, not once for each shift.
    assert [one["reason"] for one in said(made, 2, "duty_attention")] == ["unanswered"]
    swap = made.session.scalars(select(Swap).order_by(Swap.id)).first()
    assert swap is not None
    take_shift(Context(made.session, made.actor(1), NOW + 49 * HOUR), swap_id=swap.id)
    assert made.shifts(until=NOW + 20 * DAY)[0].person_id == made.people[1].id
    # Silence is no word against them: a coordinator may ask again.
    offer_shift(
        Context(made.session, made.boss, NOW + 49 * HOUR),
        rota_id=made.rota_id,
        person_id=made.people[0].id,
        layer=1,
        starts_at=NOW + 11 * DAY,
        ends_at=NOW + 11 * DAY + 4 * HOUR,
    )
    assert states(made)[-1] == "offered"


def test_a_no_asks_the_next_person_at_once(made: OnCall) -> None:
    (ask,) = month(made, 10)
    cancel_shift(Context(made.session, made.actor(0), NOW), shift_id=ask.shift_id or 0)
    assert made.told(1) == ["duty_cover_asked"] and made.told(0) == ["duty_asked"]


def test_one_text_agrees_to_all_of_a_month(made: OnCall) -> None:
    asks = month(made, 10, 11, 12)
    number = asks[0].reply_number
    assert text(made.session, made.people[0], f"1 {number}") == "duty_agreed"
    assert states(made) == ["agreed"] * 3 and made.told(0)[-1] == "duty_noted"


def test_one_text_says_no_to_all_and_a_bare_yes_means_the_only_message(made: OnCall) -> None:
    month(made, 10, 11)
    assert text(made.session, made.people[0], "1") == "duty_agreed"
    assert states(made) == ["agreed"] * 2
    other = month(made, 13, 14)[-1].reply_number
    assert text(made.session, made.people[0], f"0 {other}") == "duty_cancelled"
    assert states(made) == ["agreed", "agreed", "cancelled", "cancelled"]


def test_what_does_not_fit_leaves_the_others(made: OnCall) -> None:
    asks = month(made, 10, 11)
    factories.on_duty(made.session, made.people[0], made.place.other, hours=2, start=NOW + 10 * DAY)
    made.session.commit()
    assert text(made.session, made.people[0], f"1 {asks[0].reply_number}") == "duty_agreed"
    (some,) = said(made, 0, "duty_noted_some")
    assert (some["count"], some["left"]) == (1, 1)
    done = agree_to_all(Context(made.session, made.actor(0), NOW))
    assert (done.noted, done.refused) == (0, 1)


def test_one_question_that_does_not_fit_is_answered_with_the_reason(made: OnCall) -> None:
    (ask,) = month(made, 10)
    made.session.execute(update(Shift).values(ends_at=NOW + 10 * DAY + 30 * HOUR))
    made.session.commit()
    assert text(made.session, made.people[0], f"1 {ask.reply_number}") == "duty_refused"
    (why,) = said(made, 0, "duty_refused")
    assert (why["reason"], why["limit"]) == ("too_long", 24)


def test_a_first_week_without_anybody_is_told(made: OnCall) -> None:
    month(made, 2)
    assert notify_gaps(Context(made.session, JOBS, NOW), rota_id=made.rota_id) > 0
    assert said(made, 2, "duty_attention")[0]["reason"] == "thin"


def test_a_rota_that_nobody_plans_stays_quiet(made: OnCall) -> None:
    assert notify_gaps(Context(made.session, JOBS, NOW), rota_id=made.rota_id) == 0
