"""A volunteer's duty: now, coming, cover asked for, turns agreed to, notes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.people.models import Person
from app.rotation.models import DutyAsk, Rota
from app.rotation.plan.models import RotaLayer, RotaMember, Swap
from app.rotation.queries import ShiftLine, notes_of, rota_for, shifts_between
from app.rotation.states import DutyAskState, ShiftState, SwapKind, SwapState
from app.usecases.duty.plan.swap_hours import hours_asked

AHEAD = timedelta(days=31)
NOTES_FROM = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class CoverAsk:
    """A request to take over somebody's shift, without their name."""

    swap_id: int
    rota: str
    area_path: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Turns:
    """A rotation in which the person takes turns."""

    layer_id: int
    rota: str
    name: str
    number: int
    agreed: bool


@dataclass(frozen=True, slots=True)
class Note:
    """A hand-over note, with the area of its rota."""

    text: str
    area_path: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Duty:
    """Everything on the page. `given` are shifts that the person is giving away."""

    now: tuple[ShiftLine, ...]
    coming: tuple[ShiftLine, ...]
    here: frozenset[int]
    given: frozenset[int]
    asks: tuple[CoverAsk, ...]
    turns: tuple[Turns, ...]
    notes: tuple[Note, ...]
    may_come: bool


def duty_of(session: Session, person_id: int, now: datetime) -> Duty:
    """The duty of one person, as they see it. A constant number of queries."""
    person = session.get_one(Person, person_id)
    shifts = shifts_between(session, now, now + AHEAD, person_id=person_id)
    running = tuple(
        one for one in shifts if one.state == ShiftState.AGREED and one.starts_at <= now
    )
    coming = tuple(one for one in shifts if one not in running)
    return Duty(
        now=running,
        coming=coming,
        here=frozenset(one.id for one in running if one.checked_in_at is not None),
        given=_given(session, person_id),
        asks=_asks(session, person_id, now),
        turns=_turns(session, person_id),
        notes=tuple(
            Note(note.text, area_path, note.made_at)
            for rota_id, area_path in {one.rota_id: one.area_path for one in running}.items()
            for note in notes_of(session, rota_id, since=now - NOTES_FROM)
        ),
        may_come=rota_for(session, person.area_path) is not None,
    )


def _given(session: Session, person_id: int) -> frozenset[int]:
    rows = session.scalars(
        select(Swap.shift_id).where(
            Swap.giver_id == person_id, Swap.state == SwapState.OPEN, Swap.kind == SwapKind.SWAP
        )
    )
    return frozenset(rows)


def _asks(session: Session, person_id: int, now: datetime) -> tuple[CoverAsk, ...]:
    rows = session.execute(
        select(Swap, Rota.name, Rota.area_path)
        .join(DutyAsk, DutyAsk.swap_id == Swap.id)
        .join(Rota, Rota.id == Swap.rota_id)
        .where(
            DutyAsk.person_id == person_id,
            DutyAsk.state == DutyAskState.SENT,
            Swap.state == SwapState.OPEN,
            Swap.ends_at > now,
        )
        .order_by(Swap.starts_at)
    )
    return tuple(
        CoverAsk(swap.id, rota, path, *hours_asked(swap, now)) for swap, rota, path in rows
    )


def _turns(session: Session, person_id: int) -> tuple[Turns, ...]:
    rows = session.execute(
        select(RotaLayer.id, Rota.name, RotaLayer.name, RotaLayer.number, RotaMember.agreed_at)
        .join(RotaMember, RotaMember.layer_id == RotaLayer.id)
        .join(Rota, Rota.id == RotaLayer.rota_id)
        .where(RotaMember.person_id == person_id, RotaLayer.ended_at.is_(None), Rota.active)
        .order_by(Rota.id, RotaLayer.number)
    )
    return tuple(Turns(key, rota, name, no, at is not None) for key, rota, name, no, at in rows)
