"""Emergency plans without JavaScript: written, offered for, started, answered, stood down."""

from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import utc_now
from app.core.context import Context
from app.rotation.emergency.models import Activation, EmergencyPlan, PlanOffer
from app.rotation.models import DutyAsk, Shift
from app.usecases.emergencies.stand_down import process_activation
from tests import factories
from tests.http.visitor import come_in, send

DAY = timedelta(days=1)
PAGE = "/c/plans"
MINE = "/v/plans"


def form(place: factories.Community, **values: object) -> dict[str, object]:
    return {
        "area": place.here.id,
        "name_zh": "高温应急",
        "name_en": "Heat",
        "purpose_zh": "守纳凉点",
        "trigger": "连续高温",
        "trigger_value": 38,
        "trigger_unit": "°C",
        "trigger_days": 3,
        "people": 1,
        **values,
    }


def test_from_writing_it_to_the_report(client: FlaskClient, session: Session) -> None:
    # What is read of it later must not begin a transaction that the web would wait for.
    session.expire_on_commit = False
    place = factories.community(session)
    who, chief = factories.volunteer(session, place), factories.coordinator(session, place.here)
    come_in(client, session, chief)
    assert send(client, f"{PAGE}/new", f"{PAGE}/new", **form(place, people=0))[0] == 422
    status, page = send(client, f"{PAGE}/new", f"{PAGE}/new", **form(place))
    assert status == 200 and "连续高温（38 °C，3 天）" in page and "全天" in page
    plan = session.scalars(select(EmergencyPlan)).one()
    session.commit()
    edit = f"{PAGE}/{plan.id}/edit"
    times = form(place, starts="08:00", ends="20:00", version=plan.version)
    assert "每天 08:00–20:00" in send(client, edit, edit, **times)[1]
    assert 'value="08:00"' in client.get(edit).get_data(as_text=True)
    send(client, edit, edit, **form(place, version=plan.version + 1))

    come_in(client, session, who)
    assert "请选您能来的时间" in send(client, MINE, f"{MINE}/{plan.id}/offer")[1]
    assert "已报名" not in client.get(MINE).get_data(as_text=True)
    parts = ["night", "morning", "afternoon", "evening"]
    assert "已报名" in send(client, MINE, f"{MINE}/{plan.id}/offer", parts=parts)[1]

    come_in(client, session, chief)
    start = f"{PAGE}/{plan.id}/start"
    assert "会问 1 位报过名的志愿者" in client.get(start).get_data(as_text=True)
    _, page = send(client, start, start, area=place.here.id)
    assert "还缺人的时段" in page and 'hx-trigger="every 20s"' in page
    assert "已经启动了" in send(client, start, start, area=place.here.id)[1]
    assert "正在进行" in send(client, PAGE, f"{PAGE}/{plan.id}/retire")[1]

    come_in(client, session, who)
    assert "高温应急开始了" in client.get("/v/duty").get_data(as_text=True)
    ask_id = session.scalars(select(DutyAsk.id)).one()
    session.commit()
    assert "您说了能来" in send(client, MINE, f"{MINE}/calls/{ask_id}/yes")[1]
    assert "高温应急" in client.get("/v/duty").get_data(as_text=True)
    assert session.scalars(select(Shift.id).where(Shift.state == "agreed")).all()
    session.commit()
    assert "这次不方便，没关系" in send(client, MINE, f"{MINE}/calls/{ask_id}/no")[1]
    assert "已经结束了" not in send(client, MINE, f"{MINE}/calls/{ask_id}/yes")[1]

    come_in(client, session, chief)
    one = session.scalars(select(Activation)).one()
    session.commit()
    here = f"{PAGE}/started/{one.id}"
    assert who.name in client.get(here).get_data(as_text=True)
    assert "请选延长多久" in send(client, here, f"{here}/longer", hours=7)[1]
    until = one.until
    session.rollback()
    assert "排到" in send(client, here, f"{here}/longer", hours=48)[1]
    assert session.get_one(Activation, one.id, populate_existing=True).until - until == 2 * DAY
    session.commit()
    come_in(client, session, who)
    page = client.get(MINE).get_data(as_text=True)
    assert "高温应急延长了" in page and "这段时间能来吗" in page
    come_in(client, session, chief)
    _, page = send(client, here, f"{here}/end")
    assert "总结" in page and "hx-trigger" not in page
    assert "启动过的" in client.get(PAGE).get_data(as_text=True)
    assert "这次应急已经结束了" in send(client, PAGE, f"{here}/end")[1]
    assert "还没有预案" in send(client, PAGE, f"{PAGE}/{plan.id}/retire")[1]


def test_a_volunteer_ends_their_offer(client: FlaskClient, session: Session) -> None:
    # What is read of it later must not begin a transaction that the web would wait for.
    session.expire_on_commit = False
    place = factories.community(session)
    who, chief = factories.volunteer(session, place), factories.coordinator(session, place.here)
    come_in(client, session, chief)
    send(client, f"{PAGE}/new", f"{PAGE}/new", **form(place))
    plan_id = session.scalars(select(EmergencyPlan.id)).one()
    session.commit()
    come_in(client, session, who)
    send(client, MINE, f"{MINE}/{plan_id}/offer", parts="night")
    assert "已报名" not in send(client, MINE, f"{MINE}/{plan_id}/end")[1]
    assert session.scalars(select(PlanOffer.ended_at)).one() is not None


def test_the_page_of_a_start_after_72_hours(client: FlaskClient, session: Session) -> None:
    # What is read of it later must not begin a transaction that the web would wait for.
    session.expire_on_commit = False
    place = factories.community(session)
    chief = factories.coordinator(session, place.here)
    come_in(client, session, chief)
    send(client, f"{PAGE}/new", f"{PAGE}/new", **form(place))
    plan_id = session.scalars(select(EmergencyPlan.id)).one()
    session.commit()
    start = f"{PAGE}/{plan_id}/start"
    assert "还没有人报名" in client.get(start).get_data(as_text=True)
    send(client, start, start, area=place.here.id)
    one = session.scalars(select(Activation)).one()
    late = utc_now() + timedelta(hours=73)
    boss = factories.actor_for(chief, "coordinator", place.here)
    process_activation(Context(session, boss, late), activation_id=one.id)
    session.commit()
    page = client.get(f"{PAGE}/started/{one.id}").get_data(as_text=True)
    assert "没有补上的时段" in page and "缺 1 人" in page
