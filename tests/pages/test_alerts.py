"""Push reminders in a real browser: the button, the service worker, a notification, a tap.

Chromium's own `subscribe` calls Google's network, which tests must not. So the page gets a
subscription at the fake push service, and what is posted there, decrypted, is handed to Chromium as
its push service would: from there on everything is real. A tap that opens a window cannot be
driven; the test sends the worker the tap and asks which page it would open.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Worker, expect
from sqlalchemy.orm import Session

from app.core.clock import utc_now
from app.factory import create_app
from app.people.models import Person
from config import read_config
from tests import factories
from tests.browsers import PHONE
from tests.databases import Database, copy_sqlite
from tests.fakes.push import Browser as Subscribed
from tests.fakes.push import PushService
from tests.pages.stage import log_in, serving
from tests.pages.test_pages import faults
from tests.usecases.asking import wave
from tests.usecases.devices import Postman

pytestmark = pytest.mark.xdist_group("browser_pages")

ANDROID = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"
WECHAT = "Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile MicroMessenger/8.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1"
# Looks at what is shown, 25 milliseconds apart: half a minute on a busy machine.
TRIES = 1200
DELIVERIES = 4
NO_PUSH = "delete window.PushManager"
# Replaces only `subscribe`, by a subscription at the fake; the rest of the page is real.
GIVES = """(given) => {
  const made = { ...given, options: { applicationServerKey: null }, toJSON: () => given,
    unsubscribe: async () => { sessionStorage.removeItem("given"); return true; } };
  PushManager.prototype.subscribe = async (asked) => {
    if (asked.applicationServerKey.length !== 65 || !asked.userVisibleOnly) throw new Error();
    sessionStorage.setItem("given", "1");
    return made;
  };
  PushManager.prototype.getSubscription = async () =>
    sessionStorage.getItem("given") ? made : null;
}"""
SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications())
  .map(({ title, body, tag, data, timestamp }) => ({ title, body, tag, data, timestamp }))"""
STATE = "async () => (await navigator.serviceWorker.ready).active.state"
TAP = """async () => {
  let opened = null;
  self.clients.openWindow = async (href) => { opened = href; };
  const [one] = await self.registration.getNotifications();
  const event = new NotificationEvent("notificationclick", { notification: one });
  self.dispatchEvent(event);
  return opened;
}"""


@dataclass
class Town:
    """The server, its database, the push service, a volunteer with an ask to come."""

    url: str
    database: Database
    service: PushService
    place: factories.Community
    who: Person
    session: Session

    def visit(self, browser: Browser, **more: Any) -> BrowserContext:
        """Opens the volunteer's phone."""
        more = {"user_agent": ANDROID, **more}
        context = browser.new_context(viewport=PHONE, locale="zh-CN", **more)  # type: ignore[arg-type]
        cookie = log_in(self.session, self.who, utc_now())
        self.session.commit()
        context.add_cookies([{"name": "diandan", "value": cookie, "url": self.url}])
        return context


@pytest.fixture
def town(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    database = copy_sqlite(sqlite_template, tmp_path)
    with PushService(tmp_path) as service:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(service.certificate))
        config = read_config({**database.environment, "PUSH_HOSTS": service.host})
        with serving(create_app(config)) as url, database.new_session() as session:
            place = factories.community(session)
            who = factories.volunteer(session, place, categories=[place.medicine])
            session.commit()
            yield Town(url, database, service, place, who, session)
        assert service.complaints == []
    database.engine.dispose()


@pytest.fixture
def phone(browser: Browser, town: Town) -> Iterator[Page]:
    context = town.visit(browser, permissions=["notifications"])
    yield context.new_page()
    context.close()


def given(page: Page, town: Town) -> Subscribed:
    """Makes `subscribe` return a subscription at the fake."""
    made = town.service.subscribed()
    page.add_init_script(f"({GIVES})({json.dumps(made.subscription)})")
    return made


def switch_on(page: Page, town: Town) -> None:
    page.goto(f"{town.url}/v")
    page.get_by_role("link", name="让手机响一下提醒我").click()
    assert faults(page) == []
    page.get_by_role("button", name="在这台手机上收提醒").click()
    expect(page.get_by_text("这台手机会收到提醒").first).to_be_visible()


