"""Describes a provider: its name, its settings, and what it can do, as plain functions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from app.channels.ports import Channel

S = TypeVar("S")


class SettingsReader(Protocol):
    """How a provider reads its settings: see config.py. Every method may raise BadSetting."""

    def text(self, name: str, default: str = "") -> str: ...
    def number(self, name: str, default: int, low: int, high: int) -> int: ...
    def flag(self, name: str, default: bool) -> bool: ...
    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str: ...
    def url(self, name: str, default: str) -> str: ...
    def all_or_none(self, *names: str) -> tuple[str, ...] | None:
        """The values, or None when all are empty."""


@dataclass(frozen=True, slots=True)
class Provider(Generic[S]):
    """One provider. A field that is None is something that it cannot do.

    `name` is its folder here, its module in `app/web/hooks` and its part of the callback path.
    `sms_out` and `call` make a channel from the settings and the public address of its hook, or
    None if the settings do not allow it. `sms_in` gives the number that people text to. `receipts`
    says whether it reports delivery.
    """

    name: str
    settings: type[S]
    read: Callable[[SettingsReader], S | None]
    sms_out: Callable[[S, str], Channel | None] | None = None
    call: Callable[[S, str], Channel | None] | None = None
    sms_in: Callable[[S], str] | None = None
    receipts: bool = False

    @property
    def has_hook(self) -> bool:
        """Whether it posts anything to us: texts, receipts or pressed keys."""
        return self.sms_in is not None or self.receipts
