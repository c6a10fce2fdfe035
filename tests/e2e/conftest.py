"""A running service for end-to-end tests: the real server and scheduler, a provider, a browser.

One service for each database, shared by all tests. Each test has its own category, so that nobody
of one test is asked in another.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browsers import PHONE
from tests.databases import Database, copy_postgres, copy_sqlite
from tests.e2e.clock import SHENZHEN, Clock
from tests.e2e.house import House, open_house

KINDS = ("sqlite", "postgresql")


def _database(request: pytest.FixtureRequest, folder: Path) -> Database:
    if request.param == "sqlite":
        return copy_sqlite(request.getfixturevalue("sqlite_template"), folder)
    server = request.getfixturevalue("postgres_server")
    return copy_postgres(server, "template_diandan", folder)


@pytest.fixture(
    scope="package",
    params=[
        # One pytest worker for each service.
        pytest.param(kind, marks=pytest.mark.xdist_group(f"stories on {kind}"))
        for kind in KINDS
    ],
)
def house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """`flask serve` on a small community, with a fake Twilio that sends receipts."""
    folder = tmp_path_factory.mktemp("house")
    database = _database(request, folder)
    with open_house(database, folder) as opened:
        yield opened
    database.engine.dispose()


@pytest.fixture(
    scope="package",
    params=[pytest.param(kind, marks=pytest.mark.xdist_group(f"duty on {kind}")) for kind in KINDS],
)
def night_house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """The same with a movable clock that starts at 10:00 of the next Monday."""
    folder = tmp_path_factory.mktemp("night")
    database = _database(request, folder)
    clock = Clock(folder / "clock")
    weekday = clock.now().astimezone(SHENZHEN).weekday()
    clock.to(clock.day(7 - weekday, 10))
    with open_house(database, folder, clock) as opened:
        yield opened
    database.engine.dispose()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A phone's browser in Chinese."""
    context = browser.new_context(viewport=PHONE, locale="zh-CN")  # type: ignore[arg-type]
    yield context.new_page()
    context.close()
