"""What stops repeating help: its resident, a category switched off, a retired area, a holiday."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import Actor, resident
from app.core.context import Context
from app.help_requests.models import HelpRequest
from app.offers.models import Offer
from app.people.models import Person
from app.repeats.models import RepeatDay, RepeatRule
from app.repeats.rules import read_holidays
from app.settings.models import Setting
from app.usecases.repeats.repeat_request import resume_repeat
from app.usecases.requests.cancel_request import cancel_request
from app.usecases.volunteers.spread_offer import spread_offer
from tests.factories import NOW, Community, actor_for, community, coordinator, request, volunteer
from tests.usecases.asking import match_of, told
from tests.usecases.test_repeat_request import SECOND, WEEK, start, tick

HOUR = timedelta(hours=1)


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


@pytest.fixture
def boss(session: Session, place: Community) -> Person:
    return coordinator(session, place.here)


@pytest.fixture
def chief(place: Community, boss: Person) -> Actor:
    return actor_for(boss, "coordinator", place.here)


@pytest.fixture
def first(session: Session, place: Community) -> HelpRequest:
    return request(session, place)


def cancel(session: Session, one: HelpRequest, goes_on: bool | None) -> None:
    context = Context(session, resident("web"), NOW)
    cancel_request(context, code=one.code, why="", repeat_goes_on=goes_on)
    session.commit()


@pytest.mark.parametrize(
    ("goes_on", "state"), [(True, "running"), (False, "ended"), (None, "paused")]
)
def test_the_resident_says_whether_the_rest_goes_on(
    session: Session,
    chief: Actor,
    boss: Person,
    first: HelpRequest,
    goes_on: bool | None,
    state: str,
) -> None:
    rule = session.get_one(RepeatRule, start(session, chief, first))
    cancel(session, first, goes_on)
    session.refresh(rule)
    assert rule.state == state
    assert len(tick(session, SECOND)) == (1 if goes_on else 0)
    # Where nothing was said, a coordinator asks.
    assert told(session, person=boss) == (["coordinator_attention"] if goes_on is None else [])


def test_cancelling_a_later_one_counts_too_and_a_coordinator_stops_nothing(
    session: Session, chief: Actor, first: HelpRequest
) -> None:
    rule = session.get_one(RepeatRule, start(session, chief, first))
    (second,) = tick(session, SECOND)
    cancel_request(Context(session, chief, NOW), request_id=second.id, why="")
    session.commit()
    assert rule.state == "running"
    (third,) = tick(session, SECOND + WEEK)
    cancel(session, third, False)
    session.refresh(rule)
    assert rule.state == "ended"


@pytest.mark.parametrize("what", ["category", "area"])
def test_what_is_switched_off_is_placed_no_more_and_the_coordinator_is_told(
    session: Session, place: Community, chief: Actor, boss: Person, first: HelpRequest, what: str
) -> None:
    rule = session.get_one(RepeatRule, start(session, chief, first))
    off = place.medicine if what == "category" else place.here
    off.active = False
    session.commit()
    assert tick(session, SECOND) == []
    session.refresh(rule)
    assert (rule.state, told(session, person=boss)) == ("paused", ["coordinator_attention"])
    off.active = True
    resume_repeat(Context(session, chief, SECOND), rule_id=rule.id)
    session.commit()
    assert len(tick(session, SECOND)) == 1


def test_a_holiday_is_left_out_and_the_next_week_is_not(
    session: Session, chief: Actor, first: HelpRequest
) -> None:
    holidays = "2026-03-11 2026-05-01"
    session.add(Setting(key="repeat_holidays", value=holidays, changed_at=NOW))
    start(session, chief, first)
    assert tick(session, SECOND) == []
    days = session.execute(select(RepeatDay.day, RepeatDay.state).order_by(RepeatDay.day)).all()
    assert days[-1] == (date(2026, 3, 11), "skipped")
    (third,) = tick(session, SECOND + WEEK)
    assert third.wanted_from == NOW + 2 * WEEK


def test_holidays_are_read_from_their_text() -> None:
    assert read_holidays(" 2027-01-01\n2027-02-06 ") == {date(2027, 1, 1), date(2027, 2, 6)}
    assert read_holidays("") == frozenset()
    with pytest.raises(ValueError, match="tomorrow"):
        read_holidays("tomorrow")


def test_a_familiar_face_whose_break_ends_before_the_visit_is_asked(
    session: Session, place: Community, chief: Actor, first: HelpRequest
) -> None:
    familiar, substitute = volunteer(session, place, north_m=900), volunteer(session, place)
    start(session, chief, first, familiar_id=familiar.id, substitute_id=substitute.id)
    offer = session.scalars(select(Offer).where(Offer.person_id == familiar.id)).one()
    offer.paused_until = SECOND + timedelta(days=1)
    spread_offer(session, familiar.id)
    session.commit()
    (second,) = tick(session, SECOND)
    assert match_of(session, second, familiar).state == "sent"
    offer.paused_until = SECOND + WEEK + timedelta(days=4)
    session.commit()
    (third,) = tick(session, SECOND + WEEK)
    assert match_of(session, third, substitute).state == "sent"
