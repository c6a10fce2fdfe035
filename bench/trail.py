"""What the trail's single chain costs: commits a second with 1 to 32 writers, on PostgreSQL.

Three variants for each number of writers, on a server that waits for the disk: without a line of
the trail; with a line in the one chain, by the product's own statements; and with a line in a chain
of the writer's own community, which exists only in this file. Each transaction changes a row that
no other writer touches, so writers wait only for the chain. pgbench writes, because it leaves the
processor to the server; the hashes are constants.

The product also computes while it holds the lock. So one writer with the product's own code
measures how long it is held: all writers together make at most 1 / that time commits a second.
"""

import os
import re
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from sqlalchemy import event, insert, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from app.core.actor import system
from app.core.clock import utc_now
from app.core.context import Context
from app.trail.chain import GENESIS, POSTGRES_LOCK, record
from app.trail.models import TrailHead
from app.trail.verification import verify
from tests.databases import Database, migrate, run_on_server, use_test_keys
from tests.postgres import running_postgres

WRITERS = (1, 2, 4, 8, 16, 32)
SECONDS = 4
COMMITS = 500
# Each chain numbers its own lines; the product's lines come first.
APART = 10_000_000

WORK = "UPDATE lease SET fence = fence + 1 WHERE name = 'w' || :client_id::text;\n"
LINE = """SELECT pg_advisory_xact_lock({lock});
SELECT seq, hash, seal FROM trail_head WHERE id = {chain} \\gset
\\set next :seq + 1
INSERT INTO event (seq, at, actor_kind, door, kind, subject_type, subject_id, area_path, details,
 prev_hash, hash) VALUES (:next, now(), 'system', 'cli', 'bench.happened', 'bench', '1', '/1/',
 '{{"number": 1}}', '{digest}', '{digest}');
UPDATE trail_head SET seq = :next, hash = '{digest}', seal = '{digest}' WHERE id = {chain};
"""


def scripts() -> dict[str, str]:
    """The pgbench scripts, one transaction for each variant."""
    shared = LINE.format(lock=POSTGRES_LOCK + 1, chain=2, digest=GENESIS)
    own = LINE.format(
        lock=f"{POSTGRES_LOCK + 3} + :client_id", chain="3 + :client_id", digest=GENESIS
    )
    ways = {"no trail": "", "one chain": shared, "chain per community": own}
    return {name: f"BEGIN;\n{WORK}{line}COMMIT;\n" for name, line in ways.items()}


def prepare(database: Database) -> None:
    """Makes a row for each writer, one chain for all and one for each."""
    with Session(database.engine) as session:
        for writer in range(max(WRITERS)):
            session.execute(
                text("INSERT INTO lease (name, holder, fence, expires) VALUES (:name, '', 0, 0)"),
                {"name": f"w{writer}"},
            )
        for number in range(2, max(WRITERS) + 3):
            row = {"id": number, "seq": number * APART, "hash": GENESIS, "seal": ""}
            session.execute(insert(TrailHead).values(row))
        session.commit()


def commits_a_second(database: Database, script: Path, writers: int) -> float:
    """Commits of all writers together, by pgbench. Raises RuntimeError when one fails."""
    at = make_url(database.url)
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pgbench"))
    program = str(found[-1]) if found else shutil.which("pgbench") or "pgbench"
    where = f"-h {at.host} -p {at.port} -U {at.username}"
    how = f"-n -M prepared -c {writers} -j {min(writers, 2)} -T {SECONDS} -f {script}"
    command = [program, *where.split(), *how.split(), str(at.database)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    told = re.search(r"^tps = ([\d.]+)", done.stdout, flags=re.MULTILINE)
    if done.returncode or told is None:
        raise RuntimeError(f"pgbench failed: {done.stdout}{done.stderr}")
    return float(told[1])


def seconds_held(database: Database) -> list[float]:
    """Seconds that each of some commits of the product held the lock, without other writers."""
    locked: list[float] = []
    held: list[float] = []

    def note_lock(connection: object, cursor: object, statement: str, *_: object) -> None:
        if "pg_advisory_xact_lock" in statement:
            locked.append(time.perf_counter())

    event.listen(database.engine, "after_cursor_execute", note_lock)
    for number in range(COMMITS):
        with database.new_session() as session:
            session.execute(text("UPDATE lease SET fence = fence + 1 WHERE name = 'w0'"))
            record(
                Context(session, system("cli"), utc_now()),
                kind="bench.happened",
                subject=("bench", number),
                area_path="/1/",
            )
            session.commit()
            held.append(time.perf_counter() - locked[-1])
    with database.new_session() as session:
        print(f"the product's chain is whole: {not list(verify(session))}")
    return held


def main() -> None:
    """Runs every variant once for each number of writers and prints a table."""
    use_test_keys()
    with running_postgres(durable=True) as server, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run_on_server(server, "CREATE DATABASE bench")
        migrate(f"{server}/bench", folder)
        database = Database(f"{server}/bench", folder)
        prepare(database)
        print(f"{os.cpu_count()} cores, load before {os.getloadavg()[0]:.1f}; commits a second:")
        ms = statistics.median(seconds_held(database)) * 1000
        print(f"the product holds the lock for {ms:.2f} ms (median): at most {1000 / ms:.0f}")
        print(f"writers | {' | '.join(scripts())} | one / none | own / one")
        for writers in WRITERS:
            told = []
            for way, script in scripts().items():
                path = folder / f"{way.replace(' ', '-')}.sql"
                path.write_text(script)
                told.append(commits_a_second(database, path, writers))
            none, one, own = told
            figures = f"{none:.0f} | {one:.0f} | {own:.0f}"
            print(f"{writers} | {figures} | {one / none:.2f} | {own / one:.2f}", flush=True)
        database.engine.dispose()


if __name__ == "__main__":
    main()
