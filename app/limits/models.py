"""Tables of limits: how many a day are allowed, and how many there were."""

from datetime import date

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base


class LimitRule(Base):
    """At most `per_day` of `kind`; kinds stand in `limits.rules`."""

    __tablename__ = "limit_rule"

    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    per_day: Mapped[int]


class LimitCount(Base):
    """How many of `kind` a subject (a keyed hash, or `all`) has had on a local day."""

    __tablename__ = "limit_count"
    __table_args__ = (UniqueConstraint("kind", "subject", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(64))
    day: Mapped[date] = mapped_column(index=True)
    count: Mapped[int] = mapped_column(default=0)
