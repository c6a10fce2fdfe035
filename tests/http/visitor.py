"""A logged-in browser without JavaScript, and reading its pages."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.core.clock import utc_now
from app.core.crypto import lookup_hash
from app.people.models import LoginSession, Person
from app.web.common.guards import COOKIE

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def come_in(client: FlaskClient, session: Session, who: Person) -> None:
    """Logs in: gives the browser the cookie of a live log-in."""
    token, now = secrets.token_urlsafe(24), utc_now()
    session.add(
        LoginSession(
            token_hash=lookup_hash("session", token),
            person_id=who.id,
            made_at=now,
            seen_at=now,
            expires_at=now + timedelta(days=1),
        )
    )
    session.commit()
    client.set_cookie(COOKIE, token)


def send(client: FlaskClient, page: str, path: str, **values: object) -> tuple[int, str]:
    """Posts a form with the token on `page`; follows redirects."""
    found = TOKEN.search(client.get(page).get_data(as_text=True))
    assert found is not None, page
    form = {"csrf_token": found.group(1), "idempotency_key": secrets.token_hex(16), **values}
    answer = client.post(path, data=form, follow_redirects=True)
    return answer.status_code, answer.get_data(as_text=True)


@contextmanager
def statements(client: FlaskClient) -> Iterator[list[str]]:
    """The application's SQL statements inside the block."""
    said: list[str] = []

    def listen(*rest: object) -> None:
        said.append(str(rest[2]))

    with client.application.app_context():
        engine = client.application.extensions["sqlalchemy"].engine
    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", listen)
