"""An urgent text at three in the morning: who is called when, and who is left to sleep."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app.dispatch.models import Escalation
from app.help_requests.models import HelpRequest
from app.notifications.models import Notification
from app.people.models import Person
from app.trail.chain import verify
from app.trail.models import Event
from tests import factories
from tests.standins.twilio_kept import Message
from tests.stories.house import House
from tests.stories.phones import Phone
from tests.stories.quarter import Quarter, move_in

# When each rung of the ladder comes, in seconds, and how late it may be on a busy machine.
RUNGS = (0, 30, 90, 180, 420, 600, 900)
LATE_S = 45


@dataclass
class Night:
    """Who is there in one quarter, the request, and what came of it."""

    quarter: Quarter
    resident: Phone
    first: Phone
    backup: Phone
    near: Phone
    sleeper: Phone
    mayor: Phone
    ids: dict[int, str] = field(default_factory=dict)
    code: str = ""

    def told(self) -> list[tuple[str, str, str]]:
        """Who was told what over what, in order."""
        with self.quarter.house.session() as session:
            rows = session.execute(
                select(Notification.person_id, Notification.template, Notification.channel)
                .where(Notification.request_id == self.request().id)
                .where(Notification.person_id.is_not(None))
                .order_by(Notification.id)
            ).all()
        return [(self.ids[person or 0], template, channel) for person, template, channel in rows]

    def request(self) -> HelpRequest:
        """As it stands."""
        with self.quarter.house.session() as session:
            found = session.scalars(select(HelpRequest).where(HelpRequest.code == self.code)).one()
            session.expunge(found)
        return found

    def rungs(self) -> list[tuple[str, float]]:
        """Who was told by each rung, and how many seconds after matching began."""
        with self.quarter.house.session() as session:
            ladder = session.scalars(
                select(Escalation).where(Escalation.request_id == self.request().id)
            ).one()
            rows = session.execute(
                select(Event.details, Event.at)
                .where(Event.request_id == ladder.request_id, Event.kind == "escalation.rung")
                .order_by(Event.seq)
            ).all()
            return [(one["who"], (at - ladder.began_at).total_seconds()) for one, at in rows]

    def ladder(self) -> str:
        """How the ladder ended."""
        with self.quarter.house.session() as session:
            chosen = select(Escalation.state).where(Escalation.request_id == self.request().id)
            return session.scalars(chosen).one()


def calls(phone: Phone) -> list[Message]:
    """Calls to a phone."""
    return [one for one in phone.house.twilio.messages(phone.number) if one.is_call]


def is_called(phone: Phone) -> Message:
    """Waits until it rings."""
    assert phone.house.twilio.wait_for(lambda: calls(phone), 40), phone.inbox()
    return calls(phone)[-1]


def begin(
    house: House, name: str, code: str, three: datetime, above: int, needed: int = 1
) -> Night:
    """Two on duty, one in the next community, one at home; coordinators here and `above`."""
    quarter = move_in(house, name, code, volunteers_needed=needed)
    people = [quarter.volunteer() for _ in range(2)]
    near = quarter.volunteer(where=quarter.other)
    sleeper = quarter.volunteer()
    start = three - timedelta(hours=3)
    for layer, (person, _) in enumerate(people, start=1):
        quarter.on_duty(person, start, 8, layer=layer)
    quarter.on_duty(near[0], start, 8, where=quarter.other)
    with house.session() as session:
        mayor = session.get_one(Person, above).phone
        boss = quarter.boss.person_id or 0
        ids = {above: "mayor", boss: "chief", near[0].id: "near"}
        ids |= {people[0][0].id: "first", people[1][0].id: "backup", sleeper[0].id: "sleeper"}
    resident = Phone(house, factories.phone_number())
    phones = (people[0][1], people[1][1], near[1], sleeper[1], Phone(house, mayor))
    return Night(quarter, resident, *phones, ids)


@pytest.fixture(scope="module")
def nights(night_house: House) -> dict[str, Night]:
    """Three quarters in the same night: nobody answers, one presses a key, two must go."""
    clock = night_house.clock
    assert clock is not None
    three = clock.day(1, 3)
    with night_house.session() as session:
        above = factories.coordinator(session, night_house.place.district).id
    silent = begin(night_house, "清泉", "440311", three, above)
    pressed = begin(night_house, "月亮", "440312", three, above)
    paired = begin(night_house, "双桥", "440313", three, above, needed=2)
    nights = {"silent": silent, "pressed": pressed, "paired": paired}
    clock.to(three - timedelta(hours=3))
    for night in nights.values():
        for phone in (night.first, night.backup, night.near):
            phone.says_here()
    clock.to(three)
    for night in nights.values():
        night.resident.text(f"{night.quarter.name}急救 {night.quarter.name}花园")
        night.code = night.resident.gets_code("已收到您的求助")
    began = clock.now()
    for night in (silent, pressed):
        night.first.is_asked()
    # One of the two who must go says yes at once; in the second quarter the call is answered.
    paired.first.text(f"1 {paired.first.is_asked()}")
    paired.first.gets("接单成功")
    clock.to(began + timedelta(seconds=30))
    assert night_house.twilio.wait_for(lambda: len(silent.rungs()) == 2, 30)
    clock.to(began + timedelta(seconds=90))
    is_called(silent.first)
    assert "接单成功" in night_house.twilio.press(is_called(pressed.first), "1").body
    clock.to(began + timedelta(seconds=180))
    is_called(silent.backup)
    assert "接单成功" in night_house.twilio.press(is_called(paired.backup), "1").body
    for seconds, phone in ((420, silent.near), (600, silent.quarter.chief), (900, silent.mayor)):
        clock.to(began + timedelta(seconds=seconds))
        is_called(phone)
    # Later than anything that could still come.
    clock.move(timedelta(minutes=5))
    assert night_house.twilio.wait_for(lambda: silent.ladder() == "spent", 30)
    return nights


def test_each_rung_at_its_time_once(nights: dict[str, Night]) -> None:
    night = nights["silent"]
    who = [*["first_call"] * 3, "backup", "neighbour", "coordinator", "coordinator"]
    rungs = night.rungs()
    assert [one for one, _ in rungs] == who
    for due, (_, came) in zip(RUNGS, rungs, strict=True):
        assert due <= came < due + LATE_S, rungs
    called = [who for who, _, channel in night.told() if channel == "call"]
    assert called == ["first", "backup", "near", "chief", "mayor"]
    assert all(len(calls(one)) == 1 for one in (night.first, night.backup, night.near))


def test_nobody_sleeping_is_woken(nights: dict[str, Night]) -> None:
    for night in nights.values():
        assert night.sleeper.inbox() == []


def test_key_one_silences_the_rest(nights: dict[str, Night]) -> None:
    night = nights["pressed"]
    assert (night.request().state, night.ladder()) == ("assigned", "answered")
    assert [who for who, _ in night.rungs()] == ["first_call"] * 3
    assert [who for who, _, channel in night.told() if channel == "call"] == ["first"]
    assert calls(night.backup) == calls(night.near) == calls(night.quarter.chief) == []
    night.resident.gets("志愿者已接单")


def test_two_must_go(nights: dict[str, Night]) -> None:
    night = nights["paired"]
    assert (night.request().state, night.request().places_taken) == ("assigned", 2)
    assert night.ladder() == "answered"
    # Whoever said yes is left in peace.
    assert [who for who, _, channel in night.told() if channel == "call"] == ["backup"]
    night.resident.gets("志愿者已接单")


def test_who_was_told_what(nights: dict[str, Night]) -> None:
    # The coordinator of an urgent request hears of it at once by text, and is called last.
    asked = [("chief", "coordinator_attention", "sms")]
    asked += [(who, "match_asked", "sms") for who in ("first", "backup")]
    called = [("first", "call_match", "call"), ("backup", "urgent_again", "sms")]
    called += [("backup", "call_match", "call"), ("near", "match_asked", "sms")]
    called += [("near", "call_match", "call")]
    for who in ("chief", "mayor"):
        called += [(who, "coordinator_attention", "sms"), (who, "call_coordinator", "call")]
    assert nights["silent"].told() == asked + called


def test_trail_is_whole(nights: dict[str, Night], night_house: House) -> None:
    with night_house.session() as session:
        assert list(verify(session)) == []
