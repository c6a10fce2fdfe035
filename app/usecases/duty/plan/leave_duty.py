"""Coming off a shift: the plan is told first, so that it is never published again."""

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
from app.usecases.duty.plan.notify_duty import notify_shift, record_shift
from app.usecases.shared.people import people_of


def leave_duty(
    context: Context, rota: Rota, shift: Shift, *, since: datetime, reason: str = "cannot"
) -> None:
    """The person's own "I cannot" from `since` to the shift's end: in this rota they are away."""
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


def take_off(context: Context, rota: Rota, shift: Shift, *, since: datetime) -> None:
    """A coordinator takes the shift back, and its person is told."""
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
                # Swaps come after a coordinator's changes, so who took one is taken off after.
                kind=AWAY if _came_by_swap(context.session, shift) else REMOVE,
                layer=shift.layer,
                person_id=shift.person_id,
                starts_at=since,
                ends_at=shift.ends_at,
                made_at=context.now,
                made_by=context.actor.person_id,
            )
        )
    told = shift.agreed_at is not None
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
    session: Session,
    rota: Rota,
    person_id: int,
    *,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
) -> None:
    """A coordinator wants somebody for a time off which they were taken before: that holds no more.

    The person's own "I cannot" does.
    """
    taken_off = update(RotaOverride).where(
        RotaOverride.rota_id == rota.id,
        RotaOverride.kind.in_((AWAY, REMOVE)),
        RotaOverride.reason == OverrideReason.COORDINATOR,
        RotaOverride.person_id == person_id,
        RotaOverride.ended_at.is_(None),
        RotaOverride.starts_at >= starts_at,
        RotaOverride.ends_at <= ends_at,
    )
    changed(session, taken_off.values(ended_at=now))
    _undo_swaps(session, rota, person_id, starts_at, ends_at, now)


def _undo_swaps(
    session: Session,
    rota: Rota,
    giver_id: int,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
) -> None:
    """What somebody gave away is theirs again where whoever took it has been taken off."""
    off = select(RotaOverride.id).where(
        RotaOverride.rota_id == Swap.rota_id,
        RotaOverride.kind == AWAY,
        RotaOverride.person_id == Swap.taker_id,
        RotaOverride.ended_at.is_(None),
        RotaOverride.starts_at <= Swap.starts_at,
        RotaOverride.ends_at >= Swap.ends_at,
    )
    given = update(Swap).where(
        Swap.rota_id == rota.id,
        Swap.giver_id == giver_id,
        Swap.state == SwapState.SETTLED,
        Swap.starts_at >= starts_at,
        Swap.ends_at <= ends_at,
        Swap.ends_at > now,
        off.exists(),
    )
    changed(session, given.values(state=SwapState.WITHDRAWN))


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
    """A shift that runs ends now; one that comes is cancelled."""
    values: dict[str, object] = {"end_reason": reason}
    if shift.starts_at < since and shift.state == ShiftState.AGREED:
        values["ends_at"] = since
    else:
        values["state"] = "cancelled"
    before = update(Shift).where(Shift.id == shift.id, Shift.state == shift.state)
    if not changed(context.session, before.values(**values)):
        raise Stale(N_("这个班次的状态已经变了"))
    context.session.refresh(shift)
    record_shift(context, rota, shift, "shift.cancelled", reason=reason)
