"""Nobody has more asks to answer at a time than the house allows, by urgency."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.context import Context
from app.core.errors import Invalid
from app.dispatch.models import Match, Wave
from app.usecases.community.manage_settings import set_setting
from app.usecases.dispatch.escalate_urgent import due_escalations, escalate_request
from app.usecases.requests.process_deadlines import due_deadlines, process_deadline
from tests.factories import (
    NOW,
    actor_for,
    administrator,
    community,
    coordinator,
    on_duty,
    request,
    volunteer,
)
from tests.usecases.asking import HOUSE
from tests.usecases.test_escalate_urgent import BOTH


def tick(session: Session) -> None:
    for request_id in due_deadlines(session, now=NOW, limit=500):
        process_deadline(Context(session, HOUSE, NOW), request_id=request_id)
    session.commit()
    for request_id in due_escalations(session, now=NOW, limit=500):
        escalate_request(Context(session, HOUSE, NOW), request_id=request_id, channels=BOTH)
    session.commit()


def open_asks(session: Session) -> int:
    found = select(func.count()).select_from(Match).where(Match.state == "sent")
    return session.scalar(found) or 0


@pytest.mark.parametrize(("urgency", "most"), [("urgent", 3), ("ordinary", 2)])
def test_the_rest_waits_or_goes_to_others(session: Session, urgency: str, most: int) -> None:
    place = community(session)
    coordinator(session, place.here)
    who = volunteer(session, place, offer={"max_load": 99, "weekly_limit": 99})
    on_duty(session, who, place.here)
    for _ in range(8):
        request(session, place, urgency=urgency)
    tick(session)
    assert open_asks(session) == most
    for _ in range(most):
        volunteer(session, place)
    request(session, place, urgency=urgency)
    tick(session)
    assert open_asks(session) > most


def test_the_house_sets_it_and_a_case_says_why(session: Session) -> None:
    place = community(session)
    boss = actor_for(administrator(session, place.district), "administrator", place.district)
    context = Context(session, boss, NOW)
    for wrong in ("0", "21", "two", ""):
        with pytest.raises(Invalid):
            set_setting(context, key="open_asks_ordinary", value=wrong)
    set_setting(context, key="open_asks_ordinary", value="1")
    session.commit()
    who = volunteer(session, place)
    request(session, place)
    tick(session)
    volunteer(session, place)
    request(session, place)
    tick(session)
    assert open_asks(session) == 2
    left = session.scalars(select(Wave.left_out).order_by(Wave.id.desc())).first()
    assert left is not None
    reasons = {one["person"]: [why["code"] for why in one["reasons"]] for one in left}
    assert reasons == {who.id: ["asks_open"]}
