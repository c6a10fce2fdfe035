"""Lets many communities live and prints what became of them.

    .venv/bin/python -m tests.life --seeds 200 --days 30 --results build/life.jsonl
    .venv/bin/python -m tests.life --first 7 --seeds 1 --shrink urgent-is-never-silent

Ends with 1 when a promise was broken that the product keeps. Promises that it does not keep yet are
checked and counted too. With --results, each community that has lived is kept in a file, and those
in the file do not live again: a run that was stopped goes on. Delete the file after a change.
"""

import argparse
import gc
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import ExitStack
from pathlib import Path

from tests.databases import migrate, run_on_server, use_test_keys
from tests.life.fresh import FreshDatabase, postgres_copies, sqlite_files
from tests.life.results import KEPT_IDS, Result, as_line, missing, read_results, result_of
from tests.life.run import PROMISES, run
from tests.life.shrink import Shrinker, as_text
from tests.life.write_scenario import write_scenario
from tests.postgres import in_memory, running_postgres

SQLITE, POSTGRESQL = "sqlite", "postgresql"
TEMPLATE = "template_life"
WORKERS = 2


def main() -> int:
    """Runs the seeds on both databases, in parallel; prints a table and each broken promise."""
    given = _arguments()
    use_test_keys()
    broken = 0
    with ExitStack() as stack:
        for kind in given.databases:
            place = _prepare(stack, kind)
            fresh = _fresh(kind, place)
            if given.shrink:
                shrinker = Shrinker(fresh, PROMISES, given.shrink, given.most_runs)
                found = shrinker.shrink(write_scenario(given.first, given.days))
                print(as_text(found) if found else f"kept by seed {given.first}")
                continue
            seeds = range(given.first, given.first + given.seeds)
            results = _live_all(kind, place, seeds, given)
            print(f"\n{kind}, {given.days:g} days each")
            print("\n".join(table(results)))
            broken += sum(len(one.words) for one in results)
    return 1 if broken else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--days", type=float, default=30)
    parser.add_argument("--databases", nargs="+", default=[SQLITE, POSTGRESQL])
    parser.add_argument("--results", type=Path, help="keeps results in this file, and goes on")
    parser.add_argument("--shrink", default="", help="the promise whose shortest history is wanted")
    parser.add_argument("--most-runs", type=int, default=150, help="how often --shrink tries")
    return parser.parse_args()


def _begin() -> None:
    """Keys for a worker, and fewer searches for garbage: they took a sixth of its time."""
    use_test_keys()
    gc.set_threshold(10_000, 10, 10)


def _prepare(stack: ExitStack, kind: str) -> str:
    """A migrated template: the path of a file, or the address of a server that has one."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=in_memory())))
    if kind == SQLITE:
        migrate(f"sqlite:///{folder / 'template.db'}", folder)
        return str(folder / "template.db")
    server = stack.enter_context(running_postgres())
    run_on_server(server, f"CREATE DATABASE {TEMPLATE}")
    migrate(f"{server}/{TEMPLATE}", folder)
    return server


def _fresh(kind: str, place: str) -> FreshDatabase:
    return sqlite_files(Path(place)) if kind == SQLITE else postgres_copies(place, TEMPLATE)


def _live_all(
    kind: str, place: str, seeds: Sequence[int], given: argparse.Namespace
) -> list[Result]:
    known = list(read_results(given.results)) if given.results else []
    found = {one.seed: one for one in known if one.database == kind and one.days == given.days}
    wanted = missing(seeds, kind, given.days, known)
    with ProcessPoolExecutor(WORKERS, initializer=_begin) as pool:
        lives = [pool.submit(_live, kind, place, given.days, seed) for seed in wanted]
        for one in as_completed(lives):
            result = one.result()
            found[result.seed] = result
            if given.results:
                with given.results.open("a", encoding="utf-8") as file:
                    file.write(f"\n{as_line(result)}\n")
    return [found[seed] for seed in seeds]


def _live(kind: str, place: str, days: float, seed: int) -> Result:
    outcome = run(write_scenario(seed, days), _fresh(kind, place), PROMISES)
    result = result_of(kind, days, outcome)
    steps = f"{kind} seed {seed}: {len(outcome.history.steps)} steps"
    print(steps, *result.words, sep="\n  ", flush=True)
    return result


def table(results: Sequence[Result]) -> Iterator[str]:
    """Lines of the table: what people had of it, and how often each promise was broken."""
    measures = [one.measures for one in results]
    orders, served = sum(one.orders for one in measures), sum(one.served for one in measures)
    asks = [one.asks_a_head for one in measures]
    yield f"communities           {len(results)}"
    yield f"served                {served / max(1, orders):.1%} of {orders}"
    waits = [one.first_yes_min for one in measures]
    yield f"minutes to first yes  {statistics.median(waits):.1f} (median of seeds)"
    yield f"asks a head           {statistics.mean(asks):.1f}"
    yield f"longest silence       {max(one.longest_silence_min for one in measures):.0f} minutes"
    yield f"wrong words           {sum(one.wrong_words for one in measures)}"
    yield f"steps                 {sum(one.steps for one in measures)}"
    yield f"invariants checked    {sum(one.checked for one in measures)}"
    counts, seeds = Counter[str](), Counter[str]()
    for one in results:
        counts.update(one.broken)
        seeds.update(one.broken.keys())
    for promise, count in sorted(counts.items(), key=lambda one: -one[1]):
        mark = "BROKEN" if promise in KEPT_IDS else "not yet"
        yield f"{mark:8} {promise:30} {count:6} times, in {seeds[promise]} seeds"


if __name__ == "__main__":
    sys.exit(main())
