"""Tasks on 29 February, when clocks change, at midnight and at the end of a month, in Berlin."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.areas.models import Area
from app.core.context import Context
from app.dispatch.models import AnswerCount, Match
from app.help_requests.models import HelpRequest
from app.hours.models import ServiceRecord
from app.people.models import Person
from app.usecases.dispatch.answer_match import accept_match
from app.usecases.dispatch.learn_answers import answers_to_learn, learn_from_answers
from app.usecases.dispatch.rank_volunteers import rank_for
from app.usecases.requests.do_task import arrive_at_task, finish_task
from tests.factories import Community, community, request, take, volunteer
from tests.usecases.asking import MINUTE, match_of, me, told, wave
from tests.usecases.live import live
from tests.usecases.teams import say_yes, team_messages

pytestmark = pytest.mark.usefixtures("locks_in_order")
BERLIN = ZoneInfo("Europe/Berlin")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def at(year: int, month: int, day: int, hour: int, minute: int = 0, *, fold: int = 0) -> datetime:
    """A time on the wall in Berlin; `fold` 1 is the second of two."""
    wall = datetime(year, month, day, hour, minute, fold=fold, tzinfo=BERLIN)
    return wall.astimezone(ZoneInfo("UTC"))


# When help is wanted, the hours of whoever is free then, and the hour class.
DAYS = {
    "leap day": (at(2028, 2, 29, 10), at(2028, 2, 29, 12), "09:00", "13:00", "morning"),
    "an hour is missing": (at(2026, 3, 29, 1, 30), at(2026, 3, 29, 4), "01:00", "04:00", "night"),
    "an hour comes twice": (
        at(2026, 10, 25, 2, 15), at(2026, 10, 25, 2, 45, fold=1), "02:00", "03:00", "night",
    ),
    "midnight": (at(2026, 6, 10, 0), at(2026, 6, 10, 1), "00:00", "01:00", "night"),
    "the first of a month": (at(2027, 1, 1, 0), at(2027, 1, 1, 2), "00:00", "02:00", "night"),
    "the last of a month": (at(2026, 2, 28, 22), at(2026, 3, 1, 0), "22:00", "24:00", "night"),
}  # fmt: skip


@pytest.fixture
def place(session: Session) -> Community:
    made = community(session)
    session.execute(update(Area).values(timezone="Europe/Berlin"))
    session.commit()
    return made


@pytest.fixture(params=sorted(DAYS))
def day(request: pytest.FixtureRequest) -> Any:
    return DAYS[request.param]


def order(
    session: Session, place: Community, start: datetime, end: datetime, asked: datetime, **more: Any
) -> HelpRequest:
    return request(
        session, place, wanted_from=start, wanted_to=end, submitted_at=asked, state_since=asked,
        next_action_at=asked, due_at=asked + DAY, urgency="planned", **more,
    )  # fmt: skip


def free(session: Session, place: Community, on: date, start: str, end: str) -> Person:
    """Somebody who is free on this day of the week only."""
    hours = [{"day": on.weekday(), "from": start, "to": end}]
    return volunteer(session, place, offer={"hours": hours, "max_load": 1})


def why(session: Session, one: HelpRequest, now: datetime, people: list[Person]) -> list[list[str]]:
    ids = [who.id for who in people]
    ranking = rank_for(session, request=one, now=now, radius_m=2000, people=ids)
    found = {each.person_id: [r.code for r in each.reasons] for each in ranking.left_out}
    return [found.get(key, []) for key in ids]


def test_who_is_free_on_that_day_is_found_and_who_is_on_the_next_is_not(
    session: Session, place: Community, day: Any
) -> None:
    start, end, opens, closes, _ = day
    local = start.astimezone(BERLIN).date()
    people = [free(session, place, local + shift * DAY, opens, closes) for shift in (0, 1, -1)]
    asked = start - 2 * DAY
    one = order(session, place, start, end, asked)
    assert why(session, one, asked, people) == [[], ["out_of_hours"], ["out_of_hours"]]
    wave(session, one, now=asked)
    assert [match_of(session, one, who).id is None for who in people] == [False, True, True]


def test_a_task_counts_for_the_day_on_which_it_is(
    session: Session, place: Community, day: Any
) -> None:
    """One task a day: the evening before and the day after are others."""
    start, end, *_ = day
    local = start.astimezone(BERLIN)
    noon = local.replace(hour=15, minute=0, fold=0)
    who = volunteer(session, place, offer={"max_load": 1})
    asked = start - 4 * DAY
    one = order(session, place, start, end, asked)
    for shift, reasons in ((-1, []), (1, []), (0, ["at_load_limit"])):
        begins = (noon + shift * DAY).replace(hour=15).astimezone(ZoneInfo("UTC"))
        other = order(session, place, begins, begins + HOUR, asked)
        taken = Match(
            token=f"{other.id}", request_id=other.id, person_id=who.id, state="accepted",
            made_at=asked, accepted_at=asked,
        )  # fmt: skip
        take(session, taken)
        assert why(session, one, asked, [who]) == [reasons], shift
        taken.state = "withdrawn"
        session.commit()


def test_it_is_accepted_served_counted_and_learnt(
    session: Session, place: Community, day: Any
) -> None:
    start, end, opens, closes, hour = day
    who = free(session, place, start.astimezone(BERLIN).date(), opens, closes)
    # At three in the afternoon of the day before.
    local = start.astimezone(BERLIN) - DAY
    asked = local.replace(hour=15, minute=0, fold=0).astimezone(ZoneInfo("UTC"))
    one = order(session, place, start, end, asked)
    wave(session, one, now=asked)
    match = match_of(session, one, who)
    accept_match(Context(session, me(who, place), asked + MINUTE), match_id=match.id)
    session.commit()
    live(session, start - MINUTE, start + 5 * MINUTE)
    assert "match_reminder" not in told(session, person=who)
    arrive_at_task(Context(session, me(who, place), start + 10 * MINUTE), match_id=match.id)
    finish_task(Context(session, me(who, place), start + 70 * MINUTE), match_id=match.id)
    session.commit()
    assert session.scalars(select(ServiceRecord.minutes)).all() == [60]
    later = start + 10 * DAY
    learn_from_answers(session, match_ids=answers_to_learn(session, now=later), now=later)
    session.commit()
    classes = {"morning": "aft>mor", "night": "aft>nig"}
    assert session.scalars(select(AnswerCount.hour)).all() == [classes[hour]]


def test_a_team_that_is_short_is_told_two_hours_before_and_at_the_time(
    session: Session, place: Community, day: Any
) -> None:
    """Two hours that pass, whatever the clock on the wall does meanwhile."""
    place.medicine.together = True
    start, end, *_ = day
    who = volunteer(session, place)
    asked = start - DAY
    one = order(session, place, start, end, asked, volunteers_needed=2)
    wave(session, one, now=asked)
    say_yes(session, place, one, who, asked)
    live(session, start - 3 * HOUR, start - 2 * HOUR - MINUTE)
    assert team_messages(session, who) == []
    live(session, start - 2 * HOUR, start - 2 * HOUR)
    assert team_messages(session, who) == ["team_short"]
    live(session, start, start)
    assert team_messages(session, who) == ["team_short", "team_hold"]
    live(session, end, end)
    assert team_messages(session, who) == ["team_short", "team_hold", "team_off"]
