"""Pages of map administration: areas and outlines, service points, places, posters."""

import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.areas.datum import Datum, from_wgs84
from app.areas.models import Area, Place, ServicePoint
from app.channels.twilio.settings import TwilioSettings
from app.factory import create_app
from app.trail.models import Event
from tests.databases import Database
from tests.factories import HOME, Community, administrator, community, coordinator, square
from tests.http.visitor import come_in, send


@pytest.fixture
def place(session: Session, client: FlaskClient) -> Community:
    """A community whose administrator is logged in. Reading its ids takes no lock."""
    session.expire_on_commit = False
    made = community(session)
    come_in(client, session, administrator(session, made.district))
    session.expunge_all()
    return made


def only(session: Session, wanted: Any) -> Any:
    """The one value. Releases SQLite's lock."""
    session.rollback()
    found = session.execute(wanted).scalar_one()
    session.rollback()
    return found


def newest(session: Session) -> str:
    return str(only(session, select(Event.kind).order_by(Event.seq.desc()).limit(1)))


def file(text: str, name: str = "a.json") -> tuple[io.BytesIO, str]:
    return io.BytesIO(text.encode()), name


def test_area_is_added_changed_moved_and_retired(
    session: Session, client: FlaskClient, place: Community
) -> None:
    here = f"/a/areas/{place.here.id}"
    status, page = send(
        client, f"{here}/new", f"{here}/new", name_zh="东片区", level="block", code="b1"
    )
    assert (status, newest(session)) == (200, "area.added") and "还没有边界" in page
    made = only(session, select(Area.id).where(Area.code == "b1"))
    mine = f"/a/areas/{made}"
    figures = "people 64904\nkm2 3.3"
    status, page = send(
        client, mine, mine, name_zh="西片区", timezone="Asia/Kathmandu", figures=figures
    )
    assert status == 200 and "64904" in page and "平方公里" in page
    status, page = send(client, mine, mine, name_zh="西片区", timezone="Moon/Sea", figures="x")
    assert status == 422 and "每行要有名称和数字" in page
    send(client, mine, f"{mine}/move", parent=place.other.id)
    assert newest(session) == "area.moved"
    path = only(session, select(Area.path).where(Area.id == made))
    assert path == f"{place.other.path}{made}/"
    send(client, mine, f"{mine}/retire")
    assert newest(session) == "area.retired"
    _status, page = send(client, mine, f"{mine}/restore")
    assert newest(session) == "area.restored" and "已恢复" in page


SWAPPED = {
    "type": "Polygon",
    "coordinates": [[[lat, lon] for lon, lat in square(*HOME, 0.01)["coordinates"][0]]],
}
FILES = [
    ("{", "不是 GeoJSON"),
    ('{"type": "Point", "coordinates": [114, 22]}', "正好有一个面"),
    (json.dumps(SWAPPED), "写反了"),
    (json.dumps(square(39.9, 116.4, 0.01)), "不在上级区域里"),
    (" " * 2_050_000, "文件太大了"),
    (" " * 2_500_000, "文件太大了"),
]


def test_wrong_outline_says_what_is_wrong(
    session: Session, client: FlaskClient, place: Community
) -> None:
    mine = f"/a/areas/{place.here.id}"
    for text, said in FILES:
        _status, page = send(client, mine, f"{mine}/outline", outline=file(text), datum="wgs84")
        assert said in page
    assert only(session, select(func.count()).where(Event.kind == "area.outlined")) == 0


def test_outline_in_the_datum_of_another_map_is_turned(
    session: Session, client: FlaskClient, place: Community
) -> None:
    ring = square(*HOME, 0.01)["coordinates"][0]
    turned = [list(reversed(from_wgs84(lat, lon, Datum.BD09))) for lon, lat in ring]
    text = json.dumps({"type": "Polygon", "coordinates": [turned]})
    mine = f"/a/areas/{place.here.id}"
    status, page = send(client, mine, f"{mine}/outline", outline=file(text), datum="bd09")
    assert status == 200 and "边界已保存" in page
    south = only(session, select(Area.south).where(Area.id == place.here.id))
    assert south == pytest.approx(HOME[0] - 0.01, abs=1e-5)
    shown = client.get(f"{mine}/outlines").get_json()
    assert shown["features"][0]["properties"]["name"] == "民乐社区"


POINT = {
    "name": "民乐党群服务中心",
    "tier": "N",
    "lat": HOME[0],
    "lon": HOME[1],
    "datum": "wgs84",
    "phone": "0755-12345678",
    "opening": "09:00–18:00",
}


