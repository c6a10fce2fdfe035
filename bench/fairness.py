"""Who is asked and who gets the tasks in a month, by the real use cases with the clock moved.

    .venv/bin/python -m bench.fairness --people 60 --orders 400 1 2 3

Numbers at the end are seeds. Some play with the service: one grabs half of what is listed, one
answers no shortly before time is up, one never answers, one says yes and undoes it, one says yes
and gives up. Each is compared with the honest of the same distance. The oracle knows beforehand who
would say yes to what, and gives each order to the nearest of them who has a hand free.
"""

import argparse
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from heapq import heappop, heappush
from itertools import count
from pathlib import Path
from random import Random
from statistics import mean, median
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import resident, system
from app.core.context import Context
from app.core.errors import Refused, Stale, Taken
from app.dispatch.models import Match
from app.help_requests.models import HelpRequest
from app.people.models import Person
from app.usecases.dispatch.answer_match import (
    accept_match,
    decline_match,
    give_up,
    grab_request,
    undo_acceptance,
)
from app.usecases.dispatch.assign_batch import send_assigned
from app.usecases.dispatch.gather_batch import gather_batch
from app.usecases.dispatch.learn_answers import answers_to_learn, learn_from_answers
from app.usecases.requests.do_task import arrive_at_task, finish_task
from app.usecases.requests.process_deadlines import due_deadlines, process_deadline
from app.usecases.requests.rate_request import rate_request
from tests import factories
from tests.databases import Database, copy_sqlite, migrate, use_test_keys

HOUSE, WEB = system("jobs"), resident("web")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
DAYS, TICK = 30, 10 * MINUTE
GAMERS = ("grabs", "late no", "never answers", "undoes", "gives up")
# Before seven and after twenty-one nobody orders; planned orders are for the next day.
FIRST_H, LAST_H, PLANNED = 8, 20, 0.3


@dataclass
class Volunteer:
    """Somebody with a hidden willingness; `plays` names one of GAMERS or nothing."""

    person: Person
    metres: float
    willing: float
    plays: str = ""


