"""Tries a policy on the past (派单试算): a coordinator asks for it, a tick runs it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.areas.models import Area
from app.catalogue.models import Category
from app.core.actor import Actor, RoleName
from app.core.context import Context
from app.core.errors import Invalid, LimitReached, NotFound, Refused, Stale
from app.core.i18n import N_
from app.core.statements import changed
from app.dispatch.models import DispatchPolicy
from app.help_requests.rules import URGENCY_RANK
from app.matching.policy import as_mapping, policy_from
from app.trail.chain import record
from app.trials.models import Trial
from app.trials.queries import waiting_trials
from app.trials.rules import TrialState
from app.usecases.dispatch.decide_asks import policy_here
from app.usecases.policies.choose_policy import choose_policy

MOST_WAITING = 3


def ask_for_trial(
    context: Context, *, area_id: int, category_id: int, urgency: str, policy: Mapping[str, Any]
) -> int:
    """Asks for a trial against the present policy. Raises Invalid with the key that is wrong."""
    area = context.session.get(Area, area_id)
    if area is None:
        raise NotFound(N_("没有这个区域"))
    context.actor.needs(RoleName.COORDINATOR, area.path)
    category = context.session.get(Category, category_id)
    if category is None:
        raise NotFound(N_("没有这种服务"))
    if urgency not in URGENCY_RANK:
        raise Invalid({"urgency": N_("请选紧急程度")})
    if waiting_trials(context.session, area.path) >= MOST_WAITING:
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
        against=as_mapping(policy_here(context.session, area.path, category, urgency)),
        state=TrialState.WAITING,
        made_by=context.actor.person_id,
        made_at=context.now,
        result={},
    )
    context.session.add(trial)
    context.session.flush()
    _note(context, trial, "trial.asked")
    return trial.id


def trial_for(session: Session, *, actor: Actor, trial_id: int) -> Trial:
    """A trial, for a coordinator of its area."""
    trial = session.get(Trial, trial_id, populate_existing=True)
    if trial is None:
        raise NotFound(N_("没有这次试算"))
    actor.needs(RoleName.COORDINATOR, trial.area_path)
    return trial


def choose_tried(context: Context, *, trial_id: int) -> None:
    """Puts the tried policy in force. Raises Stale when another was chosen since the trial."""
    trial = trial_for(context.session, actor=context.actor, trial_id=trial_id)
    if trial.state != TrialState.DONE:
        raise Refused(N_("试算做完以后才能启用"))
    category = context.session.get_one(Category, trial.category_id)
    today = policy_here(context.session, trial.area_path, category, trial.urgency)
    if as_mapping(today) != trial.against:
        raise Stale(N_("试算以后，这里的派单办法已经改过了，请重新试算"))
    choose_policy(
        context,
        area_id=trial.area_id,
        category_id=trial.category_id,
        urgency=trial.urgency,
        policy=trial.policy,
        version=context.session.scalar(
            select(DispatchPolicy.version).where(
                DispatchPolicy.area_id == trial.area_id,
                DispatchPolicy.category_id == trial.category_id,
                DispatchPolicy.urgency == trial.urgency,
            )
        ),
    )
    changed(
        context.session, update(Trial).where(Trial.id == trial.id).values(chosen_at=context.now)
    )
    _note(context, trial, "trial.chosen")


def _note(context: Context, trial: Trial, kind: str) -> None:
    record(
        context,
        kind=kind,
        subject=("trial", trial.id),
        area_path=trial.area_path,
        details={
            "category": trial.category_id,
            "urgency": trial.urgency,
            "name": trial.policy["name"],
        },
    )
