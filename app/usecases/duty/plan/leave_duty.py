"""Taking people off shifts. The plan changes first, so that the shift is not published again."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.context import Context
from app.core.errors import Stale
from app.core.i18n import N_
from app.core.statements import changed
from app.rotation.models import Rota, Shift
from app.rotation.plan.models import AWAY, FixedTurn, RotaOverride, Swap
from app.rotation.plan.overrides import REMOVE
from app.rotation.states import OverrideReason, ShiftState, SwapState
from app.usecases.duty.plan.change_state import change_shift, change_swap
from app.usecases.duty.plan.notify_duty import notify_shift, record_shift
from app.usecases.shared.people import people_of

# Absences that the person did not ask for.
NOT_THEIR_WORD = (OverrideReason.COORDINATOR, OverrideReason.NO_ANSWER)


def leave_duty(
    context: Context, rota: Rota, shift: Shift, *, since: datetime, reason: str = "cannot"
) -> None:
    """Records the person's own "I cannot" from `since` to the shift's end: away in this rota."""
    context.session.add(
        RotaOverride(
            rota_id=rota.id,
            kind=AWAY,
            person_id=shift.person_id,
            starts_at=since,
            ends_at=shift.ends_at,
            reason=reason,
            made_at=context.now,
            made_by=context.actor.person_id,
        )
    )
    _end(context, rota, shift, since, reason)


def take_off(
    context: Context, rota: Rota, shift: Shift, *, since: datetime, tell: bool = True
) -> None:
    """A coordinator takes a shift from its person, who is notified unless not to `tell`."""
    planned = update(FixedTurn).where(
        FixedTurn.rota_id == rota.id,
        FixedTurn.person_id == shift.person_id,
        FixedTurn.layer == shift.layer,
        FixedTurn.starts_at == shift.starts_at,
        FixedTurn.ended_at.is_(None),
    )
    if shift.starts_at < context.now or not changed(
        context.session, planned.values(ended_at=context.now)
    ):
        context.session.add(
            RotaOverride(
                rota_id=rota.id,
                # Swaps apply after overrides, so take off the person who took the shift afterwards.
                kind=AWAY if _came_by_swap(context.session, shift) else REMOVE,
                layer=shift.layer,
                person_id=shift.person_id,
                starts_at=since,
                ends_at=shift.ends_at,
                made_at=context.now,
                made_by=context.actor.person_id,
            )
        )
    told = tell and shift.agreed_at is not None
    _end(context, rota, shift, since, "coordinator")
    if told:
        person = people_of(context.session, [shift.person_id])[shift.person_id]
        notify_shift(
            context.session,
            rota,
            shift,
            person,
            "duty_cancelled",
            subject=f"shift:{shift.id}",
            now=context.now,
            occurrence="ended",
        )


def let_back(
    context: Context, rota: Rota, person_id: int, *, starts_at: datetime, ends_at: datetime
) -> bool:
    """Ends earlier removals by a coordinator who now wants the person back for this time.

    Silence to an earlier question is no reason either. The person's own "I cannot" stays. Returns
    whether there were any.
    """
    taken_off = select(RotaOverride).where(
        RotaOverride.rota_id == rota.id,
        RotaOverride.kind.in_((AWAY, REMOVE)),
        RotaOverride.reason.in_(NOT_THEIR_WORD),
        RotaOverride.person_id == person_id,
        RotaOverride.ended_at.is_(None),
        RotaOverride.starts_at < ends_at,
        RotaOverride.ends_at > starts_at,
    )
    found = context.session.scalars(taken_off.order_by(RotaOverride.id)).all()
    for one in found:
        one.ended_at = context.now
        for since, until in ((one.starts_at, starts_at), (ends_at, one.ends_at)):
            if since < until:
                context.session.add(_copy_of(one, since, until))
    context.session.flush()
    _undo_swaps(context, rota, person_id, starts_at, ends_at)
    return bool(found)


def _copy_of(one: RotaOverride, starts_at: datetime, ends_at: datetime) -> RotaOverride:
    """The same removal for a part of its time."""
    return RotaOverride(
        rota_id=one.rota_id,
        kind=one.kind,
        layer=one.layer,
        person_id=one.person_id,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=one.reason,
        made_at=one.made_at,
        made_by=one.made_by,
    )


def _undo_swaps(
    context: Context, rota: Rota, giver_id: int, starts_at: datetime, ends_at: datetime
) -> None:
    """Returns a shift to its giver where the person who took it has been taken off."""
    off = select(RotaOverride.id).where(
        RotaOverride.rota_id == Swap.rota_id,
        RotaOverride.kind == AWAY,
        RotaOverride.person_id == Swap.taker_id,
        RotaOverride.ended_at.is_(None),
        RotaOverride.starts_at <= Swap.starts_at,
        RotaOverride.ends_at >= Swap.ends_at,
    )
    given = select(Swap).where(
        Swap.rota_id == rota.id,
        Swap.giver_id == giver_id,
        Swap.state == SwapState.SETTLED,
        Swap.starts_at >= starts_at,
        Swap.ends_at <= ends_at,
        Swap.ends_at > context.now,
        off.exists(),
    )
    for swap in context.session.scalars(given.order_by(Swap.id)).all():
        change_swap(context, rota, swap, "undo")


def _came_by_swap(session: Session, shift: Shift) -> bool:
    found = session.scalar(
        select(Swap.id)
        .where(
            Swap.rota_id == shift.rota_id,
            Swap.taker_id == shift.person_id,
            Swap.state == SwapState.SETTLED,
            Swap.layer == shift.layer,
            Swap.starts_at < shift.ends_at,
            Swap.ends_at > shift.starts_at,
        )
        .limit(1)
    )
    return found is not None


def _end(context: Context, rota: Rota, shift: Shift, since: datetime, reason: str) -> None:
    """Ends a running shift now; cancels one to come."""
    if shift.starts_at < since and shift.state == ShiftState.AGREED:
        cut_short(context, rota, shift, since, reason)
    elif not change_shift(context, rota, shift, "cancel", end_reason=reason):
        raise Stale(N_("这个班次的状态已经变了"))


def cut_short(context: Context, rota: Rota, shift: Shift, at: datetime, reason: str) -> None:
    """Ends a running shift at an instant; what was served until then stays agreed duty."""
    before = update(Shift).where(
        Shift.id == shift.id, Shift.state == ShiftState.AGREED, Shift.ends_at > at
    )
    if not changed(context.session, before.values(ends_at=at, end_reason=reason)):
        raise Stale(N_("这个班次的状态已经变了"))
    context.session.refresh(shift)
    record_shift(context, rota, shift, "shift.cancelled", reason=reason)
