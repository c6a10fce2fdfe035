"""Input of the roster builder: open pieces of a rota, and what its people offer. Only reads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.queries import zone_of
from app.core.actor import RoleName
from app.core.wall_time import instant, on_day
from app.offers.models import Offer
from app.people.models import Person, Role
from app.people.rules import PersonState
from app.rotation.models import Rota, Shift
from app.rotation.plan.compose import Layer, RotaPlan, duty
from app.rotation.plan.fixed import Fixed, FixedShift
from app.rotation.plan.flex import Flex, Grid, hours_of
from app.rotation.plan.gaps import wanted
from app.rotation.plan.models import AWAY, FixedTurn, FlexOffer, RotaOverride
from app.rotation.plan.windows import read_windows
from app.rotation.rest import Limits, limits_from
from app.rotation.roster.asked import Asked, Helper, Wish
from app.rotation.roster.pieces import open_pieces
from app.rotation.rules import Span, gaps
from app.rotation.states import ShiftOrigin, ShiftState
from app.usecases.duty.plan.commitments import duties_of
from app.usecases.duty.plan.read_plan import plan_of
from app.usecases.duty.plan.rest_rules import AROUND, limits_of, own_days

Period = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Terms:
    """How the wanted hours are cut, and how many people each layer needs.

    No turn is longer than `hours`; where people offer less, it is shorter.
    """

    hours: int
    first_hour: int
    needs: tuple[int, ...]


def terms_from(value: dict[str, Any]) -> Terms:
    """The terms stored with a draft."""
    return Terms(value["hours"], value["first_hour"], tuple(value["needs"]))


def gather_roster(
    session: Session, rota: Rota, terms: Terms, start: datetime, end: datetime
) -> Asked:
    """Everything needed to build a month [start, end). A constant number of queries."""
    zone = zone_of(session, rota.area_path)
    agreed = _agreed(session, rota, start, end)
    plan = _what_stays(plan_of(session, rota, since=start, until=end), agreed, start)
    kept = join_spans([*duty(plan, start, end), *agreed])
    whole_pauses = [
        Span(0, one.starts_at, one.ends_at) for one in plan.pauses if one.person_id is None
    ]
    periods = [
        part
        for since, to in wanted(plan, start, end)
        for part in gaps([one for one in whole_pauses if one.starts_at < to], since, to)
    ]
    house = limits_from(rota.limits or {})
    pieces = open_pieces(
        periods,
        hours=terms.hours,
        first_hour=terms.first_hour,
        needs=terms.needs,
        kept=kept,
        zone=zone,
    )
    return Asked(
        zone=zone,
        starts_at=start,
        ends_at=end,
        pieces=pieces,
        helpers=tuple(
            replace(one, limits=_no_longer(one.limits, terms.hours))
            for one in _helpers(session, rota, zone, start, end, kept)
        ),
        kept=tuple(kept),
        shortest_h=min(house.shortest_h, terms.hours),
        longest_allowed_h=house.longest_h,
    )


def _no_longer(limits: Limits, hours: int) -> Limits:
    """The limits with turns of at most this many hours, joined ones included."""
    return replace(limits, longest_h=min(limits.longest_h, hours))


def replaceable_shifts(
    session: Session, rota_id: int, layers: int, start: datetime, end: datetime
) -> list[FixedTurn]:
    """Fixed turns that begin in the month and that nobody agreed to: a new month replaces them."""
    agreed = select(Shift.id).where(
        Shift.rota_id == FixedTurn.rota_id,
        Shift.person_id == FixedTurn.person_id,
        Shift.layer == FixedTurn.layer,
        Shift.state == ShiftState.AGREED,
        Shift.starts_at < FixedTurn.ends_at,
        Shift.ends_at > FixedTurn.starts_at,
    )
    rows = session.scalars(
        select(FixedTurn).where(
            FixedTurn.rota_id == rota_id,
            FixedTurn.ended_at.is_(None),
            FixedTurn.layer <= layers,
            FixedTurn.starts_at >= start,
            FixedTurn.starts_at < end,
            ~agreed.exists(),
        )
    )
    return list(rows)


def _agreed(session: Session, rota: Rota, start: datetime, end: datetime) -> list[Span]:
    rows = session.scalars(
        select(Shift).where(
            Shift.rota_id == rota.id,
            Shift.state == ShiftState.AGREED,
            Shift.origin != ShiftOrigin.FLEX,
            Shift.starts_at < end,
            Shift.ends_at > start,
        )
    )
    return [Span(one.person_id, one.starts_at, one.ends_at, one.layer) for one in rows]


def _what_stays(plan: RotaPlan, agreed: Sequence[Span], start: datetime) -> RotaPlan:
    """The plan without fixed turns that nobody agreed to and without flex layers."""
    layers = []
    for layer in plan.layers:
        source = layer.source
        if isinstance(source, Fixed):
            stays = tuple(
                one
                for one in source.shifts
                if one.starts_at < start or _met(one, layer.number, agreed)
            )
            layers.append(Layer(layer.number, Fixed(stays)))
        elif not isinstance(source, Flex):
            layers.append(layer)
    return replace(plan, layers=tuple(layers))


def _met(one: FixedShift, layer: int, agreed: Iterable[Span]) -> bool:
    return any(
        span.person_id == one.person_id
        and span.layer == layer
        and span.starts_at < one.ends_at
        and one.starts_at < span.ends_at
        for span in agreed
    )


def join_spans(spans: Iterable[Span]) -> list[Span]:
    """Spans of one person in one layer that overlap or touch, joined."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.person_id, one.layer, one.starts_at)):
        last = found[-1] if found else None
        same = last and (last.person_id, last.layer) == (span.person_id, span.layer)
        if last and same and span.starts_at <= last.ends_at:
            found[-1] = replace(last, ends_at=max(last.ends_at, span.ends_at))
        else:
            found.append(span)
    return found


