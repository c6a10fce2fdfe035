"""Invalid input: a clear answer in the visitor's language, and nothing typed is lost."""

import io
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.help_requests.models import HelpRequest
from app.notifications.models import Notification
from app.web.common.order_forms import PARTS_OF_DAY, WhenForm, part_choices
from tests import factories
from tests.http.orders import ANSWERS, answer, ordered, up_to

PICTURE_BYTES = 50 * 1024 * 1024
NO_PHONES = ("12", "1380013800", "我的手机", "+1 555", "911")


@pytest.fixture(autouse=True)
def place(session: Session) -> factories.Community:
    made = factories.community(session)
    session.rollback()
    return made


def how_many(session: Session, table: type) -> int:
    """The number of rows of a table. Releases SQLite's lock."""
    session.rollback()
    count = session.scalar(select(func.count()).select_from(table)) or 0
    session.rollback()
    return count


def test_wrong_phone_is_said_at_its_field(client: FlaskClient, session: Session) -> None:
    up_to(client, "when")
    for number in NO_PHONES:
        refused = answer(client, "contact", phone=number)
        page = refused.get_data(as_text=True)
        assert refused.status_code == 422 and ANSWERS["contact"]["name"] in page
        assert "手机号码不对" in page
        family = {"for_family": "y", "visited_name": "陈阿姨", "visited_phone": number}
        assert answer(client, "contact", **family).status_code == 422
    assert answer(client, "contact", phone="12345").status_code == 422
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    refused = answer(client, "contact", phone="12345")
    assert "mobile number is not right" in refused.get_data(as_text=True)
    # Once corrected, it passes with everything that was typed before.
    assert answer(client, "contact").status_code == 303
    page = client.get("/order/check").get_data(as_text=True)
    assert ANSWERS["need"]["need"] in page and "502" in page
    assert answer(client, "check").status_code == 303
    assert how_many(session, HelpRequest) == 1


def test_how_many_are_wanted_reaches_the_order(client: FlaskClient, session: Session) -> None:
    for many in ("0", "7", "-1", "两"):
        assert answer(client, "need", volunteers_needed=many).status_code == 422
    assert answer(client, "need", volunteers_needed="3").status_code == 303
    for step in ("where", "when", "contact"):
        answer(client, step)
    assert "3 位" in client.get("/order/check").get_data(as_text=True)
    assert answer(client, "check").status_code == 303
    assert session.scalar(select(HelpRequest.volunteers_needed)) == 3
    session.rollback()


def test_need_that_is_empty_or_endless_stays_at_its_page(client: FlaskClient) -> None:
    for need in ("", "   \n ", "\u3000"):
        refused = answer(client, "need", need=need)
        assert refused.status_code == 422
        assert "请写一句要帮什么忙" in refused.get_data(as_text=True)
    long = "药" * 33_000
    refused = answer(client, "need", need=long)
    page = refused.get_data(as_text=True)
    assert refused.status_code == 422 and "最多 1000 个字" in page and long in page


def test_place_and_day_that_cannot_be(client: FlaskClient, session: Session) -> None:
    up_to(client, "need")
    outside = {"place": "", "place_id": "", "lat": "39.9", "lon": "116.4", "door": ""}
    refused = answer(client, "where", **outside)
    assert refused.status_code == 422
    assert "不在我们的服务范围内" in refused.get_data(as_text=True)
    for lat in ("nan", "inf", "1e400", "二十二", "22.6;DROP"):
        assert answer(client, "where", **{**outside, "lat": lat}).status_code == 422
    for wrong in ("999999", "-1", "abc", "²", "9" * 40):
        assert answer(client, "where", place_id=wrong).status_code == 303
    for date in ("1999-01-01", "2199-01-01", "2026-02-31", "morgen"):
        refused = answer(client, "when", day="other", date=date)
        assert refused.status_code == 422 and "govuk-error" in refused.get_data(as_text=True)
    assert how_many(session, HelpRequest) == 0


def test_picture_of_fifty_megabytes_is_refused_kindly(
    client: FlaskClient, session: Session
) -> None:
    up_to(client, "where")
    picture = (io.BytesIO(b"\xff\xd8" + bytes(PICTURE_BYTES)), "地方.jpg")
    refused = client.post("/order/need", data={"need": "看图", "picture": picture})
    assert refused.status_code == 413
    assert "内容太大了" in refused.get_data(as_text=True)
    # Earlier answers are still there.
    assert ANSWERS["need"]["need"] in client.get("/order/need").get_data(as_text=True)
    assert how_many(session, HelpRequest) == 0


def test_strange_words_are_only_words(client: FlaskClient, session: Session) -> None:
    up_to(client, "contact")
    for words in ("\x00药", "<script>alert(1)</script>", "'; DROP TABLE", "😀" * 300):
        answer(client, "need", need=words)
        assert "<script>alert" not in client.get("/order/check").get_data(as_text=True)
    assert answer(client, "check").status_code == 303
    with session.begin():
        assert session.scalars(select(HelpRequest)).one().need == "😀" * 300


def test_unconfirmed_number_never_gets_a_text(client: FlaskClient, session: Session) -> None:
    code = ordered(client)
    for _ in range(2):
        assert client.get(f"/t/{code}").status_code == 200
    assert how_many(session, Notification) == 0


def test_address_that_nothing_can_have_is_not_found(client: FlaskClient, session: Session) -> None:
    for code in ("22222222", "x", "中文", "%00", "a" * 300):
        page = client.get(f"/t/{code}")
        assert page.status_code == 404 and "没有找到" in page.get_data(as_text=True)
    for path in ("/places?q=%00%00", "/q/%00", "/t/%00", "/find?code=%00"):
        assert client.get(path).status_code in (200, 302, 404), path


def test_parts_of_today_that_are_over_say_so(client: FlaskClient) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    with client.application.test_request_context():
        form = WhenForm(formdata=None)
        half_past_two = datetime(2026, 11, 30, 14, 30, tzinfo=zone)
        said = {part: str(words) for part, words in part_choices(form, half_past_two, zone)}
    over = {part for part, words in said.items() if words.endswith("（今天已过）")}
    assert over == {"morning", "noon"} and set(said) == set(PARTS_OF_DAY)
