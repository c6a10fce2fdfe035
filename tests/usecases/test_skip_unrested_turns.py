"""A rotation of too few people leaves gaps instead of breaking rest, and warns beforehand."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.core.context import Context
from app.core.errors import NotAllowed
from app.rotation.models import DutyAsk
from app.rotation.rest import Limits, against
from app.rotation.rules import Span
from app.usecases.duty.plan.manage_rota import make_rota, set_terms
from app.usecases.duty.plan.offer_duty import agree_to_turns
from app.usecases.duty.plan.publish_duty import publish_duty
from app.usecases.duty.plan.skip_unrested_turns import unrested_now, unrested_with
from app.usecases.duty.swaps.give_away_duty import give_away
from app.usecases.duty.swaps.take_duty import take_shift
from tests import factories
from tests.domain.test_unrested_turns import ZONE
from tests.factories import NOW
from tests.usecases.on_call import ENOUGH, HOUR, TURNS, OnCall, on_call

MONTH = NOW + timedelta(days=30)


def spans(made: OnCall, number: int, state: str) -> list[Span]:
    who = made.people[number].id
    rows = made.shifts(state=state, until=MONTH)
    return [Span(who, one.starts_at, one.ends_at) for one in rows if one.person_id == who]


def test_turns_without_rest_are_gaps_that_were_shown_before(session: Session) -> None:
    made = on_call(session, people=0)
    made.set_limits({})
    made.people = [factories.volunteer(session, made.place) for _ in range(3)]
    ids = [one.id for one in made.people]
    shown = unrested_with(
        Context(session, made.boss, NOW), rota_id=made.rota_id, number=1, pattern=TURNS, people=ids
    )
    layer_id = made.layer(1, made.people)
    # Now that the others are asked for, the first reason against a turn may be another one.
    left = unrested_now(Context(session, made.boss, NOW), rota_id=made.rota_id)
    assert [one.span for one in shown] == [one.span for one in left]
    assert {one.against.code for one in shown} == {"week_full", "month_full", "nights_full"}
    for number in range(3):
        agree_to_turns(Context(session, made.actor(number), NOW), layer_id=layer_id)
        mine = spans(made, number, "agreed")
        assert len(mine) > 8
        for one in mine:
            others = [other for other in mine if other != one]
            assert against(Limits(), others, one, ZONE) == ()
        assert not {(one.person_id, one.starts_at) for one in mine} & {
            (one.span.person_id, one.span.starts_at) for one in shown
        }
    again = publish_duty(Context(session, made.boss, NOW + HOUR), rota_id=made.rota_id)
    assert not again.ended and not again.changed
    # With wider limits of the rota nothing is left empty.
    set_terms(
        Context(session, made.boss, NOW),
        rota_id=made.rota_id,
        wanted=[],
        limits={**ENOUGH, "nights_week": 7},
        approve_swaps=False,
    )
    assert unrested_now(Context(session, made.boss, NOW), rota_id=made.rota_id) == ()


def test_whoever_takes_over_a_shift_does_not_stand_behind_it_too(session: Session) -> None:
    made = on_call(session, people=2)
    made.set_limits({**ENOUGH, "month_h": 400})
    made.people += [factories.volunteer(session, made.place) for _ in range(2)]
    made.layer(2, made.people[2:])
    offered = [(one.starts_at, one.ends_at) for one in spans(made, 2, "offered")]
    # Their own question of layer 2 is about the hours that they take over in layer 1.
    shift = next(
        one
        for one in made.shifts(until=MONTH)
        if one.starts_at > NOW and (one.starts_at, one.ends_at) in offered
    )
    giver = made.people.index(next(one for one in made.people if one.id == shift.person_id))
    swap_id = give_away(Context(session, made.actor(giver), NOW), shift_id=shift.id)
    session.add(
        DutyAsk(shift_id=shift.id, swap_id=swap_id, person_id=made.people[2].id, sent_at=NOW)
    )
    take_shift(Context(session, made.actor(2), NOW), swap_id=swap_id)
    theirs = [one for one in made.shifts(until=MONTH) if one.person_id == made.people[2].id]
    assert [(one.starts_at, one.layer) for one in theirs] == [(shift.starts_at, 1)]
    publish_duty(Context(session, made.boss, NOW + HOUR), rota_id=made.rota_id)
    questions = spans(made, 2, "offered")
    assert shift.starts_at not in [one.starts_at for one in questions]


def test_duty_in_another_rota_counts(session: Session) -> None:
    made = on_call(session, people=1)
    other_id = make_rota(Context(session, made.boss, NOW), area_id=made.place.here.id, name="夜里")
    mine = made.shift_of(0)
    night = {"kind": "every", "hours": 8, "starts": "2026-03-04T16:00"}
    shown = unrested_with(
        Context(session, made.boss, NOW),
        rota_id=other_id,
        number=1,
        pattern=night,
        people=[made.people[0].id],
    )
    assert mine.starts_at == NOW and shown[0].span.person_id == made.people[0].id
    assert "booked" in {one.against.code for one in shown}
    stranger = factories.coordinator(session, made.place.other)
    with pytest.raises(NotAllowed):
        unrested_now(
            Context(session, factories.actor_for(stranger, "coordinator", made.place.other), NOW),
            rota_id=other_id,
        )
