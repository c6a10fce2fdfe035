"""Building a month: nobody breaks a limit or gets what they did not offer; the best is found."""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from app.rotation.rest import Limits, against
from app.rotation.roster.asked import Asked, Helper, Piece, Wish
from app.rotation.roster.built import Built
from app.rotation.roster.facts import Diary, fact_of
from app.rotation.roster.fairness import unfairness
from app.rotation.roster.filling import Filling, fill
from app.rotation.roster.pieces import open_pieces
from app.rotation.roster.plain import asked_from, built_from, plain_asked, plain_built
from app.rotation.roster.problem import Problem
from app.rotation.roster.search import Effort
from app.rotation.roster.solve import build
from app.rotation.rules import Span

ZONE = ZoneInfo("Asia/Shanghai")
# Monday.
START = datetime(2026, 3, 2, tzinfo=ZONE).astimezone(UTC)
HOUR = timedelta(hours=1)
SHORT = Effort(seconds=5, workers=1)

limits = st.builds(
    Limits,
    rest_h=st.sampled_from([0, 5, 11]),
    rest_after_h=st.sampled_from([0, 4, 6, 9]),
    longest_h=st.sampled_from([6, 8, 24]),
    week_h=st.sampled_from([4, 10, 16, 40]),
    month_h=st.sampled_from([8, 24, 120]),
    nights_week=st.integers(0, 3),
)


def span(person: int, start: float, hours: float, layer: int = 1) -> Span:
    return Span(person, START + start * HOUR, START + (start + hours) * HOUR, layer)


spans = st.builds(span, st.just(1), st.integers(0, 24 * 9), st.integers(1, 13))


@given(limits, st.lists(spans, max_size=6), spans)
def test_a_diary_says_what_rest_says(limits: Limits, held: list[Span], wanted: Span) -> None:
    diary = Diary(limits)
    for one in held:
        diary.add(fact_of(one, ZONE))
    found = against(limits, held, wanted, ZONE)
    assert diary.against(fact_of(wanted, ZONE)) == (found[0].code if found else None)


