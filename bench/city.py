"""A made-up clustered city of volunteers for the benches, written into the product's database.

24 skills and a category for each; every volunteer has 3 skills and offers their categories. 30 %
are available at `NOW`: the others have other hours, or pause. Densities are those of the reference
measurements: 175 km² and 110 clusters for 10,000 and 100,000 volunteers, 2,000 km² and 650 clusters
for 1,000,000.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, FromClause, insert
from sqlalchemy.orm import Session

from app.areas.models import Area
from app.catalogue.models import Category, CategorySkill, Skill
from app.core.crypto import seal
from app.offers.models import Offer, OfferCategory
from app.people.models import Person, PersonSkill
from app.usecases.volunteers.spread_offer import spread_offers
from tests import factories

# A Wednesday, 10:00 in Shenzhen.
NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
LATER = datetime(2026, 12, 25, tzinfo=UTC)
SKILLS, EACH = 24, 3
AVAILABLE, PAUSED = 0.30, 0.05
PATH = "/1/"
SIZES = {10_000: (175.0, 110), 100_000: (175.0, 110), 1_000_000: (2_000.0, 650)}
MORNINGS = [{"day": day, "from": "08:30", "to": "12:00"} for day in range(5)]
EVENINGS = [{"day": day, "from": "18:00", "to": "22:00"} for day in range(7)]
WEEKEND = [{"day": day, "from": "09:00", "to": "18:30"} for day in (5, 6)]


@dataclass(frozen=True)
class City:
    """Places (WGS-84 degrees), skills (0-23, one row of three for each), who is available."""

    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    skills: NDArray[np.int64]
    works_now: NDArray[np.bool_]
    paused: NDArray[np.bool_]

    @property
    def available(self) -> NDArray[np.bool_]:
        """Who is within hours and not paused."""
        return self.works_now & ~self.paused

    def able(self, skill: int) -> NDArray[np.bool_]:
        """Who is available and has the skill."""
        has: NDArray[np.bool_] = (self.skills == skill).any(axis=1)
        return self.available & has


def make_city(count: int, seed: int = 26) -> City:
    """This many volunteers around the centres of their clusters."""
    km2, clusters = SIZES.get(count, (count / 571, max(3, count // 900)))
    dice = np.random.default_rng(seed)
    side = km2**0.5 * 1000
    centres = dice.uniform(0, side, (clusters, 2))
    spread = dice.uniform(250, 900, clusters)
    chosen = dice.choice(clusters, count, p=dice.dirichlet(np.full(clusters, 0.9)))
    metres = centres[chosen] + dice.normal(0, 1, (count, 2)) * spread[chosen][:, None]
    metres = np.clip(metres, 0, side)
    lat = 22.5 + metres[:, 1] / 110_750
    lon = 113.8 + metres[:, 0] / (111_320 * np.cos(np.radians(22.6)))
    # Three different skills for each: a random first, the others at random offsets from it.
    steps = np.sort(dice.choice(SKILLS - 1, (5000, EACH - 1)), axis=1)
    steps = steps[steps[:, 0] != steps[:, 1]] + 1
    first = dice.integers(0, SKILLS, count)
    more = (first[:, None] + steps[dice.integers(0, len(steps), count)]) % SKILLS
    paused = dice.random(count) < PAUSED
    works = dice.random(count) < AVAILABLE / (1 - PAUSED)
    return City(lat, lon, np.column_stack([first, more]), works, paused)


def places_of_need(city: City, count: int, seed: int = 7) -> list[tuple[float, float, int]]:
    """Places of requests, a few hundred metres from volunteers, and the skill each needs."""
    dice = np.random.default_rng(seed)
    near = dice.integers(0, len(city.lat), count)
    lat = city.lat[near] + dice.normal(0, 0.002, count)
    lon = city.lon[near] + dice.normal(0, 0.002, count)
    return list(
        zip(lat.tolist(), lon.tolist(), dice.integers(0, SKILLS, count).tolist(), strict=True)
    )


def settle(engine: Engine, city: City) -> None:
    """Writes the city into an empty, migrated database; person and offer number i have id i + 1."""
    with engine.begin() as connection:
        _catalogue(connection)
        for table, columns, rows in _rows(city):
            pour(connection, table, columns, rows)
    analyse(engine)
    with Session(engine) as session:
        ids = list(range(1, len(city.lat) + 1))
        for start in range(0, len(ids), 20_000):
            spread_offers(session, ids[start : start + 20_000])
            session.commit()
    analyse(engine)


def analyse(engine: Engine) -> None:
    """Updates the planner's statistics, as a running database does by itself."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    if engine.dialect.name == "sqlite":
        # Bulk writes are still in the WAL; a running database has checkpointed them long ago.
        engine.raw_connection().cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _catalogue(connection: Connection) -> None:
    area = {
        "id": 1,
        "scheme": "cn",
        "code": "1",
        "level": "district",
        "name_zh": "城",
        "path": PATH,
    }
    connection.execute(insert(Area), [area])
    numbers = range(1, SKILLS + 1)
    names = [{"id": number, "code": f"c{number}", "name_zh": f"{number}"} for number in numbers]
    connection.execute(insert(Skill), names)
    connection.execute(insert(Category), names)
    needs = [{"category_id": number, "skill_id": number} for number in numbers]
    connection.execute(insert(CategorySkill), needs)


