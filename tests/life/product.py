"""The running product: its application, its transactions, and processes that die in between."""

import sys
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from math import inf
from typing import Any, TypeVar

import structlog

from app.channels.ports import Channel
from app.core.actor import Actor
from app.core.context import Context
from app.core.db import Session, db, writing
from app.factory import create_app
from app.jobs.context import JobContext
from tests.databases import Database
from tests.life.clock import VirtualClock

T = TypeVar("T")


class Death(StrEnum):
    """When a process is killed: before its next commit, or just after it."""

    BEFORE = "before"
    AFTER = "after"


class Killed(BaseException):
    """The process was killed. No job catches it, as none survives a kill."""


@dataclass
class MortalJobContext(JobContext):
    """A scheduler that holds the lease and may be killed at its next commit."""

    dies: Death | None = None

    @contextmanager
    def change(self) -> Iterator[Session]:
        """A writing transaction, at which the process may die."""
        with super().change() as session:
            yield session
            self._die(Death.BEFORE)
        self._die(Death.AFTER)

    def _die(self, when: Death) -> None:
        if self.dies == when:
            self.dies = None
            raise Killed


@dataclass
class Product:
    """The product on one database, at a virtual time."""

    clock: VirtualClock
    jobs: MortalJobContext
    # What broke inside: faults that a job logs and goes on from.
    faults: list[str] = field(default_factory=list)

    def commit(self, actor: Actor, work: Callable[[Context], T]) -> T:
        """Does something as this actor in one transaction, as an entry point does."""
        with self.jobs.app.app_context(), writing() as session:
            return work(Context(session, actor, self.clock.now))

    def read(self, work: Callable[[Session], T]) -> T:
        """Reads in a transaction of its own; rows stay as they were read."""
        with self.jobs.look() as session:
            found = work(session)
            session.expunge_all()
            return found


@contextmanager
def running_product(
    database: Database, clock: VirtualClock, channels: dict[str, Channel]
) -> Iterator[Product]:
    """The product on this database, with these channels. Its log goes into `faults`."""
    app = create_app(database.config)
    context = MortalJobContext(
        app=app,
        config=database.config,
        channels=channels,
        geocoders=(),
        holder="simulation",
        held_until=inf,
    )
    product = Product(clock, context)
    with _log_into(product.faults):
        yield product
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@contextmanager
def _log_into(faults: list[str]) -> Iterator[None]:
    """Keeps errors that the product logs, and drops the rest of its log."""

    def keep(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        if method in ("error", "exception", "critical"):
            error = event.get("exc_info")
            found = sys.exc_info()[1] if error is True else error
            faults.append(f"{event.get('event')} {event.get('tick', '')}: {found!r}")
        raise structlog.DropEvent

    processors = structlog.get_config()["processors"]
    before = list(processors)
    processors[:] = [keep]
    try:
        yield
    finally:
        processors[:] = before
