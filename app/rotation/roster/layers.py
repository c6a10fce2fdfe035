"""Who of the people on duty is called first: layers for a filled month.

People who go on keep their layer, so that a turn is one question; the others get theirs by how
seldom they were called first.
"""

from collections import Counter
from collections.abc import Iterator

from app.rotation.roster.asked import Piece
from app.rotation.roster.draft import Filled
from app.rotation.roster.facts import HOUR_S
from app.rotation.roster.filling import Filling
from app.rotation.roster.problem import Problem

# The layer of each person (by number) in each period.
Layering = list[dict[int, int]]
PASSES = 3


def layers_of(filling: Filling) -> Filled:
    """The pieces of the month, each with its people."""
    problem = filling.problem
    chosen = _by_turn(filling)
    _exchange(problem, chosen)
    return [
        (piece, sorted(who for who, layer in layering.items() if layer == piece.layer))
        for pieces, layering in zip(problem.by_period, chosen, strict=True)
        for piece in pieces
    ]


def _by_turn(filling: Filling) -> Layering:
    problem = filling.problem
    led = _led(problem)
    went: dict[int, tuple[float, int]] = {}
    found: Layering = []
    for period, pieces in enumerate(problem.by_period):
        left = set(filling.there[period])
        here: dict[int, int] = {}
        for piece in pieces:
            for one in _choose(problem, piece, left, led, went):
                left.discard(one)
                here[one] = piece.layer
                led[one] += piece.hours * problem.weight(piece) / max(1, problem.offered_s[one])
        went.update({one: (pieces[0].ends_at.timestamp(), layer) for one, layer in here.items()})
        found.append(here)
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


def _exchange(problem: Problem, chosen: Layering) -> None:
    """Two people exchange their layers where a turn is then less often broken by a change."""
    follows = _follows(problem)
    for _ in range(PASSES):
        better = False
        for period, following in list(follows.items()):
            for who in sorted(chosen[period].keys() & chosen[following].keys()):
                if chosen[period][who] != chosen[following][who]:
                    better = _mend(problem, chosen, follows, (who, period)) or better
        if not better:
            return


def _follows(problem: Problem) -> dict[int, int]:
    """The period after each one, where exactly one begins at its end."""
    starts: dict[int, list[int]] = {}
    for number, fact in enumerate(problem.facts):
        starts.setdefault(fact.start, []).append(number)
    return {
        number: starts[fact.end][0]
        for number, fact in enumerate(problem.facts)
        if len(starts.get(fact.end, ())) == 1
    }


def _mend(
    problem: Problem, chosen: Layering, follows: dict[int, int], where: tuple[int, int]
) -> bool:
    who, period = where
    following = follows[period]
    before, after = chosen[period][who], chosen[following][who]
    leads = {to: number for number, to in follows.items()}
    ways = ((period, after, leads), (following, before, follows))
    for first, layer, way in ways:
        for other in sorted(one for one, at in chosen[first].items() if at == layer):
            both = list(_both(chosen, (who, other), first, way))
            if problem.partner.get(who) is None and problem.partner.get(other) is None:
                count = _changes(chosen, follows, (who, other))
                _swap(chosen, both, (who, other))
                if _changes(chosen, follows, (who, other)) < count:
                    return True
                _swap(chosen, both, (who, other))
    return False


def _both(
    chosen: Layering, pair: tuple[int, int], first: int, way: dict[int, int]
) -> Iterator[int]:
    """The periods from one on in which two people keep the layers they have there."""
    who, other = pair
    mine, theirs = chosen[first][who], chosen[first][other]
    at: int | None = first
    while at is not None and (chosen[at].get(who), chosen[at].get(other)) == (mine, theirs):
        yield at
        at = way.get(at)


def _changes(chosen: Layering, follows: dict[int, int], pair: tuple[int, int]) -> int:
    return sum(
        chosen[number][who] != chosen[to][who]
        for number, to in follows.items()
        for who in pair
        if who in chosen[number] and who in chosen[to]
    )


def _swap(chosen: Layering, periods: list[int], pair: tuple[int, int]) -> None:
    who, other = pair
    for one in periods:
        chosen[one][who], chosen[one][other] = chosen[one][other], chosen[one][who]
