"""Together or not at all: nobody sets out alone or learns too late that somebody is missing."""

import pytest
from sqlalchemy.orm import Session

from app.core.actor import resident
from app.core.context import Context
from app.core.errors import Refused
from app.help_requests.models import HelpRequest
from app.people.models import Person
from app.usecases.dispatch.answer_match import give_up
from app.usecases.dispatch.choose_volunteers import withdraw_match
from app.usecases.dispatch.see_match import see_match
from app.usecases.requests.amend_request import change_request
from app.usecases.requests.do_task import arrive_at_task, finish_task, set_out
from app.usecases.requests.end_of_window import choose_new_time
from app.usecases.requests.go_as_is import go_as_is
from tests.factories import NOW, Community, community, coordinator, request, volunteer
from tests.usecases.asking import MINUTE, kinds, match_of, told, wave
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
    return [volunteer(session, place, north_m=60 * n) for n in range(1, 4)]


@pytest.fixture
def one(session: Session, place: Community, people: list[Person]) -> HelpRequest:
    """A lift for two in six hours that three were asked about."""
    made = request(
        session, place, volunteers_needed=2, wanted_from=START, wanted_to=END, urgency="planned"
    )
    wave(session, made)
    return made


def test_whole_in_time_who_waited_hears_of_it_and_nobody_of_anything_missing(
    session: Session, place: Community, people: list[Person], one: HelpRequest
) -> None:
    first = say_yes(session, place, one, people[0])
    with pytest.raises(Refused, match="要一起去") as refused:
        set_out(ctx(session, people[0], place, NOW + HOUR), match_id=first.id)
    assert refused.value.params == {"missing": 1}
    session.rollback()
    assert see_match(session, person_id=people[0].id, token=first.token).team_missing == 1
    say_yes(session, place, one, people[1], NOW + HOUR)
    assert see_match(session, person_id=people[0].id, token=first.token).team_missing == 0
    run(session, one, NOW, START - MINUTE)
    set_out(ctx(session, people[0], place, START), match_id=first.id)
    assert team_messages(session, people[0]) == ["team_whole"]
    assert told(session, person=people[0])[1:] == ["match_accepted_waits", "team_whole"]
    assert told(session, person=people[1])[1:] == ["match_accepted"]
    assert team_messages(session, None) == [] and one.state == "assigned"


def test_not_whole_in_time_is_said_to_all_once_and_again_when_the_time_has_come(
    session: Session, place: Community, people: list[Person], one: HelpRequest, boss: Person
) -> None:
    first = say_yes(session, place, one, people[0])
    run(session, one, NOW, START - 2 * HOUR - MINUTE)
    assert team_messages(session, people[0]) == []
    run(session, one, START - 2 * HOUR, START - MINUTE)
    assert team_messages(session, people[0]) == ["team_short"]
    assert team_messages(session, None) == ["request_team_short"]
    assert "team_short" in alarms(session, boss)
    assert (one.team_notice, seen(session, one).may_go_as_is) == ("short", True)
    run(session, one, START, START + HOUR)
    assert team_messages(session, people[0]) == ["team_short", "team_hold"]
    assert team_messages(session, None) == ["request_team_short", "request_team_hold"]
    assert kinds(session, one).count("help_request.team_hold") == 1
    # He waited as he was told: no reminder, no release, no place lost.
    session.refresh(first)
    assert first.state == "accepted" and "match_reminder" not in told(session, person=people[0])
    # Somebody may still make it whole within the window.
    say_yes(session, place, one, people[1], START + HOUR)
    assert team_messages(session, people[0])[-1] == "team_whole"
    assert team_messages(session, people[1]) == []
    assert (one.state, one.team_notice) == ("assigned", None)
    set_out(ctx(session, people[0], place, START + HOUR), match_id=first.id)


def test_at_the_end_of_the_window_who_accepted_is_told_not_to_go(
    session: Session, place: Community, people: list[Person], one: HelpRequest
) -> None:
    say_yes(session, place, one, people[0])
    run(session, one, NOW, END + 3 * HOUR)
    assert team_messages(session, people[0]) == ["team_short", "team_hold", "team_off"]
    assert told(session)[-1] == "request_short_over"
    assert seen(session, one).window_over and not seen(session, one).may_go_as_is


def test_who_accepts_a_team_that_is_still_short_is_told_too(
    session: Session, place: Community, people: list[Person], boss: Person
) -> None:
    one = request(session, place, volunteers_needed=3, wanted_from=START, wanted_to=END)
    wave(session, one)
    say_yes(session, place, one, people[0])
    run(session, one, NOW, START)
    say_yes(session, place, one, people[1], START)
    assert team_messages(session, people[1]) == ["team_hold"]


def test_when_somebody_gives_up_the_other_is_told_and_does_not_go_alone(
    session: Session, place: Community, people: list[Person], one: HelpRequest
) -> None:
    first, second = (say_yes(session, place, one, who) for who in people[:2])
    run(session, one, NOW, START - HOUR)
    give_up(ctx(session, people[1], place, START - HOUR), match_id=second.id)
    session.commit()
    run(session, one, START - HOUR, START - HOUR)
    assert team_messages(session, people[0]) == ["team_whole", "team_short"]
    with pytest.raises(Refused):
        set_out(ctx(session, people[0], place, START - HOUR), match_id=first.id)
    session.rollback()
    say_yes(session, place, one, people[2], START - HOUR / 2)
    assert team_messages(session, people[0]) == ["team_whole", "team_short", "team_whole"]
    # A second loss is news again.
    third = match_of(session, one, people[2])
    give_up(ctx(session, people[2], place, START - HOUR / 3), match_id=third.id)
    session.commit()
    run(session, one, START - HOUR / 3, START - HOUR / 3)
    assert team_messages(session, people[0])[-1] == "team_short"


