"""A coordinator moves a shift to another person or day, and removes a person who came by a swap."""

import json
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import system
from app.core.context import Context
from app.core.errors import NotAllowed, Refused, Stale
from app.notifications.models import Notification
from app.rotation.models import Shift
from app.rotation.plan.models import Swap
from app.rotation.queries import on_duty_in
from app.usecases.duty.shifts.hand_over_duty import cancel_shift, offer_shift
from app.usecases.duty.shifts.move_shift import move_shift
from app.usecases.duty.swaps.give_away_duty import give_away, withdraw_swap
from app.usecases.duty.swaps.lock_swap import due_swaps, open_of
from app.usecases.duty.swaps.process_swap import process_swap
from app.usecases.duty.swaps.take_duty import decline_swap, take_shift
from tests import factories
from tests.factories import NOW
from tests.usecases.on_call import ENOUGH, HOUR, OnCall, on_call


def test_another_person_is_asked_and_counts_once_they_agree(session: Session) -> None:
    made = on_call(session)
    made.people.append(factories.volunteer(session, made.place))
    shift = made.shift_of(1)
    at, new = shift.starts_at + HOUR, made.people[3]
    made.set_limits(ENOUGH)
    move_shift(Context(session, made.boss, NOW), shift_id=shift.id, person_id=new.id)
    assert on_duty_in(session, made.rota_id, at) == (made.people[1].id,)
    assert made.told(1) == [] and made.told(3) == ["duty_cover_asked"]
    take_shift(Context(session, made.actor(3), NOW + HOUR), swap_id=swap_of(made).id)
    assert on_duty_in(session, made.rota_id, at) == (new.id,)
    assert made.told(1) == ["duty_cancelled"] and made.told(3)[-1] == "duty_yours"
    # And back, because the new person cannot come: the first one's standing agreement holds.
    back, theirs = made.people[1].id, made.shift_of(3)
    move_shift(
        Context(session, made.boss, NOW + HOUR), shift_id=theirs.id, person_id=back, cannot=True
    )
    assert on_duty_in(session, made.rota_id, at) == (back,)


def swap_of(made: OnCall) -> Swap:
    """The newest swap."""
    found = made.session.scalars(select(Swap).order_by(Swap.id.desc())).first()
    assert found is not None
    return found


def test_who_is_on_duty_stays_when_the_other_one_says_no_or_nothing(session: Session) -> None:
    made = on_call(session)
    made.people.append(factories.volunteer(session, made.place))
    shift, at = made.shift_of(1), made.shift_of(1).starts_at + HOUR
    new = made.people[3].id
    move = partial(move_shift, Context(session, made.boss, NOW), shift_id=shift.id, person_id=new)
    move()
    decline_swap(Context(session, made.actor(3), NOW), swap_id=swap_of(made).id)
    move()
    # Only a coordinator takes it back, and a second time needs another question.
    with pytest.raises(NotAllowed):
        withdraw_swap(Context(session, made.actor(1), NOW), swap_id=swap_of(made).id)
    withdraw_swap(Context(session, made.boss, NOW), swap_id=swap_of(made).id)
    move()
    later = NOW + 5 * HOUR
    for swap_id in due_swaps(session, now=later):
        process_swap(Context(session, system("jobs"), later), swap_id=swap_id)
    assert on_duty_in(session, made.rota_id, at) == (made.people[1].id,)
    assert made.told(1) == []
    reasons = session.scalars(
        select(Notification.params).where(Notification.template == "duty_attention")
    ).all()
    assert [json.loads(one)["reason"] for one in reasons] == ["not_moved", "not_moved"]


def test_what_runs_changes_hands_when_the_other_one_says_yes(session: Session) -> None:
    made = on_call(session)
    made.people.append(factories.volunteer(session, made.place))
    shift, new = made.shift_of(0), made.people[3].id
    move_shift(Context(session, made.boss, NOW + HOUR), shift_id=shift.id, person_id=new)
    later = NOW + 2 * HOUR
    assert on_duty_in(session, made.rota_id, later) == (made.people[0].id,)
    take_shift(Context(session, made.actor(3), later), swap_id=swap_of(made).id)
    session.refresh(shift)
    assert shift.state == "agreed" and shift.ends_at == later
    assert on_duty_in(session, made.rota_id, later) == (new,)
    assert on_duty_in(session, made.rota_id, later - HOUR / 2) == (made.people[0].id,)


