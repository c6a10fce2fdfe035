"""Who is found near a help request: in exact order, by every condition, up to date."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from geopy.distance import geodesic
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from app.catalogue.models import Skill
from app.core.actor import Actor
from app.core.context import Context
from app.dispatch.models import Match
from app.help_requests.models import HelpRequest
from app.matching.ranking import Ranking
from app.offers.models import Offer, OfferCategory, OfferCell
from app.offers.rules import WeekBits, on_the_wall, period_touched
from app.people.models import Person
from app.usecases.dispatch.dispatch_wave import send_wave
from app.usecases.dispatch.nearest_volunteers import Spot, nearest_offering, nearest_ready
from app.usecases.dispatch.rank_volunteers import rank_for
from app.usecases.volunteers.block_pair import block_pair
from app.usecases.volunteers.change_offer import change_offer, pause_offer
from app.usecases.volunteers.decide_account import (
    resume_volunteer,
    suspend_volunteer,
    verify_skill,
)
from app.usecases.volunteers.spread_offer import spread_offers, stray_offers
from tests import factories
from tests.databases import Database
from tests.factories import ALL_WEEK, HOME, NOW, Community
from tests.usecases.asking import HOUSE, me
from tests.usecases.test_register_people import terms

SHENZHEN = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)
# People whose distances differ by less than this may be in either order.
SAME_M = 0.001
MORNING = [{"day": day, "from": "09:30", "to": "12:00"} for day in range(7)]
EVENING = [{"day": day, "from": "18:00", "to": "22:00"} for day in range(7)]


def now_bits() -> WeekBits:
    return period_touched(on_the_wall(NOW, NOW + timedelta.resolution, SHENZHEN))


def crowd(session: Session, place: Community, count: int, dice: Random) -> list[Offer]:
    """Adds many volunteers at once; rows are written as the use cases do."""
    people = [
        Person(
            name="林晓",
            phone=f"+86{number}",
            phone_lookup=f"{number:064x}",
            state="active",
            area_id=place.here.id,
            area_path=place.here.path,
            registered_at=NOW,
        )
        for number in range(count)
    ]
    session.add_all(people)
    session.flush()
    offers = [
        Offer(
            person_id=key,
            area_path=place.here.path,
            # Some stand at the very same point.
            lat=HOME[0] + round(dice.gauss(0, 0.006), 3 if key % 5 == 0 else 9),
            lon=HOME[1] + round(dice.gauss(0, 0.006), 3 if key % 5 == 0 else 9),
            radius_m=dice.choice((300, 1000, 5000)),
            hours=dice.choice((ALL_WEEK, MORNING, EVENING)),
            languages=["zh_Hans"],
            paused_until=dice.choice((None, None, NOW - HOUR, NOW + HOUR)),
            active=dice.random() < 0.9,
            updated_at=NOW,
        )
        for key in [person.id for person in people]
    ]
    session.add_all(offers)
    session.flush()
    covered = [offer for offer in offers if dice.random() < 0.7]
    rows = [{"offer_id": one.id, "category_id": place.medicine.id} for one in covered]
    session.execute(insert(OfferCategory), rows)
    spread_offers(session, [offer.person_id for offer in offers])
    session.commit()
    return covered


def check_order(
    found: list[int], wanted: list[Offer], here: tuple[float, float], reach_m: float
) -> None:
    """Checks for exactly the people whom geopy's geodesic finds, in its order."""
    metres = {one.person_id: geodesic(here, (one.lat, one.lon)).meters for one in wanted}
    expected = sorted(key for key, far in metres.items() if far <= reach_m)
    assert sorted(found) == expected
    far = [metres[key] for key in found]
    assert all(a <= b + SAME_M for a, b in pairwise(far))


def test_the_nearest_are_those_of_the_geodesic_in_its_order(session: Session) -> None:
    place = factories.community(session)
    dice = Random(4)
    covered = crowd(session, place, 250, dice)
    active = [one for one in covered if one.active]
    ready = [
        one
        for one in active
        if one.hours != EVENING and (one.paused_until is None or one.paused_until <= NOW)
    ]
    for _ in range(8):
        here = (HOME[0] + dice.gauss(0, 0.005), HOME[1] + dice.gauss(0, 0.005))
        reach = dice.choice((200.0, 1500.0, 4000.0))
        spot = Spot(place.medicine.id, *here, reach)
        everybody = [key for _, key in nearest_offering(session, spot, at_once=7)]
        check_order(everybody, active, here, reach)
        walk = nearest_ready(session, spot, week=now_bits(), at=NOW, at_once=7)
        near = [
            one
            for one in ready
            if geodesic(here, (one.lat, one.lon)).meters <= one.radius_m - SAME_M
        ]
        check_order([key for _, key in walk], near, here, reach)
    assert list(stray_offers(session)) == []


