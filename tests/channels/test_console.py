"""The default channel, and which channel carries what."""

import io
from dataclasses import dataclass

import pytest

from app.channels.call import CallChannel
from app.channels.console import ConsoleChannel, masked
from app.channels.email import EmailChannel
from app.channels.push import PushChannel
from app.channels.registry import build_channels
from app.channels.sms import SmsChannel
from app.notifications.ports import ACCEPTED, Outgoing


@dataclass(frozen=True)
class Twilio:
    account_sid: str = "AC1"
    auth_token: str = "token"
    sender: str = "+12025550100"
    api_url: str = ""
    caller: str = ""


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
    message = Outgoing("+8617400000001", "【点单】\n验证码 123456", "", "", "key-1")
    outcome = channel.send(message)
    assert printed.getvalue() == "通知 → +86174****0001  【点单】 验证码 123456\n"
    assert (outcome.kind, outcome.state) == (ACCEPTED, "delivered")
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


def test_what_is_not_configured_goes_to_the_console() -> None:
    channels = build_channels(None, None, Push())
    assert isinstance(channels.pop("push"), PushChannel)
    assert {type(one) for one in channels.values()} == {ConsoleChannel}
    assert set(channels) == {"sms", "email", "call"}


def test_what_is_configured_is_used() -> None:
    assert isinstance(build_channels(Twilio(), None, Push())["sms"], SmsChannel)
    assert isinstance(build_channels(Twilio(), None, Push())["email"], ConsoleChannel)
    # Nobody would see a call that is printed where texts really go out.
    assert "call" not in build_channels(Twilio(), None, Push())
    assert isinstance(
        build_channels(Twilio(caller="+12025550101"), None, Push())["call"], CallChannel
    )
    assert isinstance(build_channels(None, Mail(), Push())["email"], EmailChannel)
