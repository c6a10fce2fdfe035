"""A community that lives in virtual time on the real product: events, jobs, and what they leave."""

import heapq
import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select

from app.channels.ports import Outgoing
from app.core.actor import Actor, ActorKind, RoleName
from app.core.context import Context
from app.core.errors import Refused
from app.jobs.context import LEASE_S
from app.jobs.job_list import Job
from app.notifications.models import Notification
from app.notifications.rules import CALLS, TEXTS
from tests.databases import Database
from tests.factories import NOW
from tests.life.clock import VirtualClock
from tests.life.community import Directory, found_community
from tests.life.dice import dice
from tests.life.history import History
from tests.life.product import Killed, Product, running_product
from tests.life.provider import FakeProvider, deliver
from tests.life.scenario import Act, Persona, Scenario
from tests.life.ticks import Ticks

LINES = {"deliver": TEXTS, "calls": CALLS}
# Who does what jobs do, in a history.
JOBS = "jobs"
# The share of numbers that get no texts.
DEAD = 0.06
REFUSED, FAILED = "refused: ", "failed: "


@dataclass(frozen=True, slots=True)
class Message:
    """A message that has arrived. `subject` is what it is about, `match:12`."""

    template: str
    subject: str
    request_id: int | None
    channel: str
    at: datetime

    @property
    def about(self) -> int:
        """The number in the subject."""
        return int(self.subject.partition(":")[2] or 0)


@dataclass(frozen=True, slots=True)
class Carried:
    """A message as the provider carried it, at the machine's time."""

    notification_id: int
    template: str
    subject: str
    channel: str
    person_id: int | None
    urgent: bool
    body: str
    at: datetime


@dataclass(order=True)
class Event:
    """Something that will happen at a true time."""

    at: datetime
    number: int
    key: str = field(compare=False)
    happen: Callable[[], None] = field(compare=False)