def ids(ranking: Ranking) -> list[int]:
    return [one.person_id for one in ranking.ranked]


def why(ranking: Ranking, who: Person) -> list[str]:
    return [
        reason.code for one in ranking.left_out if one.person_id == who.id for reason in one.reasons
    ]


def ranked(session: Session, one: HelpRequest, **values: Any) -> Ranking:
    return rank_for(session, request=one, now=NOW, **{"radius_m": 1500, **values})


def elsewhere(database: Database, request_id: int) -> Ranking:
    """The ranking in another process."""
    with database.new_session() as other:
        return ranked(other, other.get_one(HelpRequest, request_id))


Change = Callable[[Session, Community, Person, HelpRequest, Actor], None]


def _pause(session: Session, place: Community, who: Person, one: HelpRequest, boss: Actor) -> None:
    pause_offer(Context(session, me(who, place), NOW), person_id=who.id, until=NOW + HOUR)


def _suspend(
    session: Session, place: Community, who: Person, one: HelpRequest, boss: Actor
) -> None:
    suspend_volunteer(
        Context(session, boss, NOW), person_id=who.id, version=who.version, reason="不来"
    )


def _block(session: Session, place: Community, who: Person, one: HelpRequest, boss: Actor) -> None:
    block_pair(Context(session, boss, NOW), person_id=who.id, request_id=one.id, reason="吵过架")


def _other_terms(
    session: Session, place: Community, who: Person, one: HelpRequest, boss: Actor
) -> None:
    offer = session.scalars(select(Offer).where(Offer.person_id == who.id)).one()
    changed = terms(place, category_ids=(place.visit.id,))
    change_offer(
        Context(session, me(who, place), NOW),
        person_id=who.id,
        terms=changed,
        version=offer.version,
    )


def _away(session: Session, place: Community, who: Person, one: HelpRequest, boss: Actor) -> None:
    offer = session.scalars(select(Offer).where(Offer.person_id == who.id)).one()
    changed = replace(terms(place, category_ids=(place.medicine.id,)), lat=HOME[0] + 0.3)
    change_offer(
        Context(session, me(who, place), NOW),
        person_id=who.id,
        terms=changed,
        version=offer.version,
    )


def _ask(session: Session, place: Community, who: Person, one: HelpRequest, boss: Actor) -> None:
    send_wave(Context(session, HOUSE, NOW), request_id=one.id)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (_pause, ["paused"]),
        (_suspend, []),
        (_block, ["blocked"]),
        (_other_terms, []),
        (_away, []),
        (_ask, ["asked_already"]),
    ],
)
def test_the_ranking_is_as_fresh_as_the_last_commit(
    session: Session, database: Database, change: Change, reason: list[str]
) -> None:
    place = factories.community(session)
    boss = factories.actor_for(
        factories.coordinator(session, place.here), "coordinator", place.here
    )
    who = factories.volunteer(session, place)
    one = factories.request(session, place)
    request_id, who_id = one.id, who.id
    session.commit()
    assert ids(elsewhere(database, request_id)) == [who_id]
    change(session, place, who, one, boss)
    session.commit()
    after = elsewhere(database, request_id)
    assert ids(after) == []
    assert why(after, who) == reason
    assert list(stray_offers(session)) == []


def test_who_comes_back_is_found_again(session: Session) -> None:
    place = factories.community(session)
    boss = factories.actor_for(
        factories.coordinator(session, place.here), "coordinator", place.here
    )
    who = factories.volunteer(session, place)
    one = factories.request(session, place)
    _pause(session, place, who, one, boss)
    pause_offer(Context(session, me(who, place), NOW), person_id=who.id, until=None)
    assert ids(ranked(session, one)) == [who.id]
    _suspend(session, place, who, one, boss)
    session.refresh(who)
    resume_volunteer(Context(session, boss, NOW), person_id=who.id, version=who.version)
    assert ids(ranked(session, one)) == [who.id]


