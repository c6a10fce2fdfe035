"""Who may be asked for a task of another day is judged at the time of the task, not now."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.dispatch.models import Match
from app.help_requests.models import HelpRequest
from app.matching.ranking import Ranking
from app.people.models import Person
from app.usecases.dispatch.rank_volunteers import rank_for
from tests.factories import ALL_WEEK, HOME, NOW, Community, community, on_duty, request, volunteer

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# Wednesday 10:00 in Shenzhen is NOW.
MORNING = [{"day": day, "from": "08:00", "to": "12:00"} for day in range(7)]


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


def wanted(
    session: Session, place: Community, start: datetime, hours: float = 2, **more: Any
) -> HelpRequest:
    window = {"wanted_from": start, "wanted_to": start + hours * HOUR}
    return request(session, place, **{**window, **more})


def why(session: Session, one: HelpRequest, who: Person, radius_m: int = 1500) -> list[str]:
    """The reasons against a person; empty when ranked. The person must be accounted for."""
    found: Ranking = rank_for(session, request=one, now=NOW, radius_m=radius_m)
    if who.id in {ranked.person_id for ranked in found.ranked}:
        return []
    (left,) = (left for left in found.left_out if left.person_id == who.id)
    return [reason.code for reason in left.reasons]


def accept(session: Session, one: HelpRequest, who: Person, state: str = "accepted") -> None:
    session.add(
        Match(
            token=f"{one.id}-{who.id}",
            request_id=one.id,
            person_id=who.id,
            state=state,
            place_no=1,
            made_at=NOW,
            accepted_at=NOW,
        )
    )
    session.commit()


def test_another_task_at_that_time_and_none_of_another_day(
    session: Session, place: Community
) -> None:
    who = volunteer(session, place)
    tomorrow, monday = NOW + DAY, NOW + 5 * DAY
    for start in (tomorrow, monday):
        accept(session, wanted(session, place, start), who)
    assert why(session, wanted(session, place, tomorrow + HOUR), who) == ["busy_then"]
    # Two tasks in hand and a limit of two at a time, but none of them on that day.
    assert why(session, wanted(session, place, NOW + 3 * DAY), who) == []
    assert why(session, wanted(session, place, tomorrow + 3 * HOUR), who) == []


def test_as_many_as_the_limit_on_that_day(session: Session, place: Community) -> None:
    who = volunteer(session, place)
    for hours in (0, 3):
        accept(session, wanted(session, place, NOW + DAY + hours * HOUR), who)
    assert why(session, wanted(session, place, NOW + DAY + 8 * HOUR), who) == ["at_load_limit"]


def test_the_way_from_one_place_to_the_other_counts(session: Session, place: Community) -> None:
    who = volunteer(session, place, offer={"radius_m": 9000})
    accept(
        session,
        wanted(session, place, NOW + DAY, 1, lat=HOME[0] + 5000 / 111_195, state="assigned"),
        who,
    )
    assert why(session, wanted(session, place, NOW + DAY + HOUR, 1), who) == ["busy_then"]
    assert why(session, wanted(session, place, NOW + DAY + 2 * HOUR, 1), who) == []


def test_a_task_begun_and_one_without_a_time_are_now(session: Session, place: Community) -> None:
    begun, undated = volunteer(session, place), volunteer(session, place)
    accept(session, wanted(session, place, NOW - 3 * HOUR), begun, state="arrived")
    accept(session, request(session, place, wanted_from=None, wanted_to=None), undated)
    soon, tomorrow = wanted(session, place, NOW, 1), wanted(session, place, NOW + DAY)
    for who in (begun, undated):
        assert why(session, soon, who) == ["busy_then"]
        assert why(session, tomorrow, who) == []


def test_duty_now_lifts_nothing_of_a_task_tomorrow(session: Session, place: Community) -> None:
    who = volunteer(
        session, place, offer={"hours": MORNING, "radius_m": 100, "weekly_limit": 0}, north_m=900
    )
    on_duty(session, who, place.here)
    night = wanted(session, place, NOW + 17 * HOUR, 1)
    assert why(session, night, who) == ["too_far", "out_of_hours", "resting", "weekly_limit"]
    assert why(session, wanted(session, place, NOW, 2), who) == []


def test_agreed_duty_at_that_time_is_a_conflict_and_for_urgent_help_it_is_not(
    session: Session, place: Community
) -> None:
    who = volunteer(session, place)
    on_duty(session, who, place.here, start=NOW + DAY)
    assert why(session, wanted(session, place, NOW + DAY + HOUR), who) == ["on_duty_then"]
    assert why(session, wanted(session, place, NOW + DAY + HOUR, urgency="urgent"), who) == []
    elsewhere = volunteer(session, place)
    on_duty(session, elsewhere, place.other, start=NOW)
    assert why(session, wanted(session, place, NOW + HOUR), elsewhere) == ["on_duty_then"]


def test_rest_after_a_duty_still_to_come_and_none_left_next_week(
    session: Session, place: Community
) -> None:
    rests, will_rest = volunteer(session, place), volunteer(session, place)
    on_duty(session, rests, place.other, start=NOW - 10 * HOUR, hours=10)
    on_duty(session, will_rest, place.other, start=NOW + 12 * HOUR, hours=10)
    assert why(session, wanted(session, place, NOW, 2), rests) == ["resting"]
    assert why(session, wanted(session, place, NOW + 7 * DAY), rests) == []
    after = wanted(session, place, NOW + 23 * HOUR)
    assert why(session, after, will_rest) == ["resting"]
    assert why(session, wanted(session, place, NOW + 11 * HOUR, 1), will_rest) == ["duty_soon"]


def test_the_whole_window_is_looked_at_and_needs_room(session: Session, place: Community) -> None:
    late = volunteer(
        session,
        place,
        offer={"hours": [{"day": day, "from": "20:30", "to": "22:00"} for day in range(7)]},
    )
    minute = volunteer(
        session, place, offer={"hours": [{"day": 3, "from": "08:00", "to": "08:01"}]}
    )
    # From 08:00 to 22:00 in Shenzhen.
    day = wanted(session, place, NOW + 22 * HOUR, 14)
    assert why(session, day, late) == []
    assert why(session, day, minute) == ["out_of_hours"]


def test_a_break_that_is_over_by_then_is_no_reason(session: Session, place: Community) -> None:
    offer = {"hours": ALL_WEEK, "paused_until": NOW + 2 * DAY}
    who = volunteer(session, place, offer=offer)
    assert why(session, wanted(session, place, NOW + DAY), who) == ["paused"]
    assert why(session, wanted(session, place, NOW + 2 * DAY), who) == []
