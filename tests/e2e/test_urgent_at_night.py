"""An urgent text at three in the morning: who is called when, and who is not woken."""

from datetime import timedelta

import pytest

from app.trail.verification import verify
from tests.e2e.house import House
from tests.e2e.night import Night, begin, calls, is_called, on_duty_till_three

# Seconds until each step of escalation, and how late it may be on a busy machine.
STEPS = (0, 30, 90, 180, 420, 600, 900)
LATE_S = 45
# When nobody is left who could say yes, the coordinator is notified of that too.
LEFT_ALONE = ("chief", "coordinator_attention", "sms")


@pytest.fixture(scope="module")
def nights(night_house: House) -> dict[str, Night]:
    """Three quarters in the same night: nobody answers, one presses a key, two are needed."""
    clock = night_house.clock
    assert clock is not None
    three = clock.day(1, 3)
    silent = begin(night_house, "清泉", "440311", three)
    pressed = begin(night_house, "月亮", "440312", three)
    paired = begin(night_house, "双桥", "440313", three, needed=2)
    nights = {"silent": silent, "pressed": pressed, "paired": paired}
    on_duty_till_three(nights.values(), three)
    began = max(night.order() for night in nights.values())
    for night in (silent, pressed):
        night.first.is_asked()
    # One of the two needed says yes at once; in the second quarter the call is answered.
    paired.first.text(f"1 {paired.first.is_asked()}")
    paired.first.gets("接单成功")
    clock.to(began + timedelta(seconds=30))
    assert night_house.twilio.wait_for(lambda: len(silent.steps()) == 2, 30)
    clock.to(began + timedelta(seconds=90))
    is_called(silent.first)
    assert "接单成功" in night_house.twilio.press(is_called(pressed.first), "1").body
    clock.to(began + timedelta(seconds=180))
    is_called(silent.backup)
    assert "接单成功" in night_house.twilio.press(is_called(paired.backup), "1").body
    for seconds, phone in (
        (420, silent.near),
        (600, silent.quarter.chief),
        (900, silent.quarter.mayor),
    ):
        clock.to(began + timedelta(seconds=seconds))
        is_called(phone)
    # Later than anything still to come: the last ask, to the neighbour, is over too.
    clock.move(timedelta(minutes=5))
    assert night_house.twilio.wait_for(lambda: silent.told()[-1] == LEFT_ALONE, 30)
    return nights


def test_each_step_at_its_time_once(nights: dict[str, Night]) -> None:
    night = nights["silent"]
    who = [*["first_call"] * 3, "backup", "neighbour", "coordinator", "coordinator"]
    steps = night.steps()
    assert [one for one, _ in steps] == who
    for due, (_, came) in zip(STEPS, steps, strict=True):
        assert due <= came < due + LATE_S, steps
    called = [who for who, _, channel in night.told() if channel == "call"]
    assert called == ["first", "backup", "near", "chief", "mayor"]
    assert all(len(calls(one)) == 1 for one in (night.first, night.backup, night.near))
    # Nobody acted: it goes on.
    assert night.escalation_policy() == "running"


def test_nobody_sleeping_is_woken(nights: dict[str, Night]) -> None:
    for night in nights.values():
        assert night.sleeper.inbox() == []


def test_key_one_silences_the_rest(nights: dict[str, Night]) -> None:
    night = nights["pressed"]
    assert (night.request().state, night.escalation_policy()) == ("assigned", "answered")
    assert [who for who, _ in night.steps()] == ["first_call"] * 3
    assert [who for who, _, channel in night.told() if channel == "call"] == ["first"]
    assert calls(night.backup) == calls(night.near) == calls(night.quarter.chief) == []
    night.resident.gets("志愿者已接单")


def test_two_must_go(nights: dict[str, Night]) -> None:
    night = nights["paired"]
    assert (night.request().state, night.request().places_taken) == ("assigned", 2)
    assert night.escalation_policy() == "answered"
    # After a yes nobody is called again.
    assert [who for who, _, channel in night.told() if channel == "call"] == ["backup"]
    night.resident.gets("志愿者已接单")


def test_who_was_told_what(nights: dict[str, Night]) -> None:
    # The coordinator gets a text about an urgent request at once, and is called last.
    asked = [("chief", "coordinator_attention", "sms")]
    asked += [(who, "match_asked", "sms") for who in ("first", "backup")]
    called = [("first", "call_match", "call"), ("backup", "urgent_again", "sms")]
    called += [("backup", "call_match", "call"), ("near", "match_asked", "sms")]
    called += [("near", "call_match", "call")]
    for who in ("chief", "mayor"):
        called += [(who, "coordinator_attention", "sms"), (who, "call_coordinator", "call")]
    assert nights["silent"].told() == [*asked, *called, LEFT_ALONE]


def test_trail_is_whole(nights: dict[str, Night], night_house: House) -> None:
    with night_house.session() as session:
        assert list(verify(session)) == []
