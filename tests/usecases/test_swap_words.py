"""Who is notified of what in a swap, with the right hours; approvals and named takers in time."""

import json
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.actor import system
from app.core.context import Context
from app.notifications.models import Notification
from app.people.models import Person
from app.rotation.models import DutyAsk, Rota, Shift
from app.rotation.plan.models import Swap
from app.rotation.queries import on_duty_in
from app.usecases.duty.plan.offer_duty import offer_hours
from app.usecases.duty.shifts.go_off_duty import go_off
from app.usecases.duty.shifts.hand_over_duty import cancel_shift
from app.usecases.duty.shifts.move_shift import move_shift
from app.usecases.duty.swaps.give_away_duty import give_away, withdraw_swap
from app.usecases.duty.swaps.lock_swap import due_swaps
from app.usecases.duty.swaps.process_swap import process_swap
from app.usecases.duty.swaps.settle_swap import approve_swap
from app.usecases.duty.swaps.take_duty import decline_swap, take_shift
from tests import factories
from tests.factories import NOW
from tests.usecases.on_call import ENOUGH, HOUR, OnCall, on_call

JOBS = system("jobs")
ALWAYS = [{"day": day, "from": "00:00", "to": "24:00"} for day in range(7)]


@pytest.fixture
def made(session: Session) -> OnCall:
    """Three people in turn (people[1] from 16:00), two more who offer all hours, a coordinator."""
    found = on_call(session)
    for _ in range(2):
        found.people.append(factories.volunteer(session, found.place))
        actor = found.actor(len(found.people) - 1)
        offer_hours(Context(session, actor, NOW), hours=ALWAYS, may_call=False)
    found.people.append(session.get_one(Person, found.boss.person_id))
    found.set_limits({**ENOUGH, "rest_h": 0})
    session.commit()
    return found


def tick(made: OnCall, hours: float) -> None:
    now = NOW + hours * HOUR
    for swap_id in due_swaps(made.session, now=now):
        process_swap(Context(made.session, JOBS, now), swap_id=swap_id)
    made.session.commit()


def params(made: OnCall, number: int, template: str) -> dict[str, Any]:
    """What the newest such message to one of the people says."""
    found = made.session.scalars(
        select(Notification.params)
        .where(Notification.person_id == made.people[number].id, Notification.template == template)
        .order_by(Notification.id.desc())
    ).first()
    assert found is not None, template
    values: dict[str, Any] = json.loads(found)
    return values


def reasons(made: OnCall) -> list[str]:
    """Why the coordinator was notified."""
    rows = made.session.scalars(
        select(Notification.params)
        .where(Notification.template == "duty_attention")
        .order_by(Notification.id)
    )
    return [json.loads(one)["reason"] for one in rows]


def giving(made: OnCall, *, approve: bool = False, to: int | None = None) -> Swap:
    made.session.execute(update(Rota).values(approve_swaps=approve))
    swap_id = give_away(
        Context(made.session, made.actor(1), NOW),
        shift_id=made.shift_of(1).id,
        to=None if to is None else made.people[to].id,
    )
    made.session.commit()
    return made.session.get_one(Swap, swap_id)


def state_of(made: OnCall, swap: Swap) -> str:
    return str(made.session.get_one(Swap, swap.id, populate_existing=True).state)


def test_cover_after_the_start_names_the_hours_that_are_left(made: OnCall) -> None:
    # people[0] is on duty until 16:00 and goes at 11:00; it is taken at 12:00.
    go_off(Context(made.session, made.actor(0), NOW + HOUR))
    made.session.commit()
    swap = made.session.scalars(select(Swap)).one()
    asked = params(made, 3, "duty_cover_asked")
    assert (asked["time"], asked["until"]) == ("03-04 11:00", "03-04 16:00")
    take_shift(Context(made.session, made.actor(3), NOW + 2 * HOUR), swap_id=swap.id)
    theirs = params(made, 3, "duty_yours")
    assert (theirs["time"], theirs["until"]) == ("03-04 12:00", "03-04 16:00")
    assert on_duty_in(made.session, made.rota_id, NOW + 3 * HOUR) == (made.people[3].id,)


