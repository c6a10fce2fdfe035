"""The service under test: processes, a provider that keeps what was sent, and people."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from app.catalogue.models import Category
from app.people.models import Person
from tests import factories
from tests.databases import Database
from tests.e2e.clock import Clock
from tests.e2e.reach import answers
from tests.fakes.push import PushService
from tests.fakes.twilio import Twilio
from tests.http.processes import children_of, free_port, start_flask, stop, wait_until


@dataclass
class House:
    """A running service: address, database, community, and fake provider."""

    url: str
    database: Database
    place: factories.Community
    twilio: Twilio
    push: PushService
    log: Path
    # None: it uses the machine's clock.
    clock: Clock | None = None
    process: subprocess.Popen[bytes] | None = None

    def open(self) -> None:
        """Starts it, and waits until it answers."""
        environment = settings(self.database, self.twilio, self.url)
        environment["PUSH_HOSTS"] = self.push.host
        environment["REQUESTS_CA_BUNDLE"] = str(self.push.certificate)
        environment |= self.clock.environment if self.clock else {}
        self.process = start_flask(["serve"], environment, self.log)
        assert wait_until(lambda: answers(self.url), seconds=60), self.log.read_text()

    def kill(self) -> None:
        """Kills everything at once, as a power failure does."""
        process = self.process
        assert process is not None
        # Stop the parent first, so that it neither restarts nor warns its children.
        process.send_signal(signal.SIGSTOP)
        self.kill_children()
        process.kill()
        process.wait()

    def kill_children(self) -> None:
        """Kills web master, workers and scheduler; `flask serve` restarts them."""
        assert self.process is not None
        for pid in children_of(self.process.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def now(self) -> datetime:
        """The time of its clock."""
        return self.clock.now() if self.clock else datetime.now(UTC)

    def session(self) -> Session:
        """A session for the test."""
        return self.database.new_session()

    def category(self, code: str, name: str, **values: object) -> Category:
        """Makes a category that nobody offers yet."""
        with self.session() as session:
            session.expire_on_commit = False
            made = factories.category(session, code, name, **values)
            session.commit()
            session.expunge_all()
            return made

    def volunteer(self, category: Category, **values: object) -> Person:
        """Makes a volunteer for this category only, available at all hours."""
        with self.session() as session:
            session.expire_on_commit = False
            made = factories.volunteer(
                session,
                self.place,
                categories=[category],
                skills=[],
                **values,  # type: ignore[arg-type]
            )
            session.expunge_all()
            return made


def settings(database: Database, twilio: Twilio, url: str) -> dict[str, str]:
    """The environment of a service that sends its texts to the fake provider."""
    return {
        **database.environment,
        "PORT": url.rpartition(":")[2],
        "PUBLIC_URL": url,
        "TWILIO_ACCOUNT_SID": twilio.account_sid,
        "TWILIO_AUTH_TOKEN": twilio.auth_token,
        "TWILIO_SENDER": twilio.number,
        "TWILIO_CALLER": twilio.number,
        "TWILIO_API_URL": twilio.url,
    }


@contextmanager
def open_house(database: Database, folder: Path, clock: Clock | None = None) -> Iterator[House]:
    """Starts it, waits until it answers, and stops it at the end."""
    with database.new_session() as session:
        session.expire_on_commit = False
        place = factories.community(session)
        session.expunge_all()
    url = f"http://127.0.0.1:{free_port()}"
    with Twilio(webhook=f"{url}/hooks/twilio/sms") as twilio, PushService(folder) as push:
        house = House(url, database, place, twilio, push, folder / "serve.log", clock)
        # The fake provider uses the same clock, because it is asked for the age of messages.
        twilio.kept.now = house.now
        try:
            house.open()
            yield house
        finally:
            if house.process is not None:
                stop(house.process)
