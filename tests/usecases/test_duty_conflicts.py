"""One check of conflicts at each yes, each approval and each question of a coordinator."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.context import Context
from app.dispatch.models import Match
from app.offers.models import Offer
from app.rotation.models import Rota, Shift
from app.rotation.plan.models import Swap
from app.usecases.duty.plan.conflicts import DutyConflict
from app.usecases.duty.plan.override_duty import override_duty
from app.usecases.duty.shifts.come_on_duty import go_on
from app.usecases.duty.shifts.hand_over_duty import agree_to_shift, cancel_shift, offer_shift
from app.usecases.duty.shifts.move_shift import move_shift
from app.usecases.duty.swaps.give_away_duty import give_away
from app.usecases.duty.swaps.settle_swap import approve_swap
from app.usecases.duty.swaps.take_duty import take_shift
from app.usecases.volunteers.offer_dates import set_date
from tests import factories
from tests.factories import NOW
from tests.usecases.on_call import ENOUGH, HOUR, OnCall, on_call

LIMITS = {"week_h": 168, "month_h": 744, "nights_week": 7, "rest_h": 0}


@pytest.fixture
def made(session: Session) -> OnCall:
    """A rota with three people in turn, people[1] from 16:00; people[3] has nothing to do."""
    found = on_call(session)
    found.people.append(factories.volunteer(session, found.place))
    found.set_limits(LIMITS)
    session.commit()
    return found


def ask(made: OnCall, number: int, start: datetime, hours: float, layer: int = 2) -> Shift:
    """A coordinator asks one of the people for a shift."""
    offer_shift(
        Context(made.session, made.boss, NOW),
        rota_id=made.rota_id,
        person_id=made.people[number].id,
        layer=layer,
        starts_at=start,
        ends_at=start + hours * HOUR,
    )
    made.session.commit()
    return made.session.scalars(
        select(Shift).where(
            Shift.person_id == made.people[number].id,
            Shift.starts_at == start,
            Shift.state == "offered",
        )
    ).one()


def accepted_task(
    made: OnCall, number: int, since: datetime, until: datetime | None, source: str = "web"
) -> Match:
    """A task that one of the people accepted."""
    request = factories.request(
        made.session,
        made.place,
        state="assigned",
        wanted_from=since,
        wanted_to=until,
        source=source,
    )
    match = Match(
        token=f"task-{number}",
        request_id=request.id,
        person_id=made.people[number].id,
        state="accepted",
        place_no=1,
        made_at=NOW,
        sent_at=NOW,
        accepted_at=NOW,
    )
    made.session.add(match)
    made.session.commit()
    return match


def test_an_approval_does_not_book_the_taker_twice(made: OnCall) -> None:
    session = made.session
    session.execute(update(Rota).values(approve_swaps=True))
    theirs = made.shift_of(1)
    swap_id = give_away(
        Context(session, made.actor(1), NOW), shift_id=theirs.id, to=made.people[3].id
    )
    take_shift(Context(session, made.actor(3), NOW), swap_id=swap_id)
    session.commit()
    # A yes that waits for approval is a promise: an overlapping one is neither asked nor taken.
    with pytest.raises(DutyConflict) as conflict:
        ask(made, 3, theirs.starts_at + 2 * HOUR, 8)
    assert conflict.value.code == "booked"
    session.rollback()
    factories.on_duty(session, made.people[3], made.place.here, hours=2, start=theirs.starts_at)
    with pytest.raises(Exception, match="来不了了"):
        approve_swap(Context(session, made.boss, NOW), swap_id=swap_id)
    session.rollback()
    approve_swap(Context(session, made.boss, NOW), swap_id=swap_id, agreed=False)
    assert session.get_one(Swap, swap_id, populate_existing=True).state == "refused"
    assert made.told(1)[-1] == "duty_not_covered" and made.told(3)[-1] == "duty_not_yours"


@pytest.mark.parametrize(("hours", "source"), [(3, "repeat"), (3, "web"), (None, "web")])
def test_an_accepted_task_counts_like_duty(made: OnCall, hours: int | None, source: str) -> None:
    start = NOW + 30 * HOUR
    shift = ask(made, 3, start - HOUR / 2, 8)
    accepted_task(made, 3, start, start + hours * HOUR if hours else None, source)
    with pytest.raises(DutyConflict) as conflict:
        agree_to_shift(Context(made.session, made.actor(3), NOW), shift_id=shift.id)
    assert conflict.value.code == "task"
    made.session.rollback()
    cancel_shift(Context(made.session, made.boss, NOW), shift_id=shift.id)
    # A wished time is not a length: a task takes an hour of it, but repeating help all of it.
    later = start + HOUR
    if source == "repeat":
        with pytest.raises(DutyConflict):
            ask(made, 3, later, 4)
    else:
        ask(made, 3, later, 4)


def test_hours_that_were_asked_about_are_not_asked_about_twice(made: OnCall) -> None:
    start = NOW + 50 * HOUR
    ask(made, 3, start, 4)
    with pytest.raises(DutyConflict) as conflict:
        ask(made, 3, start + HOUR, 4)
    assert conflict.value.code == "asked" and made.told(3) == ["duty_asked"]


def test_rest_after_a_long_duty_is_needed_whatever_lies_between(made: OnCall) -> None:
    made.set_limits({**LIMITS, "rest_h": 11})
    start = NOW + 48 * HOUR
    agree_to_shift(Context(made.session, made.actor(3), NOW), shift_id=ask(made, 3, start, 8).id)
    accepted_task(made, 3, start + 9 * HOUR, start + 10 * HOUR)
    with pytest.raises(DutyConflict) as conflict:
        ask(made, 3, start + 12 * HOUR, 3)
    assert conflict.value.code == "no_rest"


def pause_person(made: OnCall, number: int, until: datetime) -> None:
    theirs = update(Offer).where(Offer.person_id == made.people[number].id)
    made.session.execute(theirs.values(paused_until=until))


def day_off(made: OnCall, number: int, at: datetime) -> None:
    day = (at + timedelta(hours=8)).date()
    context = Context(made.session, made.actor(number), NOW)
    set_date(context, person_id=made.people[number].id, day=day, span=None)


def pause_rota(made: OnCall, number: int, until: datetime) -> None:
    made.session.execute(update(Rota).values(paused_from=NOW, paused_until=until))


def asking(made: OnCall, start: datetime) -> None:
    ask(made, 3, start, 4)


def adding(made: OnCall, start: datetime) -> None:
    override_duty(
        Context(made.session, made.boss, NOW),
        rota_id=made.rota_id,
        kind="add",
        layer=2,
        by_id=made.people[3].id,
        starts_at=start,
        ends_at=start + 4 * HOUR,
    )


def moving(made: OnCall, start: datetime) -> None:
    move_shift(
        Context(made.session, made.boss, NOW),
        shift_id=made.shift_of(1).id,
        person_id=made.people[3].id,
        starts_at=start,
    )


@pytest.mark.parametrize("way", [asking, adding, moving])
@pytest.mark.parametrize(
    ("absent", "code"),
    [(pause_person, "paused"), (day_off, "own_day"), (pause_rota, "rota_paused")],
)
def test_nobody_is_asked_into_a_pause_or_a_day_off(
    made: OnCall,
    way: Callable[[OnCall, datetime], None],
    absent: Callable[[OnCall, int, datetime], None],
    code: str,
) -> None:
    start = NOW + 50 * HOUR
    absent(made, 3, start + HOUR if absent is not day_off else start)
    made.session.commit()
    before = made.shift_of(1)
    with pytest.raises(DutyConflict) as conflict:
        way(made, start)
    made.session.rollback()
    assert conflict.value.code == code and conflict.value.msgid.startswith("没有去问")
    assert made.told(3) == [] and made.told(1) == []
    assert made.session.get_one(Shift, before.id, populate_existing=True).state == "agreed"


def test_a_shift_is_not_moved_onto_another_of_the_same_person(made: OnCall) -> None:
    first = made.shift_of(1)
    other = next(
        one
        for one in made.shifts(until=NOW + 90 * HOUR)
        if one.person_id == first.person_id and one.id != first.id
    )
    with pytest.raises(DutyConflict) as conflict:
        move_shift(
            Context(made.session, made.boss, NOW),
            shift_id=first.id,
            starts_at=other.starts_at - 6 * HOUR,
        )
    assert conflict.value.code == "booked"
    # By some hours it can be moved: it does not stand in its own way.
    move_shift(
        Context(made.session, made.boss, NOW),
        shift_id=first.id,
        starts_at=first.starts_at + 4 * HOUR,
    )
    assert made.told(1) == ["duty_move_asked"]


def test_their_own_cannot_stands_and_silence_or_a_coordinator_does_not(made: OnCall) -> None:
    session, shift = made.session, made.shift_of(1)
    cancel_shift(Context(session, made.actor(1), NOW), shift_id=shift.id)
    session.commit()
    with pytest.raises(DutyConflict) as conflict:
        ask(made, 1, shift.starts_at, 8, layer=1)
    assert conflict.value.code == "away"
    session.rollback()
    other = made.shift_of(2)
    cancel_shift(Context(session, made.boss, NOW), shift_id=other.id)
    # Wanted back for a part of it, they stay off for the rest.
    back = other.starts_at + 2 * HOUR
    offer_shift(
        Context(session, made.boss, NOW),
        rota_id=made.rota_id,
        person_id=made.people[2].id,
        layer=1,
        starts_at=back,
        ends_at=back + 2 * HOUR,
    )
    theirs = [one for one in made.shifts() if one.person_id == made.people[2].id]
    assert [(one.starts_at, one.ends_at) for one in theirs] == [(back, back + 2 * HOUR)]


def test_nobody_comes_on_duty_in_the_middle_of_a_task(made: OnCall) -> None:
    made.set_limits(ENOUGH)
    accepted_task(made, 3, NOW, NOW + HOUR)
    with pytest.raises(DutyConflict) as conflict:
        go_on(Context(made.session, made.actor(3), NOW), until=NOW + 4 * HOUR)
    assert conflict.value.code == "task"
    go_on(Context(made.session, made.actor(3), NOW + HOUR), until=NOW + 4 * HOUR)
