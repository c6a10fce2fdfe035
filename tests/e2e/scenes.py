"""Scenarios by text: each is played by phones and asserts what must happen."""

import re
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.dispatch.models import Match
from app.help_requests.models import Feedback, HelpRequest
from app.hours.models import ServiceRecord
from app.people.models import Person
from app.trail.models import Event
from tests import factories
from tests.e2e.house import House
from tests.e2e.phones import Phone, Visitor
from tests.fakes.twilio_kept import Behaviour

ZONE = ZoneInfo("Asia/Shanghai")
TOKEN = re.compile(r"/v/m/([\w-]+)")


def caller(house: House) -> Phone:
    """A resident whom the service does not know yet."""
    return Phone(house, factories.phone_number())


def found(house: House, code: str) -> HelpRequest:
    """The order with this code as it is now."""
    with house.session() as session:
        request = session.scalars(select(HelpRequest).where(HelpRequest.code == code)).one()
        session.expunge(request)
        return request


def wait_for_state(house: House, code: str, state: str) -> None:
    """Waits until the order is in this state."""
    assert house.twilio.wait_for(lambda: found(house, code).state == state, 30), (
        code,
        found(house, code).state,
    )


def whole_life(house: House) -> None:
    """Ordered, asked, refused by one, accepted by another, done, asked about, rated."""
    category = house.category("story_pills", "买药")
    first, second = house.volunteer(category, north_m=150), house.volunteer(category, north_m=400)
    willing, unwilling = Phone(house, first.phone), Phone(house, second.phone)
    resident = caller(house)
    resident.text("买药 民乐老村3栋")
    code = resident.gets_code("记下了")
    unwilling.text(f"0 {unwilling.is_asked()}")
    unwilling.gets("这次不安排您")
    number = willing.is_asked()
    willing.text(f"1 {number}")
    assert code not in willing.gets(f"接单成功（{number}）")
    resident.gets("志愿者已接单")
    do_it(house, willing, resident, code)
    resident.text("查询")
    resident.gets("待评价")
    resident.text("评价 5 谢谢")
    resident.gets("谢谢您的评价")
    request = found(house, code)
    assert request.state == "closed"
    with house.session() as session:
        assert session.scalar(select(Feedback.stars).where(Feedback.request_id == request.id)) == 5
        served = session.scalars(
            select(ServiceRecord).where(ServiceRecord.person_id == first.id)
        ).all()
        assert [record.basis for record in served] == ["checked"]
        kinds = session.scalars(select(Event.kind).where(Event.request_id == request.id)).all()
    steps: tuple[str, ...] = ("help_request.placed", "match.declined", "match.accepted")
    steps += ("match.revealed", "match.arrived", "match.finished", "help_request.close")
    assert [kind for kind in kinds if kind in steps] == list(steps)


def tomorrow(house: House) -> None:
    """An order for tomorrow morning is understood with its place and time."""
    house.category("story_drops", "买眼药水")
    resident = caller(house)
    resident.text("买眼药水 民乐老村3栋 明天上午")
    code = resident.gets_code("记下了")
    request = found(house, code)
    assert request.wanted_from is not None and request.wanted_to is not None
    first, last = (at.astimezone(ZONE) for at in (request.wanted_from, request.wanted_to))
    day = request.submitted_at.astimezone(ZONE).date() + timedelta(days=1)
    assert (first.date(), last.date(), first.hour, last.hour) == (day, day, 8, 12)
    assert (request.rough_place, request.attention) == ("民乐老村", None)
    resident.text(f"取消 {code}")
    resident.gets(f"{code} 已取消")


def do_it(house: House, volunteer: Phone, resident: Phone, code: str) -> None:
    """On the volunteer's page: on the way, arrived with the resident's four digits, finished."""
    visitor = Visitor(house)
    visitor.log_in(volunteer)
    token = TOKEN.search(visitor.see("/v"))
    assert token is not None
    path = f"/v/m/{token[1]}"
    page = visitor.see(path)
    assert "民乐老村3栋" in page and resident.number in page
    page = visitor.send(page, f"{path}/set-out").text
    resident.gets("在路上")
    digits = found(house, code).arrival_code
    page = visitor.send(page, f"{path}/arrive", code=digits).text
    page = visitor.send(page, f"{path}/finish", note="药放在桌上了").text
    assert resident.number not in page
    resident.gets("请回复“评价”")


def cancelled(house: House) -> None:
    """Asked volunteers are notified; somebody else's code is not found."""
    category = house.category("story_greens", "买菜")
    volunteer = Phone(house, house.volunteer(category).phone)
    resident = caller(house)
    resident.text("买菜 民乐老村")
    code = resident.gets_code("记下了")
    number = volunteer.is_asked()
    resident.text(f"查询 {code.lower()}")
    resident.gets(f"{code}：派单中")
    resident.text("查询 2222AAAA")
    resident.gets("没有找到这个编号")
    resident.text(f"取消 {code}")
    resident.gets(f"{code} 已取消")
    volunteer.gets(f"{number} 号已取消")
    volunteer.text(f"1 {number}")
    volunteer.gets("已经不需要志愿者了")
    assert found(house, code).state == "cancelled"


