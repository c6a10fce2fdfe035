"""A shift's life: asked, reminded, checked in, missed, handed over, given away, thanked."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import system
from app.core.context import Context
from app.core.errors import NotAllowed, Refused, Stale
from app.rotation.plan.models import Swap
from app.rotation.queries import notes_of, on_duty_in
from app.trail.models import Event
from app.usecases.duty.plan.manage_rota import set_terms
from app.usecases.duty.plan.publish_duty import publish_duty
from app.usecases.duty.shifts.advance_shifts import advance_shift, due_shifts
from app.usecases.duty.shifts.check_in import check_in, write_note
from app.usecases.duty.shifts.come_on_duty import go_on
from app.usecases.duty.shifts.go_off_duty import go_off
from app.usecases.duty.shifts.hand_over_duty import agree_to_shift, cancel_shift, offer_shift
from app.usecases.duty.shifts.remind import remind_of_duty
from tests import factories
from tests.factories import NOW
from tests.usecases.on_call import FIRST_END, HOUR, OnCall, on_call

JOBS = system("jobs")
MINUTE = timedelta(minutes=1)


def tick(made: OnCall, minutes: float) -> None:
    """Runs the duty jobs some minutes from now."""
    now = NOW + minutes * MINUTE
    for shift_id in due_shifts(made.session, now=now):
        advance_shift(Context(made.session, JOBS, now), shift_id=shift_id)
    made.session.commit()


def kinds(session: Session, beginning: str) -> list[str]:
    found = session.scalars(select(Event.kind).order_by(Event.seq))
    return [kind for kind in found if kind.startswith(beginning)]


def test_reminded_a_day_and_an_hour_before(session: Session) -> None:
    made = on_call(session)
    # A little later, so that the agreement is not fresh.
    for minutes in (0, 40, 45, 301, 310):
        remind_of_duty(session, now=NOW + minutes * MINUTE)
    session.commit()
    assert made.told(1) == ["duty_tomorrow", "duty_reminder"]
    assert made.told(0) == ["duty_tomorrow"]


def test_nobody_is_woken_to_be_reminded_of_tomorrow(session: Session) -> None:
    made = on_call(session)
    # 23:00 in Shenzhen: the shift at 08:00 is nine hours away.
    remind_of_duty(session, now=NOW + 13 * HOUR)
    assert made.told(0) == [] and made.told(2) == ["duty_reminder"]


def test_asked_whether_they_are_there_once(session: Session) -> None:
    made = on_call(session)
    for minutes in (0, 1, 5):
        tick(made, minutes)
    assert made.told(0) == ["duty_begins"]
    check_in(Context(session, made.actor(0), NOW + 6 * MINUTE), shift_id=made.shift_of(0).id)
    check_in(Context(session, made.actor(0), NOW + 7 * MINUTE), shift_id=made.shift_of(0).id)
    tick(made, 20)
    assert made.told(0) == ["duty_begins"]
    assert kinds(session, "shift.checked") == ["shift.checked_in"]


def test_nobody_there_raises_to_the_backup_once(session: Session) -> None:
    made = on_call(session)
    backup = factories.volunteer(session, made.place)
    made.people.append(backup)
    offer_shift(
        Context(session, made.boss, NOW),
        rota_id=made.rota_id,
        person_id=backup.id,
        layer=2,
        starts_at=NOW - HOUR,
        ends_at=FIRST_END,
    )
    agree_to_shift(
        Context(session, made.actor(3), NOW), shift_id=made.shift_of(3, state="offered").id
    )
    check_in(Context(session, made.actor(3), NOW), shift_id=made.shift_of(3).id)
    session.commit()
    for minutes in (1, 14, 15, 16, 30):
        tick(made, minutes)
    assert made.told(3)[-1:] == ["duty_backup"] and made.told(3).count("duty_backup") == 1
    assert kinds(session, "shift.not_there") == ["shift.not_there"]


def test_who_is_not_there_leaves_duty_unthanked_and_others_are_asked(session: Session) -> None:
    made = on_call(session, people=4)
    for minutes in (0, 15, 29):
        tick(made, minutes)
    assert made.told(0) == ["duty_begins", "duty_begins"]
    assert on_duty_in(session, made.rota_id, NOW + 29 * MINUTE) == (made.people[0].id,)
    missed = made.shift_of(0)
    tick(made, 30)
    assert on_duty_in(session, made.rota_id, NOW + 30 * MINUTE) == ()
    session.refresh(missed)
    assert (missed.end_reason, missed.ends_at) == ("not_there", NOW + 30 * MINUTE)
    assert session.scalars(select(Swap.kind)).all() == ["cover"]
    tick(made, 6 * 60)
    assert "duty_thanks" not in made.told(0)
    # Late is better than never, where the limits allow it.
    made.set_limits({"week_h": 80, "month_h": 300, "nights_week": 7, "rest_h": 0})
    late = Context(session, made.actor(0), NOW + 40 * MINUTE)
    go_on(late, until=NOW + 2 * HOUR)
    session.commit()
    assert made.people[0].id in on_duty_in(session, made.rota_id, NOW + 41 * MINUTE)


def test_nobody_is_missed_who_was_not_asked(session: Session) -> None:
    # The service was down when the shift began: three hours later it asks, and then waits.
    made = on_call(session)
    tick(made, 180)
    assert made.told(0) == ["duty_begins"] and kinds(session, "shift.not_there") == []
    tick(made, 194)
    assert kinds(session, "shift.not_there") == []
    tick(made, 195)
    tick(made, 196)
    assert kinds(session, "shift.not_there") == ["shift.not_there"]


def test_end_that_nobody_saw_stands_in_the_trail(session: Session) -> None:
    made = on_call(session, people=1)
    made.shift_of(0).checked_in_at = NOW
    shift_id = made.shift_of(0).id
    session.commit()
    late = FIRST_END + 10 * HOUR
    assert shift_id in due_shifts(session, now=late)
    for _ in range(2):
        advance_shift(Context(session, JOBS, late), shift_id=shift_id)
        session.commit()
    # After ten hours, thanks would only confuse.
    assert kinds(session, "shift.ended") == ["shift.ended"]
    assert "duty_thanks" not in made.told(0)


def test_hand_over_tells_both_and_carries_a_note(session: Session) -> None:
    made = on_call(session)
    first = made.shift_of(0).id
    check_in(Context(session, made.actor(0), NOW), shift_id=first)
    words = "三号楼的张大爷等药，药房九点开门"
    write_note(Context(session, made.actor(0), NOW + HOUR), shift_id=first, text=words)
    with pytest.raises(NotAllowed):
        write_note(Context(session, made.actor(1), NOW + HOUR), shift_id=first, text="?")
    session.commit()
    tick(made, 6 * 60)
    tick(made, 6 * 60 + 1)
    assert made.told(0) == ["duty_thanks"] and made.told(1) == ["duty_begins"]
    assert [note.text for note in notes_of(session, made.rota_id, since=NOW)] == [words]


def test_who_stays_on_is_not_asked_again(session: Session) -> None:
    made = on_call(session, people=1)
    check_in(Context(session, made.actor(0), NOW), shift_id=made.shift_of(0).id)
    session.commit()
    tick(made, 6 * 60 + 1)
    assert made.told(0) == []
    assert made.shifts()[1].checked_in_at is not None


def test_on_and_off_duty_with_one_tap(session: Session) -> None:
    made = on_call(session, people=1)
    helper = factories.volunteer(session, made.place)
    made.people.append(helper)
    go_on(Context(session, made.actor(1), NOW), until=NOW + 3 * HOUR)
    session.commit()
    assert set(on_duty_in(session, made.rota_id, NOW)) == {one.id for one in made.people}
    with pytest.raises(Stale):
        go_on(Context(session, made.actor(1), NOW + MINUTE), until=NOW + 3 * HOUR)
    tick(made, 5)
    assert made.told(1) == []
    assert go_off(Context(session, made.actor(1), NOW + HOUR)) == 1
    session.commit()
    assert on_duty_in(session, made.rota_id, NOW + HOUR) == (made.people[0].id,)
    with pytest.raises(Stale):
        go_off(Context(session, made.actor(1), NOW + HOUR))
    # Somebody who went off duty may come back, for as long as they say.
    go_on(Context(session, made.actor(1), NOW + HOUR + MINUTE), until=NOW + 2 * HOUR)
    session.commit()
    assert helper.id in on_duty_in(session, made.rota_id, NOW + HOUR + MINUTE)
    assert helper.id not in on_duty_in(session, made.rota_id, NOW + 2 * HOUR)


def test_last_one_to_leave_is_told_to_the_coordinators(session: Session) -> None:
    made = on_call(session)
    go_off(Context(session, made.actor(0), NOW + HOUR))
    session.commit()
    publish_duty(Context(session, JOBS, NOW + HOUR), rota_id=made.rota_id)
    session.commit()
    assert on_duty_in(session, made.rota_id, NOW + HOUR) == ()
    swap = session.scalars(select(Swap)).one()
    assert (swap.kind, swap.starts_at, swap.ends_at) == ("cover", NOW + HOUR, FIRST_END)
    assert on_duty_in(session, made.rota_id, NOW) == (made.people[0].id,)


def test_tired_volunteers_are_told_to_rest(session: Session) -> None:
    made = on_call(session)
    with pytest.raises(Refused) as refusal:
        # On duty from 16:00 by plan: until then there would be no rest.
        go_on(Context(session, made.actor(1), NOW), until=NOW + 5 * HOUR)
    assert refusal.value.params == {"limit": 11}
    set_terms(
        Context(session, made.boss, NOW),
        rota_id=made.rota_id,
        wanted=[],
        limits={"week_h": 168, "month_h": 744, "nights_week": 7},
        approve_swaps=False,
    )

    def ask(hours: int) -> None:
        offer_shift(
            Context(session, made.boss, NOW),
            rota_id=made.rota_id,
            person_id=made.people[0].id,
            layer=2,
            starts_at=NOW + hours * HOUR,
            ends_at=NOW + (hours + 2) * HOUR,
        )

    with pytest.raises(Refused, match="没有去问"):
        ask(15)
    ask(17)
    (late,) = made.shifts(state="offered")
    agree_to_shift(Context(session, made.actor(0), NOW), shift_id=late.id)


def test_an_answer_after_the_shift_is_too_late(session: Session) -> None:
    made = on_call(session)
    shift = made.shift_of(0)
    for late in (FIRST_END, FIRST_END + HOUR):
        with pytest.raises(Stale):
            cancel_shift(Context(session, made.actor(0), late), shift_id=shift.id)
        with pytest.raises(Stale):
            check_in(Context(session, made.actor(0), late), shift_id=shift.id)
