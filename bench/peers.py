"""How others find "the nearest 20 within 1,500 m that have a skill and are available"."""

import math
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
from geopy.distance import geodesic
from scipy.spatial import cKDTree

from app.core.statements import in_chunks
from bench.city import SKILLS, City
from tests.http.processes import free_port, wait_until

REACH_M, WANTED = 1500.0, 20
EARTH_M = 6_371_008.8
# How much the geodesic and a mean sphere may differ: 0.56 % of the reach.
SLACK = 1.006

# (latitude, longitude, skill) to numbers of people, the nearest first.
Way = Callable[[float, float, int], list[int]]


def geopy_scan(city: City) -> Way:
    """The geodesic to every row that passes the filter: what a simple application does."""
    able = {skill: np.flatnonzero(city.able(skill)).tolist() for skill in range(SKILLS)}
    places = list(zip(city.lat.tolist(), city.lon.tolist(), strict=True))

    def find(lat: float, lon: float, skill: int) -> list[int]:
        far = [(geodesic((lat, lon), places[i]).meters, i) for i in able[skill]]
        return [i for metres, i in sorted(far) if metres <= REACH_M][:WANTED]

    return find


def truth(city: City) -> Way:
    """The same answer, faster: geopy's geodesic within a generous circle."""
    rough = numpy_scan(city, most=None)

    def find(lat: float, lon: float, skill: int) -> list[int]:
        near = rough(lat, lon, skill)
        far = [(geodesic((lat, lon), (city.lat[i], city.lon[i])).meters, i) for i in near]
        return [i for metres, i in sorted(far) if metres <= REACH_M][:WANTED]

    return find


def numpy_scan(city: City, most: int | None = WANTED) -> Way:
    """A haversine to everybody, in memory."""
    lats, lons = np.radians(city.lat), np.radians(city.lon)
    flat = np.cos(lats)
    able = np.array([city.able(skill) for skill in range(SKILLS)])
    reach = REACH_M if most else REACH_M * SLACK

    def find(lat: float, lon: float, skill: int) -> list[int]:
        north, east = math.radians(lat), math.radians(lon)
        part = (
            np.sin((lats - north) / 2) ** 2
            + flat * math.cos(north) * np.sin((lons - east) / 2) ** 2
        )
        metres = 2 * EARTH_M * np.arcsin(np.sqrt(part))
        near = np.flatnonzero(able[skill] & (metres <= reach))
        ordered: list[int] = near[np.lexsort((near, metres[near]))][:most].tolist()
        return ordered

    return find


def tree(city: City) -> Way:
    """SciPy's cKDTree over points on a sphere, in memory: a ball, then the filter."""

    def points(lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
        north, east = np.radians(lat), np.radians(lon)
        flat = np.cos(north)
        return EARTH_M * np.column_stack([flat * np.cos(east), flat * np.sin(east), np.sin(north)])

    space = points(city.lat, city.lon)
    built = cKDTree(space)
    able = np.array([city.able(skill) for skill in range(SKILLS)])

    def find(lat: float, lon: float, skill: int) -> list[int]:
        here = points(np.array([lat]), np.array([lon]))[0]
        near = np.array(built.query_ball_point(here, REACH_M), dtype=int)
        near = near[able[skill][near]]
        metres = ((space[near] - here) ** 2).sum(axis=1)
        ordered: list[int] = near[np.lexsort((near, metres))][:WANTED].tolist()
        return ordered

    return find


HERE = "ST_MakePoint(%(lon)s, %(lat)s)::geography"
POSTGIS = (
    "SELECT id FROM volunteer WHERE available AND skills & %(bit)s <> 0"
    f" AND ST_DWithin(at, {HERE}, 1500) ORDER BY at <-> {HERE} LIMIT 20"
)


@contextmanager
def postgis(city: City, server: str) -> Iterator[Way | None]:
    """ST_DWithin and `<->` over a geography index of those available; None without PostGIS."""
    address = server.replace("+psycopg", "") + "/postgres"
    with psycopg.connect(address, autocommit=True) as connection:
        there = "SELECT 1 FROM pg_available_extensions WHERE name = 'postgis'"
        if connection.execute(there).fetchone() is None:
            yield None
            return
        _fill_postgis(connection, city)

        def find(lat: float, lon: float, skill: int) -> list[int]:
            values = {"bit": 1 << skill, "lat": lat, "lon": lon}
            return [row[0] for row in connection.execute(POSTGIS, values, prepare=True)]

        yield find
        connection.execute("DROP TABLE volunteer")


def _fill_postgis(connection: psycopg.Connection[Any], city: City) -> None:
    connection.execute("CREATE EXTENSION IF NOT EXISTS postgis")
    connection.execute(
        "CREATE TABLE volunteer"
        " (id int PRIMARY KEY, at geography(Point), skills int, available bool)"
    )
    bits = (1 << city.skills).sum(axis=1)
    columns = (city.lon, city.lat, bits, city.available)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    into = "COPY volunteer (id, at, skills, available) FROM STDIN"
    with connection.cursor().copy(into) as copy:
        for i, (lon, lat, skills, available) in enumerate(rows):
            copy.write_row((i, f"POINT({lon!r} {lat!r})", skills, available))
    connection.execute("CREATE INDEX ON volunteer USING gist (at) WHERE available")
    connection.execute("VACUUM ANALYZE volunteer")


class _Redis:
    """A client of the necessary part of the protocol."""

    def __init__(self, port: int) -> None:
        self.line = socket.create_connection(("127.0.0.1", port))
        self.answers = self.line.makefile("rb")

    def send(self, *commands: tuple[Any, ...]) -> list[Any]:
        packed = b"".join(self._pack(command) for command in commands)
        self.line.sendall(packed)
        return [self._read() for _ in commands]

    @staticmethod
    def _pack(command: tuple[Any, ...]) -> bytes:
        words = [str(word).encode() for word in command]
        return b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%b\r\n" % (len(w), w) for w in words)

    def _read(self) -> Any:
        kind, rest = (line := self.answers.readline())[:1], line[1:-2]
        if kind == b"*":
            return [self._read() for _ in range(int(rest))]
        if kind == b"$":
            return self.answers.read(int(rest) + 2)[:-2]
        if kind == b"-":
            raise RuntimeError(rest.decode())
        return rest


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def redis(city: City) -> Iterator[Way | None]:
    """GEOSEARCH by distance, filtered afterwards; None without redis-server."""
    program = shutil.which("redis-server")
    if program is None:
        yield None
        return
    folder, port = Path(tempfile.mkdtemp(prefix="diandan-redis-")), free_port()
    started = [program, "--port", str(port), "--save", "", "--dir", str(folder)]
    server = subprocess.Popen(started, stdout=subprocess.DEVNULL)
    try:
        if not wait_until(lambda: _listens(port), seconds=20):
            raise RuntimeError("redis-server did not start")
        store = _Redis(port)
        rows = list(zip(city.lon.tolist(), city.lat.tolist(), range(len(city.lat)), strict=True))
        for some in in_chunks(rows, 1000):
            store.send(("GEOADD", "at", *(word for row in some for word in row)))
        able = np.array([city.able(skill) for skill in range(SKILLS)])

        def find(lat: float, lon: float, skill: int) -> list[int]:
            ask = ("GEOSEARCH", "at", "FROMLONLAT", lon, lat, "BYRADIUS", 1500, "m", "ASC")
            wanted = able[skill]
            return [i for i in map(int, store.send(ask)[0]) if wanted[i]][:WANTED]

        yield find
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)
