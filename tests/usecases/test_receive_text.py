"""Texts: stored first, understood if possible, answered, and never dropped."""

import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.dispatch.models import Match
from app.help_requests.models import Feedback, HelpRequest, RequestNote, RequestPlace
from app.notifications.models import InboundText, Notification
from app.notifications.wording import word
from app.people.models import Person
from app.trail.verification import verify
from app.usecases.texts.receive_text import handle_text, note_failure, unhandled_texts
from tests.factories import (
    NOW,
    Community,
    community,
    coordinator,
    phone_number,
    request,
    volunteer,
)
from tests.usecases.texting import stored_text, text_in

# Machines get no answer, and kind words only one an hour.
SILENT = ("auto_reply", "spam", "own_text")


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


def said(session: Session, phone: str) -> list[str]:
    """The templates in the outbox for a number."""
    rows = session.scalars(select(Notification).order_by(Notification.id))
    return [row.template for row in rows if row.address == phone]


def asked(session: Session, who: Person, about: HelpRequest, number: int) -> Match:
    made = Match(
        token=f"token{who.id}-{about.id}",
        request_id=about.id,
        person_id=who.id,
        state="sent",
        reply_number=number,
        made_at=NOW,
        sent_at=NOW,
        deadline_at=NOW + timedelta(minutes=30),
    )
    session.add(made)
    about.state, about.version = "matching", about.version + 1
    session.commit()
    return made


