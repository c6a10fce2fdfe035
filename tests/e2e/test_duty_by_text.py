"""A shift from the question to the thanks, and a shift whose person cannot come, all by text."""

import re
from datetime import datetime, timedelta

from sqlalchemy import select

from app.core.context import Context
from app.rotation.models import Shift
from app.rotation.plan.models import Swap
from app.trail.models import Event
from app.usecases.duty.plan.offer_duty import offer_hours
from tests.e2e.clock import SHENZHEN, Clock
from tests.e2e.house import House
from tests.e2e.phones import Phone, Visitor
from tests.e2e.quarter import Quarter, move_in

ASKED, COVER, NOTED = "想请您值班", "需要人替班", "已经记下了"
TOMORROW, SOON, BEGINS = "来不了请尽早", "开始，谢谢您", "您的值班开始了"
THANKS, BACKUP = "您的值班结束了", "请您先接应一下"
GAP = "没有人值班"
MINUTE = timedelta(minutes=1)


def ask(chief: Visitor, quarter: Quarter, person: int, start: datetime, end: datetime) -> None:
    """The coordinator asks somebody on the rota's page, in the first layer."""
    local = [f"{at.astimezone(SHENZHEN):%Y-%m-%dT%H:%M}" for at in (start, end)]
    page = chief.see(f"/c/duty/{quarter.rota_id}/change")
    sent = chief.send(
        page,
        f"/c/duty/{quarter.rota_id}/ask",
        person=str(person),
        layer="1",
        starts_at=local[0],
        ends_at=local[1],
    )
    assert "已经去问了" in sent.text


def agrees(phone: Phone) -> str:
    """Waits for the question and says yes; returns the question's number."""
    number = phone.is_asked_about_duty(ASKED)
    phone.text(f"1 {number}")
    phone.gets(NOTED)
    return number


def got(phone: Phone, *words: str) -> None:
    """Whether the phone got exactly these texts in this order, apart from those about gaps."""
    inbox = [body for body in phone.inbox() if GAP not in body]
    assert len(inbox) == len(words), inbox
    assert all(word in body for word, body in zip(words, inbox, strict=True)), inbox


def clock_of(house: House) -> Clock:
    assert house.clock is not None
    return house.clock


def test_a_shift_from_question_to_thanks(night_house: House) -> None:
    clock = clock_of(night_house)
    clock.to(clock.day(1, 10))
    quarter = move_in(night_house, "春晓", "440321")
    (one, first), (two, backup), (three, after) = (quarter.volunteer() for _ in range(3))
    chief = Visitor(night_house)
    chief.log_in(quarter.chief)
    eight, four, midnight = clock.day(2, 8), clock.day(2, 16), clock.day(3)
    ask(chief, quarter, one.id, eight, four)
    ask(chief, quarter, two.id, eight, four)
    ask(chief, quarter, three.id, four, midnight)
    for phone in (first, backup, after):
        agrees(phone)

    clock.to(eight - timedelta(hours=23, minutes=30))
    first.gets(TOMORROW)
    backup.gets(TOMORROW)
    clock.to(four - timedelta(hours=23, minutes=30))
    after.gets(TOMORROW)
    clock.to(eight - 50 * MINUTE)
    assert "08:00" in first.gets(SOON)
    backup.gets(SOON)
    clock.to(eight)
    backup.says_here()
    number = first.is_asked_about_duty(BEGINS)
    clock.to(eight + 16 * MINUTE)
    backup.gets(BACKUP)
    quarter.chief.gets("没有人到岗")
    # Late is better than never.
    first.text(f"1 {number}")
    first.gets(NOTED)
    clock.to(four - 50 * MINUTE)
    after.gets(SOON)
    visitor = Visitor(night_house)
    visitor.log_in(first)
    page = visitor.see("/v/duty")
    shift = quarter.shift_of(one.id)
    visitor.send(page, f"/v/duty/{shift.id}/note", text="三栋的电梯修好了")
    clock.to(four)
    first.gets(THANKS)
    after.says_here()
    visitor = Visitor(night_house)
    visitor.log_in(after)
    assert "三栋的电梯修好了" in visitor.see("/v/duty")
    clock.to(midnight)
    after.gets(THANKS)
    chief = Visitor(night_house)
    chief.log_in(quarter.chief)
    fair = chief.see(f"/c/duty/{quarter.rota_id}/fairness")
    assert len(re.findall(r"</meter>\s*8<", fair)) == 3

    got(first, ASKED, NOTED, TOMORROW, SOON, BEGINS, BEGINS, NOTED, "验证码", THANKS)
    got(backup, ASKED, NOTED, TOMORROW, SOON, BEGINS, NOTED, BACKUP, THANKS)
    got(after, ASKED, NOTED, TOMORROW, SOON, BEGINS, NOTED, "验证码", THANKS)
    got(quarter.chief, "验证码", "没有人到岗", "验证码")
    kinds = ["shift.offered", "shift.agreed", "shift.not_there", "shift.checked_in"]
    kinds += ["shift.note_written", "shift.ended"]
    assert trail(night_house, "shift", shift.id) == kinds


