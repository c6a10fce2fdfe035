"""Extending an emergency: shifts for the added hours, asked for again, one report of all."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.core.actor import system
from app.core.context import Context
from app.core.errors import Invalid, NotAllowed, Refused, Stale
from app.rotation.emergency.rules import LASTS
from app.rotation.models import Rota
from app.trail.models import Event
from app.usecases.emergencies.call_for_procedure import stay_away
from app.usecases.emergencies.extend_activation import extend_plan
from app.usecases.emergencies.fill_procedure import periods_of
from app.usecases.emergencies.see_procedures import calls_waiting, see_activation
from app.usecases.emergencies.stand_down import process_activation
from tests import factories
from tests.factories import NOW
from tests.usecases.heat import Heat, heat

JOBS = system("jobs")
HOUR = timedelta(hours=1)
END = NOW + LASTS


def longer(made: Heat, hours: int = 24) -> None:
    extend_plan(
        Context(made.session, made.boss, NOW + 70 * HOUR), activation_id=made.started, hours=hours
    )
    made.session.commit()


def test_a_yes_is_for_the_hours_that_were_asked_about(session: Session) -> None:
    made = heat(session, 2)
    made.start()
    made.yes(0)
    first, before = made.ask(0).id, made.shifts(0)
    longer(made)
    assert [made.told(n) for n in range(2)] == [
        ["plan_called", "plan_shifts", "plan_longer"],
        ["plan_called", "plan_longer"],
    ]
    process_activation(Context(session, JOBS, NOW + 71 * HOUR), activation_id=made.started)
    assert [one.id for one in made.shifts(0)] == [one.id for one in before]
    assert all(one.ends_at <= END for one in made.shifts())
    calls = calls_waiting(session, actor=made.actor(0))
    assert [(one.state, one.longer) for one in calls] == [("sent", True), ("yes", False)]
    made.yes(0, now=NOW + 71 * HOUR)
    added = [one for one in made.shifts(0) if one.starts_at >= END]
    assert added and made.told(0)[-1] == "plan_shifts"
    # Somebody who cannot come in the added hours keeps the earlier ones, and vice versa.
    stay_away(Context(session, made.actor(0), NOW + 71 * HOUR), ask_id=made.ask(0).id)
    assert not [one for one in made.shifts(0) if one.starts_at >= END]
    assert [one.id for one in made.shifts(0)] == [one.id for one in before]
    made.yes(0, now=NOW + 71 * HOUR)
    stay_away(Context(session, made.actor(0), NOW + 71 * HOUR), ask_id=first)
    assert [one for one in made.shifts(0) if one.starts_at >= END]
    assert session.query(Event).filter_by(kind="plan.extended").count() == 1


def test_it_runs_on_and_its_report_is_of_all(session: Session) -> None:
    made = heat(session, 2)
    made.start()
    made.yes(0)
    longer(made, 48)
    made.yes(0, now=NOW + 71 * HOUR)
    rota = session.get_one(Rota, made.activation().rota_id)
    periods = periods_of(session, made.activation(), rota)
    assert any(end == END for _, end in periods) and periods[-1][1] == END + 48 * HOUR
    for hours in (72, 119, 120):
        process_activation(Context(session, JOBS, NOW + hours * HOUR), activation_id=made.started)
        assert (made.activation().state == "over") == (hours == 120)
    report = made.activation().report
    assert (report["asked"], report["yes"], report["silent"]) == (2, 1, 1)
    assert report["wanted_minutes"] == 120 * 60
    seen = see_activation(Context(session, made.boss, NOW + 121 * HOUR), activation_id=made.started)
    assert seen.rows[-1].ends_at == END + 48 * HOUR
    with pytest.raises(Stale):
        longer(made)


def test_who_offers_late_is_asked_once_about_all_that_is_left(session: Session) -> None:
    made = heat(session, 1)
    made.start()
    made.people.append(factories.volunteer(session, made.place))
    longer(made)
    made.offer(1)
    for _ in range(2):
        process_activation(Context(session, JOBS, NOW + 71 * HOUR), activation_id=made.started)
    assert made.told(1) == ["plan_called"]
    assert made.ask(1).until == END + 24 * HOUR and made.ask(0).since == END


def test_how_much_longer(session: Session) -> None:
    made = heat(session, 1)
    made.start()
    with pytest.raises(Invalid):
        longer(made, 25)
    for _ in range(3):
        longer(made, 72)
    with pytest.raises(Refused):
        longer(made, 72)
    stranger = factories.coordinator(session, made.place.other)
    with pytest.raises(NotAllowed):
        extend_plan(
            Context(session, factories.actor_for(stranger, "coordinator", made.place.other), NOW),
            activation_id=made.started,
            hours=24,
        )
