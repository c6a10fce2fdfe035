"""The list of providers. For each purpose the first configured provider that can do it is used."""

from collections.abc import Iterable, Iterator
from typing import Any

from app.channels.providers import Provider, SettingsReader
from app.channels.twilio.call import call_channel
from app.channels.twilio.codes import NAME
from app.channels.twilio.settings import TwilioSettings, read_twilio, texted_number
from app.channels.twilio.sms import SmsChannel

PROVIDERS: tuple[Provider[Any], ...] = (
    Provider(
        name=NAME,
        settings=TwilioSettings,
        read=read_twilio,
        sms_out=SmsChannel,
        sms_in=texted_number,
        receipts=True,
        call=call_channel,
    ),
)


def read_providers(read: SettingsReader) -> tuple[object, ...]:
    """The settings of each provider that is configured. Raises BadSetting."""
    found = (one.read(read) for one in PROVIDERS)
    return tuple(one for one in found if one is not None)


def configured(settings: Iterable[object]) -> Iterator[tuple[Provider[Any], Any]]:
    """Each configured provider with its settings, in the order of the registry."""
    given = tuple(settings)
    for provider in PROVIDERS:
        for one in given:
            if isinstance(one, provider.settings):
                yield provider, one


def texted_to(settings: Iterable[object]) -> str:
    """The number that people text to; empty if there is none."""
    numbers = (one.sms_in(its) for one, its in configured(settings) if one.sms_in is not None)
    return next((number for number in numbers if number), "")
