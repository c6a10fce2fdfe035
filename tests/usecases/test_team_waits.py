"""Whoever is told to wait for the others hears when they need not, and is not late before that."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import resident
from app.core.context import Context
from app.dispatch.models import Match, PromiseCount
from app.help_requests.models import HelpRequest
from app.people.models import Person
from app.usecases.community.manage_categories import change_category, form_of
from app.usecases.dispatch.choose_volunteers import assign_volunteer, withdraw_match
from app.usecases.dispatch.learn_answers import answers_to_learn, learn_from_answers
from app.usecases.requests.amend_request import change_request
from app.usecases.requests.do_task import arrive_at_task, finish_task
from app.usecases.requests.end_of_window import choose_new_time
from app.usecases.requests.go_as_is import go_as_is
from app.usecases.requests.process_deadlines import due_deadlines
from app.usecases.requests.rate_request import rate_request
from tests.factories import (
    NOW,
    Community,
    actor_for,
    administrator,
    community,
    coordinator,
    request,
    volunteer,
)
from tests.usecases.asking import MINUTE, told, wave
from tests.usecases.teams import (
    END,
    HOUR,
    START,
    alarms,
    ctx,
    office,
    run,
    say_yes,
    seen,
    team_messages,
)

pytestmark = pytest.mark.usefixtures("locks_in_order")
DAY = timedelta(days=1)


@pytest.fixture
def place(session: Session) -> Community:
    made = community(session)
    made.medicine.together = True
    return made


@pytest.fixture
def boss(session: Session, place: Community) -> Person:
    return coordinator(session, place.here)


@pytest.fixture
def people(session: Session, place: Community, boss: Person) -> list[Person]:
    return [volunteer(session, place, north_m=60 * n) for n in range(1, 5)]


def ask(session: Session, place: Community, needed: int = 2, **values: Any) -> HelpRequest:
    given = {"wanted_from": START, "wanted_to": END, "urgency": "planned", **values}
    made = request(session, place, volunteers_needed=needed, **given)
    wave(session, made)
    return made


def assign(
    session: Session, boss: Person, place: Community, one: HelpRequest, who: Person, at: datetime
) -> Match:
    context = Context(session, office(boss, place), at)
    made = assign_volunteer(context, request_id=one.id, person_id=who.id, agreed=True)
    session.commit()
    return made


def reopened(
    session: Session, place: Community, people: list[Person], **values: Any
) -> tuple[HelpRequest, datetime]:
    """Served by two and rated poorly; and when."""
    one = ask(session, place, **values)
    matches = [say_yes(session, place, one, who) for who in people[2:4]]
    for who, match in zip(people[2:4], matches, strict=True):
        arrive_at_task(ctx(session, who, place, START), match_id=match.id)
        finish_task(ctx(session, who, place, START + HOUR), match_id=match.id)
    at = START + 4 * HOUR
    rate_request(Context(session, resident("web"), at), code=one.code, stars=1, comment=None)
    session.commit()
    session.refresh(one)
    assert (one.state, one.places_taken) == ("reopened", 0)
    return one, at


def stop_together(session: Session, place: Community, at: datetime) -> None:
    """An administrator takes the tick away."""
    chief = actor_for(administrator(session, place.district), "administrator", place.district)
    session.refresh(place.medicine)
    form = form_of(session, place.medicine)
    values = {name: getattr(form, name) for name in form.__dataclass_fields__}
    change_category(
        Context(session, chief, at),
        category_id=place.medicine.id,
        form=type(form)(**values | {"together": False}),
        version=place.medicine.version,
    )
    session.commit()


def kept(session: Session, who: Person) -> float:
    """The share of promises kept."""
    later = NOW + 30 * DAY
    learn_from_answers(session, match_ids=answers_to_learn(session, now=later), now=later)
    session.commit()
    row = session.scalars(select(PromiseCount).where(PromiseCount.person_id == who.id)).one()
    return round(row.kept / row.promises, 6)


def serve(
    session: Session, place: Community, one: HelpRequest, who: Person, match: Match, at: datetime
) -> None:
    arrive_at_task(ctx(session, who, place, at), match_id=match.id, code="4821")
    finish_task(ctx(session, who, place, at + HOUR), match_id=match.id)
    session.commit()


# -- reopened ------------------------------------------------------------------------------------


def test_who_was_assigned_to_a_reopened_order_hears_that_the_team_is_short_and_is_held(
    session: Session, place: Community, people: list[Person], boss: Person
) -> None:
    """The wished time of the first round is over, so the time to arrive counts."""
    one, at = reopened(session, place, people)
    assign(session, boss, place, one, people[0], at)
    assert told(session, person=people[0])[-1] == "match_accepted_waits"
    run(session, one, at, at + 25 * MINUTE)
    assert team_messages(session, people[0]) == []
    run(session, one, at + 30 * MINUTE, at + 2 * HOUR)
    assert team_messages(session, people[0]) == ["team_short", "team_hold"]
    assert team_messages(session, None) == ["request_team_short", "request_team_hold"]
    assert "team_short" in alarms(session, boss) and one.attention == "low_rating"
    # The second is found: both may go.
    assign(session, boss, place, one, people[1], at + 2 * HOUR)
    assert team_messages(session, people[0])[-1] == "team_whole"
    session.refresh(one)
    assert (one.state, one.team_notice) == ("assigned", None)


def test_a_reopened_order_of_another_time_is_told_before_that_and_called_off_after_it(
    session: Session, place: Community, people: list[Person], boss: Person
) -> None:
    one, at = reopened(session, place, people)
    context = Context(session, office(boss, place), at)
    times: dict[str, Any] = {"wanted_from": START + DAY, "wanted_to": END + DAY}
    change_request(context, request_id=one.id, version=None, **times)
    session.commit()
    assign(session, boss, place, one, people[0], at)
    run(session, one, at, START + DAY - 2 * HOUR - MINUTE)
    assert team_messages(session, people[0]) == []
    run(session, one, START + DAY - 2 * HOUR, END + DAY + HOUR)
    assert team_messages(session, people[0]) == ["team_short", "team_hold", "team_off"]


def test_the_resident_of_a_reopened_order_lets_them_go_as_they_are(
    session: Session, place: Community, people: list[Person], boss: Person
) -> None:
    one, at = reopened(session, place, people)
    assign(session, boss, place, one, people[0], at)
    run(session, one, at, at + 61 * MINUTE)
    assert seen(session, one).may_go_as_is and seen(session, one).team_held
    go_as_is(Context(session, resident("web"), at + 61 * MINUTE), code=one.code)
    session.commit()
    session.refresh(one)
    assert (one.state, one.volunteers_needed) == ("assigned", 1)
    assert team_messages(session, people[0])[-1] == "team_alone"


def test_the_resident_of_a_reopened_order_chooses_another_time(
    session: Session, place: Community, people: list[Person], boss: Person
) -> None:
    one, at = reopened(session, place, people)
    assign(session, boss, place, one, people[0], at)
    run(session, one, at, at + 61 * MINUTE)
    context = Context(session, resident("web"), at + 61 * MINUTE)
    times: dict[str, Any] = {"wanted_from": START + DAY, "wanted_to": END + DAY}
    choose_new_time(context, code=one.code, **times)
    session.commit()
    assert told(session, person=people[0])[-1] == "task_changed"
    run(session, one, at + 61 * MINUTE, START + DAY - HOUR)
    assert team_messages(session, people[0]) == ["team_short", "team_hold", "team_short"]


@pytest.mark.parametrize("state", ["open", "reopened"])
def test_who_was_assigned_by_phone_to_one_of_two_places_and_does_not_come_is_noticed(
    session: Session, place: Community, people: list[Person], boss: Person, state: str
) -> None:
    """Each comes by themselves, and the other place is not filled yet."""
    one = request(
        session, place, of=place.visit, state=state, volunteers_needed=2, wanted_to=None,
        wanted_from=None, due_at=NOW + DAY, next_action_at=NOW + DAY,
    )  # fmt: skip
    match = assign(session, boss, place, one, people[0], NOW)
    before = len(alarms(session, boss))
    run(session, one, NOW, NOW + 3 * HOUR)
    assert "match_reminder" in told(session, person=people[0])
    session.refresh(match)
    assert (match.state, match.end_reason, one.places_taken) == ("withdrawn", "no_show", 0)
    assert "cannot_come" in alarms(session, boss)[before:]


# -- together no more ----------------------------------------------------------------------------


def test_who_was_told_to_wait_hears_at_once_that_a_category_is_not_done_together_any_more(
    session: Session, place: Community, people: list[Person]
) -> None:
    one = ask(session, place)
    first = say_yes(session, place, one, people[0])
    run(session, one, NOW, NOW + MINUTE)
    stop_together(session, place, NOW + 10 * MINUTE)
    assert one.id in due_deadlines(session, now=NOW + 10 * MINUTE)
    run(session, one, NOW + 10 * MINUTE, NOW + 10 * MINUTE)
    assert told(session, person=people[0])[1:] == ["match_accepted_waits", "team_go"]
    session.refresh(first)
    # Once, and nobody who was not told to wait.
    say_yes(session, place, one, people[1], NOW + 12 * MINUTE)
    run(session, one, NOW + 15 * MINUTE, START)
    assert team_messages(session, people[0]) == ["team_go"]
    assert told(session, person=people[1])[1:] == ["match_accepted"]


def test_without_the_wish_for_a_companion_who_was_told_to_wait_at_the_yes_hears_it(
    session: Session, place: Community, people: list[Person], boss: Person
) -> None:
    place.medicine.together = False
    one = ask(session, place, wishes=["companion"])
    say_yes(session, place, one, people[0])
    context = Context(session, office(boss, place), NOW + 10 * MINUTE)
    change_request(context, request_id=one.id, version=None, wishes=())
    session.commit()
    run(session, one, NOW + 10 * MINUTE, NOW + 11 * MINUTE)
    assert team_messages(session, people[0]) == ["team_go"]


def test_the_second_yes_comes_before_anybody_looked(
    session: Session, place: Community, people: list[Person]
) -> None:
    """Then they hear that the team is whole."""
    one = ask(session, place)
    say_yes(session, place, one, people[0])
    stop_together(session, place, NOW + 10 * MINUTE)
    say_yes(session, place, one, people[1], NOW + 10 * MINUTE)
    assert team_messages(session, people[0]) == ["team_whole"]
    assert team_messages(session, people[1]) == []
    run(session, one, NOW + 10 * MINUTE, NOW + HOUR)
    assert team_messages(session, people[0]) == ["team_whole"]


# -- late since when -----------------------------------------------------------------------------


def test_after_go_as_you_are_nobody_is_late_before_they_could_know(
    session: Session, place: Community, people: list[Person]
) -> None:
    """Two of three had accepted long before."""
    one = ask(session, place, 3, wanted_from=None, wanted_to=None)
    matches = [say_yes(session, place, one, who) for who in people[:2]]
    free = NOW + 4 * HOUR
    run(session, one, NOW, free)
    go_as_is(Context(session, resident("web"), free), code=one.code)
    session.commit()
    for who, match in zip(people, matches, strict=False):
        serve(session, place, one, who, match, free + 40 * MINUTE)
    assert [kept(session, who) for who in people[:2]] == [1.0, 1.0]


def test_who_lets_them_wait_after_that_is_late_all_the_same(
    session: Session, place: Community, people: list[Person]
) -> None:
    one = ask(session, place, 2, wanted_from=None, wanted_to=None)
    match = say_yes(session, place, one, people[0])
    free = NOW + 4 * HOUR
    run(session, one, NOW, free)
    go_as_is(Context(session, resident("web"), free), code=one.code)
    session.commit()
    serve(session, place, one, people[0], match, free + 4 * HOUR)
    assert kept(session, people[0]) == 0.0


def test_who_need_not_wait_any_more_has_the_time_to_arrive_from_then(
    session: Session, place: Community, people: list[Person], boss: Person
) -> None:
    one = ask(session, place, 2, wanted_from=None, wanted_to=None)
    match = say_yes(session, place, one, people[0])
    free = NOW + 4 * HOUR
    run(session, one, NOW, free - 10 * MINUTE)
    stop_together(session, place, free)
    run(session, one, free, free + 50 * MINUTE)
    assert "match_reminder" not in told(session, person=people[0])
    serve(session, place, one, people[0], match, free + 55 * MINUTE)
    assert kept(session, people[0]) == 1.0


def test_a_coordinator_who_takes_it_back_before_they_heard_calls_it_no_failure(
    session: Session, place: Community, people: list[Person], boss: Person
) -> None:
    one = ask(session, place, 2, wanted_from=None, wanted_to=None)
    match = say_yes(session, place, one, people[0])
    run(session, one, NOW, NOW + 4 * HOUR)
    stop_together(session, place, NOW + 4 * HOUR)
    withdraw_match(Context(session, office(boss, place), NOW + 4 * HOUR), match_id=match.id)
    session.refresh(match)
    assert match.end_reason == "coordinator"


def test_of_another_time_nobody_is_late_before_it_was_said(
    session: Session, place: Community, people: list[Person], boss: Person
) -> None:
    """A task of the afternoon is moved to as soon as the volunteer can come."""
    place.medicine.together = False
    one = request(session, place, wanted_from=NOW, wanted_to=NOW + HOUR, volunteers_needed=2)
    wave(session, one)
    match = say_yes(session, place, one, people[0])
    at = NOW + 50 * MINUTE
    context = Context(session, office(boss, place), at)
    times: dict[str, Any] = {"wanted_from": NOW + 30 * MINUTE, "wanted_to": NOW + 3 * HOUR}
    change_request(context, request_id=one.id, version=None, **times)
    session.commit()
    run(session, one, at, at + 55 * MINUTE)
    assert "match_reminder" not in told(session, person=people[0])
    run(session, one, at + HOUR, at + HOUR)
    assert "match_reminder" in told(session, person=people[0])
    session.refresh(match)
    assert match.state == "accepted"
