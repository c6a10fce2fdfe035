"""The month as a model for OR-Tools CP-SAT: who is on duty when, within the limits of each.

Importing this takes seconds and 150 MB: only the solver process does it (`cli/solve_roster.py`).
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial, reduce
from math import gcd

from ortools.sat.python import cp_model

from app.rotation.roster.facts import HOUR_S, Fact
from app.rotation.roster.fairness import Burden, burdens
from app.rotation.roster.night_parts import night_of, nights_in_parts, same_nights
from app.rotation.roster.problem import Problem

Literal = cp_model.IntVar
# The people (by number) on duty in each period.
There = list[set[int]]
# A person and a period, by number.
Key = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Node:
    """A duty that somebody may get, or holds already: then it has no variable."""

    fact: Fact
    on: Literal | None
    # How long a turn that begins here must be, in seconds.
    least_s: int = 0


class Month:
    """Variables: `on[helper, period]`, and the number `filled` in each layer."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.model = cp_model.CpModel()
        self.unit = reduce(gcd, (fact.seconds for fact in problem.facts), 0) or 1
        self.on = {
            (helper, period): self.model.new_bool_var("")
            for helper, periods in enumerate(problem.open)
            for period in periods
        }
        self._key = {on.index: key for key, on in self.on.items()}
        # Dependent variables; a hint must include them, or the solver searches for them.
        self._follows: list[tuple[Literal, Callable[[There], int]]] = []
        self.coverage = self._fill()
        for helper, periods in enumerate(problem.open):
            self._limit(helper, periods)
        self._pair()

    # ── coverage ──

    def _fill(self) -> cp_model.LinearExpr:
        """Filled time in units, each layer counting double the next."""
        found = []
        for period, pieces in enumerate(self.problem.by_period):
            length = self.problem.facts[period].seconds // self.unit
            filled = [self._filled(period, place) for place in range(len(pieces))]
            there = [self.on[one, period] for one in sorted(self.problem.offering[period])]
            self.model.add(sum(there) == sum(filled))
            found += [
                length * self.problem.weight(piece) * one
                for piece, one in zip(pieces, filled, strict=True)
            ]
        return cp_model.LinearExpr.sum(found)

    def _filled(self, period: int, place: int) -> Literal:
        pieces = self.problem.by_period[period]
        before, needs = sum(piece.needs for piece in pieces[:place]), pieces[place].needs
        found = self.model.new_int_var(0, needs, "")
        self._follows.append((found, lambda there: max(0, min(needs, len(there[period]) - before))))
        return found

    def values(self, there: There) -> list[int]:
        """The value of every variable when these people are on duty in these periods."""
        found = [0] * len(self.model.proto.variables)
        for (helper, period), on in self.on.items():
            found[on.index] = int(helper in there[period])
        for variable, value in self._follows:
            found[variable.index] = value(there)
        return found

    def goal(self, values: list[int]) -> int:
        """The objective for these values, without its constant."""
        goal = self.model.proto.objective
        pairs = zip(goal.vars, goal.coeffs, strict=True)
        return sum(many * values[variable] for variable, many in pairs)

    def hint(self, there: There) -> None:
        """Starts the next search from these people in these periods."""
        self.model.proto.clear_solution_hint()
        for index, value in enumerate(self.values(there)):
            self.model.add_hint(self.model.get_int_var_from_proto_index(index), value)

    # ── limits of one person ──

    def _limit(self, helper: int, periods: list[int]) -> None:
        problem = self.problem
        nodes = [
            Node(problem.facts[one], self.on[helper, one], problem.least_s[one]) for one in periods
        ]
        nodes += [Node(fact, None) for fact in problem.held[helper]]
        nodes.sort(key=lambda node: (node.fact.start, node.fact.end))
        limits = problem.asked.helpers[helper].limits
        self._one_at_a_time(nodes)
        self._rest(nodes, limits.rest_after_h * HOUR_S, limits.rest_h * HOUR_S)
        self._longest(nodes, limits.longest_h * HOUR_S)
        self._shortest(nodes)
        self._nights(nodes, limits.nights_week)
        weeks: dict[int, list[tuple[int, Node]]] = defaultdict(list)
        months: dict[int, list[tuple[int, Node]]] = defaultdict(list)
        for node in nodes:
            for week, seconds in node.fact.weeks:
                weeks[week].append((seconds, node))
            for month, seconds in node.fact.months:
                months[month].append((seconds, node))
        for by, limit in ((weeks, limits.week_h * HOUR_S), (months, limits.month_h * HOUR_S)):
            for counted in by.values():
                self._at_most(counted, limit)

    def _at_most(self, counted: list[tuple[int, Node]], limit: int) -> None:
        """Limits a sum; when held duty exceeds the limit already, nothing may be added."""
        free = [(many, node.on) for many, node in counted if node.on is not None]
        held = sum(many for many, node in counted if node.on is None)
        if free and sum(many for many, _ in free) + held > limit:
            self.model.add(sum(many * on for many, on in free) <= max(0, limit - held))

    def _one_at_a_time(self, nodes: list[Node]) -> None:
        free = [node for node in nodes if node.on is not None]
        for edge in {node.fact.start for node in free}:
            here = [
                node.on
                for node in free
                if node.on is not None and node.fact.start <= edge < node.fact.end
            ]
            if len(here) > 1:
                self.model.add_at_most_one(here)

    def _rest(self, nodes: list[Node], after_s: int, rest_s: int) -> None:
        """After a long enough block nothing begins within the rest, unless the block goes on.

        For every shortest chain of touching duties that is long enough, and every duty that begins
        within the rest after it: not all of them, or a duty begins where the chain ends.
        """
        ends: dict[int, list[Node]] = defaultdict(list)
        starts: dict[int, list[Node]] = defaultdict(list)
        for node in nodes:
            ends[node.fact.end].append(node)
            starts[node.fact.start].append(node)
        for end in sorted(ends):
            soon = [node for at in starts if end < at < end + rest_s for node in starts[at]]
            if not soon or any(node.on is None for node in starts[end]):
                continue
            goes_on = [node.on for node in starts[end] if node.on is not None]
            for chain in _chains(ends, end, after_s):
                for node in soon:
                    all_on = [one.on for one in (*chain, node) if one.on is not None]
                    if all_on:
                        self.model.add_bool_or([*(~one for one in all_on), *goes_on])

    def _longest(self, nodes: list[Node], longest_s: int) -> None:
        """From any start, a window one second longer than the limit is never full."""
        for since in {node.fact.start for node in nodes}:
            until = since + longest_s + 1
            inside = [
                (min(node.fact.end, until) - max(node.fact.start, since), node)
                for node in nodes
                if node.fact.start < until and since < node.fact.end
            ]
            if inside and max(node.fact.end for _, node in inside) >= until:
                self._at_most(inside, longest_s)

    def _shortest(self, nodes: list[Node]) -> None:
        """A turn that begins with a part of a piece goes on until it is long enough."""
        edges = sorted({at for node in nodes for at in (node.fact.start, node.fact.end)})
        for node in nodes:
            end, start = node.fact.end, _since(node, nodes)
            before = _leading(node, nodes)
            if end - start >= node.least_s:
                continue
            for edge in edges[bisect_left(edges, end) : bisect_left(edges, start + node.least_s)]:
                there = [one for one in nodes if one.fact.start <= edge < one.fact.end]
                if node.on is not None and not any(one.on is None for one in there):
                    longer = [_on(one) for one in (*before, *there)]
                    self.model.add(node.on <= sum(longer))

    def _nights(self, nodes: list[Node], most: int) -> None:
        """Limits the nights that begin in a week; parts of a night may count together."""
        counted: dict[int, list[tuple[int, Node]]] = defaultdict(list)
        for node in nodes:
            if node.fact.night:
                counted[node.fact.weeks[0][0]].append((1, node))
        if self.problem.whole:
            self._part_nights(nodes, counted)
        for nights in counted.values():
            self._at_most(nights, most)

    def _part_nights(self, nodes: list[Node], counted: dict[int, list[tuple[int, Node]]]) -> None:
        free = [node for node in nodes if node.on is not None]
        for one, other in same_nights(self.problem, free):
            both = self.model.new_bool_var("")
            for part in (one, other):
                self.model.add(both <= _on(part))
            keys = [self._key[_on(part).index] for part in (one, other)]
            self._follows.append((both, partial(_together, [keys], [])))
            counted[other.fact.weeks[0][0]].append((-1, Node(other.fact, both)))
        for night, chains in nights_in_parts(self.problem, free).items():
            alone = [
                _on(node)
                for node in free
                if node.fact.night and night_of(self.problem, node.fact) == night
            ]
            together = self.model.new_bool_var("")
            for chain in chains:
                parts = [_on(node) for node in chain]
                self.model.add(together >= sum(parts) - (len(parts) - 1) - sum(alone))
            taken = [[self._key[_on(node).index] for node in chain] for chain in chains]
            whole = [self._key[one.index] for one in alone]
            self._follows.append((together, partial(_together, taken, whole)))
            first = chains[0][0].fact
            counted[first.weeks[0][0]].append((1, Node(first, together)))

    def _pair(self) -> None:
        for helper, partner in self.problem.partner.items():
            for period in self.problem.open[helper]:
                if self.problem.in_pairs[period]:
                    both = self.on.get((partner, period))
                    if both is None:
                        self.model.add(self.on[helper, period] == 0)
                    elif helper < partner:
                        self.model.add(self.on[helper, period] == both)

    # ── companions, turns ──

    def apart(self) -> cp_model.LinearExpr:
        """Seconds in which companions are not together though both could be."""
        found = []
        for one, other, period in self.problem.side_by_side:
            alone = self.model.new_bool_var("")
            mine, theirs = self.on[one, period], self.on[other, period]
            self.model.add(alone >= mine - theirs)
            self.model.add(alone >= theirs - mine)
            pair = partial(_alone, one, other, period)
            self._follows.append((alone, pair))
            found.append(self.problem.facts[period].seconds * alone)
        return cp_model.LinearExpr.sum(found)

    def turns(self) -> cp_model.LinearExpr:
        """How many turns begin: fewer are longer."""
        ends: dict[tuple[int, int], list[int]] = defaultdict(list)
        for helper, period in self.on:
            ends[helper, self.problem.facts[period].end].append(period)
        found = []
        for (helper, period), on in self.on.items():
            before = ends.get((helper, self.problem.facts[period].start), [])
            begins = self.model.new_bool_var("")
            self.model.add(begins >= on - sum(self.on[helper, one] for one in before))
            self._follows.append((begins, partial(_begins, helper, period, before)))
            found.append(begins)
        return cp_model.LinearExpr.sum(found)

    # ── fairness and wishes ──

    def unfairness(self) -> cp_model.LinearExpr:
        """The cost of everybody's burdens, each convex: see `fairness.py`."""
        return cp_model.LinearExpr.sum([self._cost(one) for one in burdens(self.problem)])

    def _cost(self, burden: Burden) -> cp_model.LinearExpr:
        """Linear pieces of rising cost, so that the solver uses them in order."""
        places = range(burden.held // burden.whole, burden.most)
        steps = [self.model.new_int_var(0, burden.whole, "") for _ in places]
        mine = [many * self.on[burden.helper, one] for one, many in burden.of.items()]
        start = burden.whole * places.start
        self.model.add(sum(steps) == sum(mine) + burden.held - start)
        self._follows += [
            (step, partial(_step, burden, place)) for place, step in zip(places, steps, strict=True)
        ]
        dear = [burden.step(place) * step for place, step in zip(places, steps, strict=True)]
        return cp_model.LinearExpr.sum(dear) + burden.at(start)

    def wished(self) -> cp_model.LinearExpr:
        """Wishes met minus wishes not met."""
        return cp_model.LinearExpr.sum(
            [
                one * self.on[helper, period]
                for (helper, period), one in self.problem.wished.items()
                if (helper, period) in self.on
            ]
        )


def _since(node: Node, nodes: list[Node]) -> int:
    """When this duty begins, with held duty that it goes on from."""
    held = [one for one in nodes if one.on is None and one.fact.end == node.fact.start]
    return min([node.fact.start, *(_since(one, nodes) for one in held)])


def _leading(node: Node, nodes: list[Node]) -> list[Node]:
    """The duties that may lead up to this one, directly or by way of held duty between."""
    found = []
    for one in nodes:
        if one.fact.end == node.fact.start:
            found += [one] if one.on is not None else _leading(one, nodes)
    return found


def _on(node: Node) -> Literal:
    assert node.on is not None
    return node.on


def _together(chains: list[list[Key]], alone: list[Key], there: There) -> int:
    def taken(key: Key) -> bool:
        return key[0] in there[key[1]]

    return int(any(all(map(taken, one)) for one in chains) and not any(map(taken, alone)))


def _alone(one: int, other: int, period: int, there: There) -> int:
    return int((one in there[period]) != (other in there[period]))


def _begins(helper: int, period: int, before: list[int], there: There) -> int:
    return int(helper in there[period] and not any(helper in there[one] for one in before))


def _step(burden: Burden, place: int, there: There) -> int:
    return max(0, min(burden.whole, burden.count(there) - place * burden.whole))


def _chains(ends: dict[int, list[Node]], end: int, after_s: int) -> Iterator[tuple[Node, ...]]:
    """The shortest chains of touching duties up to `end` that last at least `after_s`."""
    for last in ends.get(end, ()):
        if last.fact.seconds >= after_s:
            yield (last,)
        else:
            for chain in _chains(ends, last.fact.start, after_s - last.fact.seconds):
                yield (*chain, last)
