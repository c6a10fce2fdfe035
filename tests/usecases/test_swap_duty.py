"""Giving a shift away, and finding somebody when its person cannot come."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.actor import system
from app.core.context import Context
from app.core.errors import NotAllowed, NotFound, Refused, Stale
from app.people.models import Person
from app.rotation.models import DutyAsk, Rota
from app.rotation.plan.models import Swap
from app.rotation.queries import on_duty_in
from app.usecases.duty.plan.offer_duty import offer_hours
from app.usecases.duty.shifts.hand_over_duty import cancel_shift
from app.usecases.duty.swaps.give_away_duty import give_away, withdraw_swap
from app.usecases.duty.swaps.lock_swap import due_swaps
from app.usecases.duty.swaps.process_swap import process_swap
from app.usecases.duty.swaps.settle_swap import approve_swap
from app.usecases.duty.swaps.take_duty import decline_swap, take_shift
from tests import factories
from tests.databases import Database
from tests.factories import NOW
from tests.usecases.on_call import HOUR, OnCall, on_call

JOBS = system("jobs")
NIGHT = [{"day": 2, "from": "16:00", "to": "24:00"}]


def helpers(made: OnCall, count: int) -> None:
    """Volunteers who offer the evening on which people[1] is on duty, 16:00 to 24:00."""
    for _ in range(count):
        made.people.append(factories.volunteer(made.session, made.place))
        number = len(made.people) - 1
        offer_hours(Context(made.session, made.actor(number), NOW), hours=NIGHT, may_call=False)
    made.session.commit()


def tick(made: OnCall, hours: float) -> None:
    now = NOW + hours * HOUR
    for swap_id in due_swaps(made.session, now=now):
        process_swap(Context(made.session, JOBS, now), swap_id=swap_id)
    made.session.commit()


def cannot(made: OnCall, number: int = 1) -> Swap:
    """People[number] says that they cannot come to their first shift."""
    shift = made.shift_of(number)
    cancel_shift(Context(made.session, made.actor(number), NOW), shift_id=shift.id)
    made.session.commit()
    return made.session.scalars(select(Swap).order_by(Swap.id.desc())).first()  # type: ignore[return-value]


def asked(made: OnCall) -> list[int]:
    ids = [person.id for person in made.people]
    rows = made.session.scalars(
        select(DutyAsk.person_id).where(DutyAsk.swap_id.is_not(None)).order_by(DutyAsk.id)
    )
    return [ids.index(one) for one in rows]


def test_who_cannot_come_says_so_and_the_first_to_take_it_has_it(session: Session) -> None:
    made = on_call(session)
    helpers(made, 2)
    swap = cannot(made)
    # The two others of the rotation would have no rest; both helpers offer the hours.
    assert asked(made) == [3, 4]
    take_shift(Context(session, made.actor(4), NOW + HOUR), swap_id=swap.id)
    session.commit()
    at = NOW + 7 * HOUR
    assert on_duty_in(session, made.rota_id, at) == (made.people[4].id,)
    assert made.told(1) == ["duty_covered"]
    assert made.told(3)[-1] == "duty_taken" and made.told(4)[-1] == "duty_yours"
    with pytest.raises(Stale):
        take_shift(Context(session, made.actor(3), NOW + HOUR), swap_id=swap.id)
    # The taker may be unable too, and is not asked for it again.
    again = cannot(made, 4)
    assert again.giver_id == made.people[4].id and on_duty_in(session, made.rota_id, at) == ()
    assert asked(made)[2:] == [3]


def test_a_few_are_asked_at_a_time_and_then_the_coordinators(session: Session) -> None:
    made = on_call(session)
    made.people.append(session.get_one(Person, made.boss.person_id))
    helpers(made, 4)
    cannot(made)
    assert len(asked(made)) == 3
    tick(made, 0.25)
    assert len(asked(made)) == 3
    tick(made, 0.5)
    assert len(asked(made)) == 4
    assert made.told(3) == []
    tick(made, 1)
    tick(made, 1.5)
    assert made.told(3) == ["duty_attention"]


def test_a_no_of_the_last_asks_the_next_at_once(session: Session) -> None:
    made = on_call(session)
    helpers(made, 4)
    swap = cannot(made)
    for number in list(asked(made)):
        decline_swap(Context(session, made.actor(number), NOW + HOUR / 4), swap_id=swap.id)
    session.commit()
    assert len(asked(made)) == 4


def test_who_has_done_least_is_asked_first(session: Session) -> None:
    made = on_call(session)
    helpers(made, 5)
    factories.on_duty(session, made.people[3], made.place.other, start=NOW - 50 * HOUR)
    factories.on_duty(session, made.people[4], made.place.other, hours=2, start=NOW - 50 * HOUR)
    cannot(made)
    assert asked(made) == [5, 6, 7]


def test_nobody_is_woken_for_a_shift_that_is_far_away(session: Session) -> None:
    made = on_call(session)
    helpers(made, 1)
    night = NOW + 14 * HOUR
    shift = next(
        one for one in made.shifts(until=NOW + 90 * HOUR) if one.starts_at > NOW + 40 * HOUR
    )
    owner = [person.id for person in made.people].index(shift.person_id)
    cancel_shift(Context(session, made.actor(owner), night), shift_id=shift.id)
    session.commit()
    swap = session.scalars(select(Swap)).one()
    assert swap.rounds == 0 and swap.next_at == NOW + 22 * HOUR


def test_given_away_it_stays_theirs_until_taken(session: Session) -> None:
    made = on_call(session)
    helpers(made, 1)
    shift = made.shift_of(1)
    swap_id = give_away(Context(session, made.actor(1), NOW), shift_id=shift.id)
    session.commit()
    at = NOW + 7 * HOUR
    assert on_duty_in(session, made.rota_id, at) == (made.people[1].id,)
    with pytest.raises(Stale):
        give_away(Context(session, made.actor(1), NOW), shift_id=shift.id)
    take_shift(Context(session, made.actor(3), NOW), swap_id=swap_id)
    session.commit()
    assert on_duty_in(session, made.rota_id, at) == (made.people[3].id,)


def test_nobody_takes_it_and_the_giver_hears_so_in_time(session: Session) -> None:
    made = on_call(session)
    helpers(made, 1)
    give_away(Context(session, made.actor(1), NOW), shift_id=made.shift_of(1).id)
    session.commit()
    # It begins in six hours: half of the time is left to look for another way.
    tick(made, 2.9)
    assert made.told(1) == []
    tick(made, 3)
    assert made.told(1) == ["duty_not_covered"]
    assert session.scalars(select(Swap.state)).all() == ["failed"]
    assert on_duty_in(session, made.rota_id, NOW + 7 * HOUR) == (made.people[1].id,)


def test_given_to_one_only_they_are_asked(session: Session) -> None:
    made = on_call(session)
    helpers(made, 2)
    shift_id = made.shift_of(1).id
    with pytest.raises(Refused):
        give_away(Context(session, made.actor(1), NOW), shift_id=shift_id, to=made.people[1].id)
    swap_id = give_away(
        Context(session, made.actor(1), NOW), shift_id=shift_id, to=made.people[4].id
    )
    session.commit()
    assert asked(made) == [4]
    with pytest.raises(NotFound):
        take_shift(Context(session, made.actor(3), NOW), swap_id=swap_id)
    with pytest.raises(NotAllowed):
        withdraw_swap(Context(session, made.actor(4), NOW), swap_id=swap_id)
    withdraw_swap(Context(session, made.actor(1), NOW), swap_id=swap_id)
    with pytest.raises(Stale):
        take_shift(Context(session, made.actor(4), NOW), swap_id=swap_id)


@pytest.mark.parametrize("agreed", [True, False])
def test_where_wanted_a_coordinator_approves(session: Session, agreed: bool) -> None:
    made = on_call(session)
    helpers(made, 1)
    session.execute(update(Rota).values(approve_swaps=True))
    swap_id = give_away(Context(session, made.actor(1), NOW), shift_id=made.shift_of(1).id)
    take_shift(Context(session, made.actor(3), NOW), swap_id=swap_id)
    session.commit()
    at = NOW + 7 * HOUR
    assert on_duty_in(session, made.rota_id, at) == (made.people[1].id,)
    with pytest.raises(NotAllowed):
        approve_swap(Context(session, made.actor(1), NOW), swap_id=swap_id)
    approve_swap(Context(session, made.boss, NOW), swap_id=swap_id, agreed=agreed)
    session.commit()
    assert on_duty_in(session, made.rota_id, at) == (made.people[3 if agreed else 1].id,)
    assert made.told(1)[-1] == ("duty_covered" if agreed else "duty_not_covered")


def test_what_nobody_approves_stays_with_its_giver(session: Session) -> None:
    made = on_call(session)
    helpers(made, 1)
    session.execute(update(Rota).values(approve_swaps=True))
    swap_id = give_away(Context(session, made.actor(1), NOW), shift_id=made.shift_of(1).id)
    take_shift(Context(session, made.actor(3), NOW), swap_id=swap_id)
    session.commit()
    tick(made, 6)
    assert session.get_one(Swap, swap_id, populate_existing=True).state == "failed"
    assert made.told(1)[-1] == "duty_not_covered"


def _at_once(database: Database, works: list[Callable[[Session], None]]) -> int:
    """Runs all at the same moment; returns how many were not refused."""

    def one(work: Callable[[Session], None]) -> int:
        with database.new_session() as session:
            try:
                work(session)
                session.commit()
                return 1
            except Refused:
                session.rollback()
                return 0

    with ThreadPoolExecutor(len(works)) as pool:
        return sum(pool.map(one, works))


def test_of_many_who_take_it_at_once_one_has_it(database: Database) -> None:
    with database.new_session() as session:
        made = on_call(session)
        helpers(made, 8)
        swap_id = give_away(Context(session, made.actor(1), NOW), shift_id=made.shift_of(1).id)
        session.commit()
        actors = [made.actor(number) for number in asked(made)]
        assert len(actors) == 8
        session.rollback()

        def taking(number: int) -> Callable[[Session], None]:
            return lambda other: take_shift(Context(other, actors[number], NOW), swap_id=swap_id)

        assert _at_once(database, [taking(number) for number in range(8)]) == 1
        session.rollback()
        assert len(on_duty_in(session, made.rota_id, NOW + timedelta(hours=7))) == 1


def test_two_schedulers_ask_the_same_people_once(database: Database) -> None:
    with database.new_session() as session:
        made = on_call(session)
        helpers(made, 5)
        swap_id = cannot(made).id
        session.rollback()
        later = NOW + HOUR

        def keep(other: Session) -> None:
            process_swap(Context(other, JOBS, later), swap_id=swap_id)

        _at_once(database, [keep] * 4)
        session.rollback()
        assert len(asked(made)) == len(set(asked(made))) == 5
