"""Tables of offers."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base
from app.core.travel import USUAL


class Offer(Base):
    """A volunteer's standing offer (服务供给); one for each volunteer."""

    __tablename__ = "offer"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    area_path: Mapped[str] = mapped_column(String(120), index=True)
    # Where the volunteer usually starts; private, shown to nobody else.
    lat: Mapped[float]
    lon: Mapped[float]
    radius_m: Mapped[int] = mapped_column(default=1500)
    # How the volunteer travels, a core.travel.Travel.
    travel: Mapped[str] = mapped_column(String(10), default=USUAL, server_default=USUAL)
    # As offers.rules.parse_hours reads them, in the area's zone.
    hours: Mapped[Any] = mapped_column(JSON, default=list)
    languages: Mapped[Any] = mapped_column(JSON, default=list)
    # Of `core.wishes.OF_VOLUNTEERS`.
    wishes: Mapped[Any] = mapped_column(JSON, default=list, server_default="[]")
    # Said by the volunteer and only if she wishes it to count; False says nothing.
    woman: Mapped[bool] = mapped_column(default=False, server_default=false())
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


class OfferCell(Base):
    """The search index of active offers: one narrow row for each category that an offer covers.

    It repeats Offer and OfferCategory, sorted by cell so that near offers of a category are
    together. Only usecases/volunteers/spread_offer writes it, in the transaction that changes the
    offer, and usecases/dispatch/idle_volunteers the time of the last ask. Dispatch reads the offer
    itself before anybody is asked.
    """

    __tablename__ = "offer_cell"
    # The key is the search order; on SQLite the table itself is sorted by it.
    __table_args__ = (
        # Those asked longest ago, in each patch.
        Index("ix_offer_cell_idle", "category_id", "patch", "busy_at", "person_id"),
        {"sqlite_with_rowid": False},
    )

    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"), primary_key=True)
    cell_row: Mapped[int] = mapped_column(primary_key=True)
    cell_column: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    # Metres from the earth's centre, as matching.distance.earth_point.
    x: Mapped[float]
    y: Mapped[float]
    z: Mapped[float]
    radius_m: Mapped[int]
    # Seconds since 1970, rounded down; 0 when there is no pause.
    paused_until: Mapped[int] = mapped_column(BigInteger, default=0)
    # Wishes that exclude this volunteer, as core.wishes.excluded_by; 0 excludes nobody.
    excluded_by: Mapped[int] = mapped_column(default=0, server_default="0")
    # As matching.cells.patch_of.
    patch: Mapped[int] = mapped_column(default=0, server_default="0")
    # Seconds since 1970 of the last ask or task, 0 for never: decides an order, never who may be
    # asked. A yes that was undone may leave it later than the records say.
    busy_at: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    # Bits of the hours of the week 0-55, 56-111, 112-167 as offers.rules.hours_touched.
    week_a: Mapped[int] = mapped_column(BigInteger)
    week_b: Mapped[int] = mapped_column(BigInteger)
    week_c: Mapped[int] = mapped_column(BigInteger)
