"""双方不再安排: a volunteer is kept from a resident's phone, for a reason, and may be let again."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.context import Context
from app.core.errors import Invalid, NotAllowed, NotFound
from app.people.models import BlockedPair
from app.people.queries import blocked_from
from app.trail.models import Event, EventNote
from app.usecases.dispatch.rank_volunteers import rank_for
from app.usecases.volunteers.block_pair import block_pair, unblock_pair
from tests.factories import NOW, Community, actor_for, community, coordinator, request, volunteer


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


@pytest.fixture
def chief(session: Session, place: Community) -> Actor:
    return actor_for(coordinator(session, place.here), "coordinator", place.here)


def trail(session: Session) -> list[tuple[str, dict[str, object], str | None]]:
    lines = session.execute(
        select(Event.kind, Event.details, EventNote.text)
        .outerjoin(EventNote, EventNote.seq == Event.seq)
        .where(Event.kind.startswith("pair."))
        .order_by(Event.seq)
    )
    return [(kind, details, note) for kind, details, note in lines]


def test_a_pair_is_blocked_once_for_every_order_of_the_phone(
    session: Session, place: Community, chief: Actor
) -> None:
    helper, about = volunteer(session, place), request(session, place)
    later = request(session, place, phone=about.phone)
    for reason in (" 吵过架 ", "又说了一次"):
        block_pair(
            Context(session, chief, NOW), person_id=helper.id, request_id=about.id, reason=reason
        )
        session.commit()
    assert session.scalars(select(BlockedPair.phone_lookup)).all() == [about.phone_lookup]
    assert trail(session) == [("pair.blocked", {"person": helper.id}, "吵过架")]
    ranking = rank_for(session, request=later, now=NOW, radius_m=3000)
    assert ranking.ranked == ()
    [left] = [one for one in ranking.left_out if one.person_id == helper.id]
    assert [why.code for why in left.reasons] == ["blocked"]


def test_taken_back_once_they_are_sent_again(
    session: Session, place: Community, chief: Actor
) -> None:
    helper, about = volunteer(session, place), request(session, place)
    block_pair(
        Context(session, chief, NOW), person_id=helper.id, request_id=about.id, reason="误会"
    )
    for _ in range(2):
        unblock_pair(Context(session, chief, NOW), person_id=helper.id, request_id=about.id)
        session.commit()
    assert blocked_from(session, about.phone_lookup) == frozenset()
    assert [kind for kind, _, _ in trail(session)] == ["pair.blocked", "pair.unblocked"]
    ranking = rank_for(session, request=about, now=NOW, radius_m=3000)
    assert helper.id in {one.person_id for one in ranking.ranked}


def test_without_a_reason_or_the_right_nothing_is_blocked(
    session: Session, place: Community, chief: Actor
) -> None:
    helper, about = volunteer(session, place), request(session, place)
    stranger = actor_for(coordinator(session, place.other), "coordinator", place.other)
    who = {"person_id": helper.id, "request_id": about.id}
    with pytest.raises(Invalid) as refused:
        block_pair(Context(session, chief, NOW), reason=" \n", **who)
    assert "reason" in refused.value.fields
    with pytest.raises(NotAllowed):
        block_pair(Context(session, stranger, NOW), reason="吵过架", **who)
    with pytest.raises(NotAllowed):
        unblock_pair(Context(session, stranger, NOW), **who)
    with pytest.raises(NotFound):
        block_pair(Context(session, chief, NOW), reason="吵过架", person_id=0, request_id=about.id)
    assert session.scalars(select(BlockedPair)).all() == [] and trail(session) == []
