"""Trying a policy on the past (派单试算): a coordinator asks, a tick runs it, then it is chosen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.areas.models import Area
from app.catalogue.models import Category
from app.core.actor import Actor
from app.core.errors import Invalid, LimitReached, NotFound, Refused, Stale
from app.core.i18n import N_
from app.core.statements import changed
from app.desk.choose_policy import choose_policy
from app.desk.decide_asks import policy_here
from app.desk.replay_history import Asked, read_history
from app.dispatch.models import DispatchPolicy
from app.help_requests.rules import URGENCY_RANK
from app.matching.lab.history import History
from app.matching.lab.report import try_policy
from app.matching.policy import Policy, as_mapping, policy_from
from app.trail.chain import record
from app.trials.models import Trial
from app.trials.queries import MOST_TRIES, due, waiting

MOST_WAITING = 3
# A trial is of the last month, and of so many requests at most: it takes seconds, not minutes.
BACK = timedelta(days=30)
MOST_REQUESTS = 250


def ask_for_trial(
    session: Session,
    *,
    actor: Actor,
    area_id: int,
    category_id: int,
    urgency: str,
    policy: Mapping[str, Any],
    now: datetime,
) -> int:
    """Asks for a trial against what holds today. Raises Invalid with the key that is wrong."""
    area = session.get(Area, area_id)
    if area is None:
        raise NotFound(N_("没有这个区域"))
    actor.needs("coordinator", area.path)
    category = session.get(Category, category_id)
    if category is None:
        raise NotFound(N_("没有这种服务"))
    if urgency not in URGENCY_RANK:
        raise Invalid({"urgency": N_("请选紧急程度")})
    if waiting(session, area.path) >= MOST_WAITING:
        raise LimitReached(N_("前面的试算还没有做完，请等一会儿再试"))
    try:
        kept = as_mapping(policy_from(policy))
    except ValueError as wrong:
        raise Invalid({str(wrong).partition(":")[0]: N_("这个数字太大或太小")}) from wrong
    trial = Trial(
        area_id=area.id,
        area_path=area.path,
        category_id=category.id,
        urgency=urgency,
        policy=kept,
        against=as_mapping(policy_here(session, area.path, category, urgency)),
        state="waiting",
        made_by=actor.person_id,
        made_at=now,
        result={},
    )
    session.add(trial)
    session.flush()
    _note(session, trial, "trial.asked", actor, now)
    return trial.id


def trial_for(session: Session, *, actor: Actor, trial_id: int) -> Trial:
    """A trial before a coordinator of its area."""
    trial = session.get(Trial, trial_id, populate_existing=True)
    if trial is None:
        raise NotFound(N_("没有这次试算"))
    actor.needs("coordinator", trial.area_path)
    return trial


@dataclass(frozen=True, slots=True)
class Claimed:
    """A trial that is this process's to run; `tries` is the fence."""

    trial_id: int
    tries: int


def claim_trial(session: Session, *, now: datetime) -> Claimed | None:
    """Takes the oldest trial that waits; one that was cut off too often has failed."""
    for trial in due(session, now):
        mine = update(Trial).where(
            Trial.id == trial.id, Trial.state == trial.state, Trial.tries == trial.tries
        )
        if trial.tries >= MOST_TRIES:
            changed(session, mine.values(state="failed", ended_at=now))
        elif changed(session, mine.values(state="running", started_at=now, tries=trial.tries + 1)):
            return Claimed(trial.id, trial.tries + 1)
    return None


@dataclass(frozen=True, slots=True)
class Material:
    """What a trial needs from the database; playing it needs none."""

    history: History | None
    policy: Policy
    against: Policy
    seed: int

    def play(self) -> dict[str, Any] | None:
        """The figures, None without a past."""
        if self.history is None:
            return None
        return try_policy(self.history, self.policy, self.against, seed=self.seed)


def read_material(session: Session, *, trial_id: int) -> Material:
    """Reads the past that a trial replays: the month before it was asked for."""
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
    """Writes down what came of it, unless another took the trial over meanwhile."""
    mine = update(Trial).where(
        Trial.id == claimed.trial_id, Trial.state == "running", Trial.tries == claimed.tries
    )
    state = "nothing" if result is None else "done"
    return changed(session, mine.values(state=state, result=dict(result or {}), ended_at=now)) == 1


def choose_tried(session: Session, *, actor: Actor, trial_id: int, now: datetime) -> None:
    """Switches the tried policy on. Raises Stale when another was chosen since the trial."""
    trial = trial_for(session, actor=actor, trial_id=trial_id)
    if trial.state != "done":
        raise Refused(N_("试算做完以后才能启用"))
    category = session.get_one(Category, trial.category_id)
    today = policy_here(session, trial.area_path, category, trial.urgency)
    if as_mapping(today) != trial.against:
        raise Stale(N_("试算以后，这里的派单办法已经改过了，请重新试算"))
    choose_policy(
        session,
        actor=actor,
        area_id=trial.area_id,
        category_id=trial.category_id,
        urgency=trial.urgency,
        policy=trial.policy,
        version=session.scalar(
            select(DispatchPolicy.version).where(
                DispatchPolicy.area_id == trial.area_id,
                DispatchPolicy.category_id == trial.category_id,
                DispatchPolicy.urgency == trial.urgency,
            )
        ),
        now=now,
    )
    changed(session, update(Trial).where(Trial.id == trial.id).values(chosen_at=now))
    _note(session, trial, "trial.chosen", actor, now)


def _note(session: Session, trial: Trial, kind: str, actor: Actor, now: datetime) -> None:
    record(
        session,
        actor=actor,
        kind=kind,
        subject=("trial", trial.id),
        area_path=trial.area_path,
        now=now,
        details={
            "category": trial.category_id,
            "urgency": trial.urgency,
            "name": trial.policy["name"],
        },
    )
