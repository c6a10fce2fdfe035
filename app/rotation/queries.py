"""Reads of the rota."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.rotation.models import Rota, Shift
from app.rotation.rules import Span, on_duty


@dataclass(frozen=True, slots=True)
class ShiftLine:
    """A shift with the rota that it belongs to."""

    id: int
    rota_id: int
    rota: str
    person_id: int
    starts_at: datetime
    ends_at: datetime
    layer: int
    state: str


def _up(area_path: str) -> list[str]:
    """The area's path and those of all above it, the smallest first."""
    ids = [part for part in area_path.split("/") if part]
    return ["/" + "/".join(ids[:end]) + "/" for end in range(len(ids), 0, -1)]


def on_duty_now(session: Session, area_path: str, at: datetime) -> tuple[int, ...]:
    """Who is on duty: of the smallest area, at or above this one, where anybody is."""
    rows = session.execute(
        select(Rota.area_path, Shift.person_id, Shift.starts_at, Shift.ends_at, Shift.layer)
        .join(Rota, Rota.id == Shift.rota_id)
        .where(
            Shift.state == "agreed",
            Shift.starts_at <= at,
            Shift.ends_at > at,
            Rota.active,
            Rota.area_path.in_(_up(area_path)),
        )
    )
    spans: dict[str, list[Span]] = {}
    for path, person_id, starts_at, ends_at, layer in rows:
        spans.setdefault(path, []).append(Span(person_id, starts_at, ends_at, layer))
    for path in _up(area_path):
        if path in spans:
            return on_duty(spans[path], at)
    return ()


def shifts_between(
    session: Session,
    start: datetime,
    end: datetime,
    *,
    area_path: str | None = None,
    person_id: int | None = None,
) -> list[ShiftLine]:
    """Shifts that touch [start, end), cancelled ones left out."""
    chosen = (
        select(
            Shift.id,
            Shift.rota_id,
            Rota.name,
            Shift.person_id,
            Shift.starts_at,
            Shift.ends_at,
            Shift.layer,
            Shift.state,
        )
        .join(Rota, Rota.id == Shift.rota_id)
        .where(Shift.state != "cancelled", Shift.starts_at < end, Shift.ends_at > start)
        .order_by(Shift.starts_at, Shift.layer)
    )
    if area_path is not None:
        chosen = chosen.where(Rota.area_path.startswith(area_path))
    if person_id is not None:
        chosen = chosen.where(Shift.person_id == person_id)
    return [ShiftLine(*row) for row in session.execute(chosen)]


def rotas(session: Session, area_path: str) -> list[Rota]:
    """The rotas of an area and below."""
    rows = session.scalars(
        select(Rota).where(Rota.active, Rota.area_path.startswith(area_path)).order_by(Rota.id)
    )
    return list(rows)
