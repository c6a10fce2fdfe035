"""Web and scheduler are killed between writes: all work is picked up within a minute, once."""

import time
from datetime import timedelta

from sqlalchemy import select, update

from app.channels.ports import IncomingText
from app.core.clock import utc_now
from app.help_requests.models import HelpRequest
from app.notifications.models import InboundText, Notification
from app.trail.verification import verify
from app.usecases.texts.receive_text import store_text
from tests import factories
from tests.e2e.house import House
from tests.e2e.phones import Phone
from tests.e2e.reach import answers
from tests.fakes.twilio_kept import Behaviour
from tests.http.processes import wait_until

WITHIN_S = 60.0


def submitting(house: House, phone: Phone) -> bool:
    with house.session() as session:
        rows = session.execute(select(Notification.state, Notification.address))
        return ("submitting", phone.number) in [tuple(row) for row in rows]


def test_killed_between_writes(house: House) -> None:
    category = house.category("story_killed", "修门锁", wave_size=2)
    kept, lost = (Phone(house, house.volunteer(category, north_m=n).phone) for n in (70, 140))
    # The provider's answer to one message is lost, the other message never arrives.
    house.twilio.behave(Behaviour.ANSWER_LOST, to=kept.number, times=1)
    house.twilio.behave(Behaviour.MESSAGE_LOST, to=lost.number, times=1)
    resident = Phone(house, factories.phone_number())
    resident.text("修门锁 民乐老村3栋")
    code = resident.gets_code("记下了")
    assert wait_until(lambda: submitting(house, kept) and submitting(house, lost))
    # Another text was stored, and the web died before it was handled.
    other = Phone(house, factories.phone_number())
    with house.session() as session:
        store_text(
            session,
            text=IncomingText("twilio", "SM-stored-only", other.number, "修门锁 民乐老村3栋"),
            region="CN",
            now=utc_now() - timedelta(seconds=5),
        )
        session.commit()
    began = time.monotonic()
    house.kill_children()
    # This one comes while the service is down; the provider retries until it is taken.
    late = Phone(house, factories.phone_number())
    assert house.twilio.text(late.number, "修门锁 民乐老村3栋", sid="SM-late").status == 0
    assert wait_until(lambda: answers(house.url))
    late.text("修门锁 民乐老村3栋", sid="SM-late")
    late.text("修门锁 民乐老村3栋", sid="SM-late")
    other.gets_code("记下了")
    late.gets_code("记下了")
    number = kept.is_asked()
    lost.is_asked()
    assert time.monotonic() - began < WITHIN_S
    kept.text(f"1 {number}")
    resident.gets("志愿者已接单")
    with house.session() as session:
        assert session.scalars(select(HelpRequest.state).where(HelpRequest.code == code)).all() == [
            "assigned"
        ]
        unhandled = select(InboundText.id).where(InboundText.handled_at.is_(None))
        assert session.scalars(unhandled).all() == []
        # The two remaining orders ask nobody any more.
        session.execute(
            update(HelpRequest)
            .where(HelpRequest.category_id == category.id, HelpRequest.code != code)
            .values(next_action_at=None)
        )
        session.commit()
        assert list(verify(session)) == []
    for phone in (kept, lost, resident, other, late):
        assert len(phone.inbox()) == len(set(phone.inbox())), phone.inbox()
