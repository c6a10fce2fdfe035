"""What a text means: an intent, what it is about, and how sure that is."""

from dataclasses import dataclass, field
from enum import StrEnum

from app.conversation.context import Period, Target


class Intent(StrEnum):
    """What the sender wants."""

    # Orders.
    ORDER = "order"
    SAME_ORDER = "same_order"  # repeats a live order (the target)
    # Help is wanted and nothing says which ("帮忙"): ask what is needed.
    WANTS_HELP = "wants_help"
    # A place, a kind or a time without a wish and without a dialogue that it would complete.
    FRAGMENT = "fragment"
    OFFERS_HELP = "offers_help"  # wants to volunteer

    # About an order of this phone.
    STATUS = "status"
    CANCEL = "cancel"
    KEEP = "keep"  # "不取消": leave it as it is
    CHANGE = "change"  # of time, place or thing, as far as the slots say
    CONFIRM_PHONE = "confirm_phone"
    CHANGE_MIND = "change_mind"  # "我改主意了" without saying to what: a person asks
    ADD_NOTE = "add_note"  # words for the volunteer
    NOBODY_CAME = "nobody_came"
    CAME = "came"  # somebody came, said of a finished order
    RATE = "rate"
    RATE_UNCLEAR = "rate_unclear"  # speaks of stars that cannot be given: ask for 1 to 5
    PRAISE = "praise"  # content in words, without stars
    COMPLAINT = "complaint"

    # Answers. The target says to what: an ask, a duty ask, an accepted task, our own question.
    YES = "yes"
    NO = "no"
    LATER = "later"  # not now, at another time (slot `when` if it was said)
    CONDITIONAL = "conditional"  # yes, if ...
    ANSWER_UNCLEAR = "answer_unclear"  # about an ask, and neither: ask back
    ASK_DETAILS = "ask_details"  # a question about what was asked (where, when, what)
    CHOICE_UNCLEAR = "choice_unclear"  # does not fit the options that were offered

    # Progress of an accepted task.
    ON_THE_WAY = "on_the_way"
    ARRIVED = "arrived"
    FINISHED = "finished"
    LATE = "late"  # slot `minutes` if it was said
    NOT_YET = "not_yet"  # "还没到": the step has not been taken; nothing changes
    GIVE_BACK = "give_back"  # cannot come: the task goes back
    NOBODY_HOME = "nobody_home"
    PHONE_UNANSWERED = "phone_unanswered"
    UNDO = "undo"
    MY_TASKS = "my_tasks"
    TASK_NOTE = "task_note"  # words about the task that are no step

    # Duty.
    CHECK_IN = "check_in"
    ON_DUTY = "on_duty"
    OFF_DUTY = "off_duty"
    MY_SHIFTS = "my_shifts"
    CANNOT_DUTY = "cannot_duty"
    SWAP_DUTY = "swap_duty"
    PAUSE = "pause"  # do not ask me for a while
    RESUME = "resume"

    # Talk.
    HELP = "help"
    GREETING = "greeting"
    THANKS = "thanks"
    ACKNOWLEDGE = "acknowledge"  # "好的" where nothing was asked
    QUESTION = "question"
    CALL_ME = "call_me"
    PERSON = "person"
    WRONG_NUMBER = "wrong_number"
    ABUSE = "abuse"
    NUMBER = "number"  # digits that mean nothing here
    EMPTY = "empty"

    # Opting out and in.
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"

    # Written by machines: never answered.
    AUTO_REPLY = "auto_reply"
    SPAM = "spam"
    OWN_TEXT = "own_text"  # one of our own texts came back

    UNKNOWN = "unknown"


class Sureness(StrEnum):
    """How sure a reading is."""

    SURE = "sure"
    LIKELY = "likely"
    UNCLEAR = "unclear"


class Missing(StrEnum):
    """What an order or change still lacks."""

    CATEGORY = "category"
    PLACE = "place"
    WHEN = "when"


@dataclass(frozen=True, slots=True)
class Slots:
    """What a text names. Empty means that it names none.

    `address` is the place in the sender's words with building and door; `place_ids` are the
    entries of the gazetteer that it may be (several: ask which). `when` is aware, local.
    `when_unread`: a date or time is named that could not be read, so `when` must be asked for.
    `soon`: it says at once, without haste (现在, 尽快). `minutes` is a delay. `thing` is what is
    to be added or bought instead, in the sender's words.
    """

    category: str | None = None
    when: Period | None = None
    when_unread: bool = False
    place_ids: tuple[int, ...] = ()
    address: str = ""
    codes: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    stars: int | None = None
    minutes: int | None = None
    thing: str = ""
    soon: bool = False
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text means.

    `targets`: what it is about; several when all are meant ("两个都取消"). `alternatives`: what it
    may be about, or may mean, when it does not say which: ask. Without both there is nothing open
    that it could mean, or (FOREIGN) it names what this phone does not have.
    `confirm`: read it back and wait for a yes before doing it.
    `note`: words that were not used otherwise; for answers always kept for a person.
    `language`: zh_Hans, zh_Hant or en as the words are written; None when they do not say.
    """

    intent: Intent
    slots: Slots = field(default_factory=Slots)
    targets: tuple[Target, ...] = ()
    alternatives: tuple[Target, ...] = ()
    missing: tuple[Missing, ...] = ()
    sureness: Sureness = Sureness.SURE
    confirm: bool = False
    note: str = ""
    language: str | None = None
