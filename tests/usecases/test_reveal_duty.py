"""The sheet of tonight: who is on it, from when to when, and who may get it."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.context import Context
from app.core.errors import NotAllowed, NotFound
from app.trail.models import Event
from app.usecases.duty.views.reveal_duty import DutySheet, reveal_duty
from tests import factories
from tests.factories import NOW, Community

HOUR = timedelta(hours=1)


def night(session: Session) -> Community:
    """From 14:00 two are on duty for the community until 22:00; one for its neighbour."""
    place = factories.community(session)
    for name, where, hours in (
        ("林晓", place.here, 8),
        ("王强", place.here, 4),
        ("陈邻", place.other, 24),
    ):
        helper = factories.volunteer(session, place, name=name)
        factories.on_duty(session, helper, where, hours=hours, start=NOW + 4 * HOUR)
    factories.coordinator(session, place.here, name="周敏")
    factories.coordinator(session, place.district, name="吴总")
    factories.service_point(session, place.here, phone="0755-1")
    factories.service_point(session, place.other, phone="0755-2")
    factories.service_point(session, place.subdistrict)
    return place


def printed(session: Session, place: Community, hours: float = 0) -> DutySheet:
    """The sheet that its coordinator gets."""
    boss = factories.actor_for(
        factories.coordinator(session, place.here, name="钱调度"), "coordinator", place.here
    )
    found = reveal_duty(Context(session, boss, NOW + hours * HOUR), area_id=place.here.id)
    session.commit()
    return found


def test_everybody_to_call_stands_on_it(session: Session) -> None:
    found = printed(session, night(session))
    assert [one.name for one in found.own] == ["林晓", "王强"]
    assert all(one.phone.startswith("+861740") for one in (*found.own, *found.around))
    assert [(one.name, one.area) for one in found.around] == [("陈邻", "民强社区")]
    assert [name for name, _phone in found.coordinators] == ["周敏", "钱调度", "吴总"]
    assert [point.name for point in found.points] == ["民乐社区党群服务点"]


@pytest.mark.parametrize(
    ("hours", "lasts"),
    # At 10:00, 22:00, 02:00 and 02:01 in Shenzhen.
    [(0, 22), (12, 10), (16, 6), (16 + 1 / 60, 30 - 1 / 60)],
)
def test_it_reaches_to_the_next_morning(session: Session, hours: float, lasts: float) -> None:
    found = printed(session, night(session), hours)
    assert abs((found.ends_at - found.starts_at) / HOUR - lasts) < 0.001
    assert found.ends_at.astimezone(found.zone).hour == 8


def test_what_is_over_is_cut_and_gaps_are_said(session: Session) -> None:
    found = printed(session, night(session), 9)
    (left,) = found.own
    assert (left.name, left.starts_at, left.ends_at) == ("林晓", NOW + 9 * HOUR, NOW + 12 * HOUR)
    assert found.gaps == ((NOW + 12 * HOUR, found.ends_at),)


def test_each_sheet_is_in_the_trail_without_a_name(session: Session) -> None:
    place = night(session)
    printed(session, place)
    printed(session, place)
    lines = session.scalars(select(Event).where(Event.kind == "duty.sheet_printed")).all()
    assert [(line.subject_type, line.subject_id) for line in lines] == [
        ("area", str(place.here.id))
    ] * 2
    assert lines[0].details == {"people": 6}


def test_others_get_none(session: Session) -> None:
    place = night(session)
    stranger = factories.actor_for(
        factories.coordinator(session, place.other), "coordinator", place.other
    )
    helper = factories.actor_for(factories.volunteer(session, place), "volunteer", place.here)
    for actor in (stranger, helper):
        with pytest.raises(NotAllowed):
            reveal_duty(Context(session, actor, NOW), area_id=place.here.id)
    with pytest.raises(NotFound):
        reveal_duty(Context(session, stranger, NOW), area_id=0)
    assert session.scalars(select(Event).where(Event.kind == "duty.sheet_printed")).all() == []
