"""Turns of a rotation that leave somebody without rest are not published: they become gaps.

A coordinator sees them before saving a layer. What somebody agreed to before stays.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.context import Context
from app.rotation.models import Rota, Shift
from app.rotation.plan.compose import Layer, RotaPlan, planned
from app.rotation.plan.consent import one_at_a_time
from app.rotation.plan.fatigue import Known, UnrestedTurn, turns_of, unrested_turns
from app.rotation.plan.flex import Flex
from app.rotation.plan.layers import Rotation
from app.rotation.plan.patterns import read_pattern
from app.rotation.rules import Span
from app.rotation.states import LayerKind, ShiftOrigin, ShiftState
from app.usecases.duty.plan.commitments import taken_by
from app.usecases.duty.plan.keep_order import in_order
from app.usecases.duty.plan.lock_rota import LIVE, rota_of_coordinator
from app.usecases.duty.plan.read_plan import plan_of
from app.usecases.duty.plan.rest_rules import AROUND, limits_of

# A month from the roster builder is published whole.
AHEAD = timedelta(days=62)


def coming_duty(plan: RotaPlan, now: datetime) -> list[Span]:
    """Planned duty of the coming two months, from now on, without overlaps in a layer."""
    spans = planned(plan, now, now + AHEAD)
    return list(one_at_a_time(replace(one, starts_at=max(one.starts_at, now)) for one in spans))


def unrested_in(
    session: Session, rota: Rota, plan: RotaPlan, *, now: datetime
) -> tuple[UnrestedTurn, ...]:
    """The turns of the coming two months that stay empty. A constant number of queries."""
    in_turn = turns_of(plan, now, now + AHEAD)
    people = sorted({one.person_id for one in in_turn})
    if not people:
        return ()
    known, held = _duties(session, rota, people, now)
    on_call = {one.number for one in plan.layers if isinstance(one.source, Flex)}
    return unrested_turns(
        [one for one in coming_duty(plan, now) if one.layer not in on_call],
        in_turn,
        known,
        held,
        limits_of(session, rota, people),
        zone=plan.zone,
    )


def unrested_now(context: Context, *, rota_id: int) -> tuple[UnrestedTurn, ...]:
    """The turns of a rota that stay empty as planned, for a coordinator of its area."""
    rota = rota_of_coordinator(context.session, context.actor, rota_id)
    plan = plan_of(context.session, rota, since=context.now, until=context.now + AHEAD)
    return unrested_in(context.session, rota, plan, now=context.now)


def unrested_with(
    context: Context, *, rota_id: int, number: int, pattern: dict[str, Any], people: Sequence[int]
) -> tuple[UnrestedTurn, ...]:
    """The turns of a layer that would stay empty if planned like this. Raises BadPattern."""
    rota = rota_of_coordinator(context.session, context.actor, rota_id)
    people = in_order(
        context, rota, number=number, kind=LayerKind.ROTATION, pattern=pattern, people=people
    )
    rotation = Rotation(tuple(dict.fromkeys(people)), read_pattern(pattern))
    plan = plan_of(
        context.session,
        rota,
        since=context.now,
        until=context.now + AHEAD,
        instead=Layer(number, rotation),
    )
    return tuple(
        one
        for one in unrested_in(context.session, rota, plan, now=context.now)
        if one.span.layer == number
    )


def _duties(
    session: Session, rota: Rota, people: Sequence[int], now: datetime
) -> tuple[Known, dict[int, list[Span]]]:
    """What was agreed to and asked of this rota's coming duty, and each person's other duties."""
    rows = session.scalars(
        select(Shift).where(
            Shift.person_id.in_(people),
            Shift.state.in_(LIVE),
            Shift.origin != ShiftOrigin.FLEX,
            Shift.starts_at < now + AHEAD + AROUND,
            Shift.ends_at > now - AROUND,
        )
    )
    agreed, asked, held = list[Span](), list[Span](), {one: list[Span]() for one in people}
    for one in rows:
        span = Span(one.person_id, one.starts_at, one.ends_at, one.layer)
        planned_here = one.rota_id == rota.id and one.origin == ShiftOrigin.PLAN
        if one.state == ShiftState.OFFERED:
            if planned_here:
                asked.append(span)
        elif planned_here and one.ends_at > now:
            # What is no longer planned ends when published, so it does not count against anybody.
            agreed.append(span)
        else:
            held[one.person_id].append(span)
    for person_id, taken in taken_by(session, people, now - AROUND, now + AHEAD + AROUND).items():
        held[person_id].extend(taken)
    return Known(tuple(agreed), tuple(asked)), held
