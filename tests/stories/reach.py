"""Small steps that stories share: is it there, log in, read the code that was sent."""

import json
import urllib.error
import urllib.request

from playwright.sync_api import Page
from sqlalchemy import select

from app.notifications.models import Notification
from tests.databases import Database


def answers(url: str) -> bool:
    """Whether the house answers."""
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def sent(database: Database, template: str) -> list[dict[str, object]]:
    """The numbers of every notification of a template, the newest last."""
    with database.new_session() as session:
        rows = session.scalars(
            select(Notification.params)
            .where(Notification.template == template)
            .order_by(Notification.id)
        )
        return [json.loads(params) for params in rows]


def log_in(page: Page, url: str, database: Database, phone: str) -> None:
    """By phone and the code that was really sent."""
    page.goto(f"{url}/login")
    page.fill("[name=phone]", phone)
    page.click("main button[type=submit]")
    page.wait_for_selector("[name=code]")
    code = str(sent(database, "login_code")[-1]["digits"])
    page.fill("[name=code]", code)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda address: "/login" not in address)
