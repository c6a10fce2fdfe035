"""Answers at the same moment: one winner for each place, no deadlock, nothing half done."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.context import Context
from app.core.errors import Refused, Stale, Taken
from app.dispatch.models import Match
from app.help_requests.models import HelpRequest
from app.people.models import Person
from app.trail.verification import verify
from app.usecases.dispatch.answer_match import accept_match, decline_match, give_up
from app.usecases.requests.cancel_request import cancel_request
from tests.databases import Database
from tests.factories import (
    NOW,
    Community,
    actor_for,
    community,
    coordinator,
    request,
    volunteer,
)
from tests.usecases.asking import MINUTE, kinds, me

pytestmark = pytest.mark.usefixtures("locks_in_order")

THREADS = 20
SOON = NOW + MINUTE


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


def line_up(
    session: Session, place: Community, places: int
) -> tuple[HelpRequest, list[tuple[Actor, int]]]:
    """A request about which twenty volunteers were asked."""
    one = request(session, place, state="matching", volunteers_needed=places)
    people: list[Person] = [volunteer(session, place) for _ in range(THREADS)]
    matches = [
        Match(
            token=f"token-{who.id}",
            request_id=one.id,
            person_id=who.id,
            state="sent",
            reply_number=10,
            made_at=NOW,
            sent_at=NOW,
            deadline_at=NOW + 30 * MINUTE,
        )
        for who in people
    ]
    session.add_all(matches)
    session.commit()
    runners = [(me(who, place), row.id) for who, row in zip(people, matches, strict=True)]
    session.commit()
    return one, runners


def all_at_once(database: Database, jobs: list[Callable[[Session], object]]) -> list[str]:
    """Runs each job in its own thread and session, all released at the same moment."""
    start = Barrier(len(jobs))

    def run(job: Callable[[Session], object]) -> str:
        start.wait(20)
        with database.new_session() as own:
            try:
                job(own)
                own.commit()
            except Taken:
                return "taken"
            except Stale:
                return "stale"
            except Refused:
                return "refused"
        return "done"

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def saying_yes(actor: Actor, match_id: int) -> Callable[[Session], object]:
    return lambda own: accept_match(Context(own, actor, SOON), match_id=match_id)


@pytest.mark.parametrize("places", [1, 2])
def test_twenty_at_once_have_one_winner_for_each_place(
    database: Database, session: Session, place: Community, places: int
) -> None:
    one, runners = line_up(session, place, places)
    answers = all_at_once(database, [saying_yes(*runner) for runner in runners])
    assert sorted(answers) == ["done"] * places + ["taken"] * (THREADS - places)
    session.refresh(one)
    assert (one.state, one.places_taken) == ("assigned", places)
    rows = session.scalars(select(Match).where(Match.state == "accepted")).all()
    assert sorted(row.place_no or 0 for row in rows) == list(range(1, places + 1))
    assert kinds(session, one).count("help_request.fill") == 1
    assert list(verify(session)) == []


def test_same_volunteer_tapping_and_texting_wins_once_and_is_told_so(
    database: Database, session: Session, place: Community
) -> None:
    one, runners = line_up(session, place, 2)
    answers = all_at_once(database, [saying_yes(*runners[0])] * 8)
    assert answers == ["done"] * 8
    session.refresh(one)
    assert one.places_taken == 1 and kinds(session, one) == ["match.accepted"]


def test_yes_and_no_of_many_at_once_do_not_wait_for_each_other_for_ever(
    database: Database, session: Session, place: Community
) -> None:
    one, runners = line_up(session, place, 1)

    def no(actor: Actor, match_id: int) -> Callable[[Session], object]:
        return lambda own: decline_match(Context(own, actor, SOON), match_id=match_id)

    jobs = [saying_yes(*r) if n % 2 else no(*r) for n, r in enumerate(runners)]
    answers = all_at_once(database, jobs)
    assert answers[1::2].count("done") == 1
    assert set(answers) <= {"done", "taken"}
    session.refresh(one)
    assert (one.state, one.places_taken) == ("assigned", 1)


def _give_up(own: Session, *, actor: Actor, match_id: int) -> object:
    return give_up(Context(own, actor, SOON), match_id=match_id)


def _cancel(own: Session, *, actor: Actor, request_id: int) -> object:
    return cancel_request(Context(own, actor, SOON), request_id=request_id, why="不用了")


def test_giving_up_while_it_is_cancelled_ends_one_way_or_the_other(
    database: Database, session: Session, place: Community
) -> None:
    chief = actor_for(coordinator(session, place.here), "coordinator", place.here)
    for _ in range(5):
        one, runners = line_up(session, place, 1)
        request_id, (actor, match_id) = one.id, runners[0]
        accept_match(Context(session, actor, SOON), match_id=match_id)
        session.commit()
        jobs: list[Callable[[Session], object]] = [
            partial(_give_up, actor=actor, match_id=match_id),
            partial(_cancel, actor=chief, request_id=request_id),
        ]
        answers = all_at_once(database, jobs)
        assert "done" in answers and set(answers) <= {"done", "stale"}
        session.expire_all()
        ended = session.get_one(Match, match_id)
        assert (ended.state, ended.place_no) == ("withdrawn", None)
        assert one.state in ("cancelled", "matching")
        for row in session.scalars(select(Match)):
            session.delete(row)
        session.commit()
