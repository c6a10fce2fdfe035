"""Shifts of a running emergency, made from each yes and the hours that person offers.

A yes counts as agreement for the offered hours; each shift can be given back like any other.
"""

from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.queries import zone_of
from app.core.context import Context
from app.core.statements import insert_once
from app.offers.models import Offer
from app.people.models import Person
from app.people.rules import PersonState
from app.rotation.emergency.fill import Ready, fill
from app.rotation.emergency.models import Activation, PlanOffer
from app.rotation.emergency.rules import Piece, pieces, to_fill
from app.rotation.models import DutyAsk, Rota, Shift
from app.rotation.plan.flex import Grid
from app.rotation.plan.models import AWAY, FixedTurn, RotaOverride
from app.rotation.plan.windows import read_windows
from app.rotation.rules import Span, gaps
from app.rotation.states import DutyAskState, ShiftEnd, ShiftState
from app.usecases.duty.plan.commitments import duties_of, taken_by, tasks_of
from app.usecases.duty.plan.notify_duty import clock_of
from app.usecases.duty.plan.publish_duty import publish_duty
from app.usecases.duty.plan.rest_rules import AROUND, limits_of, own_days
from app.usecases.emergencies.manage_procedures import record_activation
from app.usecases.messages.notify import notify_person
from app.usecases.shared.lock_people import lock_free_people
from app.usecases.shared.people import people_of

Periods = dict[int, list[tuple[datetime, datetime]]]


def fill_plan(context: Context, activation: Activation, rota: Rota) -> frozenset[int]:
    """Gives shifts that lack people to those who said yes; notifies them. Returns who got any.

    The caller has locked the rota. Without new answers it changes nothing.
    """
    wanted = lacking_pieces(context.session, activation, rota, now=context.now)
    ready = _ready(context.session, activation, rota, context.now) if wanted else []
    given = fill(wanted, ready, zone_of(context.session, rota.area_path))
    if not given:
        return frozenset()
    agreed = _agreed_at(context.session, activation)
    for span in given:
        insert_once(
            context.session,
            FixedTurn,
            rota_id=rota.id,
            layer=span.layer,
            person_id=span.person_id,
            starts_at=span.starts_at,
            ends_at=span.ends_at,
            agreed_at=agreed[span.person_id],
            made_at=context.now,
            made_by=context.actor.person_id,
        )
    record_activation(context, activation, "plan.filled", shifts=len(given))
    publish_duty(context, rota_id=rota.id)
    _tell(context.session, activation, rota, given, context.now)
    return frozenset(span.person_id for span in given)


def lacking_pieces(
    session: Session, activation: Activation, rota: Rota, *, now: datetime
) -> list[Piece]:
    """The coming shifts that lack people, and how many each."""
    return to_fill(
        periods_of(session, activation, rota), on_plan(session, rota), activation.people, now
    )


def periods_of(
    session: Session, activation: Activation, rota: Rota
) -> list[tuple[datetime, datetime]]:
    """Every shift that a running emergency wants, in order.

    Cut at the end before each extension, because an earlier yes covers only the time until then.
    """
    zone = zone_of(session, rota.area_path)
    windows = read_windows(rota.pattern or [])
    ends = [datetime.fromisoformat(one) for one in activation.earlier_ends]
    edges = [activation.since, *ends, activation.until]
    return [one for since, to in pairwise(edges) for one in pieces(windows, since, to, zone)]


def on_plan(session: Session, rota: Rota) -> list[Span]:
    """Who agreed to be on duty when in a rota."""
    rows = session.scalars(
        select(Shift)
        .where(Shift.rota_id == rota.id, Shift.state == ShiftState.AGREED)
        .order_by(Shift.starts_at, Shift.id)
    )
    return [Span(one.person_id, one.starts_at, one.ends_at, one.layer) for one in rows]


