"""Administration pages: organisations, categories, settings, accounts, messages, the trail."""

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.catalogue.models import Category
from app.core.clock import utc_now
from app.notifications.models import DeliveryReceipt, Notification, NotificationStep
from app.people.models import LoginSession, Organisation, Person, Role
from app.trail.chain import head_of
from app.trail.heads import FILE_NAME, note_head
from app.trail.models import Event
from app.web.common.event_labels import EVENT_LABELS
from tests.architecture.test_sizes import ROOT
from tests.databases import Database
from tests.factories import (
    Community,
    administrator,
    community,
    coordinator,
    person,
    phone_number,
    request,
    volunteer,
)
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


def kinds(session: Session) -> list[str]:
    session.rollback()
    found = list(session.scalars(select(Event.kind).order_by(Event.seq)))
    session.rollback()
    return found


def shown(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def test_organisations_are_kept_as_a_tree(
    session: Session, client: FlaskClient, place: Community
) -> None:
    new = "/a/organisations/new"
    send(client, new, new, name="第一党支部", kind="党支部", area=place.here.id, parent=0)
    top = only(session, select(Organisation.id))
    send(client, new, new, name="一组", area=place.here.id, parent=top)
    below = only(session, select(Organisation.id).where(Organisation.parent_id == top))
    mine = f"/a/organisations/{top}"
    status, page = send(client, mine, mine, name="第一支部", parent=below)
    assert status == 422 and "不能放在自己下面" in page
    send(client, mine, mine, name="第一支部", parent=0)
    send(client, mine, f"{mine}/retire")
    assert kinds(session)[-2:] == ["organisation.changed", "organisation.retired"]
    page = shown(client, "/a/organisations")
    assert page.index("第一支部") < page.index("一组") and "停用" in page


CATEGORY: dict[str, Any] = {
    "code": "sewing",
    "name_zh": "缝补",
    "urgency": "ordinary",
    "mode": "manual",
    "grab": "y",
    "active": "y",
    "volunteers_needed": 2,
    "verify_minutes": 30,
    "dispatch_minutes": 120,
    "accept_minutes": 30,
    "arrive_minutes": 60,
    "finish_minutes": 240,
    "feedback_minutes": 1440,
    "radius_m": 1500,
    "wave_size": 4,
    "position": 5,
    "flow": "带针线\n缝好",
    "keywords": "缝补\n补衣服",
    "weight_distance": 60,
}


def test_category_shows_its_flow_in_words(
    session: Session, client: FlaskClient, place: Community
) -> None:
    new = "/a/categories/new"
    status, page = send(client, new, new, **{**CATEGORY, "wave_size": 99, "weight_duty": 101})
    assert status == 422 and "太大或太小" in page and "0 到 100" in page and "带针线" in page
    status, page = send(client, new, new, skill_ids=place.first_aid.id, **CATEGORY)
    assert status == 200
    for words in ("先问 1.5 公里以内的 4 位", "抢单", "2 小时内找到人", "带针线", "急救", "2 位"):
        assert words in page
    made = only(session, select(Category.id).where(Category.code == "sewing"))
    assert only(session, select(Category.weights).where(Category.id == made)) == {"distance": 60.0}
    edit = f"/a/categories/{made}/edit"
    send(client, edit, edit, version=1, **{**CATEGORY, "verify_first": "y"})
    assert "调度员审核" in shown(client, f"/a/categories/{made}")
    status, page = send(client, edit, edit, version=1, **CATEGORY)
    assert status == 409 and "已经被改过了" in page


def test_skill_is_added_and_changed(
    session: Session, client: FlaskClient, place: Community
) -> None:
    send(client, "/a/skills", "/a/skills", code="sewing", name_zh="缝纫")
    status, page = send(
        client, "/a/skills", "/a/skills", code="sewing", name_zh="裁缝", needs_certificate="y"
    )
    assert status == 200 and "裁缝" in page and "缝纫" not in page
    assert kinds(session)[-2:] == ["skill.added", "skill.changed"]
    status, page = send(client, "/a/skills", "/a/skills", code="Bad Code", name_zh="x")
    assert status == 422 and "小写字母" in page


def test_settings_and_limits_are_rows(
    session: Session, client: FlaskClient, place: Community
) -> None:
    status, page = send(
        client, "/a/settings", "/a/settings", service_phone="0755-1", order_phone="x"
    )
    assert status == 422 and "整数" in page and "0755-1" in page
    assert "setting.changed" not in kinds(session)
    send(client, "/a/settings", "/a/settings", service_phone="0755-1", order_phone="3")
    assert kinds(session)[-2:] == ["setting.changed", "limit.changed"]
    assert 'value="0755-1"' in shown(client, "/a/settings")
    send(client, "/a/settings", "/a/settings", notice="周六停水")
    page = shown(client, "/")
    assert "0755-1" in page and "周六停水" in page


def test_roles_are_given_and_ended(session: Session, client: FlaskClient, place: Community) -> None:
    new, phone = "/a/accounts/new", phone_number()
    status, page = send(
        client, new, new, name="周敏", phone="12", role="coordinator", area=place.here.id
    )
    assert status == 422 and "号码不对" in page
    send(client, new, new, name="周敏", phone=phone, role="coordinator", area=place.here.id)
    page = shown(client, f"/a/accounts?role=coordinator&area={place.here.path}")
    assert "周敏" in page and phone not in page
    assert "周敏" not in shown(client, f"/a/accounts?area={place.other.path}")
    role = only(session, select(Role.id).where(Role.role == "coordinator"))
    who = only(session, select(Role.person_id).where(Role.id == role))
    mine = f"/a/accounts/{who}"
    _status, page = send(client, mine, f"{mine}/roles/{role}/end")
    assert "已结束" in page and kinds(session)[-1] == "role.ended"
    assert phone not in page
    own = only(session, select(Role.id).where(Role.role == "administrator"))
    _status, page = send(client, mine, f"{mine}/roles/{own}/end")
    assert "要由另一位管理员结束" in page


def test_log_ins_are_ended_and_accounts_suspended(
    app: Flask, session: Session, client: FlaskClient, place: Community
) -> None:
    who = coordinator(session, place.here)
    other = app.test_client()
    come_in(other, session, who)
    live = select(LoginSession.id).where(LoginSession.person_id == who.id)
    mine = f"/a/accounts/{who.id}"
    send(client, mine, f"{mine}/log-ins/{only(session, live)}/revoke")
    assert other.get("/c").status_code == 303
    come_in(other, session, who)
    assert other.get("/c").status_code == 200
    version = only(session, select(Person.version).where(Person.id == who.id))
    _status, page = send(client, mine, f"{mine}/suspend", version=version, reason="")
    assert "请写一句原因" in page
    _status, page = send(client, mine, f"{mine}/suspend", version=version, reason="常不在岗")
    assert "常不在岗" in page and other.get("/c").status_code == 303
    send(client, mine, f"{mine}/resume", version=version + 1)
    assert kinds(session)[-1] == "account.resumed"


def message(session: Session, of: int | None = None, **values: Any) -> int:
    now = utc_now()
    given: dict[str, Any] = {
        "subject": f"help_request:{of}",
        "template": "request_open",
        "state": "failed",
        "last_code": "30003",
        **values,
    }
    made = Notification(
        token=given["subject"],
        recipient="phone:1",
        request_id=of,
        channel="sms",
        address="+8617400012345",
        language="zh_Hans",
        params='{"code": "ABCD2345", "digits": "987654"}',
        made_at=now,
        **given,
    )
    session.add(made)
    session.flush()
    session.add(NotificationStep(notification_id=made.id, at=now, state="failed", code="30003"))
    session.add(
        DeliveryReceipt(
            notification_id=made.id,
            provider_id=f"SM{made.id}",
            state="undelivered",
            code="30003",
            received_at=now,
        )
    )
    session.commit()
    return made.id


def test_message_shows_its_history_but_not_its_numbers(
    session: Session, client: FlaskClient, place: Community
) -> None:
    of = request(session, place)
    failed = message(session, of.id)
    code = message(
        session,
        subject="login:1",
        template="login_code",
        state="delivered",
        person_id=person(session, place.here).id,
    )
    page = shown(client, "/a/notifications?choice=failed")
    assert of.code in page and "没有送到" in page and f"/a/notifications/{code}" not in page
    assert "有 1 条通知没有送到" in shown(client, "/a")
    page = shown(client, f"/a/notifications/{failed}")
    assert "undelivered" in page and "30003" in page and f"/c/requests/{of.id}" in page
    for path in ("/a/notifications", f"/a/notifications/{code}", f"/a/notifications/{failed}"):
        page = shown(client, path)
        assert "987654" not in page and "ABCD2345" not in page and "17400012345" not in page
        assert "***2345" in page


def test_trail_is_filtered_and_checked(
    session: Session, client: FlaskClient, place: Community, database: Database
) -> None:
    send(client, "/a/settings", "/a/settings", notice="周六停水")
    page = shown(client, "/a/trail?subject=settings")
    assert "修改设置" in page and "周六停水" in page
    assert "周六停水" not in shown(client, "/a/trail?subject=areas")
    session.rollback()
    seq, digest = head_of(session)
    session.rollback()
    heads = Path(database.folder) / FILE_NAME
    note_head(heads, seq=seq, digest=digest, now=utc_now())
    _status, page = send(client, "/a/trail", "/a/trail")
    assert "留痕是完整的" in page and "1 个以前公布的校验值" in page and digest[:16] in page
    tamper(session)
    _status, page = send(client, "/a/trail", "/a/trail")
    assert "留痕不完整" in page and "这一行被改过" in page


def tamper(session: Session) -> None:
    """Tampers as the database's owner could: without its triggers."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("DROP TRIGGER event_never_changed"))
    else:
        session.execute(text("ALTER TABLE event DISABLE TRIGGER event_never_changed"))
    session.execute(update(Event).where(Event.seq == 1).values(door="sms"))
    session.commit()


def test_what_an_area_may_not_see_is_not_shown(
    app: Flask, session: Session, client: FlaskClient, place: Community
) -> None:
    volunteer(session, place, name="林晓")
    message(session, request(session, place).id)
    other = app.test_client()
    come_in(other, session, administrator(session, place.other))
    for path in ("/a/accounts?role=", f"/a/accounts?role=&area={place.here.path}"):
        assert "林晓" not in shown(other, path)
    assert "没有这样的通知" in shown(other, "/a/notifications")
    send(client, "/a/settings", "/a/settings", notice="周六停水")
    assert "周六停水" not in shown(other, "/a/trail?subject=all&area=/")


def test_every_kind_of_line_has_words() -> None:
    """Kinds as written in use cases; those of a request's steps are composed."""
    kind = re.compile(r'"([a-z_]+\.[a-z_]+)"')
    paths = (ROOT / "app" / "usecases").rglob("*.py")
    written = {found for path in paths for found in kind.findall(path.read_text())}
    assert "role.granted" in written
    assert written - set(EVENT_LABELS) == set(), "give it a label: app/web/common/event_labels.py"
