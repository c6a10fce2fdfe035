"""A volunteer's page of one task: who else goes there, and what can be done after giving back."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.core.clock import utc_now
from app.core.context import Context
from app.settings.models import Setting
from app.usecases.dispatch.answer_match import accept_match
from tests.factories import Community, community, request, volunteer
from tests.http.visitor import come_in, send
from tests.usecases.asking import match_of, me, wave


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


def test_who_gave_back_too_often_learns_why_and_whom_to_call(
    session: Session, client: FlaskClient, place: Community
) -> None:
    who, now = volunteer(session, place), utc_now()
    one = request(session, place, wanted_from=None, wanted_to=None, submitted_at=now)
    wave(session, one, now=now)
    session.add(Setting(key="service_phone", value="0755-00000001", changed_at=now))
    session.commit()
    page = f"/v/m/{match_of(session, one, who).token}"
    come_in(client, session, who)
    for times in (1, 2, 3):
        assert send(client, page, f"{page}/accept")[0] == 200
        _, shown = send(client, page, f"{page}/give-up")
        assert ("我又可以去了" in shown) == (times < 3)
        assert ("退回过 3 次" in shown) == ("tel:0755-00000001" in shown) == (times == 3)


def test_members_of_a_team_read_who_the_others_are(
    session: Session, client: FlaskClient, place: Community
) -> None:
    now = utc_now()
    mine, other = volunteer(session, place, name="林晓"), volunteer(session, place, name="欧阳宁")
    one = request(session, place, volunteers_needed=2, wanted_from=None, wanted_to=None)
    wave(session, one, now=now)
    session.commit()
    mates = [match_of(session, one, who) for who in (mine, other)]
    page, other_phone = f"/v/m/{mates[0].token}", other.phone
    come_in(client, session, mine)
    accept_match(Context(session, me(other, place), now), match_id=mates[1].id)
    session.commit()
    # Before the own yes nobody is named.
    assert "欧阳" not in client.get(page).get_data(as_text=True)
    accept_match(Context(session, me(mine, place), now), match_id=mates[0].id)
    session.commit()
    shown = client.get(page).get_data(as_text=True)
    assert "这一单要 2 位志愿者" in shown and "欧阳志愿者" in shown
    assert "欧阳宁" not in shown and other_phone[-8:] not in shown
    send(client, page, f"{page}/give-up")
    assert "欧阳" not in client.get(page).get_data(as_text=True)


def test_who_is_the_first_of_a_team_reads_that_others_are_looked_for(
    session: Session, client: FlaskClient, place: Community
) -> None:
    who, now = volunteer(session, place), utc_now()
    one = request(session, place, volunteers_needed=2, wanted_from=None, wanted_to=None)
    wave(session, one, now=now)
    session.commit()
    page = f"/v/m/{match_of(session, one, who).token}"
    come_in(client, session, who)
    _, shown = send(client, page, f"{page}/accept")
    assert "这一单要 2 位志愿者" in shown and "别的志愿者还在找" in shown
