"""SMS against a fake that keeps state: sent, not sent, and unknown."""

import logging
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from app.channels.ports import Outcome, Outgoing
from app.channels.twilio.settings import TwilioSettings
from app.channels.twilio.sms import SmsChannel
from app.notifications.outcomes import OutcomeKind as Kind
from tests.fakes.twilio import Twilio, running
from tests.fakes.twilio_kept import Behaviour

PHONE = "+8617401234567"
HOOK = "http://127.0.0.1:9/hooks/twilio"


@pytest.fixture
def twilio() -> Iterator[Twilio]:
    with running() as standin:
        standin.tells = ()
        yield standin


def channel_to(
    twilio: Twilio,
    *,
    token: str | None = None,
    sender: str = "+12025550100",
    url: str | None = None,
) -> SmsChannel:
    settings = TwilioSettings(
        twilio.account_sid,
        token or twilio.auth_token,
        sender,
        twilio.url if url is None else url,
    )
    return SmsChannel(settings, HOOK, timeout_s=0.4)


def outgoing(
    to: str = PHONE, body: str = "【点单】编号 ABCD2345 已取消。", since: datetime | None = None
) -> Outgoing:
    return Outgoing(to, body, "点单通知", "key-1", since)


def test_message_is_handed_over_word_for_word(twilio: Twilio) -> None:
    outcome = channel_to(twilio).send(outgoing())
    (kept,) = twilio.messages()
    assert outcome == Outcome(Kind.ACCEPTED, provider_id=kept.sid, provider="twilio")
    assert (kept.to, kept.sender, kept.callback) == (PHONE, twilio.number, f"{HOOK}/status/key-1")
    assert twilio.inbox(PHONE) == ["【点单】编号 ABCD2345 已取消。"]


def test_messaging_service_sends_instead_of_a_number(twilio: Twilio) -> None:
    service = "MG" + "1" * 32
    channel_to(twilio, sender=service).send(outgoing())
    assert [one.sender for one in twilio.messages()] == [service]


@pytest.mark.parametrize(
    ("how", "kind", "code"),
    [
        (Behaviour.OPTED_OUT, Kind.OPTED_OUT, "21610"),
        (Behaviour.NOT_MOBILE, Kind.NO_TEXTS, "21614"),
        (Behaviour.BROKEN, Kind.RETRY, "20500"),
    ],
)
def test_refusal_keeps_nothing(twilio: Twilio, how: Behaviour, kind: Kind, code: str) -> None:
    twilio.behave(how, to=PHONE)
    assert channel_to(twilio).send(outgoing()) == Outcome(kind, code=code, provider="twilio")
    assert twilio.messages() == []
    assert channel_to(twilio).send(outgoing("+8617401234568")).kind == Kind.ACCEPTED


def test_busy_provider_says_how_long_to_wait(twilio: Twilio) -> None:
    twilio.behave(Behaviour.BUSY, times=1, wait_s=17)
    channel = channel_to(twilio)
    assert channel.send(outgoing()) == Outcome(Kind.RETRY, code="429", retry_after_s=17)
    assert channel.send(outgoing()).kind == Kind.ACCEPTED


def test_number_that_is_none_is_refused_for_good(twilio: Twilio) -> None:
    assert channel_to(twilio).send(outgoing("12345")) == Outcome(
        Kind.GONE, code="21211", provider="twilio"
    )


def test_wrong_password_waits_until_it_is_mended(twilio: Twilio) -> None:
    outcome = channel_to(twilio, token="wrong").send(outgoing())
    assert outcome == Outcome(Kind.OUR_FAULT, code="20003", provider="twilio")
    assert channel_to(twilio, token="wrong").ask(outgoing(), None).kind == Kind.UNKNOWN


