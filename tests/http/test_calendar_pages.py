"""A volunteer subscribes to their duty in a calendar program, which polls the feed."""

import re
import secrets
from datetime import timedelta
from typing import Any

import vobject
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.core.clock import utc_now
from app.people.models import Person
from app.rotation.models import Shift
from tests import factories
from tests.http.visitor import TOKEN, come_in

PAGE = "/v/duty/calendar"
LINK = re.compile(r"webcal://[^/\"]+(/calendar/[\w-]{43}\.ics)")


def on_duty(session: Session, client: FlaskClient) -> tuple[Person, Shift]:
    """A logged-in volunteer on duty."""
    place = factories.community(session)
    helper = factories.volunteer(session, place)
    shift = factories.on_duty(session, helper, place.here)
    shift.starts_at = utc_now()
    shift.ends_at = shift.starts_at + timedelta(days=365)
    come_in(client, session, helper)
    return helper, shift


def post(client: FlaskClient, path: str, key: str = "") -> Any:
    """Submits one of the page's buttons."""
    found = TOKEN.search(client.get(PAGE).get_data(as_text=True))
    assert found is not None
    form = {"csrf_token": found.group(1), "idempotency_key": key or secrets.token_hex(16)}
    return client.post(path, data=form)


def test_link_is_shown_once_and_read_until_it_is_ended(
    session: Session, client: FlaskClient
) -> None:
    _, shift = on_duty(session, client)
    starts_at = shift.starts_at.replace(microsecond=0)
    session.commit()
    key = secrets.token_hex(16)
    made = post(client, PAGE, key).get_data(as_text=True)
    (path,) = set(LINK.findall(made))
    # Sent twice it makes one link, which the second answer does not show.
    again = post(client, PAGE, key)
    assert again.status_code == 303 and path not in client.get(PAGE).get_data(as_text=True)
    program = client.application.test_client()
    answer = program.get(path)
    assert answer.mimetype == "text/calendar" and "no-cache" in answer.headers["Cache-Control"]
    (event,) = vobject.readOne(answer.get_data(as_text=True)).vevent_list
    assert event.dtstart.value == starts_at
    assert post(client, f"{PAGE}/end").status_code == 303
    assert program.get(path).status_code == 404


def test_unchanged_is_304_and_a_change_is_not(session: Session, client: FlaskClient) -> None:
    _, shift = on_duty(session, client)
    (path,) = set(LINK.findall(post(client, PAGE).get_data(as_text=True)))
    program = client.application.test_client()
    tag = program.get(path).headers["ETag"]
    same = program.get(path, headers={"If-None-Match": tag})
    assert (same.status_code, same.get_data(), same.headers["ETag"]) == (304, b"", tag)
    shift.state = "cancelled"
    session.commit()
    other = program.get(path, headers={"If-None-Match": tag})
    assert other.status_code == 200 and other.headers["ETag"] != tag


def test_guessing_finds_nothing(session: Session, client: FlaskClient) -> None:
    on_duty(session, client)
    for guess in ("1", "x" * 43, "..%2f", "值班"):
        assert client.get(f"/calendar/{guess}.ics").status_code == 404
