"""How soon the service reacts: woken by commits, compared with polling alone.

Starts the real web and the real scheduler with a fake SMS provider, on SQLite and on PostgreSQL. A
resident orders urgent help by text; a volunteer who is asked answers by text. Measures the time
from handing a text to the webhook until the provider has the message that follows: the first ask,
and the answer. Goals: 0.5 s at the median, 1.5 s at the 99th
percentile.

    python -m bench.reaction [rounds]
"""

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from app.cli.serve import WEB
from app.factory import create_app
from app.jobs import scheduler
from config import ROOT, read_config
from tests import factories
from tests.databases import (
    METRICS_TOKEN,
    Database,
    copy_postgres,
    copy_sqlite,
    migrate,
    run_on_server,
    use_test_keys,
)
from tests.e2e.house import settings
from tests.e2e.phones import ASKED
from tests.fakes.twilio import Twilio
from tests.fakes.twilio_kept import Message
from tests.http.processes import free_port, stop, wait_until
from tests.postgres import running_postgres

ROUNDS = 60
GOAL_MEDIAN_S, GOAL_P99_S = 0.5, 1.5
PATIENCE_S = 30.0
POLLING = "polling"
SCHEDULERS = {
    "woken": (sys.executable, "-m", "flask", "--app", "wsgi", "scheduler"),
    POLLING: (sys.executable, "-m", "bench.reaction", POLLING),
}


@contextmanager
def running(command: tuple[str, ...], environment: dict[str, str], log: Path) -> Iterator[None]:
    """Runs a process for as long as the block lasts."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        yield
    finally:
        stop(process)


def is_well(url: str) -> bool:
    """Whether the web answers and the scheduler has run its jobs."""
    asked = urllib.request.Request(
        f"{url}/health/full", headers={"Authorization": f"Bearer {METRICS_TOKEN}"}
    )
    try:
        with urllib.request.urlopen(asked, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def after(twilio: Twilio, text: Callable[[], object], is_it: Callable[[Message], bool]) -> float:
    """Seconds from an incoming text until such a message is at the provider."""
    before = len(twilio.messages())
    began = time.perf_counter()
    text()

    def came() -> bool:
        return any(is_it(one) for one in twilio.messages()[before:])

    while not came():
        if time.perf_counter() - began > PATIENCE_S:
            raise SystemExit(f"nothing came: {[one.body for one in twilio.messages()[before:]]}")
        time.sleep(0.002)
    return time.perf_counter() - began


def one_round(twilio: Twilio) -> tuple[float, float]:
    """An order until somebody is asked; the yes until the thanks."""
    resident = factories.phone_number()
    before = len(twilio.messages())
    asked = after(
        twilio,
        lambda: twilio.text(resident, "急送 民乐老村3栋"),
        lambda one: one.to != resident and ASKED.search(one.body) is not None,
    )
    ask = next(
        one
        for one in twilio.messages()[before:]
        if one.to != resident and ASKED.search(one.body) is not None
    )
    number = ASKED.findall(ask.body)[0]
    # Without a pause, the run that still sends the other asks would handle it.
    time.sleep(random.uniform(0.5, 2.5))
    answered = after(
        twilio,
        lambda: twilio.text(ask.to, f"1 {number}"),
        lambda one: one.to == ask.to,
    )
    return asked, answered


def measure(database: Database, mode: str, rounds: int) -> tuple[list[float], list[float]]:
    """All rounds, one after the other, at random moments between two polls."""
    with database.new_session() as session:
        place = factories.community(session)
        urgent = factories.category(session, "urgent_help", "急送", urgency="urgent")
        session.commit()
        for number in range(rounds + 20):
            factories.volunteer(session, place, categories=[urgent], north_m=10 + number)
    url = f"http://127.0.0.1:{free_port()}"
    with ExitStack() as stack:
        twilio = stack.enter_context(Twilio(webhook=f"{url}/hooks/twilio/sms"))
        environment = settings(database, twilio, url)
        log = database.folder / "reaction.log"
        for command in (WEB, SCHEDULERS[mode]):
            stack.enter_context(running(command, environment, log))
        if not wait_until(lambda: is_well(url), seconds=60):
            raise SystemExit(log.read_text())
        found = []
        for _ in range(rounds):
            found.append(one_round(twilio))
            time.sleep(random.uniform(0.2, 1.5))
    asked, answered = zip(*found, strict=True)
    return sorted(asked), sorted(answered)


def show(engine: str, mode: str, what: str, times: list[float]) -> None:
    """One line of the table."""
    median, p99 = statistics.median(times), times[min(len(times) - 1, int(len(times) * 0.99))]
    print(
        f"{engine:10} {mode:8} {what:14} median {median:5.2f} s  p99 {p99:5.2f} s  of the goals"
        f" {median / GOAL_MEDIAN_S:5.2f} {p99 / GOAL_P99_S:5.2f}",
        flush=True,
    )


def compare(engine: str, new_database: Callable[[str], Database], rounds: int) -> None:
    """Both ways on one engine, each on a database of its own."""
    medians = {}
    for mode in SCHEDULERS:
        database = new_database(mode)
        # Polling takes longer and its spread is known (up to one interval), so fewer rounds
        # suffice.
        asked, answered = measure(database, mode, rounds // 4 if mode == POLLING else rounds)
        database.engine.dispose()
        show(engine, mode, "first ask", asked)
        show(engine, mode, "answer", answered)
        medians[mode] = statistics.median(asked), statistics.median(answered)
    ask, answer = (medians[POLLING][at] / medians["woken"][at] for at in (0, 1))
    print(f"{engine:10} polling / woken, medians: first ask {ask:.0f}, answer {answer:.0f}")


def main(rounds: int) -> None:
    """Measures and prints."""
    use_test_keys()
    with tempfile.TemporaryDirectory() as name, running_postgres() as server:
        folder = Path(name)
        migrate(f"sqlite:///{folder / 'template.db'}", folder)
        run_on_server(server, "CREATE DATABASE template_diandan")
        migrate(f"{server}/template_diandan", folder)

        def fresh(mode: str) -> Path:
            own = Path(tempfile.mkdtemp(dir=folder, prefix=mode))
            own.chmod(0o755)
            return own

        compare("sqlite", lambda mode: copy_sqlite(folder / "template.db", fresh(mode)), rounds)
        compare(
            "postgresql",
            lambda mode: copy_postgres(server, "template_diandan", fresh(mode)),
            rounds,
        )


def poll() -> None:
    """Runs the scheduler without wakes."""
    changed: Any = scheduler
    changed.run_when_woken = lambda *_: None
    config = read_config()
    scheduler.run_scheduler(create_app(config), config)


if __name__ == "__main__":
    poll() if sys.argv[1:] == [POLLING] else main(int(sys.argv[1]) if sys.argv[1:] else ROUNDS)
