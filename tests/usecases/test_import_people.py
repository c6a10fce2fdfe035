"""Volunteers from a table: good rows are imported, bad ones are reported with their line."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.context import Context
from app.core.errors import Invalid, NotAllowed
from app.offers.models import Offer
from app.people.models import Person, PersonSkill
from app.people.queries import by_phone, scopes_of
from app.trail.verification import verify
from app.usecases.shared.import_report import ImportReport
from app.usecases.volunteers.import_people import import_people
from tests.factories import NOW, Community, actor_for, administrator, community, coordinator

HEAD = "姓名,手机,区域,服务类别,技能\n"


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


@pytest.fixture
def admin(session: Session, place: Community) -> Actor:
    who = administrator(session, place.district)
    return actor_for(who, "administrator", place.district)


def take_in(session: Session, actor: Actor, text: str) -> ImportReport:
    report = import_people(Context(session, actor, NOW), text=text, region="CN")
    session.commit()
    return report


def people(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Person)) or 0


def test_good_rows_become_active_volunteers(
    session: Session, place: Community, admin: Actor
) -> None:
    text = "\ufeff" + HEAD + "林晓,17408880001,民乐社区,medicine;上门探访,急救\n"
    report = take_in(session, admin, text)
    assert report == ImportReport(1, ())
    person = by_phone(session, "+8617408880001")
    assert person is not None and person.state == "active"
    assert [scope.role for scope in scopes_of(session, person.id)] == ["volunteer"]
    offer = session.scalars(select(Offer).where(Offer.person_id == person.id)).one()
    assert offer.active and abs(offer.lat - 22.62) < 0.01
    assert session.get(PersonSkill, (person.id, place.first_aid.id)) is not None


def test_bad_rows_are_reported_and_the_others_come_in(
    session: Session, place: Community, admin: Actor
) -> None:
    before = people(session)
    text = HEAD + "\n".join(
        [
            "甲,17408880011,440309002001,medicine,",
            "乙,12,440309002001,medicine,",
            "丙,17408880013,火星,medicine,",
            "丁,17408880014,440309002001,打扫,",
            "",
            "戊,17408880011,440309002001,medicine,",
            ",17408880016,440309002001,medicine,",
            "己,17408880017",
            "庚,17408880018,440309002001,medicine,飞行",
        ]
    )
    report = take_in(session, admin, text)
    assert report.added == 1 and people(session) == before + 1
    assert [row.line for row in report.bad] == [3, 4, 5, 7, 8, 9, 10]
    assert len({row.reason for row in report.bad}) >= 5
    assert list(verify(session)) == []


@pytest.mark.parametrize("text", ["", "姓名\n", "a,b,c\n1,2,3\n", '"' * 200_000, "\x00\x01"])
def test_what_is_no_table_is_refused_as_a_whole(
    session: Session, place: Community, admin: Actor, text: str
) -> None:
    with pytest.raises(Invalid) as caught:
        take_in(session, admin, text)
    assert set(caught.value.fields) == {"file"}


def test_table_that_is_too_long_is_refused(
    session: Session, place: Community, admin: Actor
) -> None:
    with pytest.raises(Invalid):
        take_in(session, admin, HEAD + "林,1,2,3,4\n" * 1001)
    with pytest.raises(Invalid):
        take_in(session, admin, HEAD + "x" * 2_000_001)


def test_coordinator_takes_in_only_for_the_own_area(session: Session, place: Community) -> None:
    chief = actor_for(coordinator(session, place.here), "coordinator", place.here)
    text = HEAD + "甲,17408880021,民乐社区,medicine,\n乙,17408880022,民强社区,medicine,\n"
    report = take_in(session, chief, text)
    assert report.added == 1 and [row.line for row in report.bad] == [3]


def test_nobody_without_an_area_takes_in(session: Session, place: Community) -> None:
    with pytest.raises(NotAllowed):
        take_in(session, Actor("volunteer", "web", 1), HEAD)
