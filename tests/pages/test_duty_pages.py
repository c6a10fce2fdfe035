"""The rota in a real browser: every page by axe and width, the grid by touch, a shift dragged."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from app.core.context import Context
from app.factory import create_app
from app.rotation.models import Shift
from app.usecases.duty.plan.manage_rota import make_rota
from app.usecases.duty.plan.set_layer import set_layer
from app.usecases.duty.shifts.hand_over_duty import Turn, offer_shifts
from tests import factories
from tests.browsers import PHONE
from tests.databases import copy_sqlite
from tests.pages.layout import slips
from tests.pages.stage import Stage, log_in, serving
from tests.pages.test_pages import AXE, RUN_AXE, SMALL, WIDE

pytestmark = pytest.mark.xdist_group("browser_pages")

SHENZHEN = ZoneInfo("Asia/Shanghai")
DESK = {"width": 1280, "height": 800}
PAGES = (
    "/c/duty?rota={rota}",
    "/c/duty?rota={rota}&view=week",
    "/c/duty/shifts/{shift}",
    "/c/duty/{rota}/change",
    "/c/duty/{rota}/layers",
    "/c/duty/{rota}/layers/1",
    "/c/duty/{rota}/fairness",
    "/c/duty/{rota}/terms",
    "/c/duty/new",
    "/c/duty/escalation-policies",
    "/c/duty/escalation-policies/{category}",
    "/c/roster",
    "/c/coverage",
    "/c/plans",
    "/duty",
)
OWN_PAGES = ("/v/duty", "/v/duty/hours", "/v/plans")


def next_monday() -> date:
    """The next Monday, so that a whole week is in the future."""
    today = datetime.now(SHENZHEN).date()
    return today + timedelta(days=7 - today.weekday())


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A rota with a layer of turns and one offered shift."""
    database = copy_sqlite(sqlite_template, tmp_path_factory.mktemp("duty"))
    with serving(create_app(database.config)) as url, database.new_session() as session:
        made, now = Stage(url), datetime.now(UTC)
        place = factories.community(session)
        chief = factories.administrator(session, place.district)
        boss = factories.actor_for(chief, "administrator", place.district)
        people = [
            factories.volunteer(session, place, name=name) for name in ("林晓", "陈静", "周平")
        ]
        rota = make_rota(Context(session, boss, now), area_id=place.here.id, name="民乐值班")
        pattern = {"kind": "every", "hours": 24, "starts": "2026-03-02T08:00"}
        set_layer(
            Context(session, boss, now),
            rota_id=rota,
            number=2,
            kind="rotation",
            pattern=pattern,
            people=[people[1].id],
        )
        # Somebody of the rota who is free whenever the plan begins.
        set_layer(
            Context(session, boss, now),
            rota_id=rota,
            number=3,
            kind="rotation",
            pattern=pattern | {"starts": "2099-01-05T08:00"},
            people=[people[2].id],
        )
        start = datetime.combine(next_monday(), time(12), tzinfo=SHENZHEN).astimezone(UTC)
        turn = Turn(people[0].id, start, start + timedelta(hours=4))
        offer_shifts(Context(session, boss, now), rota_id=rota, turns=(turn,))
        shift = session.scalars(select(Shift.id).where(Shift.layer == 1)).one()
        made.cookies = {
            "chief": {"diandan": log_in(session, chief, now)},
            "volunteer": {"diandan": log_in(session, people[0], now)},
        }
        made.paths = {
            "rota": str(rota),
            "shift": str(shift),
            "category": str(place.medicine.id),
        }
        session.commit()
        session.close()
        yield made
    database.engine.dispose()


def opened(browser: Browser, house: Stage, who: str, **looks: object) -> Page:
    context = browser.new_context(locale="zh-CN", service_workers="block", **looks)  # type: ignore[arg-type]
    cookies = house.cookies[who]
    context.add_cookies([{"name": k, "value": v, "url": house.url} for k, v in cookies.items()])
    return context.new_page()


