"""Every number in a reason is what a recount of the rows finds, after random histories."""

import re
from datetime import datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask, g
from geopy.distance import geodesic
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.actor import resident
from app.core.context import Context
from app.core.errors import Refused, Stale, Taken
from app.core.travel import Travel
from app.dispatch.models import Match
from app.dispatch.queries import active_of, waiting_for
from app.help_requests.models import HelpRequest
from app.people.models import Person
from app.usecases.dispatch.answer_match import (
    accept_match,
    decline_match,
    give_up,
    grab_request,
    undo_acceptance,
)
from app.usecases.dispatch.choose_volunteers import withdraw_match
from app.usecases.dispatch.rank_volunteers import rank_for
from app.usecases.requests.do_task import arrive_at_task, finish_task
from app.usecases.requests.process_deadlines import due_deadlines, process_deadline
from app.usecases.requests.rate_request import rate_request
from app.web.coordinator.cases.match_words import exclusion_words, part_words
from tests.factories import (
    NOW,
    Community,
    actor_for,
    community,
    coordinator,
    phone_number,
    request,
    volunteer,
)
from tests.usecases.asking import HOUSE, me

ZONE = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)
WEB = resident("web")


class History:
    """Volunteers, residents who order again and again, and what chance makes of it."""

    def __init__(self, session: Session, seed: int) -> None:
        self.session, self.dice = session, Random(seed)
        self.place: Community = community(session)
        self.place.medicine.grab = True
        boss = coordinator(session, self.place.here)
        self.boss = actor_for(boss, "coordinator", self.place.here)
        self.people = [
            volunteer(
                session,
                self.place,
                north_m=90 * n,
                offer={"weekly_limit": 5, "travel": self.dice.choice(list(Travel))},
            )
            for n in range(1, 9)
        ]
        self.phones = [phone_number() for _ in range(4)]
        self.now = NOW

    def by(self, who: Person) -> Context:
        return Context(self.session, me(who, self.place), self.now)

    def order(self) -> HelpRequest:
        return request(
            self.session, self.place, phone=self.dice.choice(self.phones), wanted_from=self.now,
            wanted_to=self.now + 4 * HOUR, submitted_at=self.now, state_since=self.now,
            due_at=self.now + 2 * HOUR, next_action_at=self.now,
        )  # fmt: skip

    def step(self) -> None:
        """Some hours pass; an order comes; somebody does something, or it turns out too late."""
        self.now += self.dice.random() * 8 * HOUR
        one = self.order()
        for request_id in due_deadlines(self.session, now=self.now):
            process_deadline(Context(self.session, HOUSE, self.now), request_id=request_id)
        self.session.commit()
        who = self.dice.choice(self.people)
        if self.dice.random() < 0.2:
            self._try(lambda: grab_request(self.by(who), request_id=one.id))
        for person in self.people:
            for match in [
                *waiting_for(self.session, person.id),
                *active_of(self.session, person.id),
            ]:
                self._do(person, match)

    def _do(self, who: Person, match: Match) -> None:
        if match.state == "sent":
            answer = self.dice.choice((accept_match, decline_match, None))
            if answer:
                self._try(lambda: answer(self.by(who), match_id=match.id))
            return
        luck = self.dice.random()
        if luck < 0.15:
            self._try(lambda: undo_acceptance(self.by(who), match_id=match.id))
        elif luck < 0.3:
            self._try(lambda: give_up(self.by(who), match_id=match.id))
        elif luck < 0.4:
            chief = Context(self.session, self.boss, self.now)
            self._try(lambda: withdraw_match(chief, match_id=match.id))
        elif luck < 0.8:
            self._try(lambda: self._serve(who, match))

    def _serve(self, who: Person, match: Match) -> None:
        arrive_at_task(self.by(who), match_id=match.id, code="4821")
        finish_task(self.by(who), match_id=match.id)
        one = self.session.get_one(HelpRequest, match.request_id)
        stars = self.dice.choice((None, 1, 4, 5))
        if stars:
            rate_request(
                Context(self.session, WEB, self.now), code=one.code, stars=stars, comment=None
            )

    def _try(self, act: Any) -> None:
        try:
            act()
            self.session.commit()
        except (Refused, Stale, Taken):
            self.session.rollback()


def numbers(words: str) -> list[float]:
    return [float(found) for found in re.findall(r"\d+(?:\.\d+)?", words)]


