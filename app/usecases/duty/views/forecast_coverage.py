"""The coverage forecast (值守预报): shifts and learnt acceptance probability, by hour.

Also notifies the area's coordinators of gaps in the coming three days, once each.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.areas.queries import zone_of
from app.core.attention import DutyAttention
from app.core.context import Context
from app.core.errors import NotFound
from app.core.i18n import N_
from app.core.statements import in_chunks
from app.dispatch.models import AnswerCount, AreaAnswerCount
from app.matching.acceptance import (
    HOUR_CLASSES,
    Counts,
    Known,
    acceptance_chance,
    hour_class,
    seen_at,
)
from app.rotation.cover import may_ask_at
from app.rotation.forecast import Cell, Duties, Thin, forecast, hours_of, thin_hours
from app.rotation.models import PLAN, Rota, Shift
from app.rotation.plan.compose import RotaPlan, duty
from app.rotation.plan.flex import Flex
from app.rotation.plan.gaps import wanted
from app.rotation.rules import Span, gaps
from app.rotation.states import ShiftEnd, ShiftOrigin, ShiftState
from app.rotation.wall_time import instant, on_day, wall_of
from app.trail.chain import record
from app.usecases.duty.plan.notify_duty import clock_of
from app.usecases.duty.plan.read_plan import plan_of
from app.usecases.messages.notify import notify_person
from app.usecases.messages.notify_coordinators import coordinators_of

DAYS = 7
TOLD_AHEAD = timedelta(hours=72)
# A rota without anybody on duty for so long is unused: its gaps are not reported.
IN_USE_WITHIN = timedelta(days=31)
# Notify of at most this many gaps at a time; the next tick handles the others.
TOLD_AT_ONCE = 3
HOURS = tuple(dict.fromkeys(name for _, name in HOUR_CLASSES))


@dataclass(frozen=True, slots=True)
class Week:
    """A rota's coming week: hours to cover with their chance; and those poorly covered."""

    rota: Rota
    zone: ZoneInfo
    cells: list[Cell]
    thin: list[Thin]


def coming_week(context: Context, *, rota_id: int) -> Week:
    """The seven days from today, hour by hour, for a coordinator of the area."""
    rota = context.session.get(Rota, rota_id)
    if rota is None:
        raise NotFound(N_("没有找到这个轮值表"))
    context.actor.needs("coordinator", rota.area_path)
    zone = zone_of(context.session, rota.area_path)
    hours = hours_of(wall_of(context.now, zone).date(), DAYS, zone)
    start, end = hours[0][0], hours[-1][1]
    plan = plan_of(context.session, rota, since=start, until=end)
    periods = wanted(plan, start, end)
    hours = [one for one in hours if any(one[0] < to and since < one[1] for since, to in periods)]
    duties = _duties(context.session, rota, plan, start, end)
    people = {one.person_id for one in (*duties.agreed, *duties.on_call)}
    chances = chances_by_hour(context.session, rota.area_id, sorted(people), now=context.now)
    names = {since: hour_class(since, zone) for since, _ in hours}
    cells = forecast(hours, duties, chances, names)
    return Week(
        rota, zone, cells, thin_hours([one for one in cells if one.starts_at > context.now])
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
        asked=_spans(one for one in rows if one.state == ShiftState.OFFERED),
    )


def _spans(rows: Iterable[Shift]) -> list[Span]:
    return [Span(one.person_id, one.starts_at, one.ends_at, one.layer) for one in rows]


def chances_by_hour(
    session: Session, area_id: int, people: Sequence[int], *, now: datetime
) -> Mapping[int, dict[str, float]]:
    """The chance that each person says yes at each class of hour, for any category."""
    area = session.execute(
        select(func.sum(AreaAnswerCount.asks), func.sum(AreaAnswerCount.yeses)).where(
            AreaAnswerCount.area_id == area_id
        )
    ).one()
    general = seen_at(Counts(area[0] or 0.0, area[1] or 0.0), now)
    own: dict[int, dict[str, Counts]] = {}
    for some in in_chunks(people):
        rows = session.execute(
            select(
                AnswerCount.person_id,
                AnswerCount.hour,
                func.sum(AnswerCount.asks),
                func.sum(AnswerCount.yeses),
            )
            .where(AnswerCount.person_id.in_(some))
            .group_by(AnswerCount.person_id, AnswerCount.hour)
        )
        for person_id, hour, asks, yeses in rows:
            own.setdefault(person_id, {})[hour] = seen_at(Counts(asks, yeses), now)
    return {one: _by_hour(general, own.get(one, {})) for one in people}


