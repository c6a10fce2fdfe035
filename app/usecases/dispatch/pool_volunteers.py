"""Whom a help request may ask: ranked circle by circle, with chances and fatigue."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.statements import in_chunks
from app.dispatch.models import Match
from app.help_requests.models import HelpRequest
from app.matching.acceptance import PRIOR_RATE
from app.matching.eligibility import Exclusion
from app.matching.policy import COORDINATOR, DUTY, Phase, Policy
from app.matching.ranking import LeftOut, Ranked, Ranking
from app.matching.search_limits import ENOUGH, MOST_LOOKED_UP, search_limit_for
from app.matching.waves import Askable, fatigue, is_fatigued
from app.rotation.queries import on_duty_now
from app.usecases.dispatch.idle_volunteers import longest_idle
from app.usecases.dispatch.limit_open_asks import people_at_limit
from app.usecases.dispatch.rank_volunteers import rank_for

# Asks older than so many half-lives weigh less than a sixtieth.
HALF_LIVES = 6


@dataclass
class Pool:
    """Everybody ranked so far: near ones up to a radius, those on duty up to another.

    `near_enough` is how many near ones were wanted: a phase that asks more has more ranked.
    """

    session: Session
    request: HelpRequest
    policy: Policy
    now: datetime
    near_m: int = 0
    near_enough: int = 0
    duty_m: int = 0
    ranked: dict[int, Ranked] = field(default_factory=dict)
    _left_out: dict[int, LeftOut] = field(default_factory=dict)
    _asked_lately: dict[int, float] = field(default_factory=dict)
    # Who must answer other requests first, and how many.
    _full: dict[int, int] = field(default_factory=dict)

    def look_into(self, phases: Sequence[Phase]) -> bool:
        """Ranks for the first of these phases that was not ranked yet; False if there was none."""
        for phase in phases:
            if phase.audience == DUTY and phase.radius_m > self.duty_m:
                self.duty_m = phase.radius_m
                duty = on_duty_now(self.session, self.request.area_path, self.now)
                if duty:
                    self._take(self._rank(phase.radius_m, people=duty))
                    return True
            elif phase.audience not in (DUTY, COORDINATOR):
                places = self.request.volunteers_needed - self.request.places_taken
                wanted = search_limit_for(self.policy, phase, places)
                if phase.radius_m > self.near_m or wanted > self.near_enough:
                    self.near_m = max(self.near_m, phase.radius_m)
                    self.near_enough = max(self.near_enough, wanted)
                    self._look_near()
                    self._look_for_idle()
                    return True
        return False

    def _look_near(self) -> None:
        """Searches past the fatigued and those who have many asks open, or nobody would be asked
        where all near are so."""
        enough = self.near_enough
        while True:
            ranking = self._rank(self.near_m, enough=enough)
            self._take(ranking)
            weary = sum(
                one.person_id in self._full or self._is_fatigued(one) for one in ranking.ranked
            )
            found = len(ranking.ranked)
            if found < enough or found - weary >= self.near_enough or found >= MOST_LOOKED_UP:
                return
            enough = found + self.near_enough

    def _look_for_idle(self) -> None:
        """Ranks those who were asked longest ago, wherever in reach they start."""
        if self.policy.idle_share <= 0:
            return
        idle = longest_idle(self.session, self.request, radius_m=self.near_m, now=self.now)
        fresh = [person_id for person_id in idle if person_id not in self.ranked]
        if fresh:
            self._take(self._rank(self.near_m, people=fresh))

    def _is_fatigued(self, one: Ranked) -> bool:
        fatigue = self.policy.fatigue
        return fatigue is not None and is_fatigued(fatigue, _askable(one, self._asked_lately))

    def _rank(
        self, radius_m: int, people: Sequence[int] | None = None, enough: int = ENOUGH
    ) -> Ranking:
        return rank_for(
            self.session,
            request=self.request,
            now=self.now,
            radius_m=radius_m,
            people=people,
            enough=enough,
        )

    def _take(self, ranking: Ranking) -> None:
        self.ranked.update({one.person_id: one for one in ranking.ranked})
        self._left_out.update({one.person_id: one for one in ranking.left_out})
        people = [one.person_id for one in ranking.ranked]
        self._full |= people_at_limit(self.session, self.request, people, self.now)
        if self.policy.fatigue is not None:
            self._asked_lately |= _asked_lately(
                self.session,
                people,
                half_life_h=self.policy.fatigue.half_life_h,
                now=self.now,
            )

    def askable(self) -> list[Askable]:
        """The ranked as the pure function expects them."""
        return [
            _askable(one, self._asked_lately)
            for one in self.ranked.values()
            if one.person_id not in self._full
        ]

    def left_out(self, spared: Sequence[int]) -> tuple[LeftOut, ...]:
        """Who is not asked, and why, nearest first, including those spared for now."""
        weary = [
            LeftOut(
                person_id,
                self.ranked[person_id].metres,
                (Exclusion("weary", {"asked": round(self._asked_lately[person_id], 1)}),),
            )
            for person_id in spared
        ]
        full = [
            LeftOut(
                person_id,
                self.ranked[person_id].metres,
                (Exclusion("asks_open", {"asked": asked}),),
            )
            for person_id, asked in self._full.items()
        ]
        others = [one for key, one in self._left_out.items() if key not in self.ranked]
        return tuple(sorted([*weary, *full, *others], key=lambda one: (one.metres, one.person_id)))


def _askable(one: Ranked, asked_lately: dict[int, float]) -> Askable:
    return Askable(
        person_id=one.person_id,
        metres=one.metres,
        p=chance_of_yes(one),
        score=one.score,
        on_duty=one.on_duty,
        asked_lately=asked_lately.get(one.person_id, 0.0),
        idle_days=one.idle_days,
        comes=one.comes,
    )


def chance_of_yes(one: Ranked) -> float:
    """The chance used by the ranking; the prior where a coordinator chose freely."""
    return next((part.value for part in one.parts if part.code == "chance"), PRIOR_RATE)


def _asked_lately(
    session: Session, people: Sequence[int], *, half_life_h: float, now: datetime
) -> dict[int, float]:
    since = now - timedelta(hours=half_life_h * HALF_LIVES)
    times: dict[int, list[datetime]] = {}
    for some in in_chunks(people):
        rows = session.execute(
            select(Match.person_id, Match.sent_at).where(
                Match.person_id.in_(some), Match.sent_at > since
            )
        )
        for person_id, sent_at in rows:
            times.setdefault(person_id, []).append(sent_at)  # type: ignore[arg-type]
    return {
        person_id: fatigue(asked, half_life_h=half_life_h, now=now)
        for person_id, asked in times.items()
    }