@pytest.fixture(scope="module")
def office(browser: Browser, house: Stage) -> Iterator[Page]:
    page = opened(browser, house, "chief", viewport=PHONE)
    yield page
    page.context.close()


@pytest.mark.parametrize("path", PAGES)
def test_page_is_for_everybody(office: Page, house: Stage, path: str) -> None:
    office.set_viewport_size(PHONE)  # type: ignore[arg-type]
    answer = office.goto(house.url + path.format(**house.paths))
    assert answer is not None and answer.status == 200
    office.evaluate(AXE.read_text())
    found = [*office.evaluate(RUN_AXE), *office.evaluate(WIDE), *office.evaluate(SMALL)]
    assert [*found, *slips(office)] == []
    office.set_viewport_size(DESK)  # type: ignore[arg-type]
    assert [*office.evaluate(RUN_AXE), *office.evaluate(WIDE), *slips(office)] == []


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("path", OWN_PAGES)
def test_own_page_is_for_everybody(
    browser: Browser, house: Stage, path: str, size: dict[str, int]
) -> None:
    page = opened(browser, house, "volunteer", viewport=size)
    page.goto(f"{house.url}{path}")
    page.evaluate(AXE.read_text())
    assert [*page.evaluate(RUN_AXE), *page.evaluate(WIDE), *slips(page)] == []
    page.context.close()


def test_hours_by_keyboard(browser: Browser, house: Stage) -> None:
    """Space marks an hour, arrows go to the next one and to the next day."""
    page = opened(browser, house, "volunteer", viewport=DESK)
    page.goto(f"{house.url}/v/duty/hours")
    page.locator("[name=h]:checked").evaluate_all("all => all.forEach((one) => one.click())")
    page.locator("[name=h][value='9']").focus()
    for key in ("Space", "ArrowDown", "Space", "ArrowRight", "Space"):
        page.keyboard.press(key)
    marked = page.locator("[name=h]:checked").evaluate_all("all => all.map((one) => +one.value)")
    assert sorted(marked) == [9, 10, 24 + 10]
    page.context.close()


def test_hours_by_one_finger(browser: Browser, house: Stage) -> None:
    page = opened(browser, house, "volunteer", viewport=PHONE, has_touch=True)
    page.goto(f"{house.url}/v/duty/hours")
    box = page.locator("[name=h]").nth(0)
    box.scroll_into_view_if_needed()
    box.tap()
    expect(page.locator("[data-hours-sum]")).to_have_text("一周一共 1 小时")
    # A stroke to the side: the next row from Monday to Friday.
    finger = page.context.new_cdp_session(page)
    cells = [page.locator(f"[name=h][value='{24 * day + 1}']").bounding_box() for day in range(5)]
    points = [
        {"x": cell["x"] + cell["width"] / 2, "y": cell["y"] + cell["height"] / 2}
        for cell in cells
        if cell is not None
    ]
    touch = "Input.dispatchTouchEvent"
    finger.send(touch, {"type": "touchStart", "touchPoints": [points[0]]})
    for point in points[1:]:
        finger.send(touch, {"type": "touchMove", "touchPoints": [point]})
    finger.send(touch, {"type": "touchEnd", "touchPoints": []})
    expect(page.locator("[data-hours-sum]")).to_have_text("一周一共 6 小时")
    page.click("th [aria-label='整个周日']")
    page.click(".action-bar button")
    expect(page.locator(".notice-good")).to_contain_text("已保存")
    marked = page.locator("[name=h]:checked").evaluate_all("all => all.map((one) => +one.value)")
    row = [24 * day + 1 for day in range(5)]
    assert sorted(marked) == sorted({0, *row, *range(6 * 24, 7 * 24)})
    page.context.close()


