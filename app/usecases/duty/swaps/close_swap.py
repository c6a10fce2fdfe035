"""Notifies people when a swap ends without them, or without anybody."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.attention import DutyAttention
from app.core.context import Context
from app.rotation.models import DutyAsk, Rota, Shift
from app.rotation.plan.models import Swap
from app.rotation.states import DutyAskState, SwapKind, SwapState
from app.usecases.duty.plan.change_state import change_asks, end_swap
from app.usecases.duty.plan.notify_duty import (
    notify_duty_coordinators,
    notify_no_cover,
    notify_shift,
)
from app.usecases.duty.plan.swap_hours import hours_asked, hours_given
from app.usecases.messages.notify import notify_person
from app.usecases.shared.people import people_of

# Templates to people who were asked: somebody took it, nobody did, it is no longer wanted.
TAKEN, NOBODY, WITHDRAWN = "duty_taken", "duty_nobody_took", "duty_withdrawn"


def round_of(swap: Swap) -> str:
    """One round of asking about a swap, so that each is notified of once."""
    return f"{swap.id}:{swap.rounds}"


def close_asks(
    session: Session, swap: Swap, *, now: datetime, said: str, except_id: int | None = None
) -> None:
    """Ends the other open questions of a swap, and says why in the template `said`."""
    rows = session.scalars(
        select(DutyAsk).where(DutyAsk.swap_id == swap.id, DutyAsk.state == DutyAskState.SENT)
    ).all()
    people = people_of(session, [one.person_id for one in rows])
    for ask in rows:
        if ask.person_id != except_id and change_asks(session, "over", now, DutyAsk.id == ask.id):
            notify_person(
                session,
                people[ask.person_id],
                said,
                subject=f"duty_ask:{ask.id}",
                now=now,
                occurrence=f"asked:{int(ask.sent_at.timestamp())}",
                number=ask.reply_number,
            )


def fail_swap(context: Context, rota: Rota, swap: Swap, *, said: str) -> None:
    """Nobody took it or approved it: the giver keeps the shift, and all are notified in time."""
    before = swap.state
    if not end_swap(context, rota, swap, "fail"):
        return
    close_asks(context.session, swap, now=context.now, said=said)
    shift = context.session.get_one(Shift, swap.shift_id)
    if before == SwapState.TAKEN:
        tell_not_taken(context, rota, swap)
        _tell_coordinators(context, rota, shift, swap, DutyAttention.NOT_APPROVED)
    elif swap.kind == SwapKind.MOVE:
        _tell_coordinators(context, rota, shift, swap, DutyAttention.NOT_MOVED)
    elif swap.kind == SwapKind.COVER:
        notify_no_cover(
            context.session, rota, shift, begins=max(swap.starts_at, context.now), now=context.now
        )
    else:
        tell_giver(context, rota, swap, "duty_not_covered")


def tell_not_taken(context: Context, rota: Rota, swap: Swap) -> None:
    """Notifies giver and taker that the shift stays as it was."""
    tell_giver(context, rota, swap, "duty_not_covered")
    tell_taker(context, rota, swap, swap.taker_id, "duty_not_yours")


def tell_giver(context: Context, rota: Rota, swap: Swap, template: str) -> None:
    """Notifies the giver, with the hours that were theirs."""
    _tell(context, rota, swap, swap.giver_id, template, hours_given(swap, context.now))


def tell_taker(
    context: Context, rota: Rota, swap: Swap, taker_id: int | None, template: str
) -> None:
    """Notifies the taker, with the hours that they said yes to."""
    _tell(context, rota, swap, taker_id, template, hours_asked(swap, context.now))


def _tell(
    context: Context,
    rota: Rota,
    swap: Swap,
    person_id: int | None,
    template: str,
    hours: tuple[datetime, datetime],
) -> None:
    if person_id is None:
        return
    notify_shift(
        context.session,
        rota,
        context.session.get_one(Shift, swap.shift_id),
        people_of(context.session, [person_id])[person_id],
        template,
        hours=hours,
        subject=f"swap:{swap.id}",
        occurrence=f"round:{swap.rounds}",
        now=context.now,
    )


def _tell_coordinators(
    context: Context, rota: Rota, shift: Shift, swap: Swap, reason: DutyAttention
) -> None:
    notify_duty_coordinators(context.session, rota, shift, reason, now=context.now, about=swap.id)
