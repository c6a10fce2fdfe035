"""Reads of emergency plans."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.rotation.emergency.models import (
    Activation,
    EmergencyPlan,
    PlanOffer,
    PlanSkill,
)
from app.rotation.emergency.report import Answers
from app.rotation.models import DutyAsk
from app.rotation.states import ActivationState


@dataclass(frozen=True, slots=True)
class Call:
    """A running plan's question to a volunteer."""

    ask_id: int
    plan: EmergencyPlan
    activation: Activation
    state: str
    # The hours that the question is about.
    since: datetime
    until: datetime

    @property
    def longer(self) -> bool:
        """Whether it asks about hours added by an extension."""
        return self.since > self.activation.since


def _up(area_path: str) -> list[str]:
    ids = [part for part in area_path.split("/") if part]
    return ["/" + "/".join(ids[:end]) + "/" for end in range(1, len(ids) + 1)]


def plans_in(session: Session, paths: Sequence[str]) -> list[EmergencyPlan]:
    """Active plans of these areas, of the areas below, and those of areas above."""
    rows = session.scalars(
        select(EmergencyPlan)
        .where(
            EmergencyPlan.retired_at.is_(None),
            or_(
                *(EmergencyPlan.area_path.startswith(path) for path in paths),
                EmergencyPlan.area_path.in_([up for path in paths for up in _up(path)]),
            ),
        )
        .order_by(EmergencyPlan.id)
    )
    return list(rows)


def plans_for(session: Session, area_path: str) -> list[EmergencyPlan]:
    """Active plans that apply in an area: its own and those of areas above."""
    rows = session.scalars(
        select(EmergencyPlan)
        .where(EmergencyPlan.retired_at.is_(None), EmergencyPlan.area_path.in_(_up(area_path)))
        .order_by(EmergencyPlan.id)
    )
    return list(rows)


def skills_wanted(session: Session, plan_ids: Sequence[int]) -> dict[int, frozenset[int]]:
    """The skills that each plan needs."""
    rows = session.execute(
        select(PlanSkill.plan_id, PlanSkill.skill_id).where(PlanSkill.plan_id.in_(plan_ids))
    )
    found: dict[int, set[int]] = {}
    for plan_id, skill_id in rows:
        found.setdefault(plan_id, set()).add(skill_id)
    return {plan_id: frozenset(ids) for plan_id, ids in found.items()}


def offers_of(session: Session, person_id: int) -> dict[int, PlanOffer]:
    """A person's offers, by plan."""
    rows = session.scalars(
        select(PlanOffer).where(PlanOffer.person_id == person_id, PlanOffer.ended_at.is_(None))
    )
    return {one.plan_id: one for one in rows}


def offer_counts(session: Session, plan_ids: Sequence[int]) -> dict[int, int]:
    """The number of offers for each plan."""
    rows = session.execute(
        select(PlanOffer.plan_id, func.count())
        .where(PlanOffer.plan_id.in_(plan_ids), PlanOffer.ended_at.is_(None))
        .group_by(PlanOffer.plan_id)
    )
    return dict(rows.all())


def running(session: Session) -> list[int]:
    """Running activations, in a fixed order."""
    rows = session.scalars(
        select(Activation.id)
        .where(Activation.state == ActivationState.RUNNING)
        .order_by(Activation.id)
    )
    return list(rows)


def activations_in(session: Session, paths: Sequence[str], *, limit: int = 50) -> list[Activation]:
    """Activations in these areas and below, the newest first."""
    rows = session.scalars(
        select(Activation)
        .where(or_(*(Activation.area_path.startswith(path) for path in paths)))
        .order_by(Activation.id.desc())
        .limit(limit)
    )
    return list(rows)


def running_around(session: Session, plan_id: int, area_path: str) -> bool:
    """Whether the plan is running in the area, above it, or in a part of it."""
    rows = session.scalars(
        select(Activation.area_path).where(
            Activation.plan_id == plan_id, Activation.state == ActivationState.RUNNING
        )
    )
    return any(path.startswith(area_path) or area_path.startswith(path) for path in rows)


def answers_of(session: Session, activation_id: int) -> Answers:
    """How many were asked, and their answers; of two questions to a person one yes counts once."""
    rows = session.execute(
        select(DutyAsk.person_id, DutyAsk.state).where(DutyAsk.activation_id == activation_id)
    )
    said: dict[int, set[str]] = {}
    for person_id, state in rows:
        said.setdefault(person_id, set()).add(state)
    yes = sum("yes" in states for states in said.values())
    no = sum("no" in states and "yes" not in states for states in said.values())
    return Answers(len(said), yes, no, len(said) - yes - no)


def calls_of(session: Session, person_id: int) -> list[Call]:
    """The running plans that have asked somebody, the newest first."""
    rows = session.execute(
        select(DutyAsk.id, EmergencyPlan, Activation, DutyAsk.state, DutyAsk.since, DutyAsk.until)
        .join(Activation, Activation.id == DutyAsk.activation_id)
        .join(EmergencyPlan, EmergencyPlan.id == Activation.plan_id)
        .where(DutyAsk.person_id == person_id, Activation.state == ActivationState.RUNNING)
        .order_by(DutyAsk.id.desc())
    )
    return [
        Call(key, plan, run, state, since or run.since, until or run.until)
        for key, plan, run, state, since, until in rows
    ]
