"""An emergency: offered for beforehand, started, answered, filled, stood down; each once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.core.actor import Actor, system
from app.core.context import Context
from app.core.errors import Invalid, NotAllowed, NotFound, Refused, Stale
from app.dispatch.models import Match
from app.notifications.models import Notification
from app.offers.models import Offer
from app.rotation.emergency.models import Activation, EmergencyPlan, PlanOffer
from app.rotation.emergency.rules import LASTS
from app.rotation.models import DutyAsk, Rota, Shift
from app.rotation.plan.models import Swap
from app.rotation.queries import on_duty_now
from app.trail.verification import verify
from app.usecases.duty.shifts.check_in import check_in
from app.usecases.duty.shifts.hand_over_duty import cancel_shift
from app.usecases.emergencies.call_for_procedure import AT_ONCE, stay_away
from app.usecases.emergencies.manage_procedures import (
    PlanTerms,
    change_plan,
    make_plan,
    retire_plan,
)
from app.usecases.emergencies.offer_for_procedure import end_plan_offer, offer_for_plan
from app.usecases.emergencies.stand_down import process_activation, stand_down
from app.usecases.emergencies.start_procedure import count_asked, start_plan
from tests import factories
from tests.databases import Database
from tests.factories import NOW
from tests.usecases.heat import HEAT, Heat, heat
from tests.usecases.test_answer_duty_by_text import text

JOBS = system("jobs")
HOUR = timedelta(hours=1)


def test_whoever_offered_is_asked_and_only_a_yes_puts_on_duty(session: Session) -> None:
    made = heat(session, 3)
    factories.volunteer(session, made.place)
    end_plan_offer(Context(session, made.actor(2), NOW), plan_id=made.plan_id)
    made.start()
    assert [made.told(n) for n in range(3)] == [["plan_called"], ["plan_called"], []]
    assert made.shifts() == [] and on_duty_now(session, made.place.here.path, NOW) == ()
    made.yes(1)
    assert made.told(1) == ["plan_called", "plan_shifts"]
    assert on_duty_now(session, made.place.here.path, NOW + HOUR) == (made.people[1].id,)
    mine = made.shifts(1)
    assert mine and made.shifts(0) == []
    # Nobody else gets a message, and nothing waits for another answer.
    assert session.scalar(select(func.count()).where(DutyAsk.state == "sent")) == 1
    made.yes(0)
    assert made.shifts(1) == mine and made.shifts(0)
    assert all(a.ends_at <= b.starts_at for a, b in pairwise(made.shifts()))


def test_more_yeses_than_needed_are_kept_for_later(session: Session) -> None:
    made = heat(session, 5, replace(HEAT, wanted=[{"day": 2, "from": "00:00", "to": "24:00"}]))
    made.start()
    for number in range(5):
        made.yes(number)
    # Wednesday from 10:00: five shifts, one person each.
    assert len(made.shifts()) == 5
    waits = [n for n in range(5) if "plan_enough" in made.told(n)]
    assert len(waits) >= 1 and all(not made.shifts(n) for n in waits)
    first = made.shifts()[0]
    who = [one.id for one in made.people].index(first.person_id)
    cancel_shift(Context(session, made.actor(who), NOW + HOUR), shift_id=first.id)
    process_activation(Context(session, JOBS, NOW + HOUR), activation_id=made.started)
    session.commit()
    # Somebody else who said yes fills in; nobody is asked again.
    assert session.scalar(select(func.count()).select_from(Swap)) == 0
    there = on_duty_now(session, made.place.here.path, NOW + HOUR + timedelta(minutes=1))
    assert len(there) == 1 and there[0] != first.person_id


def test_by_text_with_a_number_or_a_bare_yes_and_again_no(session: Session) -> None:
    made = heat(session, 2)
    made.start()
    assert text(session, made.people[0], f"1 {made.ask(0).reply_number}") == "plan_joined"
    assert text(session, made.people[1], "0") == "plan_declined"
    assert made.ask(1).state == "no" and made.shifts(1) == []
    assert made.told(0) == ["plan_called", "plan_shifts"]
    assert text(session, made.people[0], f"0 {made.ask(0).reply_number}") == "plan_declined"
    assert made.shifts() == []
    # They did it themselves, so they get no message about the end of their shifts.
    assert made.told(0) == ["plan_called", "plan_shifts", "duty_noted"]
    assert text(session, made.people[1], f"1 {made.ask(1).reply_number}") == "plan_joined"
    assert made.shifts(1)


def test_stood_down_with_a_report_and_thanks_once(session: Session) -> None:
    made = heat(session, 3)
    made.start()
    made.yes(0)
    made.yes(1)
    first = made.shifts()[0]
    who = [one.id for one in made.people].index(first.person_id)
    check_in(Context(session, made.actor(who), NOW + HOUR), shift_id=first.id)
    asked = factories.request(session, made.place, state="closed")
    session.add(
        Match(
            token="t",
            request_id=asked.id,
            person_id=first.person_id,
            state="finished",
            made_at=NOW,
            finished_at=NOW + HOUR,
        )
    )
    end = NOW + 3 * HOUR
    stand_down(Context(session, made.boss, end), activation_id=made.started)
    session.commit()
    with pytest.raises(Stale):
        stand_down(Context(session, made.boss, end), activation_id=made.started)
    session.rollback()
    report = made.activation().report
    assert {k: report[k] for k in ("asked", "yes", "no", "silent")} == {
        "asked": 3,
        "yes": 2,
        "no": 0,
        "silent": 1,
    }
    # On duty until 12:00, whose next shift nobody came for.
    assert (report["came"], report["served_minutes"]) == (1, 60)
    assert (report["requests"], report["requests_by_them"]) == (1, 1)
    assert report["gaps"] == [[(NOW + 2 * HOUR).isoformat(), end.isoformat(), 1]]
    assert on_duty_now(session, made.place.here.path, end) == ()
    assert all(one.ends_at <= end for one in made.shifts())
    assert [made.told(n).count("plan_thanks") for n in range(3)] == [1, 1, 0]
    assert all("duty_changed" not in made.told(n) for n in range(3))
    assert text(session, made.people[2], f"1 {made.ask(2).reply_number}") == "duty_over"
    rota = session.get_one(Rota, made.activation().rota_id, populate_existing=True)
    assert not rota.active and list(verify(session)) == []


def test_after_72_hours_it_ends_by_itself_once(session: Session) -> None:
    made = heat(session, 1)
    made.start()
    made.yes(0)
    for hours in (71, 72, 73):
        process_activation(Context(session, JOBS, NOW + hours * HOUR), activation_id=made.started)
        session.commit()
        assert (made.activation().state == "over") == (hours >= LASTS / HOUR)
    assert made.activation().ended_at == NOW + LASTS
    assert made.told(0).count("plan_thanks") == 1


def test_many_are_asked_in_steps_and_a_kill_between_asks_nobody_twice(
    database: Database,
) -> None:
    with database.new_session() as session:
        made = heat(session, 1)
        extra = [factories.person(session, made.place.here) for _ in range(AT_ONCE + 1)]
        for one in extra:
            factories.grant(session, one, "volunteer", made.place.here)
            session.add(PlanOffer(plan_id=made.plan_id, person_id=one.id, hours=[], made_at=NOW))
        made.start()
        count = select(func.count()).select_from(DutyAsk)
        assert session.scalar(count) == AT_ONCE
        process_activation(Context(session, JOBS, NOW), activation_id=made.started)
        # Killed before the commit.
        session.rollback()
        assert session.scalar(count) == AT_ONCE
        session.rollback()
        for _ in range(2):
            with database.new_session() as other:
                process_activation(Context(other, JOBS, NOW), activation_id=made.started)
                other.commit()
        assert session.scalar(count) == AT_ONCE + 2
        told = select(func.count()).where(Notification.template == "plan_called")
        assert session.scalar(told) == AT_ONCE + 2


def test_started_at_the_same_moment_it_runs_once(database: Database) -> None:
    with database.new_session() as session:
        made = heat(session, 2)
        boss, plan_id, area_id = made.boss, made.plan_id, made.place.here.id
    ready = Barrier(4)

    def start(_: int) -> bool:
        with database.new_session() as own:
            ready.wait()
            try:
                start_plan(Context(own, boss, NOW), plan_id=plan_id, area_id=area_id)
                own.commit()
            except Stale:
                return False
            return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(start, range(4))) == [False, False, False, True]
    with database.new_session() as session:
        assert session.scalar(select(func.count()).select_from(Activation)) == 1
        assert session.scalar(select(func.count()).select_from(DutyAsk)) == 2


def test_whoever_offers_while_it_runs_is_asked_by_the_next_tick(session: Session) -> None:
    made = heat(session, 1)
    made.start()
    made.people.append(factories.volunteer(session, made.place))
    made.offer(1, "night")
    process_activation(Context(session, JOBS, NOW + HOUR), activation_id=made.started)
    session.commit()
    made.yes(1, NOW + HOUR)
    assert {one.starts_at.hour for one in made.shifts(1)} <= {16, 19}
    assert made.shifts(1)


def test_who_is_not_asked(session: Session) -> None:
    made = heat(session, 3)
    session.execute(
        update(Offer)
        .where(Offer.person_id == made.people[0].id)
        .values(paused_until=NOW + 24 * HOUR)
    )
    made.people[1].state = "suspended"
    where: dict[str, Any] = {"plan_id": made.plan_id, "area_id": made.place.here.id}
    assert count_asked(Context(session, made.boss, NOW), **where) == 1


def test_a_plan_that_wants_a_skill(session: Session) -> None:
    made = heat(session, 1)
    skilled = replace(HEAT, skill_ids=(made.place.first_aid.id,))
    version = session.get_one(EmergencyPlan, made.plan_id).version
    args: dict[str, Any] = {"plan_id": made.plan_id, "version": version}
    change_plan(Context(session, made.boss, NOW), terms=skilled, **args)
    with pytest.raises(Stale):
        change_plan(Context(session, made.boss, NOW), terms=HEAT, **args)
    made.people.append(factories.volunteer(session, made.place, skills=[]))
    with pytest.raises(Refused):
        made.offer(1)


@pytest.mark.parametrize(
    "terms",
    [
        replace(HEAT, texts={**HEAT.texts, "name_zh": " "}),
        replace(HEAT, people=0),
        replace(HEAT, trigger_days=0),
        replace(HEAT, wanted=[{"day": 9}]),
        replace(HEAT, skill_ids=(999,)),
    ],
)
def test_a_plan_that_cannot_be(session: Session, terms: PlanTerms) -> None:
    made = heat(session, 0)
    with pytest.raises(Invalid):
        make_plan(Context(session, made.boss, NOW), area_id=made.place.here.id, terms=terms)


def test_only_coordinators_of_the_area_and_only_the_person(session: Session) -> None:
    made = heat(session, 2)
    stranger = factories.coordinator(session, made.place.other)
    other = factories.actor_for(stranger, "coordinator", made.place.other)
    _refused(made, other)
    with pytest.raises(Invalid):
        offer_for_plan(Context(session, made.actor(0), NOW), plan_id=made.plan_id, parts=())
    made.start()
    with pytest.raises(NotFound):
        stay_away(Context(session, made.actor(1), NOW), ask_id=made.ask(0).id)
    with pytest.raises(NotAllowed):
        stand_down(Context(session, other, NOW), activation_id=made.started)
    with pytest.raises(Refused):
        retire_plan(Context(session, made.boss, NOW), plan_id=made.plan_id)
    stand_down(Context(session, made.boss, NOW), activation_id=made.started)
    retire_plan(Context(session, made.boss, NOW), plan_id=made.plan_id)
    with pytest.raises(NotFound):
        made.start()
    assert session.scalars(select(Shift)).all() == []


def test_an_emergency_that_lacks_people_is_not_silent(session: Session) -> None:
    made = heat(session, 2)
    made.start()
    boss = made.boss.person_id
    heard: list[timedelta] = []
    for minutes in range(0, 29 * 60, 10):
        now = NOW + timedelta(minutes=minutes)
        before = _alarms(session, boss)
        process_activation(Context(session, JOBS, now), activation_id=made.started)
        session.commit()
        if _alarms(session, boss) > before:
            heard.append(now - NOW)
        if now == NOW + 2 * HOUR:
            stay_away(Context(session, made.actor(0), now), ask_id=made.ask(0).id)
            session.commit()
    # Each silent one is asked once more, the coordinator hears of it now and every three hours.
    assert [made.told(n) for n in range(2)] == [["plan_called", "plan_called_again"]] * 2
    assert heard[0] == HOUR / 2 and len(heard) == 10
    assert max(b - a for a, b in pairwise(heard)) == 3 * HOUR


def test_an_emergency_with_enough_people_alarms_nobody(session: Session) -> None:
    made = heat(session, 40, replace(HEAT, people=1))
    made.start()
    process_activation(Context(session, JOBS, NOW), activation_id=made.started)
    for number in range(40):
        made.yes(number)
    process_activation(Context(session, JOBS, NOW + HOUR), activation_id=made.started)
    session.commit()
    assert _alarms(session, made.boss.person_id) == 0
    assert "plan_called_again" not in made.told(0)


def _alarms(session: Session, person_id: int | None) -> int:
    rows = select(func.count(Notification.id)).where(
        Notification.person_id == person_id, Notification.template == "duty_attention"
    )
    return session.scalar(rows) or 0


def _refused(made: Heat, other: Actor) -> None:
    where: dict[str, Any] = {"plan_id": made.plan_id}
    with pytest.raises(NotAllowed):
        start_plan(Context(made.session, other, NOW), area_id=made.place.here.id, **where)
    with pytest.raises(NotAllowed):
        retire_plan(Context(made.session, other, NOW), **where)
    with pytest.raises(NotFound):
        start_plan(Context(made.session, other, NOW), area_id=made.place.other.id, **where)
    made.session.rollback()
