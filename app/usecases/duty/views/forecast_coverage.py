"""The coverage forecast (值守预报): shifts and learnt acceptance probability, by hour.

Also notifies the area's coordinators of gaps in the coming three days, once each.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.queries import zone_of
from app.core.actor import RoleName
from app.core.attention import DutyAttention
from app.core.context import Context
from app.core.errors import NotFound
from app.core.i18n import N_
from app.core.wall_time import wall_of
from app.matching.acceptance import hour_class
from app.rotation.cover import may_ask_at
from app.rotation.forecast import (
    Cell,
    Duties,
    Thin,
    forecast,
    hours_of,
    hours_to_recruit_for,
    thin_hours,
    waiting_hours,
)
from app.rotation.models import PLAN, DutyAsk, Rota, Shift
from app.rotation.plan.compose import RotaPlan, duty
from app.rotation.plan.flex import Flex
from app.rotation.plan.gaps import wanted
from app.rotation.plan.models import Swap
from app.rotation.rules import Span, gaps
from app.rotation.states import DutyAskState, ShiftEnd, ShiftOrigin, ShiftState, SwapState
from app.trail.chain import record
from app.usecases.duty.plan.notify_duty import clock_of
from app.usecases.duty.plan.read_plan import plan_of
from app.usecases.duty.views.learnt_answering import learnt_answering
from app.usecases.messages.notify import notify_person
from app.usecases.messages.notify_coordinators import reachable_coordinators

DAYS = 7
TOLD_AHEAD = timedelta(hours=72)
# Earlier than this before a gap, answers about it are awaited and coordinators not notified.
ANSWERS_UNTIL = timedelta(hours=24)
# A rota for which nobody agreed or was asked for this long is unused: its gaps are not reported.
IN_USE_WITHIN = timedelta(days=31)
# A rota whose first shift began within this time is new.
NEW_WITHIN = timedelta(days=1)
# Notify of at most this many gaps at a time; the next tick handles the others.
TOLD_AT_ONCE = 3


@dataclass(frozen=True, slots=True)
class Week:
    """A rota's coming week: hours to cover with their chance, and those poorly covered.

    `thin` are those for which nobody is asked, `waiting` those that wait for an answer, `recruit`
    those for which people are missing.
    """

    rota: Rota
    zone: ZoneInfo
    cells: list[Cell]
    thin: list[Thin]
    waiting: list[Thin]
    recruit: list[Thin]


@dataclass(frozen=True, slots=True)
class Gap:
    """Hours from `starts_at` on without anybody who agreed; `asked`: they wait for an answer."""

    starts_at: datetime
    asked: bool


def coming_week(context: Context, *, rota_id: int) -> Week:
    """The seven days from today, hour by hour, for a coordinator of the area."""
    rota = context.session.get(Rota, rota_id)
    if rota is None:
        raise NotFound(N_("没有找到这个轮值表"))
    context.actor.needs(RoleName.COORDINATOR, rota.area_path)
    zone = zone_of(context.session, rota.area_path)
    hours = hours_of(wall_of(context.now, zone).date(), DAYS, zone)
    start, end = hours[0][0], hours[-1][1]
    plan = plan_of(context.session, rota, since=start, until=end)
    periods = wanted(plan, start, end)
    hours = [one for one in hours if any(one[0] < to and since < one[1] for since, to in periods)]
    duties = _duties(context.session, rota, plan, start, end)
    agreed = {one.person_id for one in duties.agreed}
    people = agreed | {one.person_id for one in duties.on_call}
    learnt = learnt_answering(context.session, rota.area_id, sorted(people), now=context.now)
    # People who agreed to some hours and offered others count as on agreed duty in all of them.
    chances = {one: (learnt.on_duty if one in agreed else learnt.if_asked)[one] for one in people}
    names = {since: hour_class(since, zone) for since, _ in hours}
    cells = forecast(hours, duties, chances, names, learnt.swing)
    ahead = [one for one in cells if one.starts_at > context.now]
    return Week(
        rota, zone, cells, thin_hours(ahead), waiting_hours(ahead), hours_to_recruit_for(ahead)
    )


def _duties(session: Session, rota: Rota, plan: RotaPlan, start: datetime, end: datetime) -> Duties:
    flex = {layer.number for layer in plan.layers if isinstance(layer.source, Flex)}
    rows = session.scalars(
        select(Shift)
        .where(
            Shift.rota_id == rota.id,
            Shift.state.in_((ShiftState.AGREED, ShiftState.OFFERED)),
            Shift.starts_at < end,
            Shift.ends_at > start,
        )
        .order_by(Shift.starts_at)
    ).all()
    return Duties(
        agreed=_spans(
            one for one in rows if one.state == ShiftState.AGREED and one.origin != ShiftOrigin.FLEX
        ),
        # Flex is published for two days only; read the week ahead from what people offer.
        on_call=[one for one in duty(plan, start, end) if one.layer in flex],
        asked=[
            *_spans(one for one in rows if one.state == ShiftState.OFFERED),
            *_asked_for_cover(session, rota, start, end),
        ],
    )


def _spans(rows: Iterable[Shift]) -> list[Span]:
    return [Span(one.person_id, one.starts_at, one.ends_at, one.layer) for one in rows]


def _asked_for_cover(session: Session, rota: Rota, start: datetime, end: datetime) -> list[Span]:
    """Open questions whether somebody takes over a shift that its person cannot do."""
    rows = session.execute(
        select(DutyAsk.person_id, Swap.starts_at, Swap.ends_at, Swap.layer)
        .join(Swap, Swap.id == DutyAsk.swap_id)
        .where(
            Swap.rota_id == rota.id,
            Swap.state == SwapState.OPEN,
            Swap.starts_at < end,
            Swap.ends_at > start,
            DutyAsk.state == DutyAskState.SENT,
        )
    )
    return [Span(*row) for row in rows]


def notify_gaps(context: Context, *, rota_id: int) -> int:
    """Notifies the area's coordinators of gaps that begin within 72 hours; each gap once.

    A gap for which somebody is asked waits for the answer until 24 hours before it begins; then it
    is reported. Skips emergencies: they begin as one large gap, which their page shows.
    """
    rota = context.session.get_one(Rota, rota_id)
    if rota.purpose == PLAN:
        return 0
    zone = zone_of(context.session, rota.area_path)
    told = 0
    for gap in coming_gaps(context.session, rota, now=context.now):
        if may_ask_at(gap.starts_at, context.now, zone) > context.now:
            continue
        if gap.asked and gap.starts_at > context.now + ANSWERS_UNTIL:
            continue
        if told == TOLD_AT_ONCE:
            break
        told += _notify_gap(context, rota, gap)
    return told


def _notify_gap(context: Context, rota: Rota, gap: Gap) -> bool:
    start = gap.starts_at
    kind = "asked" if gap.asked else "gap"
    fresh = [
        notify_person(
            context.session,
            person,
            "duty_attention",
            subject=f"rota:{rota.id}",
            now=context.now,
            occurrence=f"{kind}:{int(start.timestamp())}",
            reason=DutyAttention.AWAITED if gap.asked else DutyAttention.THIN,
            time=clock_of(context.session, rota, start),
        )
        for person in reachable_coordinators(context.session, rota.area_path, context.now)
    ]
    if not any(fresh):
        return False
    record(
        context,
        kind="rota.gap_notified",
        subject=("rota", rota.id),
        area_path=rota.area_path,
        details={"from": start.isoformat(timespec="minutes"), "notified": sum(map(bool, fresh))},
    )
    return True


def _published(shift: Shift) -> bool:
    """Whether somebody agreed to it, was asked, or let it go: not what a coordinator took back."""
    return shift.state != ShiftState.CANCELLED or shift.end_reason in (
        ShiftEnd.CANNOT,
        ShiftEnd.NO_ANSWER,
    )


def _begins(gap: tuple[datetime, datetime], first: datetime, now: datetime) -> datetime | None:
    """When a gap begins that is to be reported; `first` is the start of the rota's first shift.

    Nobody hears of a running gap again. One from before the first shift began with that shift, and
    was never reported if that is new: what is read reaches back a month, so that after a month
    without a yes each shift becomes the first.
    """
    if gap[0] > now:
        return gap[0]
    return first if gap[0] <= first < gap[1] and first > now - NEW_WITHIN else None


def coming_gaps(session: Session, rota: Rota, *, now: datetime) -> list[Gap]:
    """Wanted hours within 72 hours in which nobody who agreed is on duty, in order.

    None for a rota that is not in use: nobody agreed or was asked within IN_USE_WITHIN. A gap is
    identified by its start, so a running one does not become new as time passes.
    """
    start, end = now - IN_USE_WITHIN, now + TOLD_AHEAD
    if rota.paused_from is not None and rota.paused_until is not None and rota.paused_until > now:
        start = rota.paused_until
    rows = session.scalars(
        select(Shift).where(
            Shift.rota_id == rota.id,
            Shift.starts_at < end,
            Shift.ends_at > start,
        )
    ).all()
    # Questions too: a first month to which nobody agrees must not fail in silence.
    published = [one.starts_at for one in rows if _published(one)]
    if not published or start >= end:
        return []
    plan = plan_of(session, rota, since=now, until=end)
    ahead = _duties(session, rota, plan, now, end)
    there = [*_spans(one for one in rows if one.state == ShiftState.AGREED), *ahead.on_call]
    found = {
        at: Gap(at, asked)
        for asked, spans in ((True, there), (False, [*there, *ahead.asked]))
        for since, to in wanted(plan, start, end)
        for gap in gaps([one for one in spans if one.starts_at < to], since, to)
        if (at := _begins(gap, min(published), now)) is not None
    }
    return [found[at] for at in sorted(found)]
