"""Nobody's turn jumps for the others when people join a rotation or leave it."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from app.rotation.plan.layers import Rotation, kept_in_turn, turns
from app.rotation.plan.patterns import ByWindows, Every, Pattern
from app.rotation.plan.windows import Window
from app.rotation.rules import Span

ZONE = ZoneInfo("Europe/Berlin")
STARTS = datetime.fromisoformat("2026-03-02T08:00")
BEGAN = datetime(2026, 3, 2, 7, tzinfo=UTC)
NIGHTS = tuple(Window(day, 20 * 60, 10 * 60) for day in range(5))

patterns = st.one_of(
    st.sampled_from([8, 12, 24, 168]).map(lambda hours: Every(hours, STARTS)),
    st.sampled_from(["window", "day", "week"]).map(lambda turn: ByWindows(NIGHTS, turn, STARTS)),
)


def coming(people: tuple[int, ...], pattern: Pattern, at: datetime) -> list[Span]:
    found = turns(Rotation(people, pattern), 1, at, at + timedelta(days=120), ZONE)
    return [one for one in found if one.ends_at > at]


@given(
    patterns,
    st.lists(st.integers(1, 9), min_size=1, max_size=6, unique=True),
    st.integers(0, 24 * 90),
    st.data(),
)
def test_whoever_stays_keeps_their_place(
    pattern: Pattern, before: list[int], hours: int, data: st.DataObject
) -> None:
    at = BEGAN + timedelta(hours=hours)
    leaving = set(data.draw(st.lists(st.sampled_from(before), unique=True)))
    after = [one for one in before if one not in leaving]
    for one in data.draw(st.lists(st.integers(10, 14), max_size=2, unique=True)):
        after.insert(data.draw(st.integers(0, len(after))), one)
    old = Rotation(tuple(before), pattern)
    new = kept_in_turn(old, tuple(after), at, ZONE)
    assert sorted(new) == sorted(after)
    # The order of the list goes round and round as it was given.
    assert len(after) < 2 or set(pairwise((*new, new[0]))) == set(pairwise((*after, after[0])))
    stay = [one for one in before if one in after]
    if stay and set(before) != set(after):
        first_before, first_after = coming(old.people, pattern, at), coming(new, pattern, at)
        expected = next(one.person_id for one in first_before if one.person_id in stay)
        assert first_after[0].person_id == expected
        if first_before[0].person_id in stay:
            assert first_after[0] == first_before[0]
    else:
        assert new == tuple(after)


def test_somebody_who_joins_moves_nobody_who_is_on_turn() -> None:
    """Counted from the first hand-off alone, four instead of three give today to another."""
    pattern = Every(24, STARTS)
    at = BEGAN + timedelta(days=10, hours=3)
    old = Rotation((1, 2, 3), pattern)
    [running, *_] = coming(old.people, pattern, at)
    plain = coming((1, 2, 3, 4), pattern, at)
    kept = coming(kept_in_turn(old, (1, 2, 3, 4), at, ZONE), pattern, at)
    assert plain[0].person_id != running.person_id
    assert [one.person_id for one in kept[:4]] == [2, 3, 4, 1] and kept[0] == running


def test_another_order_of_the_same_people_is_taken_as_given() -> None:
    old = Rotation((1, 2, 3), Every(24, STARTS))
    at = BEGAN + timedelta(days=10)
    assert kept_in_turn(old, (3, 1, 2), at, ZONE) == (3, 1, 2)
    assert kept_in_turn(old, (1, 2), BEGAN - timedelta(hours=1), ZONE) == (1, 2)
