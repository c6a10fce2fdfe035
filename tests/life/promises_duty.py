"""Promises about duty: it needs a yes, it is checked, and cover is sought."""

from datetime import timedelta

from sqlalchemy import select

from app.rotation.models import DutyAsk, Shift
from app.rotation.plan.models import Swap
from app.rotation.states import DutyAskState, ShiftEnd, ShiftState, SwapState
from tests.life.invariant import Every, Found, promise
from tests.life.view import Row, View

MINUTE = timedelta(minutes=1)


def shift_name(view: View, one: Row) -> str:
    """A shift by its person and start."""
    return f"{view.person(one.person_id)} {one.starts_at:%d%H%M} layer {one.layer}"


@promise(Every.HOUR)
def duty_needs_a_yes(view: View) -> Found:
    """Nobody is on duty who has not agreed."""
    for one in view.agreed:
        if one.agreed_at is None:
            yield shift_name(view, one), "is on duty without a yes"


@promise(Every.STEP)
def beginning_is_asked(view: View) -> Found:
    """At the beginning of a shift its person is asked whether they are there."""
    begun = [one for one in view.running if not one.checked_in_at]
    if not begun:
        return
    asked = set(
        view.session.scalars(
            select(DutyAsk.shift_id).where(
                DutyAsk.shift_id.in_([one.id for one in begun]), DutyAsk.state == DutyAskState.CHECK
            )
        )
    )
    for one in begun:
        if one.id not in asked and view.age(max(one.starts_at, one.agreed_at)) > 2 * MINUTE:
            yield shift_name(view, one), "was not asked whether they are there"


@promise(Every.STEP)
def absence_is_raised(view: View) -> Found:
    """Nobody checked in after a quarter of an hour: backup and coordinators are notified."""
    for one in view.running:
        late = view.age(max(one.starts_at, one.agreed_at)) > 18 * MINUTE
        if late and not (one.checked_in_at or one.raised_at):
            yield shift_name(view, one), "is missing and nobody was told"


@promise(Every.HOUR)
def cover_is_sought(view: View) -> Found:
    """If somebody cannot do an agreed shift, others are asked, or coordinators notified."""
    rows = view.session.scalars(
        select(Shift).where(
            Shift.state == ShiftState.CANCELLED,
            Shift.end_reason == ShiftEnd.CANNOT,
            Shift.agreed_at.is_not(None),
            Shift.ends_at > view.since,
        )
    ).all()
    known = set(
        view.session.scalars(
            select(Swap.shift_id).where(Swap.shift_id.in_([one.id for one in rows]))
        )
    )
    for one in rows:
        if one.id not in known:
            yield shift_name(view, one), "nobody was asked to take over"


@promise(Every.HOUR)
def giving_away_ends(view: View) -> Found:
    """Looking for somebody who takes a shift ends with the shift at the latest."""
    for one in view.swaps:
        if view.age(one.ends_at) > 10 * MINUTE:
            yield f"swap {one.kind} of {view.person(one.giver_id)}", "is open after its end"


@promise(Every.HOUR)
def giver_is_told(view: View) -> Found:
    """A person who gives a shift away is notified whether somebody takes it."""
    rows = view.session.scalars(
        select(Swap).where(
            Swap.kind == "swap",
            Swap.state.in_((SwapState.SETTLED, SwapState.FAILED, SwapState.REFUSED)),
            Swap.settled_at > view.since - MINUTE,
        )
    )
    told = {one.subject for one in view.messages if one.template.startswith("duty_")}
    for one in rows:
        known = f"swap:{one.id}" in told or one.giver_id in view.unheard
        if not known and one.settled_at is not None and one.settled_at > view.since:
            yield f"swap of {view.person(one.giver_id)}", f"{one.state} without a word"
