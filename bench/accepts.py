"""How long 200 simultaneous accepts take, over HTTP from 4 processes, on SQLite.

Starts the real server on a fresh file. Prints the winners, the answers by status, and how the
slowest and the median answer compare.
"""

import statistics
import tempfile
from collections import Counter
from pathlib import Path

from tests import factories
from tests.databases import Database, migrate, use_test_keys
from tests.e2e.race import line_up, run_race
from tests.e2e.reach import answers
from tests.http.processes import flask_process, free_port, wait_until

VOLUNTEERS = 200


def main() -> None:
    """Runs the race once and prints it."""
    use_test_keys()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'bench.db'}"
        migrate(url, folder)
        database = Database(url, folder)
        with database.new_session() as session:
            session.expire_on_commit = False
            runners = line_up(session, factories.community(session), VOLUNTEERS)
        port = free_port()
        address = f"http://127.0.0.1:{port}"
        environment = {**database.environment, "PORT": str(port), "PUBLIC_URL": address}
        with flask_process(["serve"], environment, folder / "serve.log"):
            wait_until(lambda: answers(address), seconds=60)
            told = run_race(address, runners)
    times = sorted(answer.seconds for answer in told)
    median = statistics.median(times)
    print(f"winners {sum(answer.won for answer in told)} of {len(told)}")
    print(f"answers by status {dict(Counter(answer.status for answer in told))}")
    print(f"median {median * 1000:.0f} ms, slowest {times[-1] * 1000:.0f} ms")
    print(f"slowest / median {times[-1] / median:.2f}")


if __name__ == "__main__":
    main()
