"""A night with an urgent request in one quarter: people, the request, and the outcome."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from app.dispatch.models import Escalation
from app.help_requests.models import HelpRequest
from app.notifications.models import Notification
from app.trail.models import Event
from tests import factories
from tests.e2e.house import House
from tests.e2e.phones import Phone
from tests.e2e.quarter import Quarter, move_in
from tests.fakes.twilio_kept import Message


@dataclass
class Night:
    """The people of one quarter, the request, and the outcome."""

    quarter: Quarter
    resident: Phone
    first: Phone
    backup: Phone
    near: Phone
    sleeper: Phone
    ids: dict[int, str] = field(default_factory=dict)
    code: str = ""

    def order(self) -> datetime:
        """The resident orders by text; returns when the first step of escalation was taken."""
        began = self.quarter.clock.now()
        self.resident.text(f"{self.quarter.name}急救 {self.quarter.name}花园")
        self.code = self.resident.gets_code("编号")
        assert self.quarter.house.twilio.wait_for(lambda: len(self.steps()) == 1, 90)
        return began

    def told(self) -> list[tuple[str, str, str]]:
        """Messages in order: to whom, which, by which channel."""
        with self.quarter.house.session() as session:
            rows = session.execute(
                select(Notification.person_id, Notification.template, Notification.channel)
                .where(Notification.request_id == self.request().id)
                .where(Notification.person_id.is_not(None))
                .order_by(Notification.id)
            ).all()
        return [(self.ids[person or 0], template, channel) for person, template, channel in rows]

    def request(self) -> HelpRequest:
        """The request as it is now."""
        with self.quarter.house.session() as session:
            found = session.scalars(select(HelpRequest).where(HelpRequest.code == self.code)).one()
            session.expunge(found)
        return found

    def steps(self) -> list[tuple[str, float]]:
        """Who was notified by each step, and how many seconds after matching began."""
        with self.quarter.house.session() as session:
            rows = session.execute(
                select(Event.details, Event.at, Escalation.began_at)
                .join(Escalation, Escalation.request_id == Event.request_id)
                .where(Event.request_id == self.request().id, Event.kind == "escalation.step")
                .order_by(Event.seq)
            ).all()
        return [(one["who"], (at - began).total_seconds()) for one, at, began in rows]

    def escalation_policy(self) -> str:
        """How the escalation ended."""
        with self.quarter.house.session() as session:
            chosen = select(Escalation.state).where(Escalation.request_id == self.request().id)
            return session.scalars(chosen).one()


def calls(phone: Phone) -> list[Message]:
    """The calls to a phone."""
    return [one for one in phone.house.twilio.messages(phone.number) if one.is_call]


def is_called(phone: Phone) -> Message:
    """Waits until a phone is called."""
    assert phone.house.twilio.wait_for(lambda: calls(phone), 90), phone.inbox()
    return calls(phone)[-1]


def begin(house: House, name: str, code: str, three: datetime, needed: int = 1) -> Night:
    """Sets up: two on duty, one in the next community, one at home; coordinators here and above."""
    quarter = move_in(house, name, code, volunteers_needed=needed)
    people = [quarter.volunteer() for _ in range(2)]
    near = quarter.volunteer(where=quarter.other)
    sleeper = quarter.volunteer()
    start = three - timedelta(hours=3)
    for layer, (person, _) in enumerate(people, start=1):
        quarter.on_duty(person, start, 8, layer=layer)
    quarter.on_duty(near[0], start, 8, where=quarter.other)
    ids = {quarter.mayor_id: "mayor", quarter.boss.person_id or 0: "chief", near[0].id: "near"}
    ids |= {people[0][0].id: "first", people[1][0].id: "backup", sleeper[0].id: "sleeper"}
    resident = Phone(house, factories.phone_number())
    phones = (people[0][1], people[1][1], near[1], sleeper[1])
    return Night(quarter, resident, *phones, ids)


def on_duty_till_three(nights: Iterable[Night], three: datetime) -> None:
    """Begins the shifts at midnight with everybody's check-in, then moves the clock to three."""
    for night in nights:
        night.quarter.clock.to(three - timedelta(hours=3))
        for phone in (night.first, night.backup, night.near):
            phone.says_here()
    for night in nights:
        night.quarter.clock.to(three)
