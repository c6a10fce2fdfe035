"""Tables of repeating help: the rule, and each day on which it happened or was left out."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base


class RepeatRule(Base):
    """Weekly help. Who, where and what are in the help request that it was made from."""

    __tablename__ = "repeat_rule"
    __table_args__ = (Index("ix_repeat_rule_due", "state", "next_look_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    from_request_id: Mapped[int] = mapped_column(ForeignKey("help_request.id"), unique=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"))
    area_path: Mapped[str] = mapped_column(String(120), index=True)
    # running, paused, ended
    state: Mapped[str] = mapped_column(String(10))
    # [0-6], Monday is 0
    weekdays: Mapped[Any] = mapped_column(JSON)
    # Minutes after midnight in wall time of the area, and duration.
    start_minute: Mapped[int]
    minutes: Mapped[int]
    first_day: Mapped[date]
    until_day: Mapped[date | None]
    # Who is asked first (None: the last who served), and the substitute.
    familiar_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    substitute_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    next_day: Mapped[date | None]
    # When a job must place `next_day`.
    next_look_at: Mapped[datetime | None]
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    version: Mapped[int] = mapped_column(default=1)


class RepeatDay(Base):
    """One local date of a rule: placed as a help request, left out, or missed. Never twice."""

    __tablename__ = "repeat_day"
    __table_args__ = (UniqueConstraint("rule_id", "day"), UniqueConstraint("request_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("repeat_rule.id"))
    day: Mapped[date]
    # placed, skipped, missed
    state: Mapped[str] = mapped_column(String(10))
    request_id: Mapped[int | None] = mapped_column(ForeignKey("help_request.id"))
    made_at: Mapped[datetime]