def arrives(page: Page, told: dict[str, Any]) -> None:
    """Delivers a push to Chromium as its push service would: again, until the worker has it.

    Chromium drops a push, and tells nobody, when a busy machine starts the worker too late.
    """
    cdp = page.context.new_cdp_session(page)
    found: list[str] = []
    cdp.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(one["registrationId"] for one in event["registrations"]),
    )
    cdp.send("ServiceWorker.enable")
    while not found or page.evaluate(STATE) != "activated":
        page.wait_for_timeout(20)
    origin = page.evaluate("location.origin + '/'")
    message = {"origin": origin, "registrationId": found[0], "data": json.dumps(told)}
    before = _shown_at(page, told)
    for _ in range(DELIVERIES):
        cdp.send("ServiceWorker.deliverPushMessage", message)
        for _ in range(TRIES // DELIVERIES):
            if _shown_at(page, told) > before:
                return
            page.wait_for_timeout(25)
    raise AssertionError(f"the worker never had {told}")


def _shown_at(page: Page, told: dict[str, Any]) -> float:
    """When the notification of this push was last shown (milliseconds); 0 if it never was."""
    found: list[dict[str, Any]] = page.evaluate(SHOWN)
    return max((one["timestamp"] for one in found if one["data"]["id"] == told["id"]), default=0)


def shown(page: Page, title: str) -> list[dict[str, Any]]:
    """The notifications shown, once `title` is among them."""
    for _ in range(TRIES):
        found: list[dict[str, Any]] = page.evaluate(SHOWN)
        if title in [one["title"] for one in found]:
            return found
        page.wait_for_timeout(25)
    raise AssertionError(f"{title} is not among {found}")


def shown_again(page: Page, earlier: dict[str, Any]) -> list[dict[str, Any]]:
    """The notifications shown, once the worker has replaced `earlier` by a later one.

    The worker handles pushes after `arrives` returns: a late one would be shown after the tap that
    closes the other.
    """
    for _ in range(TRIES):
        found = shown(page, earlier["title"])
        if all(one["timestamp"] > earlier["timestamp"] for one in found):
            return found
        page.wait_for_timeout(25)
    raise AssertionError(f"nothing came after {earlier}")


def is_empty(page: Page) -> bool:
    """Whether all notifications disappear: Chromium removes a closed one with a delay."""
    for _ in range(TRIES):
        if page.evaluate(SHOWN) == []:
            return True
        page.wait_for_timeout(25)
    return False


def worker_of(page: Page) -> Worker:
    workers = page.context.service_workers
    return workers[0] if workers else page.context.wait_for_event("serviceworker")


def test_one_tap_then_an_ask_rings_and_opens(phone: Page, town: Town) -> None:
    subscribed = given(phone, town)
    switch_on(phone, town)
    assert faults(phone) == []
    request = factories.request(town.session, town.place, wanted_from=None, wanted_to=None)
    wave(town.session, request, now=utc_now())
    postman = Postman(town.session, town.service)
    postman.deliver(utc_now())
    (push,) = subscribed.pushes
    arrives(phone, push.told)
    (first,) = shown(phone, "附近有人需要帮忙")
    # The same again, because its answer was lost: it is shown once.
    arrives(phone, push.told)
    (one,) = shown_again(phone, first)
    assert one["tag"].startswith("match:") and "点开看看" in one["body"]
    opened = worker_of(phone).evaluate(TAP)
    assert opened == f"{town.url}{push.told['link']}"
    assert is_empty(phone)
    phone.goto(opened)
    expect(phone.get_by_role("button", name="我去")).to_be_visible()


def test_a_later_one_takes_the_place_of_the_earlier(phone: Page, town: Town) -> None:
    given(phone, town)
    switch_on(phone, town)
    base = {"body": "x", "tag": "match:7", "link": "/v", "lang": "zh-CN", "rings": False}
    arrives(phone, {**base, "id": "a", "title": "附近有人需要帮忙"})
    shown(phone, "附近有人需要帮忙")
    arrives(phone, {**base, "id": "b", "title": "已有人接了，谢谢您"})
    assert [one["title"] for one in shown(phone, "已有人接了，谢谢您")] == ["已有人接了，谢谢您"]
    # No push can lead to another site.
    arrives(phone, {**base, "id": "c", "title": "去别处", "link": "https://evil.example/"})
    shown(phone, "去别处")
    assert worker_of(phone).evaluate(TAP) is None


def test_switched_off_and_on_again(phone: Page, town: Town) -> None:
    given(phone, town)
    switch_on(phone, town)
    phone.get_by_role("button", name="停用").click()
    expect(phone.get_by_text("已停用，短信照样会发给您")).to_be_visible()
    assert phone.evaluate("sessionStorage.getItem('given')") is None
    expect(phone.get_by_role("button", name="在这台手机上收提醒")).to_be_visible()


@pytest.mark.parametrize(
    ("agent", "script", "allowed", "words"),
    [
        (WECHAT, "", True, "微信里收不到提醒"),
        (IPHONE, NO_PUSH, True, "苹果手机要先放到主屏幕"),
        (None, NO_PUSH, True, "这个浏览器收不了提醒"),
        (None, "", False, "这里不允许点单发通知"),
    ],
)
def test_a_phone_that_cannot_says_why(
    browser: Browser, town: Town, agent: str | None, script: str, allowed: bool, words: str
) -> None:
    more: dict[str, Any] = {"user_agent": agent} if agent else {}
    context = town.visit(browser, permissions=["notifications"] if allowed else [], **more)
    page = context.new_page()
    page.add_init_script(script or "0")
    if not allowed:
        page.add_init_script(
            "Object.defineProperty(Notification, 'permission', {get: () => 'denied'})"
        )
    page.goto(f"{town.url}/alerts")
    expect(page.get_by_text(words)).to_be_visible()
    expect(page.get_by_role("button", name="在这台手机上收提醒")).to_be_hidden()
    assert faults(page) == []
    context.close()


def test_a_service_that_cannot_be_reached_is_said_kindly(phone: Page, town: Town) -> None:
    phone.add_init_script(
        "PushManager.prototype.subscribe = async () => { throw new DOMException('', 'AbortError') }"
    )
    phone.goto(f"{town.url}/alerts")
    phone.get_by_role("button", name="在这台手机上收提醒").click()
    expect(phone.get_by_text("现在连不上提醒服务")).to_be_visible()
    assert faults(phone) == []


def test_without_a_script_the_page_explains(browser: Browser, town: Town) -> None:
    context = town.visit(browser, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{town.url}/alerts")
    assert "收提醒要打开浏览器的 JavaScript" in page.inner_text("main")
    assert page.get_by_role("button", name="在这台手机上收提醒").count() == 0
    context.close()
