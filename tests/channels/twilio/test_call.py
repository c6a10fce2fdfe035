"""Calls by Twilio: placed, spoken, answered by a key, or not answered."""

import pytest

from app.channels.ports import Outgoing
from app.channels.twilio.call import CallChannel
from app.channels.twilio.settings import TwilioSettings
from app.channels.twilio.spoken import spoken_once
from app.notifications.outcomes import OutcomeKind as Kind
from tests.fakes.twilio import Twilio, running
from tests.fakes.twilio_kept import Behaviour

PHONE = "+8617401234567"
HOOK = "http://127.0.0.1:9/hooks/twilio"


def channel(twilio: Twilio, timeout_s: float = 5.0) -> CallChannel:
    settings = TwilioSettings(
        twilio.account_sid, twilio.auth_token, twilio.number, twilio.url, caller="+12025550199"
    )
    return CallChannel(settings, HOOK, timeout_s)


def outgoing() -> Outgoing:
    return Outgoing(PHONE, "急需帮忙 <1&2>", "", "tok-1", language="zh_Hans")


def test_a_call_speaks_twice_and_waits_for_a_key() -> None:
    with running() as twilio:
        told = channel(twilio).send(outgoing())
        (call,) = twilio.messages(PHONE)
    assert (told.kind, told.provider_id, call.sender) == (Kind.ACCEPTED, call.sid, "+12025550199")
    assert call.body.count('<Say language="zh-CN">急需帮忙 &lt;1&amp;2&gt;</Say>') == 2
    assert call.callback == "http://127.0.0.1:9/hooks/twilio/status/tok-1"
    assert 'action="http://127.0.0.1:9/hooks/twilio/key/tok-1"' in call.body


@pytest.mark.parametrize(
    ("how", "kind"),
    [
        (Behaviour.BUSY, Kind.RETRY),
        (Behaviour.BROKEN, Kind.RETRY),
        (Behaviour.NOT_MOBILE, Kind.NO_TEXTS),
        (Behaviour.CUT_OFF, Kind.UNKNOWN),
        (Behaviour.GARBLED, Kind.UNKNOWN),
    ],
)
def test_what_an_answer_means(how: Behaviour, kind: Kind) -> None:
    with running() as twilio:
        twilio.behave(how)
        assert channel(twilio).send(outgoing()).kind == kind


def test_asked_about_by_its_id_or_placed_again() -> None:
    with running() as twilio:
        calls = channel(twilio)
        known = calls.send(outgoing()).provider_id
        assert calls.ask(outgoing(), known).kind in (Kind.ACCEPTED, Kind.DELIVERED)
        assert calls.ask(outgoing(), "CA0").kind == Kind.RETRY
        assert calls.ask(outgoing(), None).kind == Kind.RETRY


def test_what_a_key_did_is_spoken_in_the_language_of_the_call() -> None:
    assert spoken_once("谢谢 <1&2>", "zh_Hant") == (
        '<Response><Say language="zh-TW">谢谢 &lt;1&amp;2&gt;</Say></Response>'
    )
