"""A push whose answer is lost while everything is killed: the phone shows it, and once."""

from sqlalchemy import select

from app.core.clock import utc_now
from app.core.context import Context
from app.core.push_keys import public_key
from app.notifications.models import Notification
from app.people.models import Person
from app.trail.verification import verify
from app.usecases.delivery.manage_devices import turn_on
from tests import factories
from tests.e2e.house import House
from tests.e2e.phones import Phone
from tests.fakes.push import LOST, Browser
from tests.http.processes import wait_until
from tests.usecases.devices import log_in_of, own


def reminded(house: House, who: Person) -> Browser:
    """Somebody's phone with push reminders, subscribed with this service's key."""
    browser = house.push.subscribed(public_key(house.database.config.push.key))
    with house.session() as session:
        turn_on(
            Context(session, own(who), utc_now()),
            session_id=log_in_of(session, who).id,
            endpoint=browser.endpoint,
            **browser.keys,
            device="",
            hosts={house.push.host},
        )
        session.commit()
    return browser


def states(house: House, channel: str, who: Person) -> list[tuple[str, str]]:
    with house.session() as session:
        rows = session.execute(
            select(Notification.template, Notification.state)
            .where(Notification.channel == channel, Notification.person_id == who.id)
            .order_by(Notification.id)
        )
        return [(template, state) for template, state in rows]


def test_killed_while_a_push_is_out(house: House) -> None:
    category = house.category("story_pushed", "通下水道")
    who, other = (house.volunteer(category, north_m=metres) for metres in (70, 140))
    browser = reminded(house, who)
    house.push.answer(LOST)
    resident = Phone(house, factories.phone_number())
    resident.text("通下水道 民乐老村3栋")
    resident.gets_code("记下了")
    assert wait_until(lambda: len(browser.pushes) == 1)
    house.kill_children()
    sent = [("match_asked", "accepted")]
    assert wait_until(lambda: states(house, "push", who) == sent, seconds=90), browser.pushes
    # Sent at least once, and one notification on the phone: same topic, same id, same tag.
    assert len(browser.waiting) == len({one.told["id"] for one in browser.pushes}) == 1
    Phone(house, who.phone).is_asked()
    second = Phone(house, other.phone)
    second.text(f"1 {second.is_asked()}")
    assert wait_until(lambda: len({one.told["title"] for one in browser.pushes}) == 2)
    (left,) = browser.waiting
    assert left.told["title"] == "已有人接了，谢谢您"
    assert house.push.complaints == []
    with house.session() as session:
        assert list(verify(session)) == []