def test_who_is_on_the_way_or_there_may_arrive_when_another_gives_up(
    session: Session, place: Community, people: list[Person], one: HelpRequest
) -> None:
    first, second = (say_yes(session, place, one, who) for who in people[:2])
    set_out(ctx(session, people[0], place, START), match_id=first.id)
    give_up(ctx(session, people[1], place, START), match_id=second.id)
    session.commit()
    run(session, one, START, START)
    assert team_messages(session, people[0]) == ["team_whole", "team_hold"]
    arrive_at_task(ctx(session, people[0], place, START + 5 * MINUTE), match_id=first.id)
    # The third may come after him.
    third = say_yes(session, place, one, people[2], START + 6 * MINUTE)
    set_out(ctx(session, people[2], place, START + 6 * MINUTE), match_id=third.id)
    for who, match in ((people[0], first), (people[2], third)):
        arrive_at_task(ctx(session, who, place, START + 9 * MINUTE), match_id=match.id)
        finish_task(ctx(session, who, place, START + 30 * MINUTE), match_id=match.id)
    assert one.state == "finished"


def test_checking_in_is_no_way_around(
    session: Session, place: Community, people: list[Person], one: HelpRequest
) -> None:
    first = say_yes(session, place, one, people[0])
    with pytest.raises(Refused, match="要一起去"):
        arrive_at_task(ctx(session, people[0], place, START), match_id=first.id)


def test_a_coordinator_lets_fewer_go(
    session: Session, place: Community, people: list[Person], one: HelpRequest, boss: Person
) -> None:
    first = say_yes(session, place, one, people[0])
    run(session, one, NOW, START)
    context = Context(session, office(boss, place), START)
    change_request(context, request_id=one.id, version=one.version, volunteers_needed=1)
    session.commit()
    assert team_messages(session, people[0])[-1] == "team_alone"
    assert (one.state, one.team_notice, one.attention) == ("assigned", None, None)
    set_out(ctx(session, people[0], place, START), match_id=first.id)


def test_the_resident_says_that_one_is_enough(
    session: Session, place: Community, people: list[Person], one: HelpRequest
) -> None:
    context = Context(session, resident("web"), NOW)
    with pytest.raises(Refused):
        go_as_is(context, code=one.code)
    session.rollback()
    first = say_yes(session, place, one, people[0])
    run(session, one, NOW, START)
    go_as_is(Context(session, resident("web"), START), code=one.code)
    session.commit()
    assert (one.state, one.volunteers_needed, one.places_taken) == ("assigned", 1, 1)
    assert team_messages(session, people[0])[-1] == "team_alone"
    set_out(ctx(session, people[0], place, START), match_id=first.id)
    session.commit()
    with pytest.raises(Refused):
        go_as_is(Context(session, resident("web"), START), code=one.code)


def test_the_resident_chooses_another_time_when_the_team_is_held(
    session: Session, place: Community, people: list[Person], one: HelpRequest
) -> None:
    say_yes(session, place, one, people[0])
    context = Context(session, resident("web"), NOW + HOUR)
    later = {"wanted_from": START + 24 * HOUR, "wanted_to": END + 24 * HOUR}
    with pytest.raises(Refused):
        choose_new_time(context, code=one.code, **later)
    session.rollback()
    run(session, one, NOW, START)
    assert seen(session, one).team_held
    choose_new_time(Context(session, resident("web"), START), code=one.code, **later)
    session.commit()
    session.refresh(one)
    assert (one.team_notice, one.places_taken) == (None, 1)
    assert told(session, person=people[0])[-1] == "task_changed"
    run(session, one, START, START + 22 * HOUR)
    assert team_messages(session, people[0]) == ["team_short", "team_hold", "team_short"]


def test_who_waits_for_the_others_has_not_failed_to_come(
    session: Session, place: Community, people: list[Person], one: HelpRequest, boss: Person
) -> None:
    first = say_yes(session, place, one, people[0])
    withdraw_match(Context(session, office(boss, place), START + 90 * MINUTE), match_id=first.id)
    session.refresh(first)
    assert first.end_reason == "coordinator"


def test_without_a_wished_time_the_time_to_arrive_counts(
    session: Session, place: Community, people: list[Person]
) -> None:
    one = request(session, place, volunteers_needed=2, wanted_from=None, wanted_to=None)
    wave(session, one)
    say_yes(session, place, one, people[0])
    run(session, one, NOW, NOW + 29 * MINUTE)
    assert team_messages(session, people[0]) == []
    run(session, one, NOW + 30 * MINUTE, NOW + 61 * MINUTE)
    assert team_messages(session, people[0]) == ["team_short", "team_hold"]


def test_other_help_with_several_places_begins_with_one(
    session: Session, place: Community, people: list[Person], one: HelpRequest
) -> None:
    place.medicine.together = False
    session.commit()
    first = say_yes(session, place, one, people[0])
    run(session, one, NOW, START)
    assert team_messages(session, people[0]) == []
    assert set_out(ctx(session, people[0], place, START), match_id=first.id).state == "on_the_way"
