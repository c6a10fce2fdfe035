"""Who waits for a team, since when others are awaited, and wishes, for rows of older releases."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.dispatch.models import Match
from app.offers.models import OfferCell
from app.people.models import Person
from app.usecases.volunteers.spread_offer import stray_offers
from tests.databases import Database
from tests.factories import NOW, Community, community, request, take, volunteer

HOUR = timedelta(hours=1)


@pytest.fixture
def ids(database: Database, session: Session, app: Flask) -> Iterator[dict[str, int]]:
    """Matches of requests that are done together or not, at the revision before."""
    place = community(session)
    place.medicine.together = True
    people = [
        volunteer(session, place),
        volunteer(session, place, offer={"woman": True, "wishes": ["companion", "no_dogs"]}),
    ]
    found = {
        "short": accepted(session, place, people[:1], "matching", together=True),
        "whole": accepted(session, place, people, "assigned", together=True),
        "apart": accepted(session, place, people[:1], "matching", together=False),
        "wished": accepted(session, place, people[:1], "matching", together=False, wishes=True),
    }
    session.commit()
    session.close()
    with app.app_context():
        downgrade(revision="0032")
        yield found


def accepted(
    session: Session,
    place: Community,
    people: list[Person],
    state: str,
    *,
    together: bool,
    wishes: bool = False,
) -> int:
    """The match of the first; each of the others accepted an hour later than the one before."""
    one = request(
        session,
        place,
        of=place.medicine if together else place.visit,
        state=state,
        volunteers_needed=2,
        wishes=["companion"] if wishes else [],
    )
    for number, who in enumerate(people):
        match = Match(
            token=f"{one.id}-{who.id}",
            request_id=one.id,
            person_id=who.id,
            state="accepted",
            made_at=NOW,
            accepted_at=NOW + number * HOUR,
        )
        take(session, match)
    first = select(Match.id).where(Match.request_id == one.id).order_by(Match.id)
    return session.scalars(first.limit(1)).one()


def test_rows_of_before_are_as_if_written_today(database: Database, ids: dict[str, int]) -> None:
    upgrade()
    with database.new_session() as session:
        found = {name: session.get_one(Match, key) for name, key in ids.items()}
        waits = {name: one.waits for name, one in found.items()}
        assert waits == {"short": True, "whole": False, "apart": False, "wished": True}
        assert found["whole"].arrival_from == NOW + HOUR
        assert found["apart"].arrival_from is None
        assert all(one.question is None and one.went_by is None for one in found.values())
        assert set(session.scalars(select(OfferCell.excluded_by))) == {1, 6}
        assert list(stray_offers(session)) == []
