"""Reads of the rota."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.rotation.models import PLAN, DutyAsk, HandOverNote, Rota, Shift
from app.rotation.rules import Span, on_duty
from app.rotation.states import DutyAskState, ShiftOrigin, ShiftState

# States of a duty ask that waits for an answer.
ASKING = (DutyAskState.SENT, DutyAskState.CHECK)
# How many of a person's last numbers are not reused, so that an old text hits nothing new.
NUMBERS_KEPT = 5


@dataclass(frozen=True, slots=True)
class ShiftLine:
    """A shift with the rota that it belongs to."""

    id: int
    rota_id: int
    rota: str
    area_path: str
    person_id: int
    starts_at: datetime
    ends_at: datetime
    layer: int
    state: str
    checked_in_at: datetime | None = None


def _up(area_path: str) -> list[str]:
    """The area's path and those of all above it, the smallest first."""
    ids = [part for part in area_path.split("/") if part]
    return ["/" + "/".join(ids[:end]) + "/" for end in range(len(ids), 0, -1)]


# Built once: every ranking runs this, and building it takes longer than running it.
_AGREED = (
    select(Rota.area_path, Shift.person_id, Shift.starts_at, Shift.ends_at, Shift.layer)
    .join(Rota, Rota.id == Shift.rota_id)
    .where(
        Shift.state == ShiftState.AGREED,
        Rota.active,
        Rota.area_path.in_(bindparam("paths", expanding=True)),
    )
)
SPANS = _AGREED.where(Shift.starts_at <= bindparam("at"), Shift.ends_at > bindparam("at"))
SPANS_BETWEEN = _AGREED.where(
    Shift.starts_at <= bindparam("last"), Shift.ends_at > bindparam("first")
)


def on_duty_now(session: Session, area_path: str, at: datetime) -> tuple[int, ...]:
    """Who is on duty in the smallest area, at or above this one, where anybody is."""
    return on_duty(_spans_for(session, area_path, at), at)


def on_duty_at(session: Session, wanted: Sequence[tuple[str, datetime]]) -> list[tuple[int, ...]]:
    """The same for several areas and instants, in their order. One query."""
    if not wanted:
        return []
    instants = [at for _, at in wanted]
    rows = session.connection().execute(
        SPANS_BETWEEN,
        {
            "first": min(instants),
            "last": max(instants),
            "paths": sorted({path for area_path, _ in wanted for path in _up(area_path)}),
        },
    )
    spans: dict[str, list[Span]] = {}
    for path, person_id, starts_at, ends_at, layer in rows:
        spans.setdefault(path, []).append(Span(person_id, starts_at, ends_at, layer))
    return [
        next((who for path in _up(area_path) if (who := on_duty(spans.get(path, ()), at))), ())
        for area_path, at in wanted
    ]


def duty_by_layer(session: Session, area_path: str, at: datetime) -> dict[int, tuple[int, ...]]:
    """The same people by layer, 1 being the first call."""
    spans = _spans_for(session, area_path, at)
    layers = sorted({span.layer for span in spans})
    return {layer: on_duty((one for one in spans if one.layer == layer), at) for layer in layers}


def _spans_for(session: Session, area_path: str, at: datetime) -> list[Span]:
    # The connection, not the session: without the ORM a query takes half the time.
    rows = session.connection().execute(SPANS, {"at": at, "paths": _up(area_path)})
    spans: dict[str, list[Span]] = {}
    for path, person_id, starts_at, ends_at, layer in rows:
        spans.setdefault(path, []).append(Span(person_id, starts_at, ends_at, layer))
    return next((spans[path] for path in _up(area_path) if path in spans), [])


def came_on_duty(session: Session, area_path: str, since: datetime, at: datetime) -> set[int]:
    """Who is on duty for the area at `at` and was not at `since`."""
    return set(on_duty_now(session, area_path, at)) - set(on_duty_now(session, area_path, since))


def duty_around(session: Session, area_path: str, at: datetime) -> tuple[int, ...]:
    """Who is on duty in the areas around: below the smallest area above in which anybody is.

    Leaves out people on duty for the area itself.
    """
    own = set(on_duty_now(session, area_path, at))
    for path in _up(area_path)[1:]:
        rows = session.execute(
            select(Shift.person_id, Shift.starts_at, Shift.ends_at, Shift.layer)
            .join(Rota, Rota.id == Shift.rota_id)
            .where(
                Shift.state == ShiftState.AGREED,
                Shift.starts_at <= at,
                Shift.ends_at > at,
                Rota.active,
                Rota.area_path.startswith(path),
            )
        )
        found = on_duty((Span(*row) for row in rows), at)
        around = tuple(person_id for person_id in found if person_id not in own)
        if around:
            return around
    return ()


