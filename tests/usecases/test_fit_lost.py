"""A skill or an offer that ends between the ask, the yes and the task; and who is told."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.areas.datum import Datum
from app.catalogue.models import CategorySkill
from app.core.actor import Actor
from app.core.context import Context
from app.core.errors import NotAllowed, Refused, Taken
from app.dispatch.models import Match
from app.help_requests.models import HelpRequest
from app.offers.models import Offer
from app.people.models import Person, PersonSkill, Role
from app.usecases.community.manage_skills import save_skill
from app.usecases.dispatch.answer_match import accept_match
from app.usecases.dispatch.choose_volunteers import assign_volunteer
from app.usecases.dispatch.dispatch_wave import send_wave
from app.usecases.requests.set_pin import set_pin
from app.usecases.volunteers.change_offer import change_offer, pause_offer
from app.usecases.volunteers.change_roles import give_role, take_role
from app.usecases.volunteers.decide_account import (
    resume_volunteer,
    suspend_volunteer,
    verify_skill,
)
from app.usecases.volunteers.offer_terms import OfferTerms
from tests.databases import Database
from tests.factories import (
    ALL_WEEK,
    HOME,
    NOW,
    Community,
    actor_for,
    administrator,
    community,
    coordinator,
    request,
    volunteer,
)
from tests.usecases.asking import MINUTE, match_of, me, told, wave
from tests.usecases.live import live
from tests.usecases.teams import alarms
from tests.usecases.test_races import at_one_moment
from tests.usecases.texting import text_in

pytestmark = pytest.mark.usefixtures("locks_in_order")
SOON = NOW + MINUTE


@pytest.fixture
def place(session: Session) -> Community:
    """A visit needs first aid, with a certificate."""
    made = community(session)
    made.visit.mode, made.visit.verify_first = "auto", False
    made.first_aid.needs_certificate = True
    session.commit()
    return made


@pytest.fixture
def chief(session: Session, place: Community) -> Person:
    return coordinator(session, place.subdistrict)


@pytest.fixture
def boss(chief: Person, place: Community) -> Actor:
    return actor_for(chief, "coordinator", place.subdistrict)


@pytest.fixture
def who(session: Session, place: Community, boss: Actor) -> Person:
    made = volunteer(session, place, north_m=150)
    context = Context(session, boss, NOW)
    verify_skill(context, person_id=made.id, skill_id=place.first_aid.id)
    session.commit()
    return made


@pytest.fixture
def one(session: Session, place: Community, who: Person) -> HelpRequest:
    made = request(session, place, of=place.visit)
    wave(session, made)
    assert match_of(session, made, who).state == "sent"
    return made


def offer(
    session: Session, place: Community, who: Person, at: datetime = SOON, **values: Any
) -> None:
    """The volunteer changes what they offer, on their own page."""
    terms = {
        "lat": HOME[0] + 150 / 111_195,
        "lon": HOME[1],
        "category_ids": (place.medicine.id, place.visit.id),
        "hours": ALL_WEEK,
        "radius_m": 2000,
        "skill_ids": (place.first_aid.id,),
        **values,
    }
    version = session.scalars(select(Offer.version).where(Offer.person_id == who.id)).one()
    change_offer(
        Context(session, me(who, place), at),
        person_id=who.id,
        terms=OfferTerms(**terms),
        version=version,
    )
    session.commit()


def accept(session: Session, place: Community, who: Person, one: HelpRequest) -> Match:
    match = match_of(session, one, who)
    accept_match(Context(session, me(who, place), SOON), match_id=match.id)
    session.commit()
    return match


def loses_skill(session: Session, place: Community, who: Person) -> None:
    offer(session, place, who, skill_ids=())


def drops_kind(session: Session, place: Community, who: Person) -> None:
    offer(session, place, who, category_ids=(place.medicine.id,))


@pytest.mark.parametrize("change", [loses_skill, drops_kind])
def test_an_ask_that_no_longer_fits_ends_with_a_word_and_is_no_answer(
    session: Session,
    place: Community,
    who: Person,
    one: HelpRequest,
    change: Callable[[Session, Community, Person], None],
) -> None:
    change(session, place, who)
    ended = match_of(session, one, who)
    assert (ended.state, ended.end_reason) == ("expired", "changed")
    assert told(session, person=who)[-1] == "match_not_needed"
    with pytest.raises(Refused):
        accept(session, place, who, one)
    session.rollback()
    assert text_in(session, who.phone, f"1 {ended.reply_number}").outcome == "over"


def test_whoever_has_it_again_is_asked_again(
    session: Session, place: Community, who: Person, one: HelpRequest, boss: Actor
) -> None:
    loses_skill(session, place, who)
    offer(session, place, who)
    # The certificate went with the skill and must be seen again.
    live(session, SOON, SOON + MINUTE)
    assert match_of(session, one, who).state == "expired"
    context = Context(session, boss, SOON + MINUTE)
    verify_skill(context, person_id=who.id, skill_id=place.first_aid.id)
    session.execute(update(HelpRequest).values(next_action_at=SOON + 2 * MINUTE))
    session.commit()
    live(session, SOON + 2 * MINUTE, SOON + 3 * MINUTE)
    assert match_of(session, one, who).state == "sent"


def certificate_taken(session: Session, place: Community, who: Person) -> None:
    """Behind the back of the use cases: an import, or an administrator in the database."""
    session.execute(
        update(PersonSkill).where(PersonSkill.person_id == who.id).values(verified_at=None)
    )
    session.commit()


def skill_taken(session: Session, place: Community, who: Person) -> None:
    session.execute(delete(PersonSkill).where(PersonSkill.person_id == who.id))
    session.commit()


def certificate_needed(session: Session, place: Community, who: Person) -> None:
    """An administrator asks for a certificate from now on."""
    certificate_taken(session, place, who)
    chief = actor_for(administrator(session, place.district), "administrator", place.district)
    context = Context(session, chief, SOON)
    save_skill(context, code="first_aid", name_zh="急救", needs_certificate=True)
    session.commit()


@pytest.mark.parametrize("change", [certificate_taken, skill_taken, certificate_needed])
def test_a_yes_without_what_is_needed_is_refused_though_the_ask_is_open(
    session: Session,
    place: Community,
    who: Person,
    one: HelpRequest,
    change: Callable[[Session, Community, Person], None],
) -> None:
    change(session, place, who)
    assert match_of(session, one, who).state == "sent"
    with pytest.raises(Refused, match="不合"):
        accept(session, place, who, one)
    session.rollback()
    number = match_of(session, one, who).reply_number
    assert text_in(session, who.phone, f"1 {number}").outcome == "over"
    session.refresh(one)
    assert one.places_taken == 0


def test_whom_a_coordinator_asked_by_name_may_say_yes_all_the_same(
    session: Session, place: Community, boss: Actor
) -> None:
    plain = volunteer(session, place, skills=[])
    one = request(session, place, of=place.visit)
    send_wave(Context(session, boss, NOW), request_id=one.id, person_ids=[plain.id])
    session.commit()
    offer(session, place, plain, category_ids=(place.medicine.id,), skill_ids=())
    assert accept(session, place, plain, one).state == "accepted"


def test_a_skill_that_goes_after_the_yes_is_before_a_coordinator(
    session: Session, place: Community, who: Person, one: HelpRequest, chief: Person
) -> None:
    accept(session, place, who, one)
    loses_skill(session, place, who)
    session.refresh(one)
    assert (one.state, one.attention) == ("assigned", "no_longer_fits")
    assert alarms(session, chief)[-1] == "no_longer_fits"
    # The place is theirs until a coordinator or they themselves say otherwise.
    assert match_of(session, one, who).state == "accepted"


def test_what_one_of_a_team_brought_and_loses_is_before_a_coordinator(
    session: Session, place: Community, who: Person, chief: Person
) -> None:
    """Not while another place may bring it, and not for what another still brings."""
    session.execute(update(CategorySkill).values(one_is_enough=True))
    plain = volunteer(session, place, skills=[])
    one = request(session, place, of=place.visit, volunteers_needed=2)
    wave(session, one)
    accept(session, place, who, one)
    loses_skill(session, place, who)
    session.refresh(one)
    assert (one.attention, one.places_taken) == (None, 1)
    offer(session, place, who)
    session.execute(
        update(PersonSkill).where(PersonSkill.person_id == who.id).values(verified_at=NOW)
    )
    session.commit()
    accept(session, place, plain, one)
    before = len(alarms(session, chief))
    loses_skill(session, place, who)
    session.refresh(one)
    assert (one.state, one.attention) == ("assigned", "no_longer_fits")
    assert alarms(session, chief)[before:] == ["no_longer_fits"]


def test_another_radius_or_other_hours_take_nothing_back(
    session: Session, place: Community, who: Person, one: HelpRequest, chief: Person
) -> None:
    accept(session, place, who, one)
    two = request(session, place)
    wave(session, two)
    asked = match_of(session, two, who)
    before = (asked.id and asked.state, len(alarms(session, chief)))
    offer(session, place, who, radius_m=200, hours=[{"day": 5, "from": "09:00", "to": "10:00"}])
    session.refresh(one)
    asked = match_of(session, two, who)
    assert (asked.id and asked.state, len(alarms(session, chief))) == before
    assert (one.attention, match_of(session, one, who).state) == (None, "accepted")


def test_a_break_that_begins_while_asked_hinders_no_yes(
    session: Session, place: Community, who: Person, one: HelpRequest
) -> None:
    until = NOW + 60 * 24 * MINUTE
    pause_offer(Context(session, me(who, place), SOON), person_id=who.id, until=until)
    session.commit()
    assert accept(session, place, who, one).state == "accepted"


def test_whoever_is_suspended_has_no_yes(
    session: Session, place: Community, who: Person, one: HelpRequest, boss: Actor
) -> None:
    context = Context(session, boss, SOON)
    suspend_volunteer(context, person_id=who.id, version=who.version, reason="停用")
    session.commit()
    with pytest.raises(NotAllowed):
        accept(session, place, who, one)


def test_whose_role_ends_is_asked_nothing_and_holds_nothing_until_it_is_given_again(
    session: Session, place: Community, who: Person, one: HelpRequest, chief: Person
) -> None:
    admin = actor_for(administrator(session, place.district), "administrator", place.district)
    task = request(session, place)
    wave(session, task)
    accept_match(Context(session, me(who, place), NOW), match_id=match_of(session, task, who).id)
    session.commit()
    role = session.scalars(select(Role).where(Role.person_id == who.id)).one()
    take_role(Context(session, admin, SOON), role_id=role.id)
    session.commit()
    for each in (one, task):
        ended = match_of(session, each, who)
        assert (ended.state, ended.end_reason) == ("withdrawn", "suspended")
    session.refresh(task)
    assert (task.state, task.places_taken) == ("matching", 0)
    assert "cannot_come" in alarms(session, chief)
    live(session, SOON, SOON + 5 * MINUTE)
    later = request(session, place, next_action_at=SOON + 6 * MINUTE)
    live(session, SOON + 6 * MINUTE, SOON + 6 * MINUTE)
    assert match_of(session, later, who).id is None
    at = SOON + 10 * MINUTE
    give_role(
        Context(session, admin, at), person_id=who.id, role="volunteer", area_id=place.here.id
    )
    session.commit()
    live(session, at, at + MINUTE)
    assert match_of(session, later, who).state == "sent"


def test_a_volunteer_who_is_resumed_without_a_role_is_asked_nothing(
    session: Session, place: Community, who: Person, boss: Actor
) -> None:
    admin = actor_for(administrator(session, place.district), "administrator", place.district)
    suspend_volunteer(
        Context(session, boss, NOW), person_id=who.id, version=who.version, reason="停用"
    )
    session.commit()
    role = session.scalars(select(Role).where(Role.person_id == who.id)).one()
    take_role(Context(session, admin, NOW), role_id=role.id)
    session.refresh(who)
    resume_volunteer(Context(session, admin, NOW), person_id=who.id, version=who.version)
    session.commit()
    later = request(session, place)
    live(session, NOW, NOW)
    assert match_of(session, later, who).id is None


def test_two_coordinators_give_the_last_place_to_two_people(
    database: Database, session: Session, place: Community, boss: Actor
) -> None:
    people = [volunteer(session, place, north_m=50 * n) for n in (1, 2)]
    other = actor_for(coordinator(session, place.here), "coordinator", place.here)
    one = request(session, place)

    def give(who: Person, actor: Actor) -> Callable[[Session], Any]:
        person_id, request_id = who.id, one.id
        return lambda own: assign_volunteer(
            Context(own, actor, SOON), request_id=request_id, person_id=person_id, agreed=True
        )

    verbs = [give(who, actor) for who, actor in zip(people, (boss, other), strict=True)]
    session.commit()
    assert sorted(at_one_moment(database, verbs)) == [Taken.__name__, "done"]
    session.expire_all()
    assert (one.state, one.places_taken) == ("assigned", 1)
    assert sorted(match_of(session, one, who).id is None for who in people) == [False, True]
    held = [who for who in people if match_of(session, one, who).state == "accepted"]
    assert told(session, person=held[0]) == ["match_accepted"]


def test_an_order_that_moves_to_another_area_while_asked(
    session: Session, place: Community, who: Person, one: HelpRequest, boss: Actor
) -> None:
    """Those near there are asked; whoever lives here need not go, which is no answer of theirs."""
    there = volunteer(session, place, skills=[], north_m=0.06 * 111_195 + 100)
    session.execute(delete(PersonSkill).where(PersonSkill.person_id == there.id))
    session.add(PersonSkill(person_id=there.id, skill_id=place.first_aid.id, verified_at=NOW))
    session.commit()
    context = Context(session, boss, SOON)
    lat = HOME[0] + 0.06
    set_pin(context, request_id=one.id, version=None, lat=lat, lon=HOME[1], datum=Datum.WGS84)
    session.commit()
    live(session, SOON, SOON + MINUTE)
    session.refresh(one)
    ended = match_of(session, one, who)
    assert one.area_id == place.other.id
    assert (ended.state, ended.end_reason) == ("expired", "changed")
    assert told(session, person=who)[-1] == "match_not_needed"
    assert match_of(session, one, there).state == "sent"
    assert accept(session, place, there, one).state == "accepted"