@dataclass
class Simulation:
    """One run of a scenario."""

    scenario: Scenario
    clock: VirtualClock
    product: Product
    known: Directory
    provider: dict[str, FakeProvider]
    receive: Callable[["Simulation", Persona, Message], None]
    act: Callable[["Simulation", Persona, Act], None]
    history: History = field(default_factory=History)
    carried: list[Carried] = field(default_factory=list)
    # Since when (machine's clock) the scheduler runs without a break; it may lie ahead.
    up_since: datetime = NOW
    down_until: datetime | None = None
    _had: Counter[tuple[str, str]] = field(default_factory=Counter)
    _agenda: list[Event] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self.personas = {one.name: one for one in self.scenario.personas}
        self.by_phone = {phone: name for name, phone in self.known.phones.items()}
        self.ticks = Ticks(self.clock.now)
        self.end = self.clock.start + timedelta(days=self.scenario.days)
        for one in self.scenario.acts:
            self._plan_act(one)

    def _plan_act(self, one: Act) -> None:
        who = self.personas.get(one.who, Persona(one.who, "world"))
        at = self.clock.start + timedelta(seconds=one.at_s)
        self._push(at, one.key, lambda: self.act(self, who, one))

    def _push(self, at: datetime, key: str, happen: Callable[[], None]) -> None:
        heapq.heappush(self._agenda, Event(at, next(self._numbers), key, happen))

    def dice(self, *key: object) -> Random:
        """The dice of one decision."""
        return dice(self.scenario.seed, *key)

    def seen(self, who: str, template: str) -> int:
        """How many messages of a kind somebody has had, this one included."""
        return self._had[who, template]

    def after(self, delay: timedelta, key: str, happen: Callable[[], None]) -> None:
        """Plans a reaction; its key names it in every run of the scenario."""
        if key not in self.scenario.left_out:
            self._push(self.clock.true + delay, key, lambda: self._react(key, happen))

    def _react(self, key: str, happen: Callable[[], None]) -> None:
        self.history.reactions.append(key)
        happen()

    def do(self, who: str, what: str, work: Callable[[Context], Any], *, about: str = "") -> Any:
        """One transaction of somebody. Returns what the use case returned, None if refused."""
        return self.do_as(self.known.actors[who], who, what, work, about=about)

    def do_as(
        self,
        actor: Actor,
        who: str,
        what: str,
        work: Callable[[Context], Any],
        *,
        about: str = "",
    ) -> Any:
        """The same as another actor than their usual one, such as a text from their phone."""
        result, outcome = None, "done"
        try:
            result = self.product.commit(actor, work)
        except Refused as refusal:
            outcome = f"{REFUSED}{type(refusal).__name__} {refusal.msgid}"
        except Exception as error:
            outcome = f"{FAILED}{error!r}"
            self.product.faults.append(f"{who} {what}: {error!r}")
        self.note(who, what, about, outcome)
        return result

    def note(self, who: str, what: str, about: str = "", outcome: str = "done") -> None:
        """Adds a step to the history, after its commit."""
        self.ticks.committed()
        self.history.add(self.clock.true, who, what, about, outcome)

    def steps(self) -> Iterator[None]:
        """Goes on event by event until the end; yields after each that may have changed rows."""
        while True:
            event = self._agenda[0] if self._agenda else None
            at, job = self._next_job()
            if event is not None and event.at < at:
                if event.at >= self.end:
                    return
                heapq.heappop(self._agenda)
                self._go_to(event.at)
                event.happen()
            else:
                if at >= self.end:
                    return
                self._go_to(at)
                self._run(job)
            yield

    def _go_to(self, at: datetime) -> None:
        """Each step has a time of its own, so that it is known what came after what."""
        self.clock.go_to(max(at, self.clock.true + timedelta.resolution))

    def _next_job(self) -> tuple[datetime, Job]:
        at, job = self.product.read(lambda session: self.ticks.next_run(session, self.clock.now))
        true = max(self.clock.true, at - self.clock.ahead)
        return max(true, self.down_until or true), job

    def _run(self, job: Job) -> None:
        """Runs a job as the scheduler does; a killed one leaves the rest to its successor."""
        if self.down_until is not None:
            self.down_until = None
        outcome = "done"
        try:
            if job.name in LINES:
                deliver(self.product.jobs, self.clock, LINES[job.name])
            else:
                job.work(self.product.jobs)
        except Killed:
            outcome = "killed"
            self.stop_jobs(timedelta(seconds=LEASE_S))
        except Exception as error:
            self.product.faults.append(f"job {job.name}: {error!r}")
            outcome = f"{FAILED}{error!r}"
        self.ticks.ran(job, self.clock.now)
        self.history.add(self.clock.true, JOBS, job.name, "", outcome)

    def stop_jobs(self, during: timedelta) -> None:
        """No job runs for a while: a machine that was down, or a lease that must expire."""
        self.down_until = max(self.down_until or self.clock.true, self.clock.true + during)
        self.up_since = self.down_until + self.clock.ahead

    def set_clock(self, ahead: timedelta) -> None:
        """Sets the machine's clock forward or back. All that was due meanwhile is due now."""
        self.clock.set_ahead(ahead)
        self.ticks.set_back(self.clock.now)
        self.up_since = self.clock.now

    def arrive(self, channel: str, outgoing: Outgoing) -> None:
        """A message has arrived: its reader may react."""
        query = select(Notification).where(Notification.token == outgoing.key)
        row = self.product.read(lambda session: session.scalars(query).one())
        self.carried.append(
            Carried(
                row.id,
                row.template,
                row.subject,
                channel,
                row.person_id,
                row.urgent,
                outgoing.body,
                self.clock.now,
            )
        )
        name = self.by_phone.get(row.address)
        if name is None or name not in self.personas:
            return
        self._had[name, row.template] += 1
        message = Message(row.template, row.subject, row.request_id, channel, self.clock.true)
        self.receive(self, self.personas[name], message)


def dead_numbers(scenario: Scenario, known: Directory) -> set[str]:
    """Numbers of a few volunteers and residents that get no texts."""
    return {
        known.phones[one.name]
        for one in scenario.personas
        if one.role in (RoleName.VOLUNTEER, ActorKind.RESIDENT)
        and dice(scenario.seed, "dead", one.name).random() < DEAD
    }


@contextmanager
def simulation(
    scenario: Scenario,
    database: Database,
    *,
    receive: Callable[[Simulation, Persona, Message], None],
    act: Callable[[Simulation, Persona, Act], None],
) -> Iterator[Simulation]:
    """A scenario on a fresh database, ready to run."""
    with VirtualClock(NOW) as clock:
        made: list[Simulation] = []

        def arrive(channel: str, outgoing: Outgoing) -> None:
            made[0].arrive(channel, outgoing)

        channels = {
            name: FakeProvider(name, scenario.seed, clock, arrive) for name in ("sms", "call")
        }
        with running_product(database, clock, dict(channels)) as product:
            with database.new_session() as session:
                session.expire_on_commit = False
                known = found_community(session, scenario, clock.now)
            channels["sms"].gone = dead_numbers(scenario, known)
            made.append(Simulation(scenario, clock, product, known, channels, receive, act))
            yield made[0]
