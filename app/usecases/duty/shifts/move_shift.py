"""A coordinator gives a shift to somebody else, or moves it to another day.

The new person is asked first; so is the same person about a new day. The present person stays on
duty until the yes, and then both are notified. If they cannot come, they are off at once.
"""

from datetime import datetime

from sqlalchemy import select

from app.core.actor import RoleName
from app.core.context import Context
from app.core.errors import Refused, Stale
from app.core.i18n import N_
from app.rotation.models import DutyAsk, Rota, Shift
from app.rotation.plan.overrides import ADD
from app.rotation.rules import Span
from app.rotation.states import ShiftOrigin, ShiftState, SwapKind, SwapState
from app.usecases.duty.plan.ask_for_duty import close_questions
from app.usecases.duty.plan.conflicts import check_may_ask
from app.usecases.duty.plan.leave_duty import let_back, take_off
from app.usecases.duty.plan.lock_rota import LIVE, lock_shift
from app.usecases.duty.plan.override_duty import override_duty
from app.usecases.duty.swaps.find_cover import open_swap
from app.usecases.duty.swaps.give_away_duty import withdraw_swaps
from app.usecases.duty.swaps.lock_swap import open_of
from app.usecases.duty.swaps.pool_cover import who_may
from app.usecases.shared.lock_people import lock_people


def move_shift(
    context: Context,
    *,
    shift_id: int,
    person_id: int | None = None,
    starts_at: datetime | None = None,
    cannot: bool = False,
) -> None:
    """Moves a shift to another person, another start (UTC) or both. A running one only to a person.

    `cannot`: its person cannot come, so they are taken off at once. Raises Stale when the shift is
    over, Refused when nothing would change or something speaks against the new person or hours.
    """
    found = context.session.get(Shift, shift_id)
    lock_people(context.session, [person_id or (found.person_id if found else None)])
    shift, rota = lock_shift(context, shift_id)
    context.actor.needs(RoleName.COORDINATOR, rota.area_path)
    if shift.state not in LIVE or shift.ends_at <= context.now:
        raise Stale(N_("这个班次的状态已经变了"))
    if shift.origin == ShiftOrigin.FLEX:
        raise Refused(N_("这是志愿者自己报的时间，只能由本人改"))
    begun, by_id = shift.starts_at <= context.now, person_id or shift.person_id
    if (
        starts_at is not None
        and starts_at != shift.starts_at
        and (begun or starts_at <= context.now)
    ):
        raise Refused(N_("班次只能改到将来，已经开始的不能改时间"))
    since = context.now if begun else starts_at or shift.starts_at
    until = shift.ends_at if begun else since + (shift.ends_at - shift.starts_at)
    same_time = since in (shift.starts_at, context.now)
    if by_id == shift.person_id and same_time:
        raise Refused(N_("没有改动"))
    wanted = Span(by_id, since, until, shift.layer)
    let_back(context, rota, by_id, starts_at=since, ends_at=until)
    check_may_ask(context.session, rota, wanted, except_id=shift.id)
    if shift.state == ShiftState.AGREED and not cannot:
        _ask_first(context, rota, shift, wanted, same_time=same_time)
    else:
        _replace(context, rota, shift, wanted)


def _ask_first(
    context: Context, rota: Rota, shift: Shift, wanted: Span, *, same_time: bool
) -> None:
    """Asks about the new person or hours; until the yes the shift stays with its present one."""
    going = open_of(context.session, shift.id)
    if going is not None and going.state == SwapState.TAKEN:
        raise Refused(N_("这个班已经有人愿意接，请先在换班里决定"))
    # The person who asked to be relieved is notified of the outcome.
    relieved = same_time and going is not None and going.kind == SwapKind.SWAP
    withdraw_swaps(context, rota, shift_id=shift.id)
    hours = (wanted.starts_at if same_time else shift.starts_at), shift.ends_at
    made = open_swap(
        context,
        rota,
        shift,
        kind=SwapKind.SWAP if relieved else SwapKind.MOVE,
        starts_at=hours[0],
        ends_at=hours[1],
        to=wanted.person_id,
        new_hours=(None, None) if same_time else (wanted.starts_at, wanted.ends_at),
    )
    made.needs_approval = False
    context.session.flush()
    asked = context.session.scalar(select(DutyAsk.id).where(DutyAsk.swap_id == made.id).limit(1))
    if asked is None and not who_may(context.session, rota, made, now=context.now):
        raise Refused(N_("这位志愿者现在不能接班，请换一位"))


def _replace(context: Context, rota: Rota, shift: Shift, wanted: Span) -> None:
    """Takes the shift from its person at once, and asks the new one."""
    withdraw_swaps(context, rota, shift_id=shift.id)
    take_off(context, rota, shift, since=max(shift.starts_at, context.now))
    close_questions(context.session, [shift.id], "over", context.now)
    override_duty(
        context,
        rota_id=rota.id,
        kind=ADD,
        layer=wanted.layer,
        by_id=wanted.person_id,
        starts_at=wanted.starts_at,
        ends_at=wanted.ends_at,
    )
