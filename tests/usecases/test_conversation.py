"""A conversation by text: read back, put right, asked for what is missing, changed, ended."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.gazetteer import search_key
from app.areas.models import Place
from app.channels.ports import IncomingText
from app.help_requests.models import HelpRequest, RequestNote
from app.notifications.models import Conversation, InboundText, Notification
from app.notifications.wording import word
from app.people.models import Person
from app.usecases.messages.notify import notify_resident
from app.usecases.texts.drafts import old_drafts
from app.usecases.texts.hand_over_drafts import hand_over_draft
from app.usecases.texts.receive_text import handle_text, store_text
from app.usecases.texts.see_thread import thread_of
from tests.factories import (
    HOME,
    NOW,
    Community,
    administrator,
    community,
    coordinator,
    on_duty,
    phone_number,
    request,
    volunteer,
)
from tests.usecases.asking import match_of, wave

MINUTE = timedelta(minutes=1)


@pytest.fixture
def place(session: Session) -> Community:
    made = community(session)
    made.medicine.keywords = ["代买药", "买药", "medicine"]
    session.commit()
    return made


class Phone:
    """A telephone that texts; each text a minute after the one before."""

    def __init__(self, session: Session, number: str = "") -> None:
        self.session, self.number = session, number or phone_number()
        self.now, self._seen = NOW, 0

    def text(self, body: str) -> InboundText:
        self.now += MINUTE
        text = IncomingText("twilio", f"{self.number}-{self.now:%H%M%S}", self.number, body)
        stored = store_text(self.session, text=text, region="CN", now=self.now)
        self.session.commit()
        assert stored is not None
        handle_text(self.session, inbound_id=stored, region="CN", now=self.now)
        self.session.commit()
        return self.session.get_one(InboundText, stored, populate_existing=True)

    def got(self) -> list[str]:
        """The templates that came since the last look."""
        rows = self.session.scalars(select(Notification).order_by(Notification.id))
        mine = [one for one in rows if one.address == self.number and one.channel == "sms"]
        new, self._seen = mine[self._seen :], len(mine)
        return [one.template for one in new]

    def last_words(self) -> str:
        rows = self.session.scalars(select(Notification).order_by(Notification.id.desc()))
        row = next(one for one in rows if one.address == self.number)
        return word(row.template, row.language, json.loads(row.params)).body


@pytest.fixture
def phone(session: Session, place: Community) -> Phone:
    return Phone(session)


def orders(session: Session) -> list[HelpRequest]:
    session.expire_all()
    return list(session.scalars(select(HelpRequest).order_by(HelpRequest.id)))


def test_an_order_is_read_back_with_kind_time_place_and_code(
    session: Session, phone: Phone
) -> None:
    phone.text("买药 民乐老村3栋502 明天上午")
    (one,) = orders(session)
    assert one.code in phone.last_words()
    for said in ("代买药", "3月5日周四 8:00-12:00", "民乐老村", "对请回 1，不对请回 0"):
        assert said in phone.last_words()
    # Neither the building nor the door.
    assert "老村3" not in phone.last_words() and "栋" not in phone.last_words()


def test_a_kind_that_texts_may_not_name_is_left_out(
    session: Session, place: Community, phone: Phone
) -> None:
    place.medicine.named_in_texts = False
    session.commit()
    phone.text("买药 民乐老村3栋 明天上午")
    assert "药" not in phone.last_words() and "求助，3月5日" in phone.last_words()


def test_one_says_that_it_is_right(session: Session, phone: Phone) -> None:
    phone.text("买药 民乐老村3栋 明天上午")
    assert phone.text("1").outcome == "order_right"
    assert phone.got() == ["order_read_back", "order_right"]
    assert [one.state for one in orders(session)] == ["open"]


def test_zero_takes_it_back_and_the_order_begins_anew(session: Session, phone: Phone) -> None:
    phone.text("买药 民乐老村3栋 明天上午")
    assert phone.text("0").outcome == "read_wrongly"
    assert phone.got() == ["order_read_back", "order_again"]
    assert [one.state for one in orders(session)] == ["cancelled"]
    phone.text("买药 民乐老村3栋 后天下午")
    first, second = orders(session)
    assert (first.state, second.state) == ("cancelled", "open")
    assert second.wanted_from == NOW.replace(hour=5) + timedelta(days=2)


def test_zero_and_no_more_words_go_to_a_coordinator_whole(session: Session, phone: Phone) -> None:
    phone.text("买药 民乐老村3栋 明天上午")
    phone.text("0")
    later = phone.now + 31 * MINUTE
    (waiting,) = old_drafts(session, now=later, limit=9)
    for _ in range(2):
        hand_over_draft(session, conversation_id=waiting, region="CN", now=later)
        session.commit()
    _, taken_over = orders(session)
    assert (taken_over.state, taken_over.attention) == ("submitted", "not_understood")
    assert "买药 民乐老村3栋 明天上午" in taken_over.need
    assert old_drafts(session, now=later, limit=9) == []


def test_what_is_missing_is_asked_for_one_thing_at_a_time(session: Session, phone: Phone) -> None:
    assert phone.text("帮忙").outcome == "asked_what"
    assert phone.text("买药").outcome == "asked_where"
    assert orders(session) == []
    assert phone.text("民乐老村3栋").outcome == "ordered"
    (one,) = orders(session)
    assert one.place_id is not None and one.attention is None
    assert one.need == "帮忙\n买药\n民乐老村3栋"
    assert phone.got() == ["ask_what", "ask_where", "order_read_back"]
    assert session.scalars(select(Conversation)).one().draft is None


def test_half_an_hour_later_it_is_a_new_conversation(session: Session, phone: Phone) -> None:
    phone.text("我要买药")
    phone.now += timedelta(minutes=40)
    assert phone.text("民乐老村3栋").outcome != "ordered"


def test_places_of_one_name_are_asked_about_by_number(
    session: Session, place: Community, phone: Phone
) -> None:
    for where in (place.here, place.other):
        session.add(
            Place(
                public_code=f"same{where.id}",
                area_id=where.id,
                area_path=where.path,
                kind="estate",
                name="幸福花园",
                aliases=[],
                search_key=search_key("幸福花园"),
                rough_name="幸福花园",
                lat=HOME[0],
                lon=HOME[1],
            )
        )
    session.commit()
    assert phone.text("买药 幸福花园 明天上午").outcome == "asked_which"
    assert "民乐社区" in phone.last_words() and "民强社区" in phone.last_words()
    assert phone.text("2").outcome == "ordered"
    (one,) = orders(session)
    assert one.area_id == place.other.id and one.wanted_from is not None
    other = Phone(session)
    other.text("买药 民强幸福花园 明天上午")
    assert [one.area_id for one in orders(session)] == [place.other.id, place.other.id]


def test_the_same_text_twice_is_one_order(session: Session, phone: Phone) -> None:
    phone.text("买药 民乐老村3栋 明天上午")
    assert phone.text("买药 民乐老村3栋 明天上午").outcome == "ordered_again"
    assert len(orders(session)) == 1


def test_a_change_belongs_to_the_order_and_whoever_was_asked_hears(
    session: Session, place: Community
) -> None:
    helper = volunteer(session, place)
    one = request(session, place)
    wave(session, one)
    phone = Phone(session, one.phone)
    assert phone.text("改到明天下午").outcome == "changed"
    assert phone.got() == ["order_changed"]
    (changed,) = orders(session)
    assert changed.wanted_from == NOW.replace(hour=5) + timedelta(days=1)
    told = [
        row.template
        for row in session.scalars(select(Notification).order_by(Notification.id))
        if row.person_id == helper.id
    ]
    assert told == ["match_asked", "match_changed"]


def test_another_building_of_the_estate_is_found(session: Session, place: Community) -> None:
    session.add(
        Place(
            public_code="five",
            area_id=place.here.id,
            area_path=place.here.path,
            kind="building",
            name="民乐老村5栋",
            aliases=[],
            search_key=search_key("民乐老村5栋"),
            rough_name="民乐老村",
            parent_id=place.estate.id,
            lat=HOME[0] + 0.001,
            lon=HOME[1],
        )
    )
    session.commit()
    one = request(session, place, place_id=place.building.id)
    Phone(session, one.phone).text("地址写错了 是5栋")
    (moved,) = orders(session)
    assert moved.lat == HOME[0] + 0.001 and moved.attention is None


def test_an_address_that_no_place_is_known_for_goes_to_a_coordinator(
    session: Session, place: Community
) -> None:
    one = request(session, place)
    Phone(session, one.phone).text("地址错了 应该是火星路99号")
    (changed,) = orders(session)
    assert changed.attention is not None
    notes = [note.text for note in session.scalars(select(RequestNote))]
    assert "火星路99号" in " ".join(notes)


def test_a_code_opens_nothing_from_another_phone(session: Session, place: Community) -> None:
    one = request(session, place)
    stranger = Phone(session)
    for body in (f"取消 {one.code}", f"查询 {one.code}", f"{one.code}", f"评价 {one.code} 1"):
        stranger.text(body)
        assert one.code not in stranger.last_words(), body
    assert next(row.state for row in orders(session)) == "open"


def test_stop_holds_for_the_phone_and_empties_its_outbox(
    session: Session, place: Community, phone: Phone
) -> None:
    phone.text("买药 民乐老村3栋 明天上午")
    assert phone.text("退订").outcome == "stop"
    states = {
        row.template: row.state
        for row in session.scalars(select(Notification))
        if row.address == phone.number
    }
    assert states == {"order_read_back": "cancelled", "stopped": "pending"}
    phone.got()
    phone.text("查询")
    assert phone.got() == []
    phone.text("恢复")
    phone.text("查询")
    assert phone.got() == ["welcome_back", "status_reply"]


@pytest.mark.parametrize("make", [coordinator, administrator])
def test_who_works_here_is_asked_before_texts_stop(
    session: Session, place: Community, make: Callable[..., Person]
) -> None:
    who = make(session, place.here)
    phone = Phone(session, who.phone)
    assert phone.text("t").outcome == "stop_asked"
    session.refresh(who)
    assert who.opted_out_at is None
    assert phone.text("1").outcome == "stop"
    session.refresh(who)
    assert who.opted_out_at is not None


def test_who_is_on_duty_is_asked_before_texts_stop(session: Session, place: Community) -> None:
    who = volunteer(session, place)
    on_duty(session, who, place.here)
    assert Phone(session, who.phone).text("STOP").outcome == "stop_asked"


def test_kind_words_are_answered_once_an_hour(session: Session, phone: Phone) -> None:
    for _ in range(3):
        phone.text("谢谢")
    assert phone.got() == ["thanks_back"] and orders(session) == []
    phone.now += timedelta(hours=1)
    phone.text("谢谢")
    assert phone.got() == ["thanks_back"]


@pytest.mark.parametrize(
    ("yes", "going", "there", "done"),
    [
        ("好的我去", "出发了", "到了", "完成了"),
        ("1", "on my way", "arrived", "done"),
        ("得", "而家出发", "到咗", "搞掂"),
    ],
)
def test_a_task_goes_by_text_from_the_yes_to_the_rating(
    session: Session, place: Community, yes: str, going: str, there: str, done: str
) -> None:
    helper = Phone(session, volunteer(session, place).phone)
    one = request(session, place)
    resident = Phone(session, one.phone)
    wave(session, one)
    assert helper.got() == ["match_asked"]
    steps = [(yes, "accepted"), (going, "on_the_way"), (there, "arrived"), (done, "finished")]
    for body, outcome in steps:
        assert helper.text(body).outcome == outcome, body
    assert resident.got() == ["request_matched", "volunteer_on_way", "request_finished_rate"]
    resident.now = helper.now
    assert resident.text("5 谢谢").outcome == "rated"
    assert [one.state for one in orders(session)] == ["closed"]


def test_the_resident_hears_how_late_the_volunteer_will_be(
    session: Session, place: Community
) -> None:
    who = volunteer(session, place)
    one = request(session, place)
    wave(session, one)
    helper = Phone(session, who.phone)
    helper.text("1")
    resident = Phone(session, one.phone)
    resident.got()
    assert helper.text("堵车 晚20分钟").outcome == "late"
    assert resident.got() == ["volunteer_late_by"] and "20 分钟" in resident.last_words()
    assert match_of(session, one, who).state == "accepted"


def test_nobody_at_home_is_told_to_coordinators(session: Session, place: Community) -> None:
    chief = coordinator(session, place.here)
    one = request(session, place)
    helper = Phone(session, volunteer(session, place).phone)
    wave(session, one)
    helper.text("1")
    helper.text("没人在家")
    session.refresh(one)
    assert one.attention == "nobody_home"
    assert Phone(session, chief.phone).got() != []


def test_words_with_a_yes_are_kept_for_a_person(session: Session, place: Community) -> None:
    one = request(session, place)
    who = volunteer(session, place)
    helper = Phone(session, who.phone)
    wave(session, one)
    number = match_of(session, one, who).reply_number
    assert helper.text(f"1 {number} 但是要晚半小时").outcome == "accepted"
    assert "但是要晚半小时" in session.scalars(select(RequestNote)).one().text


def test_a_thread_shows_both_sides_in_order(session: Session, phone: Phone) -> None:
    phone.text("买药 民乐老村3栋 明天上午")
    phone.text("谢谢")
    lines = thread_of(session, phone.number)
    assert [one.theirs for one in lines] == [True, False, True, False]
    assert lines[0].read_as["intent"] == "order" and lines[0].code == orders(session)[0].code
    assert lines[1].body.startswith("【点单】记下了")


def test_who_texted_stop_gets_no_texts_about_an_order_from_the_web(
    session: Session, place: Community, phone: Phone
) -> None:
    phone.text("退订")
    one = request(session, place, phone=phone.number)
    phone.got()
    notify_resident(session, one, "request_open", now=phone.now)
    session.commit()
    assert phone.got() == []
    phone.text("恢复")
    notify_resident(session, one, "request_matched", now=phone.now)
    session.commit()
    assert phone.got() == ["welcome_back", "request_matched"]


def test_a_day_that_cannot_be_read_is_asked_for_once_and_then_looked_at(
    session: Session, phone: Phone
) -> None:
    assert phone.text("买药 民乐老村3栋 农历初八上午").outcome == "asked_when"
    assert orders(session) == []
    assert phone.text("就是初八").outcome == "not_understood"
    (one,) = orders(session)
    assert (one.state, one.attention) == ("submitted", "not_understood")
    assert "农历初八" in one.need
    other = Phone(session)
    other.text("买药 民乐老村3栋 2月30号")
    assert other.text("3月8号上午").outcome == "ordered"
    assert orders(session)[-1].wanted_from == NOW.replace(hour=0) + timedelta(days=4)
