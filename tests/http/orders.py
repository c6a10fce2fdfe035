"""Orders on the web step by step, without JavaScript, as far as a test needs."""

import re
import secrets
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.http.visitor import TOKEN

STEPS = ("need", "where", "when", "contact", "check")
ANSWERS: dict[str, dict[str, str]] = {
    "need": {"category": "medicine", "need": "买一盒降压药"},
    "where": {"place": "民乐老村3栋", "door": "502"},
    "when": {"day": "soon", "part": "any"},
    "contact": {"phone": "17409990002", "name": "陈阿姨"},
    "check": {},
}
CODE = re.compile(r"/t/([0-9A-Z]{8})")


def answer(client: FlaskClient, step: str, **changes: Any) -> TestResponse:
    """Submits one step with its page's values; `changes` replace some."""
    page = client.get(f"/order/{step}").get_data(as_text=True)
    found = TOKEN.search(page)
    assert found is not None, step
    keys = {"csrf_token": found.group(1), "idempotency_key": secrets.token_hex(16)}
    return client.post(f"/order/{step}", data={**keys, **ANSWERS[step], **changes})


def up_to(client: FlaskClient, last: str, **changes: Any) -> TestResponse:
    """Submits every step up to and including `last`, to which the changes apply."""
    for step in STEPS[: STEPS.index(last)]:
        assert answer(client, step).status_code == 303, step
    return answer(client, last, **changes)


def ordered(client: FlaskClient, **contact: str) -> str:
    """Places an order; returns its code."""
    up_to(client, "contact", **contact)
    placed = answer(client, "check")
    found = CODE.search(placed.headers.get("Location", ""))
    assert found is not None, placed.get_data(as_text=True)
    return found.group(1)
