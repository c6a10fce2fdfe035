"""How fast the nearest who can help are found and ranked, against other ways, in one run.

    .venv/bin/python -m bench.matching 10000 100000 1000000

For each size a clustered city is made (see bench/city.py) and every way answers the same questions:
the nearest 20 within 1,500 m that have the skill and are available. Ours goes through the product's
own function on a database made by the real migrations. Ways that are not installed (PostGIS,
redis-server) are left out with a note. Then: the whole rank of one request, and one change of
availability. Times are milliseconds of elapsed time, `cpu` of this process's CPU time.
"""

import gc
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from time import perf_counter, process_time
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.help_requests.models import HelpRequest
from app.offers.models import Offer
from app.offers.rules import on_the_wall, period_touched
from app.usecases.dispatch.nearest_volunteers import Spot, nearest_ready
from app.usecases.dispatch.rank_volunteers import rank_for
from app.usecases.volunteers.offer_terms import set_pause
from bench import peers
from bench.city import NOW, City, analyse, make_city, places_of_need, settle
from bench.past import give_past, place_request
from bench.peers import REACH_M, WANTED, Way
from tests.databases import Database, migrate, run_on_server, use_test_keys
from tests.postgres import running_postgres

ASKED = 300
# Slow ways answer fewer questions.
LONG_S = 20.0
WEEK = period_touched(on_the_wall(NOW, NOW + timedelta.resolution, ZoneInfo("Asia/Shanghai")))
Question = tuple[float, float, int]


@dataclass(frozen=True)
class Times:
    """Milliseconds of each question: elapsed, and CPU time of this process."""

    wall: np.ndarray
    cpu: np.ndarray

    def line(self) -> str:
        """Median and 99th percentile."""
        p50, p99 = np.percentile(self.wall, (50, 99))
        cpu50, cpu99 = np.percentile(self.cpu, (50, 99))
        return f"p50 {p50:9.3f}  p99 {p99:9.3f}  (cpu {cpu50:8.3f} / {cpu99:8.3f})"

    @property
    def median(self) -> float:
        """Median elapsed milliseconds."""
        return float(np.median(self.wall))


def timed(tasks: list[Callable[[], object]]) -> Times:
    """Runs the tasks one after the other, as far as the time allows."""
    wall, cpu = [], []
    begun = perf_counter()
    gc.disable()
    for task in tasks:
        worked, start = process_time(), perf_counter()
        task()
        wall.append(1000 * (perf_counter() - start))
        cpu.append(1000 * (process_time() - worked))
        if perf_counter() - begun > LONG_S:
            break
    gc.enable()
    return Times(np.array(wall), np.array(cpu))


def ours(session: Session) -> Way:
    """The product's own function, with people's ids as the city numbers them."""

    def find(lat: float, lon: float, skill: int) -> list[int]:
        spot = Spot(skill + 1, lat, lon, REACH_M)
        found = nearest_ready(session, spot, week=WEEK, at=NOW, at_once=WANTED)
        return [person_id - 1 for _, person_id in islice(found, WANTED)]

    return find


def questions_of(find: Way, questions: list[Question]) -> list[Callable[[], object]]:
    """Each question as something to do."""
    return [partial(find, *question) for question in questions]


def compare(city: City, ways: dict[str, Way], questions: list[Question]) -> float:
    """Prints a line for each way, the first being ours; returns our median."""
    told = peers.truth(city)
    right = [told(*question) for question in questions[:100]]
    base = None
    for name, find in ways.items():
        tasks = questions_of(find, questions)
        timed(tasks[:20])
        times = timed(tasks)
        asked = min(len(right), len(times.wall))
        agree = sum(find(*q) == ids for q, ids in zip(questions[:asked], right, strict=False))
        base = base or times.median
        ratio = times.median / base
        print(f"  {name:28} {times.line()}  {ratio:9.2f}x  same ids {agree}/{asked}", flush=True)
    return base or 0.0


def rank_one(engine: Engine, session: Session, city: City, questions: list[Question]) -> Times:
    """Ranks one committed request with reasons: what a wave or a coordinator's page waits for."""
    numbered = enumerate(questions)
    requests = [place_request(session, question, number) for number, question in numbered]
    give_past(session, city)
    session.commit()
    analyse(engine)

    ids = [request.id for request in requests]
    wall, cpu = [], []
    for request_id in ids[:20] + ids:
        # A separate transaction, as a job or a page has; it already has the request.
        session.rollback()
        session.expunge_all()
        request = session.get_one(HelpRequest, request_id)
        once = timed([partial(rank_for, session, request=request, now=NOW, radius_m=1500)])
        wall.append(once.wall[0])
        cpu.append(once.cpu[0])
    return Times(np.array(wall[20:]), np.array(cpu[20:]))


def change_one(session: Session, city: City) -> Times:
    """Begins or ends a pause, inside its transaction."""
    people = np.random.default_rng(1).choice(len(city.lat), ASKED, replace=False) + 1
    offers = [
        session.scalars(select(Offer).where(Offer.person_id == int(key))).one() for key in people
    ]
    later = NOW + timedelta(days=2)
    tasks: list[Callable[[], object]] = [
        partial(set_pause, session, offer, later, now=NOW) for offer in offers
    ]
    times = timed(tasks)
    session.rollback()
    return times


@contextmanager
def settled(url: str, folder: Path, city: City) -> Iterator[Database]:
    """A database of the product with the city in it."""
    migrate(url, folder)
    database = Database(url, folder)
    settle(database.engine, city)
    yield database
    database.engine.dispose()


def run(size: int, server: str, folder: Path) -> float:
    """Everything about one size; returns our median on SQLite."""
    city = make_city(size)
    questions = places_of_need(city, ASKED)
    print(f"\n{size:,} volunteers, {city.available.mean():.0%} available", flush=True)
    name = f"city{size}"
    run_on_server(server, f"CREATE DATABASE {name}")
    with ExitStack() as stack:
        sqlite = stack.enter_context(settled(f"sqlite:///{folder / name}.db", folder, city))
        postgres = stack.enter_context(settled(f"{server}/{name}", folder, city))
        ways = {
            "ours, SQLite": ours(stack.enter_context(sqlite.new_session())),
            "ours, PostgreSQL": ours(stack.enter_context(postgres.new_session())),
            "numpy haversine, in memory": peers.numpy_scan(city),
            "SciPy cKDTree, in memory": peers.tree(city),
            "geopy scan": peers.geopy_scan(city),
        }
        for label, made in (("PostGIS", peers.postgis(city, server)), ("Redis", peers.redis(city))):
            found = stack.enter_context(made)
            if found is None:
                print(f"  {label} is not installed")
            else:
                ways[label] = found
        base = compare(city, ways, questions)
    for database in (sqlite, postgres):
        with database.new_session() as session:
            kind = session.get_bind().dialect.name
            ranked = rank_one(database.engine, session, city, questions)
            print(f"  rank of one request, {kind:10} {ranked.line()}")
            print(f"  one pause, {kind:20} {change_one(session, city).line()}", flush=True)
        database.engine.dispose()
    run_on_server(server, f"DROP DATABASE {name}")
    return base


def main(sizes: list[int]) -> None:
    """Runs all sizes and prints how our time grows."""
    use_test_keys()
    with tempfile.TemporaryDirectory() as name, running_postgres() as server:
        medians = {size: run(size, server, Path(name)) for size in sizes}
    print("\ngrowth of ours on SQLite:", {size: round(one, 3) for size, one in medians.items()})


if __name__ == "__main__":
    main([int(value) for value in sys.argv[1:]] or [10_000, 100_000])
