"""A running house for the stories: the real server and scheduler, a provider, a browser.

One house for each database, shared by all stories. Each story has a category of its own, so that
nobody of one story is ever asked in another.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browsers import PHONE
from tests.databases import copy_postgres, copy_sqlite
from tests.stories.house import House, open_house


@pytest.fixture(
    scope="session",
    params=[
        # One worker for each house, where tests run on several.
        pytest.param(kind, marks=pytest.mark.xdist_group(f"stories on {kind}"))
        for kind in ("sqlite", "postgresql")
    ],
)
def house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """`flask serve` on a small community, with a stand-in for Twilio that sends receipts."""
    folder = tmp_path_factory.mktemp("house")
    if request.param == "sqlite":
        database = copy_sqlite(request.getfixturevalue("sqlite_template"), folder)
    else:
        server = request.getfixturevalue("postgres_server")
        database = copy_postgres(server, "template_diandan", folder)
    with open_house(database, folder) as opened:
        yield opened
    database.engine.dispose()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A phone in Chinese."""
    context = browser.new_context(viewport=PHONE, locale="zh-CN")  # type: ignore[arg-type]
    yield context.new_page()
    context.close()
