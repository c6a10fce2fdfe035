"""Builds a month: coverage first, then companions, fairness, wishes; each with its bound."""

import time
from dataclasses import replace

from app.rotation.roster.asked import Asked, Piece
from app.rotation.roster.built import Built, Quality, WhatIf
from app.rotation.roster.cuts import carried, cut_up, merged
from app.rotation.roster.draft import Draft
from app.rotation.roster.facts import HOUR_S
from app.rotation.roster.fairness import unfairness
from app.rotation.roster.filling import Filling, fill
from app.rotation.roster.layers import layers_of
from app.rotation.roster.model import Month, There
from app.rotation.roster.problem import Problem
from app.rotation.roster.search import Effort, Proof, Search
from app.rotation.roster.tell import tell

# Shares of the time; time left by a stage goes to the next.
COVERAGE_SHARE, WISHES_SHARE = 0.4, 0.2
# Parts are many more choices than whole pieces.
CUT_COVERAGE_SHARE = 0.6
# Shares of the time for coverage: with whole pieces, and with parts; the rest makes turns long.
WHOLE_SHARE, PARTS_SHARE = 0.2, 0.75
COMPANIONS_SHARE, WHAT_IF_SHARE = 0.1, 0.1
# Longer turns that are tried when hours stay empty, and shorter ones, in hours.
LONGER, SHORTER = (6, 8, 12, 24), 1


def build(asked: Asked, effort: Effort) -> Built:
    """The best month found in the time, with its quality."""
    began = time.monotonic()
    search, covered = _covered(asked, effort, began, began + effort.seconds * _share(asked))
    problem = search.month.problem
    until = began + effort.seconds
    _keep_together(search, time.monotonic() + effort.seconds * COMPANIONS_SHARE)
    wishing = effort.seconds * WISHES_SHARE if problem.wished else 0.0
    unfair = search.month.unfairness()
    fair = search.least(unfair, until - wishing)
    wished = Proof(0.0, True)
    if problem.wished:
        search.month.model.add(unfair <= unfairness(problem, search.there))
        wished = search.most(search.month.wished(), until)
    draft = _drafted(problem, search.there)
    there = _there(draft)
    return tell(
        draft,
        coverage=_quality(_coverage(draft), covered),
        fairness=_quality(unfairness(problem, there), fair),
        wishes=_quality(problem.wishes_met(there), wished),
        others=_what_if(asked, draft, effort),
        seconds=time.monotonic() - began,
    )


def _share(asked: Asked) -> float:
    return COVERAGE_SHARE if asked.shortest_h is None else CUT_COVERAGE_SHARE


def _quality(value: float, proof: Proof) -> Quality:
    """Drops the proof of a value that was changed at the end: by hours taken out or added."""
    return Quality(value, proof.bound, proof.proven and abs(value - proof.bound) < 1e-3)


def _covered(asked: Asked, effort: Effort, began: float, until: float) -> tuple[Search, Proof]:
    """A search with the best coverage found, which is fixed."""
    problem = Problem(asked)
    search = Search(Month(problem), effort, fill(Filling(problem)).there)
    if asked.shortest_h is None:
        return search, _cover(search, until)
    whole = began + (until - began) * WHOLE_SHARE
    covered = _cover(search, whole)
    lacking = _lacking(problem, search.there)
    if not lacking:
        return search, covered
    cut = cut_up(problem, lacking)
    fine = Search(Month(cut.problem), effort, carried(search.there, problem, cut.problem))
    covered = _cover(fine, whole + (until - whole) * PARTS_SHARE)
    fine.least(fine.month.turns(), until)
    if cut.ceiling is not None:
        covered = Proof(cut.ceiling, False)
    again, there = merged(cut.problem, fine.there)
    search = Search(Month(again), effort, there)
    _hold_coverage(search)
    return search, covered


def _cover(search: Search, until: float) -> Proof:
    """Maximises coverage, and fixes it for the next stages."""
    month, problem = search.month, search.month.problem
    everybody = problem.coverage(problem.offering)
    if problem.coverage(search.there) >= everybody:
        proof = Proof(everybody, True)
    else:
        most = search.most(month.coverage, until)
        proof = Proof(most.bound * month.unit / HOUR_S, most.proven)
    _hold_coverage(search)
    return proof


def _hold_coverage(search: Search) -> None:
    month, problem = search.month, search.month.problem
    best = problem.coverage(search.there) * HOUR_S / month.unit
    month.model.add(month.coverage >= round(best))


def _keep_together(search: Search, until: float) -> None:
    """Puts companions in two layers together where that leaves no gap."""
    if search.month.problem.side_by_side:
        apart = search.month.apart()
        search.least(apart, until)
        search.month.model.add(apart <= search.month.problem.apart(search.there))


def _lacking(problem: Problem, there: There) -> set[Piece]:
    return {
        piece
        for pieces, room, people in zip(problem.by_period, problem.room, there, strict=True)
        if len(people) < room
        for piece in pieces
    }


def _drafted(problem: Problem, there: There) -> Draft:
    """The month by layers and people, with everything filled that can be."""
    filling = Filling(problem)
    for period, people in enumerate(there):
        for helper in sorted(people):
            filling.put(helper, period)
    if problem.asked.shortest_h is None:
        return Draft(problem, layers_of(fill(filling)))
    draft = Draft(problem, layers_of(filling))
    draft.settle()
    return draft


def _there(draft: Draft) -> There:
    """Who is on duty in which whole period of the draft's month."""
    found: There = []
    for pieces in draft.problem.by_period:
        start, end = pieces[0].starts_at, pieces[0].ends_at
        layers = {one.layer for one in pieces}
        found.append(
            {
                helper
                for helper, turns in enumerate(draft.turns)
                if any(
                    one.layer in layers and one.starts_at <= start and end <= one.ends_at
                    for one in turns
                )
            }
        )
    return found


def _coverage(draft: Draft) -> float:
    """Weighted hours filled."""
    weight = draft.problem.weight
    return sum(piece.hours * weight(piece) * len(people) for piece, people in draft.filled)


def _what_if(asked: Asked, draft: Draft, effort: Effort) -> tuple[WhatIf, ...]:
    """What other lengths of turns would fill, where they may help."""
    if asked.shortest_h is None or not draft.gaps:
        return ()
    before = sum(piece.hours * len(people) for piece, people in draft.filled)
    now = max((one.limits.longest_h for one in asked.helpers), default=24)
    longer = [hours for hours in LONGER if now < hours <= asked.longest_allowed_h]
    tried = [(hours, 0) for hours in {*longer[:1], *longer[-1:]}]
    if asked.shortest_h > SHORTER:
        tried.append((0, SHORTER))
    found = []
    for longest, shortest in sorted(tried):
        more = _filled(_other(asked, longest, shortest), effort) - before
        if more > 0:
            found.append(WhatIf(longest, shortest, more))
    return tuple(found)


def _other(asked: Asked, longest: int, shortest: int) -> Asked:
    if shortest:
        return replace(asked, shortest_h=shortest)
    helpers = (replace(one, limits=replace(one.limits, longest_h=longest)) for one in asked.helpers)
    return replace(asked, helpers=tuple(helpers))


def _filled(asked: Asked, effort: Effort) -> float:
    """The hours that a month fills at least."""
    now = time.monotonic()
    search, _ = _covered(asked, effort, now, now + effort.seconds * WHAT_IF_SHARE)
    draft = _drafted(search.month.problem, search.there)
    return sum(piece.hours * len(people) for piece, people in draft.filled)