@dataclass
class Month:
    """One month: an event is a moment, a number that keeps the order, and what happens then."""

    session: Session
    dice: Random
    place: factories.Community
    people: dict[int, Volunteer]
    seed: int
    now: datetime = factories.NOW
    events: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)
    known: set[int] = field(default_factory=set)
    numbers: Any = field(default_factory=count)
    orders: dict[int, datetime] = field(default_factory=dict)

    def at(self, when: datetime, what: Callable[[], None]) -> None:
        """Lets something happen later."""
        heappush(self.events, (when, next(self.numbers), what))

    def run(self) -> None:
        """Plays all events in order."""
        while self.events:
            self.now, _, what = heappop(self.events)
            what()
            self.session.commit()

    def by(self, person: Person) -> Context:
        """A context of this volunteer now."""
        return Context(
            self.session, factories.actor_for(person, "volunteer", self.place.here), self.now
        )

    def order(self, *, planned: bool) -> None:
        """Somebody asks for help; somebody who watches the list may take it at once."""
        start = self.now + 20 * HOUR if planned else self.now
        one = factories.request(
            self.session, self.place, urgency="planned" if planned else "ordinary",
            submitted_at=self.now, state_since=self.now, next_action_at=self.now,
            due_at=self.now + 2 * HOUR, wanted_from=start, wanted_to=start + 3 * HOUR,
        )  # fmt: skip
        self.orders[one.id] = self.now
        self.tick()
        for who in self.people.values():
            if self.dice.random() < (0.5 if who.plays == "grabs" else 0):
                self.attempt(partial(self._grab, who, one.id))

    def _grab(self, who: Volunteer, request_id: int) -> None:
        match = grab_request(self.by(who.person), request_id=request_id)
        self._serves(who, match)

    def attempt(self, act: Callable[[], None]) -> None:
        """Does what may be too late."""
        try:
            act()
            self.session.commit()
        except (Refused, Stale, Taken):
            self.session.rollback()

    def tick(self) -> None:
        """What the scheduler does, then what everybody asked will do."""
        for found in gather_batch(self.session, now=self.now):
            send_assigned(
                Context(self.session, HOUSE, self.now),
                request_id=found.request_id,
                person_ids=found.person_ids,
            )
            self.session.commit()
        for request_id in due_deadlines(self.session, now=self.now):
            process_deadline(Context(self.session, HOUSE, self.now), request_id=request_id)
            self.session.commit()
        waiting = select(Match.id, Match.person_id, Match.request_id).where(Match.state == "sent")
        for match_id, person_id, request_id in self.session.execute(waiting).all():
            if match_id not in self.known:
                self.known.add(match_id)
                self._answer_later(self.people[person_id], match_id, request_id)

    def _answer_later(self, who: Volunteer, match_id: int, request_id: int) -> None:
        yes = would(self.seed, who, request_id)
        soon = self.now + timedelta(minutes=self.dice.expovariate(1 / 6))
        if who.plays == "late no":
            self.at(self.now + 29 * MINUTE, partial(self._does, decline_match, who, match_id))
        elif who.plays == "undoes":
            self.at(soon, partial(self._yes_and_back, who, match_id))
        elif who.plays != "never answers" and (yes or who.plays == "gives up"):
            self.at(soon, partial(self._does, accept_match, who, match_id))
        elif who.plays != "never answers" and self.dice.random() < 0.6:
            self.at(soon, partial(self._does, decline_match, who, match_id))

    def _does(self, verb: Callable[..., Match], who: Volunteer, match_id: int) -> None:
        def act() -> None:
            match = verb(self.by(who.person), match_id=match_id)
            if match.state == "accepted":
                self._serves(who, match)

        self.attempt(act)
        self.tick()

    def _yes_and_back(self, who: Volunteer, match_id: int) -> None:
        self.attempt(lambda: void(accept_match(self.by(who.person), match_id=match_id)))
        self.at(self.now + MINUTE, partial(self._does, undo_acceptance, who, match_id))
        self.at(self.now + 2 * MINUTE, partial(self._does, decline_match, who, match_id))

    def _serves(self, who: Volunteer, match: Match) -> None:
        one = self.session.get_one(HelpRequest, match.request_id)
        start = max(self.now, one.wanted_from or self.now) + 20 * MINUTE
        if who.plays == "gives up":
            self.at(self.now + 10 * MINUTE, partial(self._does, give_up, who, match.id))
            return
        self.at(start, partial(self._visit, who, match.id, one.id))

    def _visit(self, who: Volunteer, match_id: int, request_id: int) -> None:
        def act() -> None:
            one = self.session.get_one(HelpRequest, request_id)
            arrive_at_task(self.by(who.person), match_id=match_id, code="4821")
            finish_task(self.by(who.person), match_id=match_id)
            rate_request(Context(self.session, WEB, self.now), code=one.code, stars=5, comment=None)

        self.attempt(act)

    def learn(self) -> None:
        """The nightly share of what a tick learns all day."""
        ids = answers_to_learn(self.session, now=self.now, limit=2000)
        learn_from_answers(self.session, match_ids=ids, now=self.now)


def void(_: object) -> None:
    """Takes a result that nobody needs."""


def would(seed: int, who: Volunteer, request_id: int) -> bool:
    """Whether somebody would say yes to a request: the same for the service and the oracle."""
    return Random(f"{seed}:{who.person.id}:{request_id}").random() < who.willing


def play(database: Database, people: int, orders: int, seed: int) -> None:
    """One month on an empty database; prints its line and those of the gamers."""
    dice = Random(seed)
    with database.new_session() as session:
        place = factories.community(session)
        place.medicine.grab = True
        factories.coordinator(session, place.here)
        month = Month(session, dice, place, _settle(session, place, people, dice), seed)
        for _ in range(orders):
            day = factories.NOW.replace(hour=0) + dice.randrange(DAYS) * DAY
            hour = dice.uniform(FIRST_H, LAST_H) - 8
            planned = dice.random() < PLANNED
            month.at(day + hour * HOUR + DAY, partial(month.order, planned=planned))
        begin, end = factories.NOW.replace(hour=0) + DAY, factories.NOW + (DAYS + 2) * DAY
        for night in range(DAYS + 2):
            month.at(begin + night * DAY + 15 * HOUR, month.learn)
        steps = int((end - begin) / TICK)
        for step in range(steps):
            moment = begin + step * TICK
            if moment.hour < 15:
                month.at(moment, month.tick)
        month.run()
        report(month)


