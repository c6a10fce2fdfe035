"""The console channel, and which channel is used for what."""

import io
from dataclasses import dataclass, replace

import pytest

from app.channels.build import build_channels
from app.channels.console import ConsoleChannel, masked
from app.channels.email import EmailChannel
from app.channels.ports import Outgoing
from app.channels.push import PushChannel
from app.channels.twilio.call import CallChannel
from app.channels.twilio.settings import TwilioSettings
from app.channels.twilio.sms import SmsChannel
from app.notifications.outcomes import OutcomeKind as Kind


@dataclass(frozen=True)
class Mail:
    host: str = "mail.example"
    port: int = 25
    sender: str = "a@b.example"
    user: str = ""
    password: str = ""
    starttls: bool = True


@dataclass(frozen=True)
class Push:
    key: bytes = bytes([7]) * 32
    contact: str = "https://diandan.example"
    hosts: frozenset[str] = frozenset()


def test_message_is_one_line_with_the_number_masked() -> None:
    printed = io.StringIO()
    channel = ConsoleChannel(printed)
    message = Outgoing("+8617400000001", "【点单】\n验证码 123456", "", "key-1")
    outcome = channel.send(message)
    assert printed.getvalue() == "通知 → +86174****0001  【点单】 验证码 123456\n"
    assert outcome.kind == Kind.DELIVERED
    assert channel.ask(message, None) == outcome


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("+8617400000001", "+86174****0001"),
        ("17400000001", "****01"),
        ("ab@b.example", "a***@b.example"),
        ("@", "@***@"),
        ("", "****"),
    ],
)
def test_masked_address_cannot_be_used(address: str, shown: str) -> None:
    assert masked(address) == shown


URL = "https://diandan.example"
TWILIO = TwilioSettings("AC1", "token", "+12025550100")


def test_what_is_not_configured_goes_to_the_console() -> None:
    channels = build_channels((), None, Push(), URL)
    assert isinstance(channels.pop("push"), PushChannel)
    assert {type(one) for one in channels.values()} == {ConsoleChannel}
    assert set(channels) == {"sms", "email", "call"}


def test_what_is_configured_is_used() -> None:
    channels = build_channels((TWILIO,), None, Push(), URL)
    assert isinstance(channels["sms"], SmsChannel)
    assert isinstance(channels["email"], ConsoleChannel)
    # Where real texts go out, nobody would see a printed call.
    assert "call" not in channels
    may_call = replace(TWILIO, caller="+12025550101")
    assert isinstance(build_channels((may_call,), None, Push(), URL)["call"], CallChannel)
    assert isinstance(build_channels((), Mail(), Push(), URL)["email"], EmailChannel)


def test_the_callback_path_names_the_provider() -> None:
    texts = build_channels((TWILIO,), None, Push(), URL)["sms"]
    assert isinstance(texts, SmsChannel) and texts.hook_url == f"{URL}/hooks/twilio"
