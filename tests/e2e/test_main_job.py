"""The main job in a real browser: order, verify, dispatch, accept, serve, rate; a whole trail."""

from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from app.dispatch.models import Match
from app.help_requests.models import HelpRequest
from app.hours.models import ServiceRecord
from app.trail.models import Event
from app.trail.verification import verify
from tests import factories
from tests.e2e.house import House
from tests.e2e.phones import Phone
from tests.e2e.reach import log_in
from tests.http.processes import wait_until

CALLER = "17409990001"


def order(page: Page, house: House, need: str) -> str:
    """Orders medicine to the estate's building and returns the code."""
    page.goto(house.url)
    page.click("a.tile:has-text('代买药')")
    page.fill("[name=need]", need)
    page.click("main button[type=submit]")
    page.wait_for_url("**/order/where")
    page.fill("[name=place]", "民乐老村3栋")
    page.fill("[name=door]", "502室")
    page.click("button:has-text('下一步')")
    page.wait_for_url("**/order/when")
    page.click("main button[type=submit]")
    page.wait_for_url("**/order/contact")
    page.fill("[name=phone]", "12")
    page.click("main button[type=submit]")
    # The number is wrong: the page says so, and nothing typed is lost.
    expect(page.locator(".govuk-error-summary")).to_contain_text("手机号码不对")
    page.fill("[name=phone]", CALLER)
    page.click("main button[type=submit]")
    page.wait_for_url("**/order/check*")
    expect(page.locator("main")).to_contain_text(need)
    page.click("main button[type=submit]")
    page.wait_for_url("**/t/*")
    return page.url.split("/t/")[1].split("?")[0]


def test_main_job_from_order_to_rating(house: House, page: Page, browser: Browser) -> None:
    with house.session() as session:
        helper = factories.volunteer(session, house.place, name="林晓")
        chief = factories.coordinator(session, house.place.here)
        helper_phone, chief_phone, helper_id = helper.phone, chief.phone, helper.id
    code = order(page, house, "买一盒降压药")

    def match() -> Match | None:
        with house.session() as session:
            return session.scalar(select(Match).where(Match.person_id == helper_id))

    assert wait_until(lambda: match() is not None, seconds=90)
    other = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    phone = other.new_page()
    log_in(phone, house.url, Phone(house, helper_phone))
    phone.goto(f"{house.url}/v")
    expect(phone.locator("main")).to_contain_text("代买药")
    assert "502室" not in phone.content() and CALLER not in phone.content()
    # A link scanner opens the page: nothing is accepted.
    found = match()
    assert found is not None
    phone.goto(f"{house.url}/v/m/{found.token}")
    assert "502室" not in phone.content()
    phone.click("button:has-text('我去')")
    expect(phone.locator("main")).to_contain_text("502室")
    phone.click("button:has-text('我出发了')")
    page.reload()
    digits = page.locator(".arrival-code").inner_text().strip()
    phone.fill("[name=code]", "0000" if digits != "0000" else "1111")
    phone.click("button:has-text('我到了')")
    expect(phone.locator("main")).to_contain_text("四位数字不对")
    phone.fill("[name=code]", digits)
    phone.click("button:has-text('我到了')")
    phone.click("button:has-text('做完了')")
    expect(phone.locator("main")).not_to_contain_text("502室")
    other.close()

    page.goto(f"{house.url}/t/{code}")
    page.click("label:has-text('5 星')")
    page.click("button:has-text('提交评价')")
    expect(page.locator("main")).to_contain_text("已完成")

    desk = browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN").new_page()
    log_in(desk, house.url, Phone(house, chief_phone))
    with house.session() as session:
        request = session.scalar(select(HelpRequest).where(HelpRequest.code == code))
        assert request is not None and request.state == "closed"
        served = select(ServiceRecord.basis).where(ServiceRecord.person_id == helper_id)
        assert session.scalars(served).all() == ["checked"]
        kinds = set(session.scalars(select(Event.kind).where(Event.request_id == request.id)))
        assert {"help_request.placed", "match.sent", "match.accepted", "match.revealed"} <= kinds
        assert list(verify(session)) == []
        request_id = request.id
    desk.goto(f"{house.url}/c/requests/{request_id}")
    expect(desk.locator(".timeline")).to_contain_text("查看地址和电话")
    desk.context.close()
    # The number was typed into a public form and never confirmed: it got no text at all.
    assert house.twilio.inbox(f"+86{CALLER}") == []


def test_verify_first_waits_for_the_coordinator(house: House, page: Page) -> None:
    with house.session() as session:
        factories.volunteer(session, house.place)
        chief = factories.coordinator(session, house.place.here)
        waiting = factories.request(
            session,
            house.place,
            of=house.place.visit,
            state="submitted",
            next_action_at=None,
            wanted_from=None,
            wanted_to=None,
        )
        chief_phone, request_id = chief.phone, waiting.id
    log_in(page, house.url, Phone(house, chief_phone))
    page.goto(f"{house.url}/c")
    expect(page.locator("#queue")).to_contain_text("待审核")
    page.click(f"#queue a[href$='/c/requests/{request_id}']")
    page.click("button:has-text('审核通过')")
    expect(page.locator("main")).to_contain_text("待派单")
    page.click("button:has-text('问勾选的人')")
    expect(page.locator("main")).to_contain_text("已询问")
    with house.session() as session:
        request = session.get_one(HelpRequest, request_id)
        assert request.state == "matching"
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
