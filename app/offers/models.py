"""Tables of offers: what a volunteer stands ready to do."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base


class Offer(Base):
    """A volunteer's standing offer (服务供给); one for each volunteer."""

    __tablename__ = "offer"
    __table_args__ = (Index("ix_offer_where", "active", "lat", "lon"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    area_path: Mapped[str] = mapped_column(String(120), index=True)
    # Where the volunteer usually starts from; private, shown to nobody else.
    lat: Mapped[float]
    lon: Mapped[float]
    radius_m: Mapped[int] = mapped_column(default=1500)
    # [{"day": 0-6, "from": "HH:MM", "to": "HH:MM"}] in the area's zone; Monday is 0.
    hours: Mapped[Any] = mapped_column(JSON, default=list)
    languages: Mapped[Any] = mapped_column(JSON, default=list)
    max_load: Mapped[int] = mapped_column(default=2)
    weekly_limit: Mapped[int] = mapped_column(default=7)
    # False: the volunteer is not approved, suspended, or gone.
    active: Mapped[bool] = mapped_column(default=True)
    paused_until: Mapped[datetime | None]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class OfferCategory(Base):
    """A category that an offer covers."""

    __tablename__ = "offer_category"
    __table_args__ = (Index("ix_offer_category_of", "category_id", "offer_id"),)

    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"), primary_key=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"), primary_key=True)
