"""Taking a shift over: the first who says yes has it."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.actor import Actor
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


def take_shift(session: Session, *, actor: Actor, swap_id: int, now: datetime) -> None:
    """Somebody who was asked says yes. The first wins; raises Stale for everybody after.

    Refused without rest before or after it.
    """
    swap, rota = lock_swap(session, swap_id)
    ask = _own_ask(session, actor, swap)
    if swap.state != SwapState.OPEN or swap.ends_at <= now:
        raise Stale(N_("刚刚已有人接了这个班，谢谢您"))
    person = session.get_one(Person, ask.person_id)
    if person.state != PersonState.ACTIVE:
        raise Refused(N_("您的志愿者账号现在停用，请联系调度员"))
    start = max(swap.starts_at, now)
    check_rest(session, rota, Span(person.id, start, swap.ends_at, swap.layer))
    first = update(Swap).where(Swap.id == swap.id, Swap.state == SwapState.OPEN)
    after = "taken" if swap.needs_approval else "settled"
    if not changed(session, first.values(state=after, taker_id=person.id, next_at=swap.starts_at)):
        raise Stale(N_("刚刚已有人接了这个班，谢谢您"))
    _answer(session, ask, "yes", now)
    session.refresh(swap)
    record_swap(session, rota, swap, "swap.taken", actor=actor, now=now)
    close_asks(session, swap, now=now, besides=person.id)
    if swap.needs_approval:
        shift = session.get_one(Shift, swap.shift_id)
        notify_duty_coordinators(session, rota, shift, "swap_waits", now=now)
    else:
        settle_swap(session, rota, swap, actor, now)


def decline_swap(session: Session, *, actor: Actor, swap_id: int, now: datetime) -> None:
    """Not this time. The next is asked when the round is over, at once if nobody else is left."""
    swap, rota = lock_swap(session, swap_id)
    ask = _own_ask(session, actor, swap)
    if ask.state != DutyAskState.SENT:
        raise Stale(N_("这次换班的状态已经变了"))
    _answer(session, ask, "no", now)
    record_swap(session, rota, swap, "swap.declined", actor=actor, now=now, person=ask.person_id)
    waiting = session.scalar(
        select(DutyAsk.id)
        .where(DutyAsk.swap_id == swap.id, DutyAsk.state == DutyAskState.SENT)
        .limit(1)
    )
    if swap.state != SwapState.OPEN or waiting is not None:
        return
    if swap.kind == SwapKind.COVER:
        ask_more_cover(session, rota, swap, actor=actor, now=now)
    elif swap.kind == SwapKind.MOVE:
        fail_swap(session, rota, swap, actor=actor, now=now)


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
