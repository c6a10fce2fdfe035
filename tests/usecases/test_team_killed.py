"""The scheduler is killed again and again while a team is short: each notice comes once."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.core.context import Context
from app.help_requests.models import HelpRequest
from app.people.models import Person
from app.usecases.dispatch.choose_volunteers import assign_volunteer
from app.usecases.requests.process_deadlines import due_deadlines, process_deadline
from tests.databases import Database
from tests.factories import Community, actor_for, community, coordinator, request, volunteer
from tests.usecases.asking import HOUSE, MINUTE, kinds, wave
from tests.usecases.teams import END, HOUR, START, alarms, say_yes, team_messages
from tests.usecases.test_races import at_one_moment

pytestmark = pytest.mark.usefixtures("locks_in_order")
SHORT = START - 2 * HOUR
NOTICES = ["team_short", "team_hold", "team_off"]
TO_RESIDENT = ["request_team_short", "request_team_hold"]


class Killed(Exception):
    """The process is gone."""


@pytest.fixture
def place(session: Session) -> Community:
    made = community(session)
    made.medicine.together = True
    session.commit()
    return made


@pytest.fixture
def boss(session: Session, place: Community) -> Person:
    return coordinator(session, place.here)


@pytest.fixture
def people(session: Session, place: Community, boss: Person) -> list[Person]:
    return [volunteer(session, place, north_m=60 * n) for n in (1, 2)]


@pytest.fixture
def one(session: Session, place: Community, people: list[Person]) -> HelpRequest:
    made = request(
        session, place, volunteers_needed=3, wanted_from=START, wanted_to=END, urgency="planned"
    )
    wave(session, made)
    for who in people:
        say_yes(session, place, made, who)
    return made


def look(request_id: int, at: datetime) -> Callable[[Session], Any]:
    return lambda own: process_deadline(Context(own, HOUSE, at), request_id=request_id)


def die_at_write(database: Database, request_id: int, at: datetime, number: int) -> bool:
    """Looks at the request and dies before this write; whether there were so many."""
    left = number

    def count(*call: Any) -> None:
        nonlocal left
        if call[2].lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            left -= 1
            if left < 0:
                raise Killed

    with database.new_session() as own:
        engine = own.get_bind()
        event.listen(engine, "before_cursor_execute", count)
        try:
            look(request_id, at)(own)
            own.flush()
        except Killed:
            return True
        finally:
            event.remove(engine, "before_cursor_execute", count)
            own.rollback()
    return False


def check(session: Session, one: HelpRequest, people: list[Person], count: int) -> None:
    session.expire_all()
    for who in people:
        assert team_messages(session, who) == NOTICES[:count]
    assert team_messages(session, None) == TO_RESIDENT[:count]
    for kind in ("help_request.team_short", "help_request.team_hold")[:count]:
        assert kinds(session, one).count(kind) == 1


def test_killed_before_each_write_and_before_the_commit(
    database: Database, session: Session, one: HelpRequest, people: list[Person], boss: Person
) -> None:
    key = one.id
    for count, at in enumerate((SHORT, START, END), start=1):
        session.commit()
        deaths = 0
        while die_at_write(database, key, at, deaths):
            deaths += 1
        # It wrote to everybody concerned, and all of it was lost each time, also at the very end.
        assert deaths >= 5
        session.commit()
        check(session, one, people, count - 1)
        assert key in due_deadlines(session, now=at)
        look(key, at)(session)
        session.commit()
        check(session, one, people, count)
        # Killed after the commit: whoever comes next finds nothing to say, now or a little later.
        for again in (at, at + MINUTE, at + 2 * MINUTE):
            look(key, again)(session)
            session.commit()
        check(session, one, people, count)
    assert alarms(session, boss).count("team_short") == 2


def test_two_schedulers_at_one_moment(
    database: Database, session: Session, one: HelpRequest, people: list[Person]
) -> None:
    key = one.id
    for count, at in enumerate((SHORT, START, END), start=1):
        session.commit()
        assert at_one_moment(database, [look(key, at)] * 3) == ["done"] * 3
        check(session, one, people, count)


def test_the_last_yes_at_the_moment_of_the_notice(
    database: Database, session: Session, place: Community, one: HelpRequest, people: list[Person]
) -> None:
    """Who comes first is open, but nobody is left with a word that is not true."""
    third = volunteer(session, place, north_m=90)
    agent = actor_for(coordinator(session, place.here), "coordinator", place.here)
    values: dict[str, Any] = {"request_id": one.id, "person_id": third.id, "agreed": True}
    session.commit()

    def agree(own: Session) -> Any:
        return assign_volunteer(Context(own, agent, START), **values)

    answers = at_one_moment(database, [look(values["request_id"], START), agree])
    assert answers == ["done", "done"]
    session.expire_all()
    assert (one.state, one.team_notice) == ("assigned", None)
    for who in people:
        assert team_messages(session, who)[-1] == "team_whole"
        assert team_messages(session, who).count("team_whole") == 1
