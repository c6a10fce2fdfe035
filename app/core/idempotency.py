"""The same key gives the same answer: a double tap or a re-sent form has one effect."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.base import Base
from app.core.statements import insert_once


class IdempotentAnswer(Base):
    """The answer to a key. Written in the same transaction as the effect."""

    __tablename__ = "idempotent_answer"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    body_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    location: Mapped[str] = mapped_column(String(400))
    made_at: Mapped[datetime] = mapped_column(index=True)


class AlreadyAnswered(Exception):
    """Another request with this key committed first."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer and the request that it belongs to."""

    body_hash: str
    status: int
    location: str


def answer_to(session: Session, key: str) -> Answer | None:
    """The answer that this key already has, or None."""
    row = session.get(IdempotentAnswer, key)
    return None if row is None else Answer(row.body_hash, row.status, row.location)


def remember(session: Session, *, key: str, answer: Answer, now: datetime) -> None:
    """Stores the answer with the effect. Raises AlreadyAnswered if the key is taken."""
    fresh = insert_once(
        session,
        IdempotentAnswer,
        key=key,
        body_hash=answer.body_hash,
        status=answer.status,
        location=answer.location,
        made_at=now,
    )
    if not fresh:
        raise AlreadyAnswered(key)
