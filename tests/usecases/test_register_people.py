"""Volunteers register, are approved, suspended and brought back; roles are granted and ended."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.actor import Actor, resident
from app.core.context import Context
from app.core.errors import Invalid, LimitReached, NotAllowed, NotFound, Refused, Stale
from app.dispatch.models import Match
from app.notifications.models import Notification
from app.offers.models import Offer, OfferCategory
from app.people.models import Person, PersonSkill, Role
from app.people.queries import by_phone, scopes_of
from app.trail.models import Event
from app.usecases.accounts.grant_roles import end_role, enrol_person, grant_role
from app.usecases.accounts.set_language import set_language
from app.usecases.dispatch.answer_match import accept_match
from app.usecases.volunteers.change_offer import change_offer, pause_offer
from app.usecases.volunteers.decide_account import (
    approve_volunteer,
    reject_volunteer,
    resume_volunteer,
    suspend_volunteer,
    verify_skill,
)
from app.usecases.volunteers.offer_terms import OfferTerms
from app.usecases.volunteers.register_people import NewVolunteer, register_volunteer
from tests.factories import (
    ALL_WEEK,
    HOME,
    NOW,
    Community,
    actor_for,
    administrator,
    community,
    coordinator,
    on_duty,
    phone_number,
    request,
    volunteer,
)


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


@pytest.fixture
def chief(session: Session, place: Community) -> Actor:
    return actor_for(coordinator(session, place.here), "coordinator", place.here)


@pytest.fixture
def admin(session: Session, place: Community) -> Actor:
    who = administrator(session, place.district)
    return actor_for(who, "administrator", place.district)


def terms(place: Community, **values: Any) -> OfferTerms:
    given: dict[str, Any] = {
        "lat": HOME[0],
        "lon": HOME[1],
        "category_ids": (place.medicine.id,),
        "hours": ALL_WEEK,
        **values,
    }
    return OfferTerms(**given)


def newcomer(place: Community, **values: Any) -> NewVolunteer:
    given: dict[str, Any] = {
        "name": "林晓",
        "phone": phone_number(),
        "area_id": place.here.id,
        "terms": terms(place),
        **values,
    }
    return NewVolunteer(**given)


def join(session: Session, one: NewVolunteer, **values: Any) -> int | None:
    made = register_volunteer(
        Context(session, resident("web"), NOW), volunteer=one, region="CN", **values
    )
    session.commit()
    return made


def person_of(session: Session, person_id: int | None) -> Person:
    assert person_id is not None
    return session.get_one(Person, person_id, populate_existing=True)


def offer_of(session: Session, person_id: int) -> Offer:
    return session.scalars(
        select(Offer).where(Offer.person_id == person_id).execution_options(populate_existing=True)
    ).one()


def test_newcomer_waits_and_is_asked_nothing(session: Session, place: Community) -> None:
    made = person_of(session, join(session, newcomer(place)))
    assert made.state == "pending" and scopes_of(session, made.id) == ()
    assert not offer_of(session, made.id).active
    assert session.scalar(select(func.count()).select_from(Notification)) == 0


def test_known_number_changes_nothing_and_is_not_told(session: Session, place: Community) -> None:
    known = volunteer(session, place)
    assert join(session, newcomer(place, phone=known.phone, name="别人")) is None
    session.refresh(known)
    assert known.name == "林晓" and known.state == "active"


def test_every_wrong_field_is_named_at_once(session: Session, place: Community) -> None:
    wrong = newcomer(
        place,
        name=" ",
        phone="12",
        area_id=0,
        language="xx",
        email="nobody",
        organisation_id=99,
        terms=terms(place, radius_m=5, category_ids=(), hours=[{"day": 9}], skill_ids=(99,)),
    )
    with pytest.raises(Invalid) as caught:
        join(session, wrong)
    assert set(caught.value.fields) == {
        *("name", "phone", "area", "language", "email", "organisation"),
        *("radius_m", "categories", "hours", "skills"),
    }


def test_public_form_is_limited_by_address(session: Session, place: Community) -> None:
    for _ in range(30):
        join(session, newcomer(place), address_range="203.0.113.0/24")
    with pytest.raises(LimitReached):
        join(session, newcomer(place), address_range="203.0.113.0/24")


def test_approved_newcomer_is_a_volunteer(session: Session, place: Community, chief: Actor) -> None:
    made = person_of(session, join(session, newcomer(place)))
    approve_volunteer(Context(session, chief, NOW), person_id=made.id, version=made.version)
    session.commit()
    assert made.state == "active"
    assert [scope.role for scope in scopes_of(session, made.id)] == ["volunteer"]
    assert offer_of(session, made.id).active
    assert session.scalars(select(Notification.template)).all() == ["volunteer_approved"]
    with pytest.raises(Stale):
        approve_volunteer(Context(session, chief, NOW), person_id=made.id, version=2)


def test_approving_is_for_the_coordinator_of_the_area(session: Session, place: Community) -> None:
    made = person_of(session, join(session, newcomer(place)))
    stranger = actor_for(coordinator(session, place.other), "coordinator", place.other)
    with pytest.raises(NotAllowed):
        approve_volunteer(Context(session, stranger, NOW), person_id=made.id, version=1)


def test_rejecting_needs_a_reason(session: Session, place: Community, chief: Actor) -> None:
    made = person_of(session, join(session, newcomer(place)))
    with pytest.raises(Invalid):
        reject_volunteer(Context(session, chief, NOW), person_id=made.id, version=1, reason=" ")
    reject_volunteer(Context(session, chief, NOW), person_id=made.id, version=1, reason="重复")
    assert (made.state, made.state_reason) == ("rejected", "重复")


def test_suspended_volunteer_lets_go_of_everything(
    session: Session, place: Community, chief: Actor
) -> None:
    helper = volunteer(session, place)
    shift = on_duty(session, helper, place.here)
    about = request(session, place, state="matching")
    match = Match(
        token="t", request_id=about.id, person_id=helper.id, state="sent", made_at=NOW, sent_at=NOW
    )
    session.add(match)
    session.commit()
    mine = actor_for(helper, "volunteer", place.here)
    accept_match(Context(session, mine, NOW), match_id=match.id)
    session.commit()
    suspend_volunteer(
        Context(session, chief, NOW), person_id=helper.id, version=helper.version, reason="投诉"
    )
    session.commit()
    session.refresh(about)
    session.refresh(match)
    session.refresh(shift)
    assert (about.state, about.places_taken) == ("matching", 0)
    assert (match.state, match.end_reason, match.place_no) == ("withdrawn", "suspended", None)
    assert shift.state == "cancelled" and not offer_of(session, helper.id).active
    assert "account.suspended" in session.scalars(select(Event.kind)).all()
    resume_volunteer(Context(session, chief, NOW), person_id=helper.id, version=helper.version)
    assert helper.state == "active" and offer_of(session, helper.id).active


def test_two_coordinators_on_one_volunteer(
    session: Session, place: Community, chief: Actor
) -> None:
    helper = volunteer(session, place)
    seen = helper.version
    suspend_volunteer(Context(session, chief, NOW), person_id=helper.id, version=seen, reason="一")
    with pytest.raises(Stale):
        suspend_volunteer(
            Context(session, chief, NOW), person_id=helper.id, version=seen, reason="二"
        )


def test_coordinator_cannot_suspend_one_with_more_rights(
    session: Session, place: Community, chief: Actor
) -> None:
    boss = administrator(session, place.here)
    with pytest.raises(NotAllowed):
        suspend_volunteer(Context(session, chief, NOW), person_id=boss.id, version=1, reason="不")


def test_offer_is_changed_by_its_owner_once_for_each_page(
    session: Session, place: Community
) -> None:
    helper = volunteer(session, place)
    mine = actor_for(helper, "volunteer", place.here)
    kept = session.get_one(PersonSkill, (helper.id, place.first_aid.id))
    kept.verified_at = NOW
    session.commit()
    new = terms(
        place, radius_m=900, category_ids=(place.visit.id,), skill_ids=(place.first_aid.id,)
    )
    change = {"person_id": helper.id, "terms": new, "version": 1}
    change_offer(Context(session, mine, NOW), **change)  # type: ignore[arg-type]
    session.commit()
    offer = offer_of(session, helper.id)
    assert offer.radius_m == 900
    assert session.scalars(
        select(OfferCategory.category_id).where(OfferCategory.offer_id == offer.id)
    ).all() == [place.visit.id]
    session.refresh(kept)
    assert kept.verified_at == NOW
    with pytest.raises(Stale):
        change_offer(Context(session, mine, NOW), **change)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        stranger = actor_for(volunteer(session, place), "volunteer", place.here)
        change_offer(Context(session, stranger, NOW), **change)  # type: ignore[arg-type]


def test_pause_ends_and_lies_ahead(session: Session, place: Community) -> None:
    helper = volunteer(session, place)
    mine = actor_for(helper, "volunteer", place.here)
    until = NOW + timedelta(days=3)
    pause_offer(Context(session, mine, NOW), person_id=helper.id, until=until)
    assert offer_of(session, helper.id).paused_until == until
    with pytest.raises(Invalid):
        pause_offer(Context(session, mine, NOW), person_id=helper.id, until=NOW)
    pause_offer(Context(session, mine, NOW), person_id=helper.id, until=None)
    assert offer_of(session, helper.id).paused_until is None


def test_language_is_everybodys_own(session: Session, place: Community, chief: Actor) -> None:
    helper = volunteer(session, place)
    mine = actor_for(helper, "volunteer", place.here)
    set_language(Context(session, mine, NOW), person_id=helper.id, language="en")
    assert helper.language == "en"
    with pytest.raises(NotAllowed):
        set_language(Context(session, chief, NOW), person_id=helper.id, language="en")


def test_certificate_is_seen_by_a_coordinator(
    session: Session, place: Community, chief: Actor
) -> None:
    helper = volunteer(session, place)
    skill = place.first_aid.id
    verify_skill(Context(session, chief, NOW), person_id=helper.id, skill_id=skill)
    held = session.get_one(PersonSkill, (helper.id, skill), populate_existing=True)
    assert (held.verified_at, held.verified_by) == (NOW, chief.person_id)
    with pytest.raises(NotFound):
        verify_skill(Context(session, chief, NOW), person_id=helper.id, skill_id=99)


def test_enrolled_coordinator_has_a_role_for_the_area(
    session: Session, place: Community, admin: Actor
) -> None:
    phone = phone_number()
    for _ in range(2):
        enrol_person(
            Context(session, admin, NOW),
            name="周敏",
            phone=phone,
            role="coordinator",
            area_id=place.here.id,
            region="CN",
        )
        session.commit()
    person = by_phone(session, phone)
    assert person is not None and person.state == "active"
    roles = session.scalars(select(Role).where(Role.person_id == person.id)).all()
    assert [(role.role, role.area_path) for role in roles] == [("coordinator", place.here.path)]


def test_role_with_rights_is_an_administrators_to_give(
    session: Session, place: Community, chief: Actor
) -> None:
    helper = volunteer(session, place)
    with pytest.raises(NotAllowed):
        grant_role(
            Context(session, chief, NOW),
            person_id=helper.id,
            role="administrator",
            area_id=place.here.id,
        )


def test_ended_role_is_kept_and_holds_no_more(
    session: Session, place: Community, admin: Actor
) -> None:
    helper = coordinator(session, place.here)
    role = session.scalars(select(Role).where(Role.person_id == helper.id)).one()
    end_role(Context(session, admin, NOW), role_id=role.id)
    session.commit()
    assert scopes_of(session, helper.id) == () and role.ended_at == NOW
    with pytest.raises(Stale):
        end_role(Context(session, admin, NOW), role_id=role.id)


def test_nobody_ends_their_own_administration(
    session: Session, place: Community, admin: Actor
) -> None:
    role = session.scalars(select(Role).where(Role.person_id == admin.person_id)).one()
    with pytest.raises(Refused):
        end_role(Context(session, admin, NOW), role_id=role.id)


def test_membership_and_number_are_never_in_the_trail(session: Session, place: Community) -> None:
    one = newcomer(place, party_member="是")
    join(session, one)
    for event in session.scalars(select(Event)):
        shown = f"{event.details} {event.subject_id}"
        assert one.phone not in shown and "party" not in shown and one.name not in shown
