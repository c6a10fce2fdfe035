"""Who comes when in an emergency: only hours that are offered, rested, as many as are wanted."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from app.rotation.emergency import rules
from app.rotation.emergency.fill import Ready, fill
from app.rotation.emergency.report import Answers, Served, make_report
from app.rotation.emergency.rules import (
    LASTS,
    PARTS,
    Piece,
    begins_at,
    hours_of,
    lacks,
    parts_of,
    pieces,
    to_fill,
)
from app.rotation.plan.flex import Grid
from app.rotation.plan.windows import read_windows
from app.rotation.rest import Limits, against
from app.rotation.rules import Span
from tests.factories import NOW

ZONE = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)
LIMITS = Limits(**rules.LIMITS)
PARTS_OFFERED = st.sets(st.sampled_from(sorted(PARTS)), min_size=1)


def ready(
    person_id: int, parts: set[str], held: tuple[Span, ...] = (), limits: Limits = LIMITS
) -> Ready:
    return Ready(person_id, Grid(person_id, read_windows(hours_of(parts))), limits, held)


def everything(people: int, start: datetime = NOW) -> list[Piece]:
    return [Piece(s, e, people) for s, e in pieces((), start, start + LASTS, ZONE)]


@given(
    offered=st.lists(PARTS_OFFERED, max_size=12),
    people=st.integers(1, 3),
    shift=st.integers(-40, 60),
    own=st.builds(
        Limits,
        rest_h=st.integers(8, 16),
        rest_after_h=st.integers(2, 6),
        longest_h=st.sampled_from([6, 8, 12]),
        week_h=st.integers(4, 40),
        month_h=st.integers(8, 60),
        nights_week=st.integers(0, 3),
    ),
)
@settings(max_examples=60, deadline=None)
def test_nobody_gets_what_they_did_not_offer_and_nothing_more_could_be_filled(
    offered: list[set[str]], people: int, shift: int, own: Limits
) -> None:
    """No limit of rest is broken, for any limits and any other duty."""
    booked = Span(1, NOW + shift * HOUR, NOW + (shift + 6) * HOUR)
    crew = [
        ready(n, parts, (booked,) if n == 1 else (), own if n % 2 else LIMITS)
        for n, parts in enumerate(offered, 1)
    ]
    wanted = everything(people)
    spans = fill(wanted, crew, ZONE)
    assert spans == fill(wanted, crew, ZONE)
    for one in crew:
        mine = [span for span in spans if span.person_id == one.person_id]
        for span in mine:
            others = [other for other in mine if other != span]
            assert one.offers(Piece(span.starts_at, span.ends_at, 1), ZONE)
            assert against(one.limits, [*one.held, *others], span, ZONE) == ()
    for piece in wanted:
        here = {s.person_id for s in spans if s.starts_at == piece.starts_at}
        assert len(here) <= people
        if len(here) < people:
            for one in crew:
                held = [*one.held, *(s for s in spans if s.person_id == one.person_id)]
                new = Span(one.person_id, piece.starts_at, piece.ends_at)
                assert not one.offers(piece, ZONE) or against(one.limits, held, new, ZONE)


@given(minutes=st.integers(0, 3 * 24 * 60))
@settings(max_examples=40, deadline=None)
def test_shifts_are_cut_at_the_same_places_whenever_one_looks(minutes: int) -> None:
    whole = list(pieces((), NOW, NOW + LASTS, ZONE))
    assert whole[0][0] == NOW and whole[-1][1] == NOW + LASTS
    assert all(end == start for (_, end), (start, _) in pairwise(whole))
    at = NOW + timedelta(minutes=minutes)
    later = list(pieces((), at, NOW + LASTS, ZONE))
    assert [end for _, end in later] == [end for _, end in whole if end > at]
    left = to_fill(whole, (), 2, at)
    assert all(begins_at(at) <= one.starts_at < one.ends_at and one.missing == 2 for one in left)


def test_wanted_hours_are_cut_where_the_parts_of_a_day_meet() -> None:
    windows = read_windows([{"day": 2, "from": "09:00", "to": "19:00"}])
    found = list(pieces(windows, NOW, NOW + 24 * HOUR, ZONE))
    # NOW is Wednesday, 10:00 in Shenzhen.
    assert [(s - NOW) / HOUR for s, _ in found] == [0, 2, 5, 8]
    assert [(e - NOW) / HOUR for _, e in found] == [2, 5, 8, 9]


def test_the_shift_that_few_can_take_is_filled_first() -> None:
    few, many = ready(1, {"night", "morning"}), ready(2, {"morning"})
    # The morning and the next night are too close together for one person.
    morning = Piece(NOW + 20 * HOUR, NOW + 24 * HOUR, 1)
    night = Piece(NOW + 14 * HOUR, NOW + 18 * HOUR, 1)
    found = {(one.person_id, one.starts_at) for one in fill([morning, night], [few, many], ZONE)}
    assert found == {(1, night.starts_at), (2, morning.starts_at)}


def test_parts_of_the_day_come_back_as_they_were_given() -> None:
    assert parts_of(hours_of(["evening", "night"])) == ("night", "evening")
    assert parts_of([]) == ()


def test_where_fewer_than_wanted_are() -> None:
    spans = [Span(1, NOW, NOW + 2 * HOUR), Span(2, NOW + HOUR, NOW + 3 * HOUR)]
    assert lacks(spans, NOW, NOW + 4 * HOUR, 2) == (
        Piece(NOW, NOW + HOUR, 1),
        Piece(NOW + 2 * HOUR, NOW + 3 * HOUR, 1),
        Piece(NOW + 3 * HOUR, NOW + 4 * HOUR, 2),
    )


def test_a_report_counts_hours_from_check_in_and_only_who_came() -> None:
    shifts = [
        Served(Span(1, NOW, NOW + 4 * HOUR), NOW + HOUR),
        Served(Span(1, NOW + 4 * HOUR, NOW + 8 * HOUR), NOW + 4 * HOUR),
        Served(Span(2, NOW, NOW + 4 * HOUR), None),
    ]
    edges = [NOW, NOW + 4 * HOUR, NOW + 8 * HOUR, NOW + LASTS]
    report = make_report(
        Answers(4, 2, 1, 1),
        shifts,
        pairwise(edges),
        people=2,
        until=NOW + 6 * HOUR,
        requests=3,
        requests_by_them=1,
    )
    assert (report["came"], report["shifts"], report["shifts_kept"]) == (1, 3, 2)
    assert report["served_minutes"] == 5 * 60
    assert report["wanted_minutes"] == 2 * 6 * 60 and report["covered_minutes"] == 6 * 60
    end = (NOW + 6 * HOUR).isoformat()
    assert report["gaps"] == [[NOW.isoformat(), end, 1]]
    assert datetime.fromisoformat(end).tzinfo == UTC
