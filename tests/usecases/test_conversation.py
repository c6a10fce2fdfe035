"""A conversation by text: read back, put right, asked for what is missing, changed, ended."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.gazetteer import search_key
from app.areas.models import Place
from app.help_requests.models import RequestNote
from app.notifications.models import Conversation, Notification
from app.usecases.texts.drafts import old_drafts
from app.usecases.texts.hand_over_drafts import hand_over_draft
from app.usecases.texts.see_thread import thread_of
from tests.factories import (
    HOME,
    NOW,
    Community,
    coordinator,
    request,
    volunteer,
)
from tests.usecases.asking import wave
from tests.usecases.texting import MINUTE, Phone, community_for_texts, orders


@pytest.fixture
def place(session: Session) -> Community:
    return community_for_texts(session)


@pytest.fixture
def phone(session: Session, place: Community) -> Phone:
    return Phone(session)


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


def test_a_thread_shows_both_sides_in_order(session: Session, phone: Phone) -> None:
    phone.text("买药 民乐老村3栋 明天上午")
    phone.text("谢谢")
    lines = thread_of(session, phone.number)
    assert [one.theirs for one in lines] == [True, False, True, False]
    assert lines[0].read_as["intent"] == "order" and lines[0].code == orders(session)[0].code
    assert lines[1].body.startswith("【点单】记下了")


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


@pytest.mark.parametrize(("answer", "state"), [("1", "cancelled"), ("0", "open")])
def test_a_doubtful_cancellation_is_asked_back(
    session: Session, place: Community, answer: str, state: str
) -> None:
    one = request(session, place)
    phone = Phone(session, one.phone)
    assert phone.text("可能不用了").outcome == "cancel_asked"
    assert orders(session)[0].state == "open"
    phone.text(answer)
    assert orders(session)[0].state == state


def test_an_order_that_was_just_read_back_can_be_cancelled(session: Session, phone: Phone) -> None:
    phone.text("买药 民乐老村3栋 明天上午")
    (one,) = orders(session)
    assert phone.text(f"取消 {one.code}").outcome == "cancelled"
    assert phone.got() == ["order_read_back", "request_cancelled"]
    phone.text("买药 民乐老村3栋 明天上午")
    assert phone.text("不要了").outcome == "cancelled"


def test_the_state_of_what_was_done_is_told_without_a_code(
    session: Session, place: Community
) -> None:
    done = request(session, place, state="finished", places_taken=1)
    phone = Phone(session, done.phone)
    phone.text("查询")
    assert "待评价" in phone.last_words()


def test_what_is_urgent_by_its_kind_never_waits_for_an_answer(
    session: Session, place: Community, phone: Phone
) -> None:
    place.visit.urgency, place.visit.keywords = "urgent", ["清泉看护"]
    session.commit()
    assert phone.text("清泉看护 民乐老村").outcome == "ordered"
    assert orders(session)[0].urgency == "urgent"


def test_zero_after_a_volunteer_said_yes_takes_nobody_away(
    session: Session, place: Community, phone: Phone
) -> None:
    coordinator(session, place.here)
    helper = Phone(session, volunteer(session, place).phone)
    phone.text("买药 民乐老村3栋 马上")
    (one,) = orders(session)
    wave(session, one)
    assert helper.text("1").outcome == "accepted"
    assert phone.text("0").outcome == "read_wrongly"
    (same,) = orders(session)
    assert (same.state, same.attention) == ("assigned", "call_back")
