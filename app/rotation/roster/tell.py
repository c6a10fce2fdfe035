"""Turns a filled month into a result: layers, gaps and reasons, everybody's share."""

from collections import Counter

from app.rotation.roster.asked import Piece
from app.rotation.roster.built import Built, Gap, Quality, Share, WhyNot
from app.rotation.roster.facts import HOUR_S
from app.rotation.roster.filling import Filling
from app.rotation.roster.problem import Problem
from app.rotation.rules import Span


def tell(
    filling: Filling, *, coverage: Quality, fairness: Quality, wishes: Quality, seconds: float
) -> Built:
    """The filled month as `Built`."""
    layers = _layers(filling)
    problem = filling.problem
    spans = tuple(
        Span(problem.asked.helpers[one].person_id, piece.starts_at, piece.ends_at, piece.layer)
        for piece, people in layers
        for one in sorted(people)
    )
    wanted = sum(piece.hours * piece.needs for piece in problem.asked.pieces)
    return Built(
        spans=spans,
        gaps=tuple(_gaps(filling, layers)),
        shares=tuple(_share(filling, one) for one in range(len(problem.asked.helpers))),
        filled=sum(piece.hours * len(people) for piece, people in layers),
        wanted=wanted,
        coverage=coverage,
        fairness=fairness,
        wishes=wishes,
        seconds=seconds,
    )


def _layers(filling: Filling) -> list[tuple[Piece, list[int]]]:
    """Layers: people who continue keep theirs; the others by how seldom they were called first."""
    problem = filling.problem
    led = _led(problem)
    went: dict[int, tuple[float, int]] = {}
    found = []
    for period, pieces in enumerate(problem.by_period):
        left = set(filling.there[period])
        for piece in pieces:
            chosen = _choose(problem, piece, left, led, went)
            left -= set(chosen)
            found.append((piece, chosen))
            for one in chosen:
                led[one] += piece.hours * problem.weight(piece) / max(1, problem.offered_s[one])
        for piece, people in found[-len(pieces) :]:
            for one in people:
                went[one] = piece.ends_at.timestamp(), piece.layer
    return found


def _led(problem: Problem) -> list[float]:
    kept = Counter[int]()
    for span in problem.asked.kept:
        if span.layer == 1:
            kept[span.person_id] += int((span.ends_at - span.starts_at).total_seconds())
    return [
        kept[one.person_id] / HOUR_S / max(1, offered)
        for one, offered in zip(problem.asked.helpers, problem.offered_s, strict=True)
    ]


def _choose(
    problem: Problem,
    piece: Piece,
    left: set[int],
    led: list[float],
    went: dict[int, tuple[float, int]],
) -> list[int]:
    def order(one: int) -> tuple[int, float, int]:
        end, layer = went.get(one, (0.0, 0))
        goes_on = end == piece.starts_at.timestamp()
        return (0 if goes_on and layer == piece.layer else 2 if goes_on else 1), led[one], one

    chosen: list[int] = []
    for one in sorted(left, key=order):
        both = [one, problem.partner[one]] if one in problem.partner and piece.needs > 1 else [one]
        both = [person for person in both if person in left and person not in chosen]
        if len(chosen) + len(both) <= piece.needs:
            chosen += both
    for one in sorted(left - set(chosen), key=order):
        if len(chosen) < piece.needs:
            chosen.append(one)
    return chosen


def _gaps(filling: Filling, layers: list[tuple[Piece, list[int]]]) -> list[Gap]:
    number = {
        (pieces[0].starts_at, pieces[0].ends_at): period
        for period, pieces in enumerate(filling.problem.by_period)
    }
    reasons: dict[int, tuple[WhyNot, ...]] = {}
    found = []
    for piece, people in layers:
        if len(people) < piece.needs:
            period = number[piece.starts_at, piece.ends_at]
            if period not in reasons:
                reasons[period] = _why(filling, period)
            found.append(Gap(piece, piece.needs - len(people), reasons[period]))
    return found


def _why(filling: Filling, period: int) -> tuple[WhyNot, ...]:
    """The first reason of each person, the most frequent first."""
    counts = Counter[str]()
    for helper, offered in enumerate(filling.problem.offered):
        if period not in offered:
            counts["no_offer"] += 1
        elif helper not in filling.there[period]:
            # Anybody able was put on duty, except where held duties already lack rest.
            counts[filling.against(helper, period) or "no_rest"] += 1
    return tuple(WhyNot(code, people) for code, people in counts.most_common())


def _share(filling: Filling, helper: int) -> Share:
    problem = filling.problem
    mine = [period for period, people in enumerate(filling.there) if helper in people]
    facts = [*problem.held_here[helper], *(problem.facts[one] for one in mine)]
    wishes = Counter(problem.wished.get((helper, one)) for one in mine)
    return Share(
        person_id=problem.asked.helpers[helper].person_id,
        hours=sum(fact.seconds for fact in facts) / HOUR_S,
        offered=problem.offered_s[helper] / HOUR_S,
        nights=sum(fact.night for fact in facts),
        weekend=sum(fact.weekend for fact in facts) / HOUR_S,
        liked=wishes[1],
        disliked=wishes[-1],
    )