def test_nobody_is_told_that_it_is_taken_when_nobody_took_it(made: OnCall) -> None:
    swap = giving(made)
    tick(made, 3)
    assert state_of(made, swap) == "failed"
    assert made.told(3) == ["duty_cover_asked", "duty_nobody_took"]
    other = giving(made)
    withdraw_swap(Context(made.session, made.actor(1), NOW), swap_id=other.id)
    assert made.told(3)[-1] == "duty_withdrawn"


def test_a_cover_that_nobody_took_ends_with_words_to_both_sides(made: OnCall) -> None:
    cancel_shift(Context(made.session, made.actor(1), NOW), shift_id=made.shift_of(1).id)
    made.session.commit()
    swap = made.session.scalars(select(Swap)).one()
    for hours in (0.5, 1, 2, 4, 14):
        tick(made, hours)
    assert state_of(made, swap) == "failed"
    assert made.told(3)[-1] == "duty_nobody_took" and reasons(made) == ["no_cover"]


def test_a_giver_who_cannot_come_makes_the_waiting_taker_come(made: OnCall) -> None:
    swap = giving(made, approve=True)
    take_shift(Context(made.session, made.actor(3), NOW), swap_id=swap.id)
    assert made.told(3)[-1] == "duty_awaits"
    cancel_shift(Context(made.session, made.actor(1), NOW + HOUR), shift_id=swap.shift_id)
    made.session.commit()
    tick(made, 1.1)
    assert on_duty_in(made.session, made.rota_id, NOW + 7 * HOUR) == (made.people[3].id,)
    assert made.told(1)[-1] == "duty_covered" and made.told(3)[-1] == "duty_yours"
    assert reasons(made) == ["swap_waits", "taker_came"]


def test_a_waiting_taker_who_is_busy_by_then_is_replaced(made: OnCall) -> None:
    swap = giving(made, approve=True)
    take_shift(Context(made.session, made.actor(3), NOW), swap_id=swap.id)
    cancel_shift(Context(made.session, made.actor(1), NOW + HOUR), shift_id=swap.shift_id)
    start = NOW + 8 * HOUR
    factories.on_duty(made.session, made.people[3], made.place.here, hours=2, start=start)
    made.session.commit()
    tick(made, 1.1)
    assert state_of(made, swap) == "open" and "taker_cannot" in reasons(made)
    # The person notified that it was taken is asked again.
    assert made.told(4) == ["duty_cover_asked", "duty_taken", "duty_cover_asked"]
    take_shift(Context(made.session, made.actor(4), NOW + 2 * HOUR), swap_id=swap.id)
    assert made.people[4].id in on_duty_in(made.session, made.rota_id, NOW + 7 * HOUR)


def test_a_yes_that_waits_can_be_taken_back(made: OnCall) -> None:
    swap = giving(made, approve=True)
    take_shift(Context(made.session, made.actor(3), NOW), swap_id=swap.id)
    decline_swap(Context(made.session, made.actor(3), NOW + HOUR / 2), swap_id=swap.id)
    assert state_of(made, swap) == "open" and made.told(3)[-1] == "duty_awaits"
    assert reasons(made) == ["swap_waits", "taker_cannot"]
    assert made.told(4)[-1] == "duty_cover_asked" and made.told(1) == []


