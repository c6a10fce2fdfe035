"""Runs a trial: claims it, reads the past, replays it without the database, stores the result."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core.statements import changed
from app.matching.lab.history import History
from app.matching.lab.report import try_policy
from app.matching.policy import Policy, policy_from
from app.trials.models import Trial
from app.trials.queries import MOST_TRIES, due_trials
from app.trials.rules import TrialState
from app.usecases.policies.replay_history import Asked, read_history

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
        mine = update(Trial).where(
            Trial.id == trial.id, Trial.state == trial.state, Trial.tries == trial.tries
        )
        if trial.tries >= MOST_TRIES:
            changed(session, mine.values(state=TrialState.FAILED, ended_at=now))
        elif changed(
            session, mine.values(state=TrialState.RUNNING, started_at=now, tries=trial.tries + 1)
        ):
            return Claimed(trial.id, trial.tries + 1)
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
    mine = update(Trial).where(
        Trial.id == claimed.trial_id,
        Trial.state == TrialState.RUNNING,
        Trial.tries == claimed.tries,
    )
    state = "nothing" if result is None else "done"
    return changed(session, mine.values(state=state, result=dict(result or {}), ended_at=now)) == 1
