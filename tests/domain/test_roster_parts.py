"""Pieces cut where offers begin and end: what can be filled is, and every reason is true."""

from dataclasses import replace

from app.rotation.rest import Limits
from app.rotation.roster.asked import Asked, Helper, Piece
from app.rotation.roster.intervals import joined, within
from app.rotation.roster.pieces import still_open
from app.rotation.roster.solve import build
from app.rotation.rules import Span
from tests.domain.roster_parts import (
    HOUR,
    SHORT,
    ZONE,
    at,
    best_coverage,
    day,
    hours,
    limits,
    month,
    turns,
)


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
