"""Publishes duty: makes the shifts of a rota equal to its plan. Idempotent.

Only what a person agreed to in advance becomes agreed; everything else is a question to them. A
turn for which somebody would lack rest stays empty.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

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
from app.usecases.duty.plan.change_state import change_shift
from app.usecases.duty.plan.lock_rota import LIVE, lock_rota
from app.usecases.duty.plan.notify_duty import (
    notify_ended_shifts,
    record_shift,
)
from app.usecases.duty.plan.read_plan import plan_of
from app.usecases.duty.plan.skip_unrested_turns import AHEAD, coming_duty, unrested_in
from app.usecases.shared.lock_people import lock_free_people

# A flex grid is uncertain further than two days ahead.
FLEX_AHEAD = timedelta(days=2)

Key = tuple[int, int, datetime]


@dataclass
class Published:
    """Shifts that were made, changed and ended."""

    made: list[Shift] = field(default_factory=list)
    changed: list[Shift] = field(default_factory=list)
    ended: list[Shift] = field(default_factory=list)


def publish_duty(context: Context, *, rota_id: int) -> Published:
    """Makes the shifts of a rota equal to its plan from now on; asks and notifies people.

    Called after every change of a plan and by a tick. Callers check permissions.
    """
    rota = lock_rota(context.session, rota_id)
    context.session.flush()
    plan = plan_of(context.session, rota, since=context.now, until=context.now + AHEAD)
    rows = _live(context.session, rota.id, context.now)
    consents = [
        *consents_of(context.session, rota.id, since=context.now),
        *(
            Consent(one.person_id, one.starts_at, one.ends_at, one.layer)
            for one in rows
            if one.state == ShiftState.AGREED
        ),
    ]
    done = Published()
    left = {_key(one, context.now): one for one in rows}
    flex = {layer.number for layer in plan.layers if isinstance(layer.source, Flex)}
    pieces_now = partial(_wanted, context, rota, plan, flex, consents)
    wanted = pieces_now()
    new = _new_people(wanted, flex, left)
    # The rota is locked, so do not wait for people who agree to something else at this moment: the
    # next publication makes their turns. What the others agreed to until now is read again.
    free = lock_free_people(context.session, new)
    wanted = pieces_now() if new else wanted
    busy = _new_people(wanted, flex, left) - free
    for piece in wanted:
        origin = ShiftOrigin.FLEX if piece.span.layer in flex else ShiftOrigin.PLAN
        if _newly_agreed(piece, flex, left) and piece.span.person_id in busy:
            left.pop(_span_key(piece.span), None)
        else:
            _settle(context, rota, piece, origin, left, done)
    for row in left.values():
        if row.origin != ShiftOrigin.HAND:
            _end(context, rota, row, done)
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
    """A running shift is identified by layer and person; a coming one by its start too."""
    return shift.layer, shift.person_id, max(shift.starts_at, now)


def _wanted(
    context: Context, rota: Rota, plan: RotaPlan, flex: set[int], consents: list[Consent]
) -> list[Piece]:
    """What the plan wants, without turns for which somebody lacks rest or has other duty."""
    if not rota.active:
        return []
    now = context.now
    empty = {one.span for one in unrested_in(context.session, rota, plan, now=now)}
    return [
        piece
        for span in coming_duty(plan, now)
        if span not in empty and not (span.layer in flex and span.starts_at > now + FLEX_AHEAD)
        for piece in pieces(span, consents)
    ]


def _new_people(wanted: Iterable[Piece], flex: set[int], left: dict[Key, Shift]) -> frozenset[int]:
    """People whose standing agreement makes new duty."""
    return frozenset(one.span.person_id for one in wanted if _newly_agreed(one, flex, left))


def _newly_agreed(piece: Piece, flex: set[int], left: dict[Key, Shift]) -> bool:
    """Whether this piece becomes agreed duty now; hours on call are none."""
    row = left.get(_span_key(piece.span))
    there = row is not None and row.state == ShiftState.AGREED
    return piece.agreed and piece.span.layer not in flex and not there


def _span_key(span: Span) -> Key:
    return span.layer, span.person_id, span.starts_at


def _settle(
    context: Context,
    rota: Rota,
    piece: Piece,
    origin: str,
    left: dict[Key, Shift],
    done: Published,
) -> None:
    """Makes or adapts the row of one planned piece."""
    row = left.pop(_span_key(piece.span), None)
    if row is None:
        made = _make(rota, piece, origin, context.now)
        context.session.add(made)
        done.made.append(made)
    elif row.origin != ShiftOrigin.HAND and _fit(context, rota, row, piece):
        done.changed.append(row)


def _make(rota: Rota, piece: Piece, origin: str, now: datetime) -> Shift:
    return Shift(
        rota_id=rota.id,
        person_id=piece.span.person_id,
        layer=piece.span.layer,
        starts_at=piece.span.starts_at,
        ends_at=piece.span.ends_at,
        state=ShiftState.AGREED if piece.agreed else ShiftState.OFFERED,
        agreed_at=now if piece.agreed else None,
        origin=origin,
    )


def _fit(context: Context, rota: Rota, row: Shift, piece: Piece) -> bool:
    agreed, until = piece.agreed and row.state == ShiftState.OFFERED, piece.span.ends_at
    if row.ends_at == until and not agreed:
        return False
    if not agreed:
        _set_end(context, rota, row, "shift.changed", ends_at=until)
        return True
    values = {"ends_at": until, "agreed_at": context.now}
    return change_shift(context, rota, row, "agree", kind="shift.changed", **values)


def _end(context: Context, rota: Rota, row: Shift, done: Published) -> None:
    """No longer planned: ends a running shift now, cancels a coming one."""
    if row.starts_at < context.now and row.state == ShiftState.AGREED:
        _set_end(context, rota, row, "shift.ended", ends_at=context.now, end_reason=ShiftEnd.PLAN)
    else:
        change_shift(context, rota, row, "cancel", kind="shift.ended", end_reason=ShiftEnd.PLAN)
    done.ended.append(row)


def _set_end(context: Context, rota: Rota, row: Shift, kind: str, **values: Any) -> None:
    changed(context.session, update(Shift).where(Shift.id == row.id).values(**values))
    context.session.refresh(row)
    record_shift(context, rota, row, kind)


def _say(context: Context, rota: Rota, done: Published) -> None:
    for row in done.made:
        record_shift(context, rota, row, f"shift.{row.state}")
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
    """Rotas whose coming weeks are published, in a fixed order."""
    return list(session.scalars(select(Rota.id).where(Rota.active).order_by(Rota.id)))
