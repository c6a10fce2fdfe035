"""A volunteer's duty page, without JavaScript: on, check-in, note, off; given away and taken."""

from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import utc_now
from app.core.context import Context
from app.rotation.models import HandOverNote, Shift
from app.usecases.duty.plan.manage_rota import make_rota
from app.usecases.duty.shifts.hand_over_duty import Turn, offer_shifts
from tests import factories
from tests.factories import NOW
from tests.http.visitor import come_in, send

PAGE = "/v/duty"
HOUR = timedelta(hours=1)


def test_on_there_a_note_and_off(client: FlaskClient, session: Session) -> None:
    place = factories.community(session)
    who = factories.volunteer(session, place)
    chief = factories.coordinator(session, place.here)
    boss = factories.actor_for(chief, "coordinator", place.here)
    make_rota(Context(session, boss, NOW), area_id=place.here.id, name="轮值")
    come_in(client, session, who)
    status, page = send(client, PAGE, f"{PAGE}/on", hours=4)
    assert status == 200 and "您正在值班" in page
    # Somebody who went on duty counts as there; a second tap says so and changes nothing.
    assert "我在岗" not in page
    assert "您已经在值班了" in send(client, PAGE, f"{PAGE}/on", hours=2)[1]
    shift_id = session.scalars(select(Shift.id)).one()
    session.commit()
    _, page = send(client, PAGE, f"{PAGE}/{shift_id}/note", text="钥匙在门卫处")
    assert "钥匙在门卫处" in page
    assert session.scalars(select(HandOverNote.text)).one() == "钥匙在门卫处"
    session.commit()
    _, page = send(client, PAGE, f"{PAGE}/off")
    assert "您正在值班" not in page and "现在有空吗" in page


def test_a_shift_is_agreed_to_given_away_and_kept(client: FlaskClient, session: Session) -> None:
    place = factories.community(session)
    who = factories.volunteer(session, place)
    chief = factories.coordinator(session, place.here)
    boss = factories.actor_for(chief, "coordinator", place.here)
    now = utc_now()
    rota_id = make_rota(Context(session, boss, now), area_id=place.here.id, name="轮值")
    turn = Turn(who.id, now + 50 * HOUR, now + 54 * HOUR)
    offer_shifts(Context(session, boss, now), rota_id=rota_id, turns=(turn,))
    shift_id = session.scalars(select(Shift.id)).one()
    come_in(client, session, who)
    assert "等您回复" in client.get(PAGE).get_data(as_text=True)
    assert "已同意" in send(client, PAGE, f"{PAGE}/{shift_id}/agree")[1]
    assert "正在找人替" in send(client, PAGE, f"{PAGE}/{shift_id}/give")[1]
    assert "已同意" in send(client, PAGE, f"{PAGE}/{shift_id}/keep")[1]
    assert "现在没有排您的班" in send(client, PAGE, f"{PAGE}/{shift_id}/cancel")[1]


def test_one_button_agrees_to_all_that_fits(client: FlaskClient, session: Session) -> None:
    place = factories.community(session)
    who = factories.volunteer(session, place)
    chief = factories.coordinator(session, place.here)
    boss = factories.actor_for(chief, "coordinator", place.here)
    now = utc_now()
    rota_id = make_rota(Context(session, boss, now), area_id=place.here.id, name="轮值")
    turns = tuple(
        Turn(who.id, now + hours * HOUR, now + (hours + 4) * HOUR) for hours in (50, 74, 98)
    )
    offer_shifts(Context(session, boss, now), rota_id=rota_id, turns=turns)
    factories.on_duty(session, who, place.other, hours=2, start=now + 99 * HOUR)
    session.commit()
    come_in(client, session, who)
    assert "这 3 班我都能值" in client.get(PAGE).get_data(as_text=True)
    _, page = send(client, PAGE, f"{PAGE}/agree-all")
    assert "记下了 2 班；另有 1 班排不开" in page and "我都能值" not in page
