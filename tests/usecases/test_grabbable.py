"""The list of open requests shows what its volunteer may take, by the rule of the taking."""

from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.catalogue.models import CategorySkill, Skill
from app.core.context import Context
from app.core.errors import Refused
from app.help_requests.models import HelpRequest
from app.people.models import BlockedPair, Person, PersonSkill
from app.usecases.dispatch.answer_match import accept_match, grab_request
from app.usecases.dispatch.see_tasks import requests_near
from app.usecases.requests.do_task import arrive_at_task, finish_task
from app.usecases.requests.rate_request import rate_request
from tests.factories import (
    NOW,
    Community,
    community,
    on_duty,
    phone_number,
    request,
    volunteer,
)
from tests.usecases.asking import MINUTE, match_of, me, wave
from tests.usecases.test_request_queries import counting

HOUR = timedelta(hours=1)
DAYTIME = [{"day": day, "from": "08:00", "to": "12:00"} for day in range(7)]


@pytest.fixture
def place(session: Session) -> Community:
    made = community(session)
    made.medicine.grab = True
    session.commit()
    return made


def listed(session: Session, who: Person) -> set[int]:
    return {one.request_id for one in requests_near(session, who.id, now=NOW)}


def takes(session: Session, place: Community, who: Person, one: HelpRequest) -> bool:
    """Whether the volunteer could take it now, knowing of other tasks at that time."""
    try:
        grab_request(Context(session, me(who, place), NOW), request_id=one.id, knowing=True)
    except Refused:
        return False
    finally:
        session.rollback()
    return True


def certify(session: Session, place: Community, *, needed: bool = True) -> None:
    """First aid needs a certificate, and buying medicine needs first aid."""
    place.first_aid.needs_certificate = True
    if needed:
        session.add(CategorySkill(category_id=place.medicine.id, skill_id=place.first_aid.id))
    session.commit()


def verify(session: Session, who: Person) -> None:
    """Somebody has seen the certificates."""
    session.execute(
        update(PersonSkill).where(PersonSkill.person_id == who.id).values(verified_at=NOW)
    )
    session.commit()


def test_a_skill_and_its_certificate_are_looked_at_before(
    session: Session, place: Community
) -> None:
    certify(session, place)
    one = request(session, place)
    able, unable = volunteer(session, place), volunteer(session, place, skills=[])
    unseen = volunteer(session, place)
    verify(session, able)
    assert [listed(session, who) for who in (able, unable, unseen)] == [{one.id}, set(), set()]


def test_the_residents_language_and_wishes_are_looked_at_before(
    session: Session, place: Community
) -> None:
    hakka = request(session, place, spoken_language="hak")
    woman = request(session, place, wishes=["woman"])
    speaker = volunteer(session, place, offer={"languages": ["zh_Hans", "hak"]})
    she = volunteer(session, place, offer={"woman": True})
    assert (listed(session, speaker), listed(session, she)) == ({hakka.id}, {woman.id})


def test_a_place_that_is_kept_for_a_skill_is_not_shown_to_others(
    session: Session, place: Community
) -> None:
    shared = {"category_id": place.medicine.id, "skill_id": place.first_aid.id}
    session.add(CategorySkill(**shared, one_is_enough=True))
    first = volunteer(session, place, skills=[])
    one = request(session, place, volunteers_needed=2)
    wave(session, one)
    accept_match(Context(session, me(first, place), NOW), match_id=match_of(session, one, first).id)
    session.commit()
    able, other = (volunteer(session, place, skills=skills) for skills in ([place.first_aid], []))
    assert (listed(session, able), listed(session, other)) == ({one.id}, set())


def test_who_took_many_reads_until_when_others_come_first(
    session: Session, place: Community
) -> None:
    who, rested = volunteer(session, place), volunteer(session, place, offer={"languages": ["en"]})
    for n in range(1, 4):
        at = NOW - timedelta(days=8 + n)
        one = request(session, place, wanted_from=at, wanted_to=at + HOUR, submitted_at=at)
        match = grab_request(Context(session, me(who, place), at), request_id=one.id)
        for verb in (arrive_at_task, finish_task):
            verb(Context(session, me(who, place), at + MINUTE), match_id=match.id)
        session.commit()
    request(session, place, submitted_at=NOW)
    minutes = timedelta(minutes=place.medicine.accept_minutes)
    (mine,), (theirs,) = (requests_near(session, one.id, now=NOW) for one in (who, rested))
    assert (mine.others_first_until, theirs.others_first_until) == (NOW + minutes, None)
    (later,) = requests_near(session, who.id, now=NOW + minutes)
    assert later.others_first_until is None