def _helpers(
    session: Session, rota: Rota, zone: ZoneInfo, start: datetime, end: datetime, kept: list[Span]
) -> Iterable[Helper]:
    offers = _offers(session, rota)
    people = sorted({*offers, *(one.person_id for one in kept)})
    limits = limits_of(session, rota, people)
    held = duties_of(session, people, start - AROUND, end + AROUND)
    away = _away(session, rota, people, start, end)
    days = own_days(session, people)
    mine = set(kept)
    for person_id in people:
        offer = offers.get(person_id)
        if offer is None:
            continue
        grid = Grid(person_id, read_windows(offer.hours), days.get(person_id, ()))
        hours = [
            part
            for since, to in hours_of(grid, start, end, zone)
            for part in gaps(away.get(person_id, ()), since, to)
        ]
        others = _others(held.get(person_id, []), mine)
        yield Helper(
            person_id=person_id,
            offers=tuple(hours),
            limits=limits[person_id],
            wishes=tuple(_wishes(offer.wishes, zone)),
            held=tuple(others),
            couple=offer.with_person_id,
        )


def _others(held: list[Span], kept: set[Span]) -> list[Span]:
    """Duties that are not among those kept, which may be joined there."""
    return [
        one
        for one in held
        if not any(
            span.person_id == one.person_id
            and span.layer == one.layer
            and span.starts_at <= one.starts_at
            and one.ends_at <= span.ends_at
            for span in kept
        )
    ]


def _offers(session: Session, rota: Rota) -> dict[int, FlexOffer]:
    """What active volunteers of the area offer for duty."""
    rows = session.scalars(
        select(FlexOffer)
        .join(Person, Person.id == FlexOffer.person_id)
        .join(Role, Role.person_id == Person.id)
        .where(
            Person.state == PersonState.ACTIVE,
            Person.area_path.startswith(rota.area_path),
            Role.role == RoleName.VOLUNTEER,
            Role.ended_at.is_(None),
        )
    )
    return {one.person_id: one for one in rows}


def _away(
    session: Session, rota: Rota, people: Sequence[int], start: datetime, end: datetime
) -> dict[int, list[Span]]:
    """When people said that they cannot, or paused."""
    cannot = session.execute(
        select(RotaOverride.person_id, RotaOverride.starts_at, RotaOverride.ends_at).where(
            RotaOverride.rota_id == rota.id,
            RotaOverride.kind == AWAY,
            RotaOverride.ended_at.is_(None),
            RotaOverride.starts_at < end,
            RotaOverride.ends_at > start,
        )
    ).all()
    found: dict[int, list[Span]] = {}
    for person_id, since, to in cannot:
        if person_id is not None:
            found.setdefault(person_id, []).append(Span(person_id, since, to))
    breaks = session.execute(
        select(Offer.person_id, Offer.paused_until).where(
            Offer.person_id.in_(people), Offer.paused_until > start
        )
    )
    for person_id, until in breaks:
        if until is not None:
            found.setdefault(person_id, []).append(Span(person_id, start - AROUND, until))
    return found


def _wishes(value: list[dict[str, Any]], zone: ZoneInfo) -> Iterable[Wish]:
    for one in value:
        try:
            day = date.fromisoformat(one["date"])
        except (KeyError, TypeError, ValueError):
            # Skip a wish that cannot be read.
            continue
        start = instant(on_day(day, 0), zone)
        end = instant(on_day(day + timedelta(days=1), 0), zone)
        yield Wish(start, end, bool(one.get("like")))