def test_an_approval_that_never_comes_is_asked_for_and_ends_in_time(made: OnCall) -> None:
    # The shift begins in six hours; it was taken at once.
    swap = giving(made, approve=True)
    take_shift(Context(made.session, made.actor(3), NOW), swap_id=swap.id)
    made.session.commit()
    tick(made, 1.4)
    assert reasons(made) == ["swap_waits"]
    tick(made, 1.5)
    assert reasons(made) == ["swap_waits", "approval_due"]
    tick(made, 2.9)
    assert state_of(made, swap) == "taken"
    tick(made, 3)
    assert state_of(made, swap) == "failed"
    assert made.told(1) == ["duty_not_covered"] and made.told(3)[-1] == "duty_not_yours"
    assert reasons(made)[-1] == "not_approved"
    assert on_duty_in(made.session, made.rota_id, NOW + 7 * HOUR) == (made.people[1].id,)


def test_a_refused_approval_is_told_to_both(made: OnCall) -> None:
    swap = giving(made, approve=True)
    take_shift(Context(made.session, made.actor(3), NOW), swap_id=swap.id)
    approve_swap(Context(made.session, made.boss, NOW), swap_id=swap.id, agreed=False)
    assert made.told(1) == ["duty_not_covered"] and made.told(3)[-1] == "duty_not_yours"


def test_a_named_takers_no_is_told_at_once_and_others_are_asked(made: OnCall) -> None:
    swap = giving(made, to=4)
    assert made.told(3) == []
    decline_swap(Context(made.session, made.actor(4), NOW + HOUR), swap_id=swap.id)
    assert made.told(1) == ["duty_named_no"] and made.told(3) == ["duty_cover_asked"]
    take_shift(Context(made.session, made.actor(3), NOW + HOUR), swap_id=swap.id)
    assert made.told(1)[-1] == "duty_covered"


def moved(made: OnCall, *, person: int | None = None) -> Swap:
    shift = made.shift_of(1)
    move_shift(
        Context(made.session, made.boss, NOW),
        shift_id=shift.id,
        person_id=None if person is None else made.people[person].id,
        starts_at=shift.starts_at + 34 * HOUR,
    )
    made.session.commit()
    return made.session.scalars(select(Swap).order_by(Swap.id.desc())).first()  # type: ignore[return-value]


@pytest.mark.parametrize("answer", ["no", "nothing"])
def test_moved_to_another_day_the_old_one_stays_until_the_yes(made: OnCall, answer: str) -> None:
    swap, at = moved(made), NOW + 7 * HOUR
    said = params(made, 1, "duty_move_asked")
    assert (said["old"], said["time"]) == ("03-04 16:00", "03-06 02:00")
    if answer == "no":
        decline_swap(Context(made.session, made.actor(1), NOW), swap_id=swap.id)
    else:
        tick(made, 4)
    assert reasons(made) == ["not_moved"]
    assert on_duty_in(made.session, made.rota_id, at) == (made.people[1].id,)


def test_moved_to_another_person_and_day_both_hear_old_and_new(made: OnCall) -> None:
    swap = moved(made, person=3)
    assert made.told(3) == ["duty_asked"] and made.told(1) == []
    take_shift(Context(made.session, made.actor(3), NOW + HOUR), swap_id=swap.id)
    assert params(made, 1, "duty_cancelled")["time"] == "03-04 16:00"
    assert params(made, 3, "duty_yours")["time"] == "03-06 02:00"
    assert on_duty_in(made.session, made.rota_id, NOW + 7 * HOUR) == ()
    assert made.people[3].id in on_duty_in(made.session, made.rota_id, NOW + 41 * HOUR)


def test_who_cannot_come_while_a_move_is_asked_is_looked_for(made: OnCall) -> None:
    swap = moved(made)
    cancel_shift(Context(made.session, made.actor(1), NOW + HOUR), shift_id=swap.shift_id)
    assert state_of(made, swap) == "withdrawn"
    newest = made.session.scalars(select(Swap).order_by(Swap.id.desc())).first()
    assert newest is not None and (newest.kind, newest.new_starts_at) == ("cover", None)
    asked = made.session.scalars(select(DutyAsk.person_id).where(DutyAsk.swap_id == newest.id))
    assert made.people[3].id in list(asked)
    assert made.session.get_one(Shift, swap.shift_id).state == "cancelled"