@pytest.mark.parametrize(
    "how",
    [Behaviour.ANSWER_LOST, Behaviour.CUT_OFF, Behaviour.GATEWAY, Behaviour.GARBLED],
)
def test_lost_answer_is_unknown_and_found_when_asked(twilio: Twilio, how: Behaviour) -> None:
    twilio.behave(how, times=1)
    channel, started = channel_to(twilio), datetime.now(UTC)
    assert channel.send(outgoing()).kind == Kind.UNKNOWN
    (kept,) = twilio.messages()
    found = channel.ask(outgoing(since=started), None)
    assert found == Outcome(Kind.ACCEPTED, provider_id=kept.sid, provider="twilio")


def test_lost_message_is_unknown_and_may_be_sent_again(twilio: Twilio) -> None:
    twilio.behave(Behaviour.MESSAGE_LOST, times=1)
    channel = channel_to(twilio)
    assert channel.send(outgoing()).kind == Kind.UNKNOWN
    assert channel.ask(outgoing(), None) == Outcome(Kind.RETRY, code="not_there")
    assert channel.send(outgoing()).kind == Kind.ACCEPTED
    assert len(twilio.inbox(PHONE)) == 1


def test_asking_a_silent_provider_tells_nothing(twilio: Twilio) -> None:
    channel = channel_to(twilio, url="http://127.0.0.1:9")
    assert channel.ask(outgoing(), None).kind == Kind.UNKNOWN


def test_same_words_of_long_ago_are_not_this_message(twilio: Twilio) -> None:
    channel = channel_to(twilio)
    channel.send(outgoing())
    twilio.messages()[0].made_at -= timedelta(hours=3)
    twilio.behave(Behaviour.MESSAGE_LOST, times=1)
    now = datetime.now(UTC)
    assert channel.send(outgoing(since=now)).kind == Kind.UNKNOWN
    assert channel.ask(outgoing(since=now), None) == Outcome(Kind.RETRY, code="not_there")


def test_other_words_and_other_numbers_are_not_this_message(twilio: Twilio) -> None:
    channel = channel_to(twilio)
    channel.send(outgoing(body="other"))
    channel.send(outgoing("+8617401234568"))
    assert channel.ask(outgoing(), None).kind == Kind.RETRY


def test_message_is_found_among_many(twilio: Twilio) -> None:
    channel = channel_to(twilio)
    channel.send(outgoing())
    for number in range(30):
        channel.send(outgoing(body=f"later {number}"))
    assert channel.ask(outgoing(), None).provider_id == twilio.messages()[0].sid


def test_asked_by_its_id(twilio: Twilio) -> None:
    channel = channel_to(twilio)
    sent = channel.send(outgoing())
    twilio.kept.move(twilio.messages()[0], "undelivered", "30003")
    found = channel.ask(outgoing(), sent.provider_id)
    assert (found.kind, found.code) == (Kind.UNREACHABLE, "30003")
    assert found.provider_id == sent.provider_id
    assert channel.ask(outgoing(), "SM" + "9" * 32) == Outcome(Kind.RETRY, code="not_there")


def test_unreachable_provider_got_nothing(twilio: Twilio) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{probe.getsockname()[1]}"
        assert channel_to(twilio, url=nobody).send(outgoing()).kind == Kind.RETRY


def test_provider_without_a_name_got_nothing(twilio: Twilio) -> None:
    assert channel_to(twilio, url="http://nowhere.invalid").send(outgoing()).kind == Kind.RETRY


def test_no_number_and_no_word_is_logged(twilio: Twilio, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    channel = channel_to(twilio)
    channel.send(outgoing())
    channel.ask(outgoing(), None)
    twilio.behave(Behaviour.OPTED_OUT)
    channel.send(outgoing())
    ours = [one.getMessage() for one in caplog.records if one.name.startswith("twilio")]
    assert ours == []


def test_no_number_and_no_word_is_in_a_repr() -> None:
    assert "1234567" not in repr(outgoing()) and "ABCD2345" not in repr(outgoing())
