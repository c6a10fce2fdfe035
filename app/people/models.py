"""Tables of people: who they are, what roles they hold, how they log in."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base
from app.core.crypto import EncryptedText


class Organisation(Base):
    """A party branch or partner body that people belong to (组织)."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(30), default="")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    active: Mapped[bool] = mapped_column(default=True)


class Person(Base):
    """Anybody with an account (人员). `state` is pending, active, suspended, rejected or left."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(EncryptedText("person.name"))
    phone: Mapped[str] = mapped_column(EncryptedText("person.phone"))
    phone_lookup: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str | None] = mapped_column(EncryptedText("person.email"))
    # Party membership is private and optional; never show it to others or match on it.
    party_member: Mapped[str | None] = mapped_column(EncryptedText("person.party_member"))
    language: Mapped[str] = mapped_column(String(10), default="zh_Hans")
    state: Mapped[str] = mapped_column(String(12), index=True)
    state_reason: Mapped[str | None] = mapped_column(EncryptedText("person.state_reason"))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    area_path: Mapped[str] = mapped_column(String(120), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    # The person texted STOP: no SMS until START.
    opted_out_at: Mapped[datetime | None]
    registered_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class Role(Base):
    """What a person may do, for an area and all below it. Ended, never deleted."""

    __tablename__ = "role"
    __table_args__ = (
        Index(
            "uq_role_active",
            "person_id",
            "role",
            "area_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(16))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    area_path: Mapped[str] = mapped_column(String(120), index=True)
    granted_at: Mapped[datetime]
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]


class PersonSkill(Base):
    """A skill that a person has, possibly with a certificate that a coordinator verified."""

    __tablename__ = "person_skill"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    skill_id: Mapped[int] = mapped_column(ForeignKey("skill.id"), primary_key=True)
    verified_at: Mapped[datetime | None]
    verified_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class BlockedPair(Base):
    """Never send this volunteer to the resident with this phone number."""

    __tablename__ = "blocked_pair"
    __table_args__ = (UniqueConstraint("person_id", "phone_lookup"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    phone_lookup: Mapped[str] = mapped_column(String(64), index=True)
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class LoginCode(Base):
    """A six-digit code, kept only as a keyed hash."""

    __tablename__ = "login_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(index=True)
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]


class LoginSession(Base):
    """A browser that is logged in. The cookie holds the token, this row its hash."""

    __tablename__ = "login_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    device: Mapped[str] = mapped_column(String(120), default="")
    made_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
