"""Quality and speed of building a month, compared with a greedy fill and "longest since duty".

    .venv/bin/python -m bench.roster month [SEEDS]        60 people, 3 layers, 24 hours, 30 days
    .venv/bin/python -m bench.roster district [AREAS]     so many areas, two processes at a time
    .venv/bin/python -m bench.roster public [FILE]        the text form of public instances

Unfairness is that of `rotation/roster/fairness.py`; spread is the standard deviation of the share
that people do of what they offer, divided by its mean: 0 is equal for all.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import mean, pstdev

from app.rotation.roster.asked import Asked
from app.rotation.roster.built import Built
from app.rotation.roster.fairness import unfairness
from app.rotation.roster.filling import Filling, fill, least_done
from app.rotation.roster.plain import built_from, plain_asked
from app.rotation.roster.problem import Problem
from bench.months import LEFT_OUT, month, read, written

SECONDS, WORKERS = 8.0, 2
AREAS, AT_ONCE = 110, 2
# Seconds for each area of a district: 10 minutes in all, two at a time, minus loading.
SECONDS_OF_MANY = 8.0


def solved(months: list[Asked], seconds: float, workers: int) -> list[Built]:
    """The months, built by one process as in the product."""
    lines = "\n".join(json.dumps(plain_asked(one)) for one in months) + "\n"
    done = subprocess.run(
        [sys.executable, "-m", "app.cli.solve_roster", str(seconds), str(workers)],
        input=lines,
        capture_output=True,
        text=True,
        check=True,
    )
    return [built_from(json.loads(line)) for line in done.stdout.splitlines()]


def _spread(shares: list[float]) -> float:
    return pstdev(shares) / mean(shares) if shares and mean(shares) else 0.0


def _line(name: str, covered: float, unfair: float, spread: float, nights: str, took: float) -> str:
    return f"  {name:22} {covered:9.0f} {unfair:11.0f} {spread:7.2f} {nights:>9} {took:7.1f} s"


def longest_since(filling: Filling, helper: int, period: int) -> tuple[float, ...]:
    """Picks the person whose last duty is longest ago, as many rota tools do."""
    problem = filling.problem
    ends = [fact.end for fact in problem.held[helper]]
    ends += [problem.facts[one].end for one, there in enumerate(filling.there) if helper in there]
    return max(ends, default=0), helper


def _simple(asked: Asked, name: str, turn: Callable[[Filling, int, int], tuple[float, ...]]) -> str:
    began = time.perf_counter()
    problem = Problem(asked)
    filling = fill(Filling(problem), turn)
    took = time.perf_counter() - began
    shares = [
        load / offered
        for load, offered in zip(filling.load, problem.offered_s, strict=True)
        if offered
    ]
    nights = [
        sum(problem.facts[one].night for one, people in enumerate(filling.there) if who in people)
        for who in range(len(asked.helpers))
    ]
    covered = problem.coverage(filling.there)
    unfair = unfairness(problem, filling.there)
    return _line(name, covered, unfair, _spread(shares), f"{min(nights)}-{max(nights)}", took)


def show(name: str, asked: Asked) -> Built:
    """One month, built three ways."""
    began = time.perf_counter()
    [built] = solved([asked], SECONDS, WORKERS)
    took = time.perf_counter() - began
    print(f"{name}: {len(asked.helpers)} people, {len(asked.pieces)} pieces")
    print("                           coverage  unfairness  spread    nights    time")
    print(_simple(asked, "greedy, least done", least_done))
    print(_simple(asked, "longest since duty", longest_since))
    shares = [one.hours / one.offered for one in built.shares if one.offered]
    nights = [one.nights for one in built.shares]
    about = f"{min(nights)}-{max(nights)}"
    value, unfair = built.coverage.value, built.fairness.value
    print(_line("built, with loading", value, unfair, _spread(shares), about, took))
    for what, one in (
        ("coverage", built.coverage),
        ("unfairness", built.fairness),
        ("wishes", built.wishes),
    ):
        proof = "proven the best" if one.proven else f"at most {100 * one.gap:.2f} % from the best"
        print(f"  {what}: {one.value:.0f}, bound {one.bound:.0f}, {proof}")
    print(f"  {built.filled:.0f} of {built.wanted:.0f} hours, {len(built.gaps)} gaps")
    return built


def district(areas: int) -> None:
    """Months of this many areas, in two processes, each with half of them."""
    halves = [[month(seed) for seed in range(one, areas, AT_ONCE)] for one in range(AT_ONCE)]
    began = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        built = [
            one
            for some in pool.map(lambda half: solved(half, SECONDS_OF_MANY, 1), halves)
            for one in some
        ]
    took = time.perf_counter() - began
    full = sum(one.coverage.proven for one in built)
    fair = sum(one.fairness.proven for one in built)
    worst = max(one.fairness.gap for one in built)
    print(f"{areas} areas in {took:.0f} s, {took / areas:.1f} s each: {AREAS} in", end=" ")
    print(f"{took / areas * AREAS:.0f} s")
    print(f"  coverage proven the best in {full}, fairness in {fair},", end=" ")
    print(f"at worst {100 * worst:.1f} % from it")


def main() -> None:
    """See the top of this file."""
    what = sys.argv[1] if len(sys.argv) > 1 else "month"
    rest = sys.argv[2:]
    if what == "district":
        district(int(rest[0]) if rest else AREAS)
    elif what == "public":
        text = Path(rest[0]).read_text(encoding="utf-8") if rest else written(1)
        print("The same text form, another problem: our limits, so no published result compares.")
        print(f"Left out: {LEFT_OUT}")
        show(rest[0] if rest else "made up, in the public form", read(text))
    else:
        for seed in map(int, rest or ["1"]):
            show(f"month {seed}", month(seed))


if __name__ == "__main__":
    main()
