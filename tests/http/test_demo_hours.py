"""The demo can be tried at any hour: it is loaded, and its first telephones talk to each other."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.channels.ports import IncomingText
from app.core.actor import system
from app.core.context import Context
from app.demo.load import load_demo
from app.dispatch.models import Match
from app.notifications.models import InboundText
from app.people.models import Person
from app.usecases.dispatch.dispatch_wave import send_wave
from app.usecases.requests.process_deadlines import due_deadlines, process_deadline
from app.usecases.texts.demo_phones import first_phones
from app.usecases.texts.receive_text import handle_text, store_text
from app.web.phones.views import EXAMPLE

# A Sunday at six and a Thursday at two in Shenzhen, when few are available; a Tuesday at ten.
HOURS = (
    datetime(2026, 12, 5, 22, 5, tzinfo=UTC),
    datetime(2026, 12, 2, 18, 5, tzinfo=UTC),
    datetime(2026, 12, 1, 2, 0, tzinfo=UTC),
)


@pytest.mark.parametrize("now", HOURS, ids=lambda at: f"{at:%a %H:%M}")
def test_the_second_telephone_is_asked_for_the_first(session: Session, now: datetime) -> None:
    load_demo(session, size="small", now=now)
    session.commit()
    # The scheduler has begun: nobody waits for the first volunteer by then.
    for due in due_deadlines(session, now=now):
        process_deadline(Context(session, system("jobs"), now), request_id=due)
        session.commit()
    resident, volunteer, _coordinator = first_phones(session)
    text = IncomingText("console", "first", resident, EXAMPLE)
    stored = store_text(session, text=text, region="CN", now=now)
    assert stored is not None
    handle_text(session, inbound_id=stored, region="CN", now=now)
    session.commit()
    request_id = session.get_one(InboundText, stored).request_id
    assert request_id is not None
    context = Context(session, system("jobs"), now + timedelta(seconds=1))
    send_wave(context, request_id=request_id)
    asked = select(Person).join(Match, Match.person_id == Person.id)
    people = session.scalars(asked.where(Match.request_id == request_id)).all()
    assert volunteer in {one.phone for one in people}
