"""The types of outgoing and incoming messages, independent of the provider."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from app.notifications.outcomes import OutcomeKind


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message. `key` identifies it across repetitions and in the address of its receipts.

    `since` is when it was created (UTC): anything older at the provider is another message.
    """

    to: str = field(repr=False)
    body: str = field(repr=False)
    subject: str
    key: str
    since: datetime | None = None
    # Language of the text, for channels that speak it.
    language: str = ""
    # iCalendar text to attach, where the channel can carry it.
    calendar: str = field(default="", repr=False)
    # For a push: the path that a tap opens, the message that it replaces on the screen, for how
    # many seconds it is worth delivering, and whether it rings.
    link: str = field(default="", repr=False)
    tag: str = ""
    lives_s: int = 0
    rings: bool = False
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message. `code` is the provider's own, for people to look up.

    `provider_id` is set once the provider has the message, whatever happened to it afterwards.
    """

    kind: OutcomeKind
    provider_id: str | None = None
    code: str | None = None
    # Seconds to wait, as a busy provider asks.
    retry_after_s: int | None = None
    # The name of the provider in the registry; empty for channels without one.
    provider: str = ""


class Channel(Protocol):
    """Something that carries messages."""

    def send(self, outgoing: Outgoing) -> Outcome:
        """Sends once. Never raises for a failure of the provider or the network."""

    def ask(self, outgoing: Outgoing, provider_id: str | None) -> Outcome:
        """Asks what became of a message whose outcome is unknown.

        RETRY means that the provider does not have it: it may be sent again.
        """


@dataclass(frozen=True, slots=True)
class IncomingText:
    """A text that came in. `provider_id` is unique at its provider; empty if it gave none."""

    provider: str
    provider_id: str
    sender: str = field(repr=False)
    body: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a provider reports about a message of ours. `key` is the message's, as in Outgoing.

    `status` and `code` are the provider's own words, kept for people; `kind` is their meaning,
    UNKNOWN if they have none.
    """

    key: str
    provider_id: str
    status: str
    code: str | None
    kind: OutcomeKind
    provider: str = ""
