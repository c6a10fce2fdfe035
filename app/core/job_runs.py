"""When each job of the scheduler ran last, so that other processes can check on it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import String, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.base import Base
from app.core.statements import changed

# A job is late after this many of its intervals, plus the time in which another scheduler takes
# over the lease and records its runs.
PAUSES = 3
SLACK = timedelta(seconds=30)
# Failures in a row after which a job counts as failing.
FAILURES = 3


class JobRun(Base):
    """One job. `since` is when its scheduler took it on."""

    __tablename__ = "job_run"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    every_s: Mapped[float]
    longest_s: Mapped[float]
    since: Mapped[datetime]
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    # Failures in a row.
    failures: Mapped[int] = mapped_column(default=0)


@dataclass(frozen=True, slots=True)
class Run:
    """The last run of a job, as its scheduler knows it. None: not since the scheduler started."""

    name: str
    every_s: float
    longest_s: float
    since: datetime
    began_at: datetime | None
    ended_at: datetime | None
    failures: int

    @property
    def is_running(self) -> bool:
        """Whether it began and has not ended, if its scheduler still lives."""
        return (
            self.began_at is not None
            and self.began_at >= self.since
            and (self.ended_at is None or self.ended_at < self.began_at)
        )

    def age(self, now: datetime) -> timedelta:
        """Time since it ended last, or since its scheduler started if it has not ended since."""
        return max(timedelta(0), now - max(self.since, self.ended_at or self.since))

    def is_late(self, now: datetime) -> bool:
        """Whether it should have begun again, or ended, long ago."""
        if self.is_running and self.began_at is not None:
            return now - self.began_at > timedelta(seconds=self.longest_s)
        return self.age(now) > PAUSES * timedelta(seconds=self.every_s) + SLACK

    @property
    def is_failing(self) -> bool:
        """Whether it failed several times in a row."""
        return self.failures >= FAILURES


def write_runs(session: Session, runs: Iterable[Run]) -> None:
    """Stores these runs. Values unknown since a restart stay as they were."""
    for run in runs:
        values: dict[str, object] = {
            "every_s": run.every_s,
            "longest_s": run.longest_s,
            "since": run.since,
            "failures": run.failures,
        }
        values |= {"began_at": run.began_at} if run.began_at else {}
        values |= {"ended_at": run.ended_at} if run.ended_at else {}
        if not changed(session, update(JobRun).where(JobRun.name == run.name).values(**values)):
            session.add(JobRun(name=run.name, **values))


def forget_others(session: Session, names: Iterable[str]) -> None:
    """Deletes the rows of jobs that this version does not have."""
    changed(session, delete(JobRun).where(JobRun.name.not_in(list(names))))


def read_runs(session: Session) -> list[Run]:
    """The last run of every job, by name."""
    rows = session.scalars(
        select(JobRun).order_by(JobRun.name).execution_options(populate_existing=True)
    )
    return [
        Run(
            row.name,
            row.every_s,
            row.longest_s,
            row.since,
            row.began_at,
            row.ended_at,
            row.failures,
        )
        for row in rows
    ]
