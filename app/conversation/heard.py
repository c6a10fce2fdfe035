"""A text taken apart once: codes, place, time, kinds of help, clauses. All readers use it."""

import re
from dataclasses import dataclass
from functools import cached_property

from app.conversation.addresses import Named, address_of, find_named
from app.conversation.codes import codes_in
from app.conversation.context import Context, Period
from app.conversation.kinds import Kind, kinds_in
from app.conversation.plain import Plain
from app.conversation.reading import Intent, Reading, Slots, Sureness
from app.conversation.speech import asks, clauses
from app.conversation.times import TimeReading, read_times
from app.conversation.urgency import is_urgent

MARKS = re.compile(r"[\s,，.。!！?;；:：~～、…\-—/|+#&=%^$@'·]+")


# No slots: cached properties need the instance's dictionary.
@dataclass(frozen=True)
class Heard:
    """A text in plain form and what it names.

    `text` is without codes; `body` has spaces in the place of codes and places.
    """

    plain: Plain
    context: Context
    codes: tuple[str, ...]
    text: str
    named: Named | None
    body: str

    @cached_property
    def clauses(self) -> list[str]:
        """The clauses of the body."""
        return clauses(self.body)

    @cached_property
    def is_question(self) -> bool:
        """Whether any clause asks."""
        return asks(self.body)

    @cached_property
    def time(self) -> TimeReading:
        """What the body says of time."""
        return read_times(self.body, self.context.now_local)

    @property
    def when(self) -> Period | None:
        """The period that the text means."""
        return self.time.period

    @property
    def any_time(self) -> Period | None:
        """A period that the text names, even in words that deny it ("取消明天那单")."""
        named = [one.period for one in self.time.named if one.period]
        return self.when or (named[0] if named else None)

    @cached_property
    def timeless(self) -> str:
        """The body without the words of time, meant or not."""
        return without_times(self.body, self.time)

    @property
    def kinds(self) -> list[Kind]:
        """The kinds of help that the body names, the surest first."""
        return self.named_kinds[0]

    @property
    def denied(self) -> list[Kind]:
        """The kinds of help that the body denies: 不要买菜了."""
        return self.named_kinds[1]

    @cached_property
    def named_kinds(self) -> tuple[list[Kind], list[Kind]]:
        """The kinds of help that are wanted, and those that are denied."""
        return kinds_in(self.body, self.context.categories)

    @property
    def bare(self) -> str:
        """The body without marks and spaces."""
        return MARKS.sub("", self.body)

    @cached_property
    def slots(self) -> Slots:
        """What the text names of an order."""
        return Slots(
            category=self.kinds[0].code if self.kinds else None,
            when=self.when,
            when_unread=self.time.problem is not None,
            place_ids=self.named.place_ids if self.named else (),
            address=address_of(self.plain, self.named),
            codes=self.codes,
            soon=self.time.soon,
            urgent=is_urgent(self.body),
        )

    def reading(
        self, intent: Intent, sureness: Sureness = Sureness.SURE, *, note: str | None = None
    ) -> Reading:
        """A reading with the words as its note."""
        return Reading(
            intent,
            slots=Slots(codes=self.codes),
            sureness=sureness,
            note=self.plain.written if note is None else note,
            language=self.plain.language,
        )


def without_times(text: str, time: TimeReading) -> str:
    """The text with spaces in the place of all times that it names."""
    for one in time.named:
        text = f"{text[: one.start]}{' ' * (one.end - one.start)}{text[one.end :]}"
    return text


def hear(plain: Plain, context: Context) -> Heard:
    """Takes a text apart."""
    known = {order.code for order in (*context.orders, *context.unrated)}
    codes, written = codes_in(plain.written, known)
    text = "".join(
        " " if after == " " else before for before, after in zip(plain.text, written, strict=True)
    )
    named, body = find_named(plain, text, context.find_places)
    return Heard(plain, context, codes, text, named, body)
