"""Ordering on an old phone: without JavaScript, from a poster, for family, and found again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from app.areas.models import Place
from app.help_requests.models import HelpRequest
from tests.browsers import PHONE
from tests.databases import Database, copy_sqlite
from tests.pages.stage import Stage, stage

pytestmark = pytest.mark.xdist_group("browser_pages")


@pytest.fixture(scope="module")
def database(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One database is enough: the tests of use cases run on both."""
    made = copy_sqlite(sqlite_template, tmp_path_factory.mktemp("plainly"))
    yield made
    made.engine.dispose()


@pytest.fixture(scope="module")
def house(database: Database) -> Iterator[Stage]:
    with stage(database) as made:
        yield made


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A phone that runs no scripts."""
    context = browser.new_context(viewport=PHONE, locale="zh-CN", java_script_enabled=False)  # type: ignore[arg-type]
    yield context.new_page()
    context.close()


def go_on(page: Page, step: str) -> None:
    page.click("main .action-bar button")
    page.wait_for_url(f"**{step}*")


def test_from_a_poster_for_the_family(page: Page, house: Stage, database: Database) -> None:
    with database.new_session() as session:
        poster = session.scalars(select(Place.public_code).where(Place.kind == "estate")).one()
    page.goto(f"{house.url}/q/{poster}")
    expect(page.locator("main")).to_contain_text("您在 民乐老村")
    expect(page.locator(".call-bar")).to_have_attribute("href", "tel:0755-00000001")
    page.click("a.tile:has-text('代买药')")
    page.fill("[name=need]", " ")
    page.click("main .action-bar button")
    expect(page.locator(".govuk-error-summary")).to_contain_text("请写一句要帮什么忙")
    page.fill("[name=need]", "买一盒降压药")
    go_on(page, "/order/where")
    expect(page.locator("[name=place]")).to_have_value("民乐老村")
    go_on(page, "/order/when")
    go_on(page, "/order/contact")
    page.fill("[name=phone]", "17409990001")
    page.check("[name=for_family]")
    page.click("main .action-bar button")
    expect(page.locator(".govuk-error-message")).to_contain_text("请写家人怎么称呼")
    page.fill("[name=visited_name]", "陈阿姨")
    page.fill("[name=visited_phone]", "12")
    page.click("main .action-bar button")
    expect(page.locator(".govuk-error-summary")).to_contain_text("家人的手机号码不对")
    page.fill("[name=visited_phone]", "17409990002")
    go_on(page, "/order/check")
    go_on(page, "/t/")
    code = page.locator(".code-text").inner_text()
    # The phone remembers the order, and forgets it when asked to.
    page.goto(house.url)
    expect(page.locator(".mine")).to_contain_text(code)
    page.click("button:has-text('不是我的手机')")
    expect(page.locator(".mine")).to_have_count(0)
    page.fill("[name=code]", f" {code[:4].lower()}-{code[4:].lower()}")
    page.click("button:has-text('查看')")
    page.wait_for_url(f"**/t/{code}")
    page.click("a:has-text('不需要了')")
    page.click("button:has-text('是的，取消')")
    expect(page.locator("main")).to_contain_text("已取消")
    with database.new_session() as session:
        made = session.scalars(select(HelpRequest).where(HelpRequest.code == code)).one()
        assert (made.visited_name, made.visited_phone) == ("陈阿姨", "+8617409990002")
        assert made.state == "cancelled" and made.rough_place == "民乐老村"


def test_typed_words_that_mean_several_places_are_asked_back(page: Page, house: Stage) -> None:
    page.goto(f"{house.url}/order/need?category=medicine")
    page.fill("[name=need]", "买一盒降压药")
    go_on(page, "/order/where")
    page.fill("[name=place]", "民乐")
    page.click("main .action-bar button")
    expect(page.locator("legend")).to_contain_text("您说的是哪一个")
    page.check("label:has-text('民乐老村3栋') input")
    go_on(page, "/order/when")


def test_a_code_that_is_none_is_said_so(page: Page, house: Stage) -> None:
    page.goto(house.url)
    page.fill("[name=code]", "12")
    page.click("button:has-text('查看')")
    expect(page.locator("#find")).to_contain_text("没有这样的编号")
