"""Cancelling, with the code or by a coordinator; volunteers asked or coming are notified."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import Actor, resident
from app.core.context import Context
from app.core.errors import NotAllowed, NotFound, Stale
from app.dispatch.models import Match, Wave
from app.help_requests.models import HelpRequest
from app.help_requests.rules import CANCELLABLE, State
from app.notifications.models import Notification
from app.people.models import Person
from app.trail.models import Event
from app.usecases.requests.cancel_request import cancel_request
from tests.factories import (
    NOW,
    Community,
    actor_for,
    community,
    coordinator,
    request,
    take,
    volunteer,
)

SOON = NOW + timedelta(minutes=5)
WEB = resident("web")


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


def matched(session: Session, one: HelpRequest, who: Person, state: str, number: int) -> Match:
    made = Match(
        token=f"t{who.id}",
        request_id=one.id,
        person_id=who.id,
        state=state,
        reply_number=number,
        made_at=NOW,
    )
    if state in ("accepted", "on_the_way", "arrived"):
        return take(session, made)
    session.add(made)
    session.commit()
    return made


def told(session: Session) -> set[tuple[str, str]]:
    return {(row.template, row.address) for row in session.scalars(select(Notification))}


def test_resident_cancels_with_the_code(session: Session, place: Community) -> None:
    one = request(session, place)
    cancel_request(Context(session, WEB, SOON), code=one.code, why="不用了")
    session.commit()
    session.refresh(one)
    assert (one.state, one.due_at, one.next_action_at) == ("cancelled", None, None)
    assert told(session) == {("request_cancelled", one.phone)}
    assert one.reason == "不用了"


@pytest.mark.parametrize("state", sorted(State))
def test_only_before_it_is_finished(session: Session, place: Community, state: State) -> None:
    one = request(session, place, state=str(state))
    if state in CANCELLABLE:
        cancel_request(Context(session, WEB, SOON), code=one.code, why="")
        assert one.state == "cancelled"
        return
    with pytest.raises(Stale):
        cancel_request(Context(session, WEB, SOON), code=one.code, why="")
    assert one.state == state and told(session) == set()


def test_everybody_asked_or_coming_is_told(session: Session, place: Community) -> None:
    one = request(session, place, state="matching", volunteers_needed=2, places_taken=1)
    people = [volunteer(session, place) for _ in range(4)]
    states = ("accepted", "sent", "proposed", "declined")
    matches = [
        matched(session, one, who, state, 40 + n)
        for n, (who, state) in enumerate(zip(people, states, strict=True))
    ]
    wave = Wave(
        request_id=one.id,
        number=1,
        audience="best",
        radius_m=1500,
        made_at=NOW,
        deadline_at=NOW + timedelta(minutes=30),
        left_out=[],
    )
    session.add(wave)
    session.commit()
    cancel_request(Context(session, WEB, SOON), code=one.code, why="")
    session.commit()
    for match in matches:
        session.refresh(match)
    assert [match.state for match in matches] == ["withdrawn"] * 3 + ["declined"]
    assert {who.phone for who in people[:2]} == {
        address for template, address in told(session) if template == "match_request_cancelled"
    }
    session.refresh(wave)
    assert wave.ended_at == SOON
    kinds = session.scalars(select(Event.kind).where(Event.request_id == one.id)).all()
    assert sorted(kinds) == ["help_request.cancel"] + ["match.withdrawn"] * 3


def test_cancelling_twice_is_stale_and_tells_once(session: Session, place: Community) -> None:
    one = request(session, place)
    cancel_request(Context(session, WEB, SOON), code=one.code, why="")
    session.commit()
    with pytest.raises(Stale):
        cancel_request(Context(session, WEB, SOON), code=one.code, why="")
    assert len(session.scalars(select(Event)).all()) == 1


def test_coordinator_cancels_by_id_in_the_area_only(session: Session, place: Community) -> None:
    one = request(session, place)
    other = actor_for(coordinator(session, place.other), "coordinator", place.other)
    mine = actor_for(coordinator(session, place.here), "coordinator", place.here)
    for actor in (other, WEB):
        with pytest.raises(NotAllowed):
            cancel_request(Context(session, actor, SOON), request_id=one.id, why="")
    with pytest.raises(Stale):
        cancel_request(Context(session, mine, SOON), request_id=one.id, version=9, why="")
    cancel_request(Context(session, mine, SOON), request_id=one.id, version=1, why="来电取消")
    assert one.state == "cancelled" and one.reason == "来电取消"


def test_code_gives_a_volunteer_no_power(session: Session, place: Community) -> None:
    one = request(session, place)
    helper: Actor = actor_for(volunteer(session, place), "volunteer", place.here)
    with pytest.raises(NotAllowed):
        cancel_request(Context(session, helper, SOON), code=one.code, why="")


def test_unknown_code_is_not_found(session: Session, place: Community) -> None:
    for given in ({"code": "22222222"}, {"request_id": 10**9}, {}):
        with pytest.raises(NotFound):
            cancel_request(Context(session, WEB, SOON), why="", **given)


def test_unconfirmed_number_is_not_texted(session: Session, place: Community) -> None:
    one = request(session, place, phone_confirmed_at=None)
    cancel_request(Context(session, WEB, SOON), code=one.code, why="")
    assert told(session) == set()
