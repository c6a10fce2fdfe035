"""Runs a trial: claims it, reads the past, replays it without the database, stores the result."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.matching.lab.history import History
from app.matching.lab.report import try_policy
from app.matching.policy import Policy, policy_from
from app.trials.models import Trial
from app.trials.queries import MOST_TRIES, due_trials
from app.usecases.policies.replay_history import Asked, read_history
from app.usecases.policies.trial_state import move_trial

# A trial covers a month and at most this many requests, to take seconds, not minutes.
BACK = timedelta(days=30)
MOST_REQUESTS = 250


@dataclass(frozen=True, slots=True)
class Claimed:
    """A trial claimed by this process; `tries` is the fence."""

    trial_id: int
    tries: int


def claim_trial(session: Session, *, now: datetime) -> Claimed | None:
    """Claims the oldest waiting trial; one interrupted too often has failed."""
    for trial in due_trials(session, now):
        tries = trial.tries
        mine = Trial.tries == tries
        if tries >= MOST_TRIES:
            move_trial(session, trial.id, "fail", mine, ended_at=now)
        elif move_trial(session, trial.id, "run", mine, started_at=now, tries=tries + 1):
            return Claimed(trial.id, tries + 1)
    return None


@dataclass(frozen=True, slots=True)
class Material:
    """What a trial needs from the database; replaying it needs no database."""

    history: History | None
    policy: Policy
    against: Policy
    seed: int

    def play(self) -> dict[str, Any] | None:
        """The figures; None without a past."""
        if self.history is None:
            return None
        return try_policy(self.history, self.policy, self.against, seed=self.seed)


def read_material(session: Session, *, trial_id: int) -> Material:
    """Reads the past that a trial replays: the month before its creation."""
    trial = session.get_one(Trial, trial_id)
    past = Asked(
        area_path=trial.area_path,
        category_id=trial.category_id,
        urgency=trial.urgency,
        since=trial.made_at - BACK,
        until=trial.made_at,
        most=MOST_REQUESTS,
    )
    return Material(
        read_history(session, past),
        policy_from(trial.policy),
        policy_from(trial.against),
        seed=trial.id,
    )


def settle_trial(
    session: Session, *, claimed: Claimed, result: Mapping[str, Any] | None, now: datetime
) -> bool:
    """Stores the result, unless another process took the trial over meanwhile."""
    action = "find_nothing" if result is None else "finish"
    mine = Trial.tries == claimed.tries
    values = {"result": dict(result or {}), "ended_at": now}
    return move_trial(session, claimed.trial_id, action, mine, **values)
