"""A coordinator's roster: requested, read in words, published; and the week ahead."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.clock import utc_now
from app.core.context import Context
from app.people.models import Role
from app.rotation.models import Shift
from app.rotation.roster.models import RosterDraft
from app.rotation.roster.plain import asked_from, plain_built
from app.rotation.roster.search import Effort
from app.rotation.roster.solve import build
from app.usecases.duty.plan.manage_rota import make_rota
from app.usecases.duty.plan.offer_duty import offer_hours
from app.usecases.rosters.run_roster import claim_roster, read_roster, settle_roster
from tests import factories
from tests.http.visitor import come_in, send

BY_DAY = [{"day": day, "from": "08:00", "to": "24:00"} for day in range(7)]


@pytest.fixture
def rota_id(session: Session, client: FlaskClient) -> int:
    """A rota with two volunteers who offer their days; its coordinator is logged in."""
    # Later reads must not begin a transaction that the web would wait for.
    session.expire_on_commit = False
    now = utc_now()
    place = factories.community(session)
    chief = factories.coordinator(session, place.here)
    boss = factories.actor_for(chief, "coordinator", place.here)
    made = make_rota(Context(session, boss, now), area_id=place.here.id, name="民乐轮值")
    for name in ("陈一", "李二"):
        who = factories.volunteer(session, place, name=name)
        own = factories.actor_for(who, "volunteer", place.here)
        offer_hours(Context(session, own, now), hours=BY_DAY, may_call=False)
    come_in(client, session, chief)
    return made


def form(rota_id: int, client: FlaskClient) -> dict[str, object]:
    page = client.get("/c/roster").get_data(as_text=True)
    fortnight = page.split('/14"')[0].rsplit('"', 1)[1] + "/14"
    return {
        "rota": rota_id,
        "period": fortnight,
        "hours": 8,
        "first_hour": 0,
        "first_call": 1,
        "backup": 0,
        "reserve": 0,
    }


def run(session: Session) -> None:
    session.rollback()
    claimed = claim_roster(session, now=utc_now())
    assert claimed is not None
    asked = asked_from(read_roster(session, draft_id=claimed.draft_id))
    result = plain_built(build(asked, Effort(4, 1)))
    settle_roster(session, claimed=claimed, result=result, now=utc_now())
    session.commit()


def draft_id(session: Session) -> int:
    found = session.scalars(select(RosterDraft.id).order_by(RosterDraft.id.desc())).first()
    session.rollback()
    assert found is not None
    return found


def test_from_asking_to_publishing(session: Session, client: FlaskClient, rota_id: int) -> None:
    status, page = send(client, "/c/roster", "/c/roster", **form(rota_id, client))
    assert status == 200 and "正在排" in page and 'http-equiv="refresh"' in page
    run(session)
    here = f"/c/roster/{draft_id(session)}"
    page = client.get(here).get_data(as_text=True)
    assert 'http-equiv="refresh"' not in page and "style=" not in page
    assert "没有人报名这个时间" in page and "00:00–08:00 · " in page
    assert "陈一" in page and "李二" in page and "不可能再多" in page
    status, page = send(client, here, f"{here}/publish")
    assert status == 200 and "已经去问各人" in page
    shifts = session.scalars(select(Shift.state)).all()
    session.rollback()
    assert shifts and set(shifts) == {"offered"}
    assert "已发布" in client.get("/c/roster").get_data(as_text=True)


def test_a_missing_backup_stays_visible(
    session: Session, client: FlaskClient, rota_id: int
) -> None:
    """Two people for two layers, each with rest: some hours have a first call and no backup."""
    send(client, "/c/roster", "/c/roster", **{**form(rota_id, client), "backup": 1})
    run(session)
    here = f"/c/roster/{draft_id(session)}"
    assert send(client, here, f"{here}/publish")[0] == 200
    first = session.scalars(select(Shift.starts_at).order_by(Shift.starts_at)).first()
    assert first is not None
    page = f"/c/duty?rota={rota_id}&at={first.astimezone(ZoneInfo('Asia/Shanghai')).date()}"
    assert "缺后备" not in client.get(page).get_data(as_text=True)
    session.execute(update(Shift).where(Shift.layer == 1).values(state="agreed"))
    session.execute(update(Shift).where(Shift.layer == 2).values(state="cancelled"))
    session.commit()
    shown = client.get(page).get_data(as_text=True)
    assert "缺后备" in shown.split('id="soon"')[1].split("</section>")[0]
    assert "缺后备" in shown.split("data-duty ")[1]
    assert "缺后备" in client.get(f"{page}&view=week").get_data(as_text=True).split("data-duty ")[1]


def test_a_draft_that_is_not_used(session: Session, client: FlaskClient, rota_id: int) -> None:
    send(client, "/c/roster", "/c/roster", **form(rota_id, client))
    here = f"/c/roster/{draft_id(session)}"
    run(session)
    assert send(client, here, f"{here}/discard")[0] == 200
    assert "没有采用" in client.get(here).get_data(as_text=True)
    assert session.scalars(select(Shift)).all() == []


def test_only_what_is_offered_can_be_chosen(client: FlaskClient, rota_id: int) -> None:
    given = form(rota_id, client)
    for wrong in ({"hours": 5}, {"period": "2026-01-01/14"}, {"period": "x"}, {"first_call": 0}):
        assert send(client, "/c/roster", "/c/roster", **{**given, **wrong})[0] == 422


def test_the_week_ahead(session: Session, client: FlaskClient, rota_id: int) -> None:
    page = client.get("/c/coverage").get_data(as_text=True)
    assert page.count('class="heat heat-none"') >= 6 * 24 and "style=" not in page
    now = utc_now().replace(minute=0, second=0, microsecond=0)
    helper = select(Role.person_id).where(Role.role == "volunteer").limit(1)
    session.add(
        Shift(
            rota_id=rota_id,
            person_id=session.scalars(helper).one(),
            layer=1,
            state="agreed",
            agreed_at=now,
            starts_at=now,
            ends_at=now + timedelta(hours=12),
        )
    )
    session.commit()
    page = client.get(f"/c/coverage?rota={rota_id}").get_data(as_text=True)
    # Nobody was ever asked on duty: an agreed shift is likely answered.
    assert page.count('class="heat heat-fair"') >= 12 and "值班 1 人" in page
    assert "招人的时候" in page and "问了，等回复的时间" not in page
    session.execute(update(Shift).values(state="cancelled"))
    session.add(
        Shift(
            rota_id=rota_id,
            person_id=session.scalars(helper).one(),
            layer=1,
            state="offered",
            starts_at=now,
            ends_at=now + timedelta(days=9),
        )
    )
    session.commit()
    page = client.get(f"/c/coverage?rota={rota_id}").get_data(as_text=True)
    assert page.count('class="heat heat-asked"') >= 6 * 24 and "问了，等回复的时间" in page
    assert "招人的时候" not in page and 'class="heat heat-none"' not in page.partition("<table")[2]
    assert client.get("/c/coverage?rota=999").status_code == 404