class Recount:
    """Counts rows in Python, in no way as the product does."""

    def __init__(self, session: Session, now: datetime) -> None:
        plain = "person_id, request_id, m.state, end_reason, sent_at, accepted_at"
        times = ("sent_at", "accepted_at", "wanted_from", "wanted_to")
        rows = session.execute(
            text(
                f"SELECT {plain}, wanted_from, wanted_to FROM match m"
                " JOIN help_request r ON r.id = m.request_id"
            )
        ).mappings()
        self.rows = [{**row, **{key: _utc(row[key]) for key in times}} for row in rows]
        self.now, self.session = now, session

    def of(self, person_id: int) -> list[dict[str, Any]]:
        return [row for row in self.rows if row["person_id"] == person_id]

    def lately(self, person_id: int, key: str, days: int) -> list[dict[str, Any]]:
        since = self.now - timedelta(days=days)
        return [row for row in self.of(person_id) if row[key] and row[key] >= since]

    def taken(self, person_id: int) -> int:
        held = ("accepted", "on_the_way", "arrived", "finished")
        return sum(row["state"] in held for row in self.lately(person_id, "accepted_at", 7))

    def today(self, person_id: int) -> int:
        """Tasks in hand whose wished time touches today."""
        day = self.now.astimezone(ZONE).date()
        return sum(
            row["state"] in ("accepted", "on_the_way", "arrived")
            and row["wanted_from"].astimezone(ZONE).date() <= day
            and (row["wanted_to"] - timedelta.resolution).astimezone(ZONE).date() >= day
            for row in self.of(person_id)
        )

    def days_since(self, person_id: int) -> int | None:
        moments: list[datetime] = [
            row[key] for row in self.of(person_id) for key in ("sent_at", "accepted_at") if row[key]
        ]
        if not moments:
            return None
        return (self.now.astimezone(ZONE).date() - max(moments).astimezone(ZONE).date()).days

    def visits(self, person_id: int, phone_lookup: str) -> tuple[int, int]:
        """Finished visits to a resident, and how many of these were rated two stars or fewer."""
        rows = self.session.execute(
            text(
                "SELECT m.id, f.stars FROM match m JOIN help_request r ON r.id = m.request_id"
                " LEFT JOIN feedback f ON f.request_id = m.request_id AND f.round_no = m.round_no"
                " WHERE m.state = 'finished' AND m.person_id = :who AND r.phone_lookup = :phone"
            ),
            {"who": person_id, "phone": phone_lookup},
        ).all()
        return len(rows), sum(stars is not None and stars <= 2 for _, stars in rows)

    def way(self, person_id: int, request_id: int) -> tuple[str, int]:
        """How the volunteer goes from home to the request, and the minutes, from plain columns."""
        offer = self.session.execute(
            text("SELECT lat, lon, travel FROM offer WHERE person_id = :who"), {"who": person_id}
        ).one()
        there = self.session.execute(
            text("SELECT lat, lon FROM help_request WHERE id = :id"), {"id": request_id}
        ).one()
        metres = geodesic(offer[:2], there).meters
        ways = {
            "走路": 1 + metres * 1.3 / 80,
            "骑车": 3 + metres * 1.3 / 200,
            "开车": 8 + metres * 1.4 / 300,
        }
        own = {"foot": "走路", "bicycle": "骑车", "car": "开车"}[offer.travel]
        by = min(("走路", own), key=ways.__getitem__)
        return by, round(ways[by])


def _utc(at: Any) -> datetime | None:
    if at is None:
        return None
    found = datetime.fromisoformat(at) if isinstance(at, str) else at
    utc: datetime = found if found.tzinfo else found.replace(tzinfo=ZoneInfo("UTC"))
    return utc


def check(
    count: Recount, words: dict[str, str], who: int, others: list[int], one: HelpRequest
) -> None:
    by, minutes = count.way(who, one.id)
    assert words["travel"] == f"{by}约 {minutes} 分钟"
    asked = count.lately(who, "sent_at", 60)
    yes = sum(row["accepted_at"] is not None for row in asked)
    broken = sum(
        row["end_reason"] in ("cannot_come", "no_show")
        for row in count.lately(who, "accepted_at", 60)
    )
    assert numbers(words["chance"]) == [60, len(asked), yes, *([broken] if broken else [])]
    hand = count.today(who)
    passed = sum(
        row["end_reason"] in ("busy", "deadline") for row in count.lately(who, "sent_at", 7)
    )
    said: list[float] = [hand, 2, *([passed] if passed else []), count.taken(who)]
    if others:
        mean = sum(count.taken(one) for one in others) / len(others)
        said += [len(others), round(mean, 1)]
    assert numbers(words["load"]) == said
    days = count.days_since(who)
    if days is None:
        assert words["idle"] == "还没有问过"
    elif days == 0:
        assert words["idle"] in ("今天问过", "今天接过单")
    else:
        assert numbers(words["idle"]) == [days]
    visits, bad = count.visits(who, one.phone_lookup)
    assert numbers(words["familiar"]) == ([visits] if visits else []) + ([bad] if bad else [])


@pytest.mark.parametrize("seed", [1, 2])
def test_a_recount_confirms_every_number_in_a_reason(
    app: Flask, session: Session, seed: int
) -> None:
    history = History(session, seed)
    seen = 0
    for _ in range(5):
        for _ in range(12):
            history.step()
        one = history.order()
        # Half past midnight, when "today" and the last 24 hours differ most.
        now = history.now.astimezone(ZONE).replace(hour=0, minute=30) + timedelta(days=1)
        ranking = rank_for(session, request=one, now=now, radius_m=1500)
        count = Recount(session, now)
        everybody = [ranked.person_id for ranked in ranking.ranked]
        with app.test_request_context():
            g.now = now
            for ranked in ranking.ranked:
                words = {part.code: part_words(part.code, part.numbers) for part in ranked.parts}
                others = [who for who in everybody if who != ranked.person_id]
                check(count, words, ranked.person_id, others, one)
                seen += 1
            for left in ranking.left_out:
                for why in left.reasons:
                    if why.code == "weekly_limit":
                        said = numbers(exclusion_words(why.code, why.numbers, ZONE))
                        assert said == [count.taken(left.person_id), 5]
        session.commit()
        history.now = now
    assert seen > 15
