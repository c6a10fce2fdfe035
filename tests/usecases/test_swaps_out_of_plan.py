"""A swap whose shift is over or in the plan no more ends with it, and nobody is told otherwise."""

import pytest
from sqlalchemy.orm import Session

from app.core.context import Context
from app.core.errors import Refused
from app.rotation.models import Shift
from app.rotation.plan.models import Swap
from app.usecases.duty.plan.manage_rota import pause_rota, set_terms
from app.usecases.duty.swaps.give_away_duty import give_away
from app.usecases.duty.swaps.settle_swap import approve_swap
from app.usecases.duty.swaps.take_duty import take_shift
from app.usecases.volunteers.decide_account import suspend_volunteer
from tests.factories import NOW
from tests.usecases.on_call import ENOUGH, HOUR, OnCall, on_call
from tests.usecases.test_swap_duty import helpers, tick


def given(made: OnCall) -> tuple[Shift, int]:
    """The shift of the second person, which they give away."""
    shift = made.shift_of(1)
    swap_id = give_away(Context(made.session, made.actor(1), NOW), shift_id=shift.id)
    made.session.commit()
    return shift, swap_id


@pytest.mark.parametrize("how", ["planned anew", "paused"])
def test_a_swap_ends_when_its_shift_leaves_the_plan(session: Session, how: str) -> None:
    made = on_call(session)
    helpers(made, 2)
    shift, swap_id = given(made)
    if how == "paused":
        until = NOW + 48 * HOUR
        pause_rota(Context(session, made.boss, NOW), rota_id=made.rota_id, until=until)
    else:
        made.set_limits(ENOUGH)
        made.layer(1, [made.people[0], made.people[2]])
    session.commit()
    session.refresh(shift)
    assert shift.state == "cancelled"
    with pytest.raises(Refused):
        take_shift(Context(session, made.actor(3), NOW + HOUR), swap_id=swap_id)
    session.rollback()
    tick(made, 0.1)
    swap = session.get_one(Swap, swap_id, populate_existing=True)
    assert swap.state == "withdrawn" and made.told(3)[-1] == "duty_withdrawn"
    assert "duty_not_covered" not in made.told(1)


def test_a_shift_that_is_over_is_not_taken_over(session: Session) -> None:
    made = on_call(session)
    context = Context(session, made.boss, NOW)
    set_terms(context, rota_id=made.rota_id, wanted=[], limits={}, approve_swaps=True)
    session.commit()
    helpers(made, 2)
    shift, swap_id = given(made)
    end = shift.ends_at
    take_shift(Context(session, made.actor(3), NOW + HOUR), swap_id=swap_id)
    session.commit()
    with pytest.raises(Refused, match="已经结束"):
        approve_swap(Context(session, made.boss, end + HOUR), swap_id=swap_id)
    session.rollback()
    session.refresh(shift)
    assert shift.ends_at == end and made.told(1) == []


def test_served_hours_stay_when_somebody_is_suspended(session: Session) -> None:
    made = on_call(session)
    shift, who, at = made.shift_of(0), made.people[0], NOW + 2 * HOUR
    session.refresh(who)
    boss = Context(session, made.boss, at)
    suspend_volunteer(boss, person_id=who.id, version=who.version, reason="请先休息")
    session.commit()
    session.refresh(shift)
    assert (shift.state, shift.ends_at, shift.end_reason) == ("agreed", at, "suspended")
