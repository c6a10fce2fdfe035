"""Duty as a calendar: of one person, or of a rota."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.areas.queries import zone_of
from app.calendars.rules import STATUSES, Calendar, Entry
from app.core.actor import RoleName
from app.core.crypto import lookup_hash
from app.core.errors import NotFound
from app.core.i18n import N_, translate
from app.people.models import Person
from app.people.queries import scopes_of
from app.people.rules import PersonState, badge_name
from app.rotation.models import CalendarLink, Rota, Shift
from app.rotation.states import ShiftOrigin, ShiftState
from app.trail.queries import changes_of
from app.usecases.duty.views.manage_calendar_link import found_by

BEHIND, AHEAD = timedelta(days=31), timedelta(days=93)
# How long a cancelled shift stays in the feed; calendar programs poll every few hours.
CANCELLED_SHOWN = timedelta(days=14)
NO_SUCH_LINK = N_("这个日历链接不能用了")
LAYERS = {1: N_("首叫"), 2: N_("后备")}


@dataclass(frozen=True, slots=True)
class Reader:
    """The reader of a calendar, and whether it names the person of each shift."""

    language: str
    named: bool


def calendar_of(session: Session, *, token: str, now: datetime, public_url: str) -> Calendar:
    """The present content of a secret link. Raises NotFound for an invalid or ended link.

    It works while its owner may see the same on a page: the account is active and, for a rota,
    still a coordinator of its area. A rota's calendar gives only family names of volunteers.
    """
    link = session.scalar(
        select(CalendarLink).where(
            CalendarLink.token_hash.in_(found_by(token)), CalendarLink.ended_at.is_(None)
        )
    )
    holder = session.get(Person, link.person_id) if link else None
    if link is None or holder is None or holder.state != PersonState.ACTIVE:
        raise NotFound(NO_SUCH_LINK)
    if link.rota_id is None:
        return _own(session, holder, now, f"{public_url}/v/duty")
    return _of_rota(session, holder, link.rota_id, now, f"{public_url}/c/duty")


def _own(session: Session, holder: Person, now: datetime, url: str) -> Calendar:
    rows = session.execute(_shifts(now).where(Shift.person_id == holder.id)).all()
    entries = entries_of(session, rows, Reader(holder.language, named=False), now)
    name = translate(holder.language, N_("我的值班"))
    return Calendar(name, zone_of(session, holder.area_path), entries, url)


def _of_rota(session: Session, holder: Person, rota_id: int, now: datetime, url: str) -> Calendar:
    rota = session.get_one(Rota, rota_id)
    roles = {
        scope.role
        for scope in scopes_of(session, holder.id)
        if rota.area_path.startswith(scope.area_path)
    }
    if not roles & {RoleName.COORDINATOR, RoleName.ADMINISTRATOR}:
        raise NotFound(NO_SUCH_LINK)
    rows = session.execute(_shifts(now).where(Shift.rota_id == rota.id)).all()
    entries = entries_of(session, rows, Reader(holder.language, named=True), now)
    return Calendar(rota.name, zone_of(session, rota.area_path), entries, url)


def _shifts(now: datetime) -> Select[Shift, str]:
    """Without flex hours: their person wrote them, nobody was asked."""
    return (
        select(Shift, Rota.name)
        .join(Rota, Rota.id == Shift.rota_id)
        .where(
            Shift.origin != ShiftOrigin.FLEX,
            Shift.ends_at > now - BEHIND,
            Shift.starts_at < now + AHEAD,
        )
        .order_by(Shift.starts_at, Shift.layer, Shift.id)
    )


def entries_of(
    session: Session, rows: Sequence[Any], reader: Reader, now: datetime
) -> tuple[Entry, ...]:
    changes = changes_of(session, "shift", [str(shift.id) for shift, _ in rows])
    people = {shift.person_id for shift, _ in rows} if reader.named else set()
    names: Mapping[int, str] = dict(
        session.execute(select(Person.id, Person.name).where(Person.id.in_(people))).all()
    )
    found = (
        _entry(shift, rota, names.get(shift.person_id, ""), reader, changes.get(str(shift.id)))
        for shift, rota in rows
    )
    return tuple(
        one
        for one in found
        if one.status != STATUSES["cancelled"] or one.changed_at > now - CANCELLED_SHOWN
    )


def _entry(
    shift: Shift, rota: str, name: str, reader: Reader, change: tuple[int, datetime] | None
) -> Entry:
    """Each change of a shift is a line of the trail; their number is the SEQUENCE."""
    lines, last = change or (1, shift.agreed_at or shift.starts_at)
    words = [
        translate(reader.language, N_("值班")),
        translate(reader.language, layer_words(shift.layer)),
    ]
    if shift.state == ShiftState.OFFERED:
        words.append(translate(reader.language, N_("等回复")))
    if badge_name(name):
        words.append(badge_name(name))
    return Entry(
        uid=uid_of(shift.id),
        sequence=lines - 1,
        status=STATUSES[shift.state],
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        changed_at=last,
        title=" · ".join(words),
        text=rota,
    )


def layer_words(number: int) -> str:
    """The name of a layer (msgid)."""
    return LAYERS.get(number, N_("后备"))


def uid_of(shift_id: int) -> str:
    """The UID of a shift in every calendar and email: permanent and not guessable.

    It is derived from the installation's key, so UIDs of two installations never collide.
    """
    return f"{lookup_hash('calendar_uid', str(shift_id))[:32]}@diandan"
