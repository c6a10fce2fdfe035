"""The demo: a past and a present that the use cases could have written."""

import random
import time as clock
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.areas.outlines import contains
from app.core.actor import resident
from app.core.clock import local_day, utc_now
from app.core.context import Context
from app.core.db import db
from app.core.wishes import Wish
from app.demo.first_load import load_into_empty
from app.demo.geography import district
from app.demo.load import SIZES, load_demo
from app.demo.people import WOMEN
from app.demo.world import World
from app.dispatch.models import AnswerCount, Match
from app.factory import POSTGRES_OPTIONS, create_app
from app.help_requests.models import Feedback, HelpRequest
from app.help_requests.rules import State
from app.hours.models import ServiceRecord
from app.notifications.models import Notification
from app.offers.models import Offer
from app.people.models import Person
from app.rotation.models import Shift
from app.trail.models import Event
from app.trail.verification import verify
from app.usecases.dispatch.rank_volunteers import rank_for
from app.usecases.requests.place_request import NewOrder, place_request
from app.usecases.volunteers.spread_offer import stray_offers
from tests.databases import Database

# Published acceptance rates (JMIR mHealth 2023 e41551).
FEWEST_YES, MOST_YES = 0.17, 0.47
SHENZHEN = ZoneInfo("Asia/Shanghai")


def count(session: Session, *where: object) -> int:
    """The number of matches that fulfil a condition."""
    return session.scalar(select(func.count()).select_from(Match).where(*where)) or 0  # type: ignore[arg-type]


def test_demo_is_credible(session: Session) -> None:
    world = load_demo(session, size="small", now=utc_now())
    session.commit()
    assert list(verify(session)) == [] and list(stray_offers(session)) == []
    assert set(session.scalars(select(HelpRequest.state))) == set(State)
    total = session.scalar(select(func.count()).select_from(HelpRequest)) or 0
    assert total > SIZES["small"].requests
    # Everybody asked has a reply number, and the matcher has answers to learn from.
    assert count(session, Match.sent_at.is_not(None), Match.reply_number.is_(None)) == 0
    asked = count(session, Match.sent_at.is_not(None))
    yes = count(session, Match.sent_at.is_not(None), Match.accepted_at.is_not(None))
    assert FEWEST_YES < yes / asked < MOST_YES
    assert {"declined", "expired", "finished", "sent"} <= set(session.scalars(select(Match.state)))
    assert session.scalar(select(func.count()).select_from(AnswerCount))
    # Each service is in the ledger, each rating belongs to a service, each request has its story.
    served = session.scalar(select(func.count()).select_from(ServiceRecord))
    assert served == count(session, Match.state == "finished")
    assert (session.scalar(select(func.min(Feedback.stars))) or 5) <= 2
    told = select(func.count(func.distinct(Event.request_id))).where(
        Event.kind == "help_request.placed"
    )
    assert session.scalar(told) == total
    # No message about the past is sent when the service starts.
    assert set(session.scalars(select(Notification.state))) == {"delivered"}
    assert "pending" in set(session.scalars(select(Person.state)))
    assert {"agreed", "offered"} <= set(session.scalars(select(Shift.state)))
    # The database's sequences continue after the demo's ids.
    order = NewOrder(
        category_id=world.categories[0].id,
        need="买药",
        phone="17409990009",
        source="web",
        place_id=world.estates[0].id,
    )
    place_request(Context(session, resident("web"), utc_now()), order=order, region="CN")
    session.commit()
    assert_wishes_can_be_tried(session, world)


def assert_wishes_can_be_tried(session: Session, world: World) -> None:
    """Women and men volunteer, by their names too, and a wish finds some of them."""
    rows = session.execute(select(Offer.woman, Person.name).join(Person)).all()
    assert all(woman == (name[1:] in WOMEN) for woman, name in rows)
    assert 0.3 < sum(woman for woman, _ in rows) / len(rows) < 0.7
    assert ["no_dogs"] in session.scalars(select(Offer.wishes)).all()
    wished = next(one for one in world.categories if Wish.WOMAN in one.wishes)
    found = {}
    crowded = next(area.path for area, _ in world.communities if area.name_zh == "民乐社区")
    estate = next(one for one in world.estates if one.area_path.startswith(crowded))
    # A morning on which many offer to come.
    today = local_day(utc_now(), SHENZHEN)
    monday = datetime.combine(today + timedelta(days=7 - today.weekday()), time(10), SHENZHEN)
    at = monday.astimezone(UTC)
    for wishes in ((), (Wish.WOMAN,)):
        order = NewOrder(
            category_id=wished.id,
            need="想请一位女志愿者",
            phone="17409990008",
            source="web",
            place_id=estate.id,
            wanted_from=at,
            wanted_to=at + timedelta(hours=1),
            wishes=wishes,
        )
        now = utc_now()
        placed = place_request(Context(session, resident("web"), now), order=order, region="CN")
        request = session.get_one(HelpRequest, placed.request_id)
        ranking = rank_for(session, request=request, now=now, radius_m=20_000)
        found[wishes] = {one.person_id for one in ranking.ranked}
    women = set(session.scalars(select(Offer.person_id).where(Offer.woman)))
    assert found[(Wish.WOMAN,)] and found[(Wish.WOMAN,)] <= women
    assert found[()] - women
    session.rollback()


def test_loading_outlasts_the_limits_of_web_requests(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The large demo computes for minutes between two statements."""
    shorter = POSTGRES_OPTIONS.replace("session_timeout=60s", "session_timeout=300ms")
    assert shorter != POSTGRES_OPTIONS
    monkeypatch.setattr("app.factory.POSTGRES_OPTIONS", shorter)
    app = create_app(database.config)
    with app.app_context():
        assert load_into_empty(size="small", tell=lambda line: clock.sleep(0.6)) is not None
        assert load_into_empty(size="small") is None
        db.session.remove()
        db.engine.dispose()


def test_outlines_tile_without_gap_or_overlap() -> None:
    chance = random.Random(1)
    for everywhere, communities in ((False, 32), (True, 110)):
        top = district(everywhere=everywhere)
        cells = [cell for cell in top.everything() if cell.level == "community"]
        assert len(cells) == communities
        for _ in range(150):
            lat, lon = top.at(chance.random(), chance.random())
            assert sum(contains(cell.outline(), lat, lon) for cell in cells) == 1