def test_service_point_is_kept_and_closed(
    session: Session, client: FlaskClient, place: Community
) -> None:
    new = f"/a/points/in/{place.here.id}/new"
    status, page = send(client, new, new, **{**POINT, "lat": "北"})
    assert status == 422 and "这里要填数字" in page and "民乐党群服务中心" in page
    send(client, new, new, **POINT)
    point = only(session, select(ServicePoint.id))
    mine = f"/a/points/{point}"
    assert 'value="0755-12345678"' in client.get(mine).get_data(as_text=True)
    send(client, mine, mine, **{**POINT, "phone": "0755-87654321", "self_service_24h": "y"})
    assert newest(session) == "service_point.changed"
    assert "0755-87654321" in client.get("/points").get_data(as_text=True)
    send(client, mine, f"{mine}/close")
    assert "0755-87654321" not in client.get("/points").get_data(as_text=True)
    send(client, mine, f"{mine}/open")
    assert newest(session) == "service_point.opened"


PLACE = {
    "name": "东湖花园",
    "kind": "estate",
    "lat": HOME[0],
    "lon": HOME[1],
    "datum": "wgs84",
    "aliases": "老东湖\n东湖大院",
}


def test_coordinator_keeps_the_gazetteer(
    app: Any, session: Session, client: FlaskClient, place: Community
) -> None:
    other = app.test_client()
    come_in(other, session, coordinator(session, place.here))
    status, page = send(other, "/a/places/new", "/a/places/new", **{**PLACE, "lat": 0})
    assert status == 422 and "不在任何区域里" in page
    send(other, "/a/places/new", "/a/places/new", **PLACE)
    assert [one["name"] for one in other.get("/places?q=大院").get_json()] == ["东湖花园"]
    found = other.get("/a/places?q=老东湖").get_data(as_text=True)
    assert "东湖花园" in found and "民乐老村" not in found
    table = f"名称,类型,纬度,经度\n西湖花园,小区,{HOME[0]},{HOME[1]}\n坏行,小区,x,y\n"
    _status, page = send(
        other, "/a/places", "/a/places/import", file=file(table, "a.csv"), datum="wgs84"
    )
    assert "导入了 1 个地点" in page and "第 3 行" in page
    building = other.get(f"/a/places/new?estate={place.estate.id}").get_data(as_text=True)
    assert 'value="民乐老村"' in building


def codes(page: str) -> list[str]:
    return re.findall(r"/q/([0-9a-f]+)</span>", page)


def test_poster_carries_the_place(session: Session, client: FlaskClient, place: Community) -> None:
    session.add(
        ServicePoint(
            area_id=place.subdistrict.id,
            area_path=place.subdistrict.path,
            name="民治街道服务中心",
            tier="N",
            lat=HOME[0],
            lon=HOME[1],
            phone="0755-11112222",
        )
    )
    session.commit()
    page = client.get(f"/a/posters/places/{place.estate.id}").get_data(as_text=True)
    assert "不用注册" in page and "民乐老村" in page and "0755-11112222" in page
    assert "<svg" in page and "style=" not in page
    (code,) = codes(page)
    answer = client.get(f"/q/{code}", follow_redirects=True)
    assert "民乐老村" in answer.get_data(as_text=True)
    page = client.get(f"/a/posters/places/{place.estate.id}/buildings").get_data(as_text=True)
    wanted = select(Place.public_code).where(Place.id == place.building.id)
    assert codes(page) == [only(session, wanted)]


def test_poster_of_a_service_point_leads_to_its_phone(
    session: Session, client: FlaskClient, place: Community
) -> None:
    new = f"/a/points/in/{place.other.id}/new"
    send(client, new, new, **{**POINT, "phone": "0755-33334444"})
    point = only(session, select(ServicePoint.id))
    page = client.get(f"/a/posters/points/{point}").get_data(as_text=True)
    (code,) = codes(page)
    shown = client.get(f"/q/{code}", follow_redirects=True).get_data(as_text=True)
    assert "0755-33334444" in shown


def test_poster_says_the_number_for_texts(database: Database, tmp_path: Path) -> None:
    with database.new_session() as session:
        place = community(session)
        twilio = TwilioSettings("AC1", "token", "+8675512345678", "")
        public = "https://diandan.example"
        flask = create_app(replace(database.config, providers=(twilio,), public_url=public))
        browser = flask.test_client()
        come_in(browser, session, administrator(session, place.district))
        page = browser.get(f"/a/posters/places/{place.estate.id}").get_data(as_text=True)
    assert "发短信到 +8675512345678" in page and "https://diandan.example/q/" in page