def _ready(session: Session, activation: Activation, rota: Rota, now: datetime) -> list[Ready]:
    """People who said yes and may come, with everything the choice depends on."""
    hours_agreed = _may_come(session, activation, now)
    # The rota is locked: people who agree to something else at this moment get shifts next time.
    free = lock_free_people(session, hours_agreed)
    people = [one for one in hours_agreed if one in free]
    start, end = activation.since - AROUND, activation.until + AROUND
    held = duties_of(session, people, start, end)
    for more in (taken_by(session, people, start, end), tasks_of(session, people, start, end)):
        for one, spans in more.items():
            held.setdefault(one, []).extend(spans)
    limits = limits_of(session, rota, people)
    away = _away(session, rota)
    hours = _hours(session, activation, people)
    days = own_days(session, people)
    return [
        Ready(
            one,
            Grid(one, read_windows(hours[one]), days.get(one, ())),
            limits[one],
            tuple(held.get(one, ())),
            (*away.get(one, ()), *_not_promised(hours_agreed[one], activation)),
        )
        for one in people
        if one in hours
    ]


def _may_come(session: Session, activation: Activation, now: datetime) -> Periods:
    """The hours for which each said yes, in the order of their answers."""
    paused = select(Offer.person_id).where(Offer.paused_until > now)
    rows = session.execute(
        select(DutyAsk.person_id, DutyAsk.since, DutyAsk.until)
        .join(Person, Person.id == DutyAsk.person_id)
        .where(
            DutyAsk.activation_id == activation.id,
            DutyAsk.state == DutyAskState.YES,
            Person.state == PersonState.ACTIVE,
            Person.id.not_in(paused),
        )
        .order_by(DutyAsk.answered_at, DutyAsk.id)
    )
    found: Periods = {}
    for person_id, since, until in rows:
        period = (since or activation.since, until or activation.until)
        found.setdefault(person_id, []).append(period)
    return found


def _not_promised(
    agreed: Iterable[tuple[datetime, datetime]], activation: Activation
) -> Iterable[Any]:
    """The hours of the emergency that a yes was not about."""
    spans = [Span(0, since, until) for since, until in agreed]
    return gaps(spans, activation.since, activation.until)


def _hours(session: Session, activation: Activation, people: list[int]) -> dict[int, object]:
    """Each person's last offered hours, even if they ended the offer meanwhile."""
    rows = session.execute(
        select(PlanOffer.person_id, PlanOffer.hours)
        .where(PlanOffer.plan_id == activation.plan_id, PlanOffer.person_id.in_(people))
        .order_by(PlanOffer.id)
    )
    return dict(rows.all())


def _agreed_at(session: Session, activation: Activation) -> dict[int, datetime]:
    rows = session.execute(
        select(DutyAsk.person_id, DutyAsk.answered_at).where(
            DutyAsk.activation_id == activation.id, DutyAsk.state == DutyAskState.YES
        )
    )
    return {person_id: at for person_id, at in rows if at is not None}


def _away(session: Session, rota: Rota) -> Periods:
    """When somebody said "I cannot" or was taken off by a coordinator: not put back."""
    own = session.execute(
        select(RotaOverride.person_id, RotaOverride.starts_at, RotaOverride.ends_at).where(
            RotaOverride.rota_id == rota.id,
            RotaOverride.kind.in_((AWAY, "remove", "replace")),
            RotaOverride.ended_at.is_(None),
        )
    )
    taken = session.execute(
        select(FixedTurn.person_id, FixedTurn.starts_at, FixedTurn.ends_at)
        .join(Shift, Shift.rota_id == FixedTurn.rota_id)
        .where(
            FixedTurn.rota_id == rota.id,
            FixedTurn.ended_at.is_not(None),
            Shift.person_id == FixedTurn.person_id,
            Shift.starts_at == FixedTurn.starts_at,
            Shift.end_reason == ShiftEnd.COORDINATOR,
        )
    )
    found: Periods = {}
    for rows in (own, taken):
        for person_id, starts_at, ends_at in rows:
            if person_id is not None:
                found.setdefault(person_id, []).append((starts_at, ends_at))
    return found


def _tell(
    session: Session, activation: Activation, rota: Rota, given: Iterable[Span], now: datetime
) -> None:
    """Notifies each of the number of their shifts, and when the first begins."""
    mine: dict[int, list[Span]] = {}
    for span in given:
        mine.setdefault(span.person_id, []).append(span)
    people = people_of(session, mine)
    for person_id, theirs in mine.items():
        first = min(one.starts_at for one in theirs)
        notify_person(
            session,
            people[person_id],
            "plan_shifts",
            subject=f"activation:{activation.id}",
            now=now,
            occurrence=f"from:{int(first.timestamp())}:{int(now.timestamp())}",
            count=len(theirs),
            time=clock_of(session, rota, first),
        )
