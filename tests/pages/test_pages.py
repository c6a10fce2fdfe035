"""Pages of residents and volunteers: no axe findings, nothing cut, targets large enough."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browsers import PHONE
from tests.databases import copy_sqlite
from tests.pages.stage import MATCHED, TRACKED, Stage, stage

pytestmark = pytest.mark.xdist_group("browser_pages")

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RUN_AXE = """async () => {
  const found = await axe.run(document, { resultTypes: ["violations"] });
  return found.violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 160)}`));
}"""
# Tap targets. A link in a sentence is as high as its line; a checkbox counts with its label, a
# title with its whole card.
SMALL = """() => {
  const aim = "a[href], button, summary, select, textarea, input:not([type=hidden])";
  // What nobody sees is for programs.
  const apart = ".leaflet-container *, .govuk-skip-link, [aria-hidden=true] *";
  const around = (e) => [
    e,
    e.closest(".card-title")?.closest(".card"),
    e.matches("input") && (e.closest("label") || document.querySelector(`label[for="${e.id}"]`)),
  ].filter(Boolean);
  const high = (e) => Math.max(...around(e).map((one) => one.getBoundingClientRect().height));
  const words = (e) => e.innerText.trim().length;
  const inSentence = (e) => e.matches("p a, li a") && getComputedStyle(e).display === "inline"
    && words(e.closest("p, li")) > words(e) + 6;
  const shown = (e) => e.checkVisibility({ visibilityProperty: true }) && e.getClientRects().length;
  return [...document.querySelectorAll(aim)]
    .filter((e) => shown(e) && !e.matches(apart) && !inSentence(e))
    .filter((e) => high(e) < (e.matches(".button:not(.button-small)") ? 59 : 43.5))
    .map((e) => `${Math.round(high(e))} px: ${e.outerHTML.slice(0, 140)}`);
}"""
WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll("body *")]
    .filter((e) => e.getBoundingClientRect().right > width + 1)
    .map((e) => e.outerHTML.slice(0, 120));
}"""

OPEN_PAGES = {
    "home": "/",
    "points": "/points",
    "watch": "/duty",
    "need": "/order/need",
    "need of a kind": "/order/need?category=medicine",
    "where": "/order/where",
    "when": "/order/when",
    "contact": "/order/contact",
    "check": "/order/check",
    "log in": "/login",
    "join": "/join",
    "nothing": "/no-such-page",
}
OWN_PAGES = {
    "tasks": "/v",
    "offer": "/v/offer",
    "duty": "/v/duty",
    "hours": "/v/duty/hours",
    "calendar": "/v/duty/calendar",
    "emergencies": "/v/plans",
    "done": "/v/done",
    "devices": "/devices",
    "reminders": "/alerts",
}
LOOKS = ("", "elder=1", "lang=zh_Hant", "lang=en")


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One database is enough: pages look the same on both."""
    database = copy_sqlite(sqlite_template, tmp_path_factory.mktemp("faces"))
    with stage(database) as made:
        made.paths |= OPEN_PAGES | OWN_PAGES
        yield made
    database.engine.dispose()


def visit(browser: Browser, house: Stage, who: str) -> BrowserContext:
    """A phone of a visitor."""
    context = browser.new_context(viewport=PHONE, locale="zh-CN", service_workers="block")  # type: ignore[arg-type]
    context.add_cookies(
        [{"name": k, "value": v, "url": house.url} for k, v in house.cookies[who].items()]
    )
    return context


@pytest.fixture(scope="module")
def phones(browser: Browser, house: Stage) -> Iterator[dict[str, Page]]:
    """One open page for each kind of visitor."""
    contexts = {
        who: visit(browser, house, who) for who in ("resident", "volunteer", "idle", "newcomer")
    }
    yield {who: context.new_page() for who, context in contexts.items()}
    for context in contexts.values():
        context.close()


def faults(page: Page) -> list[Any]:
    """Findings of axe, overflowing elements, too small tap targets."""
    page.evaluate(AXE.read_text())
    found: list[Any] = page.evaluate(RUN_AXE)
    return [*found, *page.evaluate(WIDE), *page.evaluate(SMALL)]


def go(page: Page, address: str) -> None:
    """Opens a page and checks that it exists."""
    answer = page.goto(address)
    assert answer is not None and answer.status in (200, 404), answer


def who_sees(name: str) -> str:
    return "volunteer" if name in OWN_PAGES or name.startswith("match") else "resident"


EVERY = (
    *OPEN_PAGES,
    *OWN_PAGES,
    "cancel",
    *(f"track {state}" for state in TRACKED),
    *(f"match {state}" for state, *_ in MATCHED),
)


@pytest.mark.parametrize("name", EVERY)
def test_page_is_for_everybody(phones: dict[str, Page], house: Stage, name: str) -> None:
    page = phones[who_sees(name)]
    go(page, house.url + house.paths[name])
    assert faults(page) == []


@pytest.mark.parametrize("look", LOOKS[1:])
@pytest.mark.parametrize(
    "name", ["home", "where", "contact", "track assigned", "match accepted", "reminders"]
)
def test_page_in_other_looks(phones: dict[str, Page], house: Stage, name: str, look: str) -> None:
    page = phones[who_sees(name)]
    path = house.paths[name]
    go(page, f"{house.url}{path}{'&' if '?' in path else '?'}{look}")
    assert faults(page) == []
    page.goto(f"{house.url}{path}?elder=0&lang=zh_Hans")


@pytest.mark.parametrize(
    "name", ["home", "need", "where", "track assigned", "match accepted", "match sent"]
)
def test_page_with_text_at_150_percent(phones: dict[str, Page], house: Stage, name: str) -> None:
    page = phones[who_sees(name)]
    go(page, house.url + house.paths[name])
    page.evaluate("document.documentElement.style.setProperty('font-size', '150%')")
    assert page.evaluate(WIDE) == []


def test_errors_stand_at_their_fields(phones: dict[str, Page], house: Stage) -> None:
    page = phones["resident"]
    page.goto(f"{house.url}/order/need")
    page.fill("[name=need]", " ")
    page.click("main button[type=submit]")
    assert page.locator(".govuk-error-message").count() >= 1
    assert faults(page) == []


def test_a_volunteer_without_anything_to_do(phones: dict[str, Page], house: Stage) -> None:
    page = phones["idle"]
    page.goto(f"{house.url}/v")
    assert page.locator(".empty").count() == 1
    assert faults(page) == []


def test_a_newcomer_is_told_to_wait(phones: dict[str, Page], house: Stage) -> None:
    page = phones["newcomer"]
    go(page, f"{house.url}/login")
    assert "调度员看过以后" in page.inner_text("main")
    assert faults(page) == []


def test_code_page_says_the_same_to_everybody(phones: dict[str, Page], house: Stage) -> None:
    page = phones["resident"]
    go(page, f"{house.url}/login")
    page.fill("[name=phone]", "17409990009")
    page.click("main .action-bar button")
    page.fill("[name=code]", "000000")
    assert faults(page) == []
    page.click("main .action-bar button")
    assert "验证码不对或已过期" in page.inner_text(".govuk-error-summary")
    assert faults(page) == []


def test_worker_keeps_no_page(browser: Browser, house: Stage) -> None:
    context = browser.new_context(viewport=PHONE, locale="zh-CN")  # type: ignore[arg-type]
    page = context.new_page()
    go(page, house.url)
    page.evaluate("navigator.serviceWorker.ready")
    for path in (house.paths["track open"], "/"):
        go(page, house.url + path)
    kept = page.evaluate(
        "async () => (await (await caches.open('static')).keys())"
        ".map((request) => new URL(request.url).pathname)"
    )
    context.close()
    assert kept and all(path.startswith("/static/") for path in kept)
