"""What a team had been told is forgotten, or taken back, once it does not hold any more."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import resident
from app.core.context import Context
from app.dispatch.models import Match, PromiseCount
from app.help_requests.models import HelpRequest
from app.people.models import Person
from app.usecases.dispatch.answer_match import accept_match, give_up
from app.usecases.dispatch.choose_volunteers import assign_volunteer, withdraw_match
from app.usecases.dispatch.dispatch_wave import send_wave
from app.usecases.dispatch.learn_answers import answers_to_learn, learn_from_answers
from app.usecases.requests.amend_request import change_request
from app.usecases.requests.cancel_request import cancel_request
from app.usecases.requests.do_task import arrive_at_task, finish_task, set_out
from app.usecases.requests.rate_request import rate_request
from tests.factories import NOW, Community, community, coordinator, request, volunteer
from tests.usecases.asking import MINUTE, wave
from tests.usecases.teams import END, HOUR, START, ctx, office, run, say_yes, team_messages

pytestmark = pytest.mark.usefixtures("locks_in_order")


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


def ask(session: Session, place: Community, needed: int, **values: Any) -> HelpRequest:
    given: dict[str, Any] = {
        "wanted_from": START,
        "wanted_to": END + 4 * HOUR,
        "urgency": "planned",
        **values,
    }
    made = request(session, place, volunteers_needed=needed, **given)
    wave(session, made)
    return made


def arrived(
    session: Session, place: Community, one: HelpRequest, people: list[Person], *, stay: int
) -> list[Match]:
    """The first has set out and arrives, all but those who `stay` give up: all are told to wait."""
    matches = [say_yes(session, place, one, who) for who in people]
    set_out(ctx(session, people[0], place, START), match_id=matches[0].id)
    for who, match in list(zip(people, matches, strict=True))[1 + stay :]:
        give_up(ctx(session, who, place, START), match_id=match.id)
    session.commit()
    run(session, one, START, START)
    assert team_messages(session, people[0]) == ["team_whole", "team_hold"]
    arrive_at_task(ctx(session, people[0], place, START + 5 * MINUTE), match_id=matches[0].id)
    session.commit()
    return matches


def test_after_all_gave_up_another_team_begins(
    session: Session, place: Community, people: list[Person]
) -> None:
    one = ask(session, place, 3)
    first = say_yes(session, place, one, people[0])
    run(session, one, NOW, START)
    give_up(ctx(session, people[0], place, START + MINUTE), match_id=first.id)
    session.commit()
    since = START + 10 * MINUTE
    say_yes(session, place, one, people[1], since)
    assert team_messages(session, people[1]) == []
    run(session, one, since, START + 50 * MINUTE)
    assert team_messages(session, people[1]) == ["team_short"]
    run(session, one, START + 50 * MINUTE, START + 75 * MINUTE)
    assert team_messages(session, people[1]) == ["team_short", "team_hold"]


def test_while_nobody_has_accepted_nothing_is_said_of_a_team(
    session: Session, place: Community, people: list[Person]
) -> None:
    one = ask(session, place, 3)
    first = say_yes(session, place, one, people[0])
    run(session, one, NOW, START)
    give_up(ctx(session, people[0], place, START + MINUTE), match_id=first.id)
    session.commit()
    run(session, one, START + MINUTE, START + 6 * MINUTE)
    assert (one.team_notice, one.attention == "team_short") == (None, False)


def test_who_was_told_to_wait_hears_that_the_first_has_arrived(
    session: Session, place: Community, people: list[Person]
) -> None:
    one = ask(session, place, 3)
    matches = arrived(session, place, one, people[:3], stay=1)
    run(session, one, START + 5 * MINUTE, START + 10 * MINUTE)
    assert team_messages(session, people[1]) == ["team_whole", "team_hold", "team_go"]
    assert team_messages(session, people[0]) == ["team_whole", "team_hold"]
    assert one.team_notice is None
    on_way = set_out(ctx(session, people[1], place, START + 10 * MINUTE), match_id=matches[1].id)
    assert on_way.state == "on_the_way"


def test_who_accepts_after_the_first_has_arrived_is_not_told_to_wait(
    session: Session, place: Community, people: list[Person]
) -> None:
    one = ask(session, place, 4)
    matches = arrived(session, place, one, people, stay=0)
    accept_match(ctx(session, people[3], place, START + 6 * MINUTE), match_id=matches[3].id)
    session.commit()
    assert team_messages(session, people[3]) == []


def test_without_the_wish_for_a_companion_nobody_waits_any_more(
    session: Session, place: Community, people: list[Person], boss: Person
) -> None:
    place.medicine.together = False
    one = ask(session, place, 2, wishes=["companion"])
    say_yes(session, place, one, people[0])
    run(session, one, NOW, START)
    context = Context(session, office(boss, place), START + MINUTE)
    change_request(context, request_id=one.id, version=None, wishes=())
    session.commit()
    run(session, one, START + MINUTE, START + 6 * MINUTE)
    assert team_messages(session, people[0]) == ["team_short", "team_hold", "team_go"]
    assert one.team_notice is None


def test_without_the_wish_one_alone_who_was_told_to_wait_hears_of_it(
    session: Session, place: Community, people: list[Person], boss: Person
) -> None:
    place.medicine.together = False
    one = ask(session, place, 2, wishes=["companion"])
    say_yes(session, place, one, people[0])
    run(session, one, NOW, START)
    context = Context(session, office(boss, place), START + MINUTE)
    change_request(context, request_id=one.id, version=None, wishes=(), volunteers_needed=1)
    session.commit()
    session.refresh(one)
    assert (one.state, one.team_notice) == ("assigned", None)
    assert team_messages(session, people[0])[-1] == "team_alone"


def test_a_category_that_is_not_done_together_any_more_lets_them_go(
    session: Session, place: Community, people: list[Person]
) -> None:
    one = ask(session, place, 2)
    say_yes(session, place, one, people[0])
    run(session, one, NOW, START)
    place.medicine.together = False
    session.commit()
    run(session, one, START + 5 * MINUTE, START + 40 * MINUTE)
    assert team_messages(session, people[0]) == ["team_short", "team_hold", "team_go"]


def test_another_time_is_not_short_before_it_comes(
    session: Session, place: Community, people: list[Person], boss: Person
) -> None:
    one = ask(session, place, 2)
    say_yes(session, place, one, people[0])
    run(session, one, NOW, START - 3 * HOUR)
    known = volunteer(session, place, north_m=3000)
    session.commit()
    chief = office(boss, place)
    send_wave(
        Context(session, chief, START - 130 * MINUTE), request_id=one.id, person_ids=[known.id]
    )
    session.commit()
    run(session, one, START - 130 * MINUTE, START - 115 * MINUTE)
    assert one.attention == "team_short"
    change_request(
        Context(session, chief, START - HOUR),
        request_id=one.id,
        version=None,
        wanted_from=START + 48 * HOUR,
        wanted_to=END + 48 * HOUR,
    )
    session.commit()
    session.refresh(one)
    assert one.attention is None and one.team_notice is None


def test_a_reopened_order_begins_with_nothing_said(
    session: Session, place: Community, people: list[Person], boss: Person
) -> None:
    one = ask(session, place, 2)
    matches = arrived(session, place, one, people[:2], stay=0)
    why = Context(session, office(boss, place), START + 6 * MINUTE)
    cancel_request(why, why="不用了", request_id=one.id)
    finish_task(ctx(session, people[0], place, START + 9 * MINUTE), match_id=matches[0].id)
    session.commit()
    rated = Context(session, resident("web"), START + 10 * MINUTE)
    rate_request(rated, code=one.code, stars=1, comment=None)
    session.commit()
    session.refresh(one)
    assert (one.state, one.team_notice) == ("reopened", None)


def test_who_may_go_since_a_moment_has_not_failed_to_come(
    session: Session, place: Community, people: list[Person], boss: Person
) -> None:
    one = ask(session, place, 2)
    first = say_yes(session, place, one, people[0])
    run(session, one, NOW, START)
    chief = office(boss, place)
    context = Context(session, chief, START + 80 * MINUTE)
    change_request(context, request_id=one.id, version=None, volunteers_needed=1)
    withdraw_match(Context(session, chief, START + 85 * MINUTE), match_id=first.id)
    session.refresh(first)
    assert first.end_reason == "coordinator"


def test_who_waited_for_the_others_is_not_learnt_to_be_late(
    session: Session, place: Community, people: list[Person]
) -> None:
    one = ask(session, place, 2, wanted_from=None, wanted_to=None)
    whole, came = NOW + 2 * HOUR, NOW + 2 * HOUR + 20 * MINUTE
    matches = [
        say_yes(session, place, one, people[0]),
        say_yes(session, place, one, people[1], whole),
    ]
    for who, match in zip(people[:2], matches, strict=True):
        arrive_at_task(ctx(session, who, place, came), match_id=match.id, code="4821")
        finish_task(ctx(session, who, place, came + HOUR), match_id=match.id)
    session.commit()
    later = NOW + 8 * 24 * HOUR
    learn_from_answers(session, match_ids=answers_to_learn(session, now=later), now=later)
    session.commit()
    kept = [round(row.kept / row.promises, 6) for row in session.scalars(select(PromiseCount))]
    assert kept == [1.0, 1.0]


def test_that_nobody_goes_is_said_once_whatever_else_happens_to_the_case(
    session: Session, place: Community, people: list[Person], boss: Person
) -> None:
    one = ask(session, place, 2, wanted_to=END)
    say_yes(session, place, one, people[0])
    run(session, one, NOW, END + MINUTE)
    context = Context(session, office(boss, place), END + 2 * MINUTE)
    change_request(context, request_id=one.id, version=None, wishes=["woman"])
    session.commit()
    assert one.attention == "no_longer_fits"
    run(session, one, END + 2 * MINUTE, END + HOUR)
    assert one.attention == "window_over"
    assert team_messages(session, people[0]) == ["team_short", "team_hold", "team_off"]
    # Somebody agrees on the phone all the same, and gives up: both are news.
    agreed = Context(session, office(boss, place), END + HOUR)
    second = assign_volunteer(agreed, request_id=one.id, person_id=people[1].id, agreed=True)
    session.commit()
    give_up(ctx(session, people[1], place, END + HOUR + MINUTE), match_id=second.id)
    session.commit()
    run(session, one, END + HOUR + MINUTE, END + 2 * HOUR)
    assert team_messages(session, people[0])[3:] == ["team_whole", "team_off"]
