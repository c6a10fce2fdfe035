"""Small months of any kind: limits hold, gaps are whole, reasons are true, proofs are proofs."""

import itertools
from collections.abc import Iterator
from dataclasses import replace

from hypothesis import given, settings

from app.rotation.rest import against
from app.rotation.roster.asked import Asked, Helper, Piece
from app.rotation.roster.built import Built
from app.rotation.roster.cuts import offer_edges
from app.rotation.roster.intervals import joined, within, without
from app.rotation.roster.plain import asked_from, built_from, plain_asked, plain_built
from app.rotation.roster.search import Effort
from app.rotation.roster.solve import build
from app.rotation.rules import Span
from tests.domain.roster_parts import (
    HOUR,
    SHORT,
    ZONE,
    best_coverage,
    problems,
    turns,
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


@settings(max_examples=20, deadline=None)
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


@settings(max_examples=25, deadline=None)
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
