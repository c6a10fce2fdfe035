"""A category or a skill requires more: who was asked or accepted hears."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.context import Context
from app.dispatch.models import Match
from app.help_requests.models import HelpRequest
from app.people.models import Person
from app.usecases.community.manage_categories import change_category, form_of
from app.usecases.community.manage_skills import save_skill
from app.usecases.dispatch.answer_match import accept_match
from app.usecases.dispatch.choose_volunteers import assign_volunteer
from tests.factories import (
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
from tests.usecases.teams import alarms

pytestmark = pytest.mark.usefixtures("locks_in_order")
SOON = NOW + MINUTE
Change = Callable[[Session, Community], None]


@pytest.fixture
def place(session: Session) -> Community:
    """Medicine needs no skill; a visit needs first aid, without a certificate."""
    made = community(session)
    for kind in (made.visit, made.medicine):
        kind.mode, kind.verify_first = "auto", False
    made.first_aid.needs_certificate = False
    session.commit()
    return made


@pytest.fixture
def chief(session: Session, place: Community) -> Person:
    return coordinator(session, place.subdistrict)


def _administrator(session: Session, place: Community) -> Actor:
    return actor_for(administrator(session, place.district), "administrator", place.district)


def skill_added(session: Session, place: Community) -> None:
    """First aid is needed for medicine from now on."""
    form = form_of(session, place.medicine)
    values = {name: getattr(form, name) for name in form.__dataclass_fields__}
    change_category(
        Context(session, _administrator(session, place), SOON),
        category_id=place.medicine.id,
        form=type(form)(**values | {"skill_ids": (place.first_aid.id,)}),
        version=place.medicine.version,
    )
    session.commit()


def certificate_added(session: Session, place: Community) -> None:
    """First aid needs a certificate from now on."""
    context = Context(session, _administrator(session, place), SOON)
    save_skill(context, code="first_aid", name_zh="急救", needs_certificate=True)
    session.commit()


def _asked(session: Session, place: Community, change: Change) -> tuple[HelpRequest, Match, Person]:
    who = volunteer(session, place, north_m=150, skills=[place.first_aid])
    if change is skill_added:
        who = volunteer(session, place, north_m=100, skills=[])
    one = request(session, place, of=place.medicine if change is skill_added else place.visit)
    wave(session, one)
    match = match_of(session, one, who)
    assert match.state == "sent"
    return one, match, who


@pytest.mark.parametrize("change", [skill_added, certificate_added])
def test_whoever_accepted_keeps_the_task_and_coordinators_hear(
    session: Session, place: Community, chief: Person, change: Change
) -> None:
    one, match, who = _asked(session, place, change)
    accept_match(Context(session, me(who, place), NOW), match_id=match.id)
    session.commit()
    change(session, place)
    session.refresh(one)
    assert one.attention == "no_longer_fits"
    assert "no_longer_fits" in alarms(session, chief)
    assert match_of(session, one, who).state == "accepted"


@pytest.mark.parametrize("change", [skill_added, certificate_added])
def test_an_open_ask_that_does_not_fit_ends_with_a_word(
    session: Session, place: Community, change: Change
) -> None:
    one, _, who = _asked(session, place, change)
    change(session, place)
    ended = match_of(session, one, who)
    assert (ended.state, ended.end_reason) == ("expired", "changed")
    assert told(session, person=who)[-1] == "match_not_needed"


def test_who_has_what_is_needed_hears_nothing(
    session: Session, place: Community, chief: Person
) -> None:
    able = volunteer(session, place, north_m=150, skills=[place.first_aid])
    one = request(session, place, of=place.medicine)
    boss = actor_for(chief, "coordinator", place.subdistrict)
    assign_volunteer(Context(session, boss, NOW), request_id=one.id, person_id=able.id, agreed=True)
    session.commit()
    before = told(session, person=able)
    skill_added(session, place)
    session.refresh(one)
    assert one.attention is None
    assert told(session, person=able) == before
    assert alarms(session, chief) == []
