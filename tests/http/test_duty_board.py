"""A coordinator's rota, without JavaScript: planned, changed, approved, and shown."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.catalogue.models import Category
from app.core.clock import local_day, utc_now
from app.rotation.models import Rota, Shift
from app.rotation.plan.models import RotaLayer, RotaMember, RotaOverride, Swap
from tests import factories
from tests.factories import Community, community, coordinator, volunteer
from tests.http.visitor import come_in, send

PAGE = "/c/duty"
TURNS = {"kind": "rotation", "how": "day", "hours": 24, "starts": "2026-03-02T08:00", "turn": "day"}


@pytest.fixture
def place(session: Session, client: FlaskClient) -> Community:
    made = community(session)
    come_in(client, session, coordinator(session, made.here))
    return made


@pytest.fixture
def rota_id(session: Session, client: FlaskClient, place: Community) -> int:
    """A rota made on its page."""
    new = f"{PAGE}/new"
    values = {"area": place.here.id, "name": "民乐值班", "purpose": "general"}
    session.rollback()
    status, page = send(client, new, new, **values)
    assert status == 200 and "民乐值班" in page
    found = session.scalars(select(Rota.id)).one()
    session.rollback()
    return found


def plan(client: FlaskClient, rota_id: int, people: list[int]) -> str:
    form = f"{PAGE}/{rota_id}/layers/1"
    status, page = send(client, form, form, **TURNS, person=people)
    assert status == 200
    seen = re.search(r'name="seen" value="(\w+)"', page)
    if seen is not None:
        # Two people in turn would lack rest: a warning comes first, then it can be saved.
        assert "还没有保存" in page and "这周已满 40 小时" in page and "班空着" in page
        status, page = send(client, form, form, **TURNS, person=people, seen=seen[1])
    return page


def test_a_layer_is_planned_seen_and_changed(
    client: FlaskClient, session: Session, place: Community, rota_id: int
) -> None:
    people = [volunteer(session, place, name=name).id for name in ("林晓", "陈静")]
    session.commit()
    page = plan(client, rota_id, people)
    assert "接下来两个月有些班空着" in page
    assert "每天 08:00 换一人" in page and page.count("每班先问") == 2
    assert (
        session.scalars(select(RotaMember.person_id).order_by(RotaMember.position)).all() == people
    )
    # Her first turn may begin in the next week, and in the next month.
    first = select(func.min(Shift.starts_at)).where(Shift.person_id == people[0])
    at = local_day(session.execute(first).scalar_one(), ZoneInfo("Asia/Shanghai"))
    session.rollback()
    for view in ("month", "week"):
        page = client.get(f"{PAGE}?rota={rota_id}&view={view}&at={at}").get_data(as_text=True)
        assert "林晓" in page and "还没同意" in page and "问了，还没同意" in page
    # Unreadable windows are reported, and nothing typed is lost.
    form = f"{PAGE}/{rota_id}/layers/1"
    wrong = {**TURNS, "how": "windows", "days0": [0, 1], "from0": "25:00", "to0": "06:00"}
    status, page = send(client, form, form, **wrong, person=people)
    assert status == 422 and "请检查轮换的时间" in page and "25:00" in page
    night = {**TURNS, "how": "windows", "days0": [0, 1], "from0": "22:00", "to0": "06:00"}
    _, page = send(client, form, form, **night, person=[people[1]])
    assert "周一、周二 22:00–06:00，每天换一人" in page and "林晓" not in page
    layer_id = session.scalars(select(RotaLayer.id).where(RotaLayer.ended_at.is_(None))).one()
    session.rollback()
    back = f"{PAGE}/{rota_id}/layers"
    assert "还没有班组" in send(client, back, f"{PAGE}/layers/{layer_id}/end")[1]


def test_a_shift_is_offered_moved_and_taken_back(
    client: FlaskClient, session: Session, place: Community, rota_id: int
) -> None:
    first, second = (volunteer(session, place, name=name).id for name in ("林晓", "陈静"))
    session.commit()
    change = f"{PAGE}/{rota_id}/change?from=2099-01-01T08:00&to=2099-01-01T12:00"
    assert 'value="2099-01-01T08:00"' in client.get(change).get_data(as_text=True)
    day = (utc_now() + timedelta(days=3)).date()
    times = {"starts_at": f"{day}T08:00", "ends_at": f"{day}T16:00", "layer": 1}
    _, page = send(client, change, f"{PAGE}/{rota_id}/ask", person=first, **times)
    assert "本人同意了才算" in page
    shift_id = session.scalars(select(Shift.id)).one()
    session.rollback()
    one = f"{PAGE}/shifts/{shift_id}"
    assert "林晓" in client.get(one).get_data(as_text=True)
    assert "没有改动" in send(client, one, one, person=first)[1]
    assert (
        "已经去问了" in send(client, one, one, person=second, day=str(day + timedelta(days=1)))[1]
    )
    moved = session.scalars(select(Shift).where(Shift.state == "offered")).one()
    moved_id, whose = moved.id, moved.person_id
    assert whose == second and (moved.starts_at + timedelta(hours=8)).date() > day
    session.rollback()
    _, page = send(client, f"{PAGE}/shifts/{moved_id}", f"{PAGE}/{moved_id}/cancel")
    assert "班次已撤回" in page


def test_a_change_for_a_while_and_back(
    client: FlaskClient, session: Session, place: Community, rota_id: int
) -> None:
    who = volunteer(session, place, name="林晓").id
    session.commit()
    change, day = f"{PAGE}/{rota_id}/change", (utc_now() + timedelta(days=3)).date()
    times = {"starts_at": f"{day}T08:00", "ends_at": f"{day}T16:00"}
    wrong = send(client, change, f"{PAGE}/{rota_id}/override", kind="add", **times)
    assert "请选志愿者" in wrong[1]
    _, page = send(client, change, f"{PAGE}/{rota_id}/override", kind="add", by=who, **times)
    assert "已经改了" in page and "加人" in page
    override_id = session.scalars(select(RotaOverride.id)).one()
    session.rollback()
    assert "已撤回" in send(client, change, f"{PAGE}/overrides/{override_id}/end")[1]


def test_a_swap_waits_for_the_coordinator(
    client: FlaskClient, session: Session, place: Community, rota_id: int
) -> None:
    giver, taker = (volunteer(session, place, name=name).id for name in ("林晓", "陈静"))
    start = utc_now() + timedelta(days=2)
    period = {"starts_at": start, "ends_at": start + timedelta(hours=8)}
    shift = Shift(rota_id=rota_id, person_id=giver, state="agreed", agreed_at=start, **period)
    session.add(shift)
    session.flush()
    swap = Swap(
        rota_id=rota_id,
        shift_id=shift.id,
        kind="swap",
        layer=1,
        giver_id=giver,
        taker_id=taker,
        state="taken",
        needs_approval=True,
        made_at=utc_now(),
        **period,
    )
    session.add(swap)
    session.commit()
    swap_id, page = swap.id, f"{PAGE}?rota={rota_id}"
    session.rollback()
    assert "等您同意" in client.get(page).get_data(as_text=True)
    assert "没有换" in send(client, page, f"{PAGE}/swaps/{swap_id}/refuse")[1]
    assert "状态已经变了" in send(client, page, f"{PAGE}/swaps/{swap_id}/approve")[1]


def test_another_one_is_asked_while_the_first_stays(
    client: FlaskClient, session: Session, place: Community, rota_id: int
) -> None:
    first, second = (volunteer(session, place, name=name).id for name in ("林晓", "陈静"))
    start = utc_now() + timedelta(days=2)
    shift = Shift(
        rota_id=rota_id,
        person_id=first,
        state="agreed",
        agreed_at=start,
        starts_at=start,
        ends_at=start + timedelta(hours=8),
    )
    session.add(shift)
    session.commit()
    one, page = f"{PAGE}/shifts/{shift.id}", f"{PAGE}?rota={rota_id}"
    session.rollback()
    assert "林晓来不了，现在就撤下" in client.get(one).get_data(as_text=True)
    assert "在问陈静，同意以前还是林晓值" in send(client, one, one, person=second)[1]
    assert "在问陈静" in client.get(one).get_data(as_text=True)
    swap_id = session.scalars(select(Swap.id)).one()
    session.rollback()
    assert "不问了，还是原来的人值" in send(client, page, f"{PAGE}/swaps/{swap_id}/withdraw")[1]
    # Somebody who cannot come is off duty at once.
    send(client, one, one, person=second, cannot="1")
    states = session.execute(select(Shift.person_id, Shift.state).order_by(Shift.id)).all()
    assert [tuple(row) for row in states] == [(first, "cancelled"), (second, "offered")]


def test_rules_pause_and_fairness(
    client: FlaskClient, session: Session, place: Community, rota_id: int
) -> None:
    terms = f"{PAGE}/{rota_id}/terms"
    limits = {"rest_h": 11, "longest_h": 12, "week_h": 20, "month_h": 60, "nights_week": 2}
    some = {"hours": "some", "days": [0, 6], "from": "22:00", "to": "06:00", "approve_swaps": "y"}
    assert "已保存" in send(client, terms, terms, **limits, **some)[1]
    rota = session.get_one(Rota, rota_id)
    assert rota.approve_swaps and rota.limits["week_h"] == 20 and len(rota.pattern) == 2
    session.rollback()
    assert "请检查时间" in send(client, terms, terms, **{**limits, "week_h": -3}, **some)[1]
    assert "轮值表已暂停" in send(client, terms, f"{PAGE}/{rota_id}/pause", days=3)[1]
    assert "现在恢复" in client.get(terms).get_data(as_text=True)
    who = volunteer(session, place, name="林晓")
    factories.on_duty(session, who, place.here)
    other = session.scalars(select(Rota.id).where(Rota.id != rota_id)).one()
    session.rollback()
    page = client.get(f"{PAGE}/{other}/fairness?period=month").get_data(as_text=True)
    assert "每个人值了多少" in page or "还没有人值班" in page


def test_a_policy_in_words_and_changed(
    client: FlaskClient, session: Session, place: Community
) -> None:
    session.rollback()
    page = client.get(f"{PAGE}/escalation-policies").get_data(as_text=True)
    assert (
        "马上用手机提醒找首叫的值班人" in page
        and "30 秒后还没人接，用短信找" in page
        and "步骤由管理员改" in page
    )
    come_in(client, session, factories.administrator(session, place.district))
    escalation_policy = f"{PAGE}/escalation-policies/{place.medicine.id}"
    session.rollback()
    steps = {"after0": "0", "who0": "backup", "by0": ["call"], "version": 1}
    status, page = send(client, escalation_policy, escalation_policy, **steps)
    assert status == 422 and "最后一步要找调度员" in page
    steps |= {"after1": "2.5", "who1": "coordinator", "by1": ["sms", "call"]}
    _, page = send(client, escalation_policy, escalation_policy, **steps)
    assert "马上用电话找后备的值班人" in page
    assert "2 分 30 秒后还没人接，用短信和电话找调度员" in page
    kept = session.get_one(Category, place.medicine.id)
    assert [one["after_s"] for one in kept.escalation_policy] == [0, 150]


def test_what_speaks_against_somebody_is_said_for_members_only(
    client: FlaskClient, session: Session, place: Community, rota_id: int
) -> None:
    people = [volunteer(session, place, name=name).id for name in ("林晓", "陈静", "周平")]
    session.commit()
    plan(client, rota_id, people[:2])
    first = select(Shift.id).where(Shift.person_id == people[0]).order_by(Shift.starts_at)
    shift_id = session.scalars(first.limit(1)).one()
    session.rollback()
    page = client.get(f"{PAGE}?rota={rota_id}").get_data(as_text=True)
    assert all(f'data-person="{one}"' in page for one in people[:2])
    assert f'data-person="{people[2]}"' not in page
    against = f"{PAGE}/shifts/{shift_id}/against"
    said = client.get(against, query_string={"person": people[1]}).get_json()
    assert "没有报这段时间" in said["against"]
    for stranger in (people[2], "x"):
        said = client.get(against, query_string={"person": stranger}).get_json()
        assert said == {"against": ""}
