"""Reads of help requests: the queue, counts, the tracking page; few queries, nothing decrypted."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from app.core.crypto import CannotOpen
from app.help_requests.board import PAGE, board_stamp, counts, pins, queue
from app.help_requests.models import HelpRequest
from app.help_requests.queries import by_code, due_ids, duplicates_of, last_of_phone
from app.help_requests.rules import LIVE, State
from app.usecases.requests.follow_request import follow_request
from tests.factories import NOW, Community, community, request

EVERYWHERE = ["/"]


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


@contextmanager
def counting(session: Session) -> Iterator[list[str]]:
    """The SQL statements executed inside the block."""
    said: list[str] = []

    def listen(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            said.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", listen)


def many(session: Session, place: Community, number: int) -> None:
    one = request(session, place)
    names = [c.name for c in HelpRequest.__table__.columns if c.name not in ("id", "code")]
    columns = ", ".join(names)
    for n in range(number - 1):
        session.execute(
            text(
                f"INSERT INTO help_request (code, {columns})"
                f" SELECT :code, {columns} FROM help_request WHERE id = :id"
            ),
            {"code": f"C{n:07d}", "id": one.id},
        )
    session.commit()


def test_queue_has_the_oldest_urgent_first(session: Session, place: Community) -> None:
    ago = [NOW - timedelta(hours=n) for n in range(4)]
    planned = request(session, place, urgency="planned", submitted_at=ago[3])
    new = request(session, place, submitted_at=ago[0])
    old = request(session, place, submitted_at=ago[2])
    urgent = request(session, place, urgency="urgent", submitted_at=ago[0])
    older = request(session, place, urgency="urgent", submitted_at=ago[1])
    found = [line.id for line in queue(session, [place.here.path])]
    assert found == [older.id, urgent.id, old.id, new.id, planned.id]


def test_queue_keeps_to_its_areas_and_to_what_is_live(session: Session, place: Community) -> None:
    here = {request(session, place, state=str(state)).id for state in sorted(State)}
    there = request(session, place, area_id=place.other.id, area_path=place.other.path)
    lines = queue(session, [place.here.path])
    assert {line.state for line in lines} == {str(state) for state in LIVE}
    assert {line.id for line in lines} < here
    assert there.id in [line.id for line in queue(session, [place.subdistrict.path])]
    assert [line.id for line in queue(session, [place.other.path])] == [there.id]
    assert len(queue(session, [place.here.path, place.other.path])) == len(LIVE) + 1
    assert queue(session, []) == [] and counts(session, [], NOW) == {}


def test_one_path_is_no_beginning_of_another(session: Session, place: Community) -> None:
    """`/1/2/` does not cover `/1/23/`."""
    request(session, place, area_path=place.here.path.rstrip("/") + "3/")
    assert queue(session, [place.here.path]) == []


def test_queue_in_pages(session: Session, place: Community) -> None:
    many(session, place, PAGE + 7)
    first, second = queue(session, EVERYWHERE), queue(session, EVERYWHERE, offset=PAGE)
    assert (len(first), len(second)) == (PAGE, 7)
    assert len({line.id for line in (*first, *second)}) == PAGE + 7


def test_queue_of_a_state_and_of_what_is_overdue(session: Session, place: Community) -> None:
    late = request(session, place, due_at=NOW)
    request(session, place, due_at=NOW + timedelta(seconds=1), state="matching")
    over = [
        request(session, place, state="closed", due_at=None, state_since=NOW - timedelta(hours=n))
        for n in (5, 1, 3)
    ]
    assert [line.id for line in queue(session, EVERYWHERE, overdue_at=NOW)] == [late.id]
    assert [line.state for line in queue(session, EVERYWHERE, state="matching")] == ["matching"]
    closed = [line.id for line in queue(session, EVERYWHERE, state="closed")]
    assert closed == [over[1].id, over[2].id, over[0].id]
    assert counts(session, EVERYWHERE, NOW) == {"open": 1, "matching": 1, "overdue": 1}


@pytest.mark.parametrize(
    "read",
    [
        lambda s: queue(s, EVERYWHERE, limit=300),
        lambda s: counts(s, EVERYWHERE, NOW),
        lambda s: board_stamp(s, EVERYWHERE),
        lambda s: pins(s, EVERYWHERE),
        lambda s: due_ids(s, now=NOW, limit=300),
    ],
)
def test_board_asks_as_often_for_300_rows_as_for_one(
    session: Session, place: Community, read: Callable[[Session], Any]
) -> None:
    many(session, place, 1)
    with counting(session) as for_one:
        read(session)
    many(session, place, 299)
    with counting(session) as for_all:
        found = read(session)
    assert len(for_all) == len(for_one) == 1
    assert not isinstance(found, list) or len(found) == 300


def test_lists_decrypt_nothing(session: Session, place: Community) -> None:
    one = request(session, place, due_at=NOW)
    code, identity = one.code, one.id
    junk = ", ".join(f"{name} = :junk" for name in ("name", "phone", "need", "address"))
    session.execute(text(f"UPDATE help_request SET {junk}, arrival_code = :junk"), {"junk": b"~~~"})
    session.commit()
    session.expunge_all()
    assert [line.code for line in queue(session, EVERYWHERE)] == [code]
    assert [line.code for line in pins(session, EVERYWHERE)] == [code]
    assert due_ids(session, now=NOW, limit=5) == [identity]
    with pytest.raises(CannotOpen):
        by_code(session, code)


def test_pins_are_live_and_on_the_map(session: Session, place: Community) -> None:
    here = request(session, place)
    request(session, place, lat=None, lon=None)
    request(session, place, state="finished")
    request(session, place, state="closed")
    assert [line.id for line in pins(session, EVERYWHERE)] == [here.id]


def test_stamp_changes_with_every_change(session: Session, place: Community) -> None:
    one, two = request(session, place), request(session, place, version=2)
    seen = {board_stamp(session, EVERYWHERE)}
    changes: list[dict[str, Any]] = [{"version": 2}, {"version": 3}, {"state": "cancelled"}]
    for values in changes:
        for name, value in values.items():
            setattr(one, name, value)
        session.commit()
        seen.add(board_stamp(session, EVERYWHERE))
    # The same count and sum as earlier.
    request(session, place, state_since=NOW + timedelta(seconds=1))
    seen.add(board_stamp(session, EVERYWHERE))
    assert len(seen) == 5
    two.area_path = place.other.path
    session.commit()
    assert board_stamp(session, [place.here.path]) not in seen
    assert board_stamp(session, []) == "0"


def test_due_are_those_whose_time_has_come(session: Session, place: Community) -> None:
    second = request(session, place, next_action_at=NOW)
    first = request(session, place, next_action_at=NOW - timedelta(hours=1))
    request(session, place, next_action_at=NOW + timedelta(seconds=1))
    request(session, place, next_action_at=None)
    request(session, place, state="closed", next_action_at=NOW)
    assert due_ids(session, now=NOW, limit=9) == [first.id, second.id]
    assert due_ids(session, now=NOW, limit=1) == [first.id]


def test_newest_of_a_phone(session: Session, place: Community) -> None:
    old = request(session, place)
    new = request(session, place, phone=old.phone)
    request(session, place, phone=old.phone, state="closed")
    found = last_of_phone(session, old.phone_lookup, states=["open"])
    assert found is not None and found.id == new.id
    assert last_of_phone(session, "0" * 64, states=["open"]) is None


def test_tracking_page_names_the_category_in_chinese_where_it_has_no_other(
    session: Session, place: Community
) -> None:
    one = request(session, place)
    names = []
    for locale in ("zh_Hans", "zh_Hant", "en"):
        seen = follow_request(session, one.code, locale)
        assert seen is not None
        names.append(seen.category)
    assert names == ["代买药", "代买药", "medicine"]


def test_duplicates_do_not_cross_districts(session: Session, place: Community) -> None:
    one = request(session, place)
    request(session, place, phone=one.phone, area_path="/999/")
    assert duplicates_of(session, one) == []


def test_urgent_are_due_before_all_others_whoever_waits_longer(
    session: Session, place: Community
) -> None:
    made = [
        request(session, place, urgency=urgency, next_action_at=NOW - timedelta(minutes=minutes))
        for urgency, minutes in (
            ("planned", 9),
            ("ordinary", 1),
            ("urgent", 1),
            ("ordinary", 5),
            ("urgent", 1),
        )
    ]
    planned, new, urgent, old, second = (one.id for one in made)
    assert due_ids(session, now=NOW, limit=9) == [urgent, second, old, new, planned]
    assert due_ids(session, now=NOW, limit=9, urgent_only=True) == [urgent, second]
