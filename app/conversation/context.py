"""What is known about the phone that sent a text: the use case fills it, `parse` only reads it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.core.actor import RoleName

# From and until, both aware, in the community's zone; half open.
Period = tuple[datetime, datetime]


def overlap(first: Period | None, second: Period | None) -> bool:
    """Whether two known periods have a moment in common."""
    return bool(first and second and first[0] < second[1] and second[0] < first[1])


@dataclass(frozen=True, slots=True)
class CategoryWords:
    """A category and the words by which it is meant."""

    code: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """A place of the gazetteer named in a text, at text[start:end].

    Several ids: places of one name, which the text does not tell apart.
    """

    start: int
    end: int
    place_ids: tuple[int, ...]
    name: str


FindPlaces = Callable[[str], Sequence[FoundPlace]]


def no_places(text: str) -> Sequence[FoundPlace]:
    """A gazetteer without entries."""
    return ()


@dataclass(frozen=True, slots=True)
class KnownOrder:
    """An order of this phone: live, or finished and waiting for a rating."""

    code: str
    category: str
    when: Period | None = None


@dataclass(frozen=True, slots=True)
class OpenAsk:
    """A match that was sent to this volunteer, and its reply number."""

    number: int
    category: str
    when: Period | None = None


class TaskStep(StrEnum):
    """How far an accepted task is."""

    ACCEPTED = "accepted"
    ON_THE_WAY = "on_the_way"
    ARRIVED = "arrived"


@dataclass(frozen=True, slots=True)
class AcceptedTask:
    """A match that this volunteer accepted and has not finished."""

    number: int
    category: str
    step: TaskStep = TaskStep.ACCEPTED
    when: Period | None = None


@dataclass(frozen=True, slots=True)
class OpenDutyAsk:
    """A question about duty that waits for an answer."""

    number: int
    when: Period | None = None


@dataclass(frozen=True, slots=True)
class AgreedShift:
    """A shift, now or to come, that this volunteer agreed to."""

    shift_id: int
    when: Period


class TargetKind(StrEnum):
    """What a text may be about, and what the key of a `Target` then is."""

    ORDER = "order"  # the order's code
    UNRATED = "unrated"  # the code of a finished order that waits for a rating
    ASK = "ask"  # a reply number
    PAST_ASK = "past_ask"  # the reply number of an ask that is over
    TASK = "task"  # the reply number of an accepted task
    DUTY_ASK = "duty_ask"  # a reply number
    SHIFT = "shift"  # a shift's id
    CATEGORY = "category"  # a category's code
    PLACE = "place"  # a place's id
    DRAFT = "draft"  # what is not ordered yet; the key is empty
    QUESTION = "question"  # the `QuestionKind` of our last question itself
    FOREIGN = "foreign"  # a code that is not known of this phone


@dataclass(frozen=True, slots=True)
class Target:
    """Something that a text is about."""

    kind: TargetKind
    key: str


class QuestionKind(StrEnum):
    """What the last question to this phone asked."""

    ASK = "ask"
    DUTY = "duty"
    RATING = "rating"
    # "This is what we understood. Right?" Yes and no are about the draft.
    READ_BACK = "read_back"
    # One of `options`, told by its position (1, 第二个) or its words.
    WHICH = "which"
    WHAT = "what"
    WHERE = "where"
    WHEN = "when"
    # "Do you want no more texts?"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class LastQuestion:
    """The last question that was sent to this phone, if it still waits for an answer.

    `options` in the order in which they were numbered from 1, for WHICH (and WHAT, where kinds of
    help were offered). `pending` is the value of the `Intent` that a choice completes.
    """

    kind: QuestionKind
    options: tuple[Target, ...] = ()
    pending: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What earlier texts said of an order or change that is not complete."""

    category: str | None = None
    when: Period | None = None
    place_ids: tuple[int, ...] = ()
    address: str = ""
    soon: bool = False
    urgent: bool = False
    thing: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """Who sends a text and what is open between this phone and the service.

    `now_local` is aware, in the community's zone. Lists hold the oldest first.
    """

    now_local: datetime
    categories: tuple[CategoryWords, ...] = ()
    find_places: FindPlaces = no_places
    roles: frozenset[RoleName] = frozenset()
    orders: tuple[KnownOrder, ...] = ()
    unrated: tuple[KnownOrder, ...] = ()
    asks: tuple[OpenAsk, ...] = ()
    past_asks: tuple[OpenAsk, ...] = ()
    tasks: tuple[AcceptedTask, ...] = ()
    duty_asks: tuple[OpenDutyAsk, ...] = ()
    shifts: tuple[AgreedShift, ...] = ()
    on_duty: bool = False
    opted_out: bool = False
    question: LastQuestion | None = None
    draft: Draft | None = None
