"""The feed of a person and of a rota: its contents, its changes, who may read it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.calendars.rules import AGREED, ASKED, CANCELLED, Calendar, Entry
from app.core.context import Context
from app.core.errors import NotAllowed, NotFound
from app.notifications.models import Notification
from app.people.models import Role
from app.rotation.models import CalendarLink, Shift
from app.trail.models import Event
from app.usecases.delivery.claim_notifications import claim_notifications
from app.usecases.duty.plan.offer_duty import offer_hours
from app.usecases.duty.shifts.hand_over_duty import agree_to_shift, cancel_shift
from app.usecases.duty.swaps.give_away_duty import give_away
from app.usecases.duty.swaps.take_duty import take_shift
from app.usecases.duty.views.manage_calendar_link import end_link, links_of, make_link
from app.usecases.duty.views.see_calendar import calendar_of, uid_of
from app.usecases.volunteers.decide_account import suspend_volunteer
from tests import factories
from tests.factories import NOW
from tests.usecases.on_call import OnCall, on_call

URL = "https://house.example"
MINUTE = timedelta(minutes=1)


def feed(made: OnCall, token: str) -> Calendar:
    """The feed as a calendar program reads it now."""
    made.session.commit()
    return calendar_of(made.session, token=token, now=NOW + MINUTE, public_url=URL)


def of(calendar: Calendar, shift: Shift) -> Entry:
    """The only entry of a shift."""
    (found,) = [entry for entry in calendar.entries if entry.uid == uid_of(shift.id)]
    return found


def test_own_feed_has_own_duty_and_no_name(session: Session) -> None:
    made = on_call(session)
    token = make_link(Context(session, made.actor(0), NOW))
    found = feed(made, token)
    mine = session.scalars(select(Shift.id).where(Shift.person_id == made.people[0].id)).all()
    assert {entry.uid for entry in found.entries} == {uid_of(shift_id) for shift_id in mine}
    assert {entry.title for entry in found.entries} == {"值班 · 首叫"}
    assert found.zone.key == "Asia/Shanghai" and found.url == f"{URL}/v/duty"


def test_sequence_grows_with_each_change_and_the_uid_stays(session: Session) -> None:
    made = on_call(session, standing=False)
    token = make_link(Context(session, made.actor(1), NOW))
    shift = made.shift_of(1, state="offered")
    asked = of(feed(made, token), shift)
    agree_to_shift(Context(session, made.actor(1), NOW), shift_id=shift.id)
    agreed = of(feed(made, token), shift)
    cancel_shift(Context(session, made.actor(1), NOW), shift_id=shift.id)
    gone = of(feed(made, token), shift)
    assert [one.status for one in (asked, agreed, gone)] == [ASKED, AGREED, CANCELLED]
    assert asked.sequence < agreed.sequence < gone.sequence
    assert feed(made, token).tag() == feed(made, token).tag()


@pytest.mark.parametrize("how", ["swapped", "suspended"])
def test_every_way_to_lose_a_shift_is_a_change(session: Session, how: str) -> None:
    made = on_call(session)
    token = make_link(Context(session, made.boss, NOW), rota_id=made.rota_id)
    shift = made.shift_of(1)
    before = of(feed(made, token), shift)
    ways: dict[str, Callable[[], object]] = {
        "swapped": lambda: _swap(made, shift),
        "suspended": lambda: suspend_volunteer(
            Context(session, made.boss, NOW),
            person_id=shift.person_id,
            version=made.people[1].version,
            reason="试",
        ),
    }
    ways[how]()
    after = of(feed(made, token), shift)
    assert after.status == CANCELLED and after.sequence > before.sequence


def _swap(made: OnCall, shift: Shift) -> None:
    """Another person who offers those hours takes the shift."""
    made.people.append(factories.volunteer(made.session, made.place))
    taker, evening = made.actor(len(made.people) - 1), {"day": 2, "from": "16:00", "to": "24:00"}
    offer_hours(Context(made.session, taker, NOW), hours=[evening], may_call=False)
    swap_id = give_away(Context(made.session, made.actor(1), NOW), shift_id=shift.id)
    take_shift(Context(made.session, taker, NOW), swap_id=swap_id)


def test_feed_of_a_rota_has_family_names_only(session: Session) -> None:
    made = on_call(session)
    for person, name in zip(made.people, ("林晓", "欧阳明", "Mary Lee"), strict=True):
        person.name = name
    token = make_link(Context(session, made.boss, NOW), rota_id=made.rota_id)
    titles = {entry.title for entry in feed(made, token).entries}
    assert titles == {"值班 · 首叫 · 林", "值班 · 首叫 · 欧阳", "值班 · 首叫 · Mary"}


def test_cancelled_is_said_for_two_weeks(session: Session) -> None:
    made = on_call(session)
    token = make_link(Context(session, made.actor(1), NOW))
    shift = made.shift_of(1)
    cancel_shift(Context(session, made.actor(1), NOW), shift_id=shift.id)
    session.commit()
    for days, said in ((13, True), (15, False)):
        at = NOW + timedelta(days=days)
        found = calendar_of(session, token=token, now=at, public_url=URL)
        assert (uid_of(shift.id) in {entry.uid for entry in found.entries}) is said


def test_another_link_ends_the_one_before_and_the_token_is_kept_nowhere(session: Session) -> None:
    made = on_call(session)
    first = make_link(Context(session, made.actor(0), NOW))
    second = make_link(Context(session, made.actor(0), NOW))
    with pytest.raises(NotFound):
        feed(made, first)
    assert feed(made, second).entries
    kept = session.scalars(select(CalendarLink.token_hash)).all()
    assert len(kept) == 2 and not {first, second} & set(kept)
    assert links_of(session, made.people[0].id) == {None: NOW}
    end_link(Context(session, made.actor(0), NOW))
    end_link(Context(session, made.actor(0), NOW))
    with pytest.raises(NotFound):
        feed(made, second)
    lines = select(func.count()).select_from(Event).where(Event.kind.startswith("calendar."))
    assert session.scalar(lines) == 3


def test_link_works_while_its_holder_may_see_the_same(session: Session) -> None:
    made = on_call(session)
    own = make_link(Context(session, made.actor(0), NOW))
    rota = make_link(Context(session, made.boss, NOW), rota_id=made.rota_id)
    assert feed(made, rota).entries
    session.execute(update(Role).where(Role.role == "coordinator").values(ended_at=NOW))
    made.people[0].state = "suspended"
    for token in (own, rota, "", "x" * 43):
        with pytest.raises(NotFound):
            feed(made, token)


def test_strangers_make_no_link(session: Session) -> None:
    made = on_call(session)
    with pytest.raises(NotAllowed):
        make_link(Context(session, made.actor(0), NOW), rota_id=made.rota_id)
    chief = factories.coordinator(session, made.place.other)
    elsewhere = factories.actor_for(chief, "coordinator", made.place.other)
    for rota_id, error in ((made.rota_id, NotAllowed), (None, NotAllowed), (99, NotFound)):
        with pytest.raises(error):
            make_link(Context(session, elsewhere, NOW), rota_id=rota_id)


def test_mail_carries_the_shift_under_the_same_uid(session: Session) -> None:
    made = on_call(session)
    first, other = made.people[0], made.people[1]
    for person in (first, other):
        person.email, person.opted_out_at = "li@volunteer.example", NOW
    mine, theirs = made.shift_of(0), made.shift_of(1)
    session.execute(update(Notification).values(state="cancelled"))
    cancel_shift(Context(session, made.boss, NOW), shift_id=theirs.id)
    session.commit()
    sent = claim_notifications(session, now=NOW + MINUTE, limit=9)
    mails = [one.outgoing for one in sent if one.channel == "email"]
    (mail,) = mails
    assert f"UID:{uid_of(theirs.id)}" in mail.calendar and "STATUS:CANCELLED" in mail.calendar
    assert uid_of(mine.id) not in mail.calendar and "BEGIN:VCALENDAR" not in repr(mail)


def test_names_of_shifts_are_lasting_and_not_guessed() -> None:
    assert uid_of(7) == uid_of(7) != uid_of(8)
    assert uid_of(7).endswith("@diandan") and len(uid_of(7)) == 40
