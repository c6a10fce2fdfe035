"""Who is notified: the nearest coordinators, and never nobody."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.notifications.models import Notification
from app.usecases.messages.notify import notify_resident
from app.usecases.messages.notify_coordinators import coordinators_of
from tests import factories
from tests.factories import NOW


def test_coordinators_of_the_smallest_staffed_area_come_first(session: Session) -> None:
    place = factories.community(session)
    here = factories.coordinator(session, place.here)
    above = factories.coordinator(session, place.district)
    assert [one.id for one in coordinators_of(session, place.here.path)] == [here.id]
    up = coordinators_of(session, place.here.path, levels_up=1)
    assert [one.id for one in up] == [above.id]
    assert [one.id for one in coordinators_of(session, place.other.path)] == [above.id]


def test_request_at_the_root_is_told_to_whoever_is_below(session: Session) -> None:
    place = factories.community(session)
    here = factories.coordinator(session, place.here)
    assert [one.id for one in coordinators_of(session, place.district.path)] == [here.id]


def test_number_that_was_not_confirmed_gets_no_text(session: Session) -> None:
    place = factories.community(session)
    request = factories.request(session, place, phone_confirmed_at=None)
    assert not notify_resident(session, request, "request_open", now=NOW)
    request.phone_confirmed_at = NOW
    assert notify_resident(session, request, "request_open", now=NOW)
    assert not notify_resident(session, request, "request_open", now=NOW)
    session.commit()
    assert session.scalar(select(func.count()).select_from(Notification)) == 1
