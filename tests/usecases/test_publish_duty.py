"""The shifts of a rota follow its plan, and only what people agreed to counts."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.actor import system
from app.core.context import Context
from app.core.errors import Invalid, NotAllowed, NotFound
from app.notifications.models import Notification
from app.offers.models import Offer
from app.rotation.models import DutyAsk, Shift
from app.rotation.queries import on_duty_now
from app.trail.models import Event
from app.usecases.duty.plan.manage_rota import pause_rota, set_terms
from app.usecases.duty.plan.offer_duty import agree_to_turns, offer_hours
from app.usecases.duty.plan.override_duty import end_override, override_duty
from app.usecases.duty.plan.publish_duty import publish_duty
from app.usecases.duty.plan.set_layer import end_layer, set_layer
from app.usecases.duty.shifts.hand_over_duty import agree_to_shift, cancel_shift
from tests import factories
from tests.databases import Database
from tests.factories import NOW
from tests.usecases.on_call import ENOUGH, FIRST_END, HOUR, OnCall, on_call

JOBS = system("jobs")

DAY = timedelta(days=1)


def who(made: OnCall, hours: float) -> tuple[int, ...]:
    """The positions of the people on duty some hours from now."""
    ids = [person.id for person in made.people]
    at = NOW + hours * HOUR
    return tuple(ids.index(one) for one in on_duty_now(made.session, made.place.here.path, at))


def test_standing_agreement_makes_turns_count(session: Session) -> None:
    made = on_call(session)
    assert [who(made, hours) for hours in (0, 6, 14, 22)] == [(0,), (1,), (2,), (0,)]
    first = made.shifts()[0]
    # The turn began before it was planned, so it counts from now on.
    assert (first.starts_at, first.ends_at) == (NOW, FIRST_END)


def test_without_it_every_turn_is_asked_and_none_counts(session: Session) -> None:
    made = on_call(session, standing=False)
    assert who(made, 1) == ()
    waiting = session.scalar(
        select(func.count()).select_from(DutyAsk).where(DutyAsk.state == "sent")
    )
    assert waiting == session.scalar(select(func.count()).select_from(Shift))
    assert waiting == 62 * 3 + 1
    # Somebody with many shifts gets one message with their number.
    assert made.told(0) == ["duty_asked_month"]
    agree_to_shift(
        Context(session, made.actor(0), NOW), shift_id=made.shift_of(0, state="offered").id
    )
    session.commit()
    assert who(made, 1) == (0,)


def test_publishing_again_changes_nothing(session: Session) -> None:
    made = on_call(session)
    before = session.scalar(select(func.max(Event.seq)))
    done = publish_duty(Context(session, JOBS, NOW + HOUR), rota_id=made.rota_id)
    session.commit()
    # An hour later one more turn has come within reach, or none.
    assert len(done.made) <= 1 and not done.changed and not done.ended
    assert session.scalar(select(func.max(Event.seq))) == (before or 0) + len(done.made)


def test_two_schedulers_publish_once(database: Database) -> None:
    with database.new_session() as first:
        made = on_call(first)
        publish_duty(Context(first, JOBS, NOW + timedelta(days=2)), rota_id=made.rota_id)
        first.rollback()
        for _ in range(2):
            with database.new_session() as other:
                publish_duty(Context(other, JOBS, NOW + timedelta(days=2)), rota_id=made.rota_id)
                other.commit()
        rows = first.execute(
            select(Shift.person_id, Shift.starts_at, func.count())
            .group_by(Shift.person_id, Shift.starts_at)
            .having(func.count() > 1)
        ).all()
        assert rows == []


def test_new_people_in_the_same_turns_keep_the_agreement_of_the_old(session: Session) -> None:
    made = on_call(session)
    another = factories.volunteer(session, made.place)
    made.layer(1, [made.people[0], another])
    session.commit()
    assert who(made, 1) == (0,)
    shift = made.shifts(state="offered")[0]
    assert (shift.person_id, shift.starts_at) == (another.id, FIRST_END)
    # A person taken out of many shifts gets one message.
    assert made.told(2) == ["duty_changed"]


def test_another_pattern_is_another_question(session: Session) -> None:
    made = on_call(session)
    made.layer(1, made.people, hours=12)
    session.commit()
    # The agreed part of the turn stays agreed; the added part is asked for.
    assert who(made, 1) == (0,) and who(made, 7) == ()
    assert made.shifts(state="offered")[0].starts_at == FIRST_END


def test_replacement_counts_once_they_agree(session: Session) -> None:
    made = on_call(session)
    made.set_limits(ENOUGH)
    other = factories.volunteer(session, made.place)
    override_id = override_duty(
        Context(session, made.boss, NOW),
        rota_id=made.rota_id,
        kind="replace",
        person_id=made.people[1].id,
        by_id=other.id,
        starts_at=NOW + 8 * HOUR,
        ends_at=NOW + 10 * HOUR,
    )
    session.commit()
    assert [who(made, hours) for hours in (7, 9, 11)] == [(1,), (), (1,)]
    end_override(Context(session, made.boss, NOW), override_id=override_id)
    session.commit()
    assert who(made, 7) == (1,)
    # Given back, the two hours have to be agreed to: they are within the standing agreement.
    assert who(made, 9) == (1,)


def test_nobody_is_on_duty_while_the_rota_is_paused(session: Session) -> None:
    made = on_call(session)
    made.set_limits(ENOUGH)
    pause_rota(Context(session, made.boss, NOW + HOUR), rota_id=made.rota_id, until=NOW + 9 * HOUR)
    session.commit()
    assert [who(made, hours) for hours in (0.5, 1, 8, 10)] == [(0,), (), (), (1,)]
    pause_rota(Context(session, made.boss, NOW + 2 * HOUR), rota_id=made.rota_id, until=None)
    session.commit()
    assert [who(made, hours) for hours in (1.5, 3, 8, 10)] == [(), (0,), (1,), (1,)]


def test_a_break_keeps_what_was_agreed_to_and_a_suspended_person_is_not_on_duty(
    session: Session,
) -> None:
    made = on_call(session)
    offer = session.scalars(select(Offer).where(Offer.person_id == made.people[1].id)).one()
    offer.paused_until = NOW + 8 * HOUR
    made.people[2].state = "suspended"
    session.commit()
    publish_duty(Context(session, JOBS, NOW), rota_id=made.rota_id)
    session.commit()
    assert [who(made, hours) for hours in (1, 7, 9, 15, 23)] == [(0,), (1,), (1,), (), (0,)]


def test_nobody_is_asked_about_duty_in_a_break(session: Session) -> None:
    made = on_call(session, standing=False)
    offer = session.scalars(select(Offer).where(Offer.person_id == made.people[1].id)).one()
    until = NOW + 14 * DAY
    offer.paused_until = until
    session.commit()
    publish_duty(Context(session, JOBS, NOW), rota_id=made.rota_id)
    asked = made.shifts(state="offered", until=NOW + 40 * DAY)
    theirs = [one.starts_at for one in asked if one.person_id == made.people[1].id]
    assert theirs and min(theirs) >= until


def test_flex_hours_count_because_their_person_offered_them(session: Session) -> None:
    made = on_call(session, people=1)
    set_layer(Context(session, made.boss, NOW), rota_id=made.rota_id, number=2, kind="flex")
    helper = factories.volunteer(session, made.place)
    made.people.append(helper)
    hours = [{"day": 2, "from": "09:00", "to": "12:00"}]
    offer_hours(Context(session, made.actor(1), NOW), hours=hours, may_call=False)
    assert who(made, 1) == (0,)
    offer_hours(Context(session, made.actor(1), NOW), hours=hours, may_call=True)
    session.commit()
    assert who(made, 1) == (0, 1) and who(made, 2) == (0,)
    with pytest.raises(Invalid):
        offer_hours(Context(session, made.actor(1), NOW), hours=[{"day": 9}], may_call=True)


def test_only_coordinators_plan_and_only_oneself_agrees(session: Session) -> None:
    made = on_call(session)
    me = made.actor(0)
    with pytest.raises(NotAllowed):
        pause_rota(Context(session, me, NOW), rota_id=made.rota_id, until=NOW + HOUR)
    with pytest.raises(NotAllowed):
        set_layer(Context(session, me, NOW), rota_id=made.rota_id, number=2, kind="fixed")
    layer_id = made.layer(2, made.people[:1])
    with pytest.raises(NotFound):
        agree_to_turns(Context(session, made.actor(1), NOW), layer_id=layer_id)
    with pytest.raises(NotFound):
        agree_to_turns(Context(session, made.boss, NOW), layer_id=layer_id)
    end_layer(Context(session, made.boss, NOW), layer_id=layer_id)
    assert not [one for one in made.shifts(state="offered") if one.layer == 2]


def test_unreadable_patterns_and_terms_are_invalid(session: Session) -> None:
    made = on_call(session, people=1)
    with pytest.raises(Invalid):
        made.layer(1, made.people, hours=0)
    for wanted, limits in (([{"day": 8}], {}), ([], {"rest_h": -1})):
        with pytest.raises(Invalid):
            set_terms(
                Context(session, made.boss, NOW),
                rota_id=made.rota_id,
                wanted=wanted,
                limits=limits,
                approve_swaps=False,
            )


def test_taken_back_by_a_coordinator_is_not_published_again(session: Session) -> None:
    made = on_call(session)
    cancel_shift(Context(session, made.boss, NOW), shift_id=made.shift_of(1).id)
    publish_duty(Context(session, JOBS, NOW), rota_id=made.rota_id)
    session.commit()
    assert [who(made, hours) for hours in (1, 7, 15)] == [(0,), (), (2,)]
    assert made.told(1) == ["duty_cancelled"]
    # A coordinator's removal is not an "I cannot": nobody is asked to cover.
    assert session.scalar(select(func.count()).select_from(Notification)) == 1


def test_a_newcomer_changes_nobody_elses_next_turn(session: Session) -> None:
    made = on_call(session)
    made.set_limits(ENOUGH)
    before = [(one.person_id, one.starts_at) for one in made.shifts()]
    made.people.append(factories.volunteer(session, made.place))
    made.layer(1, made.people)
    # Turns of eight hours: the one that runs and the two after it stay, then it is the newcomer's.
    assert [(one.person_id, one.starts_at) for one in made.shifts()][:3] == before[:3]
    assert made.shift_of(3, state="offered").starts_at == before[3][1]
