"""The demo's telephones in a real browser: one orders, another is asked and says yes."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import factories
from tests.databases import copy_sqlite
from tests.e2e.reach import answers
from tests.http.processes import flask_process, free_port, wait_until

pytestmark = pytest.mark.xdist_group("browser_pages")

RESIDENT = "17409990001"
ASKED = re.compile(r"回 1 (\d\d)")


@pytest.fixture(scope="module")
def demo(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str]]:
    """A running service without a provider: its address, and the number of its only volunteer."""
    folder = tmp_path_factory.mktemp("demo")
    database = copy_sqlite(sqlite_template, folder)
    with database.new_session() as session:
        place = factories.community(session)
        number = factories.volunteer(session, place, name="林晓").phone.removeprefix("+86")
        factories.coordinator(session, place.here)
    port, log = free_port(), folder / "serve.log"
    settings = {**database.environment, "DEMO": "1", "PORT": str(port)}
    url = f"http://127.0.0.1:{port}"
    with flask_process(["serve"], settings, log):
        assert wait_until(lambda: answers(url), seconds=90), log.read_text()
        yield url, number
    database.engine.dispose()


@pytest.fixture
def desk(browser: Browser) -> Iterator[Page]:
    """A browser that is wide enough for three telephones."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
    yield context.new_page()
    context.close()


def text(page: Page, number: str, words: str) -> None:
    """Types into a telephone, and sends."""
    page.fill(f"#text-{number}", words)
    page.press(f"#text-{number}", "Enter")


def test_one_orders_and_another_is_asked(demo: tuple[str, str], desk: Page) -> None:
    url, volunteer = demo
    desk.goto(f"{url}/phones")
    mine, theirs = desk.locator(f"#phone-{RESIDENT}"), desk.locator(f"#phone-{volunteer}")
    text(desk, RESIDENT, "买药 民乐老村3栋 一小时后")
    expect(mine.locator(".bubble-read")).to_contain_text("下单")
    expect(mine).to_contain_text("记下了")
    # The field is empty again, and one may go on typing.
    expect(desk.locator(f"#text-{RESIDENT}")).to_have_value("")
    expect(desk.locator(f"#text-{RESIDENT}")).to_be_focused()
    # What leaves by SMS arrives there by itself.
    expect(theirs).to_contain_text(ASKED, timeout=60_000)
    number = ASKED.search(theirs.inner_text())
    assert number is not None
    text(desk, volunteer, f"1 {number[1]}")
    expect(theirs.locator(".bubble-read")).to_contain_text("接了单")
    expect(theirs).to_contain_text("接单成功", timeout=60_000)
    expect(mine).to_contain_text("志愿者已接单", timeout=60_000)


def test_it_works_without_scripts(browser: Browser, demo: tuple[str, str]) -> None:
    url, _ = demo
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{url}/phones?n=17409990002&n=17409990003")
    text(page, "17409990003", "你好")
    expect(page.locator("#phone-17409990003 .bubble-read")).to_contain_text("打招呼")
    expect(page.locator(".phone")).to_have_count(2)
    context.close()
