"""Looking for somebody who takes a shift over: who may, is rested, and has done least.

A few are asked at a time. When nobody is left to ask, the coordinators look.
"""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.areas.queries import zone_of
from app.core.context import Context
from app.core.errors import NotFound
from app.core.i18n import N_
from app.core.statements import changed
from app.rotation.cover import ASKED_AT_ONCE, OFFERED_AT_ONCE, given_up_at, may_ask_at, wait
from app.rotation.models import DutyAsk, Rota, Shift
from app.rotation.plan.models import Swap
from app.rotation.states import DutyAskState, SwapKind, SwapState
from app.usecases.duty.plan.ask_for_duty import ask_to_cover
from app.usecases.duty.plan.lock_rota import lock_rota
from app.usecases.duty.plan.notify_duty import notify_duty_coordinators, notify_shift, record_swap
from app.usecases.duty.swaps.pool_cover import who_may
from app.usecases.messages.notify import notify_person
from app.usecases.shared.people import people_of


def open_swap(
    context: Context,
    rota: Rota,
    shift: Shift,
    *,
    kind: str,
    starts_at: datetime,
    ends_at: datetime,
    to: int | None = None,
) -> Swap:
    """Begins to look for somebody for a shift, or for the rest of one, and asks the first."""
    made = Swap(
        rota_id=rota.id,
        shift_id=shift.id,
        kind=kind,
        layer=shift.layer,
        giver_id=shift.person_id,
        to_id=to,
        starts_at=starts_at,
        ends_at=ends_at,
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
    """The person of a shift is off: somebody is looked for. Whoever was asked already still is."""
    going = open_of(context.session, shift.id)
    if going is None:
        open_swap(context, rota, shift, kind="cover", starts_at=starts_at, ends_at=ends_at)
        return
    going.kind, going.to_id, going.starts_at = "cover", None, starts_at
    context.session.flush()
    if going.state == SwapState.OPEN:
        going.next_at = context.now
        ask_more_cover(context, rota, going)


def open_of(session: Session, shift_id: int) -> Swap | None:
    """The swap of a shift that is still going on."""
    return session.scalar(
        select(Swap)
        .where(Swap.shift_id == shift_id, Swap.state.in_((SwapState.OPEN, SwapState.TAKEN)))
        .execution_options(populate_existing=True)
    )


def ask_more_cover(context: Context, rota: Rota, swap: Swap) -> None:
    """The next step of an open swap that is due: a few more are asked, or it is given up.

    The caller holds the rota.
    """
    end = _looked_for_until(swap)
    if context.now >= end:
        fail_swap(context, rota, swap)
        return
    allowed = may_ask_at(swap.starts_at, context.now, zone_of(context.session, rota.area_path))
    if allowed > context.now:
        _look_at(context.session, swap, allowed)
        return
    shift = context.session.get_one(Shift, swap.shift_id)
    people = who_may(context.session, rota, swap, now=context.now)[: _at_once(swap)]
    if people:
        ask_to_cover(context.session, rota, shift, swap, people, now=context.now)
        record_swap(context, rota, swap, "swap.asked", asked=len(people))
        swap.rounds += 1
    elif swap.kind == SwapKind.COVER and _answers_open(context.session, swap) == 0:
        notify_duty_coordinators(context.session, rota, shift, "no_cover", now=context.now)
        _look_at(context.session, swap, end)
        return
    again = context.now + wait(swap.starts_at, context.now) if swap.kind == SwapKind.COVER else end
    _look_at(context.session, swap, min(again, end))


def _looked_for_until(swap: Swap) -> datetime:
    """Somebody who stays on duty hears in time; who runs or is missing is looked for to the end."""
    if swap.kind == SwapKind.COVER or swap.starts_at <= swap.made_at:
        return swap.ends_at
    return given_up_at(swap.starts_at, swap.made_at)


def _at_once(swap: Swap) -> int:
    return ASKED_AT_ONCE if swap.kind == SwapKind.COVER else OFFERED_AT_ONCE


def _answers_open(session: Session, swap: Swap) -> int:
    """Questions that are younger than a round: a silent one must not keep the coordinators out."""
    rows = session.scalars(
        select(DutyAsk.sent_at).where(
            DutyAsk.swap_id == swap.id, DutyAsk.state == DutyAskState.SENT
        )
    ).all()
    return sum(at > (swap.next_at or swap.made_at) - timedelta(seconds=1) for at in rows)


def _look_at(session: Session, swap: Swap, at: datetime) -> None:
    swap.next_at = at
    session.flush()


def fail_swap(context: Context, rota: Rota, swap: Swap) -> None:
    """Nobody took it. Whoever gave it away keeps it, and hears so in time."""
    still = update(Swap).where(
        Swap.id == swap.id, Swap.state.in_((SwapState.OPEN, SwapState.TAKEN))
    )
    if not changed(
        context.session, still.values(state=SwapState.FAILED, settled_at=context.now, next_at=None)
    ):
        return
    context.session.refresh(swap)
    close_asks(context.session, swap, now=context.now)
    record_swap(context, rota, swap, "swap.failed")
    shift = context.session.get_one(Shift, swap.shift_id)
    if swap.kind == SwapKind.MOVE:
        notify_duty_coordinators(
            context.session, rota, shift, "not_moved", now=context.now, about=swap.id
        )
    elif swap.kind == SwapKind.SWAP:
        giver = people_of(context.session, [swap.giver_id])[swap.giver_id]
        subject = f"swap:{swap.id}"
        notify_shift(
            context.session,
            rota,
            shift,
            giver,
            "duty_not_covered",
            subject=subject,
            now=context.now,
        )


def close_asks(
    session: Session, swap: Swap, *, now: datetime, except_id: int | None = None
) -> None:
    """Everybody else who was asked is told that it is no longer needed, and no longer asked."""
    rows = session.scalars(
        select(DutyAsk).where(DutyAsk.swap_id == swap.id, DutyAsk.state == DutyAskState.SENT)
    ).all()
    people = people_of(session, [one.person_id for one in rows])
    for ask in rows:
        if ask.person_id == except_id:
            continue
        over = update(DutyAsk).where(DutyAsk.id == ask.id, DutyAsk.state == DutyAskState.SENT)
        if changed(session, over.values(state=DutyAskState.OVER, answered_at=now)):
            notify_person(
                session,
                people[ask.person_id],
                "duty_taken",
                subject=f"duty_ask:{ask.id}",
                now=now,
                number=ask.reply_number,
            )


def lock_swap(session: Session, swap_id: int) -> tuple[Swap, Rota]:
    """A swap as it stands, its rota held. Raises NotFound."""
    swap = session.get(Swap, swap_id)
    if swap is None:
        raise NotFound(N_("没有找到这次换班"))
    rota = lock_rota(session, swap.rota_id)
    session.refresh(swap)
    return swap, rota


def due_swaps(session: Session, *, now: datetime, limit: int = 100) -> list[int]:
    """Shifts given away, or without their person, that want a next step."""
    rows = session.scalars(
        select(Swap.id)
        .where(Swap.state.in_((SwapState.OPEN, SwapState.TAKEN)), Swap.next_at <= now)
        .order_by(Swap.next_at)
        .limit(limit)
    )
    return list(rows)


def process_swap(context: Context, *, swap_id: int) -> None:
    """A few more are asked; what nobody approved in time stays with its giver."""
    swap, rota = lock_swap(context.session, swap_id)
    if swap.next_at is None or swap.next_at > context.now:
        return
    if swap.state == SwapState.OPEN:
        ask_more_cover(context, rota, swap)
    elif swap.state == SwapState.TAKEN:
        fail_swap(context, rota, swap)
