"""Duty in a real browser: on duty with one tap, hours marked by touch, a month built and
published, a shift given away and taken, and what everybody sees of it."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsers import PHONE
from tests.e2e.house import House
from tests.e2e.phones import Phone
from tests.e2e.quarter import Quarter, move_in
from tests.e2e.reach import log_in

DESK = {"width": 1280, "height": 800}
Opens = Callable[..., Page]


@pytest.fixture
def opens(browser: Browser, night_house: House) -> Iterator[Opens]:
    """Opens a browser for somebody, logged in if they have a phone."""
    contexts = []

    def opened(phone: Phone | None, size: dict[str, int] = PHONE) -> Page:
        context = browser.new_context(
            viewport=size,  # type: ignore[arg-type]
            locale="zh-CN",
            has_touch=size is PHONE,
            service_workers="block",
        )
        contexts.append(context)
        page = context.new_page()
        if phone is not None:
            log_in(page, night_house.url, phone)
        return page

    yield opened
    for context in contexts:
        context.close()


def fits(page: Page) -> None:
    """Nothing is wider than the screen."""
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, (page.url, wide)


def ready(house: House, name: str, code: str) -> Quarter:
    """A quarter, with the clock in the middle of a day."""
    assert house.clock is not None
    house.clock.to(house.clock.day(1, 10))
    return move_in(house, name, code)


def test_on_duty_with_one_tap(night_house: House, opens: Opens) -> None:
    quarter = ready(night_house, "玉翠", "440341")
    _, phone = quarter.volunteer("林晓")
    public = opens(None)
    public.goto(f"{night_house.url}/duty?area={quarter.here.id}")
    expect(public.locator("h1")).to_contain_text("现在没有志愿者值班")
    mine = opens(phone)
    mine.goto(f"{night_house.url}/v/duty")
    fits(mine)
    mine.tap("button:has-text('2 小时')")
    expect(mine.locator(".cards")).to_contain_text("您正在值班")
    public.reload()
    expect(public.locator("h1")).to_contain_text("现在有志愿者值班")
    expect(public.locator("main")).not_to_contain_text("林晓")
    fits(public)
    office = opens(quarter.chief, DESK)
    office.goto(f"{night_house.url}/c/duty?rota={quarter.rota_id}")
    expect(office.locator(".duty-now")).to_contain_text("林晓")
    fits(office)
    mine.tap("button:has-text('现在下班')")
    expect(mine.locator("main")).to_contain_text("现在有空吗")
    public.reload()
    expect(public.locator("h1")).to_contain_text("现在没有志愿者值班")


def mark_whole_days(page: Page, house: House) -> None:
    """Marks days by their names and by one stroke of a finger, and saves."""
    page.goto(f"{house.url}/v/duty/hours")
    for day in ("周一", "周二", "周三", "周四", "周五"):
        page.tap(f"th [aria-label='整个{day}']")
    expect(page.locator("[data-hours-sum]")).to_have_text("一周一共 120 小时")
    page.locator("[name=h][value='120']").tap()
    expect(page.locator("[data-hours-sum]")).to_have_text("一周一共 121 小时")
    page.tap(".action-bar button")
    expect(page.locator(".notice-good")).to_contain_text("已保存")
    fits(page)


def test_a_fortnight_is_built_published_and_agreed_to(night_house: House, opens: Opens) -> None:
    quarter = ready(night_house, "龙塘", "440342")
    phones = [quarter.volunteer(name)[1] for name in ("陈静", "何涛", "孙悦")]
    pages = [opens(phone) for phone in phones]
    for page in pages:
        mark_whole_days(page, night_house)
    office = opens(quarter.chief, DESK)
    office.goto(f"{night_house.url}/c/duty?rota={quarter.rota_id}")
    expect(office.locator("#soon + *")).to_be_visible()
    office.click("a:has-text('自动排一个月的班')")
    office.select_option("[name=rota]", str(quarter.rota_id))
    office.select_option("[name=period]", label="明天起两个星期")
    office.click("summary:has-text('一班多长')")
    office.select_option("[name=backup]", "0")
    office.click("main button[type=submit]")
    # It is being built, and the page refreshes itself.
    expect(office.locator("h2:has-text('缺人的时间')")).to_be_visible(timeout=60_000)
    expect(office.locator("main")).to_contain_text("没有人报名这个时间")
    fits(office)
    office.click("button:has-text('发布，去问各人')")
    expect(office.locator(".notice-good")).to_contain_text("本人同意了才算")
    for phone in phones:
        phone.gets("个班次请您确认")
    mine = pages[0]
    mine.goto(f"{night_house.url}/v/duty")
    fits(mine)
    asked = mine.locator("button:has-text('可以值班')")
    before = asked.count()
    asked.first.tap()
    expect(asked).to_have_count(before - 1)
    expect(mine.locator(".cards")).to_contain_text("已同意")
    office.goto(f"{night_house.url}/c/duty?rota={quarter.rota_id}&view=week")
    expect(office.locator(".duty-sheet")).to_contain_text("还没同意")
    office.goto(f"{night_house.url}/c/duty/{quarter.rota_id}/fairness?period=coming")
    expect(office.locator(".fair")).to_contain_text("陈静")
    fits(office)


def test_given_away_and_taken(night_house: House, opens: Opens) -> None:
    quarter = ready(night_house, "浪口", "440343")
    (giver, giving), (taker, taking) = quarter.volunteer("赵兰"), quarter.volunteer("钱海")
    start = quarter.clock.day(3, 14)
    quarter.on_duty(giver, start, 4)
    # People who were on duty here lately may be asked.
    quarter.on_duty(taker, quarter.clock.day(1, 14), 2)
    mine = opens(giving)
    mine.goto(f"{night_house.url}/v/duty")
    mine.tap("button:has-text('请别人值')")
    expect(mine.locator(".cards")).to_contain_text("正在找人替")
    taking.gets("需要人替班")
    theirs = opens(taking)
    theirs.goto(f"{night_house.url}/v/duty")
    fits(theirs)
    theirs.tap("button:has-text('我来值')")
    expect(theirs.locator("main")).not_to_contain_text("有人需要替班")
    assert theirs.locator(".cards li:has-text('已同意')").count() == 2
    giving.gets("已有人替您")
    mine.reload()
    expect(mine.locator("main")).to_contain_text("现在有空吗")
    expect(mine.locator("main")).not_to_contain_text("已同意")
    office = opens(quarter.chief, DESK)
    office.goto(f"{night_house.url}/c/duty?rota={quarter.rota_id}")
    expect(office.locator(".waits")).to_contain_text("赵兰 → 钱海")
    quarter.clock.to(start - timedelta(minutes=50))
    taking.gets("开始，谢谢您")
    assert not [body for body in giving.inbox() if "提醒" in body]