@pytest.mark.parametrize("seed", range(6))
def test_the_list_is_what_can_be_taken(session: Session, place: Community, seed: int) -> None:
    dice, phones = Random(seed), [phone_number() for _ in range(3)]
    certify(session, place, needed=False)
    one_is_enough = dice.random() < 0.7
    session.add(
        CategorySkill(
            category_id=place.medicine.id,
            skill_id=place.first_aid.id,
            one_is_enough=one_is_enough,
        )
    )
    people = [_somebody(session, place, dice) for _ in range(5)]
    for who in people:
        if dice.random() < 0.4:
            start = NOW + dice.choice((-2, 3, 8)) * HOUR
            on_duty(
                session, who, dice.choice((place.here, place.subdistrict)), start=start, hours=5
            )
    _served_badly(session, place, people[0], phones[0])
    session.add(
        BlockedPair(
            person_id=people[1].id,
            phone_lookup=request(session, place, phone=phones[1], state="closed").phone_lookup,
            made_at=NOW,
        )
    )
    orders = [_some_order(session, place, dice, phones) for _ in range(9)]
    _one_yes(session, place, people[2], orders)
    for who in people:
        # Only what nobody was asked about is compared: an ask has an answer of its own.
        free = [one for one in orders if match_of(session, one, who).id is None]
        able = {one.id for one in free if takes(session, place, who, one)}
        assert listed(session, who) == able


def _somebody(session: Session, place: Community, dice: Random) -> Person:
    who = volunteer(
        session,
        place,
        north_m=dice.randrange(100, 2200),
        skills=[place.first_aid] if dice.random() < 0.75 else [],
        offer={
            "languages": ["zh_Hans", *dice.sample(["yue", "hak", "en"], dice.randrange(3))],
            "wishes": dice.choice(([], [], [], ["no_dogs"], ["companion"])),
            "woman": dice.random() < 0.5,
            "weekly_limit": dice.choice((1, 7, 7, 7)),
            "max_load": dice.choice((1, 2)),
            "paused_until": dice.choice((*[None] * 5, NOW + 5 * HOUR)),
            **({"hours": DAYTIME} if dice.random() < 0.3 else {}),
        },
    )
    if dice.random() < 0.8:
        verify(session, who)
    return who


def _some_order(session: Session, place: Community, dice: Random, phones: list[str]) -> HelpRequest:
    start = NOW + dice.choice((-6, 0, 0, 1, 2, 7, 26)) * HOUR
    return request(
        session,
        place,
        phone=dice.choice([*phones, phone_number()]),
        urgency=dice.choice(("urgent", "ordinary", "ordinary")),
        wanted_from=start,
        wanted_to=start + 4 * HOUR,
        # Whoever took fewer lately is not looked at any more.
        submitted_at=NOW - 3 * HOUR,
        spoken_language=dice.choice((None, None, None, "yue", "hak")),
        wishes=dice.choice(([], [], [], ["woman"], ["no_dogs"], ["companion"])),
        volunteers_needed=dice.choice((1, 2, 3)),
        area_path=dice.choice((place.here, place.subdistrict)).path,
    )


def _served_badly(session: Session, place: Community, who: Person, phone: str) -> None:
    at = NOW - timedelta(days=9)
    one = request(session, place, phone=phone, wanted_from=at, wanted_to=at + HOUR, submitted_at=at)
    wave(session, one, now=at)
    match = match_of(session, one, who)
    if match.id is None:
        return
    for verb in (accept_match, arrive_at_task, finish_task):
        verb(Context(session, me(who, place), at + MINUTE), match_id=match.id)
    rate_request(Context(session, me(who, place), at + HOUR), code=one.code, stars=1, comment=None)
    session.commit()


def _one_yes(session: Session, place: Community, who: Person, orders: list[HelpRequest]) -> None:
    """Takes what can be taken first, so that somebody has a task and a team has begun."""
    for one in orders:
        try:
            grab_request(Context(session, me(who, place), NOW), request_id=one.id)
        except Refused:
            session.rollback()
            continue
        session.commit()
        return


def test_a_longer_list_costs_no_more_queries(session: Session, place: Community) -> None:
    who = volunteer(session, place)
    shared = {"category_id": place.medicine.id, "skill_id": place.first_aid.id}
    session.add(CategorySkill(**shared, one_is_enough=True))
    session.add(Skill(code="sewing", name_zh="缝补"))

    def order() -> None:
        one = request(session, place, volunteers_needed=3)
        other = volunteer(session, place, skills=[place.first_aid])
        grab_request(Context(session, me(other, place), NOW), request_id=one.id)
        session.commit()

    order()
    session.expire_all()
    person_id = who.id
    with counting(session) as for_one:
        assert len(requests_near(session, person_id, now=NOW)) == 1
    session.rollback()
    for _ in range(6):
        order()
    session.expire_all()
    with counting(session) as for_many:
        assert len(requests_near(session, person_id, now=NOW)) == 7
    assert len(for_many) == len(for_one) < 25