def _by_hour(area: Counts, own: Mapping[str, Counts]) -> dict[str, float]:
    everything = Counts(
        sum(one.asks for one in own.values()), sum(one.yeses for one in own.values())
    )
    return {
        hour: acceptance_chance(
            Known(area=area, person=everything, person_hour=own.get(hour, Counts()))
        ).p
        for hour in HOURS
    }


def notify_gaps(context: Context, *, rota_id: int) -> int:
    """Notifies the area's coordinators of gaps that begin within 72 hours; each gap once.

    Skips emergencies: they begin as one large gap, which their page shows anyway.
    """
    rota = context.session.get_one(Rota, rota_id)
    if rota.purpose == PLAN:
        return 0
    zone = zone_of(context.session, rota.area_path)
    told = 0
    for start, _ in coming_gaps(context.session, rota, now=context.now):
        if may_ask_at(start, context.now, zone) > context.now:
            continue
        if told == TOLD_AT_ONCE:
            break
        told += _notify_gap(context, rota, start)
    return told


def _notify_gap(context: Context, rota: Rota, start: datetime) -> bool:
    fresh = [
        notify_person(
            context.session,
            person,
            "duty_attention",
            subject=f"rota:{rota.id}",
            now=context.now,
            occurrence=f"gap:{int(start.timestamp())}",
            reason=DutyAttention.THIN,
            time=clock_of(context.session, rota, start),
        )
        for person in coordinators_of(context.session, rota.area_path)
    ]
    if not any(fresh):
        return False
    record(
        context,
        kind="rota.gap_told",
        subject=("rota", rota.id),
        area_path=rota.area_path,
        details={"from": start.isoformat(timespec="minutes"), "told": sum(fresh)},
    )
    return True


def _published(shift: Shift) -> bool:
    """Whether somebody agreed to it, was asked, or let it go: not what a coordinator took back."""
    return shift.state != ShiftState.CANCELLED or shift.end_reason in (
        ShiftEnd.CANNOT,
        ShiftEnd.NO_ANSWER,
    )


def coming_gaps(session: Session, rota: Rota, *, now: datetime) -> list[tuple[datetime, datetime]]:
    """Wanted hours within 72 hours in which nobody who agreed is on duty.

    A gap is identified by its start, so a running one does not become new as time passes.
    """
    start, end = now - IN_USE_WITHIN, now + TOLD_AHEAD
    if rota.paused_from is not None and rota.paused_until is not None and rota.paused_until > now:
        start = rota.paused_until
    rows = session.scalars(
        select(Shift).where(
            Shift.rota_id == rota.id,
            # Questions too: a first month to which nobody agrees must not fail in silence.
            Shift.starts_at < end,
            Shift.ends_at > start,
        )
    ).all()
    published = [one for one in rows if _published(one)]
    if not published or start >= end:
        return []
    agreed = _spans(one for one in rows if one.state == ShiftState.AGREED)
    if not agreed:
        # Nobody at all: told of each day anew, from the day on which the first shift was to be.
        start = max(_midnight(zone_of(session, rota.area_path), now), published[0].starts_at)
    plan = plan_of(session, rota, since=now, until=end)
    there = [*agreed, *_duties(session, rota, plan, now, end).on_call]
    return [
        gap
        for since, to in wanted(plan, start, end)
        for gap in gaps([one for one in there if one.starts_at < to], since, to)
        if gap[0] > now
    ][: 1 if not agreed else None]


def _midnight(zone: ZoneInfo, now: datetime) -> datetime:
    """The next beginning of a day in a zone."""
    return instant(on_day(wall_of(now, zone).date() + timedelta(days=1), 0), zone)
