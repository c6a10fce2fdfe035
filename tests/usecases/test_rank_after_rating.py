"""A volunteer whom a resident rated badly is not proposed to that resident again."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.core.actor import resident
from app.core.context import Context
from app.dispatch.models import Match
from app.help_requests.models import HelpRequest
from app.matching.visit_history import visits_between
from app.people.models import Person
from app.usecases.dispatch.dispatch_wave import send_wave
from app.usecases.dispatch.rank_volunteers import rank_for
from app.usecases.policies.replay_volunteers import visits_to
from app.usecases.requests.rate_request import rate_request
from tests.factories import (
    NOW,
    Community,
    actor_for,
    community,
    coordinator,
    phone_number,
    request,
    volunteer,
)
from tests.usecases.asking import match_of

WEB = resident("web")


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


@pytest.fixture
def helper(session: Session, place: Community) -> Person:
    return volunteer(session, place)


def served(
    session: Session, place: Community, who: Person, phone: str, stars: int | None
) -> HelpRequest:
    """A request of this phone that `who` did, rated or not."""
    one = request(session, place, phone=phone, state="finished", places_taken=1)
    session.add(
        Match(
            token=f"served-{one.id}",
            request_id=one.id,
            person_id=who.id,
            state="finished",
            place_no=1,
            made_at=NOW - timedelta(days=9),
            sent_at=NOW - timedelta(days=9),
            answered_at=NOW - timedelta(days=9),
        )
    )
    session.flush()
    if stars is not None:
        rate_request(Context(session, WEB, NOW), code=one.code, stars=stars, comment=None)
    session.commit()
    return one


def left_out(session: Session, one: HelpRequest) -> dict[int, list[str]]:
    ranking = rank_for(session, request=one, now=NOW, radius_m=1500)
    return {left.person_id: [why.code for why in left.reasons] for left in ranking.left_out}


def times_served(session: Session, one: HelpRequest) -> dict[int, int]:
    """Who may be asked, and how often they served this resident well."""
    ranking = rank_for(session, request=one, now=NOW, radius_m=1500)
    return {
        entry.person_id: part.numbers["times"]
        for entry in ranking.ranked
        for part in entry.parts
        if part.code == "familiar"
    }


def test_a_bad_rating_keeps_the_same_volunteer_away(
    session: Session, place: Community, helper: Person
) -> None:
    phone = phone_number()
    other = volunteer(session, place, north_m=900)
    bad = served(session, place, helper, phone, stars=1)
    assert bad.state == "reopened"
    later = request(session, place, phone=phone)
    session.commit()
    assert left_out(session, later) == {helper.id: ["unsatisfied"]}
    assert set(times_served(session, later)) == {other.id}
    # It does not affect another resident.
    elsewhere = request(session, place)
    session.commit()
    assert set(times_served(session, elsewhere)) == {helper.id, other.id}


def test_a_coordinator_may_choose_them_all_the_same(
    session: Session, place: Community, helper: Person
) -> None:
    phone = phone_number()
    served(session, place, helper, phone, stars=2)
    later = request(session, place, phone=phone)
    chief = actor_for(coordinator(session, place.here), "coordinator", place.here)
    send_wave(Context(session, chief, NOW), request_id=later.id, person_ids=[helper.id])
    assert match_of(session, later, helper).state == "sent"


@pytest.mark.parametrize(("ratings", "times"), [((1, 5), 1), ((None, 4), 2), ((2, None, 3), 2)])
def test_a_good_rating_afterwards_forgives(
    session: Session,
    place: Community,
    helper: Person,
    ratings: tuple[int | None, ...],
    times: int,
) -> None:
    phone = phone_number()
    for stars in ratings:
        served(session, place, helper, phone, stars)
    later = request(session, place, phone=phone)
    session.commit()
    assert times_served(session, later) == {helper.id: times}


def test_no_rating_forgives_nothing(session: Session, place: Community, helper: Person) -> None:
    phone = phone_number()
    for stars in (5, 1, None):
        served(session, place, helper, phone, stars)
    later = request(session, place, phone=phone)
    session.commit()
    assert left_out(session, later) == {helper.id: ["unsatisfied"]}


def test_the_lab_knows_it_too(session: Session, place: Community, helper: Person) -> None:
    phone = phone_number()
    bad = served(session, place, helper, phone, stars=1)
    (visit,) = visits_to(session, [bad.phone_lookup])
    assert (visit.person_id, visit.request_id) == (helper.id, bad.id)
    assert visit.known(NOW) is False and visit.known(NOW - timedelta(hours=1)) is None
    unrated = served(session, place, helper, phone, stars=None)
    found = visits_to(session, [unrated.phone_lookup])
    assert [one.known(NOW) for one in found] == [False, None]
    assert visits_between(one.known(NOW) for one in found).unsatisfied
    assert visits_to(session, ["nobody"]) == []
