"""Who cannot be reached stands before coordinators, and on the volunteer's own page."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.channels.ports import Outcome
from app.core.clock import utc_now
from app.dispatch.models import Match
from app.jobs import recurring_jobs
from app.jobs.scheduler import make_job_context
from app.notifications.models import Notification, PhoneTrouble
from app.notifications.outcomes import OutcomeKind
from app.usecases.delivery.deliver_notifications import record_outcome
from app.usecases.messages.phone_troubles import note_outcome
from tests.databases import Database
from tests.factories import community, coordinator, request, volunteer
from tests.http.test_twilio_hook import hooked, region, text
from tests.http.visitor import come_in

__all__ = ["hooked", "region"]


def shown(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def refuse(session: Session, phone: str, kind: OutcomeKind) -> None:
    note_outcome(session, phone=phone, provider="twilio", kind=kind, code="1", now=utc_now())
    session.commit()


def test_the_board_has_both_queues(session: Session, client: FlaskClient) -> None:
    place = community(session)
    come_in(client, session, coordinator(session, place.here))
    page = shown(client, "/c")
    assert "tab-unreached" not in page and "联系不上" not in page
    heard, unheard = request(session, place), request(session, place)
    refuse(session, unheard.phone, OutcomeKind.OPTED_OUT)
    who = volunteer(session, place, name="何收不到")
    refuse(session, who.phone, OutcomeKind.NO_TEXTS)
    page = shown(client, "/c")
    assert "居民没收到 <b>1</b>" in page and "联系不上 1" in page
    page = shown(client, "/c?state=unreached")
    assert f'id="case-{unheard.id}"' in page and f'id="case-{heard.id}"' not in page
    assert "居民没收到通知，请打电话" in page


def test_the_list_of_people_and_the_person_say_why(session: Session, client: FlaskClient) -> None:
    place = community(session)
    come_in(client, session, coordinator(session, place.here))
    volunteer(session, place, name="周可联系")
    barred = volunteer(session, place, name="何收不到")
    refuse(session, barred.phone, OutcomeKind.NO_TEXTS)
    mailed = volunteer(session, place, name="李有邮箱", email="li@example.org")
    refuse(session, mailed.phone, OutcomeKind.GONE)
    page = shown(client, "/c/people?reach=none")
    assert "何收不到" in page and "李有邮箱" not in page and "周可联系" not in page
    why = "联系不上：号码收不了短信，也没有别的通知方式"
    assert why in page and why in shown(client, f"/c/people/{barred.id}")
    page = shown(client, f"/c/people/{mailed.id}")
    assert "号码已经停用" in page and "联系不上" not in page


def test_a_case_says_why_somebody_near_is_not_proposed(
    session: Session, client: FlaskClient
) -> None:
    place = community(session)
    come_in(client, session, coordinator(session, place.here))
    volunteer(session, place, name="何退订", opted_out_at=utc_now())
    one = request(session, place, wanted_from=None, wanted_to=None)
    page = shown(client, f"/c/requests/{one.id}")
    assert "联系不上：本人不收短信，也没有别的通知方式" in page


def test_the_volunteer_reads_what_to_do(session: Session, client: FlaskClient) -> None:
    place = community(session)
    who = volunteer(session, place)
    come_in(client, session, who)
    assert "联系不上您" not in shown(client, "/v")
    refuse(session, who.phone, OutcomeKind.NO_ROUTE)
    page = shown(client, "/v")
    assert "我们联系不上您，所以现在不会问您" in page and "收不到我们的短信" in page
    assert 'href="/alerts"' in page
    who.opted_out_at = utc_now()
    session.commit()
    assert "您退订了短信。" in shown(client, "/v")


def test_a_text_from_the_number_clears_what_was_said_of_it(
    hooked: FlaskClient, session: Session
) -> None:
    place = community(session)
    who = volunteer(session, place)
    phone = who.phone
    refuse(session, phone, OutcomeKind.GONE)
    assert text(hooked, "帮助", sender=phone).status_code == 200
    session.rollback()
    assert session.scalars(select(PhoneTrouble)).all() == []


def test_the_job_frees_what_reached_nobody(
    app: Flask, database: Database, session: Session
) -> None:
    house = make_job_context(app, database.config)
    house.renew()
    place, now = community(session), utc_now()
    who, one = volunteer(session, place), request(session, place, state="matching")
    asked = Match(
        token="asked",
        request_id=one.id,
        person_id=who.id,
        state="sent",
        made_at=now,
        sent_at=now,
        deadline_at=now,
    )
    session.add(asked)
    session.flush()
    session.add(
        Notification(
            token="gone",
            subject=f"match:{asked.id}",
            recipient=f"person:{who.id}",
            template="match_asked",
            request_id=one.id,
            person_id=who.id,
            channel="sms",
            address=who.phone,
            language="zh_Hans",
            params="{}",
            state="submitting",
            attempts=1,
            fence=1,
            made_at=now,
            next_attempt_at=now,
        )
    )
    session.commit()
    with house.change() as other:
        row = other.scalars(select(Notification)).one()
        record_outcome(
            other,
            notification_id=row.id,
            fence=row.fence,
            outcome=Outcome(OutcomeKind.GONE, code="21211"),
            now=now,
        )
    recurring_jobs.follow_unreached(house)
    session.refresh(asked)
    assert (asked.state, asked.end_reason) == ("expired", "not_reached")
