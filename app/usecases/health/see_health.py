"""Whether the service is healthy: its jobs, its outbox, its queues, and why not in plain words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.core.crypto import keyring
from app.core.job_runs import Run, read_runs
from app.core.leases import read_fences
from app.core.lock_waits import LockWaits, lock_waits
from app.help_requests.queries import count_live, count_overdue
from app.notifications.queries import count_unhandled, count_unsettled, oldest_due
from app.trail.chain import key_generation

# Nothing due should wait longer than this to be sent.
URGENT_WAITS = timedelta(seconds=60)
OTHER_WAITS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Health:
    """All figures at one moment: messages by state and channel; no personal data."""

    now: datetime
    runs: tuple[Run, ...]
    messages: dict[tuple[str, str], int]
    urgent_due_since: datetime | None
    other_due_since: datetime | None
    requests: dict[str, int]
    overdue: int
    unhandled_texts: int
    locks: LockWaits
    fences: dict[str, int]
    keys_rotated: bool = False

    @property
    def why(self) -> tuple[str, ...]:
        """What is wrong, in plain words; empty when all is well."""
        return tuple(self._wrong())

    @property
    def urgent_waits(self) -> timedelta:
        """How long the oldest urgent message has been due."""
        return self.now - (self.urgent_due_since or self.now)

    @property
    def other_waits(self) -> timedelta:
        """How long the oldest other message has been due."""
        return self.now - (self.other_due_since or self.now)

    def _wrong(self) -> Iterator[str]:
        if self.keys_rotated:
            yield "Keys were rotated since this process started: start the web again."
        if not self.runs:
            yield "No scheduler has run yet: start `flask scheduler`."
        late = [_in_words(run, self.now) for run in self.runs if run.is_late(self.now)]
        if late:
            yield f"The scheduler is down or stuck. Late jobs: {'; '.join(late)}."
        for run in self.runs:
            if run.is_failing:
                yield f"Job {run.name} failed {run.failures} times in a row: see its log."
        for kind, waits, limit in (
            ("urgent", self.urgent_waits, URGENT_WAITS),
            ("ordinary", self.other_waits, OTHER_WAITS),
        ):
            if waits > limit:
                yield f"The oldest {kind} message has been due for {_seconds(waits)} s, unsent."


def _in_words(run: Run, now: datetime) -> str:
    if run.is_running and run.began_at is not None:
        return f"{run.name} has run for {_seconds(now - run.began_at)} s"
    age = _seconds(run.age(now))
    if run.ended_at is None:
        return f"{run.name} has not run for {age} s, every {run.every_s:g} s is planned"
    return f"{run.name} ran last {age} s ago, every {run.every_s:g} s is planned"


def _seconds(period: timedelta) -> int:
    return round(period.total_seconds())


def see_health(session: Session, *, now: datetime) -> Health:
    """Collects all figures. The caller checks permissions."""
    due = oldest_due(session, now=now)
    return Health(
        now=now,
        runs=tuple(read_runs(session)),
        messages=count_unsettled(session),
        urgent_due_since=due.get(True),
        other_due_since=due.get(False),
        requests=count_live(session),
        overdue=count_overdue(session, now=now),
        unhandled_texts=count_unhandled(session),
        locks=lock_waits(session),
        fences=read_fences(session),
        keys_rotated=key_generation(session) != keyring().generation,
    )
