"""A month shown, exported and imported: all of it or nothing, and nobody is asked twice."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.context import Context
from app.core.errors import Invalid, NotAllowed
from app.core.wall_time import wall_of
from app.people.models import Organisation, Person
from app.rotation.models import DutyAsk, Shift
from app.rotation.plan.models import FixedTurn
from app.rotation.tables import WrittenTurn, table
from app.usecases.duty.plan.manage_rota import make_rota
from app.usecases.duty.shifts.import_turns import TurnsReport, import_turns
from app.usecases.duty.views.see_month import month_of
from tests import factories
from tests.factories import NOW, Community
from tests.usecases.on_call import on_call

HEAD = "开始,结束,层,编号,姓名,组织\n"


class Desk:
    """A rota without any turn, its coordinator, and volunteers, two of whom have the same name."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.place: Community = factories.community(session)
        chief = factories.coordinator(session, self.place.here)
        self.boss: Actor = factories.actor_for(chief, "coordinator", self.place.here)
        self.rota_id = make_rota(
            Context(session, self.boss, NOW), area_id=self.place.here.id, name="夜班"
        )
        branch = Organisation(name="第一党支部", area_id=self.place.here.id)
        session.add(branch)
        session.flush()
        self.people: list[Person] = [
            factories.volunteer(session, self.place, name="林晓"),
            factories.volunteer(session, self.place, name="王强"),
            factories.volunteer(session, self.place, name="王强", organisation_id=branch.id),
        ]
        session.commit()

    def take_in(self, lines: str) -> TurnsReport:
        """Imports a table."""
        report = import_turns(
            Context(self.session, self.boss, NOW), rota_id=self.rota_id, text=HEAD + lines
        )
        self.session.commit()
        return report

    def count(self, table: type[FixedTurn] | type[Shift] | type[DutyAsk]) -> int:
        """How many rows there are."""
        return self.session.scalar(select(func.count()).select_from(table)) or 0


def test_good_table_is_planned_and_asked(session: Session) -> None:
    desk = Desk(session)
    report = desk.take_in(
        "2026-03-05 20:00,2026-03-06 00:00,1,,林晓,\n"
        f"2026/3/6 0:00,2026/3/6 6:00,2,{desk.people[1].id},王强,\n"
        "2026-03-07 20:00,2026-03-07 23:00,,,王强,第一党支部\n"
    )
    assert report == TurnsReport(3, 0, ())
    found = session.scalars(select(Shift).order_by(Shift.starts_at)).all()
    assert [one.person_id for one in found] == [person.id for person in desk.people]
    assert {one.state for one in found} == {"offered"} and desk.count(DutyAsk) == 3
    assert found[0].starts_at.hour == 12 and [one.layer for one in found] == [1, 2, 1]


def test_a_line_for_somebody_who_is_on_duty_then_is_named(session: Session) -> None:
    desk = Desk(session)
    start = NOW + timedelta(hours=32)
    factories.on_duty(session, desk.people[0], desk.place.other, hours=4, start=start)
    session.commit()
    report = desk.take_in(
        "2026-03-05 08:00,2026-03-05 10:00,1,,林晓,\n2026-03-05 20:00,2026-03-06 00:00,1,,林晓,\n"
    )
    assert [one.line for one in report.bad] == [3] and "已有班" in report.bad[0].reason
    assert desk.count(FixedTurn) == 0


def test_one_bad_line_and_nothing_is_done(session: Session) -> None:
    desk = Desk(session)
    stranger = factories.person(session, desk.place.other, name="陈外")
    first = desk.people[0].id
    report = desk.take_in(
        "2026-03-05 20:00,2026-03-05 23:00,1,,林晓,\n"
        "2026-03-05 20:00,2026-03-05 22:00,1,,林晓,\n"
        "昨天,2026-03-05 23:00,1,,林晓,\n"
        "2026-03-05 20:00,2026-03-05 20:00,1,,林晓,\n"
        "2026-03-05 20:00,2026-03-07 20:00,1,,林晓,\n"
        "2026-03-01 20:00,2026-03-01 23:00,1,,林晓,\n"
        "2026-03-05 20:00,2026-03-05 23:00,7,,林晓,\n"
        f"2026-03-05 20:00,2026-03-05 23:00,1,{stranger.id},,\n"
        f"2026-03-05 20:00,2026-03-05 23:00,1,{first},王强,\n"
        "2026-03-05 20:00,2026-03-05 23:00,1,,没有人,\n"
        "2026-03-05 20:00,2026-03-05 23:00,1,,王强,\n"
    )
    assert (report.added, [row.line for row in report.bad]) == (0, list(range(3, 13)))
    assert len({row.reason for row in report.bad}) == 9
    assert (desk.count(FixedTurn), desk.count(Shift), desk.count(DutyAsk)) == (0, 0, 0)


def test_month_that_was_written_out_changes_nothing_when_read_in(session: Session) -> None:
    made = on_call(session)
    month = month_of(Context(session, made.boss, NOW), rota_id=made.rota_id, first=date(2026, 3, 1))
    written = table(
        WrittenTurn(
            wall_of(one.starts_at, month.zone),
            wall_of(one.ends_at, month.zone),
            one.layer,
            one.person_id,
            one.name.name,
            one.organisation,
            one.agreed,
        )
        for one in month.shifts
    )
    assert made.people[0].phone not in written and made.people[0].phone[3:] not in written
    before = session.scalar(select(func.count()).select_from(Shift))
    report = import_turns(Context(session, made.boss, NOW), rota_id=made.rota_id, text=written)
    session.commit()
    assert report == TurnsReport(0, len(month.shifts), ())
    assert session.scalar(select(func.count()).select_from(Shift)) == before
    assert session.scalars(select(FixedTurn)).all() == []


def test_month_shows_who_and_where_nobody_is(session: Session) -> None:
    desk = Desk(session)
    desk.take_in("2026-03-31 20:00,2026-04-01 04:00,1,,林晓,\n")
    session.scalars(select(Shift)).one().state = "agreed"
    months = [
        month_of(Context(session, desk.boss, NOW), rota_id=desk.rota_id, first=first)
        for first in (date(2026, 3, 1), date(2026, 4, 1))
    ]
    # It touches both months; what is missing is counted from now on.
    assert [[one.name.name for one in month.shifts] for month in months] == [["林晓"], ["林晓"]]
    (march,), (april,) = (month.gaps for month in months)
    assert march[0] == NOW and march[1] - NOW == timedelta(days=27, hours=10)
    assert april[1] - april[0] == timedelta(days=29, hours=20)


def test_strangers_see_and_plan_nothing(session: Session) -> None:
    desk = Desk(session)
    other = factories.coordinator(session, desk.place.other)
    stranger = factories.actor_for(other, "coordinator", desk.place.other)
    with pytest.raises(NotAllowed):
        month_of(Context(session, stranger, NOW), rota_id=desk.rota_id, first=date(2026, 3, 1))
    with pytest.raises(NotAllowed):
        import_turns(Context(session, stranger, NOW), rota_id=desk.rota_id, text=HEAD)
    with pytest.raises(Invalid):
        import_turns(Context(session, desk.boss, NOW), rota_id=desk.rota_id, text="姓名\n")
