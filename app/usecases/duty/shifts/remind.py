"""Reminders: an accepted task one hour before, duty two hours before. Each once."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.queries import zone_of
from app.dispatch.models import Match
from app.dispatch.rules import MatchState
from app.help_requests.models import HelpRequest
from app.people.models import Person
from app.rotation.cover import may_ask_at
from app.rotation.models import Rota, Shift
from app.rotation.states import ShiftOrigin, ShiftState
from app.usecases.duty.plan.notify_duty import notify_shift
from app.usecases.messages.notify import notify_person, notify_volunteer

TASK_BEFORE = timedelta(hours=1)
DUTY_BEFORE = timedelta(hours=1)
DUTY_DAY_BEFORE = timedelta(hours=24)
# Somebody who accepted just now needs no reminder.
FRESH = timedelta(minutes=30)


def remind_of_duty(session: Session, *, now: datetime) -> int:
    """Sends every due reminder; the outbox's key prevents a second one."""
    return _of_tasks(session, now) + _of_duty(session, now) + _of_duty_tomorrow(session, now)


def _of_tasks(session: Session, now: datetime) -> int:
    rows = session.execute(
        select(Match, Person)
        .join(HelpRequest, HelpRequest.id == Match.request_id)
        .join(Person, Person.id == Match.person_id)
        .where(
            Match.state == MatchState.ACCEPTED,
            Match.accepted_at <= now - FRESH,
            HelpRequest.wanted_from > now,
            HelpRequest.wanted_from <= now + TASK_BEFORE,
        )
    )
    told = [
        notify_volunteer(
            session,
            match,
            person,
            "match_reminder",
            now=now,
            occurrence="before",
        )
        for match, person in rows
    ]
    return sum(map(bool, told))


def _coming(
    session: Session, now: datetime, after: timedelta, before: timedelta
) -> list[tuple[Shift, Rota, Person]]:
    rows = session.execute(
        select(Shift, Rota, Person)
        .join(Rota, Rota.id == Shift.rota_id)
        .join(Person, Person.id == Shift.person_id)
        .where(
            Shift.state == ShiftState.AGREED,
            Shift.origin != ShiftOrigin.FLEX,
            Shift.ends_at > now + after,
            Shift.starts_at > now + after,
            Shift.starts_at <= now + before,
        )
    )
    return [(shift, rota, person) for shift, rota, person in rows]


def _of_duty(session: Session, now: datetime) -> int:
    told = 0
    for shift, rota, person in _coming(session, now, timedelta(0), DUTY_BEFORE):
        local = shift.starts_at.astimezone(zone_of(session, rota.area_path))
        reach = notify_person(
            session,
            person,
            "duty_reminder",
            subject=f"shift:{shift.id}",
            now=now,
            time=f"{local:%H:%M}",
        )
        told += bool(reach)
    return told


def _of_duty_tomorrow(session: Session, now: datetime) -> int:
    """The day before, in daylight; not to people who agreed just now."""
    told = 0
    for shift, rota, person in _coming(session, now, DUTY_BEFORE, DUTY_DAY_BEFORE):
        if may_ask_at(now + DUTY_DAY_BEFORE, now, zone_of(session, rota.area_path)) > now:
            continue
        if shift.agreed_at is not None and shift.agreed_at > now - FRESH:
            continue
        reach = notify_shift(
            session, rota, shift, person, "duty_tomorrow", subject=f"shift:{shift.id}", now=now
        )
        told += bool(reach)
    return told
