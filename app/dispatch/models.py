"""Tables of dispatch: waves, matches, learnt acceptance counts, dispatch policies, escalations."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base
from app.dispatch.rules import EscalationState

HOLDS = "state IN ('accepted', 'on_the_way', 'arrived', 'finished') AND place_no IS NOT NULL"
IN_HAND = "state IN ('accepted', 'arrived', 'on_the_way')"
TO_LEARN = "sent_at IS NOT NULL AND learnt_at IS NULL"


class Wave(Base):
    """One round of sending matches of a help request (轮次)."""

    __tablename__ = "wave"
    __table_args__ = (UniqueConstraint("request_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("help_request.id"))
    number: Mapped[int]
    round_no: Mapped[int] = mapped_column(default=1)
    # How many asks it wants open at once.
    size: Mapped[int] = mapped_column(default=1)
    # best, wider, duty, manual (a coordinator chose), batch (assigned together with others),
    # familiar (who serves this resident every week), last_resort (whom only fatigue or rest spares)
    audience: Mapped[str] = mapped_column(String(12))
    # The phase of the policy, from 0; -1 for those who were chosen by name.
    phase_no: Mapped[int] = mapped_column(default=0)
    radius_m: Mapped[int]
    made_at: Mapped[datetime]
    deadline_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    # Everybody near by who was not proposed, with every reason; person ids and codes only.
    left_out: Mapped[Any] = mapped_column(JSON, default=list)


class Match(Base):
    """A help request paired with a volunteer (派单)."""

    __tablename__ = "match"
    __table_args__ = (
        # Nobody is asked twice for the same thing in the same round of service.
        UniqueConstraint("request_id", "person_id", "round_no"),
        Index(
            "uq_match_place",
            "request_id",
            "round_no",
            "place_no",
            unique=True,
            sqlite_where=text(HOLDS),
            postgresql_where=text(HOLDS),
        ),
        Index("ix_match_person_state", "person_id", "state"),
        # Tasks in hand: few rows among all matches ever made.
        Index(
            "ix_match_in_hand",
            "person_id",
            "state",
            sqlite_where=text(IN_HAND),
            postgresql_where=text(IN_HAND),
        ),
        Index("ix_match_request_state", "request_id", "state"),
        Index("ix_match_person_asked", "person_id", "sent_at"),
        Index(
            "ix_match_to_learn",
            "sent_at",
            sqlite_where=text(TO_LEARN),
            postgresql_where=text(TO_LEARN),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # In the volunteer's URL; unguessable.
    token: Mapped[str] = mapped_column(String(32), unique=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("help_request.id"))
    round_no: Mapped[int] = mapped_column(default=1)
    wave_id: Mapped[int | None] = mapped_column(ForeignKey("wave.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    state: Mapped[str] = mapped_column(String(12))
    # Two digits, unique for the volunteer, for an answer by text.
    reply_number: Mapped[int | None]
    place_no: Mapped[int | None]
    distance_m: Mapped[int | None]
    position: Mapped[int] = mapped_column(default=0)
    score: Mapped[float] = mapped_column(default=0.0)
    # The acceptance probability assumed when it was sent.
    chance: Mapped[float | None]
    # [{"code", "points", "numbers"}]: the parts of the score, for words.
    reasons: Mapped[Any] = mapped_column(JSON, default=list)
    end_reason: Mapped[str | None] = mapped_column(String(20))

    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    sent_at: Mapped[datetime | None]
    deadline_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    on_the_way_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    # True: the resident gave the volunteer the code at the door.
    arrival_confirmed: Mapped[bool] = mapped_column(default=False)
    # Metres between the reported position and the place; the position itself is not kept.
    arrived_off_m: Mapped[int | None]
    finished_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    # When the answer was counted, see `AnswerCount`.
    learnt_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)


class AnswerCount(Base):
    """How often a volunteer was asked and said yes, by hour, category and distance.

    Counts are weighted as of the epoch of `matching.acceptance`, so rows need no update as time
    passes.
    """

    __tablename__ = "answer_count"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    hour: Mapped[str] = mapped_column(String(10), primary_key=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"), primary_key=True)
    band: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    asks: Mapped[float]
    yeses: Mapped[float]


class AreaAnswerCount(Base):
    """The same counts for all asks about requests in an area."""

    __tablename__ = "area_answer_count"

    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), primary_key=True)
    hour: Mapped[str] = mapped_column(String(10), primary_key=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"), primary_key=True)
    band: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    asks: Mapped[float]
    yeses: Mapped[float]


class DispatchPolicy(Base):
    """How an area dispatches a category, where a coordinator changed the default policy."""

    __tablename__ = "dispatch_policy"
    __table_args__ = (UniqueConstraint("area_id", "category_id", "urgency"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"))
    urgency: Mapped[str] = mapped_column(String(10))
    # What `matching.policy.policy_from` reads.
    policy: Mapped[Any] = mapped_column(JSON)
    changed_at: Mapped[datetime]
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    version: Mapped[int] = mapped_column(default=1)


class Escalation(Base):
    """The escalation of one round of an urgent request, and its next step."""

    __tablename__ = "escalation"
    __table_args__ = (
        UniqueConstraint("request_id", "round_no"),
        Index("ix_escalation_due", "state", "next_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("help_request.id"))
    round_no: Mapped[int] = mapped_column(default=1)
    began_at: Mapped[datetime]
    # The next step, from 0.
    step: Mapped[int] = mapped_column("rung", default=0)
    next_at: Mapped[datetime]
    # running; answered (enough said yes), ended (no longer wanted) or spent (every step taken)
    state: Mapped[str] = mapped_column(String(10), default=EscalationState.RUNNING)
