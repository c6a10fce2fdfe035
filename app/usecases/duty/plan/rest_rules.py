"""Whether somebody may take one more shift: own days, shifts at hand, rest and limits."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from app.areas.queries import zone_of
from app.core.errors import Refused
from app.core.i18n import N_
from app.core.statements import in_chunks
from app.offers.models import Offer
from app.offers.rules import DateHours, read_hours
from app.rotation.models import Rota, Shift
from app.rotation.plan.flex import OwnDay
from app.rotation.plan.models import FlexOffer
from app.rotation.rest import Against, Limits, against, limits_from
from app.rotation.rules import Span
from app.rotation.states import ShiftOrigin, ShiftState

# Months are counted, so as far as a month around a shift is looked at.
AROUND = timedelta(days=32)
WORDS = {
    "booked": N_("这段时间您已经有班了"),
    "too_long": N_("连起来超过 %(limit)g 小时了，请留些时间休息"),
    "no_rest": N_("两次值班之间要休息 %(limit)g 小时，这次就歇歇吧"),
    "week_full": N_("这个星期已经值满 %(limit)g 小时了，谢谢您，这次就歇歇吧"),
    "month_full": N_("这个月已经值满 %(limit)g 小时了，谢谢您，这次就歇歇吧"),
    "nights_full": N_("这个星期已经值了 %(limit)g 个夜班了，这次就歇歇吧"),
}


def check_rest(session: Session, rota: Rota, span: Span, *, except_id: int | None = None) -> None:
    """Raises Refused with the first reason against this duty; shift `besides` is not counted."""
    found = rest_reasons(session, rota, [span.person_id], span, except_id=except_id)[span.person_id]
    if found:
        raise Refused(WORDS[found[0].code], limit=found[0].limit)


def rest_reasons(
    session: Session,
    rota: Rota,
    people: Sequence[int],
    span: Span,
    *,
    except_id: int | None = None,
) -> dict[int, tuple[Against, ...]]:
    """What speaks against this duty for each person. A constant number of queries."""
    zone = zone_of(session, rota.area_path)
    held = duties_of(
        session, people, span.starts_at - AROUND, span.ends_at + AROUND, except_id=except_id
    )
    limits = limits_of(session, rota, people)
    return {
        person_id: against(
            limits[person_id],
            held.get(person_id, ()),
            replace(span, person_id=person_id),
            zone,
        )
        for person_id in people
    }


def duties_of(
    session: Session,
    people: Sequence[int],
    start: datetime,
    end: datetime,
    *,
    except_id: int | None = None,
) -> dict[int, list[Span]]:
    """What each person agreed to in any rota in [start, end)."""
    rows = session.scalars(
        select(Shift).where(
            Shift.person_id.in_(people),
            Shift.state == ShiftState.AGREED,
            Shift.starts_at < end,
            Shift.ends_at > start,
        )
    )
    found: dict[int, list[Span]] = {}
    for one in rows:
        if one.id != except_id and one.origin != ShiftOrigin.FLEX:
            span = Span(one.person_id, one.starts_at, one.ends_at, one.layer)
            found.setdefault(one.person_id, []).append(span)
    return found


def limits_of(session: Session, rota: Rota, people: Iterable[int]) -> dict[int, Limits]:
    """The rota's limits, and each person's own where they are stricter."""
    general = limits_from(rota.limits or {})
    found = dict.fromkeys(people, general)
    rows = session.scalars(select(FlexOffer).where(FlexOffer.person_id.in_(list(found))))
    for own in rows:
        found[own.person_id] = replace(
            general,
            week_h=_lower(general.week_h, own.week_hours),
            month_h=_lower(general.month_h, own.month_hours),
            nights_week=_lower(general.nights_week, own.nights_week),
        )
    return found


def _lower(general: int, own: int | None) -> int:
    return general if own is None else min(general, own)


def own_days(session: Session, people: Iterable[int]) -> dict[int, tuple[OwnDay, ...]]:
    """The dates on which each of these people has other hours than their week's, or none."""
    found = {}
    for some in in_chunks(sorted(set(people))):
        rows = session.execute(
            select(Offer.person_id, cast(Offer.hours, String)).where(Offer.person_id.in_(some))
        )
        for person_id, text in rows:
            hours = read_hours(text)
            if hours is not None and hours.dates:
                found[person_id] = _days(hours.dates)
    return found


def _days(dates: Iterable[DateHours]) -> tuple[OwnDay, ...]:
    by_day: dict[object, OwnDay] = {}
    for one in dates:
        before = by_day.get(one.day, OwnDay(one.day))
        # An empty span is a day off; it takes nothing from hours that are given as well.
        more = ((one.start, one.end),) if one.end else ()
        by_day[one.day] = OwnDay(one.day, (*before.hours, *more))
    return tuple(by_day.values())
