"""Duty on paper: the month, its table, a table read in, a calendar of the rota."""

import io
import re
import secrets
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.clock import local_day, utc_now
from app.people.models import Person
from app.rotation.models import Rota, Shift
from app.rotation.plan.models import FixedTurn
from app.trail.models import Event
from tests import factories
from tests.http.visitor import TOKEN, come_in

PAPERS = "/c/duty/papers"
SHENZHEN = ZoneInfo("Asia/Shanghai")


def in_days(days: int) -> date:
    """A day of the community, counted from today. Midnight may come while the tests run."""
    return local_day(utc_now(), SHENZHEN) + timedelta(days=days)


@pytest.fixture
def rota_id(session: Session, client: FlaskClient) -> int:
    """A rota on which 欧阳明 is on duty tomorrow; its coordinator is logged in."""
    place = factories.community(session)
    helper = factories.volunteer(session, place, name="欧阳明")
    start = datetime.combine(in_days(1), time(12), tzinfo=SHENZHEN).astimezone(UTC)
    shift = factories.on_duty(session, helper, place.here, start=start)
    found = shift.rota_id
    come_in(client, session, factories.coordinator(session, place.here))
    return found


def post(client: FlaskClient, path: str, **values: Any) -> Any:
    """Submits a form of the page."""
    found = TOKEN.search(client.get(PAPERS).get_data(as_text=True))
    assert found is not None
    form = {"csrf_token": found.group(1), "idempotency_key": secrets.token_hex(16), **values}
    return client.post(path, data=form)


def test_month_has_names_and_no_numbers(
    session: Session, client: FlaskClient, rota_id: int
) -> None:
    phone = session.scalars(select(Person.phone).where(Person.area_id > 0)).first() or ""
    session.commit()
    start = session.scalars(select(Shift.starts_at)).one()
    session.commit()
    month = f"{start.astimezone(SHENZHEN):%Y-%m}"
    page = client.get(f"{PAPERS}/{rota_id}/month?month={month}").get_data(as_text=True)
    assert "欧阳明" in page and "12:00–20:00" in page and "没有人" in page
    table = client.get(f"{PAPERS}/{rota_id}/month.csv?month={month}")
    assert "欧阳明" in table.get_data(as_text=True) and table.mimetype == "text/csv"
    for shown in (page, table.get_data(as_text=True)):
        assert phone[3:] not in shown
    for nonsense in ("2026-13", "x", "0001-01"):
        assert client.get(f"{PAPERS}/{rota_id}/month?month={nonsense}").status_code == 404


def test_table_is_read_in_or_its_lines_are_named(
    session: Session, client: FlaskClient, rota_id: int
) -> None:
    day = in_days(2).isoformat()
    good = f"开始,结束,姓名\n{day} 20:00,{day} 23:00,欧阳明\n"
    bad = f"{good}{day} 20:00,{day} 23:00,没有人\n"

    def send(text: bytes) -> Any:
        return post(client, f"{PAPERS}/{rota_id}/table", file=(io.BytesIO(text), "turns.csv"))

    answer = send(bad.encode())
    assert answer.status_code == 422 and "第 3 行：没有找到这位志愿者" in answer.text
    assert session.scalar(select(func.count()).select_from(FixedTurn)) == 0
    session.commit()
    assert "排了 1 班" in send(("\ufeff" + good).encode()).text
    assert "原来就有 1 班" in send(good.encode()).text
    # As Excel saves it in Chinese, and as Unicode text; a workbook is no table.
    for encoding in ("gb18030", "utf-16"):
        assert "原来就有 1 班" in send(good.encode(encoding)).text, encoding
    late = good.replace("20:00", "23:00").replace(f"{day} 23:00,欧阳明", f"{day} 24:00,欧阳明")
    assert "排了 1 班" in send(late.encode("gb18030")).text
    assert send(b"PK\x03\x04\x00\x00").status_code == 422
    states = session.scalars(select(Shift.state).order_by(Shift.id)).all()
    assert states == ["agreed", "offered", "offered"]
    session.commit()
    page = client.get(f"{PAPERS}/{rota_id}/month?month={in_days(2):%Y-%m}").get_data(as_text=True)
    assert "20:00–24:00 问了，还没同意" in page


def test_calendar_of_the_rota(session: Session, client: FlaskClient, rota_id: int) -> None:
    made = post(client, f"{PAPERS}/{rota_id}/calendar").text
    (path,) = set(re.findall(r"webcal://[^/\"]+(/calendar/[\w-]{43}\.ics)", made))
    read = vobject.readOne(client.application.test_client().get(path).text)
    (event,) = read.vevent_list
    assert event.summary.value == "值班 · 首叫 · 欧阳" and event.status.value == "CONFIRMED"
    assert post(client, f"{PAPERS}/{rota_id}/calendar/end").status_code == 303
    assert client.application.test_client().get(path).status_code == 404


def test_sheet_is_a_page_with_the_numbers_to_call(
    session: Session, client: FlaskClient, rota_id: int
) -> None:
    area_id = session.scalars(select(Rota.area_id).where(Rota.id == rota_id)).one()
    session.commit()
    answer = post(client, "/c/duty/sheet", area=area_id)
    assert answer.mimetype == "application/pdf" and "no-store" in answer.headers["Cache-Control"]
    (page,) = PdfReader(io.BytesIO(answer.data)).pages
    text = page.extract_text().replace("\x00", "")
    assert "民乐社区值班电话表" in text and "120 急救" in text and "周敏" in text
    looks = session.scalars(select(Event.kind).where(Event.kind == "duty.sheet_printed")).all()
    assert len(looks) == 1
