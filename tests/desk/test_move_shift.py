"""A coordinator moves a shift to another person or day, and takes off whoever came by a swap."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import NotAllowed, Refused, Stale
from app.desk.give_away_duty import give_away
from app.desk.hand_over_duty import agree, cancel_shift, offer_shift
from app.desk.move_shift import move_shift
from app.desk.take_duty import take
from app.rotation.models import Shift
from app.rotation.plan.models import Swap
from app.rotation.queries import on_duty_in
from tests import factories
from tests.desk.on_call import HOUR, on_call
from tests.factories import NOW


def test_another_person_is_asked_and_counts_once_they_agree(session: Session) -> None:
    made = on_call(session)
    made.people.append(factories.volunteer(session, made.place))
    shift = made.shift_of(1)
    at, new = shift.starts_at + HOUR, made.people[3]
    move_shift(session, actor=made.boss, shift_id=shift.id, person_id=new.id, now=NOW)
    assert on_duty_in(session, made.rota_id, at) == ()
    assert made.told(1) == ["duty_cancelled"] and made.told(3) == ["duty_asked"]
    asked = made.shift_of(3, state="offered")
    agree(session, actor=made.actor(3), shift_id=asked.id, now=NOW)
    assert on_duty_in(session, made.rota_id, at) == (new.id,)
    # And back again: what took the first one off holds no more.
    back = made.people[1].id
    move_shift(session, actor=made.boss, shift_id=asked.id, person_id=back, now=NOW)
    assert on_duty_in(session, made.rota_id, at) == (back,)


def test_another_day_at_the_same_length(session: Session) -> None:
    made = on_call(session)
    shift = made.shift_of(1)
    begins, length = shift.starts_at + 5 * 24 * HOUR + 10 * HOUR, shift.ends_at - shift.starts_at
    move_shift(session, actor=made.boss, shift_id=shift.id, starts_at=begins, now=NOW)
    session.refresh(shift)
    assert shift.state == "cancelled"
    rows = session.scalars(
        select(Shift).where(Shift.person_id == made.people[1].id, Shift.starts_at == begins)
    ).all()
    assert [one.ends_at - one.starts_at for one in rows] == [length]


def test_what_cannot_be_moved(session: Session) -> None:
    made = on_call(session)
    coming, running = made.shift_of(1), made.shift_of(0)
    with pytest.raises(NotAllowed):
        move_shift(session, actor=made.actor(1), shift_id=coming.id, person_id=1, now=NOW)
    with pytest.raises(Refused):
        move_shift(session, actor=made.boss, shift_id=coming.id, now=NOW)
    with pytest.raises(Refused):
        move_shift(session, actor=made.boss, shift_id=coming.id, starts_at=NOW - HOUR, now=NOW)
    with pytest.raises(Refused):
        later = running.starts_at + timedelta(days=1)
        move_shift(session, actor=made.boss, shift_id=running.id, starts_at=later, now=NOW)
    with pytest.raises(Stale):
        end = running.ends_at
        move_shift(session, actor=made.boss, shift_id=running.id, person_id=1, now=end)


def test_who_came_by_a_swap_can_be_taken_off(session: Session) -> None:
    made = on_call(session)
    made.people.append(factories.volunteer(session, made.place))
    shift, taker = made.shift_of(1), made.people[3]
    swap_id = give_away(session, actor=made.actor(1), shift_id=shift.id, to=taker.id, now=NOW)
    take(session, actor=made.actor(3), swap_id=swap_id, now=NOW)
    assert session.get_one(Swap, swap_id).state == "settled"
    theirs, at = made.shift_of(3), shift.starts_at + HOUR
    assert on_duty_in(session, made.rota_id, at) == (taker.id,)
    cancel_shift(session, actor=made.boss, shift_id=theirs.id, now=NOW)
    assert on_duty_in(session, made.rota_id, at) == ()
    # Asked anew they may come again.
    offer_shift(
        session,
        actor=made.boss,
        rota_id=made.rota_id,
        person_id=taker.id,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        layer=1,
        now=NOW,
    )
    assert on_duty_in(session, made.rota_id, at) == (taker.id,)
