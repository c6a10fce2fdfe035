"""Who is reached: over which channels, what providers said of a number, and who is not asked."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.context import Context
from app.core.crypto import lookup_hash
from app.core.errors import Invalid
from app.dispatch.models import Wave
from app.matching.eligibility import UNREACHABLE
from app.notifications.models import Notification, PhoneTrouble, PushSubscription
from app.notifications.outcomes import OutcomeKind as Kind
from app.notifications.reach import LASTS, Barrier
from app.people.models import Person
from app.usecases.community.clean_up import clean_up
from app.usecases.dispatch.answer_match import grab_request
from app.usecases.dispatch.choose_volunteers import assign_volunteer
from app.usecases.dispatch.dispatch_wave import send_wave
from app.usecases.messages.notify import notify_person, notify_resident
from app.usecases.messages.phone_troubles import barrier_of, forget_troubles_of, note_outcome
from app.usecases.messages.reach import no_way, unreachable_helpers
from tests.factories import NOW, Community, actor_for, community, coordinator, request, volunteer
from tests.usecases.asking import HOUSE, match_of, me, told, wave

DAY = timedelta(days=1)


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


def note(session: Session, phone: str, kind: Kind, *, times: int = 1, provider: str = "") -> None:
    for _ in range(times):
        note_outcome(session, phone=phone, provider=provider, kind=kind, code="1", now=NOW)
    session.commit()


def device_of(session: Session, who: Person) -> None:
    session.add(
        PushSubscription(
            ref=f"ref-{who.id}",
            person_id=who.id,
            endpoint="https://push.example/1",
            endpoint_lookup=f"lookup-{who.id}",
            p256dh="key",
            auth="auth",
            made_at=NOW,
        )
    )
    session.commit()


def said(session: Session, who: Person) -> list[tuple[str, str]]:
    rows = session.execute(
        select(Notification.channel, Notification.template)
        .where(Notification.person_id == who.id)
        .order_by(Notification.id)
    )
    return [(channel, template) for channel, template in rows]


@pytest.mark.parametrize(
    ("kind", "times", "barrier"),
    [
        (Kind.OPTED_OUT, 1, Barrier.OPTED_OUT),
        (Kind.NO_TEXTS, 1, Barrier.NO_TEXTS),
        (Kind.GONE, 1, Barrier.GONE),
        (Kind.NO_ROUTE, 1, Barrier.NO_ROUTE),
        (Kind.UNREACHABLE, 2, None),
        (Kind.UNREACHABLE, 3, Barrier.UNREACHABLE),
        (Kind.REFUSED, 3, None),
        (Kind.RETRY, 3, None),
        (Kind.OUR_FAULT, 3, None),
    ],
)
def test_what_was_said_of_a_number_holds_for_its_time(
    session: Session, kind: Kind, times: int, barrier: Barrier | None
) -> None:
    phone = "+8613800138001"
    note(session, phone, kind, times=times)
    lookup = lookup_hash("phone", phone)
    assert barrier_of(session, lookup, NOW) == barrier
    if barrier is not None:
        over = NOW + LASTS[barrier]
        assert barrier_of(session, lookup, over - timedelta(seconds=1)) == barrier
        assert barrier_of(session, lookup, over) is None
        clean_up(session, now=over + 31 * DAY)
        assert session.scalars(select(PhoneTrouble)).all() == []


def test_a_delivered_or_an_incoming_text_clears_it(session: Session) -> None:
    phone = "+8613800138001"
    lookup = lookup_hash("phone", phone)
    note(session, phone, Kind.UNREACHABLE, times=2)
    note(session, phone, Kind.DELIVERED)
    note(session, phone, Kind.UNREACHABLE, times=2)
    assert barrier_of(session, lookup, NOW) is None
    for provider in ("", "twilio"):
        note(session, phone, Kind.GONE, provider=provider)
    assert forget_troubles_of(session, sender="138 0013 8001", region="CN") == 2
    assert forget_troubles_of(session, sender="nonsense", region="CN") == 0
    assert barrier_of(session, lookup, NOW) is None


def test_the_channels_over_which_somebody_is_reached_are_told(
    session: Session, place: Community
) -> None:
    who = volunteer(session, place)

    def notify(occurrence: str) -> tuple[list[str], bool]:
        reach = notify_person(
            session, who, "duty_yours", subject="shift:1", now=NOW, occurrence=occurrence
        )
        return sorted(reach.over), reach.before

    assert notify("1") == (["sms"], False)
    assert notify("1") == ([], True)
    note(session, who.phone, Kind.NO_TEXTS)
    assert notify("2") == ([], False)
    device_of(session, who)
    assert notify("3") == (["push"], False)
    assert notify("3") == ([], True)
    who.email = "who@example.org"
    assert notify("4") == (["email", "push"], False)


def test_whoever_logs_in_is_tried_though_the_provider_said_no(
    session: Session, place: Community
) -> None:
    who = volunteer(session, place)
    note(session, who.phone, Kind.UNREACHABLE, times=3)
    reach = notify_person(
        session, who, "login_code", subject="login:1", now=NOW, urgent=True, digits="1"
    )
    assert reach.over == {"sms"}


def test_number_of_a_resident_who_opted_out_at_the_carrier_is_remembered(
    session: Session, place: Community
) -> None:
    one = request(session, place)
    note(session, one.phone, Kind.OPTED_OUT)
    assert not notify_resident(session, one, "request_open", now=NOW).reached
    assert forget_troubles_of(session, sender=one.phone, region="CN") == 1
    assert notify_resident(session, one, "request_open", now=NOW).over == {"sms"}


def reasons(session: Session) -> dict[int, list[dict[str, str]]]:
    left = session.scalars(select(Wave.left_out).order_by(Wave.id.desc()).limit(1)).one()
    return {one["person"]: one["reasons"] for one in left}


def test_nobody_is_asked_whom_no_message_reaches(session: Session, place: Community) -> None:
    stopped = volunteer(session, place, opted_out_at=NOW - DAY)
    refused = volunteer(session, place)
    mailed = volunteer(session, place, opted_out_at=NOW - DAY, email="who@example.org")
    pushed = volunteer(session, place, opted_out_at=NOW - DAY)
    device_of(session, pushed)
    note(session, refused.phone, Kind.NO_ROUTE)
    one = request(session, place)
    wave(session, one)
    assert said(session, mailed) == [("email", "match_asked")]
    assert said(session, pushed) == [("push", "match_asked")]
    assert said(session, stopped) == said(session, refused) == []
    left = reasons(session)
    assert left[stopped.id] == [{"code": UNREACHABLE, "why": "stopped"}]
    assert left[refused.id] == [{"code": UNREACHABLE, "why": "no_route"}]
    barred = unreachable_helpers(session, [place.here.path], NOW)
    assert barred == {stopped.id: Barrier.STOPPED, refused.id: Barrier.NO_ROUTE}
    assert no_way(session, pushed.id, now=NOW) is None


def test_not_even_by_name_but_may_be_assigned_and_may_take_from_the_list(
    session: Session, place: Community
) -> None:
    who = volunteer(session, place, opted_out_at=NOW - DAY)
    chief = actor_for(coordinator(session, place.here), "coordinator", place.here)
    one = request(session, place, urgency="urgent", wanted_from=None, wanted_to=None)
    with pytest.raises(Invalid):
        send_wave(Context(session, chief, NOW), request_id=one.id, person_ids=[who.id])
    session.rollback()
    assign_volunteer(Context(session, chief, NOW), request_id=one.id, person_id=who.id, agreed=True)
    assert match_of(session, one, who).state == "accepted"
    other = volunteer(session, place, opted_out_at=NOW - DAY)
    listed = request(session, place, of=place.visit, auto_dispatch=False)
    grab_request(Context(session, me(other, place), NOW), request_id=listed.id)
    assert match_of(session, listed, other).state == "accepted"


def test_only_unreachable_people_near_is_told_to_a_coordinator(
    session: Session, place: Community
) -> None:
    volunteer(session, place, opted_out_at=NOW - DAY)
    chief = coordinator(session, place.here)
    one = request(session, place)
    assert send_wave(Context(session, HOUSE, NOW), request_id=one.id).asked == 0
    assert told(session, person=chief) == ["coordinator_attention"]
