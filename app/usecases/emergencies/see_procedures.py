"""What coordinators and volunteers see of emergency procedures."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import Actor, RoleName
from app.core.context import Context
from app.core.errors import NotFound
from app.core.i18n import N_
from app.people.models import Person
from app.people.namesakes import PersonName
from app.people.queries import names_of, skills_of
from app.rotation.emergency.models import Activation, EmergencyPlan
from app.rotation.emergency.queries import (
    Call,
    activations_in,
    answers_of,
    calls_of,
    offer_counts,
    offers_of,
    plans_for,
    plans_in,
    skills_wanted,
)
from app.rotation.emergency.report import Answers, lacking, wanted_minutes
from app.rotation.emergency.rules import Piece, parts_of
from app.rotation.models import Rota, Shift
from app.rotation.rules import Span
from app.rotation.states import ActivationState, ShiftState
from app.usecases.emergencies.fill_procedure import periods_of
from app.usecases.emergencies.manage_procedures import TEXTS, PlanTerms, living_plan


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A procedure on the list: how many offer, where it runs; `own`: the actor may change it."""

    plan: EmergencyPlan
    offers: int
    running: tuple[Activation, ...]
    own: bool


@dataclass(frozen=True, slots=True)
class PlanToChange:
    """A procedure for its edit form. `version` goes back with the form."""

    area_id: int
    version: int
    terms: PlanTerms

    def name(self, locale: str) -> str:
        """The name in a language, Chinese where it has none."""
        texts = self.terms.texts
        own = {"zh_Hant": texts["name_hant"], "en": texts["name_en"]}.get(locale)
        return own or texts["name_zh"]


@dataclass(frozen=True, slots=True)
class Row:
    """One shift of an emergency: who comes, who of them checked in, how many it lacks."""

    starts_at: datetime
    ends_at: datetime
    names: tuple[PersonName, ...]
    there: int
    missing: int


@dataclass(frozen=True, slots=True)
class Running:
    """Everything on the page of one activation. `covered`: share of the wanted hours, 0 to 1."""

    activation: Activation
    plan: EmergencyPlan
    answers: Answers
    rows: tuple[Row, ...]
    gaps: tuple[Piece, ...]
    covered: float


@dataclass(frozen=True, slots=True)
class MyPlan:
    """A procedure as a volunteer sees it; `parts` are those that they offered, None: no offer."""

    plan: EmergencyPlan
    parts: tuple[str, ...] | None
    lacks_skill: bool


def list_plans(session: Session, *, actor: Actor) -> tuple[list[PlanLine], list[Activation]]:
    """The procedures of the actor's areas, and their activations. Few queries."""
    paths = actor.paths(RoleName.COORDINATOR)
    plans, started = plans_in(session, paths), activations_in(session, paths)
    counts = offer_counts(session, [one.id for one in plans])
    runs = [one for one in started if one.state == ActivationState.RUNNING]
    lines = [
        PlanLine(
            one,
            counts.get(one.id, 0),
            tuple(run for run in runs if run.plan_id == one.id),
            actor.has(RoleName.COORDINATOR, one.area_path),
        )
        for one in plans
    ]
    return lines, started


def plan_to_change(session: Session, *, actor: Actor, plan_id: int) -> PlanToChange:
    """An active procedure of the actor's area."""
    plan = living_plan(session, plan_id)
    actor.needs(RoleName.COORDINATOR, plan.area_path)
    skills = skills_wanted(session, [plan_id]).get(plan_id, frozenset())
    terms = PlanTerms(
        texts={name: getattr(plan, name) for name in TEXTS},
        people=plan.people,
        wanted=plan.wanted or [],
        trigger_value=plan.trigger_value,
        trigger_days=plan.trigger_days,
        skill_ids=tuple(sorted(skills)),
    )
    return PlanToChange(plan.area_id, plan.version, terms)


def see_activation(context: Context, *, activation_id: int) -> Running:
    """One activation of a procedure, while it runs and after."""
    activation = context.session.get(Activation, activation_id)
    if activation is None:
        raise NotFound(N_("没有找到这次应急"))
    context.actor.needs(RoleName.COORDINATOR, activation.area_path)
    rota = context.session.get_one(Rota, activation.rota_id)
    end = activation.ended_at or activation.until
    periods = [
        (since, min(to, end))
        for since, to in periods_of(context.session, activation, rota)
        if since < end
    ]
    shifts = _shifts(context.session, rota.id)
    spans = [Span(one.person_id, one.starts_at, one.ends_at) for one in shifts]
    names = names_of(context.session, (one.person_id for one in shifts))
    people = activation.people
    left = [(max(since, context.now), to) for since, to in periods if to > context.now]
    total = wanted_minutes(periods, people)
    missing = sum(
        wanted_minutes([(one.starts_at, one.ends_at)], one.missing)
        for one in lacking(periods, spans, people)
    )
    return Running(
        activation,
        context.session.get_one(EmergencyPlan, activation.plan_id),
        answers_of(context.session, activation.id),
        tuple(_row(since, to, shifts, names, people) for since, to in periods),
        lacking(left, spans, people),
        1 - missing / total if total else 0.0,
    )


def _shifts(session: Session, rota_id: int) -> list[Shift]:
    rows = session.scalars(
        select(Shift)
        .where(Shift.rota_id == rota_id, Shift.state == ShiftState.AGREED)
        .order_by(Shift.starts_at, Shift.id)
    )
    return list(rows)


def _row(
    since: datetime, to: datetime, shifts: list[Shift], names: dict[int, PersonName], people: int
) -> Row:
    here = [one for one in shifts if one.starts_at < to and since < one.ends_at]
    came = {one.person_id for one in here if one.checked_in_at is not None}
    all_of = dict.fromkeys(one.person_id for one in here)
    there = tuple(names[one] for one in all_of)
    return Row(since, to, there, len(came), max(0, people - len(all_of)))


def plans_of_volunteer(session: Session, *, actor: Actor) -> list[MyPlan]:
    """The procedures of a volunteer's area and those above, with what the volunteer offered."""
    person = session.get_one(Person, actor.person_id or 0)
    plans, mine = plans_for(session, person.area_path), offers_of(session, person.id)
    wanted, skills = (
        skills_wanted(session, [one.id for one in plans]),
        skills_of(session, person.id),
    )
    return [
        MyPlan(
            one,
            parts_of(mine[one.id].hours) if one.id in mine else None,
            bool(wanted.get(one.id, frozenset()) - skills),
        )
        for one in plans
    ]


def calls_waiting(session: Session, *, actor: Actor) -> list[Call]:
    """Running emergencies that have asked this volunteer."""
    return calls_of(session, actor.person_id or 0)
