"""Calls by Twilio: placed, spoken, answered by a key, and what silence means."""

import pytest

from app.channels.call import CallChannel
from app.notifications.ports import ACCEPTED, PERMANENT, RETRY, UNKNOWN, Outgoing
from tests.fakes.twilio import Twilio, running
from tests.fakes.twilio_kept import Behaviour

PHONE = "+8617401234567"
CALLBACK = "http://127.0.0.1:9/hooks/twilio/status/tok-1"


def channel(twilio: Twilio, timeout_s: float = 5.0) -> CallChannel:
    return CallChannel(
        account_sid=twilio.account_sid,
        auth_token=twilio.auth_token,
        caller="+12025550199",
        api_url=twilio.url,
        timeout_s=timeout_s,
    )


def outgoing() -> Outgoing:
    return Outgoing(PHONE, "急需帮忙 <1&2>", "", CALLBACK, "tok-1", language="zh_Hans")


def test_a_call_speaks_twice_and_waits_for_a_key() -> None:
    with running() as twilio:
        told = channel(twilio).send(outgoing())
        (call,) = twilio.messages(PHONE)
    assert (told.kind, told.provider_id, call.sender) == (ACCEPTED, call.sid, "+12025550199")
    assert call.body.count('<Say language="zh-CN">急需帮忙 &lt;1&amp;2&gt;</Say>') == 2
    assert 'action="http://127.0.0.1:9/hooks/twilio/key/tok-1"' in call.body


@pytest.mark.parametrize(
    ("how", "kind"),
    [
        (Behaviour.BUSY, RETRY),
        (Behaviour.BROKEN, RETRY),
        (Behaviour.NOT_MOBILE, PERMANENT),
        (Behaviour.CUT_OFF, UNKNOWN),
        (Behaviour.GARBLED, UNKNOWN),
    ],
)
def test_what_an_answer_means(how: Behaviour, kind: str) -> None:
    with running() as twilio:
        twilio.behave(how)
        assert channel(twilio).send(outgoing()).kind == kind


def test_asked_about_by_its_id_or_placed_again() -> None:
    with running() as twilio:
        calls = channel(twilio)
        known = calls.send(outgoing()).provider_id
        assert calls.ask(outgoing(), known).kind == ACCEPTED
        assert calls.ask(outgoing(), "CA0").kind == RETRY
        assert calls.ask(outgoing(), None).kind == RETRY
