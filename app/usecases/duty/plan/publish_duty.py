"""Publishing duty: the shifts of a rota are made equal to its plan. Run twice it changes nothing.

Only what a person agreed to becomes agreed; everything else is a question to them. A turn for which
somebody would lack rest stays empty.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.context import Context
from app.core.statements import changed
from app.rotation.models import Rota, Shift
from app.rotation.plan.compose import RotaPlan
from app.rotation.plan.consent import Consent, Piece, pieces
from app.rotation.plan.flex import Flex
from app.rotation.plan.queries import consents_of
from app.rotation.rules import Span
from app.rotation.states import ShiftEnd, ShiftOrigin, ShiftState
from app.usecases.duty.plan.ask_for_duty import ask_to_agree, close_questions
from app.usecases.duty.plan.lock_rota import LIVE, lock_rota
from app.usecases.duty.plan.notify_duty import (
    notify_ended_shifts,
    record_shift,
)
from app.usecases.duty.plan.read_plan import plan_of
from app.usecases.duty.plan.skip_unrested_turns import AHEAD, coming_duty, unrested_in

# Nobody's flex grid is sure for longer than two days.
FLEX_AHEAD = timedelta(days=2)

Key = tuple[int, int, datetime]


@dataclass
class Published:
    """Which shifts were made, changed and ended."""

    made: list[Shift] = field(default_factory=list)
    changed: list[Shift] = field(default_factory=list)
    ended: list[Shift] = field(default_factory=list)


def publish_duty(context: Context, *, rota_id: int) -> Published:
    """Makes the shifts of a rota equal to its plan from now on, and asks and tells people.

    Called after every change of a plan and by a tick; the verb that changes decides who may.
    """
    rota = lock_rota(context.session, rota_id)
    context.session.flush()
    plan = plan_of(context.session, rota, since=context.now, until=context.now + AHEAD)
    rows = _live(context.session, rota.id, context.now)
    consents = [
        *consents_of(context.session, rota.id, since=context.now),
        *(
            Consent(one.person_id, one.starts_at, one.ends_at)
            for one in rows
            if one.state == ShiftState.AGREED
        ),
    ]
    done = Published()
    left = {_key(one, context.now): one for one in rows}
    flex = {layer.number for layer in plan.layers if isinstance(layer.source, Flex)}
    empty = (
        {one.span for one in unrested_in(context.session, rota, plan, now=context.now)}
        if rota.active
        else set()
    )
    for piece in _wanted(plan, flex, empty, consents, context.now) if rota.active else ():
        origin = "flex" if piece.span.layer in flex else "plan"
        _settle(context.session, rota, piece, origin, left, done, now=context.now)
    for row in left.values():
        if row.origin != ShiftOrigin.HAND:
            _end(context.session, row, done, context.now)
    context.session.flush()
    _say(context, rota, done)
    return done


def _live(session: Session, rota_id: int, now: datetime) -> list[Shift]:
    rows = session.scalars(
        select(Shift)
        .where(Shift.rota_id == rota_id, Shift.state.in_(LIVE), Shift.ends_at > now)
        .order_by(Shift.id)
        .execution_options(populate_existing=True)
    )
    return list(rows)


def _key(shift: Shift, now: datetime) -> Key:
    """What began is known by layer and person; what comes, by its start too."""
    return shift.layer, shift.person_id, max(shift.starts_at, now)


def _wanted(
    plan: RotaPlan, flex: set[int], empty: set[Span], consents: list[Consent], now: datetime
) -> Iterable[Piece]:
    for span in coming_duty(plan, now):
        if span in empty or (span.layer in flex and span.starts_at > now + FLEX_AHEAD):
            continue
        yield from pieces(span, consents)


def _settle(
    session: Session,
    rota: Rota,
    piece: Piece,
    origin: str,
    left: dict[Key, Shift],
    done: Published,
    *,
    now: datetime,
) -> None:
    """One planned piece: its row is made, or made to fit."""
    span = piece.span
    row = left.pop((span.layer, span.person_id, span.starts_at), None)
    if row is None:
        done.made.append(_make(session, rota, piece, origin, now))
    elif row.origin != ShiftOrigin.HAND and _fit(session, row, piece, now):
        done.changed.append(row)


def _make(session: Session, rota: Rota, piece: Piece, origin: str, now: datetime) -> Shift:
    made = Shift(
        rota_id=rota.id,
        person_id=piece.span.person_id,
        layer=piece.span.layer,
        starts_at=piece.span.starts_at,
        ends_at=piece.span.ends_at,
        state=ShiftState.AGREED if piece.agreed else ShiftState.OFFERED,
        agreed_at=now if piece.agreed else None,
        origin=origin,
    )
    session.add(made)
    return made


def _fit(session: Session, row: Shift, piece: Piece, now: datetime) -> bool:
    agreed = piece.agreed and row.state == ShiftState.OFFERED
    if row.ends_at == piece.span.ends_at and not agreed:
        return False
    values: dict[str, object] = {"ends_at": piece.span.ends_at}
    if agreed:
        values |= {"state": ShiftState.AGREED, "agreed_at": now}
    _write(session, row, values)
    return True


def _end(session: Session, row: Shift, done: Published, now: datetime) -> None:
    """No longer planned: what runs ends now, what comes does not come."""
    if row.starts_at < now and row.state == ShiftState.AGREED:
        _write(session, row, {"ends_at": now, "end_reason": ShiftEnd.PLAN})
    else:
        _write(session, row, {"state": ShiftState.CANCELLED, "end_reason": ShiftEnd.PLAN})
    done.ended.append(row)


def _write(session: Session, row: Shift, values: dict[str, object]) -> None:
    changed(session, update(Shift).where(Shift.id == row.id).values(**values))
    session.refresh(row)


def _say(context: Context, rota: Rota, done: Published) -> None:
    for what, rows in (("made", done.made), ("changed", done.changed), ("ended", done.ended)):
        for row in rows:
            kind = f"shift.{row.state}" if what == "made" else f"shift.{what}"
            record_shift(context, rota, row, kind)
    close_questions(
        context.session,
        [one.id for one in done.changed if one.state == ShiftState.AGREED],
        "yes",
        context.now,
    )
    close_questions(context.session, [one.id for one in done.ended], "over", context.now)
    ask_to_agree(
        context.session,
        rota,
        [one for one in done.made if one.state == ShiftState.OFFERED],
        now=context.now,
    )
    notify_ended_shifts(context, rota, done.ended)


def active_rotas(session: Session) -> list[int]:
    """Rotas whose coming weeks are published, in one order for everybody."""
    return list(session.scalars(select(Rota.id).where(Rota.active).order_by(Rota.id)))
