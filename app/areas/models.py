"""Tables of areas: the tree, the gazetteer, service points, and what geocoders answered."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base


def poster_code() -> str:
    """What stands on a QR poster after /q/."""
    return secrets.token_hex(5)


class Area(Base):
    """A node of the tree district > subdistrict > community > block > grid."""

    __tablename__ = "area"
    __table_args__ = (UniqueConstraint("scheme", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    scheme: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(40))
    level: Mapped[str] = mapped_column(String(20), index=True)
    name_zh: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(120), default="")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    # `/1/7/12/`: every ancestor's id and its own, so that a prefix means "here and below".
    path: Mapped[str] = mapped_column(String(120), unique=True)
    outline: Mapped[Any | None] = mapped_column(JSON)
    # True: drawn by hand to show neighbourhood, not surveyed.
    schematic: Mapped[bool] = mapped_column(default=False)
    timezone: Mapped[str] = mapped_column(String(40), default="Asia/Shanghai")
    south: Mapped[float | None]
    west: Mapped[float | None]
    north: Mapped[float | None]
    east: Mapped[float | None]
    figures: Mapped[Any] = mapped_column(JSON, default=dict)
    active: Mapped[bool] = mapped_column(default=True)


class Place(Base):
    """An entry of the gazetteer: an estate, a building, a landmark."""

    __tablename__ = "place"
    __table_args__ = (Index("ix_place_area_kind", "area_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    # Written on QR posters: /q/<public_code>.
    public_code: Mapped[str] = mapped_column(String(16), unique=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    area_path: Mapped[str] = mapped_column(String(120), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(120))
    aliases: Mapped[Any] = mapped_column(JSON, default=list)
    search_key: Mapped[str] = mapped_column(String(240), index=True)
    # What a volunteer may see before acceptance: the estate, never the building.
    rough_name: Mapped[str] = mapped_column(String(120))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    lat: Mapped[float]
    lon: Mapped[float]
    # False: no longer suggested; its poster still leads to an order.
    active: Mapped[bool] = mapped_column(default=True)


class PlaceAlias(Base):
    """Another spelling by which a place is found; `Place.aliases` keeps the original text."""

    __tablename__ = "place_alias"

    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), primary_key=True)
    search_key: Mapped[str] = mapped_column(String(240), primary_key=True)


class ServicePoint(Base):
    """A 1/N/V centre, station or kiosk (党群服务点)."""

    __tablename__ = "service_point"

    id: Mapped[int] = mapped_column(primary_key=True)
    # Written on QR posters: /q/<public_code>.
    public_code: Mapped[str] = mapped_column(String(16), unique=True, default=poster_code)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    area_path: Mapped[str] = mapped_column(String(120), index=True)
    name: Mapped[str] = mapped_column(String(120))
    tier: Mapped[str] = mapped_column(String(4))
    lat: Mapped[float]
    lon: Mapped[float]
    phone: Mapped[str] = mapped_column(String(40), default="")
    opening: Mapped[str] = mapped_column(String(80), default="")
    self_service_24h: Mapped[bool] = mapped_column(default=False)
    # False: closed for good.
    active: Mapped[bool] = mapped_column(default=True)


class GeocodeAnswer(Base):
    """What geocoders said about an address, found by a keyed hash of it."""

    __tablename__ = "geocode_answer"

    address_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(20))
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    source: Mapped[str] = mapped_column(String(20), default="")
    precision: Mapped[str] = mapped_column(String(20), default="")
    asked_at: Mapped[datetime]
