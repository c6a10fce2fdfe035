"""Whom a help request may ask: ranked circle by circle, with chances and fatigue."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, extract, select
from sqlalchemy.orm import Session

from app.core.statements import among
from app.dispatch.models import Match
from app.help_requests.models import HelpRequest
from app.matching.acceptance import PRIOR_RATE
from app.matching.conflicts import Exclusion
from app.matching.eligibility import Candidate
from app.matching.policy import COORDINATOR, DUTY, Phase, Policy
from app.matching.ranking import LeftOut, Part, Ranked
from app.matching.search_limits import search_limit_for
from app.matching.waves import Askable, fatigue_after
from app.usecases.dispatch.idle_volunteers import longest_idle
from app.usecases.dispatch.limit_open_asks import people_at_limit
from app.usecases.dispatch.look_up_times import duty_then
from app.usecases.dispatch.look_up_volunteers import look_up
from app.usecases.dispatch.rank_volunteers import Setting, setting_for
from app.usecases.dispatch.search_near import NearSearch

# Asks older than this many half-lives weigh less than a sixtieth.
HALF_LIVES = 6
# Whole seconds since 1970: many times are read, and reading them as text takes ten times as long.
ASKED = select(Match.person_id, extract("epoch", Match.sent_at)).where(
    among(Match.person_id, "people"), Match.sent_at > bindparam("since")
)
# People who only rest after duty may be asked as a last resort.
REST = frozenset({"resting"})
# The part of a score, without points, that says why somebody was asked last.
LAST_RESORT = "last_resort"


@dataclass
class Pool:
    """Everybody ranked so far: near ones up to a radius, those on duty up to another.

    `near_enough` is how many near ones were wanted: a phase that asks more has more ranked.
    `spared` is why each person in it is a last resort only.
    """

    session: Session
    request: HelpRequest
    policy: Policy
    now: datetime
    near_m: int = 0
    near_enough: int = 0
    duty_m: int = 0
    ranked: dict[int, Ranked] = field(default_factory=dict)
    spared: dict[int, Exclusion] = field(default_factory=dict)
    _left_out: dict[int, LeftOut] = field(default_factory=dict)
    _asked_lately: dict[int, float] = field(default_factory=dict)
    # Who must answer other requests first, and how many; who was checked for that.
    _full: dict[int, int] = field(default_factory=dict)
    _counted: set[int] = field(default_factory=set)
    _known: dict[int, Candidate] = field(default_factory=dict)
    _search: NearSearch | None = None

    def look_into(self, phases: Sequence[Phase]) -> bool:
        """Ranks for the first of these phases that was not ranked yet; False if there was none."""
        for phase in phases:
            if phase.audience == DUTY and phase.radius_m > self.duty_m:
                self.duty_m = phase.radius_m
                duty = duty_then(self.session, self.request, self.now)
                if duty:
                    self._rank_duty(duty)
                    return True
            elif phase.audience not in (DUTY, COORDINATOR):
                places = self.request.volunteers_needed - self.request.places_taken
                wanted = search_limit_for(self.policy, phase, places)
                if phase.radius_m > self.near_m or wanted > self.near_enough:
                    self._look_near(max(self.near_m, phase.radius_m), wanted)
                    self._look_for_idle()
                    return True
        return False

    def _look_near(self, radius_m: int, wanted: int) -> None:
        """Searches past the fatigued and those with many asks open; goes on where it stood."""
        setting = self._setting(radius_m)
        if self._search is None or radius_m > self.near_m:
            self._search = NearSearch(
                self.session, setting.need, setting.asking, self._passed_over, self._known
            )
        self.near_m, self.near_enough = radius_m, max(self.near_enough, wanted)
        self._take(setting, self._search.find(self.near_enough))

    def _look_for_idle(self) -> None:
        """Ranks those who were asked longest ago, wherever in reach they start."""
        if self.policy.idle_share <= 0:
            return
        setting = self._setting(self.near_m)
        idle = longest_idle(self.session, self.request, setting.need, now=self.now)
        fresh = [person_id for person_id in idle if person_id not in self.ranked]
        if fresh:
            self._take(setting, look_up(self.session, setting.asking, fresh))

    def _passed_over(self, people: Sequence[int]) -> set[int]:
        return self._fatigued(people) | self._at_limit(people)

    def _at_limit(self, people: Sequence[int]) -> set[int]:
        """Those of these people who must answer other requests first."""
        new = [key for key in people if key not in self._counted]
        if new:
            self._counted.update(new)
            self._full |= people_at_limit(self.session, self.request, new, self.now)
        return {key for key in people if key in self._full}

    def _rank_duty(self, duty: Sequence[int]) -> None:
        setting = self._setting(self.duty_m)
        self._take(setting, look_up(self.session, setting.asking, list(duty)))

    def _setting(self, radius_m: int) -> Setting:
        return setting_for(self.session, self.request, radius_m=radius_m, now=self.now)

    def _fatigued(self, people: Sequence[int]) -> set[int]:
        """Those of these people who were asked too often lately."""
        fatigue = self.policy.fatigue
        if fatigue is None:
            return set()
        new = [key for key in people if key not in self._asked_lately]
        if new:
            self._asked_lately |= dict.fromkeys(new, 0.0) | _asked_lately(
                self.session, new, half_life_h=fatigue.half_life_h, now=self.now
            )
        return {key for key in people if self._asked_lately[key] >= fatigue.limit}

    def _take(self, setting: Setting, people: Sequence[Candidate]) -> None:
        ranking = setting.rank(people)
        resting = _only_resting(ranking.left_out)
        if resting:
            again = [one for one in people if one.person_id in resting]
            self._add(setting.rank(again, REST).ranked)
            self.spared |= resting
        self._add(ranking.ranked)
        self._left_out.update({one.person_id: one for one in ranking.left_out})

    def _add(self, some: Sequence[Ranked]) -> None:
        self.ranked.update({one.person_id: one for one in some})
        self._at_limit([one.person_id for one in some])
        for person_id in self._fatigued([one.person_id for one in some if not one.on_duty]):
            self.spared[person_id] = _fatigued(self._asked_lately[person_id])

    def askable(self) -> list[Askable]:
        """The ranked as the pure function expects them."""
        return [
            _askable(one, self._asked_lately, resting=self._why(one.person_id) == "resting")
            for one in self.ranked.values()
            if one.person_id not in self._full
        ]

    def _why(self, person_id: int) -> str:
        return self.spared[person_id].code if person_id in self.spared else ""

    def picked(self, asked: Sequence[int]) -> tuple[Ranked, ...]:
        """Those asked, in order; with the reason why somebody is a last resort."""
        return tuple(self._flagged(self.ranked[person_id]) for person_id in asked)

    def _flagged(self, one: Ranked) -> Ranked:
        why = self.spared.get(one.person_id)
        if why is None:
            return one
        flag = Part(LAST_RESORT, 0.0, 0.0, {"code": why.code, **why.numbers})
        return replace(one, parts=(*one.parts, flag))

    def left_out(self, spared: Sequence[int]) -> tuple[LeftOut, ...]:
        """Who is not asked, and why, nearest first, including those spared for now."""
        kept = [
            LeftOut(person_id, self.ranked[person_id].metres, (self.spared[person_id],))
            for person_id in spared
        ]
        full = [
            LeftOut(
                person_id,
                self.ranked[person_id].metres,
                (Exclusion("asks_open", {"asked": asked}),),
            )
            for person_id, asked in self._full.items()
            if person_id in self.ranked
        ]
        others = [one for key, one in self._left_out.items() if key not in self.ranked]
        return tuple(sorted([*kept, *full, *others], key=lambda one: (one.metres, one.person_id)))


def _only_resting(left_out: Sequence[LeftOut]) -> dict[int, Exclusion]:
    """Those whose only conflict is a rest, with that reason."""
    return {
        one.person_id: one.reasons[0]
        for one in left_out
        if {why.code for why in one.reasons} == REST
    }


def _askable(one: Ranked, asked_lately: dict[int, float], *, resting: bool) -> Askable:
    return Askable(
        person_id=one.person_id,
        metres=one.metres,
        p=chance_of_yes(one),
        score=one.score,
        on_duty=one.on_duty,
        asked_lately=asked_lately.get(one.person_id, 0.0),
        idle_days=one.idle_days,
        comes=one.comes,
        resting=resting,
    )


def chance_of_yes(one: Ranked) -> float:
    """The chance used by the ranking; the prior where a coordinator chose freely."""
    return next((part.value for part in one.parts if part.code == "chance"), PRIOR_RATE)


def spared_as_fatigued(
    session: Session, policy: Policy, people: Sequence[int], *, now: datetime
) -> dict[int, Exclusion]:
    """Those of these people whom a policy spares because they were asked often, with the reason.

    Nobody on duty should be among them: people on duty are not spared.
    """
    fatigue = policy.fatigue
    if fatigue is None:
        return {}
    lately = _asked_lately(session, people, half_life_h=fatigue.half_life_h, now=now)
    return {key: _fatigued(asked) for key, asked in lately.items() if asked >= fatigue.limit}


def _fatigued(asked: float) -> Exclusion:
    return Exclusion("fatigued", {"asked": round(asked, 1)})


def _asked_lately(
    session: Session, people: Sequence[int], *, half_life_h: float, now: datetime
) -> dict[int, float]:
    since = now - timedelta(hours=half_life_h * HALF_LIVES)
    hours: dict[int, list[float]] = defaultdict(list)
    rows: Any = session.connection().execute(ASKED, {"people": people, "since": since}).all()
    at = now.timestamp()
    for person_id, seconds in rows:
        hours[person_id].append((at - float(seconds)) / 3600)
    return {person_id: fatigue_after(passed, half_life_h) for person_id, passed in hours.items()}