def _settle(
    session: Session, place: factories.Community, people: int, dice: Random
) -> dict[int, Volunteer]:
    """Everybody within 800 metres; gamers live where the median neighbour lives."""
    found = {}
    for number in range(people):
        plays = GAMERS[number] if number < len(GAMERS) else ""
        metres = 400.0 if plays else 800 * dice.random() ** 0.5
        willing = 0.45 if plays else dice.betavariate(2, 3)
        person = factories.volunteer(session, place, north_m=metres)
        found[person.id] = Volunteer(person, metres, willing, plays)
    session.commit()
    return found


def oracle(month: Month) -> int:
    """How many orders the nearest willing neighbour with a hand free could have served."""
    free: dict[int, datetime] = {}
    week: dict[int, list[datetime]] = {}
    served = 0
    near = sorted(month.people.values(), key=lambda one: one.metres)
    for request_id, at in sorted(month.orders.items(), key=lambda one: one[1]):
        for who in near:
            lately = [when for when in week.get(who.person.id, ()) if when > at - 7 * DAY]
            busy = free.get(who.person.id, at) > at or len(lately) >= 7
            if not who.plays and not busy and would(month.seed, who, request_id):
                free[who.person.id] = at + HOUR
                week[who.person.id] = [*lately, at]
                served += 1
                break
    return served


def gini(values: list[int]) -> float:
    """0 when all have the same, near 1 when one has all."""
    ordered, total = sorted(values), sum(values)
    if not total:
        return 0.0
    weighted = sum(place * value for place, value in enumerate(ordered, start=1))
    return 2 * weighted / (len(ordered) * total) - (len(ordered) + 1) / len(ordered)


def report(month: Month) -> None:
    """Prints what became of the month."""
    rows = month.session.execute(
        select(Match.person_id, Match.sent_at, Match.state, Match.accepted_at)
    ).all()
    asks = Counter(row.person_id for row in rows if row.sent_at)
    tasks = Counter(row.person_id for row in rows if row.state == "finished")
    honest = [one for one in month.people.values() if not one.plays]
    never = sum(not asks[one.person.id] and not tasks[one.person.id] for one in honest)
    served = sum(tasks.values())
    best = oracle(month)
    had = [asks[one.person.id] for one in honest]
    print(
        f"seed {month.seed}: {len(month.people)} people, {len(month.orders)} orders, "
        f"served {served}, oracle {best} ({served / max(1, best):.3f}); asks {min(had)} to "
        f"{max(had)}, median {median(had):.0f}, Gini {gini(had):.2f}; never asked {never} "
        f"({never / len(honest):.1%})"
    )
    alike = [one for one in honest if 0.35 <= one.willing <= 0.55] or honest
    usual_asks = mean(asks[one.person.id] for one in alike)
    usual_tasks = mean(tasks[one.person.id] for one in alike)
    for one in month.people.values():
        if one.plays:
            key = one.person.id
            print(
                f"   {one.plays:14} asks {asks[key]:3} ({asks[key] / max(0.1, usual_asks):.2f} of "
                f"an honest one), tasks {tasks[key]:3} ({tasks[key] / max(0.1, usual_tasks):.2f})"
            )


def main() -> None:
    """Reads the arguments and plays a month for each seed."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("seeds", nargs="*", type=int, default=[1])
    reader.add_argument("--people", type=int, default=60)
    reader.add_argument("--orders", type=int, default=400)
    given = reader.parse_args()
    use_test_keys()
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "template.db"
        migrate(f"sqlite:///{template}", Path(folder))
        for seed in given.seeds:
            own = Path(folder) / f"{seed}"
            own.mkdir()
            database = copy_sqlite(template, own)
            play(database, given.people, given.orders, seed)
            database.engine.dispose()


if __name__ == "__main__":
    main()
