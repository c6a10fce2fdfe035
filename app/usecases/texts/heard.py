"""A text that was read: what it means, who sent it and what is known of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.catalogue.models import Category
from app.conversation.context import Context as Known
from app.conversation.context import Target, TargetKind
from app.conversation.reading import Reading, Slots
from app.core.actor import resident
from app.core.context import Context
from app.usecases.texts.text_sender import Handled, Sender, as_volunteer, reply_to_sender


@dataclass(frozen=True, slots=True)
class Heard:
    """Everything that decides what a text does. `now` is UTC."""

    session: Session
    sender: Sender
    body: str
    reading: Reading
    known: Known
    categories: Sequence[Category]
    now: datetime

    @property
    def slots(self) -> Slots:
        """What the text names."""
        return self.reading.slots

    @property
    def as_resident(self) -> Context:
        """The sender as the resident who ordered from this phone."""
        return Context(self.session, resident("sms"), self.now)

    @property
    def as_volunteer(self) -> Context:
        """The sender as the holder of their account, which they must have."""
        assert self.sender.person is not None
        return Context(self.session, as_volunteer(self.session, self.sender.person), self.now)

    def keys(self, *kinds: TargetKind) -> list[str]:
        """The keys of the targets of these kinds."""
        return [one.key for one in self.reading.targets if one.kind in kinds]

    def reply(self, template: str, *, request_id: int | None = None, **params: Any) -> None:
        """Answers the sender, once for this text."""
        reply_to_sender(
            self.session, self.sender, template, now=self.now, request_id=request_id, **params
        )

    def answered(
        self, outcome: str, template: str, *, request_id: int | None = None, **params: Any
    ) -> Handled:
        """Answers the sender and says what was done."""
        self.reply(template, request_id=request_id, **params)
        return Handled(outcome, request_id)


def options_of(targets: Sequence[Target]) -> list[list[str]]:
    """Targets as the parameters of a question hold them."""
    return [[str(one.kind), one.key] for one in targets]
