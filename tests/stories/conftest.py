"""A running house for the stories: the real server and scheduler on a fresh database, a browser."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy.orm import Session

from tests import factories
from tests.databases import Database
from tests.doors.processes import flask_process, free_port, wait_until
from tests.stories.reach import answers

CHROMIUM = "/usr/bin/chromium"
PHONE = {"width": 390, "height": 844}


@dataclass
class House:
    """Where it runs, on what, and who lives there."""

    url: str
    database: Database
    place: factories.Community

    def session(self) -> Session:
        """A session of the test's own."""
        return self.database.new_session()


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    """`flask serve` on a small community."""
    with database.new_session() as session:
        session.expire_on_commit = False
        place = factories.community(session)
        session.expunge_all()
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {**database.environment, "PORT": str(port), "PUBLIC_URL": url}
    with flask_process(["serve"], environment, tmp_path / "serve.log"):
        assert wait_until(lambda: answers(url), seconds=60), (tmp_path / "serve.log").read_text()
        yield House(url, database, place)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. Fails loudly where it is not installed."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A phone in Chinese."""
    context = browser.new_context(viewport=PHONE, locale="zh-CN")  # type: ignore[arg-type]
    yield context.new_page()
    context.close()
