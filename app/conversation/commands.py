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
    """How does it stand?"""

    code: str | None


@dataclass(frozen=True, slots=True)
class Cancel:
    """No longer needed."""

    code: str | None


@dataclass(frozen=True, slots=True)
class Confirm:
    """This is my phone."""

    code: str


@dataclass(frozen=True, slots=True)
class Rate:
    """Stars from 1 to 5."""

    code: str | None
    stars: int
    comment: str


@dataclass(frozen=True, slots=True)
class Stop:
    """No more texts."""


@dataclass(frozen=True, slots=True)
class Start:
    """Texts again."""


@dataclass(frozen=True, slots=True)
class Help:
    """What can I say?"""


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
