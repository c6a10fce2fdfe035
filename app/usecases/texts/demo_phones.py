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

DEMO_NUMBERS = "+861740"
# Of a resident who has no account, and of a volunteer who may come at any hour.
NEWCOMER = "+8617409990001"
NEIGHBOUR = "+8617400002000"
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
    """Whether this database is the demo's: the first person enrolled is made up."""
    first = session.scalar(select(Person.phone).order_by(Person.id).limit(1))
    return first is not None and is_demo_phone(first)


def demo_people(session: Session, role: str, *, limit: int) -> list[DemoPhone]:
    """Made-up active people who hold a role, the first enrolled first."""
    return [_phone_of(session, one) for one in _made_up(session, role)[:limit]]


def holder_of(session: Session, phone: str) -> DemoPhone:
    """Whose telephone it is."""
    person = by_phone(session, phone)
    return DemoPhone(phone) if person is None else _phone_of(session, person)


def first_phones(session: Session) -> list[str]:
    """A resident's without an account, a volunteer's (the neighbour's) and a coordinator's."""
    neighbour = by_phone(session, NEIGHBOUR)
    volunteers = [neighbour] if neighbour else _made_up(session, RoleName.VOLUNTEER)[:1]
    shown = [*volunteers, *_made_up(session, RoleName.COORDINATOR)[:1]]
    return [NEWCOMER, *(one.phone for one in shown)]


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
