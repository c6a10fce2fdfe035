"""Taking a shift over: the first who says yes has it."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.context import Context
from app.core.errors import NotFound, Refused, Stale
from app.core.i18n import N_
from app.core.statements import changed
from app.people.models import Person
from app.people.rules import PersonState
from app.rotation.models import DutyAsk, Shift
from app.rotation.plan.models import Swap
from app.rotation.rules import Span
from app.rotation.states import DutyAskState, SwapKind, SwapState
from app.usecases.duty.plan.notify_duty import notify_duty_coordinators, record_swap
from app.usecases.duty.plan.rest_rules import check_rest
from app.usecases.duty.swaps.find_cover import ask_more_cover, close_asks, fail_swap, lock_swap
from app.usecases.duty.swaps.settle_swap import settle_swap


def take_shift(context: Context, *, swap_id: int) -> None:
    """Somebody who was asked says yes. The first wins; raises Stale for everybody after.

    Refused without rest before or after it.
    """
    swap, rota = lock_swap(context.session, swap_id)
    ask = _own_ask(context.session, context.actor, swap)
    if swap.state != SwapState.OPEN or swap.ends_at <= context.now:
        raise Stale(N_("刚刚已有人接了这个班，谢谢您"))
    person = context.session.get_one(Person, ask.person_id)
    if person.state != PersonState.ACTIVE:
        raise Refused(N_("您的志愿者账号现在停用，请联系调度员"))
    start = max(swap.starts_at, context.now)
    check_rest(context.session, rota, Span(person.id, start, swap.ends_at, swap.layer))
    first = update(Swap).where(Swap.id == swap.id, Swap.state == SwapState.OPEN)
    after = "taken" if swap.needs_approval else "settled"
    if not changed(
        context.session, first.values(state=after, taker_id=person.id, next_at=swap.starts_at)
    ):
        raise Stale(N_("刚刚已有人接了这个班，谢谢您"))
    _answer(context.session, ask, "yes", context.now)
    context.session.refresh(swap)
    record_swap(context, rota, swap, "swap.taken")
    close_asks(context.session, swap, now=context.now, except_id=person.id)
    if swap.needs_approval:
        shift = context.session.get_one(Shift, swap.shift_id)
        notify_duty_coordinators(context.session, rota, shift, "swap_waits", now=context.now)
    else:
        settle_swap(context, rota, swap)


def decline_swap(context: Context, *, swap_id: int) -> None:
    """Not this time. The next is asked when the round is over, at once if nobody else is left."""
    swap, rota = lock_swap(context.session, swap_id)
    ask = _own_ask(context.session, context.actor, swap)
    if ask.state != DutyAskState.SENT:
        raise Stale(N_("这次换班的状态已经变了"))
    _answer(context.session, ask, "no", context.now)
    record_swap(context, rota, swap, "swap.declined", person=ask.person_id)
    waiting = context.session.scalar(
        select(DutyAsk.id)
        .where(DutyAsk.swap_id == swap.id, DutyAsk.state == DutyAskState.SENT)
        .limit(1)
    )
    if swap.state != SwapState.OPEN or waiting is not None:
        return
    if swap.kind == SwapKind.COVER:
        ask_more_cover(context, rota, swap)
    elif swap.kind == SwapKind.MOVE:
        fail_swap(context, rota, swap)


def _own_ask(session: Session, actor: Actor, swap: Swap) -> DutyAsk:
    found = session.scalar(
        select(DutyAsk)
        .where(DutyAsk.swap_id == swap.id, DutyAsk.person_id == (actor.person_id or 0))
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(N_("没有找到这次换班"))
    return found


def _answer(session: Session, ask: DutyAsk, answer: str, now: datetime) -> None:
    changed(
        session,
        update(DutyAsk).where(DutyAsk.id == ask.id).values(state=answer, answered_at=now),
    )
