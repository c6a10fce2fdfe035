"""Words of danger typed on a phone: the numbers to call appear above the form at once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsers import PHONE
from tests.databases import Database, copy_sqlite
from tests.pages.stage import Stage, stage

pytestmark = pytest.mark.xdist_group("browser_pages")
CALL = "main .call-bar"


@pytest.fixture(scope="module")
def database(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    made = copy_sqlite(sqlite_template, tmp_path_factory.mktemp("danger"))
    yield made
    made.engine.dispose()


@pytest.fixture(scope="module")
def house(database: Database) -> Iterator[Stage]:
    with stage(database) as made:
        yield made


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, locale="zh-CN")  # type: ignore[arg-type]
    yield context.new_page()
    context.close()


def test_numbers_appear_while_typing_and_stay_until_the_order_is_placed(
    page: Page, house: Stage
) -> None:
    page.goto(f"{house.url}/order/need?category=medicine")
    expect(page.locator(CALL)).to_have_count(0)
    page.fill("[name=need]", "老人摔倒了")
    call = page.locator(CALL)
    expect(call).to_have_attribute("href", "tel:120")
    expect(page.locator("main [role=alert]")).to_contain_text("有危险，请马上打电话")
    box = call.bounding_box()
    assert box is not None and box["height"] >= 48 and box["width"] >= 300
    # Nothing is wider than the phone, and the form is still there.
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.input_value("[name=need]") == "老人摔倒了"
    page.fill("[name=need]", "买一盒降压药")
    expect(page.locator(CALL)).to_have_count(0)
    page.fill("[name=need]", "厨房着火了")
    expect(call).to_have_attribute("href", "tel:119")
    page.click("main .action-bar button")
    page.wait_for_url("**/order/where*")
    expect(call).to_have_attribute("href", "tel:119")
