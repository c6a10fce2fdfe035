"""双方不再安排 on the page of a case: with a reason, in the trail, and undone."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import utc_now
from app.dispatch.models import Match
from app.people.models import BlockedPair
from app.trail.models import Event
from tests.factories import Community, community, coordinator, request, volunteer
from tests.http.visitor import come_in, send


@pytest.fixture
def place(session: Session, client: FlaskClient) -> Community:
    made = community(session)
    come_in(client, session, coordinator(session, made.here))
    return made


def matched(session: Session, place: Community, *states: str) -> tuple[str, list[int]]:
    """The page of a request with a match in each state, and whose they are."""
    now, one = utc_now(), request(session, place, state="assigned", submitted_at=utc_now())
    people = [volunteer(session, place, name=f"林{state}") for state in states]
    for who, state in zip(people, states, strict=True):
        session.add(
            Match(
                token=f"t{who.id}",
                request_id=one.id,
                person_id=who.id,
                state=state,
                made_at=now,
                sent_at=now,
                accepted_at=now if state in ("accepted", "finished") else None,
                place_no=people.index(who) if state in ("accepted", "finished") else None,
            )
        )
    page, ids = f"/c/requests/{one.id}", [who.id for who in people]
    session.commit()
    return page, ids


def test_whoever_agreed_to_come_can_be_kept_apart(
    session: Session, client: FlaskClient, place: Community
) -> None:
    page, ids = matched(session, place, "accepted", "finished", "sent")
    shown = client.get(page).get_data(as_text=True)
    assert [f"{page}/block/{person_id}" in shown for person_id in ids] == [True, True, False]


def test_blocked_for_a_reason_and_taken_back(
    session: Session, client: FlaskClient, place: Community
) -> None:
    page, [helper] = matched(session, place, "finished")
    status, shown = send(client, page, f"{page}/block/{helper}", reason=" ")
    assert status == 422 and f'href="#why-block-{helper}"' in shown and "请写一句原因" in shown
    status, shown = send(client, page, f"{page}/block/{helper}", reason="上次吵了起来")
    assert status == 200 and "又可以安排" in shown
    # The case page shows its coordinator who, and why.
    assert "双方不再安排：林finished" in shown and "上次吵了起来" in shown
    assert session.scalars(select(BlockedPair.person_id)).all() == [helper]
    session.rollback()
    status, shown = send(client, page, f"{page}/unblock/{helper}")
    assert status == 200 and f"{page}/block/{helper}" in shown
    assert session.scalars(select(BlockedPair)).all() == []
    kinds = select(Event.kind).where(Event.kind.startswith("pair.")).order_by(Event.seq)
    assert session.scalars(kinds).all() == ["pair.blocked", "pair.unblocked"]
