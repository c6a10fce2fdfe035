"""What happened: one line for each step, as plain data without ids, names or codes of the database.

Two runs of a scenario give the same lines, on SQLite and on PostgreSQL.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Step:
    """One transaction of somebody, or one run of a job; `outcome` says how it ended."""

    number: int
    at: datetime
    who: str
    what: str
    about: str
    outcome: str

    def __str__(self) -> str:
        local = self.at.astimezone(LOCAL)
        words = (self.who, self.what, self.about, self.outcome)
        return f"{local:%m-%d %a %H:%M:%S}  {'  '.join(word for word in words if word)}"


@dataclass
class History:
    """The steps of one run, and the keys of the reactions that happened in it."""

    steps: list[Step] = field(default_factory=list)
    reactions: list[str] = field(default_factory=list)

    def add(self, at: datetime, who: str, what: str, about: str, outcome: str) -> Step:
        """Adds a step at a virtual time (UTC)."""
        step = Step(len(self.steps) + 1, at, who, what, about, outcome)
        self.steps.append(step)
        return step

    def as_text(self, *, last: timedelta | None = None) -> str:
        """The steps, or those of the last while."""
        since = self.steps[-1].at - last if last is not None and self.steps else None
        return "\n".join(str(one) for one in self.steps if since is None or one.at >= since)
