"""A cry for help by text: answered at once, before every limit, and people are woken."""

import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.attention import Attention
from app.core.context import Context
from app.core.errors import Refused
from app.dispatch.models import Match
from app.help_requests.models import HelpRequest, RequestNote
from app.limits.models import LimitRule
from app.notifications.models import InboundText, Notification
from app.notifications.wording import word
from app.people.models import Person
from app.trail.verification import verify
from app.usecases.delivery.claim_notifications import claim_notifications
from app.usecases.dispatch.escalate_urgent import due_escalations, escalate_request
from app.usecases.requests.process_deadlines import process_deadline
from app.usecases.requests.report_danger import deny_danger
from app.usecases.requests.verify_request import approve_request
from app.usecases.texts.receive_text import handle_text
from tests.factories import (
    HOME,
    NOW,
    Community,
    actor_for,
    community,
    coordinator,
    on_duty,
    phone_number,
    request,
    take,
    volunteer,
)
from tests.usecases.asking import HOUSE, kinds, wave
from tests.usecases.texting import stored_text, text_in

CRY = "我妈晕倒了"


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


def orders(session: Session) -> list[HelpRequest]:
    rows = session.scalars(
        select(HelpRequest).order_by(HelpRequest.id).execution_options(populate_existing=True)
    )
    return list(rows)


def to(session: Session, phone: str) -> list[Notification]:
    rows = session.scalars(select(Notification).order_by(Notification.id))
    return [row for row in rows if row.address == phone]


def said(session: Session, phone: str) -> list[str]:
    return [row.template for row in to(session, phone)]


def words_to(session: Session, phone: str) -> str:
    """The last text to a number, in Chinese."""
    last = to(session, phone)[-1]
    return word(last.template, "zh_Hans", json.loads(last.params)).body


def later(session: Session, phone: str, body: str, now: datetime) -> InboundText:
    stored = stored_text(session, phone, body)
    session.commit()
    assert stored is not None
    handle_text(session, inbound_id=stored, region="CN", now=now)
    session.commit()
    return session.get_one(InboundText, stored, populate_existing=True)


def escalate(session: Session, now: datetime) -> None:
    for request_id in due_escalations(session, now=now):
        context = Context(session, HOUSE, now)
        escalate_request(context, request_id=request_id, channels=("sms", "push"))
    session.commit()


def accepted(session: Session, who: Person, about: HelpRequest, state: str) -> Match:
    made = Match(
        token=f"token{who.id}-{about.id}",
        request_id=about.id,
        person_id=who.id,
        state=state,
        reply_number=42,
        made_at=NOW,
        sent_at=NOW,
        accepted_at=NOW,
    )
    take(session, made)
    about.state = "in_progress" if state == "arrived" else "assigned"
    session.commit()
    return made


def test_stranger_is_told_what_to_call_and_an_urgent_case_is_opened(
    session: Session, place: Community
) -> None:
    chief, phone = coordinator(session, place.district), phone_number()
    helper = volunteer(session, place)
    on_duty(session, helper, place.here)
    done = text_in(session, phone, "我妈晕倒了 民乐老村3栋 快来")
    made = orders(session)[0]
    assert (done.outcome, done.request_id) == ("danger", made.id)
    assert (made.urgency, made.attention, made.state) == ("urgent", "danger", "submitted")
    assert made.place_id == place.building.id and made.phone_confirmed_at == NOW
    assert said(session, phone) == ["danger_new"]
    assert "120" in words_to(session, phone) and made.code in words_to(session, phone)
    assert words_to(session, chief.phone).endswith("：有危险，请马上打电话问。")
    escalate(session, NOW)
    assert "urgent_waits" in said(session, helper.phone)
    assert list(verify(session)) == []


@pytest.mark.parametrize(
    ("body", "number"), [("着火了", "119"), ("有小偷进来了", "110"), ("煤气味很大", "119")]
)
def test_number_fits_what_happened(
    session: Session, place: Community, body: str, number: str
) -> None:
    phone = phone_number()
    text_in(session, phone, body)
    assert number in words_to(session, phone)


def test_no_limit_of_a_phone_holds_it_back(session: Session, place: Community) -> None:
    for kind in ("text_in_phone", "order_phone", "order_all", "sms_out_all"):
        session.add(LimitRule(kind=kind, per_day=0))
    session.commit()
    phone = phone_number()
    assert text_in(session, phone, "帮助").outcome == "over_limit"
    assert text_in(session, phone, CRY).outcome == "danger"
    assert [one.attention for one in orders(session)] == ["danger"]
    sent = claim_notifications(session, now=NOW, limit=50)
    assert [one.outgoing.body for one in sent if "120" in one.outgoing.body]


