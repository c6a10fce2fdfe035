"""Tables of dispatch: waves, matches, learnt acceptance counts, dispatch policies, escalations."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base
from app.dispatch.rules import EscalationState

HOLDS = "state IN ('accepted', 'on_the_way', 'arrived', 'finished') AND place_no IS NOT NULL"
IN_HAND = "state IN ('accepted', 'arrived', 'on_the_way')"
TAKEN = "accepted_at IS NOT NULL"
TO_LEARN = "sent_at IS NOT NULL AND learnt_at IS NULL"
PROMISED = "promise_learnt_at IS NULL AND (accepted_at IS NOT NULL OR undone_at IS NOT NULL)"


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
    # familiar (who serves this resident every week), last_resort (only fatigue or rest spares them)
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
        # Counted for everybody who is ranked, from the index alone.
        Index("ix_match_person_asked", "person_id", "sent_at", "accepted_at", "end_reason"),
        Index(
            "ix_match_person_took",
            "person_id",
            "accepted_at",
            "state",
            "end_reason",
            sqlite_where=text(TAKEN),
            postgresql_where=text(TAKEN),
        ),
        Index(
            "ix_match_to_learn",
            "sent_at",
            sqlite_where=text(TO_LEARN),
            postgresql_where=text(TO_LEARN),
        ),
        Index(
            "ix_match_promised",
            "state",
            sqlite_where=text(PROMISED),
            postgresql_where=text(PROMISED),
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
    # What it was before the yes; undoing returns to it.
    accepted_from: Mapped[str | None] = mapped_column(String(12))
    # Told to wait for others of the team, and not yet told otherwise.
    waits: Mapped[bool] = mapped_column(default=False, server_default=false())
    # The time to arrive counts from here if that is after the yes: the team became whole, nobody
    # had to wait any more, or another time was chosen.
    arrival_from: Mapped[datetime | None]
    on_the_way_at: Mapped[datetime | None]
    # A core.travel.Travel: how the volunteer travelled then.
    went_by: Mapped[str | None] = mapped_column(String(10))
    arrived_at: Mapped[datetime | None]
    # True: the resident gave the volunteer the code at the door.
    arrival_confirmed: Mapped[bool] = mapped_column(default=False)
    # Metres between the reported position and the place; the position itself is not kept.
    arrived_off_m: Mapped[int | None]
    finished_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    # Said no, or nothing, to something else: kind, place or time changed since, so ask once more.
    reopened: Mapped[bool] = mapped_column(default=False, server_default=false())
    # When the ask was sent that got that no; until it is counted, see `AnswerCount`.
    refused_at: Mapped[datetime | None]
    # What was asked, and what was refused then, of `AskedAbout`: the request may change.
    question: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    refused_question: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    # How often the volunteer undid or gave up this task.
    given_back: Mapped[int] = mapped_column(default=0)
    # When the answer was counted, see `AnswerCount`.
    learnt_at: Mapped[datetime | None]
    # Yeses taken back within two minutes, and the last time.
    undone: Mapped[int] = mapped_column(default=0, server_default="0")
    undone_at: Mapped[datetime | None]
    # When the outcome of the yes was counted, see `PromiseCount`.
    promise_learnt_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)


class AnswerCount(Base):
    """How often a volunteer was asked and said yes, by hours, category and distance.

    `hour` is `matching.acceptance.hours_key`: the hour class of the ask, and that of the task where
    it differs. Counts are weighted as of the epoch of that module, so rows need no update as time
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


class PromiseCount(Base):
    """How often a volunteer said yes and how often that was kept, see `matching.promises`.

    Weighted as `AnswerCount`.
    """

    __tablename__ = "promise_count"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    promises: Mapped[float]
    kept: Mapped[float]


class AreaPromiseCount(Base):
    """The same counts for all requests in an area."""

    __tablename__ = "area_promise_count"

    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), primary_key=True)
    promises: Mapped[float]
    kept: Mapped[float]


class AreaWayCount(Base):
    """How much longer ways to doors in an area took than expected, see `matching.learnt_ways`.

    `ways` counts them and `logs` adds up the logarithms of their ratios, weighted as `AnswerCount`.
    """

    __tablename__ = "area_way_count"

    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), primary_key=True)
    ways: Mapped[float]
    logs: Mapped[float]


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
    """The escalation of one round of an urgent request, and its next turn.

    A pass takes the steps of the category's policy one by one; then the last ones are repeated.
    """

    __tablename__ = "escalation"
    __table_args__ = (
        UniqueConstraint("request_id", "round_no"),
        Index("ix_escalation_due", "state", "next_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("help_request.id"))
    round_no: Mapped[int] = mapped_column(default=1)
    # When this pass began.
    began_at: Mapped[datetime]
    # The next step, from 0, and when it is due; `next_at` may be earlier, for a repetition.
    step: Mapped[int] = mapped_column(default=0)
    step_at: Mapped[datetime | None]
    next_at: Mapped[datetime]
    # Every step and repetition since the first; never reset, so that no message is taken for an
    # earlier one.
    turns: Mapped[int] = mapped_column(default=0, server_default="0")
    # How many staffed areas' coordinators were notified, the smallest first.
    level: Mapped[int] = mapped_column(default=0, server_default="0")
    # True: only a coordinator can move the request on, so volunteers are not asked.
    blocked: Mapped[bool] = mapped_column(default=False, server_default=false())
    # Who came on duty since then is notified from the first step.
    looked_at: Mapped[datetime | None]
    # running; answered (enough said yes) or ended (no longer wanted)
    state: Mapped[str] = mapped_column(String(10), default=EscalationState.RUNNING)


class DutyAnswerCount(Base):
    """The counts of `AnswerCount` of asks that found the volunteer on agreed duty, by hour."""

    __tablename__ = "duty_answer_count"

    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    hour: Mapped[str] = mapped_column(String(10), primary_key=True)
    asks: Mapped[float]
    yeses: Mapped[float]


class AnswerPeriod(Base):
    """Asks and yeses in an area by hour class and local day; a night belongs to the day it begins.

    They show how much answers go up and down together.
    """

    __tablename__ = "answer_period"

    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    hour: Mapped[str] = mapped_column(String(10), primary_key=True)
    asks: Mapped[int]
    yeses: Mapped[int]