def trail(house: House, subject: str, number: int) -> list[str]:
    """The trail's lines about a shift or a swap, in order."""
    with house.session() as session:
        rows = session.scalars(
            select(Event.kind)
            .where(Event.subject_type == subject, Event.subject_id == str(number))
            .order_by(Event.seq)
        )
        return list(rows)


def offers(quarter: Quarter, person_id: int, start: datetime, end: datetime) -> None:
    """A volunteer marks these hours of that day of the week."""
    local = [at.astimezone(SHENZHEN) for at in (start, end)]
    hours = {"day": local[0].weekday(), "from": f"{local[0]:%H:%M}", "to": f"{local[1]:%H:%M}"}
    with quarter.house.session() as session:
        actor = quarter.as_volunteer(person_id)
        now = quarter.clock.now()
        offer_hours(Context(session, actor, now), hours=[hours], may_call=False)
        session.commit()


def test_who_cannot_come_by_text_in_the_evening(night_house: House) -> None:
    clock = clock_of(night_house)
    clock.to(clock.day(1, 10))
    quarter = move_in(night_house, "梅林", "440322")
    start, end = clock.day(3, 18), clock.day(3, 23)
    people = [quarter.volunteer() for _ in range(6)]
    (giver, giving), (busy, busy_phone), *fresh, (tired, tired_phone) = people
    for person, _ in people[1:]:
        offers(quarter, person.id, start, end)
    quarter.on_duty(busy, clock.day(3, 3), 2)
    quarter.on_duty(tired, clock.day(3, 4), 12)
    chief = Visitor(night_house)
    chief.log_in(quarter.chief)
    ask(chief, quarter, giver.id, start, end)
    number = agrees(giving)
    clock.to(clock.day(0, 23, 30))
    giving.text(f"0 {number}")
    giving.gets(NOTED)
    clock.to(clock.day(1, 8))
    asked = {phone.number: phone.is_asked_about_duty(COVER) for _, phone in fresh}
    # They do not answer, so people who did some duty before are asked after four hours.
    clock.move(timedelta(hours=4))
    busy_phone.gets(COVER)
    taking, late = fresh[1][1], fresh[0][1]
    taking.text(f"1 {asked[taking.number]}")
    taking.gets("由您值班")
    giving.gets("已有人替您")
    for phone in (late, fresh[2][1], busy_phone):
        phone.gets("已经有人值了")
    late.text(f"1 {asked[late.number]}")
    late.gets("已经不用回复了")

    assert not [body for body in tired_phone.inbox() if COVER in body]
    asking = [phone.number for _, phone in (*fresh, (busy, busy_phone))]
    covers = [one for to in asking for one in night_house.twilio.messages(to) if COVER in one.body]
    assert len(covers) == len(asking)
    hours = {one.made_at.astimezone(SHENZHEN).hour for one in covers}
    assert hours <= set(range(8, 22))
    with night_house.session() as session:
        swap = session.scalars(select(Swap).where(Swap.giver_id == giver.id)).one()
        taken = select(Shift.person_id).where(
            Shift.rota_id == quarter.rota_id, Shift.starts_at == start, Shift.state == "agreed"
        )
        assert session.scalars(taken).all() == [fresh[1][0].id]
        swap_id = swap.id
    kinds = ["swap.opened", "swap.asked", "swap.asked", "swap.taken"]
    assert trail(night_house, "swap", swap_id)[: len(kinds)] == kinds


def test_who_cannot_come_by_web_for_the_next_morning(night_house: House) -> None:
    clock = clock_of(night_house)
    clock.to(clock.day(1, 21))
    quarter = move_in(night_house, "石凹", "440323")
    start, end = clock.day(1, 6), clock.day(1, 10)
    (giver, giving), (helper, helping), (_, other) = (quarter.volunteer() for _ in range(3))
    offers(quarter, helper.id, start, end)
    quarter.on_duty(giver, start, 4)
    clock.to(clock.day(0, 23))
    visitor = Visitor(night_house)
    visitor.log_in(giving)
    shift = quarter.shift_of(giver.id)
    visitor.send(visitor.see("/v/duty"), f"/v/duty/{shift.id}/cancel")
    # It cannot wait until the morning: people who offered these hours are asked at once.
    helping.text(f"1 {helping.is_asked_about_duty(COVER)}")
    helping.gets("由您值班")
    giving.gets("已有人替您")
    clock.to(start)
    helping.says_here()
    assert other.inbox() == []
    assert not [body for body in giving.inbox() if BEGINS in body]
