"""Searches the volunteers near a request from near to far, and goes on from where it stood.

Each person is looked up once. People asked too often lately are passed over without a look-up while
others are found: they are a last resort, and a crowd of them must not slow the search.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from sqlalchemy.orm import Session

from app.matching.cells import AT_ONCE
from app.matching.eligibility import Candidate, Need, exclusions
from app.matching.search_limits import MOST_LOOKED_UP
from app.offers.rules import on_the_wall, period_touched
from app.usecases.dispatch.look_up_volunteers import Asking, look_up
from app.usecases.dispatch.nearest_volunteers import nearest_offering, nearest_ready, spot_of

# Of those who offer the category, report on this many of the nearest, asked or not.
ACCOUNTED_FOR = 20
# How many of the nearest are checked for fatigue at once: far cheaper than a look-up.
CHECKED_AT_ONCE = 256

# Returns those of these people who are passed over while others are found.
PassOver = Callable[[Sequence[int]], set[int]]


@dataclass
class NearSearch:
    """A search around one request. `known` holds everybody looked up, also by earlier searches."""

    session: Session
    need: Need
    asking: Asking
    pass_over: PassOver | None = None
    known: dict[int, Candidate] = field(default_factory=dict)
    _found: dict[int, Candidate] = field(default_factory=dict)
    # Passed over and not looked up, nearest first; those next in line for a look-up.
    _passed: list[int] = field(default_factory=list)
    _next: list[int] = field(default_factory=list)
    _able: int = 0

    def __post_init__(self) -> None:
        need = self.need
        spot = spot_of(need)
        week = period_touched(on_the_wall(*self.asking.task.window, self.asking.zone))
        at_once = AT_ONCE if self.pass_over is None else CHECKED_AT_ONCE
        start = self.asking.task.start
        self._ready = nearest_ready(self.session, spot, week=week, at=start, at_once=at_once)
        self._at_once = at_once
        around = nearest_offering(self.session, spot, at_once=ACCOUNTED_FOR)
        first = dict.fromkeys(self.asking.duty)
        first.update(dict.fromkeys(key for _, key in islice(around, ACCOUNTED_FOR)))
        self._seen = set(first)
        self._look_up([*first, *self._walk()])

    def find(self, enough: int) -> list[Candidate]:
        """Everybody looked up, once `enough` may be asked or nobody else is near.

        People passed over do not count; when others are fewer than `enough`, some of them
        are looked up in the end to make up the number. At most 600 people are considered.
        """
        while self._able < enough and len(self._seen) < MOST_LOOKED_UP:
            more = self._walk()
            if not more:
                missing = enough - self._able
                some, self._passed = self._passed[:missing], self._passed[missing:]
                self._look_up(some)
                break
            self._look_up(more)
        return list(self._found.values())

    def _walk(self) -> list[int]:
        """The next of the nearest who were not seen and are not passed over; empty at the end."""
        while not self._next and len(self._seen) < MOST_LOOKED_UP:
            more = [person_id for _, person_id in islice(self._ready, self._at_once)]
            if not more:
                break
            fresh = [key for key in more if key not in self._seen]
            self._seen.update(fresh)
            tired = self.pass_over(fresh) if self.pass_over is not None else set()
            self._passed += [key for key in fresh if key in tired]
            self._next += [key for key in fresh if key not in tired]
        taken, self._next = self._next[:AT_ONCE], self._next[AT_ONCE:]
        return taken

    def _look_up(self, people: Sequence[int]) -> None:
        new = [key for key in people if key not in self.known]
        if new:
            self.known |= {one.person_id: one for one in look_up(self.session, self.asking, new)}
        found = [self.known[key] for key in people if key in self.known]
        self._found |= {one.person_id: one for one in found}
        able = [one.person_id for one in found if not exclusions(self.need, one)]
        tired = self.pass_over(able) if self.pass_over is not None and able else set()
        self._able += sum(key not in tired for key in able)
