"""The shape of what leaves the house, whatever carries it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

ACCEPTED = "accepted"
RETRY = "retry"
PERMANENT = "permanent"
UNKNOWN = "unknown"
# The code of an outcome: there is no such address any more.
GONE = "gone"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message. `key` tells repetitions apart; `callback_url` is where receipts go.

    `since` is when it was made (UTC): nothing older at the provider can be this message.
    """

    to: str = field(repr=False)
    body: str = field(repr=False)
    subject: str
    callback_url: str
    key: str
    since: datetime | None = None
    # Of the words, for whoever speaks them.
    language: str = ""
    # iCalendar text that goes along, where the channel can carry it.
    calendar: str = field(default="", repr=False)
    # For a push: where a tap leads (a path of the house), what it replaces on the screen, for how
    # many seconds it is worth delivering, and whether it rings.
    link: str = field(default="", repr=False)
    tag: str = ""
    lives_s: int = 0
    rings: bool = False
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it: accepted, retry, permanent or unknown (it may have gone out)."""

    kind: str
    provider_id: str | None = None
    code: str | None = None
    retry_after_s: int | None = None
    # What a provider says about a message that it was asked about: sent, delivered, failed.
    state: str | None = None


class Channel(Protocol):
    """Something that carries messages."""

    def send(self, outgoing: Outgoing) -> Outcome:
        """Sends once. Never raises for what the provider or the network does."""

    def ask(self, outgoing: Outgoing, provider_id: str | None) -> Outcome:
        """Asks what became of a message whose outcome is unknown."""