def test_answer_goes_even_to_who_texted_stop_and_nothing_else_does(
    session: Session, place: Community
) -> None:
    helper = volunteer(session, place)
    text_in(session, helper.phone, "退订")
    assert text_in(session, helper.phone, CRY).outcome == "danger"
    assert said(session, helper.phone) == ["stopped", "danger_new"]
    made = orders(session)[0]
    assert made.attention == "danger" and made.phone_confirmed_at is None
    session.refresh(helper)
    assert helper.opted_out_at == NOW


def test_live_order_of_the_phone_becomes_urgent_and_no_second_one_is_made(
    session: Session, place: Community
) -> None:
    chief = coordinator(session, place.here)
    about = request(
        session,
        place,
        wanted_from=NOW + timedelta(days=1),
        wanted_to=NOW + timedelta(days=1, hours=2),
    )
    done = text_in(session, about.phone, CRY)
    assert done.request_id == about.id and len(orders(session)) == 1
    session.refresh(about)
    assert (about.urgency, about.attention) == ("urgent", "danger")
    assert about.wanted_from == NOW + timedelta(days=1)
    assert session.scalars(select(RequestNote.text)).all() == [CRY]
    assert said(session, chief.phone) == ["coordinator_attention"]
    assert "help_request.danger" in kinds(session, about)


def test_order_that_somebody_has_accepted_still_reaches_those_on_duty(
    session: Session, place: Community
) -> None:
    coordinator(session, place.here)
    about, helper = request(session, place), volunteer(session, place)
    accepted(session, helper, about, "accepted")
    watch = volunteer(session, place, categories=[])
    on_duty(session, watch, place.here)
    text_in(session, about.phone, CRY)
    escalate(session, NOW)
    assert "urgent_waits" in said(session, watch.phone)


def test_dispatch_does_not_take_the_mark_off(session: Session, place: Community) -> None:
    coordinator(session, place.here)
    volunteer(session, place)
    about = request(session, place)
    text_in(session, about.phone, CRY)
    wave(session, about)
    session.refresh(about)
    assert (about.state, about.attention) == ("matching", "danger")


def test_same_cry_again_is_noted_and_wakes_nobody_twice(session: Session, place: Community) -> None:
    chief, phone = coordinator(session, place.district), phone_number()
    for minute in range(5):
        later(session, phone, CRY, NOW + timedelta(minutes=minute))
    assert len(orders(session)) == 1
    assert said(session, phone) == ["danger_new"] * 5
    assert said(session, chief.phone) == ["coordinator_attention"]
    assert len(session.scalars(select(RequestNote)).all()) == 4
    later(session, phone, "还在流血 " + CRY, NOW + timedelta(minutes=30))
    assert said(session, chief.phone).count("coordinator_attention") == 2


def test_many_texts_in_one_minute_are_answered_once(session: Session, place: Community) -> None:
    phone = phone_number()
    for _ in range(5):
        text_in(session, phone, "救命！！！！")
    assert said(session, phone) == ["danger_new"] and len(orders(session)) == 1
    text_in(session, phone, "着火了")
    assert said(session, phone) == ["danger_new"] * 2 and len(orders(session)) == 1


def test_danger_elsewhere_is_a_case_of_its_own(session: Session, place: Community) -> None:
    about = request(session, place, lat=HOME[0] + 0.02)
    text_in(session, about.phone, "民乐老村3栋着火了")
    assert [one.attention for one in orders(session)] == [None, "danger"]


@pytest.mark.parametrize("state", ["accepted", "on_the_way", "arrived"])
def test_volunteer_at_a_task_reports_for_its_request(
    session: Session, place: Community, state: str
) -> None:
    chief, helper = coordinator(session, place.here), volunteer(session, place)
    about = request(session, place)
    accepted(session, helper, about, state)
    done = text_in(session, helper.phone, "老人晕倒了叫不醒")
    session.refresh(about)
    assert (done.outcome, done.request_id) == ("danger", about.id)
    assert (about.urgency, about.attention) == ("urgent", "danger")
    assert said(session, helper.phone)[-1] == "danger_told" and len(orders(session)) == 1
    assert "coordinator_attention" in said(session, chief.phone)
    assert session.scalars(select(RequestNote.person_id)).all() == [helper.id]


