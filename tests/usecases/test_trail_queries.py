"""The story of a help request as shown and printed; reads of the catalogue."""

from datetime import timedelta

from sqlalchemy.orm import Session

from app.catalogue.queries import (
    active_categories,
    all_categories,
    category_by_code,
    category_names,
    skills,
    skills_needed,
)
from app.core.actor import resident
from app.core.context import Context
from app.trail.queries import lines_before, story
from app.usecases.requests.cancel_request import cancel_request
from app.usecases.requests.verify_request import approve_request
from app.usecases.requests.write_note import write_note
from tests.factories import NOW, actor_for, community, coordinator, request


def test_story_is_in_order_with_who_when_by_which_door_and_why(session: Session) -> None:
    place = community(session)
    who = coordinator(session, place.here)
    desk = actor_for(who, "coordinator", place.here)
    one, other = request(session, place, state="submitted"), request(session, place)
    write_note(Context(session, desk, NOW), request_id=other.id, text="别的")
    approve_request(Context(session, desk, NOW), request_id=one.id, version=1)
    session.commit()
    later = NOW + timedelta(minutes=7)
    cancel_request(Context(session, resident("sms"), later), code=one.code, why="不用了")
    session.commit()
    lines = story(session, one.id)
    assert [(line.kind, line.actor_kind, line.actor_id, line.door) for line in lines] == [
        ("help_request.approve", "coordinator", who.id, "web"),
        ("help_request.cancel", "resident", None, "sms"),
    ]
    assert [line.at for line in lines] == [NOW, later]
    assert [line.note for line in lines] == [None, "不用了"]
    assert lines[1].details["from"] == "open" and len(lines[1].hash) == 64
    assert [line.seq for line in lines_before(session, place.here.path, limit=2)] == [3, 2]
    assert lines_before(session, place.other.path) == []


def test_catalogue_in_the_order_and_language_that_was_given(session: Session) -> None:
    place = community(session)
    place.visit.position, place.medicine.position = 1, 2
    session.commit()
    assert [one.code for one in active_categories(session)] == ["visit", "medicine"]
    place.visit.active = False
    session.commit()
    assert [one.code for one in active_categories(session)] == ["medicine"]
    assert [one.code for one in all_categories(session)] == ["visit", "medicine"]
    assert category_names(session, "zh_Hant")[place.visit.id] == "上门探访"
    assert category_names(session, "en")[place.visit.id] == "visit"
    found = category_by_code(session, "visit")
    assert found is not None and category_by_code(session, "none") is None
    assert [one.code for one in skills(session)] == ["first_aid"]
    assert skills_needed(session, found.id) == {place.first_aid.id}
