"""What a crowd of fatigued people near costs a ranking: the ratio to a plain one, in one run.

    .venv/bin/python -m bench.fatigued_crowd [people]

Ranks the same request among the same volunteers twice: nobody was asked lately, then all within
800 m were asked five times, so that others behind them must be found. Wanted: at most twice.
"""

import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import process_time

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.catalogue.models import Category
from app.dispatch.models import Match
from app.help_requests.models import HelpRequest
from app.offers.models import Offer, OfferCategory
from app.people.models import Person
from app.usecases.dispatch.decide_asks import decide_asks
from app.usecases.volunteers.spread_offer import spread_offers
from tests import factories
from tests.databases import Database, migrate, use_test_keys
from tests.factories import ALL_WEEK, HOME, NOW, Community

PEOPLE = 300
BEHIND = 40
TIMES = 15
MOST = 2.0


def crowd(session: Session, place: Community, count: int) -> list[int]:
    """Volunteers from near to 800 m, then BEHIND more up to 1,400 m; returns their ids in order."""
    far = [n * 800 / count for n in range(count)] + [800 + 15 * n for n in range(BEHIND)]
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
        for number in range(len(far))
    ]
    session.add_all(people)
    session.flush()
    offers = [
        Offer(
            person_id=who.id,
            area_path=place.here.path,
            lat=HOME[0] + metres / 111_195,
            lon=HOME[1],
            radius_m=2000,
            hours=ALL_WEEK,
            languages=["zh_Hans"],
            updated_at=NOW,
        )
        for who, metres in zip(people, far, strict=True)
    ]
    session.add_all(offers)
    session.flush()
    rows = [{"offer_id": one.id, "category_id": place.medicine.id} for one in offers]
    session.execute(insert(OfferCategory), rows)
    ids = [who.id for who in people]
    spread_offers(session, ids)
    session.commit()
    return ids


def tire(session: Session, other_id: int, people: list[int]) -> None:
    """Five asks of each in the last hour, for another request."""
    asks = [
        {
            "token": f"{key}-{turn}",
            "request_id": other_id,
            "person_id": key,
            "round_no": turn,
            "state": "declined",
            "made_at": NOW - timedelta(hours=1),
            "sent_at": NOW - timedelta(hours=1),
        }
        for key in people
        for turn in range(5)
    ]
    session.execute(insert(Match), asks)
    session.commit()


def time_decision(session: Session, request_id: int) -> tuple[float, int]:
    """Median CPU milliseconds of a decision, each in its own transaction; how many are asked."""
    took, asked = [], 0
    for _ in range(TIMES):
        session.rollback()
        session.expunge_all()
        request = session.get_one(HelpRequest, request_id)
        category = session.get_one(Category, request.category_id)
        begun = process_time()
        decision = decide_asks(session, request, category, began_at=NOW, now=NOW)
        took.append(1000 * (process_time() - begun))
        asked = len(decision.picked)
    return median(took[3:]), asked


def main(count: int) -> None:
    """Prints both times and the ratio."""
    use_test_keys()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/crowd.db"
        migrate(url, Path(folder))
        with Database(url, Path(folder)).new_session() as session:
            place = factories.community(session)
            people = crowd(session, place, count)
            other_id = factories.request(session, place, state="closed").id
            request_id = factories.request(session, place).id
            plain, _ = time_decision(session, request_id)
            tire(session, other_id, people[:count])
            tired, asked = time_decision(session, request_id)
    print(f"{count} near, nobody fatigued: {plain:.1f} ms")
    print(f"{count} near, all fatigued:    {tired:.1f} ms, {asked} asked")
    print(f"ratio {tired / plain:.2f}, wanted at most {MOST}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE)