def rated_badly(house: House) -> None:
    """Two stars: a coordinator decides first, then others are asked, not the same volunteer."""
    category = house.category("story_lamp", "换灯泡", wave_size=1)
    first, other = (Phone(house, house.volunteer(category, north_m=n).phone) for n in (100, 300))
    with house.session() as session:
        chief = Phone(house, factories.coordinator(session, house.place.here).phone)
    resident = caller(house)
    resident.text("换灯泡 民乐老村3栋")
    code = resident.gets_code("记下了")
    first.text(f"1 {first.is_asked()}")
    resident.gets("志愿者已接单")
    do_it(house, first, resident, code)
    resident.text(f"{code} 2星 没修好")
    resident.gets("调度员会重新安排")
    # It can wait: it comes with the other alarms of a quarter of an hour, and is on the board now.
    assert found(house, code).attention == "low_rating"
    assert (found(house, code).state, found(house, code).round_no) == ("reopened", 2)
    visitor = Visitor(house)
    visitor.log_in(chief)
    path = f"/c/requests/{found(house, code).id}"
    page = visitor.see(path)
    assert "没修好" in page
    visitor.send(page, f"{path}/wave")
    wait_for_state(house, code, "matching")
    other.text(f"0 {other.is_asked()}")
    assert sum("能去请回" in body for body in first.inbox()) == 1


def two_places(house: House) -> None:
    """Two are needed: the second yes fills it, a third is thanked."""
    category = house.category("story_sofa", "搬沙发", volunteers_needed=2, wave_size=2)
    phones = [Phone(house, house.volunteer(category, north_m=n).phone) for n in (90, 180, 270)]
    resident = caller(house)
    resident.text("搬沙发 民乐老村3栋")
    code = resident.gets_code("记下了")
    numbers = [phone.is_asked() for phone in phones]
    phones[0].text(f"1 {numbers[0]}")
    phones[0].gets("接单成功")
    assert (found(house, code).state, found(house, code).places_taken) == ("matching", 1)
    phones[1].text(f"1{numbers[1]}")
    phones[1].gets("接单成功")
    resident.gets("志愿者已接单")
    phones[2].gets(f"{numbers[2]} 号已有人接了")
    phones[2].text(f"1 {numbers[2]}")
    phones[2].gets("刚刚已有志愿者接了")
    assert (found(house, code).state, found(house, code).places_taken) == ("assigned", 2)


def cannot_come(house: House) -> None:
    """A late no: the resident is notified, and somebody else is asked at once."""
    category = house.category("story_meal", "送饭", wave_size=1)
    first = Phone(house, house.volunteer(category, north_m=80).phone)
    resident = caller(house)
    resident.text("送饭 民乐老村3栋")
    code = resident.gets_code("记下了")
    number = first.is_asked()
    first.text(f"1 {number}")
    resident.gets("志愿者已接单")
    second = Phone(house, house.volunteer(category, north_m=160).phone)
    first.text(f"0 {number}")
    first.gets("这次不安排您")
    resident.gets("正在为您找志愿者")
    second.text(f"1 {second.is_asked()}")
    resident.gets("志愿者已接单")
    with house.session() as session:
        states = session.scalars(
            select(Match.state).where(Match.request_id == found(house, code).id).order_by(Match.id)
        ).all()
    assert states == ["withdrawn", "accepted"]


def stopped(house: House) -> None:
    """STOP takes effect, and the provider lets no answer through; START brings texts back."""
    category = house.category("story_parcel", "取快递")
    house.volunteer(category)
    resident = caller(house)
    resident.text("取快递 民乐老村3栋")
    code = resident.gets_code("记下了")
    resident.text("STOP")
    with house.session() as session:
        request = session.scalars(select(HelpRequest).where(HelpRequest.code == code)).one()
        assert request.phone_confirmed_at is None
    resident.text("START")
    resident.gets("已恢复短信通知")
    resident.text(f"取消 {code}")
    resident.gets(f"{code} 已取消")


def provider_in_trouble(house: House) -> None:
    """Busy is retried; no mobile and opted out are not, and the next wave goes on."""
    category = house.category("story_tap", "修龙头", wave_size=3)
    people = [house.volunteer(category, north_m=n) for n in (60, 120, 240)]
    busy, landline, silent = (Phone(house, person.phone) for person in people)
    house.twilio.behave(Behaviour.BUSY, to=busy.number, times=1)
    house.twilio.behave(Behaviour.NOT_MOBILE, to=landline.number)
    house.twilio.behave(Behaviour.OPTED_OUT, to=silent.number)
    resident = caller(house)
    resident.text("修龙头 民乐老村3栋")
    resident.gets_code("记下了")
    busy.text(f"1 {busy.is_asked()}")
    resident.gets("志愿者已接单")
    assert landline.inbox() == silent.inbox() == []
    with house.session() as session:
        assert session.get_one(Person, people[2].id).opted_out_at is not None


def not_understood(house: House) -> None:
    """Stored in the sender's own words and answered once, though it came three times."""
    with house.session() as session:
        chief = Phone(house, factories.coordinator(session, house.place.here).phone)
        session.commit()
    resident = caller(house)
    for _ in range(3):
        resident.text("家里的猫上不去下不来，民乐老村", sid=f"SM-{resident.number}")
    code = resident.gets_code("调度员会尽快打电话给您")
    chief.gets(f"{code} 需要您看一下：短信没看懂")
    assert house.twilio.forged(resident.number, f"取消 {code}").status == 403
    request = found(house, code)
    assert (request.state, request.need) == ("submitted", "家里的猫上不去下不来，民乐老村")


SCENES: dict[str, Callable[[House], None]] = {
    scene.__name__: scene
    for scene in (
        whole_life,
        tomorrow,
        cancelled,
        rated_badly,
        two_places,
        cannot_come,
        stopped,
        provider_in_trouble,
        not_understood,
    )
}
