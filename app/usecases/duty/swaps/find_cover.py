"""Looks for cover for a shift: people who may, are rested, and have done least first.

Asks a few at a time. When nobody is left to ask, notifies the coordinators.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.queries import zone_of
from app.core.context import Context
from app.rotation.cover import (
    ASKED_AT_ONCE,
    OFFERED_AT_ONCE,
    given_up_at,
    may_ask_at,
    wait,
    wait_for_one,
)
from app.rotation.models import DutyAsk, Rota, Shift
from app.rotation.plan.models import Swap
from app.rotation.states import DutyAskState, SwapKind, SwapState
from app.usecases.duty.plan.ask_for_duty import ask_to_cover
from app.usecases.duty.plan.change_state import end_swap
from app.usecases.duty.plan.notify_duty import notify_no_cover, record_swap
from app.usecases.duty.plan.swap_hours import hours_asked
from app.usecases.duty.swaps.close_swap import NOBODY, WITHDRAWN, close_asks, fail_swap
from app.usecases.duty.swaps.lock_swap import open_of
from app.usecases.duty.swaps.pool_cover import who_may


def open_swap(
    context: Context,
    rota: Rota,
    shift: Shift,
    *,
    kind: str,
    starts_at: datetime,
    ends_at: datetime,
    to: int | None = None,
    new_hours: tuple[datetime, datetime] | tuple[None, None] = (None, None),
) -> Swap:
    """Opens a swap for a shift, or for the rest of one, and asks the first people.

    With `new_hours` a move of the shift to another time.
    """
    made = Swap(
        rota_id=rota.id,
        shift_id=shift.id,
        kind=kind,
        layer=shift.layer,
        giver_id=shift.person_id,
        to_id=to,
        starts_at=starts_at,
        ends_at=ends_at,
        new_starts_at=new_hours[0],
        new_ends_at=new_hours[1],
        needs_approval=rota.approve_swaps and kind == SwapKind.SWAP,
        next_at=context.now,
        made_at=context.now,
    )
    context.session.add(made)
    context.session.flush()
    record_swap(context, rota, made, "swap.opened")
    ask_more_cover(context, rota, made)
    return made


def cover_for(
    context: Context, rota: Rota, shift: Shift, *, starts_at: datetime, ends_at: datetime
) -> None:
    """Looks for cover because the person of a shift is off. Open questions stay open.

    A yes that waits for approval is settled by `process_swap`, which is due at once.
    """
    going = open_of(context.session, shift.id)
    if going is not None and going.new_starts_at is not None:
        # It was about other hours, and those questions are void.
        end_swap(context, rota, going, "end")
        close_asks(context.session, going, now=context.now, said=WITHDRAWN)
        going = None
    if going is None:
        open_swap(context, rota, shift, kind=SwapKind.COVER, starts_at=starts_at, ends_at=ends_at)
        return
    going.kind, going.to_id, going.starts_at = SwapKind.COVER, None, starts_at
    going.needs_approval, going.next_at = False, context.now
    context.session.flush()
    if going.state == SwapState.OPEN:
        ask_more_cover(context, rota, going)


def ask_more_cover(context: Context, rota: Rota, swap: Swap) -> None:
    """Takes the next step of a due open swap: asks a few more, or gives up.

    The caller has locked the rota.
    """
    end = _looked_for_until(swap)
    if context.now >= end:
        fail_swap(context, rota, swap, said=NOBODY)
        return
    begins, _ = hours_asked(swap, context.now)
    allowed = may_ask_at(begins, context.now, zone_of(context.session, rota.area_path))
    if allowed > context.now:
        _look_at(context.session, swap, allowed)
        return
    shift = context.session.get_one(Shift, swap.shift_id)
    # Nobody agreed to it yet: ask one by one, so that a month's questions are no flood.
    one_by_one = swap.kind == SwapKind.COVER and shift.agreed_at is None
    at_once = 1 if one_by_one else _at_once(swap)
    people = who_may(context.session, rota, swap, now=context.now)[:at_once]
    if people:
        ask_to_cover(context.session, rota, shift, swap, people, now=context.now)
        record_swap(context, rota, swap, "swap.asked", asked=len(people))
        swap.rounds += 1
    elif swap.kind == SwapKind.COVER and _answers_open(context.session, swap) == 0:
        notify_no_cover(context.session, rota, shift, begins=begins, now=context.now)
        _look_at(context.session, swap, end)
        return
    pause = (wait_for_one if one_by_one else wait)(begins, context.now)
    again = context.now + pause if swap.kind == SwapKind.COVER else end
    _look_at(context.session, swap, min(again, end))


def _looked_for_until(swap: Swap) -> datetime:
    """Until the notice time if the giver stays on duty; to the end if running or missing."""
    if swap.kind == SwapKind.COVER or swap.starts_at <= swap.made_at:
        return swap.ends_at
    first = min(swap.starts_at, swap.new_starts_at or swap.starts_at)
    return given_up_at(first, swap.made_at)


def _at_once(swap: Swap) -> int:
    return ASKED_AT_ONCE if swap.kind == SwapKind.COVER else OFFERED_AT_ONCE


def _answers_open(session: Session, swap: Swap) -> int:
    """Counts questions younger than a round: silence must not keep the coordinators uninformed."""
    rows = session.scalars(
        select(DutyAsk.sent_at).where(
            DutyAsk.swap_id == swap.id, DutyAsk.state == DutyAskState.SENT
        )
    ).all()
    return sum(at > (swap.next_at or swap.made_at) - timedelta(seconds=1) for at in rows)


def _look_at(session: Session, swap: Swap, at: datetime) -> None:
    swap.next_at = at
    session.flush()
