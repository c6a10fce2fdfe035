"""The shape of what goes out and comes in, whatever carries it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from app.notifications.outcomes import OutcomeKind


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message. `key` tells repetitions apart, and names the message in a receipt's address.

    `since` is when it was made (UTC): nothing older at the provider can be this message.
    """

    to: str = field(repr=False)
    body: str = field(repr=False)
    subject: str
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
    """What became of it. `code` is the provider's own, for people to look up.

    `provider_id` is set once the provider has the message, whatever became of it since.
    """

    kind: OutcomeKind
    provider_id: str | None = None
    code: str | None = None
    # Seconds, as told by a provider that is busy.
    retry_after_s: int | None = None


class Channel(Protocol):
    """Something that carries messages."""

    def send(self, outgoing: Outgoing) -> Outcome:
        """Sends once. Never raises for what the provider or the network does."""

    def ask(self, outgoing: Outgoing, provider_id: str | None) -> Outcome:
        """Asks what became of a message whose outcome is unknown.

        RETRY means that the provider does not have it: it may be sent again.
        """


@dataclass(frozen=True, slots=True)
class IncomingText:
    """A text that came in. `provider_id` is unique at its provider; empty when it gave none."""

    provider: str
    provider_id: str
    sender: str = field(repr=False)
    body: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a provider tells about a message of ours. `key` is the message's, as in Outgoing.

    `status` and `code` are the provider's own words, kept for people; `kind` is what they mean,
    UNKNOWN when they say nothing.
    """

    key: str
    provider_id: str
    status: str
    code: str | None
    kind: OutcomeKind
