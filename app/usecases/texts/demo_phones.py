"""The demo's telephones: whose they are, which to show first, which got a text just now.

No carrier hands out their numbers, so nobody who is not made up is ever shown or spoken for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import RoleName
from app.notifications.models import Notification
from app.notifications.rules import NotificationState
from app.people.models import Person
from app.people.queries import by_phone, people_with_role, scopes_of
from app.rotation.queries import on_duty_now

DEMO_NUMBERS = "+861740"
# Of a resident who has no account.
NEWCOMER = "+8617409990001"
LOOKED_AT = 200
JUST_NOW = timedelta(hours=1)
TEXTS_LOOKED_AT = 80


@dataclass(frozen=True, slots=True)
class DemoPhone:
    """A telephone of the demo (E.164); without a name when nobody has registered its number."""

    phone: str
    name: str = ""
    roles: tuple[str, ...] = ()


def is_demo_phone(phone: str) -> bool:
    """Whether no carrier hands out this number (E.164)."""
    return phone.startswith(DEMO_NUMBERS)


def holds_demo(session: Session) -> bool:
    """Whether this database is the demo's: whoever was enrolled first is made up."""
    first = session.scalar(select(Person.phone).order_by(Person.id).limit(1))
    return first is not None and is_demo_phone(first)


def demo_people(session: Session, role: str, *, limit: int) -> list[DemoPhone]:
    """Made-up active people who hold a role, the first enrolled first."""
    return [_phone_of(session, one) for one in _made_up(session, role)[:limit]]


def holder_of(session: Session, phone: str) -> DemoPhone:
    """Whose telephone it is."""
    person = by_phone(session, phone)
    return DemoPhone(phone) if person is None else _phone_of(session, person)


def first_phones(session: Session, *, now: datetime) -> list[str]:
    """A resident's without an account, a volunteer's and a coordinator's.

    The volunteer is on duty where the first one lives, if anybody is: whoever is on duty is asked
    first when help is needed at once.
    """
    volunteers = _made_up(session, RoleName.VOLUNTEER)
    coordinators = _made_up(session, RoleName.COORDINATOR)
    home = volunteers[0].area_path if volunteers else "/"
    there = [session.get_one(Person, key) for key in on_duty_now(session, home, now)]
    on_duty = [one for one in there if is_demo_phone(one.phone)]
    shown = [*(on_duty or volunteers)[:1], *coordinators[:1]]
    return list(dict.fromkeys([NEWCOMER, *(one.phone for one in shown)]))


def just_texted(
    session: Session, *, but: Sequence[str], limit: int, now: datetime
) -> list[DemoPhone]:
    """Other telephones that got texts within the last hour, the newest first."""
    rows = session.scalars(
        select(Notification.address)
        .where(
            Notification.channel == "sms",
            Notification.made_at > now - JUST_NOW,
            Notification.state != NotificationState.CANCELLED,
        )
        .order_by(Notification.id.desc())
        .limit(TEXTS_LOOKED_AT)
    )
    others = dict.fromkeys(one for one in rows if is_demo_phone(one) and one not in but)
    return [holder_of(session, one) for one in list(others)[:limit]]


def _made_up(session: Session, role: str) -> list[Person]:
    found = people_with_role(session, role, limit=LOOKED_AT)
    return [one for one in found if is_demo_phone(one.phone)]


def _phone_of(session: Session, person: Person) -> DemoPhone:
    roles = dict.fromkeys(str(one.role) for one in scopes_of(session, person.id))
    return DemoPhone(person.phone, person.name, tuple(roles))
