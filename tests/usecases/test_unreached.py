"""Messages that reach nobody: asks free their place, alarms go one level up, others wait."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.context import Context
from app.dispatch.models import AnswerCount, Match
from app.dispatch.rules import EndReason, MatchState
from app.help_requests.models import HelpRequest
from app.notifications.models import Notification, PhoneTrouble
from app.notifications.rules import NotificationState
from app.people.models import Person
from app.usecases.dispatch.answer_match import accept_match
from app.usecases.dispatch.dispatch_wave import NOBODY
from app.usecases.dispatch.learn_answers import answers_to_learn, learn_from_answers
from app.usecases.messages.notify import notify_resident
from app.usecases.messages.notify_coordinators import notify_coordinators
from app.usecases.requests.process_deadlines import due_deadlines, process_deadline
from app.usecases.requests.see_unreached import unreached_requests
from tests.factories import NOW, Community, community, coordinator, request, volunteer
from tests.fakes.twilio_kept import Behaviour
from tests.usecases.asking import HOUSE, MINUTE, kinds, match_of, me, told, wave
from tests.usecases.carried import Carrier, carried
from tests.usecases.test_reach import device_of

SECOND = timedelta(seconds=1)


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


@pytest.fixture
def carrier(session: Session) -> Iterator[Carrier]:
    with carried(session) as made:
        yield made


def text_to(session: Session, who: Person) -> Notification:
    return session.scalars(
        select(Notification)
        .where(Notification.person_id == who.id, Notification.channel == "sms")
        .order_by(Notification.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    ).one()


def alarm(session: Session, one: HelpRequest) -> int:
    heard = notify_coordinators(session, one, reason=NOBODY, now=NOW, occurrence="once")
    session.commit()
    return heard


class Refused:
    """An order that one volunteer may be asked about at a time, whose number is refused."""

    def __init__(self, session: Session, place: Community, carrier: Carrier) -> None:
        self.session, self.carrier = session, carrier
        place.medicine.wave_size = 1
        self.who = volunteer(session, place, north_m=50)
        self.one = request(session, place, of=place.medicine)
        wave(session, self.one)
        self.next = volunteer(session, place, north_m=900)

    @property
    def match(self) -> Match:
        found = match_of(self.session, self.one, self.who)
        self.session.refresh(found)
        return found


@pytest.fixture
def refused(session: Session, place: Community, carrier: Carrier) -> Refused:
    return Refused(session, place, carrier)


@pytest.mark.parametrize("how", [Behaviour.NOT_MOBILE, Behaviour.OPTED_OUT])
def test_a_refused_ask_frees_its_place_at_once_and_teaches_nothing(
    session: Session, place: Community, refused: Refused, carrier: Carrier, how: Behaviour
) -> None:
    carrier.twilio.behave(how, to=refused.who.phone)
    carrier.deliver()
    assert carrier.follow(NOW + SECOND) == 1
    assert carrier.follow(NOW + SECOND) == 0
    assert (refused.match.state, refused.match.end_reason) == (
        MatchState.EXPIRED,
        EndReason.NOT_REACHED,
    )
    assert "match.not_reached" in kinds(session, refused.one)
    for request_id in due_deadlines(session, now=NOW + SECOND):
        process_deadline(Context(session, HOUSE, NOW + SECOND), request_id=request_id)
    session.commit()
    assert match_of(session, refused.one, refused.next).state == MatchState.SENT
    settled = answers_to_learn(session, now=NOW + 60 * MINUTE)
    learn_from_answers(session, match_ids=settled, now=NOW + 60 * MINUTE)
    people = select(AnswerCount.person_id)
    assert refused.who.id not in session.scalars(people).all()


def test_an_ask_that_a_push_carries_stays(
    session: Session, place: Community, carrier: Carrier
) -> None:
    who, one = volunteer(session, place), request(session, place)
    device_of(session, who)
    wave(session, one)
    carrier.twilio.behave(Behaviour.NOT_MOBILE, to=who.phone)
    carrier.deliver()
    assert carrier.follow() == 0
    assert match_of(session, one, who).state == MatchState.SENT


def test_an_ask_that_fails_later_frees_its_place_and_a_late_yes_is_welcome(
    session: Session, place: Community, refused: Refused, carrier: Carrier
) -> None:
    carrier.deliver()
    assert carrier.follow() == 0
    carrier.report(text_to(session, refused.who), "undelivered", "30003", now=NOW + MINUTE)
    # Nobody is served by asking the same person again in ten minutes.
    assert text_to(session, refused.who).state == NotificationState.FAILED
    assert carrier.follow(NOW + MINUTE) == 1
    accept_match(
        Context(session, me(refused.who, place), NOW + 2 * MINUTE), match_id=refused.match.id
    )
    assert refused.match.state == MatchState.ACCEPTED


def test_three_texts_in_a_row_that_do_not_arrive_end_the_asking(
    session: Session, place: Community, carrier: Carrier
) -> None:
    who = volunteer(session, place, offer={"max_load": 9, "weekly_limit": 50})
    for n in range(3):
        at = NOW + n * MINUTE
        wave(session, request(session, place), now=at)
        carrier.deliver(at)
        carrier.report(text_to(session, who), "undelivered", "30003", now=at)
        carrier.follow(at)
    assert wave(session, request(session, place), now=NOW + 3 * MINUTE).asked == 0
    later = NOW + timedelta(days=2)
    one = request(session, place, wanted_from=later, wanted_to=later + 60 * MINUTE)
    assert wave(session, one, now=later).asked == 1


def test_a_text_that_may_arrive_later_is_tried_again_later(
    session: Session, place: Community, carrier: Carrier
) -> None:
    one = request(session, place)
    notify_resident(session, one, "request_open", now=NOW)
    session.commit()
    carrier.twilio.behave(Behaviour.NOT_MOBILE, to=one.phone, times=1)
    assert carrier.deliver() == ["no_texts"]
    row = session.scalars(select(Notification)).one()
    session.refresh(row)
    assert (row.state, row.last_code) == (NotificationState.PENDING, "21614")
    # Somebody sees it meanwhile.
    assert unreached_requests(session, [place.here.path], now=NOW) == [one.id]
    assert unreached_requests(session, [place.other.path], now=NOW) == []
    later = NOW + 10 * MINUTE
    assert carrier.deliver(later - SECOND) == []
    assert carrier.deliver(later) == ["accepted"]
    carrier.report(row, "undelivered", "30003", now=later + SECOND)
    # A repeated receipt of an earlier try ends nothing.
    carrier.report(row, "undelivered", "30003", now=later + 2 * SECOND)
    session.refresh(row)
    assert (row.state, row.provider_id) == (NotificationState.PENDING, None)
    carrier.deliver(later + 61 * MINUTE)
    carrier.report(row, "delivered", now=later + 62 * MINUTE)
    session.refresh(row)
    assert row.state == NotificationState.DELIVERED
    assert session.scalars(select(PhoneTrouble)).all() == []
    assert unreached_requests(session, [place.here.path], now=NOW) == []


def test_a_text_to_a_resident_that_failed_for_good_is_in_the_queue(
    session: Session, place: Community, carrier: Carrier
) -> None:
    one = request(session, place)
    notify_resident(session, one, "request_open", now=NOW)
    session.commit()
    carrier.deliver()
    carrier.report(session.scalars(select(Notification)).one(), "failed", "30008")
    assert unreached_requests(session, [place.here.path], now=NOW) == [one.id]
    one.phone_confirmed_at = None
    session.commit()
    assert unreached_requests(session, [place.here.path], now=NOW) == []


def test_where_no_coordinator_can_be_told_the_level_above_is(
    session: Session, place: Community
) -> None:
    chief = coordinator(session, place.here, opted_out_at=NOW)
    above = coordinator(session, place.subdistrict)
    for urgency in ("urgent", "ordinary"):
        one = request(session, place, urgency=urgency)
        assert alarm(session, one) == 1
    assert told(session, person=chief) == []
    assert told(session, person=above) == ["coordinator_attention", "coordinator_digest"] or told(
        session, person=above
    ) == ["coordinator_attention", "coordinator_attention"]


def test_nobody_is_told_twice_where_the_first_level_hears(
    session: Session, place: Community
) -> None:
    coordinator(session, place.here, opted_out_at=NOW)
    heard = coordinator(session, place.here)
    above = coordinator(session, place.subdistrict)
    one = request(session, place, urgency="urgent")
    # The second time says nothing new, but they know.
    assert alarm(session, one) == alarm(session, one) == 1
    assert told(session, person=heard) == ["coordinator_attention"]
    assert told(session, person=above) == []


@pytest.mark.parametrize("urgency", ["urgent", "ordinary"])
def test_an_alarm_that_does_not_arrive_is_passed_on(
    session: Session, place: Community, carrier: Carrier, urgency: str
) -> None:
    chief, above = coordinator(session, place.here), coordinator(session, place.subdistrict)
    top = coordinator(session, place.district)
    one = request(session, place, urgency=urgency)
    alarm(session, one)
    for who in (chief, above):
        carrier.twilio.behave(Behaviour.NOT_MOBILE, to=who.phone)
    for n in range(3):
        carrier.deliver(NOW + n * SECOND)
        carrier.follow(NOW + n * SECOND)
    assert told(session, person=above) == told(session, person=top) == ["coordinator_attention"]
    assert kinds(session, one).count("help_request.alarm_passed_on") == 2


def test_a_digest_that_does_not_arrive_is_passed_on_case_by_case(
    session: Session, place: Community, carrier: Carrier
) -> None:
    chief, above = coordinator(session, place.here), coordinator(session, place.subdistrict)
    for _ in range(3):
        alarm(session, request(session, place))
    carrier.deliver()
    carrier.twilio.behave(Behaviour.NOT_MOBILE, to=chief.phone)
    later = NOW + 20 * MINUTE
    assert carrier.deliver(later) == ["no_texts"]
    carrier.follow(later)
    assert told(session, person=chief) == ["coordinator_attention", "coordinator_digest"]
    assert told(session, person=above) == ["coordinator_attention", "coordinator_digest"]
