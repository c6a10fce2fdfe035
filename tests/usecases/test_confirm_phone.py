"""Confirming a number: only then may the service text it."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import resident
from app.core.context import Context
from app.core.errors import NotAllowed, NotFound
from app.help_requests.models import HelpRequest
from app.notifications.models import Notification
from app.trail.models import Event
from app.usecases.requests.confirm_phone import confirm_by_call, confirm_by_text
from tests.factories import (
    NOW,
    Community,
    actor_for,
    community,
    coordinator,
    phone_number,
    request,
)

LATER = NOW + timedelta(minutes=3)


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


@pytest.fixture
def about(session: Session, place: Community) -> HelpRequest:
    return request(session, place, phone_confirmed_at=None)


def told(session: Session) -> list[tuple[str, str]]:
    return [(row.template, row.address) for row in session.scalars(select(Notification))]


def test_text_from_the_very_phone_confirms(session: Session, about: HelpRequest) -> None:
    confirm_by_text(Context(session, resident("sms"), LATER), code=about.code, phone=about.phone)
    session.commit()
    assert about.phone_confirmed_at == LATER
    assert told(session) == [("request_received", about.phone)]
    line = session.scalars(select(Event)).one()
    assert (line.kind, line.details) == ("help_request.phone_confirmed", {"by": "text"})


def test_text_from_another_phone_is_told_nothing(session: Session, about: HelpRequest) -> None:
    for code, phone in ((about.code, phone_number()), ("22222222", about.phone)):
        with pytest.raises(NotFound) as refused:
            confirm_by_text(Context(session, resident("sms"), LATER), code=code, phone=phone)
        assert "编号" in refused.value.msgid
    session.refresh(about)
    assert about.phone_confirmed_at is None and told(session) == []


def test_confirming_twice_changes_and_tells_once(session: Session, about: HelpRequest) -> None:
    for minutes in (3, 9):
        confirm_by_text(
            Context(session, resident("sms"), NOW + timedelta(minutes=minutes)),
            code=about.code,
            phone=about.phone,
        )
        session.commit()
    assert about.phone_confirmed_at == LATER
    assert len(told(session)) == 1 and len(session.scalars(select(Event)).all()) == 1


def test_coordinator_confirms_by_calling_back(
    session: Session, place: Community, about: HelpRequest
) -> None:
    who = coordinator(session, place.here)
    actor = actor_for(who, "coordinator", place.here)
    confirm_by_call(Context(session, actor, LATER), request_id=about.id)
    session.commit()
    assert (about.phone_confirmed_at, about.phone_confirmed_by) == (LATER, who.id)
    assert told(session) == [("request_received", about.phone)]


def test_nobody_else_confirms_by_calling(
    session: Session, place: Community, about: HelpRequest
) -> None:
    other = actor_for(coordinator(session, place.other), "coordinator", place.other)
    for actor in (other, resident("web")):
        with pytest.raises(NotAllowed):
            confirm_by_call(Context(session, actor, LATER), request_id=about.id)
    with pytest.raises(NotFound):
        confirm_by_call(Context(session, other, LATER), request_id=10**9)
