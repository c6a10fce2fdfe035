"""Tasks that somebody took are the load, asked or grabbed; asks alone are not."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.core.context import Context
from app.core.errors import Refused
from app.dispatch.models import Match
from app.people.models import Person
from app.usecases.dispatch.answer_match import give_up, grab_request
from app.usecases.dispatch.gather_batch import gather_batch
from app.usecases.dispatch.rank_volunteers import rank_for
from app.usecases.requests.do_task import arrive_at_task, finish_task
from tests.factories import NOW, Community, community, request, volunteer
from tests.usecases.asking import MINUTE, me

HOUR = timedelta(hours=1)


@pytest.fixture
def place(session: Session) -> Community:
    made = community(session)
    made.medicine.grab = True
    return made


def asked(session: Session, place: Community, who: Person, times: int) -> None:
    """Asks of the last days in which somebody else was faster."""
    about = request(session, place, state="closed")
    for n in range(times):
        at = NOW - timedelta(days=5, minutes=n)
        session.add(
            Match(
                token=f"{who.id}-{n}",
                request_id=about.id,
                round_no=n + 1,
                person_id=who.id,
                state="expired",
                end_reason="taken",
                made_at=at,
                sent_at=at,
                ended_at=at,
            )
        )
    session.commit()


def grabs(session: Session, place: Community, who: Person, times: int) -> None:
    """Tasks taken from the list and done, one after the other."""
    for n in range(times):
        at = NOW - timedelta(days=3) + n * 3 * HOUR
        one = request(session, place, wanted_from=at, wanted_to=at + HOUR, state_since=at)
        match = grab_request(Context(session, me(who, place), at), request_id=one.id)
        arrive_at_task(Context(session, me(who, place), at + MINUTE), match_id=match.id)
        finish_task(Context(session, me(who, place), at + 30 * MINUTE), match_id=match.id)
        session.commit()


def reasons(session: Session, place: Community, who: Person) -> dict[str, dict[str, object]]:
    one = request(session, place)
    ranking = rank_for(session, request=one, now=NOW, radius_m=1500, people=[who.id])
    return {why.code: why.numbers for left in ranking.left_out for why in left.reasons}


def test_asks_that_came_to_nothing_fill_no_week(session: Session, place: Community) -> None:
    who = volunteer(session, place, offer={"weekly_limit": 3})
    asked(session, place, who, 12)
    assert reasons(session, place, who) == {}


def test_tasks_from_the_list_fill_the_week_and_no_more_can_be_grabbed(
    session: Session, place: Community
) -> None:
    who = volunteer(session, place, offer={"weekly_limit": 3})
    grabs(session, place, who, 2)
    assert reasons(session, place, who) == {}
    grabs(session, place, who, 1)
    assert reasons(session, place, who) == {"weekly_limit": {"tasks": 3, "limit": 3}}
    one = request(session, place)
    with pytest.raises(Refused):
        grab_request(Context(session, me(who, place), NOW), request_id=one.id)


def test_a_task_given_up_is_no_load(session: Session, place: Community) -> None:
    who = volunteer(session, place, offer={"weekly_limit": 1})
    one = request(session, place)
    match = grab_request(Context(session, me(who, place), NOW), request_id=one.id)
    assert set(reasons(session, place, who)) >= {"weekly_limit"}
    give_up(Context(session, me(who, place), NOW + MINUTE), match_id=match.id)
    session.commit()
    assert reasons(session, place, who) == {}


def test_whoever_took_more_than_the_others_waits_before_grabbing_again(
    session: Session, place: Community
) -> None:
    who, other = volunteer(session, place, offer={"weekly_limit": 20}), volunteer(session, place)
    grabs(session, place, who, 3)
    one = request(session, place, submitted_at=NOW)
    with pytest.raises(Refused, match="先问近来接得少"):
        grab_request(Context(session, me(who, place), NOW), request_id=one.id)
    session.rollback()
    # The other may, everybody may once the time to answer has passed, and urgent waits for nobody.
    soon = Context(session, me(who, place), NOW + 31 * MINUTE)
    assert grab_request(soon, request_id=one.id).state == "accepted"
    second = request(session, place, submitted_at=NOW)
    assert grab_request(Context(session, me(other, place), NOW), request_id=second.id)
    later = NOW + 10 * HOUR
    urgent = request(
        session,
        place,
        submitted_at=NOW,
        urgency="urgent",
        wanted_from=later,
        wanted_to=later + HOUR,
    )
    assert grab_request(Context(session, me(who, place), NOW), request_id=urgent.id)


def test_with_nobody_else_to_ask_whoever_is_there_may_grab(
    session: Session, place: Community
) -> None:
    who = volunteer(session, place, offer={"weekly_limit": 20})
    grabs(session, place, who, 4)
    one = request(session, place, submitted_at=NOW)
    assert grab_request(Context(session, me(who, place), NOW), request_id=one.id)


def test_whoever_grabbed_comes_after_whoever_did_not(session: Session, place: Community) -> None:
    people = [volunteer(session, place, north_m=200) for _ in range(4)]
    grabs(session, place, people[0], 3)
    one = request(session, place)
    ranking = rank_for(session, request=one, now=NOW, radius_m=1500)
    assert ranking.ranked[-1].person_id == people[0].id
    parts = {part.code: part for part in ranking.ranked[-1].parts}
    assert parts["load"].numbers | {"taken": 3, "others": 0.0, "people": 3} == parts["load"].numbers
    assert parts["load"].value == pytest.approx(0.25)
    assert parts["idle"].numbers == {"days": 3, "by": "task"}


def test_the_batch_counts_tasks_and_not_asks(session: Session, place: Community) -> None:
    often, busy = (volunteer(session, place, offer={"weekly_limit": 2}) for _ in range(2))
    asked(session, place, often, 12)
    grabs(session, place, busy, 2)
    one = request(
        session, place, urgency="planned", wanted_from=NOW + 5 * HOUR, wanted_to=NOW + 8 * HOUR
    )
    (found,) = gather_batch(session, now=NOW + 5 * MINUTE)
    assert (found.request_id, found.person_ids) == (one.id, (often.id,))
