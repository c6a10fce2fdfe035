"""Turns of a rotation must keep the limits of rest like any other duty."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from app.rotation.plan.compose import Layer, RotaPlan, planned
from app.rotation.plan.fatigue import Known, turns_of, unrested_turns
from app.rotation.plan.layers import Rotation
from app.rotation.plan.patterns import Every
from app.rotation.rest import Limits, against
from app.rotation.rules import Span
from tests.factories import NOW

ZONE = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)
END = NOW + 20 * 24 * HOUR


def rota(people: int, hours: int) -> RotaPlan:
    pattern = Every(hours, datetime.fromisoformat("2026-03-02T08:00"))
    return RotaPlan(ZONE, (Layer(1, Rotation(tuple(range(1, people + 1)), pattern)),))


def coming(plan: RotaPlan) -> list[Span]:
    spans = planned(plan, NOW, END)
    return [replace(one, starts_at=max(one.starts_at, NOW)) for one in spans]


def left_empty(
    plan: RotaPlan, limits: Limits, held: tuple[Span, ...] = (), known: Known | None = None
) -> list[tuple[Span, str, float]]:
    in_turn = turns_of(plan, NOW, END)
    people = {one.person_id for one in in_turn}
    found = unrested_turns(
        coming(plan),
        in_turn,
        known or Known(),
        {one: [span for span in held if span.person_id == one] for one in people},
        dict.fromkeys(people, limits),
        zone=ZONE,
    )
    return [(one.span, one.against.code, one.against.limit) for one in found]


@given(
    people=st.integers(1, 6),
    hours=st.sampled_from([4, 8, 12, 24, 168]),
    week_h=st.sampled_from([24, 40, 168]),
    held=st.lists(
        st.tuples(st.integers(1, 3), st.integers(0, 400), st.integers(2, 12)), max_size=4
    ),
)
@settings(max_examples=60, deadline=None)
def test_what_is_published_breaks_no_limit_and_what_is_not_would(
    people: int, hours: int, week_h: int, held: list[tuple[int, int, int]]
) -> None:
    plan, limits = rota(people, hours), Limits(week_h=week_h)
    # Duties elsewhere that do not touch each other.
    others, reached = [], 0
    for who, start, length in sorted(held, key=lambda one: one[1]):
        begin = max(start, reached + 12)
        others.append(Span(who, NOW + begin * HOUR, NOW + (begin + length) * HOUR))
        reached = begin + length
    empty = {one for one, _, _ in left_empty(plan, limits, tuple(others))}
    kept: dict[int, list[Span]] = {}
    for one in others:
        kept.setdefault(one.person_id, []).append(one)
    for span in coming(plan):
        before = kept.setdefault(span.person_id, [])
        assert bool(against(limits, before, span, ZONE)) == (span in empty)
        if span not in empty:
            before.append(span)


def test_the_reason_is_told_with_its_limit_and_what_was_agreed_to_stands() -> None:
    plan = rota(2, 24)
    found = left_empty(plan, Limits())
    assert found[0][1:] == ("week_full", 40) and len(found) > 4
    first = found[0][0]
    assert first not in [
        span for span, _, _ in left_empty(plan, Limits(), known=Known(agreed=(first,)))
    ]
    assert {code for _, code, _ in left_empty(rota(2, 168), Limits())} == {"too_long"}
    assert left_empty(rota(9, 24), Limits(month_h=200)) == []


def test_an_early_turn_that_becomes_possible_changes_no_later_question() -> None:
    plan, limits = rota(2, 8), Limits(week_h=168, month_h=700, nights_week=7)
    turns = coming(plan)
    busy = (replace(turns[2], layer=3),)
    empty = {one for one, _, _ in left_empty(plan, limits, busy)}
    asked = tuple(one for one in turns if one not in empty)
    later = {one for one, _, _ in left_empty(plan, limits, known=Known(asked=asked))}
    assert not later & set(asked)
    # Without the questions, that turn would push away every second one of its person.
    anew = {one for one, _, _ in left_empty(plan, limits)}
    assert len(anew & set(asked)) > 10


def test_what_no_turn_gives_counts_against_turns() -> None:
    plan, limits = rota(2, 8), Limits(week_h=168, month_h=700, nights_week=7)
    first = coming(plan)[0]
    taken = replace(first, layer=2)
    found = unrested_turns(
        [*coming(plan), taken],
        turns_of(plan, NOW, END),
        Known(),
        {},
        dict.fromkeys((1, 2), limits),
        zone=ZONE,
    )
    assert (first, "booked") in [(one.span, one.against.code) for one in found]
