"""The volunteer asked longest ago is found in the whole reach, and asked in turn."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest
from geopy.distance import geodesic
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.context import Context
from app.dispatch.models import Match
from app.help_requests.models import HelpRequest
from app.matching.cells import cell_of, patch_of, patches_around
from app.offers.models import Offer, OfferCell
from app.people.models import Person
from app.usecases.dispatch.answer_match import grab_request
from app.usecases.dispatch.decide_asks import decide_asks
from app.usecases.dispatch.gather_batch import gather_batch
from app.usecases.dispatch.idle_volunteers import IDLE_SOUGHT, longest_idle, note_busy
from app.usecases.dispatch.rank_volunteers import setting_for
from app.usecases.volunteers.spread_offer import spread_offers, stray_offers
from tests.factories import ALL_WEEK, HOME, NOW, Community, community, request, volunteer
from tests.usecases.asking import MINUTE, me, wave
from tests.usecases.test_rank_volunteers import crowd

DAY = timedelta(days=1)


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


def many(session: Session, place: Community, count: int, seed: int = 3) -> list[Offer]:
    """Volunteers around, all ready; each was last asked at another time."""
    dice = Random(seed)
    offers = crowd(session, place, count, dice)
    session.execute(
        update(Offer).values(hours=ALL_WEEK, paused_until=None, active=True, radius_m=5000)
    )
    people = [one.person_id for one in offers]
    about = request(session, place, state="closed")
    for key in people:
        at = NOW - dice.random() * 20 * DAY
        session.add(
            Match(
                token=f"idle-{key}",
                request_id=about.id,
                person_id=key,
                state="expired",
                end_reason="taken",
                made_at=at,
                sent_at=at,
                ended_at=at,
            )
        )
    session.flush()
    spread_offers(session, people)
    session.commit()
    return offers


def idle(session: Session, one: HelpRequest, radius_m: int = 1500) -> list[int]:
    need = setting_for(session, one, radius_m=radius_m, now=NOW).need
    return longest_idle(session, one, need, now=NOW)


def test_the_longest_idle_in_reach_are_those_of_a_full_scan(
    session: Session, place: Community
) -> None:
    offers = many(session, place, 300)
    asked = dict(session.execute(select(Match.person_id, Match.made_at)).all())
    dice = Random(8)
    for _ in range(6):
        here = (HOME[0] + dice.gauss(0, 0.005), HOME[1] + dice.gauss(0, 0.005))
        reach = dice.choice((400, 1500, 3000))
        one = request(session, place, lat=here[0], lon=here[1])
        near = [
            offer.person_id
            for offer in offers
            if geodesic(here, (offer.lat, offer.lon)).meters <= reach
        ]
        expected = sorted(near, key=lambda key: (int(asked[key].timestamp()), key))
        assert idle(session, one, reach) == expected[:IDLE_SOUGHT]


def test_patches_hold_every_cell_of_a_circle() -> None:
    dice = Random(2)
    for _ in range(200):
        lat, lon = dice.uniform(-80, 80), dice.uniform(-179, 179)
        radius = dice.choice((50.0, 900.0, 4000.0))
        patches = set(patches_around(lat, lon, radius))
        for north, east in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            edge = geodesic(meters=radius * dice.random()).destination(
                (lat, lon), 0 if north == 1 else 180 if north else 90 * east
            )
            assert patch_of(*cell_of(edge.latitude, edge.longitude)) in patches


def test_an_ask_and_a_grabbed_task_end_idle_time(session: Session, place: Community) -> None:
    place.medicine.grab = True
    asked, grabber, other = (volunteer(session, place, north_m=100 * n) for n in (1, 2, 3))
    for who in (asked, grabber, other):
        note_busy(session, [who.id], now=NOW - 9 * DAY)
    one = request(session, place)
    grab_request(Context(session, me(grabber, place), NOW), request_id=one.id)
    second = request(session, place, volunteers_needed=1)
    wave(session, second, now=NOW - MINUTE)
    session.commit()
    busy = dict(session.execute(select(OfferCell.person_id, OfferCell.busy_at)).all())
    assert busy[grabber.id] == int(NOW.timestamp())
    assert busy[asked.id] == int((NOW - MINUTE).timestamp())
    assert list(stray_offers(session)) == []


def test_who_lives_farther_and_was_never_asked_is_asked_by_the_idle_share(
    session: Session, place: Community
) -> None:
    many(session, place, 200)
    newcomer = volunteer(session, place, north_m=1400)
    turns = []
    for _ in range(10):
        one = request(session, place)
        decision = decide_asks(session, one, place.medicine, began_at=NOW, now=NOW)
        turns.append(newcomer.id in decision.step.ask)
    # One ask in five, three asks a request.
    assert 4 <= sum(turns) <= 8


def test_the_batch_gives_the_longest_idle_their_share(session: Session, place: Community) -> None:
    many(session, place, 120)
    newcomers = [volunteer(session, place, north_m=1400 + n).id for n in range(4)]
    at = NOW + timedelta(hours=5)
    later: dict[str, Any] = {"wanted_from": at, "wanted_to": at + timedelta(hours=2)}
    orders = [request(session, place, urgency="planned", **later) for _ in range(12)]
    found = gather_batch(session, now=NOW + 5 * MINUTE)
    assert len(found) == len(orders)
    given = {person_id for one in found for person_id in one.person_ids}
    # A third of twelve.
    assert given >= set(newcomers)


def test_neighbours_in_one_house_take_turns(session: Session, place: Community) -> None:
    people = [volunteer(session, place, north_m=200) for _ in range(9)]
    firsts = set()
    for _ in range(30):
        one = request(session, place)
        step = decide_asks(session, one, place.medicine, began_at=NOW, now=NOW).step
        firsts.add(step.ask[0])
    assert len(firsts) == len(people)


def test_somebody_paused_or_elsewhere_is_not_among_the_idle(
    session: Session, place: Community
) -> None:
    away = {"paused_until": NOW + DAY}
    unable: list[Person] = [
        volunteer(session, place, offer=away),
        volunteer(session, place, north_m=1800, offer={"radius_m": 500}),
        volunteer(session, place, categories=[place.visit]),
        volunteer(session, place, offer={"hours": [{"day": 5, "from": "09:00", "to": "10:00"}]}),
    ]
    able = volunteer(session, place)
    assert idle(session, request(session, place), 2000) == [able.id]
    assert unable
