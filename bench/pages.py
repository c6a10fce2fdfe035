"""How quickly pages answer on a whole district: median, p95, and the number of queries.

Loads the large demo (20,000 volunteers, 100,000 past requests) unless it exists already, and
starts the real server and scheduler on a copy. The goal is 150 ms at the median, as many queries
at 300 live rows as at 1, and 500 MB for web workers and scheduler together.
"""

import http.client
import statistics
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import event, select, text, update
from sqlalchemy.orm import Session

from app.core.crypto import lookup_hash
from app.core.db import db
from app.core.life_cycle_guard import drop_statements
from app.dispatch.models import Match
from app.factory import create_app
from app.help_requests.models import HelpRequest
from app.help_requests.rules import LIVE
from app.people.models import LoginSession, Person
from bench.district import copied_to
from tests.databases import Database, use_test_keys
from tests.e2e.reach import answers
from tests.http.processes import (
    children_of,
    flask_process,
    free_port,
    proportional_kb,
    wait_until,
)

GOAL_MS, GOAL_MB = 150.0, 500.0
TIMES, WARM_UP, LOOKS = 60, 5, 4
FEW, MANY = 1, 300
COORDINATOR = "+8617400000002"


@dataclass(frozen=True)
class Page:
    """A page, its viewer, and whether htmx requests it."""

    name: str
    path: str
    token: str = ""
    partial: bool = False

    @property
    def headers(self) -> dict[str, str]:
        """What a browser sends."""
        headers = {"Accept-Language": "zh-CN"}
        if self.token:
            headers["Cookie"] = f"diandan={self.token}"
        if self.partial:
            headers["HX-Request"] = "true"
        return headers


def log_in(session: Session, person_id: int) -> str:
    """A live log-in; returns the cookie's value."""
    token, now = f"bench-{person_id}", datetime.now(UTC)
    session.add(
        LoginSession(
            token_hash=lookup_hash("session", token),
            person_id=person_id,
            made_at=now,
            seen_at=now,
            expires_at=now + timedelta(hours=1),
        )
    )
    return token


def make_live(session: Session, count: int) -> None:
    """Makes exactly this many live requests, near each other; nothing is due for an hour."""
    later = datetime.now(UTC) + timedelta(hours=1)
    live = HelpRequest.state.in_(sorted(LIVE))
    session.execute(update(HelpRequest).where(live).values(state="closed"))
    newest = select(HelpRequest.id).where(HelpRequest.lat.is_not(None))
    ids = session.scalars(newest.order_by(HelpRequest.id.desc()).limit(count)).all()
    session.execute(
        update(HelpRequest)
        .where(HelpRequest.id.in_(ids))
        .values(state="matching", places_taken=0, due_at=later, next_action_at=later)
    )
    session.commit()


def pages_of(session: Session) -> list[Page]:
    """The pages that are measured."""
    by_phone = Person.phone_lookup == lookup_hash("phone", COORDINATOR)
    coordinator = log_in(session, session.scalars(select(Person.id).where(by_phone)).one())
    asked = session.execute(
        select(Match.person_id, Match.token)
        .where(Match.state == "sent")
        .order_by(Match.id.desc())
        .limit(1)
    ).one()
    volunteer = log_in(session, asked.person_id)
    # The newest with a place is live at every count, see `make_live`.
    newest, code = session.execute(
        select(HelpRequest.id, HelpRequest.code)
        .where(HelpRequest.lat.is_not(None))
        .order_by(HelpRequest.id.desc())
        .limit(1)
    ).one()
    session.commit()
    return [
        Page("home", "/"),
        Page("track", f"/t/{code}"),
        Page("board", "/c", coordinator),
        Page("queue, refreshed", "/c", coordinator, partial=True),
        Page("case", f"/c/requests/{newest}", coordinator),
        Page("volunteer", "/v", volunteer),
        Page("match", f"/v/m/{asked.token}", volunteer),
    ]


def queries(database: Database, pages: list[Page]) -> list[int]:
    """The most SQL statements of each page, in this process."""
    app, counted = create_app(database.config), [0]
    with app.app_context():
        engine = db.engine

        @event.listens_for(engine, "before_cursor_execute")
        def count(*_: object) -> None:
            counted[0] += 1

        found = []
        for page in pages:
            client = app.test_client()
            client.set_cookie("diandan", page.token)
            most = 0
            # The most of several looks: objects that a session still holds save queries at random.
            for _ in range(LOOKS):
                counted[0] = 0
                answer = client.get(page.path, headers=page.headers)
                assert answer.status_code == 200, (page, answer.status_code)
                most = max(most, counted[0])
            found.append(most)
        engine.dispose()
    return found


def timed(port: int, page: Page) -> list[float]:
    """Milliseconds of each request, over one kept-alive connection as a browser has."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    found = []
    for _ in range(WARM_UP + TIMES):
        began = time.perf_counter()
        connection.request("GET", page.path, headers=page.headers)
        answer = connection.getresponse()
        answer.read()
        found.append((time.perf_counter() - began) * 1000)
        assert answer.status == 200, (page, answer.status)
    connection.close()
    return sorted(found[WARM_UP:])


def show(page: Page, times: list[float], at: tuple[int, int]) -> None:
    """One line of the table."""
    median, p95 = statistics.median(times), times[int(len(times) * 0.95) - 1]
    few, many = at
    print(
        f"{page.name:18} median {median:6.1f} ms  p95 {p95:6.1f} ms  of the goal"
        f" {median / GOAL_MS:4.2f}  queries {few} at {FEW} row, {many} at {MANY}"
    )


def main() -> None:
    """Measures and prints."""
    use_test_keys()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = Database(copied_to(folder), folder)
        with database.new_session() as session:
            pages = pages_of(session)
            # No request goes from closed to live: this copy has no guard of such moves.
            for statement in drop_statements("help_request", dialect="sqlite"):
                session.execute(text(statement))
            make_live(session, FEW)
        few = queries(database, pages)
        with database.new_session() as session:
            make_live(session, MANY)
        many = queries(database, pages)
        port = free_port()
        address = f"http://127.0.0.1:{port}"
        environment = {**database.environment, "PORT": str(port), "PUBLIC_URL": address}
        with flask_process(["serve"], environment, folder / "serve.log") as process:
            assert wait_until(lambda: answers(address), seconds=60)
            for page, *at in zip(pages, few, many, strict=True):
                show(page, timed(port, page), (at[0], at[1]))
            used = sum(map(proportional_kb, children_of(process.pid))) / 1024
        print(f"web workers and scheduler {used:.0f} MB, of the goal {used / GOAL_MB:.2f}")


if __name__ == "__main__":
    main()
