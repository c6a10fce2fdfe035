"""Everything is killed in the middle of a reminder and of an urgent night, provider answers are
lost, and the clock jumps: each thing happens, and only once."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from app.dispatch.escalation_policy import DEFAULT
from app.notifications.models import Notification
from app.trail.models import Event
from app.trail.verification import verify
from tests.e2e.house import House
from tests.e2e.night import Night, begin, calls, is_called, on_duty_till_three
from tests.e2e.phones import Phone
from tests.e2e.quarter import move_in
from tests.fakes.twilio_kept import Behaviour

ASKED, SOON, BEGINS, THANKS = "想请您值班", "开始，谢谢您", "您的值班开始了", "您的值班结束了"
# A receipt that came while the service was down is not sent again.
OUT = {"accepted", "delivered"}
MINUTE = timedelta(minutes=1)
# A killed process's claim expires after this long by the service's clock.
CLAIM_GONE = timedelta(seconds=30)


def sending(house: House, phone: Phone) -> bool:
    """Whether a message to this phone was handed to the provider with unknown outcome."""
    with house.session() as session:
        rows = session.execute(select(Notification.state, Notification.address))
        return ("submitting", phone.number) in [tuple(row) for row in rows]


def settled(house: House, phone: Phone) -> bool:
    """Whether all messages to this phone are settled."""
    with house.session() as session:
        rows = session.execute(select(Notification.state, Notification.address)).all()
        return {state for state, address in rows if address == phone.number} <= {
            "accepted",
            "delivered",
        }


def wait(house: House, true: Callable[[], bool], seconds: float = 90) -> None:
    assert house.twilio.wait_for(true, seconds)


def test_killed_while_reminders_are_sent(night_house: House) -> None:
    clock = night_house.clock
    assert clock is not None
    clock.to(clock.day(1, 10))
    quarter = move_in(night_house, "红岭", "440331")
    (one, kept), (two, lost) = quarter.volunteer(), quarter.volunteer()
    start = clock.day(0, 20)
    for person in (one, two):
        quarter.on_duty(person, start, 4)
    # The provider's answer to one is lost, the other never arrives.
    night_house.twilio.behave(Behaviour.ANSWER_LOST, to=kept.number, times=1)
    night_house.twilio.behave(Behaviour.MESSAGE_LOST, to=lost.number, times=1)
    clock.to(start - 50 * MINUTE)
    wait(night_house, lambda: sending(night_house, kept) and sending(night_house, lost))
    night_house.kill()
    clock.move(CLAIM_GONE)
    night_house.open()
    lost.gets(SOON)
    wait(night_house, lambda: settled(night_house, kept) and settled(night_house, lost))
    # Ten minutes back, and on again: nobody is reminded twice.
    clock.move(-10 * MINUTE)
    clock.to(start)
    kept.says_here()
    number = lost.is_asked_about_duty(BEGINS)
    clock.move(-10 * MINUTE)
    # The ticker goes on: nobody waits until the old time comes again.
    lost.text(f"1 {number}")
    lost.gets("已经记下了")
    # Past the end of this shift and many others.
    clock.to(start + timedelta(hours=5))
    for phone in (kept, lost):
        phone.gets(THANKS)
    words = (ASKED, SOON, BEGINS, "已经记下了", THANKS)
    for phone in (kept, lost):
        inbox = phone.inbox()
        assert len(inbox) == len(words), inbox
        assert all(word in body for word, body in zip(words, inbox, strict=True)), inbox


def test_jumps_over_a_whole_shift(night_house: House) -> None:
    clock = night_house.clock
    assert clock is not None
    clock.to(clock.day(1, 10))
    quarter = move_in(night_house, "白石", "440332")
    (one, phone), (two, after) = quarter.volunteer(), quarter.volunteer()
    start = clock.day(2, 8)
    quarter.on_duty(one, start, 4)
    quarter.on_duty(two, start + timedelta(hours=4), 8)
    clock.to(start + timedelta(hours=5))
    phone.gets(THANKS)
    # The start of the next shift was missed: its person is asked an hour later.
    after.says_here()
    with night_house.session() as session:
        ended = select(Event.subject_id).where(
            Event.kind == "shift.ended", Event.subject_id == str(quarter.shift_of(one.id).id)
        )
        assert len(session.scalars(ended).all()) == 1
    assert len(phone.inbox()) == 2 and len(after.inbox()) == 3


def test_killed_between_steps(night_house: House) -> None:
    clock = night_house.clock
    assert clock is not None
    three = clock.day(1, 3)
    night = begin(night_house, "坂田", "440333", three)
    on_duty_till_three([night], three)
    began = night.order()
    night.first.is_asked()
    # The text of the second step came a minute ago, too soon to be repeated.
    clock.to(began + timedelta(seconds=30))
    wait(night_house, lambda: len(night.steps()) == 2)
    night_house.twilio.behave(Behaviour.ANSWER_LOST, to=night.first.number, times=1)
    clock.to(began + timedelta(seconds=90))
    wait(night_house, lambda: len(calls(night.first)) == 1)
    wait(night_house, lambda: sending(night_house, night.first))
    # Down while the answer to the first call is pending, until after the next step.
    night_house.kill()
    clock.to(began + timedelta(seconds=185))
    night_house.open()
    is_called(night.backup)
    # It is unknown whether the phone rang: call twice rather than never.
    wait(night_house, lambda: len(calls(night.first)) == 2)
    # The service has the provider's answers; a call unknown to it would be placed again.
    for phone in (night.first, night.backup):
        wait(night_house, lambda phone=phone: settled(night_house, phone))  # type: ignore[misc]
    clock.move(-10 * MINUTE)
    night_house.kill()
    clock.to(began + timedelta(seconds=1000))
    night_house.open()
    is_called(night.quarter.mayor)
    wait(night_house, lambda: len(night.steps()) == len(DEFAULT))
    assert night.escalation_policy() == "running"
    check(night)
    with night_house.session() as session:
        assert list(verify(session)) == []


def check(night: Night) -> None:
    """Each step once, in order; each person notified of each thing once."""
    assert [one for one, _ in night.steps()] == [step.who for step in DEFAULT]
    for phone in (night.backup, night.near, night.quarter.chief, night.quarter.mayor):
        assert len(calls(phone)) == 1
    for who_was, words, channel in night.told():
        if channel == "sms" and words != "coordinator_attention":
            assert Counter(night.told())[who_was, words, channel] == 1
