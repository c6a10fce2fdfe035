"""What a rota plans, in eight zones and around every change of their clocks from 2010 to 2036."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.core.wall_time import instant, wall_of
from app.rotation import rules
from app.rotation.plan.compose import (
    Layer,
    Pause,
    RotaPlan,
    duty,
    on_duty,
    planned,
)
from app.rotation.plan.fixed import Fixed, FixedShift
from app.rotation.plan.flex import Flex, Grid
from app.rotation.plan.gaps import double_bookings, gaps, wanted
from app.rotation.plan.layers import Rotation
from app.rotation.plan.overrides import ADD, REMOVE, REPLACE, Override
from app.rotation.plan.patterns import ByWindows, Every, read_pattern
from app.rotation.plan.swaps import Swapped
from app.rotation.plan.windows import Window
from tests.domain.zones import ALL, FIRST, NAMES

HOUR = timedelta(hours=1)
PROPERTY = settings(max_examples=60, deadline=None)
STEPS = (1, 2, 3, 5, 6, 8, 12, 24, 36, 48, 168)
ZONES = st.sampled_from([ZoneInfo(name) for name in NAMES])
# Half of all draws are at a change of a clock.
PLACES = st.one_of(
    st.sampled_from(ALL),
    st.tuples(
        ZONES,
        st.integers(2, 9800).map(lambda days: FIRST + timedelta(days=days, hours=days % 24)),
    ),
)
PEOPLE = st.lists(st.integers(1, 5), min_size=1, max_size=4, unique=True).map(tuple)


def _walls(at: datetime, zone: ZoneInfo, hours: int, minute: int) -> datetime:
    wall = wall_of(at, zone).replace(second=0, microsecond=0, minute=minute)
    return wall - hours * HOUR


@st.composite
def everies(draw: st.DrawFn, zone: ZoneInfo, at: datetime) -> Every:
    """A pattern whose hand-offs fall on and around the instant."""
    starts = _walls(at, zone, draw(st.integers(24, 400)), draw(st.sampled_from([0, 15, 30, 45])))
    return Every(draw(st.sampled_from(STEPS)), starts)


@st.composite
def windows(draw: st.DrawFn) -> tuple[Window, ...]:
    """A few windows, nights among them."""
    return tuple(
        sorted(
            draw(
                st.sets(
                    st.builds(
                        Window,
                        st.integers(0, 6),
                        st.integers(0, 47).map(lambda half: half * 30),
                        st.integers(1, 48).map(lambda half: half * 30),
                    ),
                    min_size=1,
                    max_size=6,
                )
            )
        )
    )


@st.composite
def sources(draw: st.DrawFn, zone: ZoneInfo, at: datetime) -> Rotation | Fixed | Flex:
    """Any layer."""
    kind = draw(st.sampled_from(["every", "windows", "fixed", "flex"]))
    if kind == "fixed":
        return Fixed(
            tuple(
                FixedShift(person, at + since * HOUR, at + (since + length) * HOUR)
                for person, since, length in draw(
                    st.lists(
                        st.tuples(st.integers(1, 5), st.integers(-40, 40), st.integers(0, 24)),
                        max_size=4,
                    )
                )
            )
        )
    if kind == "flex":
        return Flex(tuple(Grid(person, draw(windows())) for person in draw(PEOPLE)))
    people = draw(PEOPLE)
    if kind == "every":
        return Rotation(people, draw(everies(zone, at)))
    starts = _walls(at, zone, draw(st.integers(24, 400)), 0)
    turn = draw(st.sampled_from(["window", "day", "week"]))
    return Rotation(people, ByWindows(draw(windows()), turn, starts))


@st.composite
def periods(draw: st.DrawFn, at: datetime) -> tuple[datetime, datetime]:
    """A period around the instant."""
    since = at + draw(st.integers(-90, 80)) * HOUR / 2
    return since, since + draw(st.integers(1, 60)) * HOUR / 2


@st.composite
def plans(draw: st.DrawFn) -> tuple[RotaPlan, datetime]:
    """A whole plan, with everything in it, around an instant."""
    zone, at = draw(PLACES)
    layers = tuple(
        Layer(number, draw(sources(zone, at))) for number in range(1, draw(st.integers(2, 4)))
    )
    overrides = []
    for kind in draw(st.lists(st.sampled_from([ADD, REMOVE, REPLACE]), max_size=3)):
        start, end = draw(periods(at))
        who, by = draw(st.integers(1, 5)), draw(st.integers(1, 7))
        layer = draw(st.sampled_from([None, 1, 2]))
        overrides.append(Override(kind, start, end, layer, who, by))
    swaps = [
        Swapped(draw(st.integers(1, 2)), draw(st.integers(1, 5)), 6, *draw(periods(at)))
        for _ in range(draw(st.integers(0, 2)))
    ]
    pauses = [
        Pause(*draw(periods(at)), person_id=draw(st.sampled_from([None, 1, 2, 6])))
        for _ in range(draw(st.integers(0, 2)))
    ]
    hours = draw(st.one_of(st.just(()), windows()))
    plan = RotaPlan(zone, layers, tuple(overrides), tuple(swaps), tuple(pauses), hours)
    return plan, at


@PROPERTY
@given(PLACES, st.data())
def test_a_rotation_has_no_hole_and_no_overlap(
    place: tuple[ZoneInfo, datetime], data: st.DataObject
) -> None:
    zone, at = place
    pattern, people = data.draw(everies(zone, at)), data.draw(PEOPLE)
    plan = RotaPlan(zone, (Layer(1, Rotation(people, pattern)),))
    start, end = at - 10 * 24 * HOUR, at + 10 * 24 * HOUR
    start = max(start, instant(pattern.starts, zone))
    spans = duty(plan, start, end)
    assert (spans[0].starts_at, spans[-1].ends_at) == (start, end)
    assert all(before.ends_at == after.starts_at for before, after in pairwise(spans))
    assert gaps(plan, start, end) == () == double_bookings(spans)


@PROPERTY
@given(PLACES, st.data())
def test_people_take_turns_and_hand_over_at_wall_times(
    place: tuple[ZoneInfo, datetime], data: st.DataObject
) -> None:
    zone, at = place
    pattern = data.draw(everies(zone, at))
    plan = RotaPlan(zone, (Layer(1, Rotation((1, 2, 3), pattern)),))
    for span in planned(plan, at - 60 * HOUR, at + 60 * HOUR):
        wall = wall_of(span.starts_at, zone)
        number, off = divmod(wall - pattern.starts, pattern.hours * HOUR)
        if off == timedelta(0) and instant(wall, zone) == span.starts_at:
            # A turn that the clock skips is dropped, so the next may begin here too.
            assert span.person_id == number % 3 + 1
        else:
            # The hand-off's wall time was skipped: it is at the instant of the change.
            before = wall_of(span.starts_at - timedelta(seconds=1), zone)
            assert wall - before > timedelta(seconds=1)


@PROPERTY
@given(plans(), st.data())
def test_a_point_and_a_period_around_it_agree(
    made: tuple[RotaPlan, datetime], data: st.DataObject
) -> None:
    plan, at = made
    start, end = data.draw(periods(at))
    moment = start + data.draw(st.floats(0, 0.999)) * (end - start)
    whole, spans = planned(plan, start, end), duty(plan, start, end)
    assert all(start <= one.starts_at < one.ends_at <= end for one in spans)
    edges = {edge for one in spans for edge in (one.starts_at, one.ends_at)}
    for point in (moment, *(edge for edge in edges if edge < end)):
        assert rules.on_duty(whole, point) == on_duty(plan, point)
        cut = {(one.layer, one.person_id) for one in spans if one.starts_at <= point < one.ends_at}
        assert {person for _, person in cut} == set(on_duty(plan, point))


@PROPERTY
@given(plans(), st.data())
def test_spans_are_whole_whatever_the_period(
    made: tuple[RotaPlan, datetime], data: st.DataObject
) -> None:
    plan, at = made
    start, end = data.draw(periods(at))
    wide = planned(plan, start - 30 * HOUR, end + 30 * HOUR)
    touching = tuple(one for one in wide if one.starts_at < end and start < one.ends_at)
    assert planned(plan, start, end) == touching


@PROPERTY
@given(plans())
def test_nobody_is_on_duty_while_paused(made: tuple[RotaPlan, datetime]) -> None:
    plan, _ = made
    for pause in plan.pauses:
        for one in duty(plan, pause.starts_at, pause.ends_at):
            assert pause.person_id not in (None, one.person_id)


@PROPERTY
@given(plans(), st.data())
def test_changes_make_no_hole_and_no_overlap_of_their_own(
    made: tuple[RotaPlan, datetime], data: st.DataObject
) -> None:
    """Replacing and swapping keep the number on duty in a layer at every instant."""
    plan, at = made
    kept = tuple(one for one in plan.overrides if one.kind == REPLACE)
    changed = RotaPlan(plan.zone, plan.layers, kept, plan.swaps)
    bare = RotaPlan(plan.zone, plan.layers)
    start, end = data.draw(periods(at))
    moment = start + data.draw(st.floats(0, 0.999)) * (end - start)

    def counts(of: RotaPlan) -> list[int]:
        return sorted(
            one.layer for one in duty(of, start, end) if one.starts_at <= moment < one.ends_at
        )

    assert counts(changed) == counts(bare)
    assert gaps(changed, start, end) == gaps(bare, start, end)


@PROPERTY
@given(plans(), st.data())
def test_gaps_are_the_wanted_hours_in_which_nobody_is(
    made: tuple[RotaPlan, datetime], data: st.DataObject
) -> None:
    plan, at = made
    start, end = data.draw(periods(at))
    found, hours = gaps(plan, start, end), wanted(plan, start, end)
    assert all(since < to for since, to in found)
    assert all(before[1] <= after[0] for before, after in pairwise(found))
    assert all(before[1] < after[0] for before, after in pairwise(hours))
    moment = start + data.draw(st.floats(0, 0.999)) * (end - start)
    is_wanted = any(since <= moment < to for since, to in hours)
    in_gap = any(since <= moment < to for since, to in found)
    assert in_gap is (is_wanted and on_duty(plan, moment) == ())


@PROPERTY
@given(plans(), st.data())
def test_double_bookings_are_where_somebody_is_on_duty_twice(
    made: tuple[RotaPlan, datetime], data: st.DataObject
) -> None:
    plan, at = made
    start, end = data.draw(periods(at))
    spans = duty(plan, start, end)
    moment = start + data.draw(st.floats(0, 0.999)) * (end - start)
    now = [one.person_id for one in spans if one.starts_at <= moment < one.ends_at]
    twice = {one for one in now if now.count(one) > 1}
    found = double_bookings(spans)
    assert {one.person_id for one in found if one.starts_at <= moment < one.ends_at} == twice


@PROPERTY
@given(PLACES, windows(), st.sampled_from(["window", "day", "week"]))
def test_windows_are_covered_by_one_person_in_turn(
    place: tuple[ZoneInfo, datetime], hours: tuple[Window, ...], turn: str
) -> None:
    zone, at = place
    starts = wall_of(at, zone).replace(microsecond=0) - timedelta(days=30)
    source = Rotation((1, 2), ByWindows(hours, turn, starts))
    plan = RotaPlan(zone, (Layer(1, source),), wanted=hours)
    assert gaps(plan, at - 60 * HOUR, at + 60 * HOUR) == ()


def test_every_change_of_every_clock_is_handed_over_without_a_hole() -> None:
    """Not sampled but all: three-hour turns over each change, and the night watch around it."""
    assert len(ALL) > 250
    for zone, at in ALL:
        starts = wall_of(at - 72 * HOUR, zone).replace(minute=0, second=0, microsecond=0)
        plan = RotaPlan(zone, (Layer(1, Rotation((1, 2, 3), Every(3, starts))),))
        first, last = at - 30 * HOUR, at + 30 * HOUR
        spans = duty(plan, first, last)
        assert (spans[0].starts_at, spans[-1].ends_at) == (first, last)
        assert all(before.ends_at == after.starts_at for before, after in pairwise(spans))
        assert on_duty(plan, at - timedelta.resolution) and on_duty(plan, at)


def test_an_end_and_a_start_are_wall_times_too() -> None:
    pattern = read_pattern(
        {"kind": "every", "hours": 24, "starts": "2026-03-27T08:00", "ends": "2026-03-30T08:00"}
    )
    plan = RotaPlan(ZoneInfo("Europe/London"), (Layer(1, Rotation((1, 2), pattern)),))
    spans = planned(plan, datetime(2026, 3, 20, tzinfo=UTC), datetime(2026, 4, 5, tzinfo=UTC))
    assert [one.person_id for one in spans] == [1, 2, 1]
    assert (spans[0].starts_at, spans[-1].ends_at) == (
        datetime(2026, 3, 27, 8, tzinfo=UTC),
        datetime(2026, 3, 30, 7, tzinfo=UTC),
    )
    # The night in which the clock is set forward is an hour shorter.
    assert [(one.ends_at - one.starts_at) / HOUR for one in spans] == [24, 23, 24]


@PROPERTY
@given(plans())
def test_the_order_of_an_override_is_the_order_in_which_it_was_made(
    made: tuple[RotaPlan, datetime],
) -> None:
    plan, at = made
    assume(plan.layers)
    week = (at - 84 * HOUR, at + 84 * HOUR)
    removed = Override(REMOVE, *week)
    added = Override(ADD, *week, 1, None, 9)
    after = RotaPlan(plan.zone, plan.layers, (*plan.overrides, removed, added))
    before = RotaPlan(plan.zone, plan.layers, (*plan.overrides, added, removed))
    assert on_duty(after, at) == (9,)
    assert on_duty(before, at) == ()
