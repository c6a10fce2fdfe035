"""Jobs do what is urgent first, also what comes due while they work."""

from datetime import timedelta

from flask import Flask
from sqlalchemy.orm import Session

from app.help_requests.models import HelpRequest
from app.help_requests.queries import due_ids
from app.jobs.context import urgent_first
from app.jobs.scheduler import make_job_context
from tests.databases import Database
from tests.factories import NOW, community, request


def test_an_urgent_request_waits_for_one_ordinary_at_most(
    session: Session, app: Flask, database: Database
) -> None:
    house = make_job_context(app, database.config)
    house.renew()
    place = community(session)
    for _ in range(8):
        request(session, place)
    done: list[str] = []

    def due(limit: int, urgent_only: bool) -> list[int]:
        found = due_ids(session, now=NOW, limit=limit, urgent_only=urgent_only)
        session.rollback()
        return found

    def work(request_id: int) -> None:
        one = session.get_one(HelpRequest, request_id)
        done.append(one.urgency)
        if len(done) == 3:
            request(session, place, urgency="urgent")
        if len(done) == 5:
            # It stays due, and stops no other.
            session.rollback()
            raise RuntimeError("a fault")
        one.next_action_at = NOW + timedelta(hours=1)
        session.commit()

    urgent_first(house, "deadlines", due, work)
    assert done == [*["ordinary"] * 3, "urgent", *["ordinary"] * 5]
