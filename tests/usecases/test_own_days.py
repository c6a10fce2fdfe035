"""Single dates in the rota: absent people are not planned, called or asked; extra dates count."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.context import Context
from app.people.models import Person
from app.rotation.models import DutyAsk, Rota
from app.rotation.queries import on_duty_in
from app.rotation.roster.problem import Problem
from app.rotation.roster.search import Effort
from app.rotation.roster.solve import build
from app.usecases.duty.plan.offer_duty import offer_hours
from app.usecases.duty.plan.set_layer import set_layer
from app.usecases.duty.swaps.give_away_duty import give_away
from app.usecases.duty.views.rota_info import rota_to_see, shift_info
from app.usecases.duty.views.see_duty_people import candidates_for
from app.usecases.rosters.gather_roster import Terms, gather_roster
from app.usecases.volunteers.offer_dates import drop_date, set_date
from tests import factories
from tests.factories import ALL_WEEK, NOW
from tests.usecases.on_call import HOUR, OnCall, on_call

FIRST = date(2026, 3, 6)
START = datetime(2026, 3, 5, 16, tzinfo=UTC)
EVENING = [{"day": 2, "from": "16:00", "to": "24:00"}]


def helper(made: OnCall, hours: list[dict[str, object]], *, may_call: bool = False) -> Person:
    """One more volunteer of the community, who offers these hours for duty."""
    made.people.append(factories.volunteer(made.session, made.place))
    actor = made.actor(len(made.people) - 1)
    offer_hours(Context(made.session, actor, NOW), hours=hours, may_call=may_call)
    return made.people[-1]


def says(made: OnCall, who: Person, day: date, span: tuple[str, str] | None = None) -> Actor:
    """Sets a date of the person that differs."""
    actor = factories.actor_for(who, "volunteer", made.place.here)
    set_date(Context(made.session, actor, NOW), person_id=who.id, day=day, span=span)
    made.session.commit()
    return actor


def test_the_builder_plans_nobody_on_a_day_off_and_somebody_on_an_extra_date(
    session: Session,
) -> None:
    made = on_call(session, people=0)
    off, extra = helper(made, ALL_WEEK), helper(made, [])
    says(made, off, FIRST)
    says(made, extra, FIRST, ("08:00", "16:00"))
    rota = session.get_one(Rota, made.rota_id)
    asked = gather_roster(session, rota, Terms(8, 0, (1,)), START, START + timedelta(days=2))
    built = build(asked, Effort(3, 1))
    found = {(one.person_id, one.starts_at) for one in built.spans}
    assert (extra.id, START + 8 * HOUR) in found
    assert {at for who, at in found if who == extra.id} == {START + 8 * HOUR}
    theirs = [at for who, at in found if who == off.id]
    assert theirs and min(theirs) >= START + 24 * HOUR
    # The night that would run into the day off is not offered whole either.
    late = gather_roster(session, rota, Terms(8, 22, (1,)), START - 24 * HOUR, START + 24 * HOUR)
    number = [one.person_id for one in late.helpers].index(off.id)
    problem = Problem(late)
    night = next(
        place for place, one in enumerate(problem.by_period) if one[0].starts_at == START - 2 * HOUR
    )
    assert night not in problem.offered[number] and problem.offered[number]


def test_a_callable_person_is_not_on_duty_on_a_day_off(session: Session) -> None:
    made = on_call(session, people=0)
    who = helper(made, ALL_WEEK, may_call=True)
    set_layer(Context(session, made.boss, NOW), rota_id=made.rota_id, number=1, kind="flex")
    tomorrow = NOW + timedelta(days=1)
    assert on_duty_in(session, made.rota_id, tomorrow) == (who.id,)
    actor = says(made, who, tomorrow.date())
    assert on_duty_in(session, made.rota_id, tomorrow) == ()
    assert on_duty_in(session, made.rota_id, NOW + HOUR) == (who.id,)
    drop_date(Context(session, actor, NOW), person_id=who.id, day=tomorrow.date())
    assert on_duty_in(session, made.rota_id, tomorrow) == (who.id,)


def test_cover_is_looked_for_among_those_who_can_that_day(session: Session) -> None:
    made = on_call(session)
    off, extra, there = helper(made, EVENING), helper(made, []), helper(made, EVENING)
    says(made, off, NOW.date())
    says(made, extra, NOW.date(), ("12:00", "24:00"))
    shift = made.shift_of(1)
    give_away(Context(session, made.actor(1), NOW), shift_id=shift.id)
    asked = session.scalars(select(DutyAsk.person_id).where(DutyAsk.swap_id.is_not(None))).all()
    assert set(asked) == {extra.id, there.id}


def test_a_coordinator_sees_who_said_that_they_have_no_time(session: Session) -> None:
    made = on_call(session)
    says(made, made.people[2], NOW.date())
    rota = rota_to_see(session, actor=made.boss, rota_id=made.rota_id)
    found = candidates_for(session, rota, shift_info(made.shift_of(1)), now=NOW)
    by_id = {one.person_id: [reason.code for reason in one.against] for one in found}
    assert by_id[made.people[2].id][0] == "own_day"
    assert "own_day" not in by_id[made.people[0].id]