def test_a_certificate_counts_once_somebody_has_seen_it(session: Session) -> None:
    place = factories.community(session)
    boss = factories.actor_for(
        factories.coordinator(session, place.here), "coordinator", place.here
    )
    session.execute(update(Skill).values(needs_certificate=True))
    who = factories.volunteer(session, place)
    without = factories.volunteer(session, place, skills=[])
    one = factories.request(session, place, of=place.visit)
    before = ranked(session, one)
    assert (ids(before), why(before, who), why(before, without)) == (
        [],
        ["not_verified"],
        ["lacks_skill"],
    )
    verify_skill(Context(session, boss, NOW), person_id=who.id, skill_id=place.first_aid.id)
    after = ranked(session, one)
    assert ids(after) == [who.id]
    fit = next(part for part in after.ranked[0].parts if part.code == "fit")
    assert (fit.value, fit.numbers["verified"]) == (1.0, 1)


def test_hours_are_those_of_the_wish_on_the_wall_and_of_its_date(session: Session) -> None:
    place = factories.community(session)
    off = [*ALL_WEEK, {"date": "2026-03-04"}]
    only = [{"date": "2026-03-04", "from": "10:00", "to": "11:00"}]
    late = [{"day": 2, "from": "13:00", "to": "14:30"}]
    short = [{"day": 2, "from": "13:30", "to": "13:31"}]
    people = [
        factories.volunteer(session, place, offer={"hours": hours})
        for hours in (off, only, late, EVENING, short)
    ]
    # From 10:00 to 14:00 in Shenzhen, on that Wednesday.
    found = ranked(session, factories.request(session, place))
    assert sorted(ids(found)) == [people[1].id, people[2].id]
    for who in (people[0], people[3], people[4]):
        assert why(found, who) == ["out_of_hours"]


def test_who_is_on_duty_is_found_beyond_hours_and_reach_and_rests_afterwards(
    session: Session,
) -> None:
    place = factories.community(session)
    far = {"hours": EVENING, "radius_m": 200}
    who = factories.volunteer(session, place, north_m=1200, offer=far)
    one = factories.request(session, place)
    assert why(ranked(session, one), who) == ["too_far", "out_of_hours"]
    factories.on_duty(session, who, place.here, hours=6, start=NOW - HOUR)
    assert ids(ranked(session, one)) == [who.id]
    later = NOW + 6 * HOUR
    rested = rank_for(session, request=one, now=later, radius_m=1500, people=[who.id])
    assert "resting" in why(rested, who)
    tomorrow = rank_for(session, request=one, now=later + 12 * HOUR, radius_m=1500, people=[who.id])
    assert "resting" not in why(tomorrow, who)


def test_the_able_far_behind_many_who_cannot_are_found(session: Session) -> None:
    place = factories.community(session)
    covered = crowd(session, place, 120, Random(9))
    session.execute(
        update(Person)
        .where(Person.id.in_([o.person_id for o in covered]))
        .values(state="suspended")
    )
    session.commit()
    who = factories.volunteer(session, place, north_m=1900)
    one = factories.request(session, place)
    found = ranked(session, one, radius_m=2000)
    assert ids(found) == [who.id]
    assert all(one.reasons for one in found.left_out)


def test_whoever_is_fresh_is_asked_behind_many_who_are_fatigued(session: Session) -> None:
    place = factories.community(session)
    crowd(session, place, 90, Random(5))
    other = factories.request(session, place, state="closed")
    people = session.scalars(select(Offer.person_id)).all()
    session.execute(update(Offer).values(active=True, hours=ALL_WEEK, paused_until=None))
    spread_offers(session, list(people))
    asks = [
        {
            "token": f"{key}-{turn}",
            "request_id": other.id,
            "person_id": key,
            "round_no": turn,
            "state": "declined",
            "made_at": NOW - HOUR,
            "sent_at": NOW - HOUR,
        }
        for key in people
        for turn in range(5)
    ]
    session.execute(insert(Match), asks)
    who = factories.volunteer(session, place, north_m=1450)
    one = factories.request(session, place)
    send_wave(Context(session, HOUSE, NOW), request_id=one.id)
    asked = session.scalars(select(Match.person_id).where(Match.request_id == one.id)).all()
    assert asked == [who.id]


def test_rows_that_went_astray_are_told_and_put_right(session: Session) -> None:
    place = factories.community(session)
    first, second = factories.volunteer(session, place), factories.volunteer(session, place)
    session.execute(update(Offer).where(Offer.person_id == first.id).values(radius_m=321))
    session.execute(delete(OfferCell).where(OfferCell.person_id == second.id))
    session.commit()
    assert list(stray_offers(session)) == [first.id, second.id]
    spread_offers(session, [first.id, second.id])
    assert list(stray_offers(session)) == []