def test_volunteer_with_a_task_for_another_day_cries_for_himself(
    session: Session, place: Community
) -> None:
    helper = volunteer(session, place)
    day = timedelta(days=2)
    about = request(session, place, wanted_from=NOW + day, wanted_to=NOW + 2 * day)
    accepted(session, helper, about, "accepted")
    done = text_in(session, helper.phone, CRY)
    assert done.request_id != about.id and len(orders(session)) == 2


def test_question_of_a_volunteer_about_an_ask_is_no_danger(
    session: Session, place: Community
) -> None:
    helper = volunteer(session, place)
    about = request(session, place)
    wave(session, about)
    text_in(session, helper.phone, "老人摔倒了吗")
    session.refresh(about)
    assert len(orders(session)) == 1 and about.attention != "danger"


def test_coordinator_is_answered_like_anybody(session: Session, place: Community) -> None:
    chief = coordinator(session, place.here)
    assert text_in(session, chief.phone, CRY).outcome == "danger"
    assert "danger_new" in said(session, chief.phone)


def test_number_is_named_before_the_house_is_set_up(session: Session) -> None:
    phone = phone_number()
    stored = stored_text(session, phone, CRY)
    assert stored is not None
    handle_text(session, inbound_id=stored, region="CN", now=NOW)
    session.commit()
    assert said(session, phone) == ["danger_call"] and "120" in words_to(session, phone)
    assert session.get_one(InboundText, stored).handled_at is None
    community(session)
    handle_text(session, inbound_id=stored, region="CN", now=NOW)
    session.commit()
    assert [one.attention for one in orders(session)] == ["danger"]


def test_doubtful_words_make_an_order_urgent_and_name_the_number_without_an_alarm(
    session: Session, place: Community
) -> None:
    phone = phone_number()
    text_in(session, phone, "代买药 心脏病的药没了 民乐老村3栋")
    made = orders(session)[0]
    assert (made.urgency, made.attention, made.state) == ("urgent", None, "open")
    assert said(session, phone) == ["danger_possible"] and "120" in words_to(session, phone)
    text_in(session, other := phone_number(), "头晕")
    assert said(session, other) == ["danger_possible"]
    assert orders(session)[1].urgency == "urgent" and orders(session)[1].attention != "danger"


def test_coordinator_says_that_there_is_no_danger(session: Session, place: Community) -> None:
    chief = coordinator(session, place.here)
    about = request(session, place)
    text_in(session, about.phone, CRY)
    me = Context(session, actor_for(chief, "coordinator", place.here), NOW)
    deny_danger(me, request_id=about.id, version=None)
    session.commit()
    session.refresh(about)
    assert (about.attention, about.urgency) == (None, place.medicine.urgency)
    assert kinds(session, about)[-1] == "help_request.no_danger"
    escalate(session, NOW + timedelta(hours=1))
    with pytest.raises(Refused):
        deny_danger(me, request_id=about.id, version=None)
    # Cried for again, it is danger again.
    text_in(session, about.phone, "救命！！！！")
    session.refresh(about)
    assert about.attention == Attention.DANGER


def test_approval_keeps_the_danger(session: Session, place: Community) -> None:
    chief = coordinator(session, place.district)
    text_in(session, phone_number(), "我妈晕倒了 民乐老村3栋")
    made = orders(session)[0]
    me = Context(session, actor_for(chief, "coordinator", place.district), NOW)
    approve_request(me, request_id=made.id, version=None)
    session.commit()
    session.refresh(made)
    assert (made.state, made.attention) == ("open", "danger")


def test_nobody_left_to_ask_alarms_nobody_again_and_again(
    session: Session, place: Community
) -> None:
    chief = coordinator(session, place.here)
    helper = volunteer(session, place)
    one = request(session, place, urgency="urgent", volunteers_needed=2)
    text_in(session, one.phone, CRY)
    for minute in range(1, 60):
        at = NOW + timedelta(minutes=minute)
        process_deadline(Context(session, HOUSE, at), request_id=one.id)
        session.commit()
    told = [
        row.occurrence
        for row in session.scalars(select(Notification))
        if row.person_id == chief.id and row.occurrence.startswith("nobody_near")
    ]
    assert len(told) <= 1 and helper.id is not None
    session.refresh(one)
    assert one.attention == "danger"
