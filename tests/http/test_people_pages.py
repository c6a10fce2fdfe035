"""A coordinator's pages of people: the list, searching a name, a person's page, decisions."""

import io

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.people import lists
from app.people.lists import Wanted, count_by_state, may_search, people_of
from app.people.models import Organisation, Person, PersonSkill
from app.trail.models import Event
from tests.factories import Community, community, coordinator, person, volunteer
from tests.http.visitor import come_in, send, statements


@pytest.fixture
def place(session: Session, client: FlaskClient) -> Community:
    """A community whose coordinator is logged in."""
    made = community(session)
    come_in(client, session, coordinator(session, made.here))
    return made


def shown(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


def test_narrows_by_state_organisation_skill_area_and_name(
    session: Session, client: FlaskClient, place: Community
) -> None:
    branch = Organisation(name="第一支部")
    session.add(branch)
    session.flush()
    volunteer(session, place, name="林晓", organisation_id=branch.id)
    volunteer(session, place, name="王芳", skills=[])
    person(session, place.here, name="新人", state="pending")
    person(session, place.other, name="别处的人")
    session.commit()

    def found(query: str) -> set[str]:
        page = shown(client, f"/c/people?{query}")
        return {name for name in ("林晓", "王芳", "新人", "别处的人") if f">{name}</a>" in page}

    assert found("") == {"林晓", "王芳", "新人"}
    assert found("state=pending") == {"新人"}
    assert found(f"organisation={branch.id}") == {"林晓"}
    assert found(f"skill={place.first_aid.id}") == {"林晓"}
    assert found("name=林") == {"林晓"}
    assert found(f"area={place.other.id}&name=人") == {"新人"}
    assert "没有符合的人" in shown(client, "/c/people?name=不存在")


def test_looks_for_a_name_only_among_a_few(
    session: Session, place: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("甲", "乙", "丙"):
        person(session, place.here, name=name, state="pending")
    wanted = Wanted(state="pending", name="乙")
    assert may_search(session, [place.here.path], wanted)
    assert [one.name for one in people_of(session, [place.here.path], wanted)] == ["乙"]
    assert count_by_state(session, [place.here.path])["pending"] == 3
    monkeypatch.setattr(lists, "MOST_SEARCHED", 2)
    assert not may_search(session, [place.here.path], wanted)
    assert people_of(session, [], wanted) == [] and not may_search(session, [], wanted)


def test_approves_a_newcomer_and_sees_a_certificate(
    session: Session, client: FlaskClient, place: Community
) -> None:
    place.first_aid.needs_certificate = True
    new = person(session, place.here, name="新人", state="pending")
    session.merge(place.first_aid)
    session.add(PersonSkill(person_id=new.id, skill_id=place.first_aid.id))
    session.commit()
    identity, skill = new.id, place.first_aid.id
    session.commit()
    assert "证书未核对" in shown(client, "/c/people?state=pending")
    page = f"/c/people/{identity}"
    status, answer = send(client, page, f"{page}/reject", version=1, reason=" ")
    assert status == 200 and "请写一句原因" in answer
    status, answer = send(client, page, f"{page}/approve", version=1)
    assert status == 200 and "在册" in answer and "志愿者审批通过" in answer
    status, answer = send(client, page, f"{page}/skills/{skill}")
    assert status == 200 and "核对过证书" in answer
    status, answer = send(client, page, f"{page}/approve", version=1)
    assert status == 200 and "已经被改过了" in answer


def test_suspends_and_brings_back(session: Session, client: FlaskClient, place: Community) -> None:
    identity = volunteer(session, place).id
    session.commit()
    page = f"/c/people/{identity}"
    status, answer = send(client, page, f"{page}/suspend", version=1, reason="搬走了")
    assert status == 200 and "停用" in answer and "搬走了" in answer
    status, answer = send(client, page, f"{page}/resume", version=2)
    assert status == 200 and "恢复账号" in answer


def test_a_number_is_masked_until_somebody_looks(
    session: Session, client: FlaskClient, place: Community
) -> None:
    helper = volunteer(session, place)
    identity, phone = helper.id, helper.phone
    session.commit()
    page = f"/c/people/{identity}"
    assert phone not in shown(client, page) and phone not in shown(client, "/c/people")
    status, answer = send(client, page, f"{page}/reveal")
    assert status == 200 and f"tel:{phone}" in answer
    assert "account.revealed" in session.scalars(select(Event.kind)).all()


def test_nobody_of_another_area(session: Session, client: FlaskClient, place: Community) -> None:
    there = person(session, place.other)
    session.commit()
    assert client.get(f"/c/people/{there.id}").status_code == 403


def test_imports_and_says_which_rows_are_bad(
    session: Session, client: FlaskClient, place: Community
) -> None:
    table = "姓名,手机,区域,服务类别\n林晓,17400001234,440309002001,代买药\n坏行,12,x,y\n"
    data = {"file": (io.BytesIO(table.encode()), "people.csv")}
    status, answer = send(client, "/c/people", "/c/people/import", **data)
    assert status == 200 and "导入了 1 人，1 行没有导入" in answer and "第 3 行" in answer
    session.expire_all()
    assert len(session.scalars(select(Person.id)).all()) == 2


def test_asks_as_often_for_fifty_people_as_for_one(
    session: Session, client: FlaskClient, place: Community
) -> None:
    volunteer(session, place)
    address = "/c/people"
    shown(client, address)
    with statements(client) as for_one:
        shown(client, address)
    for _ in range(49):
        volunteer(session, place)
    with statements(client) as for_all:
        shown(client, address)
    assert len(for_one) == len(for_all)