def test_who_falls_out_meanwhile_is_looked_for_and_nobody_is_asked_twice(
    session: Session,
) -> None:
    made = on_call(session)
    made.people.append(factories.volunteer(session, made.place))
    shift, new = made.shift_of(1), made.people[3].id
    move_shift(Context(session, made.boss, NOW), shift_id=shift.id, person_id=new)
    cancel_shift(Context(session, made.actor(1), NOW + HOUR), shift_id=shift.id)
    assert swap_of(made).kind == "cover" and made.told(3) == ["duty_cover_asked"]
    take_shift(Context(session, made.actor(3), NOW + HOUR), swap_id=swap_of(made).id)
    assert on_duty_in(session, made.rota_id, shift.starts_at) == (new,)
    # A coordinator who takes the shift back asks nobody any more.
    theirs, first = made.shift_of(3), made.people[1].id
    made.set_limits(ENOUGH)
    with pytest.raises(Refused):
        move_shift(Context(session, made.boss, NOW), shift_id=theirs.id, person_id=first)
    cancel_shift(Context(session, made.boss, NOW), shift_id=theirs.id)
    assert open_of(session, theirs.id) is None


def test_another_day_at_the_same_length(session: Session) -> None:
    made = on_call(session)
    made.set_limits({**ENOUGH, "rest_h": 0, "week_h": 168})
    shift = made.shift_of(1)
    begins, length = shift.starts_at + 5 * 24 * HOUR + 10 * HOUR, shift.ends_at - shift.starts_at
    move_shift(Context(session, made.boss, NOW), shift_id=shift.id, starts_at=begins)
    session.refresh(shift)
    assert shift.state == "agreed" and made.told(1) == ["duty_move_asked"]
    take_shift(Context(session, made.actor(1), NOW + HOUR), swap_id=swap_of(made).id)
    session.refresh(shift)
    assert shift.state == "cancelled"
    rows = session.scalars(
        select(Shift).where(Shift.person_id == made.people[1].id, Shift.starts_at == begins)
    ).all()
    assert [(one.ends_at - one.starts_at, one.state) for one in rows] == [(length, "agreed")]
    assert made.told(1) == ["duty_move_asked", "duty_moved"]
    assert on_duty_in(session, made.rota_id, NOW + 7 * HOUR) == ()


def test_what_cannot_be_moved(session: Session) -> None:
    made = on_call(session)
    coming, running = made.shift_of(1), made.shift_of(0)
    with pytest.raises(NotAllowed):
        move_shift(Context(session, made.actor(1), NOW), shift_id=coming.id, person_id=1)
    with pytest.raises(Refused):
        move_shift(Context(session, made.boss, NOW), shift_id=coming.id)
    with pytest.raises(Refused):
        move_shift(Context(session, made.boss, NOW), shift_id=coming.id, starts_at=NOW - HOUR)
    with pytest.raises(Refused):
        later = running.starts_at + timedelta(days=1)
        move_shift(Context(session, made.boss, NOW), shift_id=running.id, starts_at=later)
    with pytest.raises(Stale):
        end = running.ends_at
        move_shift(Context(session, made.boss, end), shift_id=running.id, person_id=1)


def test_who_came_by_a_swap_can_be_taken_off(session: Session) -> None:
    made = on_call(session)
    made.people.append(factories.volunteer(session, made.place))
    shift, taker = made.shift_of(1), made.people[3]
    swap_id = give_away(Context(session, made.actor(1), NOW), shift_id=shift.id, to=taker.id)
    take_shift(Context(session, made.actor(3), NOW), swap_id=swap_id)
    assert session.get_one(Swap, swap_id).state == "settled"
    theirs, at = made.shift_of(3), shift.starts_at + HOUR
    assert on_duty_in(session, made.rota_id, at) == (taker.id,)
    cancel_shift(Context(session, made.boss, NOW), shift_id=theirs.id)
    assert on_duty_in(session, made.rota_id, at) == ()
    # Asked again they may come again.
    offer_shift(
        Context(session, made.boss, NOW),
        rota_id=made.rota_id,
        person_id=taker.id,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        layer=1,
    )
    assert on_duty_in(session, made.rota_id, at) == (taker.id,)
