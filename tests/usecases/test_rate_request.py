"""Rating (评单): stars close a request, two or fewer return it to a coordinator."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import resident, system
from app.core.context import Context
from app.core.errors import Invalid, NotAllowed, NotFound, Stale
from app.help_requests.models import Feedback, HelpRequest
from app.help_requests.queries import feedback_of
from app.help_requests.rules import State
from app.notifications.models import Notification
from app.trail.models import Event, EventNote
from app.usecases.requests.follow_request import follow_request
from app.usecases.requests.rate_request import close_unrated, rate_request
from tests.databases import Database
from tests.factories import NOW, Community, actor_for, community, coordinator, request

SOON = NOW + timedelta(hours=1)
WEB = resident("web")


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


@pytest.fixture
def done(session: Session, place: Community) -> HelpRequest:
    return request(session, place, state="finished", places_taken=1)


def stars(session: Session, one: HelpRequest, number: int, words: str | None = None) -> str:
    said = rate_request(Context(session, WEB, SOON), code=one.code, stars=number, comment=words)
    session.commit()
    return said


def told(session: Session) -> list[tuple[str, str]]:
    rows = session.scalars(select(Notification).order_by(Notification.id))
    return [(row.template, row.address) for row in rows]


@pytest.mark.parametrize("number", [3, 4, 5])
def test_three_stars_and_more_close(session: Session, done: HelpRequest, number: int) -> None:
    assert stars(session, done, number, " 很好 ") == "close"
    assert (done.state, done.due_at, done.round_no) == ("closed", None, 1)
    kept = feedback_of(session, done.id)
    assert [(one.stars, one.comment, one.round_no, one.door) for one in kept] == [
        (number, "很好", 1, "web")
    ]
    line = session.scalars(select(Event)).one()
    assert (line.kind, line.details["stars"]) == ("help_request.close", number)
    assert session.scalars(select(EventNote.text)).one() == "很好"
    assert told(session) == []
    seen = follow_request(session, done.code, "zh_Hans")
    assert seen is not None and seen.stars == number


@pytest.mark.parametrize("number", [1, 2])
def test_two_stars_and_fewer_reopen_before_a_coordinator(
    session: Session, place: Community, done: HelpRequest, number: int
) -> None:
    chief = coordinator(session, place.here)
    assert stars(session, done, number) == "reopen"
    assert (done.state, done.round_no, done.places_taken) == ("reopened", 2, 0)
    assert (done.attention, done.auto_dispatch) == ("low_rating", False)
    assert done.due_at == SOON + timedelta(hours=2)
    assert told(session) == [
        ("request_reopened", done.phone),
        ("coordinator_attention", chief.phone),
    ]


def test_same_stars_twice_change_nothing(session: Session, done: HelpRequest) -> None:
    assert [stars(session, done, 5), stars(session, done, 5)] == ["close", "close"]
    assert len(session.scalars(select(Event)).all()) == 1
    with pytest.raises(Stale):
        stars(session, done, 1)
    assert done.state == "closed"


def test_same_low_stars_twice_reopen_once(session: Session, done: HelpRequest) -> None:
    assert [stars(session, done, 1), stars(session, done, 1)] == ["reopen", "reopen"]
    assert done.round_no == 2 and len(session.scalars(select(Feedback)).all()) == 1


def test_second_round_is_rated_again(session: Session, done: HelpRequest) -> None:
    stars(session, done, 1)
    for state in ("matching", "finished"):
        done.state, done.version = state, done.version + 1
        session.commit()
    assert stars(session, done, 1) == "reopen"
    assert [(one.round_no, one.stars) for one in feedback_of(session, done.id)] == [(1, 1), (2, 1)]
    assert done.round_no == 3


@pytest.mark.parametrize("state", sorted(set(State) - {State.FINISHED, State.CLOSED}))
def test_only_what_is_finished_is_rated(session: Session, place: Community, state: State) -> None:
    one = request(session, place, state=str(state))
    with pytest.raises(Stale):
        stars(session, one, 5)
    assert session.scalars(select(Feedback)).all() == []


def test_what_closed_unrated_may_be_rated_late(session: Session, place: Community) -> None:
    kind, angry, old = (request(session, place, state="closed") for _ in range(3))
    assert (stars(session, kind, 4), kind.state) == ("close", "closed")
    assert (stars(session, angry, 1), angry.state) == ("reopen", "reopened")
    assert session.scalars(select(Event.kind).order_by(Event.seq)).all() == [
        "help_request.rated",
        "help_request.reopen",
    ]
    old.state_since = SOON - timedelta(days=30)
    session.commit()
    with pytest.raises(Stale):
        stars(session, old, 4)


@pytest.mark.parametrize("number", [0, 6, -1])
def test_impossible_stars_are_refused(session: Session, done: HelpRequest, number: int) -> None:
    with pytest.raises(Invalid) as refused:
        stars(session, done, number)
    assert set(refused.value.fields) == {"stars"} and done.state == "finished"


def test_unknown_code_is_not_found(session: Session, done: HelpRequest) -> None:
    with pytest.raises(NotFound):
        rate_request(Context(session, WEB, SOON), code="22222222", stars=5, comment=None)


def test_long_comment_is_cut_not_refused(session: Session, done: HelpRequest) -> None:
    stars(session, done, 5, "好" * 900)
    assert len(feedback_of(session, done.id)[0].comment or "") == 500


def test_unrated_is_closed_by_the_house(
    session: Session, place: Community, done: HelpRequest
) -> None:
    other = actor_for(coordinator(session, place.other), "coordinator", place.other)
    for actor in (WEB, other):
        with pytest.raises(NotAllowed):
            close_unrated(Context(session, actor, SOON), request_id=done.id)
    close_unrated(Context(session, system("jobs"), SOON), request_id=done.id)
    session.commit()
    assert (done.state, done.due_at) == ("closed", None)
    assert session.scalars(select(Event)).one().details["unrated"] is True
    with pytest.raises(Stale):
        close_unrated(Context(session, system("jobs"), SOON), request_id=done.id)


def test_many_taps_at_once_reopen_once(
    database: Database, session: Session, done: HelpRequest
) -> None:
    code = done.code
    session.rollback()

    def tap(_: int) -> str:
        with database.new_session() as own:
            try:
                said = rate_request(Context(own, WEB, SOON), code=code, stars=1, comment=None)
            except Stale:
                return "stale"
            own.commit()
            return said

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(tap, range(16)))
    assert set(answers) <= {"reopen", "stale"} and "reopen" in answers
    session.refresh(done)
    assert done.round_no == 2 and len(session.scalars(select(Feedback)).all()) == 1
    assert session.scalars(select(Event.kind)).all() == ["help_request.reopen"]