def count_of(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def reread(session: Session, one: HelpRequest) -> HelpRequest:
    session.refresh(one)
    return one


def test_order_that_is_understood_is_placed_where_it_says(
    session: Session, place: Community
) -> None:
    phone = phone_number()
    done = text_in(session, phone, "代买药 民乐老村3栋 明天上午")
    placed = session.scalars(select(HelpRequest)).one()
    assert (done.outcome, done.request_id) == ("ordered", placed.id)
    assert (placed.category_id, placed.place_id, placed.area_path) == (
        place.medicine.id,
        place.building.id,
        place.here.path,
    )
    assert placed.need == "代买药 民乐老村3栋 明天上午"
    assert placed.phone_confirmed_at == NOW and placed.source == "sms"
    assert placed.attention is None
    assert placed.wanted_from is not None and placed.wanted_from > NOW + timedelta(hours=12)
    assert said(session, phone) == ["order_read_back"]


def test_what_is_not_understood_is_kept_in_its_own_words(
    session: Session, place: Community
) -> None:
    chief = coordinator(session, place.district)
    phone = phone_number()
    text_in(session, phone, "上回讲的那件事情大家都晓得的")
    placed = session.scalars(select(HelpRequest)).one()
    assert (placed.need, placed.attention, placed.state) == (
        "上回讲的那件事情大家都晓得的",
        "not_understood",
        "submitted",
    )
    assert placed.phone_confirmed_at == NOW
    assert said(session, phone) == ["request_not_understood"]
    assert said(session, chief.phone) == ["coordinator_attention"]


@pytest.mark.parametrize("body", ["x" * 100_000, "ｗｈｅｒｅｂｙ", "那个那个那个"])
def test_odd_texts_of_strangers_are_kept(session: Session, place: Community, body: str) -> None:
    phone = phone_number()
    done = text_in(session, phone, body)
    assert done.outcome == "not_understood" and done.cut == (len(body) > 20_000)
    assert count_of(session, HelpRequest) == 1
    assert said(session, phone) == ["request_not_understood"]


@pytest.mark.parametrize("body", ["  \n ", "😀😀", "?!?!", "\x00\x01"])
def test_text_without_words_is_answered_with_help(
    session: Session, place: Community, body: str
) -> None:
    phone = phone_number()
    assert text_in(session, phone, body).outcome == "help"
    assert said(session, phone) == ["ask_whole"] and count_of(session, HelpRequest) == 0


def test_sender_that_is_no_number_is_kept_and_not_answered(
    session: Session, place: Community
) -> None:
    done = text_in(session, "INFO-SMS", "您的包裹到了")
    assert done.outcome == "bad_sender" and done.body == "您的包裹到了"
    assert count_of(session, Notification) == 0


def test_yes_takes_the_place(session: Session, place: Community) -> None:
    helper = volunteer(session, place)
    about = request(session, place)
    match = asked(session, helper, about, 42)
    assert text_in(session, helper.phone, "1 42").outcome == "accepted"
    session.refresh(match)
    assert match.state == "accepted" and reread(session, about).state == "assigned"
    assert said(session, helper.phone) == ["match_accepted"]


def test_second_yes_is_answered_and_changes_nothing(session: Session, place: Community) -> None:
    helper = volunteer(session, place)
    about = request(session, place)
    asked(session, helper, about, 42)
    text_in(session, helper.phone, "1 42")
    text_in(session, helper.phone, "1 42")
    assert reread(session, about).places_taken == 1
    assert said(session, helper.phone) == ["match_accepted", "match_accepted"]


def test_yes_that_comes_second_is_told_kindly(session: Session, place: Community) -> None:
    first, second = volunteer(session, place), volunteer(session, place)
    about = request(session, place)
    asked(session, first, about, 11)
    late = asked(session, second, about, 42)
    text_in(session, first.phone, "1 11")
    assert text_in(session, second.phone, "1 42").outcome == "taken"
    session.refresh(late)
    assert late.state == "expired" and reread(session, about).places_taken == 1
    assert said(session, second.phone)[-1] == "answer_taken"
    assert list(verify(session)) == []


def test_no_is_taken_without_a_reason(session: Session, place: Community) -> None:
    helper = volunteer(session, place)
    match = asked(session, helper, request(session, place), 42)
    assert text_in(session, helper.phone, "0 42").outcome == "declined"
    session.refresh(match)
    assert match.state == "declined"
    assert said(session, helper.phone) == ["answer_declined"]


def test_no_after_yes_sends_the_request_back(session: Session, place: Community) -> None:
    helper = volunteer(session, place)
    about = request(session, place)
    asked(session, helper, about, 42)
    text_in(session, helper.phone, "1 42")
    assert text_in(session, helper.phone, "0 42").outcome == "given_up"
    again = reread(session, about)
    assert (again.state, again.places_taken) == ("matching", 0)


def test_bare_yes_means_the_only_question(session: Session, place: Community) -> None:
    helper = volunteer(session, place)
    match = asked(session, helper, request(session, place), 42)
    text_in(session, helper.phone, "1")
    session.refresh(match)
    assert match.state == "accepted"


def test_bare_yes_to_two_questions_is_asked_about(session: Session, place: Community) -> None:
    helper = volunteer(session, place)
    matches = [asked(session, helper, request(session, place), n) for n in (42, 43)]
    assert text_in(session, helper.phone, "1").outcome == "asked_which"
    for match in matches:
        session.refresh(match)
        assert match.state == "sent"


def test_number_of_another_volunteer_is_not_accepted(session: Session, place: Community) -> None:
    helper, other = volunteer(session, place), volunteer(session, place)
    match = asked(session, helper, request(session, place), 42)
    assert text_in(session, other.phone, "1 42").outcome == "nothing_open"
    session.refresh(match)
    assert match.state == "sent"


def test_suspended_volunteer_cannot_accept(session: Session, place: Community) -> None:
    helper = volunteer(session, place)
    about = request(session, place)
    asked(session, helper, about, 42)
    helper.state = "suspended"
    session.commit()
    assert text_in(session, helper.phone, "1 42").outcome == "over"
    assert reread(session, about).places_taken == 0


def test_words_of_a_volunteer_go_to_the_request(session: Session, place: Community) -> None:
    helper = volunteer(session, place)
    about = request(session, place)
    asked(session, helper, about, 42)
    done = text_in(session, helper.phone, "要看我老婆同不同意")
    assert (done.outcome, done.request_id) == ("answer_unclear", about.id)
    assert session.scalars(select(RequestNote)).one().text == "要看我老婆同不同意"
    assert reread(session, about).attention == "not_understood"
    assert count_of(session, HelpRequest) == 1


def test_status_by_code_and_without(session: Session, place: Community) -> None:
    about = request(session, place)
    for body in (f"查询 {about.code.lower()}", "status", about.code):
        text_in(session, about.phone, body)
    rows = session.scalars(select(Notification)).all()
    assert {row.template for row in rows} == {"status_reply"} and len(rows) == 3
    words = word("status_reply", "zh_Hans", json.loads(rows[0].params)).body
    assert about.code in words and "待派单" in words


def test_status_says_how_many_have_finished(session: Session, place: Community) -> None:
    about = request(session, place, state="assigned", volunteers_needed=2, places_taken=2)
    first = session.scalars(select(RequestPlace).where(RequestPlace.number == 1)).one()
    for state in ("arrived", "finished"):
        first.state = state
        session.flush()
    session.commit()
    text_in(session, about.phone, "状态")
    params = json.loads(session.scalars(select(Notification)).one().params)
    assert "1 位已做完，还有 1 位要来" in word("status_reply", "zh_Hans", params).body
    assert "1 finished" in word("status_reply", "en", params).body


def test_unknown_code_is_said_to_be(session: Session, place: Community) -> None:
    phone = phone_number()
    for body in ("查询 QRTV2345", "取消", "取消 QRTV2345", "确认 QRTV2345", "评价 QRTV2345 5"):
        assert text_in(session, phone, body).outcome == "unknown_code", body
    assert said(session, phone) == ["unknown_code"] * 5


def test_cancel_by_text(session: Session, place: Community) -> None:
    about = request(session, place)
    text_in(session, about.phone, "取消")
    assert reread(session, about).state == "cancelled"
    text_in(session, about.phone, f"取消 {about.code}")
    assert said(session, about.phone) == ["request_cancelled", "unknown_code"]


def test_cancel_without_code_is_no_guess_among_two(session: Session, place: Community) -> None:
    first = request(session, place)
    second = request(session, place, phone=first.phone)
    text_in(session, first.phone, "取消")
    assert [reread(session, one).state for one in (first, second)] == ["open", "open"]


def test_confirming_needs_the_very_phone(session: Session, place: Community) -> None:
    about = request(session, place, phone_confirmed_at=None)
    stranger = phone_number()
    assert text_in(session, stranger, f"确认 {about.code}").outcome == "unknown_code"
    assert reread(session, about).phone_confirmed_at is None
    assert text_in(session, about.phone, f"确认 {about.code}").outcome == "confirmed"
    assert reread(session, about).phone_confirmed_at == NOW
    assert said(session, about.phone) == ["request_received"]


@pytest.mark.parametrize(("body", "stars"), [("评价 5", 5), ("5", 5), ("1", 1), ("４星", 4)])
def test_rating_by_text(session: Session, place: Community, body: str, stars: int) -> None:
    about = request(session, place, state="finished")
    assert text_in(session, about.phone, body).outcome == "rated"
    assert session.scalars(select(Feedback.stars)).one() == stars
    assert reread(session, about).state == ("closed" if stars > 2 else "reopened")


def test_stop_is_heeded_and_start_undoes_it(session: Session, place: Community) -> None:
    helper = volunteer(session, place)
    text_in(session, helper.phone, "退订")
    session.refresh(helper)
    assert helper.opted_out_at == NOW and said(session, helper.phone) == ["stopped"]
    text_in(session, helper.phone, "START")
    session.refresh(helper)
    assert helper.opted_out_at is None
    assert said(session, helper.phone) == ["stopped", "welcome_back"]


def test_stop_of_a_resident_ends_texts_about_live_orders(
    session: Session, place: Community
) -> None:
    about = request(session, place)
    text_in(session, about.phone, "STOP")
    assert reread(session, about).phone_confirmed_at is None
    text_in(session, about.phone, "start")
    assert reread(session, about).phone_confirmed_at == NOW


def test_texts_of_a_day_are_limited_and_told_once(session: Session, place: Community) -> None:
    phone = phone_number()
    for _ in range(63):
        text_in(session, phone, "帮助")
    assert said(session, phone).count("limit_reached") == 1
    assert count_of(session, InboundText) == 63


def test_text_waits_for_a_house_without_categories(session: Session) -> None:
    stored = stored_text(session, phone_number(), "救")
    assert stored is not None
    handle_text(session, inbound_id=stored, region="CN", now=NOW)
    session.commit()
    assert session.get_one(InboundText, stored).handled_at is None
    assert unhandled_texts(session, now=NOW + timedelta(minutes=1), limit=9) == [stored]


def test_text_that_failed_often_is_kept_unread(session: Session, place: Community) -> None:
    stored = stored_text(session, phone_number(), "帮助")
    assert stored is not None
    for _ in range(3):
        note_failure(session, inbound_id=stored)
    assert unhandled_texts(session, now=NOW + timedelta(seconds=39), limit=9) == []
    assert unhandled_texts(session, now=NOW + timedelta(seconds=40), limit=9) == [stored]
    handle_text(session, inbound_id=stored, region="CN", now=NOW)
    assert session.get_one(InboundText, stored).outcome == "not_understood"


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    body=st.one_of(
        st.text(max_size=60),
        st.lists(
            st.sampled_from(
                ["1", "0", "42", "取消", "查询", "代买药", "评价", "5", "急", "\ud800"]
            ),
            max_size=5,
        ).map(" ".join),
    )
)
def test_no_text_raises_or_is_lost(session: Session, body: str) -> None:
    if session.scalar(select(func.count()).select_from(InboundText)) == 0:
        community(session)
    done = text_in(session, phone_number(), body)
    assert done.handled_at == NOW and done.outcome
    answered = session.scalars(
        select(Notification.id).where(Notification.subject == f"inbound:{done.id}")
    ).all()
    assert done.request_id or answered or done.outcome in SILENT
