"""What every tick needs: the application, outbound channels, and whether this process may tick."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import structlog
from flask import Flask

from app.areas.geocoding import Asked
from app.channels.ports import Channel
from app.core.db import Session, db, writing
from app.core.leases import give_back, take_lease
from config import Config

LEASE = "ticks"
LEASE_S = 15.0
# A holder stops a moment before another may start.
MARGIN_S = 1.0
# How many units are listed at a time.
BATCH = 50

log = structlog.get_logger("diandan.jobs")


@dataclass
class JobContext:
    """One scheduler's context. `holder` is its name on the lease."""

    app: Flask
    config: Config
    channels: dict[str, Channel]
    geocoders: tuple[Asked, ...]
    holder: str
    held_until: float = 0.0
    stopping: threading.Event = field(default_factory=threading.Event)

    def holds_lease(self) -> bool:
        """Whether this process is the one that ticks, by a monotonic clock."""
        return not self.stopping.is_set() and time.monotonic() < self.held_until - MARGIN_S

    def renew(self) -> bool:
        """Takes or renews the lease."""
        asked_at = time.monotonic()
        with self.change() as session:
            fence = take_lease(session, name=LEASE, holder=self.holder, seconds=LEASE_S)
        held_before = self.holds_lease()
        self.held_until = asked_at + LEASE_S if fence is not None else 0.0
        if fence is not None and not held_before:
            log.info("lease taken", holder=self.holder, fence=fence)
        return fence is not None

    def let_go(self) -> None:
        """Gives the lease back, so that the next scheduler need not wait."""
        self.held_until = 0.0
        with self.change() as session:
            give_back(session, name=LEASE, holder=self.holder)

    @contextmanager
    def change(self) -> Iterator[Session]:
        """A writing transaction."""
        with self.app.app_context(), writing() as session:
            yield session

    @contextmanager
    def look(self) -> Iterator[Session]:
        """A read-only transaction, which does not block writers."""
        with self.app.app_context():
            session: Session = db.session()
            try:
                yield session
            finally:
                session.rollback()


def each(context: JobContext, what: str, units: list[int], work: Callable[[int], None]) -> int:
    """Does every unit separately: a failing one is logged and stops no other."""
    done = 0
    for unit in units:
        if not context.holds_lease():
            break
        try:
            work(unit)
            done += 1
        except Exception:
            log.exception("a unit failed", tick=what, unit=unit)
    return done


def urgent_first(
    context: JobContext,
    what: str,
    due: Callable[[int, bool], list[int]],
    work: Callable[[int], None],
) -> None:
    """Does everything that is due, and before each unit anything urgent that came due meanwhile.

    `due(limit, urgent_only)` lists units. Each is done once in a run, so that one that fails and
    stays due holds up no other.
    """
    tried: set[int] = set()
    while batch := [one for one in due(BATCH + len(tried), False) if one not in tried]:
        for one in batch:
            for unit in (*due(BATCH + len(tried), True), one):
                if unit not in tried:
                    tried.add(unit)
                    each(context, what, [unit], work)
                if not context.holds_lease():
                    return
