"""Everybody near by who is not proposed has a reason, also people without the category."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.context import Context
from app.core.errors import NotAllowed
from app.help_requests.models import HelpRequest
from app.usecases.requests.see_board import SHOWN
from app.usecases.requests.see_near import MOST, see_near
from tests.factories import NOW, Community, actor_for, community, coordinator, request, volunteer


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


@pytest.fixture
def minds(session: Session, place: Community) -> Actor:
    return actor_for(coordinator(session, place.here), "coordinator", place.here)


def reasons(session: Session, minds: Actor, one: HelpRequest) -> dict[str, list[str]]:
    """Reasons by name, in the order in which they are shown."""
    session.commit()
    near = see_near(Context(session, minds, NOW), request_id=one.id)
    return {one.name.name: [why.code for why in one.left_out.reasons] for one in near.passed}


def test_who_does_not_offer_it_is_named_with_every_reason_nearest_first(
    session: Session, place: Community, minds: Actor
) -> None:
    visits = [place.visit]
    volunteer(session, place, name="能去", north_m=50)
    volunteer(session, place, name="远处", north_m=900, categories=visits)
    tired = {"paused_until": NOW + timedelta(days=1), "radius_m": 200, "hours": []}
    volunteer(session, place, name="近处", north_m=300, offer=tired, categories=visits)
    volunteer(session, place, name="太远", north_m=4000, categories=visits)
    one = request(session, place)
    assert reasons(session, minds, one) == {
        "近处": ["too_far", "no_such_category", "paused", "out_of_hours"],
        "远处": ["no_such_category"],
    }


def test_whom_the_page_lists_already_is_not_named_again(
    session: Session, place: Community, minds: Actor
) -> None:
    paused = {"paused_until": NOW + timedelta(days=1)}
    for n in range(SHOWN + 3):
        volunteer(session, place, name=f"休息 {n}", north_m=100 + 10 * n, offer=paused)
    both = [place.medicine, place.visit]
    volunteer(session, place, name="两样", north_m=500, categories=both, offer=paused)
    told = reasons(session, minds, request(session, place))
    beyond = [f"休息 {n}" for n in range(SHOWN, SHOWN + 3)]
    assert told == {name: ["paused"] for name in [*beyond, "两样"]}


def test_the_nearest_are_named_and_there_are_more(
    session: Session, place: Community, minds: Actor
) -> None:
    for n in range(MOST + 5):
        volunteer(session, place, name=f"{n}", north_m=100 + 10 * n, categories=[place.visit])
    one = request(session, place)
    session.commit()
    near = see_near(Context(session, minds, NOW), request_id=one.id)
    assert [one.name.name for one in near.passed] == [f"{n}" for n in range(MOST)]
    assert near.more


def test_only_while_somebody_is_looked_for_and_by_a_coordinator_of_the_area(
    session: Session, place: Community, minds: Actor
) -> None:
    volunteer(session, place, name="近处", categories=[place.visit])
    assert list(reasons(session, minds, request(session, place))) == ["近处"]
    assert not reasons(session, minds, request(session, place, state="finished"))
    assert not reasons(session, minds, request(session, place, lat=None, lon=None))
    one = request(session, place)
    session.commit()
    elsewhere = actor_for(coordinator(session, place.other), "coordinator", place.other)
    with pytest.raises(NotAllowed):
        see_near(Context(session, elsewhere, NOW), request_id=one.id)
