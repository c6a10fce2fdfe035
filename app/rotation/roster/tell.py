"""Turns a drafted month into a result: gaps and reasons, everybody's share, who got nothing."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from app.rotation.roster.asked import Piece, Wish
from app.rotation.roster.built import (
    Built,
    Gap,
    Idle,
    Quality,
    Share,
    Together,
    WhatIf,
    WhyNot,
)
from app.rotation.roster.draft import Draft
from app.rotation.roster.facts import HOUR_S, fact_of
from app.rotation.roster.intervals import Period, hours_of, joined, within
from app.rotation.rules import Span


def tell(
    draft: Draft,
    *,
    coverage: Quality,
    fairness: Quality,
    wishes: Quality,
    others: tuple[WhatIf, ...],
    seconds: float,
) -> Built:
    """The drafted month as `Built`."""
    problem = draft.problem
    spans = tuple(
        Span(problem.asked.helpers[one].person_id, piece.starts_at, piece.ends_at, piece.layer)
        for piece, people in sorted(draft.filled, key=lambda one: _place(one[0]))
        for one in sorted(people)
    )
    gaps = tuple(_gap(draft, one) for one in sorted(draft.gaps, key=_place))
    pieces = problem.whole or problem.asked.pieces
    return Built(
        spans=spans,
        gaps=gaps,
        shares=tuple(_share(draft, one) for one in range(len(problem.asked.helpers))),
        filled=sum(piece.hours * len(people) for piece, people in draft.filled),
        wanted=sum(piece.hours * piece.needs for piece in pieces),
        coverage=coverage,
        fairness=fairness,
        wishes=wishes,
        idle=tuple(_idle(draft)),
        pairs=tuple(_pairs(draft)),
        what_if=others,
        shortest_h=problem.asked.shortest_h or 0,
        seconds=seconds,
    )


def _place(piece: Piece) -> tuple[float, float, int]:
    return piece.starts_at.timestamp(), piece.ends_at.timestamp(), piece.layer


def _gap(draft: Draft, gap: Piece) -> Gap:
    """The gap, with the reason of each person who is not on duty there, the most frequent first."""
    counts = Counter(
        draft.why(one, gap)
        for one in range(len(draft.turns))
        if draft.problem.asked.shortest_h is not None or not _there(draft, one, gap)
    )
    reasons = tuple(WhyNot(code, people) for code, people in counts.most_common())
    return Gap(replace(gap, needs=1), gap.needs, reasons)


def _there(draft: Draft, helper: int, gap: Piece) -> bool:
    return any(
        one.starts_at < gap.ends_at and gap.starts_at < one.ends_at for one in draft.turns[helper]
    )


def _share(draft: Draft, helper: int) -> Share:
    problem = draft.problem
    one = problem.asked.helpers[helper]
    turns = draft.turns[helper]
    facts = [*problem.held_here[helper], *(fact_of(turn, problem.asked.zone) for turn in turns)]
    likes = [_likes(one.wishes, turn) for turn in turns]
    return Share(
        person_id=one.person_id,
        hours=sum(fact.seconds for fact in facts) / HOUR_S,
        offered=hours_of(_useful(draft, helper)),
        nights=sum(fact.night for fact in facts),
        weekend=sum(fact.weekend for fact in facts) / HOUR_S,
        liked=likes.count({True}),
        disliked=likes.count({False}),
    )


def _likes(wishes: tuple[Wish, ...], turn: Span) -> set[bool]:
    return {
        wish.like
        for wish in wishes
        if wish.starts_at < turn.ends_at and turn.starts_at < wish.ends_at
    }


def _useful(draft: Draft, helper: int) -> list[Period]:
    """What somebody offers of the hours to fill."""
    pieces = joined((one.starts_at, one.ends_at) for one in draft.problem.asked.pieces)
    return [part for one in pieces for part in within(draft.offers[helper], *one)]


def _idle(draft: Draft) -> Iterator[Idle]:
    """People who offered hours of the month and do nothing in it, each with the reason."""
    asked = draft.problem.asked
    for helper, one in enumerate(asked.helpers):
        offers = within(draft.offers[helper], asked.starts_at, asked.ends_at)
        if draft.turns[helper] or draft.problem.held_here[helper] or not offers:
            continue
        codes = Counter(draft.why(helper, gap) for gap in draft.gaps)
        del codes["no_offer"]
        if codes:
            code = codes.most_common(1)[0][0]
        else:
            code = "all_taken" if _useful(draft, helper) else "not_wanted"
        yield Idle(one.person_id, hours_of(offers), code)


def _pairs(draft: Draft) -> Iterator[Together]:
    """Companions: hours on duty at the same time, and hours in which only one of them is."""
    for one, other in draft.problem.partner.items():
        if one < other:
            mine, theirs = (
                joined((turn.starts_at, turn.ends_at) for turn in draft.turns[who])
                for who in (one, other)
            )
            both = hours_of([part for start, end in mine for part in within(theirs, start, end)])
            helpers = draft.problem.asked.helpers
            yield Together(
                helpers[one].person_id,
                helpers[other].person_id,
                both,
                hours_of(mine) + hours_of(theirs) - 2 * both,
            )