def _rows(city: City) -> Iterator[tuple[Any, tuple[str, ...], Iterable[tuple[Any, ...]]]]:
    name, phone = seal("林晓", "person.name"), seal("+8617400000000", "person.phone")
    count = len(city.lat)
    people = (
        (i + 1, name, phone, f"{i:064x}", "zh_Hans", "active", 1, PATH, NOW.isoformat(" "), 1)
        for i in range(count)
    )
    yield (
        Person.__table__,
        ("id", "name", "phone", "phone_lookup", "language", "state", "area_id", "area_path",
         "registered_at", "version"),
        people,
    )  # fmt: skip
    yield (
        Offer.__table__,
        ("id", "person_id", "area_path", "lat", "lon", "radius_m", "hours", "languages", "max_load",
         "weekly_limit", "active", "paused_until", "updated_at", "version"),
        _offers(city),
    )  # fmt: skip
    pairs = [(i + 1, int(skill) + 1) for i, row in enumerate(city.skills) for skill in row]
    yield OfferCategory.__table__, ("offer_id", "category_id"), pairs
    yield PersonSkill.__table__, ("person_id", "skill_id"), pairs


def _offers(city: City) -> Iterator[tuple[Any, ...]]:
    dice = np.random.default_rng(3)
    count = len(city.lat)
    reach = dice.integers(1500, 5000, count).tolist()
    others = dice.integers(0, 3, count).tolist()
    open_now = [
        json.dumps(MORNINGS),
        json.dumps(MORNINGS + EVENINGS),
        json.dumps(factories.ALL_WEEK),
    ]
    closed = [json.dumps(EVENINGS), json.dumps(WEEKEND), json.dumps(EVENINGS + WEEKEND)]
    spoken, stamp, until = json.dumps(["zh_Hans"]), NOW.isoformat(" "), LATER.isoformat(" ")
    for i in range(count):
        hours = (open_now if city.works_now[i] else closed)[others[i]]
        rest = (2, 7, True, until if city.paused[i] else None, stamp, 1)
        place = (float(city.lat[i]), float(city.lon[i]), reach[i])
        yield (i + 1, i + 1, PATH, *place, hours, spoken, *rest)


def pour(
    connection: Connection,
    table: FromClause,
    columns: tuple[str, ...],
    rows: Iterable[tuple[Any, ...]],
) -> None:
    """Inserts many rows by the driver itself: SQLAlchemy takes minutes for millions."""
    names = ", ".join(columns)
    cursor: Any = connection.connection.cursor()
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        # SQLite keeps times as text without a zone.
        plain = (tuple(_without_zone(value) for value in row) for row in rows)
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", plain)
        return
    with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _without_zone(value: Any) -> Any:
    if isinstance(value, str) and value.endswith("+00:00"):
        return f"{value[:-6]}.000000"
    return value
