"""Pieces cut where offers begin and end: what can be filled is, and every reason is true."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from app.rotation.rest import Limits, against
from app.rotation.roster.asked import Asked, Helper, Piece
from app.rotation.roster.built import Built
from app.rotation.roster.cuts import offer_edges
from app.rotation.roster.intervals import joined, within, without
from app.rotation.roster.pieces import open_pieces, still_open
from app.rotation.roster.plain import asked_from, built_from, plain_asked, plain_built
from app.rotation.roster.search import Effort
from app.rotation.roster.solve import build
from app.rotation.rules import Span

ZONE = ZoneInfo("Asia/Shanghai")
# Monday.
START = datetime(2026, 3, 2, tzinfo=ZONE).astimezone(UTC)
HOUR = timedelta(hours=1)
SHORT = Effort(seconds=4, workers=1)


def at(hour: float) -> datetime:
    return START + hour * HOUR


def day(number: int, since: float, to: float) -> tuple[datetime, datetime]:
    return at(24 * number + since), at(24 * number + to)


def month(
    helpers: tuple[Helper, ...],
    *,
    days: int,
    hours: int = 8,
    needs: tuple[int, ...] = (1,),
    shortest: int = 2,
    kept: tuple[Span, ...] = (),
) -> Asked:
    period = day(0, 0, 24 * days)
    pieces = open_pieces([period], hours=hours, first_hour=0, needs=needs, kept=kept, zone=ZONE)
    return Asked(ZONE, *period, pieces, helpers, kept, shortest_h=shortest)


def limits(**values: int) -> Limits:
    return Limits(**{"longest_h": 8, **values})


def turns(built: Built, person: int) -> list[Span]:
    """The turns of one person as they are asked for: touching spans in one layer are one."""
    mine = [one for one in built.spans if one.person_id == person]
    found = []
    for layer in {one.layer for one in mine}:
        here = joined((one.starts_at, one.ends_at) for one in mine if one.layer == layer)
        found += [Span(person, start, end, layer) for start, end in here]
    return found


def hours(periods: list[tuple[datetime, datetime]]) -> float:
    return sum((end - start) / HOUR for start, end in periods)


def test_offers_of_a_part_of_a_piece_are_used() -> None:
    evenings = tuple(
        Helper(one, tuple(day(d, 18, 24) for d in range(7)), limits()) for one in range(1, 6)
    )
    mornings = Helper(6, tuple(day(d, 6.5, 14.5) for d in range(7)), limits())
    built = build(month((*evenings, mornings), days=7), SHORT)
    assert built.filled == 7 * 6 + 40 and built.coverage.proven
    assert {share.person_id for share in built.shares if share.hours} == set(range(1, 7))
    assert built.idle == ()
    lengths = {(one.ends_at - one.starts_at) / HOUR for n in range(1, 7) for one in turns(built, n)}
    assert lengths <= {6.0, 8.0}
    # Between 14:30 and 18:00 nobody can; before 06:30 neither. On two mornings the week is full.
    assert {one.code for gap in built.gaps for one in gap.reasons} == {"no_offer", "week_full"}
    for gap in built.gaps:
        offered = any(
            within(list(helper.offers), gap.piece.starts_at, gap.piece.ends_at)
            for helper in (*evenings, mornings)
        )
        assert offered == any(one.code != "no_offer" for one in gap.reasons)


def test_a_filled_piece_is_cut_too_where_that_fills_more() -> None:
    all_day = Helper(1, (day(0, 0, 24),), limits())
    daytime = Helper(2, (day(0, 8, 14),), limits())
    built = build(month((all_day, daytime), days=1), SHORT)
    assert built.filled == 14 and built.coverage.proven


FEW_HOURS = Limits(rest_h=11, rest_after_h=0, longest_h=4, week_h=10, month_h=12, nights_week=0)


def test_duty_held_in_between_joins_two_short_parts() -> None:
    """Neither part is long enough with the hour held; both of them and that hour are."""
    held = (Span(1, at(1), at(2)),)
    one = Helper(1, (day(0, 0, 24),), FEW_HOURS, held=held)
    asked = month((one,), days=1, hours=4, shortest=4)
    built = build(asked, SHORT)
    assert built.filled == best_coverage(asked) == 7 and built.coverage.proven


def test_joined_pieces_are_no_longer_than_a_turn() -> None:
    people = tuple(Helper(one, (day(0, 0, 24 * 7),), limits()) for one in (1, 2))
    built = build(month(people, days=7), SHORT)
    for person in (1, 2):
        blocks = joined((one.starts_at, one.ends_at) for one in turns(built, person))
        assert max((end - start) / HOUR for start, end in blocks) == 8


def test_what_would_change_it_is_said_and_found() -> None:
    one = Helper(1, (day(0, 0, 12),), limits())
    asked = replace(month((one,), days=1), longest_allowed_h=12)
    built = build(asked, SHORT)
    assert built.filled == 8
    assert [(w.longest_h, w.shortest_h, w.more) for w in built.what_if] == [(12, 0, 4.0)]
    longer = replace(asked, helpers=(replace(one, limits=limits(longest_h=12)),))
    assert build(longer, SHORT).filled == 12
    short = month((Helper(1, (day(0, 15, 16),), limits()),), days=1)
    built = build(short, SHORT)
    assert built.filled == 0 and built.coverage.proven
    assert [(w.longest_h, w.shortest_h, w.more) for w in built.what_if] == [(0, 1, 1.0)]
    assert {why.code for gap in built.gaps for why in gap.reasons} >= {"too_short"}
    assert [(idle.person_id, idle.code) for idle in built.idle] == [(1, "too_short")]


def test_people_who_got_nothing_are_named_with_the_true_reason() -> None:
    people = (
        Helper(1, (day(0, 0, 8),), limits()),
        Helper(2, (day(0, 2, 6),), limits()),
        Helper(3, (day(0, 12, 15),), limits(week_h=1)),
        Helper(4, (day(3, 0, 8),), limits()),
        Helper(5, (day(0, 8, 12),), limits(), held=(Span(5, at(-8), at(0)),)),
    )
    asked = replace(month(people, days=1), ends_at=at(24 * 7))
    built = build(asked, SHORT)
    found = {one.person_id: one.code for one in built.idle}
    assert found == {2: "all_taken", 3: "week_full", 4: "not_wanted", 5: "no_rest"}


def test_companions_are_together_in_first_call_and_backup() -> None:
    days = range(6)
    people = tuple(
        Helper(one, tuple(day(d, 8, 16) for d in days), limits(), couple=couple)
        for one, couple in ((1, 4), (2, None), (3, None), (4, 1))
    )
    piece = tuple(Piece(*day(d, 8, 16), layer=layer) for d in days for layer in (1, 2))
    asked = Asked(ZONE, *day(0, 0, 24 * 6), piece, people, shortest_h=2)
    built = build(asked, SHORT)
    assert built.gaps == ()
    assert [(one.person_id, one.other_id) for one in built.pairs] == [(1, 4)]
    [pair] = built.pairs
    assert pair.apart == 0 and pair.together == hours(
        [(one.starts_at, one.ends_at) for one in built.spans if one.person_id == 1]
    )
    assert pair.together >= 16


def test_companions_leave_no_gap() -> None:
    people = (
        Helper(1, (day(0, 8, 16), day(1, 8, 16)), limits(week_h=8), couple=2),
        Helper(2, (day(0, 8, 16), day(1, 8, 16)), limits(), couple=1),
    )
    piece = tuple(Piece(*day(d, 8, 16), layer=layer) for d in (0, 1) for layer in (1, 2))
    asked = Asked(ZONE, *day(0, 0, 48), piece, people, shortest_h=2)
    built = build(asked, SHORT)
    assert built.filled == 24
    [pair] = built.pairs
    assert (pair.together, pair.apart) == (8, 8)


def test_spans_that_somebody_has_by_now_are_not_wanted_any_more() -> None:
    spans = [Span(1, at(0), at(4)), Span(2, at(4), at(8)), Span(3, at(0), at(8))]
    two = (Piece(at(0), at(8), 1, 2),)
    assert still_open(spans, two) == [spans[0], spans[2], spans[1]]
    assert still_open(spans, (Piece(at(0), at(8), 1, 1),)) == [spans[0], spans[1]]
    assert still_open(spans, (Piece(at(0), at(6), 1, 1),)) == [spans[0]]
    assert still_open(spans, (Piece(at(0), at(8), 2, 2),)) == []


# ── small problems of any kind ──

some_limits = st.builds(
    Limits,
    rest_h=st.sampled_from([0, 5, 11]),
    rest_after_h=st.sampled_from([0, 4, 6]),
    longest_h=st.sampled_from([4, 6, 8]),
    week_h=st.sampled_from([6, 10, 16, 40]),
    month_h=st.sampled_from([12, 120]),
    nights_week=st.integers(0, 3),
)


@st.composite
def problems(draw: st.DrawFn, days: int, people: int, edges: int, layers: bool) -> Asked:
    """A few days, people who offer from and to some hours, perhaps something kept or held."""
    halves = draw(st.lists(st.integers(1, 48 * days - 1), max_size=edges))
    points = [0.0, 24.0 * days, *(one / 2 for one in halves)]
    offer = st.tuples(st.sampled_from(points), st.sampled_from(points)).filter(
        lambda one: one[0] < one[1]
    )
    count = draw(st.integers(1, people))
    held = st.builds(
        lambda start, long: Span(0, at(start), at(start + long)),
        st.integers(-20, 24 * days),
        st.integers(1, 8),
    )
    kept = draw(st.lists(held, max_size=1)) if layers else []
    helpers = tuple(
        Helper(
            one,
            tuple((at(start), at(end)) for start, end in draw(st.lists(offer, max_size=3))),
            draw(some_limits),
            held=tuple(replace(h, person_id=one) for h in draw(st.lists(held, max_size=1))),
            couple=draw(st.none() | st.integers(1, count)) if layers else None,
        )
        for one in range(1, count + 1)
    )
    return month(
        helpers,
        days=days,
        hours=draw(st.sampled_from([4, 6, 8])),
        needs=draw(st.sampled_from([(1,), (1, 1), (2,)])) if layers else (1,),
        shortest=draw(st.integers(1, 4)),
        kept=tuple(replace(one, person_id=draw(st.integers(1, count))) for one in kept),
    )


def others_of(asked: Asked, built: Built, helper: Helper) -> list[Span]:
    kept = [one for one in asked.kept if one.person_id == helper.person_id]
    return [*turns(built, helper.person_id), *helper.held, *kept]


def whole_of(asked: Asked, span: Span) -> Piece:
    """The piece in which a span begins."""
    return next(
        one
        for one in asked.pieces
        if one.layer == span.layer and one.starts_at <= span.starts_at < one.ends_at
    )


def first_reason(asked: Asked, built: Built, helper: Helper, part: Span) -> str | None:
    """Why somebody cannot have a part of a gap as well; worked out again from the result."""
    mine, others = turns(built, helper.person_id), []
    start, end = part.starts_at, part.ends_at
    for one in mine:
        if one.layer == part.layer and one.starts_at <= end and start <= one.ends_at:
            start, end = min(start, one.starts_at), max(end, one.ends_at)
        else:
            others.append(one)
    others += [one for one in others_of(asked, built, helper) if one not in mine]
    turn = Span(helper.person_id, start, end, part.layer)
    found = against(helper.limits, others, turn, asked.zone)
    if found:
        return found[0].code
    block = next(
        one
        for one in joined((s.starts_at, s.ends_at) for s in (*others, turn))
        if one[0] <= part.starts_at < one[1]
    )
    whole = whole_of(asked, turn)
    if (block[1] - block[0]) / HOUR < min(float(asked.shortest_h or 0), whole.hours):
        return "too_short"
    # Whether two are needed is asked of the part, not of the turn that it prolongs.
    if whole_of(asked, part).needs > 1 and helper.couple and helper.couple != helper.person_id:
        partner = next(one for one in asked.helpers if one.person_id == helper.couple)
        if partner.couple == helper.person_id:
            there = joined((s.starts_at, s.ends_at) for s in turns(built, partner.person_id))
            period = (part.starts_at, part.ends_at)
            return None if within(there, *period) == [period] else "couple"
    return None


def parts_of(asked: Asked, built: Built, helper: Helper, gap: Piece) -> Iterator[Span]:
    """Every part of a gap between edges of offers that somebody offers and is free in."""
    offers = without(joined(helper.offers), others_of(asked, built, helper))
    edges = {gap.starts_at, gap.ends_at, *offer_edges(asked), *itertools.chain(*offers)}
    inside = sorted(one for one in edges if gap.starts_at <= one <= gap.ends_at)
    for start, end in itertools.combinations(inside, 2):
        if within(offers, start, end) == [(start, end)]:
            yield Span(helper.person_id, start, end, gap.layer)


@settings(max_examples=30, deadline=None)
@given(problems(days=3, people=5, edges=4, layers=True))
def test_limits_hold_gaps_are_whole_and_reasons_true(asked: Asked) -> None:
    built = build(asked, Effort(seconds=20, workers=1))
    for helper in asked.helpers:
        everything = others_of(asked, built, helper)
        blocks = joined((one.starts_at, one.ends_at) for one in everything)
        for one in turns(built, helper.person_id):
            rest = [other for other in everything if other is not one]
            assert against(helper.limits, [o for o in everything if o != one], one, ZONE) == ()
            assert len(rest) == len(everything) - 1 or everything.count(one) == 1
            period = (one.starts_at, one.ends_at)
            assert within(joined(helper.offers), *period) == [period]
            block = next(b for b in blocks if b[0] <= one.starts_at < b[1])
            least = min((p.hours for p in asked.pieces), default=0)
            assert (block[1] - block[0]) / HOUR >= min(asked.shortest_h or 0, least)
    _everything_adds_up(asked, built)
    for gap in built.gaps:
        told = {one.code: one.people for one in gap.reasons}
        assert sum(told.values()) == len(asked.helpers)
        nothing = [
            helper
            for helper in asked.helpers
            if not within(joined(helper.offers), gap.piece.starts_at, gap.piece.ends_at)
        ]
        assert told.get("no_offer", 0) == len(nothing)
        for helper in asked.helpers:
            parts = list(parts_of(asked, built, helper, gap.piece))
            codes = [first_reason(asked, built, helper, part) for part in parts]
            # Nobody could have any part of it as well.
            assert None not in codes
            if codes:
                longest = max(parts, key=lambda one: (one.ends_at - one.starts_at, one.starts_at))
                assert first_reason(asked, built, helper, longest) in told
            elif helper not in nothing:
                assert "booked" in told
    assert built_from(plain_built(built)) == built
    assert asked_from(plain_asked(asked)) == asked


def _everything_adds_up(asked: Asked, built: Built) -> None:
    """At each moment the people and the gaps of a layer are what it needs."""
    edges = {at for one in asked.pieces for at in (one.starts_at, one.ends_at)}
    edges |= {at for one in built.spans for at in (one.starts_at, one.ends_at)}
    edges |= {at for one in built.gaps for at in (one.piece.starts_at, one.piece.ends_at)}
    for moment in edges:
        for layer in {one.layer for one in asked.pieces}:
            wanted, there, lacks = (
                sum(many for start, end, of, many in some if of == layer and start <= moment < end)
                for some in (
                    [(p.starts_at, p.ends_at, p.layer, p.needs) for p in asked.pieces],
                    [(s.starts_at, s.ends_at, s.layer, 1) for s in built.spans],
                    [
                        (g.piece.starts_at, g.piece.ends_at, g.piece.layer, g.missing)
                        for g in built.gaps
                    ],
                )
            )
            assert wanted == there + lacks
    assert abs(sum(p.hours * p.needs for p in asked.pieces) - built.wanted) < 1e-6
    assert abs(sum((s.ends_at - s.starts_at) / HOUR for s in built.spans) - built.filled) < 1e-6


def best_coverage(asked: Asked) -> float:
    """The most hours that any roster with changes at the edges of offers covers, by trying all."""
    edges = sorted(
        {at for one in asked.pieces for at in (one.starts_at, one.ends_at)}
        | {e for e in offer_edges(asked) if asked.starts_at < e < asked.ends_at}
    )
    parts = list(pairwise(edges))
    choices = [
        [
            None,
            *(
                helper
                for helper in asked.helpers
                if within(without(joined(helper.offers), helper.held), *part) == [part]
            ),
        ]
        for part in parts
    ]
    best = 0.0
    for who in itertools.product(*choices):
        covered = sum((p[1] - p[0]) / HOUR for p, one in zip(parts, who, strict=True) if one)
        if covered > best and all(
            _may(asked, helper, [p for p, w in zip(parts, who, strict=True) if w is helper])
            for helper in asked.helpers
        ):
            best = covered
    return best


def _may(asked: Asked, helper: Helper, parts: list[tuple[datetime, datetime]]) -> bool:
    mine = [Span(helper.person_id, start, end) for start, end in joined(parts)]
    everything = [*mine, *helper.held]
    blocks = joined((one.starts_at, one.ends_at) for one in everything)
    for one in mine:
        others = [other for other in everything if other is not one]
        piece = next(p for p in asked.pieces if p.starts_at <= one.starts_at < p.ends_at)
        block = next(b for b in blocks if b[0] <= one.starts_at < b[1])
        short = (block[1] - block[0]) / HOUR < min(float(asked.shortest_h or 0), piece.hours)
        if short or against(helper.limits, others, one, asked.zone):
            return False
    return True


@settings(max_examples=40, deadline=None)
@given(problems(days=1, people=3, edges=2, layers=False))
def test_no_more_is_possible_where_that_is_said(asked: Asked) -> None:
    built = build(asked, SHORT)
    best = best_coverage(asked)
    assert built.filled <= best + 1e-6
    assert built.coverage.bound >= best - 1e-6
    if built.coverage.proven:
        assert abs(built.filled - best) < 1e-6
    for other in built.what_if:
        helpers = asked.helpers
        if other.longest_h:
            helpers = tuple(
                replace(one, limits=replace(one.limits, longest_h=other.longest_h))
                for one in helpers
            )
        changed = replace(asked, helpers=helpers, shortest_h=other.shortest_h or asked.shortest_h)
        assert built.filled + other.more <= best_coverage(changed) + 1e-6