def drop_on(page: Page, shift: str, name: str) -> None:
    """Drops the shift on a name beside the calendar."""
    person = page.locator(".duty-people [data-person]", has_text=name)
    page.locator(f"[data-shift='{shift}']").drag_to(person)


def test_a_shift_is_dragged_to_anybody_of_the_rota(browser: Browser, house: Stage) -> None:
    """Also to somebody without duty in the period; on its own person it is let go."""
    page = opened(browser, house, "chief", viewport={"width": 1280, "height": 1600})
    page.goto(f"{house.url}/c/duty?rota={house.paths['rota']}&view=week&at={next_monday()}")
    names = page.locator(".duty-people [data-person]")
    expect(names).to_have_count(3)
    shift = house.paths["shift"]
    drop_on(page, shift, "林晓")
    expect(page.locator("#duty-ask")).to_be_hidden()
    drop_on(page, shift, "周平")
    expect(page.locator("#duty-ask-what")).to_contain_text("交给周平")
    expect(page.locator("#duty-ask [data-against]")).to_contain_text("要注意：")
    page.click("#duty-ask [data-close]")
    expect(page.locator("#duty-ask")).to_be_hidden()
    page.context.close()


def test_a_shift_is_dragged_to_another_day(browser: Browser, house: Stage) -> None:
    # High enough for the whole week: nothing scrolls during a drag.
    page = opened(browser, house, "chief", viewport={"width": 1280, "height": 1600})
    page.goto(f"{house.url}/c/duty?rota={house.paths['rota']}&view=week&at={next_monday()}")
    shift = page.locator(f"[data-shift='{house.paths['shift']}']")
    sunday = page.locator(f"[data-day='{next_monday() + timedelta(days=6)}']")
    shift.drag_to(sunday)
    # From when to when it is, and back to where the coordinator was.
    expect(page.locator("#duty-ask-what")).to_contain_text("12:00–16:00")
    expect(page.locator("#duty-ask-what")).to_contain_text("林晓")
    page.click("text=就这么改")
    expect(page.locator(".notice-good")).to_contain_text("同意了才算")
    assert f"view=week&at={next_monday()}" in page.url
    page.context.close()


def test_a_shift_changes_hands_by_keyboard(browser: Browser, house: Stage) -> None:
    """The keyboard alternative to dragging is on the shift's page."""
    page = opened(browser, house, "chief", viewport=DESK)
    page.goto(f"{house.url}/c/duty?rota={house.paths['rota']}&view=week&at={next_monday()}")
    page.locator("[data-shift]", has_text="林晓").first.focus()
    page.keyboard.press("Enter")
    page.locator(".swap-list button").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".notice-good")).to_contain_text("同意了才算")
    page.context.close()


# How many rows what can be tapped in the head of a page takes: a row begins below the one before.
HEAD_ROWS = """() => [...document.querySelectorAll(".bar a, .bar button, .nav a, .nav button")]
  .map((e) => e.getBoundingClientRect())
  .sort((a, b) => a.top - b.top)
  .reduce(([rows, end], { top, bottom }) => top < end - 2 ? [rows, end] : [rows + 1, bottom],
    [0, -1])[0]"""


def test_the_head_of_a_page_takes_two_rows_of_a_phone(browser: Browser, house: Stage) -> None:
    """What does not fit is reached by a stroke or by the keyboard, and the current page is seen."""
    page = opened(browser, house, "chief", viewport=PHONE)
    for path in ("/c", "/c/lab", "/a"):
        page.goto(house.url + path)
        assert page.evaluate(HEAD_ROWS) <= 2
        expect(page.locator(".nav [aria-current]")).to_be_in_viewport(ratio=0.9)
    page.goto(f"{house.url}/c")
    leave = page.get_by_role("button", name="退出")
    page.locator(".nav a").last.focus()
    page.keyboard.press("Tab")
    expect(leave).to_be_focused()
    expect(leave).to_be_in_viewport(ratio=0.9)
    page.context.close()
