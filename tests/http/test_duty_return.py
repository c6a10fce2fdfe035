"""An action of the rota's calendar ends where the coordinator was: the same view and day."""

import re
import secrets
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.core.clock import utc_now
from app.core.context import Context
from app.rotation.models import Shift
from app.rotation.plan.models import RotaOverride, Swap
from app.usecases.duty.plan.manage_rota import make_rota
from tests import factories
from tests.factories import Community, community, coordinator, volunteer
from tests.http.visitor import TOKEN, come_in

WEEK = {"view": ["week"], "at": ["2026-03-02"]}
PERIOD = {"starts_at": "2099-03-03T08:00", "ends_at": "2099-03-03T12:00"}


@pytest.fixture
def place(session: Session, client: FlaskClient) -> Community:
    made = community(session)
    come_in(client, session, coordinator(session, made.here))
    return made


@pytest.fixture
def rota_id(session: Session, place: Community) -> int:
    """A rota with a swap to decide on and an override."""
    boss = factories.actor_for(
        factories.administrator(session, place.district), "administrator", place.district
    )
    giver, taker = (volunteer(session, place, name=name) for name in ("林晓", "陈静"))
    now = utc_now()
    made = make_rota(Context(session, boss, now), area_id=place.here.id, name="民乐值班")
    # From 23:00 to 07:00 of the day after tomorrow in the area's zone.
    start = now.replace(hour=15, minute=0, second=0, microsecond=0) + timedelta(days=2)
    period = {"starts_at": start, "ends_at": start + timedelta(hours=8)}
    shift = Shift(rota_id=made, person_id=giver.id, state="agreed", agreed_at=now, **period)
    session.add(shift)
    session.flush()
    swap = Swap(
        rota_id=made,
        shift_id=shift.id,
        kind="swap",
        layer=1,
        giver_id=giver.id,
        taker_id=taker.id,
        state="taken",
        needs_approval=True,
        made_at=now,
        **period,
    )
    session.add(swap)
    session.add(
        RotaOverride(
            rota_id=made,
            kind="remove",
            reason="coordinator",
            person_id=giver.id,
            starts_at=now,
            ends_at=now + timedelta(days=3),
            made_at=now,
        )
    )
    session.commit()
    return made


def read(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True).replace("&amp;", "&")


def where(client: FlaskClient, page: str, path: str, **values: object) -> dict[str, list[str]]:
    """The query of the page that an action leads to."""
    token = TOKEN.search(page)
    assert token is not None
    form = {"csrf_token": token[1], "idempotency_key": secrets.token_hex(16), **values}
    answer = client.post(path, data=form)
    assert answer.status_code == 303, answer.status_code
    target = urlsplit(answer.headers["Location"])
    assert (target.netloc, target.path) == ("", "/c/duty")
    return {key: value for key, value in parse_qs(target.query).items() if key != "rota"}


def test_after_a_drop(client: FlaskClient, session: Session, rota_id: int) -> None:
    at = session.query(Shift).one().starts_at.date()
    monday = at - timedelta(days=at.weekday())
    session.rollback()
    page = read(client, f"/c/duty?rota={rota_id}&view=week&at={monday + timedelta(days=2)}")
    action = re.search(r'data-action="([^"]+)"', page)
    assert action is not None
    assert where(client, page, action[1], day=at + timedelta(days=1)) == {
        "view": ["week"],
        "at": [str(monday)],
    }


def test_the_dialog_says_from_when_to_when(
    client: FlaskClient, session: Session, rota_id: int
) -> None:
    at = session.query(Shift).one().starts_at.date()
    session.rollback()
    page = read(client, f"/c/duty?rota={rota_id}&view=week&at={at}")
    assert re.search(r'data-when="[^"]+ 23:00 – [^"]+ 07:00"', page)


@pytest.mark.parametrize("answer", ["approve", "refuse"])
def test_after_a_swap_and_an_override(client: FlaskClient, rota_id: int, answer: str) -> None:
    page = read(client, f"/c/duty?rota={rota_id}&view=week&at=2026-03-04")
    for pattern in (rf'action="(/c/duty/swaps/\d+/{answer}[^"]*)"', r'action="([^"]+/end[^"]*)"'):
        action = re.search(pattern, page)
        assert action is not None
        assert where(client, page, action[1]) == WEEK


def test_after_what_is_done_on_a_page_between(
    client: FlaskClient, session: Session, rota_id: int
) -> None:
    """The shift's own page, and the one that asks somebody for hours without anybody."""
    at = session.query(Shift).one().starts_at.date()
    monday = at - timedelta(days=at.weekday())
    session.rollback()
    page = read(client, f"/c/duty?rota={rota_id}&view=week&at={at}")
    one = re.search(r'href="(/c/duty/shifts/[^"]+)"', page)
    gap = re.search(rf'href="(/c/duty/{rota_id}/change\?from[^"]+)"', page)
    assert one is not None and gap is not None
    here = {"view": ["week"], "at": [str(monday)]}
    shift = read(client, one[1])
    cancel = re.search(r'action="([^"]+/cancel[^"]*)"', shift)
    assert cancel is not None and f'href="/c/duty?rota={rota_id}&view=week&at={monday}"' in shift
    assert where(client, shift, cancel[1]) == here
    change = read(client, gap[1])
    ask = re.search(r'action="([^"]+/ask[^"]*)"', change)
    person = re.search(r'<option value="(\d+)"', change)
    assert ask is not None and person is not None
    assert where(client, change, ask[1], person=person[1], layer=1, **PERIOD) == here


@pytest.mark.parametrize(
    "query", ["view=//evil.example&at=2026-13-40", "view=month&at=1026-01-01", ""]
)
def test_nothing_else_is_carried(
    client: FlaskClient, session: Session, rota_id: int, query: str
) -> None:
    shift_id = session.query(Shift).one().id
    session.rollback()
    page = read(client, f"/c/duty/shifts/{shift_id}?{query}")
    assert not re.search(r'(action|data-action)="/c/duty[^"]*[?&](view|at)=', page)
    assert where(client, page, f"/c/duty/{shift_id}/cancel?{query}") == {}