@st.composite
def months(draw: st.DrawFn, pieces: int = 18, people: int = 5, couples: bool = True) -> Asked:
    """Some days around a weekend, pieces of four and six hours, some already kept."""
    hours = draw(st.sampled_from([4, 6]))
    needs = draw(st.sampled_from([[1], [1, 1], [2], [2, 1]]))
    first = draw(st.integers(0, 4)) * 24
    end = first + hours * draw(st.integers(1, max(1, pieces // len(needs))))
    count = draw(st.integers(1, people))
    kept = (
        draw(
            st.lists(
                st.builds(
                    span,
                    st.integers(1, count),
                    st.integers(first, end),
                    st.integers(2, 7),
                    st.integers(1, 2),
                ),
                max_size=2,
            )
        )
        if couples
        else []
    )
    made = open_pieces(
        [(START + first * HOUR, START + end * HOUR)],
        hours=hours,
        first_hour=0,
        needs=needs,
        kept=kept,
        zone=ZONE,
    )
    return Asked(
        ZONE,
        START,
        START + 28 * 24 * HOUR,
        made,
        tuple(draw(helpers(one, count, first, end, couples)) for one in range(1, count + 1)),
        tuple(kept),
    )


@st.composite
def helpers(
    draw: st.DrawFn, person: int, count: int, first: int, end: int, couples: bool
) -> Helper:
    offers = draw(
        st.lists(st.tuples(st.integers(first, end), st.integers(2, 60)), min_size=1, max_size=3)
    )
    wish = draw(st.none() | st.tuples(st.integers(first, end), st.booleans()))
    return Helper(
        person,
        tuple((START + at * HOUR, START + (at + long) * HOUR) for at, long in offers),
        draw(limits),
        ()
        if wish is None
        else (Wish(START + wish[0] * HOUR, START + (wish[0] + 9) * HOUR, wish[1]),),
        tuple(
            draw(
                st.lists(
                    st.builds(
                        span, st.just(person), st.integers(first - 30, end), st.integers(1, 9)
                    ),
                    max_size=1,
                )
            )
        ),
        draw(st.none() | st.integers(1, count)) if couples else None,
    )


def duties(asked: Asked, built: Built, helper: Helper) -> list[Span]:
    everything = (*built.spans, *asked.kept, *helper.held)
    return [one for one in everything if one.person_id == helper.person_id]


@settings(max_examples=40, deadline=None)
@given(months())
def test_nobody_breaks_a_limit_or_gets_what_they_did_not_offer(asked: Asked) -> None:
    built = build(asked, SHORT)
    for helper in asked.helpers:
        mine = duties(asked, built, helper)
        for one in built.spans:
            if one.person_id == helper.person_id:
                others = [other for other in mine if other is not one]
                assert against(helper.limits, others, one, asked.zone) == ()
                assert offered(helper, one)
    filled = {(p.starts_at, p.ends_at, p.layer): p.needs for p in asked.pieces}
    for one in built.spans:
        filled[one.starts_at, one.ends_at, one.layer] -= 1
    assert min(filled.values(), default=0) >= 0
    missing = {(g.piece.starts_at, g.piece.ends_at, g.piece.layer): g.missing for g in built.gaps}
    assert missing == {key: left for key, left in filled.items() if left}
    assert (
        abs(built.wanted - built.filled - sum(g.missing * g.piece.hours for g in built.gaps)) < 1e-6
    )
    greedy = fill(Filling(Problem(asked)))
    assert built.coverage.value >= Problem(asked).coverage(greedy.there) - 1e-6
    if built.coverage.value == Problem(asked).coverage(greedy.there):
        assert built.fairness.value <= unfairness(Problem(asked), greedy.there)
    assert built.coverage.bound >= built.coverage.value - 1e-6
    assert built.fairness.bound <= built.fairness.value + 1e-6
    assert all(why.people > 0 for gap in built.gaps for why in gap.reasons)
    assert built_from(plain_built(built)).spans == built.spans
    assert asked_from(plain_asked(asked)) == asked


def offered(helper: Helper, one: Span) -> bool:
    at = one.starts_at
    while at < one.ends_at:
        if not any(start <= at < end for start, end in helper.offers):
            return False
        at += HOUR / 2
    return True


def everything(asked: Asked, problem: Problem) -> Iterator[list[set[int]]]:
    """Every roster in which nobody breaks a limit, by trying all."""
    choices = []
    for room, people in zip(problem.room, problem.offering, strict=True):
        choices.append(
            [
                set(some)
                for many in range(room + 1)
                for some in itertools.combinations(sorted(people), many)
            ]
        )
    for there in itertools.product(*choices):
        if all(_allowed(asked, problem, there, number) for number in range(len(asked.helpers))):
            yield list(there)


def _allowed(asked: Asked, problem: Problem, there: tuple[set[int], ...], number: int) -> bool:
    helper = asked.helpers[number]
    mine = [
        Span(helper.person_id, pieces[0].starts_at, pieces[0].ends_at)
        for pieces, people in zip(problem.by_period, there, strict=True)
        if number in people
    ]
    held = [*helper.held, *(one for one in asked.kept if one.person_id == helper.person_id)]
    return all(
        not against(helper.limits, [*held, *mine[:at], *mine[at + 1 :]], one, asked.zone)
        for at, one in enumerate(mine)
    )


@settings(max_examples=40, deadline=None)
@given(months(pieces=5, people=3, couples=False))
def test_the_best_is_found(asked: Asked) -> None:
    """Coverage first, then fairness, then wishes: as good as the best of all allowed rosters."""
    problem = Problem(asked)
    best = min(
        (-problem.coverage(there), unfairness(problem, there), -problem.wishes_met(there))
        for there in everything(asked, problem)
    )
    built = build(asked, SHORT)
    assert built.coverage.proven and built.fairness.proven and built.wishes.proven
    for one in (built.coverage, built.fairness, built.wishes):
        assert abs(one.bound - one.value) < 1e-3
    found = (-built.coverage.value, built.fairness.value, -built.wishes.value)
    assert found == best


def test_nights_and_weekends_are_shared_in_proportion_to_what_is_offered() -> None:
    week = ((START + 8 * HOUR, START + (14 * 24 + 8) * HOUR),)
    made = open_pieces(week, hours=12, first_hour=8, needs=[1], kept=(), zone=ZONE)
    people = tuple(Helper(one, week) for one in range(1, 8))
    built = build(Asked(ZONE, *week[0], made, people), SHORT)
    assert built.gaps == () and built.coverage.proven
    assert {share.nights for share in built.shares} == {2}
    assert {share.hours for share in built.shares} == {48.0}
    assert max(s.weekend for s in built.shares) - min(s.weekend for s in built.shares) <= 12


def test_why_a_piece_stays_empty() -> None:
    made = (Piece(START, START + 4 * HOUR), Piece(START + 6 * HOUR, START + 10 * HOUR))
    people = (
        Helper(1, ((START, START + 10 * HOUR),)),
        Helper(2, ((START, START + 3 * HOUR),)),
        Helper(3, ((START + 5 * HOUR, START + 11 * HOUR),), Limits(week_h=3)),
    )
    built = build(Asked(ZONE, START, START + 24 * HOUR, made, people), SHORT)
    assert [(one.code, one.people) for one in built.gaps[0].reasons] in (
        [("no_rest", 1), ("no_offer", 1), ("week_full", 1)],
        [("no_offer", 2), ("no_rest", 1)],
    )
    assert len(built.gaps) == 1 and built.filled == 4 and built.wanted == 8


def test_a_couple_goes_together_or_not_at_all() -> None:
    period = (START, START + 8 * HOUR)
    made = open_pieces([period], hours=4, first_hour=0, needs=[2], kept=(), zone=ZONE)
    half = (START, START + 4 * HOUR)
    people = (Helper(1, (period,), couple=2), Helper(2, (half,), couple=1))
    built = build(Asked(ZONE, *period, made, people), SHORT)
    assert {(one.person_id, one.starts_at) for one in built.spans} == {(1, START), (2, START)}
    assert [(one.code, one.people) for one in built.gaps[0].reasons] == [
        ("couple", 1),
        ("no_offer", 1),
    ]


def test_what_is_kept_is_not_open_any_more() -> None:
    period = (START, START + 12 * HOUR)
    kept = (span(1, 2, 4), span(2, 3, 1))
    made = open_pieces([period], hours=6, first_hour=0, needs=[2, 1], kept=kept, zone=ZONE)
    hours = [
        ((p.starts_at - START) / HOUR, (p.ends_at - START) / HOUR, p.layer, p.needs) for p in made
    ]
    assert hours == [
        (0, 2, 1, 2),
        (0, 6, 2, 1),
        (2, 3, 1, 1),
        (4, 6, 1, 1),
        (6, 12, 1, 2),
        (6, 12, 2, 1),
    ]


def test_no_time_at_all_still_gives_a_roster() -> None:
    period = (START, START + 7 * 24 * HOUR)
    made = open_pieces([period], hours=4, first_hour=0, needs=[1, 1], kept=(), zone=ZONE)
    people = tuple(Helper(one, (period,)) for one in range(1, 9))
    asked = Asked(ZONE, *period, made, people)
    built = build(asked, Effort(seconds=0.01, workers=1))
    greedy = fill(Filling(Problem(asked)))
    assert built.filled > 0 and built.fairness.bound <= built.fairness.value
    assert built.fairness.value <= unfairness(Problem(asked), greedy.there)
