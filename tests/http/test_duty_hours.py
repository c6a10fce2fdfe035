"""A volunteer's weekly hours for duty, without JavaScript; and whether somebody is on duty."""

from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import utc_now
from app.people.models import Person
from app.rotation.models import Shift
from app.rotation.plan.models import FlexOffer
from tests import factories
from tests.http.visitor import come_in, send

PAGE = "/v/duty/hours"


def test_hours_limits_and_wishes_are_kept(client: FlaskClient, session: Session) -> None:
    place = factories.community(session)
    who = factories.volunteer(session, place)
    come_in(client, session, who)
    day = (utc_now() + timedelta(days=9)).date()
    night = {"h": [22, 23, 24, 25], "may_call": "y", "week_hours": "12", "nights_week": ""}
    status, page = send(client, PAGE, PAGE, **night, day0=str(day), like0="1", day1="no")
    assert status == 200 and "已保存" in page and "一周一共 4 小时" in page
    kept = session.get_one(FlexOffer, who.id)
    assert kept.hours == [{"day": 0, "from": "22:00", "to": "02:00"}]
    assert kept.callable and (kept.week_hours, kept.nights_week) == (12, None)
    assert kept.wishes == [{"date": str(day), "like": True}]
    session.rollback()
    # An invalid number is reported, and the marked hours stay.
    status, page = send(client, PAGE, PAGE, h=[5, 168, -1], week_hours="viel")
    assert status == 422 and "请检查小时数" in page and "一周一共 1 小时" in page
    assert session.get_one(FlexOffer, who.id).callable


def test_only_whom_one_met_on_duty_is_named(client: FlaskClient, session: Session) -> None:
    place = factories.community(session)
    who = factories.volunteer(session, place, name="林晓")
    met = factories.volunteer(session, place, name="陈静")
    stranger = factories.volunteer(session, place, name="何新")
    now = utc_now()
    mine = factories.on_duty(session, who, place.here, start=now - timedelta(hours=20))
    session.add(
        Shift(
            rota_id=mine.rota_id,
            person_id=met.id,
            starts_at=mine.ends_at,
            ends_at=mine.ends_at + timedelta(hours=8),
            state="agreed",
        )
    )
    come_in(client, session, who)
    met_id, stranger_id, who_id = met.id, stranger.id, who.id
    session.rollback()
    page = client.get(PAGE).get_data(as_text=True)
    assert "陈静" in page and "何新" not in page
    status, page = send(client, PAGE, PAGE, **{"with": stranger_id})
    assert status == 422 and "请从一起值过班的人里选" in page and "何新" not in page
    assert session.scalars(select(FlexOffer.person_id)).all() == []
    session.rollback()
    assert send(client, PAGE, PAGE, **{"with": met_id})[0] == 200
    assert session.get_one(FlexOffer, who_id).with_person_id == met_id


def test_everybody_may_ask_whether_somebody_is_there(client: FlaskClient, session: Session) -> None:
    place = factories.community(session)
    factories.service_point(session, place.here, phone="0755-00000001")
    here, other = place.here.id, place.other.id
    helper = factories.volunteer(session, place, name="值班的人")
    factories.on_duty(session, helper, place.here, start=utc_now() - timedelta(hours=1))
    session.rollback()
    page = client.get(f"/duty?area={here}").get_data(as_text=True)
    assert "民乐社区现在有志愿者值班" in page and "0755-00000001" in page
    assert "值班的人" not in page.replace("会马上找值班的人", "")
    assert helper_phone(session, helper.id) not in page
    page = client.get(f"/duty?area={other}").get_data(as_text=True)
    assert "民强社区现在没有志愿者值班" in page
    assert "/duty" in client.get("/").get_data(as_text=True)
    assert client.get("/duty?area=999999999999").status_code == 200


def helper_phone(session: Session, person_id: int) -> str:
    """The last digits, as a page would show them."""
    number = session.get_one(Person, person_id).phone[-8:]
    session.rollback()
    return number
