"""Small steps that tests share: does it answer, log in with the code that was sent."""

import urllib.request
from typing import TYPE_CHECKING

from playwright.sync_api import Page

if TYPE_CHECKING:
    from tests.e2e.phones import Phone


def answers(url: str) -> bool:
    """Whether the service answers."""
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def log_in(page: Page, url: str, phone: "Phone") -> None:
    """Logs in by phone with the code that was sent."""
    page.goto(f"{url}/login")
    page.fill("[name=phone]", phone.number)
    page.click("main button[type=submit]")
    page.wait_for_selector("[name=code]")
    page.fill("[name=code]", phone.gets_log_in_code())
    page.click("main button[type=submit]")
    page.wait_for_url(lambda address: "/login" not in address)
