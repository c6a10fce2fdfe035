"""The demo's telephones in a real browser: no axe findings, nothing cut, targets large enough."""

import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.channels.ports import IncomingText
from app.core.clock import utc_now
from app.factory import create_app
from app.usecases.texts.receive_text import handle_text, store_text
from tests import factories
from tests.browsers import PHONE
from tests.databases import Database, copy_sqlite
from tests.pages.stage import serving
from tests.pages.test_pages import WIDE, faults

pytestmark = pytest.mark.xdist_group("browser_pages")

RESIDENT, OTHER = "17409990001", "17409990002"
DESK = {"width": 1280, "height": 800}
TEXTS = ("买药 民乐老村3栋 明天上午", "你好", "帮" * 200, "还要两盒,谢谢")


def texts_came(database: Database) -> None:
    """A telephone that has texted, beside one that has not; others with news are not shown."""
    with database.new_session() as session:
        place = factories.community(session)
        factories.volunteer(session, place)
        factories.coordinator(session, place.here)
        others = [(f"1740999001{number}", "你好") for number in range(4)]
        for number, body in [*((RESIDENT, body) for body in TEXTS), *others]:
            one = IncomingText("console", secrets.token_hex(16), f"+86{number}", body)
            stored = store_text(session, text=one, region="CN", now=utc_now())
            assert stored is not None
            handle_text(session, inbound_id=stored, region="CN", now=utc_now())
            session.commit()


@pytest.fixture(scope="module")
def address(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page with three telephones."""
    database = copy_sqlite(sqlite_template, tmp_path_factory.mktemp("demo"))
    texts_came(database)
    with serving(create_app(replace(database.config, demo=True))) as url:
        yield f"{url}/phones?n={RESIDENT}&n={OTHER}&n=17409990003"
    database.engine.dispose()


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A browser on a phone, and on a desk."""
    context = browser.new_context(viewport=request.param, locale="zh-CN", service_workers="block")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("look", ["lang=zh_Hans", "lang=zh_Hant", "lang=en", "elder=1"])
def test_page_is_for_everybody(page: Page, address: str, look: str) -> None:
    page.goto(f"{address}&{look}")
    assert page.locator(".bubble-mine").count() == len(TEXTS)
    assert page.locator(".phone-news a").count() == 4
    assert faults(page) == []


def test_page_with_text_at_150_percent(page: Page, address: str) -> None:
    page.goto(address)
    page.evaluate("document.documentElement.style.setProperty('font-size', '150%')")
    assert page.evaluate(WIDE) == []


def test_the_newest_text_is_in_view(page: Page, address: str) -> None:
    page.goto(address)
    thread = page.locator(f"#phone-{RESIDENT} .thread").bounding_box()
    newest = page.locator(f"#phone-{RESIDENT} .bubble").last.bounding_box()
    assert thread is not None and newest is not None
    assert newest["y"] + newest["height"] <= thread["y"] + thread["height"] + 1


def test_the_telephone_stays_in_view_when_it_sends(page: Page, address: str) -> None:
    page.goto(f"{address}#phone-{OTHER}")
    field = page.locator(f"#text-{OTHER}")
    expect(field).to_be_in_viewport(ratio=1)
    field.fill("1")
    field.press("Enter")
    expect(page.locator(f"#phone-{OTHER} .bubble-mine")).not_to_have_count(0)
    expect(field).to_be_focused()
    expect(field).to_have_value("")
    expect(field).to_be_in_viewport(ratio=1)
