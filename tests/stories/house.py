"""The house of the stories: processes, a provider that keeps what was sent, and people."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from app.catalogue.models import Category
from app.people.models import Person
from tests import factories
from tests.databases import Database
from tests.doors.processes import flask_process, free_port, wait_until
from tests.standins.twilio import Twilio
from tests.stories.reach import answers


@dataclass
class House:
    """Where it runs, on what, who lives there, and what carries its texts."""

    url: str
    database: Database
    place: factories.Community
    twilio: Twilio
    process: subprocess.Popen[bytes]
    log: Path

    def session(self) -> Session:
        """A session of the test's own."""
        return self.database.new_session()

    def category(self, code: str, name: str, **values: object) -> Category:
        """A category that nobody offers yet."""
        with self.session() as session:
            session.expire_on_commit = False
            made = factories.category(session, code, name, **values)
            session.commit()
            session.expunge_all()
            return made

    def volunteer(self, category: Category, **values: object) -> Person:
        """A volunteer for this category alone, ready at all hours."""
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
    """The environment of a house that sends its texts to a stand-in."""
    return {
        **database.environment,
        "PORT": url.rpartition(":")[2],
        "PUBLIC_URL": url,
        "TWILIO_ACCOUNT_SID": twilio.account_sid,
        "TWILIO_AUTH_TOKEN": twilio.auth_token,
        "TWILIO_SENDER": twilio.number,
        "TWILIO_API_URL": twilio.url,
    }


@contextmanager
def open_house(database: Database, folder: Path) -> Iterator[House]:
    """Opens it, waits until it answers, and closes it."""
    with database.new_session() as session:
        session.expire_on_commit = False
        place = factories.community(session)
        session.expunge_all()
    url = f"http://127.0.0.1:{free_port()}"
    log = folder / "serve.log"
    with (
        Twilio(webhook=f"{url}/hooks/twilio/sms") as twilio,
        flask_process(["serve"], settings(database, twilio, url), log) as process,
    ):
        assert wait_until(lambda: answers(url), seconds=60), log.read_text()
        yield House(url, database, place, twilio, process, log)
