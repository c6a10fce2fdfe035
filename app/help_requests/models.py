"""Tables of help requests: the request itself, notes, feedback, and order drafts."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base
from app.core.crypto import EncryptedText
from app.help_requests.places import PlaceState


class HelpRequest(Base):
    """What a resident ordered (需求单)."""

    __tablename__ = "help_request"
    __table_args__ = (
        CheckConstraint("places_taken >= 0 AND places_taken <= volunteers_needed", "places"),
        Index("ix_help_request_state_area", "state", "area_path"),
        Index("ix_help_request_phone", "phone_lookup", "submitted_at"),
        Index("ix_help_request_due", "state", "next_action_at"),
        Index("ix_help_request_where", "state", "lat", "lon"),
        # Lists of finished requests, the newest first.
        Index("ix_help_request_over", "state", "state_since"),
        Index(
            "ix_help_request_duplicate_of",
            "duplicate_of",
            sqlite_where=text("duplicate_of IS NOT NULL"),
            postgresql_where=text("duplicate_of IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"), index=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    area_path: Mapped[str] = mapped_column(String(120), index=True)
    state: Mapped[str] = mapped_column(String(12))
    urgency: Mapped[str] = mapped_column(String(10))
    # web, sms, phone (代录)
    source: Mapped[str] = mapped_column(String(10))
    language: Mapped[str] = mapped_column(String(10), default="zh_Hans")

    name: Mapped[str | None] = mapped_column(EncryptedText("help_request.name"))
    phone: Mapped[str] = mapped_column(EncryptedText("help_request.phone"))
    phone_lookup: Mapped[str] = mapped_column(String(64))
    # 代叫: whom to visit, when somebody else ordered. This number never gets an SMS.
    visited_name: Mapped[str | None] = mapped_column(EncryptedText("help_request.visited_name"))
    visited_phone: Mapped[str | None] = mapped_column(EncryptedText("help_request.visited_phone"))
    need: Mapped[str] = mapped_column(EncryptedText("help_request.need"))
    address: Mapped[str | None] = mapped_column(EncryptedText("help_request.address"))
    # The estate or area, never the building: what anybody may see before acceptance.
    rough_place: Mapped[str] = mapped_column(String(120), default="")
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    # known, to_geocode (a job will), needs_pin (a coordinator must set it)
    place_state: Mapped[str] = mapped_column(String(12), default="known")

    wanted_from: Mapped[datetime | None]
    wanted_to: Mapped[datetime | None]
    spoken_language: Mapped[str | None] = mapped_column(String(10))
    # Of `core.wishes`.
    wishes: Mapped[Any] = mapped_column(JSON, default=list, server_default="[]")
    volunteers_needed: Mapped[int] = mapped_column(default=1)
    places_taken: Mapped[int] = mapped_column(default=0)
    # What all were told last about a team that is not whole (`teams.TeamNotice`).
    team_notice: Mapped[str | None] = mapped_column(String(10))
    # Four digits that the resident tells the volunteer at the door.
    arrival_code: Mapped[str] = mapped_column(EncryptedText("help_request.arrival_code"))

    # Until the person confirmed it, this number gets no SMS.
    phone_confirmed_at: Mapped[datetime | None]
    phone_confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    submitted_at: Mapped[datetime]
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    state_since: Mapped[datetime]
    # When matching began, reset after each lost volunteer; a policy's phases count from it.
    matching_since: Mapped[datetime | None]
    # They count from here if that is later: nobody looked for a while, or something else is asked.
    phases_from: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    # When a job must check it next: a wave's end, a deadline, a repeated reminder.
    next_action_at: Mapped[datetime | None]
    # When the last look, or a move, planned the next look; one that comes later came late.
    look_by: Mapped[datetime | None]
    # How often coordinators were notified in this state, each time one area further up.
    escalation: Mapped[int] = mapped_column(default=0)
    # When coordinators were last notified that it is overdue.
    escalated_at: Mapped[datetime | None]
    # Why a coordinator must look: not_understood, needs_pin, nobody_near, low_rating, …
    attention: Mapped[str | None] = mapped_column(String(30))
    reason: Mapped[str | None] = mapped_column(EncryptedText("help_request.reason"))
    # Cancelled while somebody was at work, who may finish; nobody else is looked for.
    cancelled_at: Mapped[datetime | None]
    duplicate_of: Mapped[int | None] = mapped_column(ForeignKey("help_request.id"))
    auto_dispatch: Mapped[bool] = mapped_column(default=False)
    # A reopened request is dispatched, served and rated again: another round.
    round_no: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)
    # Personal data was shredded. Check it before sending, showing or repeating anything.
    erased_at: Mapped[datetime | None]


class RequestPlace(Base):
    """One of the places of a help request; each takes one volunteer."""

    __tablename__ = "request_place"
    __table_args__ = (
        UniqueConstraint("request_id", "round_no", "number"),
        Index("uq_request_place_match", "match_id", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("help_request.id"))
    round_no: Mapped[int] = mapped_column(default=1)
    # From 1. A place that is needed again keeps its number.
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(12), default=PlaceState.OPEN)
    # Who holds it or served at it.
    match_id: Mapped[int | None] = mapped_column(ForeignKey("match.id"))
    state_since: Mapped[datetime]


class RequestNote(Base):
    """Words that a person wrote about a help request; encrypted, and apart from the trail."""

    __tablename__ = "request_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("help_request.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(EncryptedText("request_note.text"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]


class Feedback(Base):
    """The resident's rating of one round of service (评价)."""

    __tablename__ = "feedback"
    __table_args__ = (UniqueConstraint("request_id", "round_no"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("help_request.id"))
    # A reopened request is served and rated again.
    round_no: Mapped[int] = mapped_column(default=1)
    stars: Mapped[int]
    comment: Mapped[str | None] = mapped_column(EncryptedText("feedback.comment"))
    door: Mapped[str] = mapped_column(String(10))
    made_at: Mapped[datetime] = mapped_column(index=True)


class OrderDraft(Base):
    """An order being typed in steps. Deleted when it is placed or old."""

    __tablename__ = "order_draft"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    answers: Mapped[str] = mapped_column(EncryptedText("order_draft.answers"))
    updated_at: Mapped[datetime] = mapped_column(index=True)