def on_duty_in(session: Session, rota_id: int, at: datetime) -> tuple[int, ...]:
    """Who is on duty in one rota, the first layer first."""
    rows = session.execute(
        select(Shift.person_id, Shift.starts_at, Shift.ends_at, Shift.layer).where(
            Shift.rota_id == rota_id,
            Shift.state == ShiftState.AGREED,
            Shift.starts_at <= at,
            Shift.ends_at > at,
        )
    )
    return on_duty((Span(*row) for row in rows), at)


def rota_for(session: Session, area_path: str) -> int | None:
    """The rota responsible for an area: of the smallest area at or above it, general first.

    Rotas of emergency plans do not count, because they are temporary.
    """
    rows = session.execute(
        select(Rota.area_path, Rota.purpose, Rota.id)
        .where(Rota.active, Rota.purpose != PLAN, Rota.area_path.in_(_up(area_path)))
        .order_by(Rota.id)
    ).all()
    best = sorted(rows, key=lambda row: (-len(row[0]), row[1] != "general", row[2]))
    return best[0][2] if best else None


def notes_of(
    session: Session, rota_id: int, *, since: datetime, limit: int = 20
) -> list[HandOverNote]:
    """Hand-over notes, the newest first. For people on duty and coordinators."""
    rows = session.scalars(
        select(HandOverNote)
        .where(HandOverNote.rota_id == rota_id, HandOverNote.made_at >= since)
        .order_by(HandOverNote.id.desc())
        .limit(limit)
    )
    return list(rows)


def was_on_duty(session: Session, person_id: int, at: datetime) -> bool:
    """Whether somebody was on duty that they had agreed to, and not only offered."""
    found = select(Shift.id).where(
        Shift.state == ShiftState.AGREED,
        Shift.person_id == person_id,
        Shift.origin != ShiftOrigin.FLEX,
        Shift.starts_at <= at,
        Shift.ends_at > at,
    )
    return session.scalar(found.limit(1)) is not None


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
            Rota.area_path,
            Shift.person_id,
            Shift.starts_at,
            Shift.ends_at,
            Shift.layer,
            Shift.state,
            Shift.checked_in_at,
        )
        .join(Rota, Rota.id == Shift.rota_id)
        .where(Shift.state != ShiftState.CANCELLED, Shift.starts_at < end, Shift.ends_at > start)
        .order_by(Shift.starts_at, Shift.layer)
    )
    if area_path is not None:
        chosen = chosen.where(Rota.area_path.startswith(area_path))
    if person_id is not None:
        chosen = chosen.where(Shift.person_id == person_id)
    rows: Any = session.execute(chosen)
    return [ShiftLine(*row) for row in rows]


def list_rotas(session: Session, area_path: str) -> list[Rota]:
    """The rotas of an area and below."""
    rows = session.scalars(
        select(Rota).where(Rota.active, Rota.area_path.startswith(area_path)).order_by(Rota.id)
    )
    return list(rows)


def duty_numbers(session: Session, person_ids: Sequence[int]) -> dict[int, frozenset[int]]:
    """Reply numbers of each person that a duty ask uses, or used lately."""
    rows = session.execute(
        select(DutyAsk.person_id, DutyAsk.reply_number, DutyAsk.state)
        .where(DutyAsk.person_id.in_(person_ids), DutyAsk.reply_number.is_not(None))
        .order_by(DutyAsk.id.desc())
    )
    found: dict[int, set[int]] = {}
    for person_id, number, state in rows:
        held = found.setdefault(person_id, set())
        if number is not None and (state in ASKING or len(held) < NUMBERS_KEPT):
            held.add(number)
    return {person_id: frozenset(held) for person_id, held in found.items()}


def ask_by_number(session: Session, person_id: int, number: int) -> DutyAsk | None:
    """The newest question about duty with this number."""
    return session.scalar(
        select(DutyAsk)
        .where(DutyAsk.person_id == person_id, DutyAsk.reply_number == number)
        .order_by(DutyAsk.id.desc())
        .limit(1)
    )


def asks_by_number(session: Session, person_id: int, number: int) -> list[DutyAsk]:
    """The open questions about own shifts that share a number, by their shift."""
    rows = session.scalars(
        select(DutyAsk)
        .join(Shift, Shift.id == DutyAsk.shift_id)
        .where(
            DutyAsk.person_id == person_id,
            DutyAsk.reply_number == number,
            DutyAsk.swap_id.is_(None),
            DutyAsk.state == DutyAskState.SENT,
        )
        .order_by(Shift.rota_id, Shift.starts_at)
    )
    return list(rows)


def asks_for(session: Session, person_id: int) -> list[DutyAsk]:
    """Questions about duty that wait for this person's answer, the newest first."""
    rows = session.scalars(
        select(DutyAsk)
        .where(DutyAsk.person_id == person_id, DutyAsk.state.in_(ASKING))
        .order_by(DutyAsk.id.desc())
    )
    return list(rows)
