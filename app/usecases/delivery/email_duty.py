"""The shift attached to an email about duty, under the same UID as in the calendar feed."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.queries import zone_of
from app.calendars.ics import written
from app.calendars.rules import Calendar
from app.core.i18n import N_, translate
from app.notifications.models import Notification
from app.people.models import Person
from app.rotation.models import DutyAsk, Rota, Shift
from app.rotation.plan.models import Swap
from app.usecases.duty.views.see_calendar import Reader, entries_of


def attachment(session: Session, told: Notification, now: datetime) -> str:
    """The recipient's shift as iCalendar text; empty for every message that is not about one."""
    if told.channel != "email" or told.person_id is None:
        return ""
    kind, _, number = told.subject.partition(":")
    shift = _shift_of(session, kind, int(number), told.person_id) if number.isdigit() else None
    if shift is None or shift.person_id != told.person_id:
        return ""
    language = session.get_one(Person, told.person_id).language
    rota = session.get_one(Rota, shift.rota_id)
    entries = entries_of(session, [(shift, rota.name)], Reader(language, named=False), now)
    if not entries:
        return ""
    name = translate(language, N_("我的值班"))
    return written(Calendar(name, zone_of(session, rota.area_path), entries)).decode()


def _shift_of(session: Session, kind: str, number: int, person_id: int) -> Shift | None:
    if kind == "duty_ask":
        ask = session.get(DutyAsk, number)
        return session.get(Shift, ask.shift_id) if ask else None
    if kind != "swap":
        return session.get(Shift, number) if kind == "shift" else None
    swap = session.get(Swap, number)
    if swap is None:
        return None
    same = select(Shift).where(Shift.rota_id == swap.rota_id, Shift.layer == swap.layer)
    during = same.where(Shift.starts_at < swap.ends_at, Shift.ends_at > swap.starts_at)
    return session.scalars(
        during.where(Shift.person_id == person_id).order_by(Shift.id.desc()).limit(1)
    ).first()
