"""What can be said by text: one frozen value for each kind of message."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """ "1 42" or "0 42": yes or no to a match; `number` None when only 1 or 0 was sent."""

    yes: bool
    number: int | None


@dataclass(frozen=True, slots=True)
class Status:
    """Asks for the state of an order."""

    code: str | None


@dataclass(frozen=True, slots=True)
class Cancel:
    """Cancels an order."""

    code: str | None


@dataclass(frozen=True, slots=True)
class Confirm:
    """Confirms the phone number."""

    code: str


@dataclass(frozen=True, slots=True)
class Rate:
    """Stars from 1 to 5."""

    code: str | None
    stars: int
    comment: str


@dataclass(frozen=True, slots=True)
class Stop:
    """Stops texts."""


@dataclass(frozen=True, slots=True)
class Start:
    """Resumes texts."""


@dataclass(frozen=True, slots=True)
class Help:
    """Asks which commands there are."""


@dataclass(frozen=True, slots=True)
class Order:
    """An order: the category that was named, when, and the words that may name a place."""

    category: str
    place_text: str
    when: tuple[datetime, datetime] | None
    urgent: bool


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """`reason` is empty, no_words or unknown."""

    reason: str


Command = Answer | Status | Cancel | Confirm | Rate | Stop | Start | Help | Order | NotUnderstood
