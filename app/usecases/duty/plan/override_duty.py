"""Overrides: a coordinator changes who is on duty for a period. Anybody added is asked first."""

from datetime import datetime

from sqlalchemy import update

from app.core.context import Context
from app.core.errors import Invalid, NotFound, Stale
from app.core.i18n import N_
from app.core.statements import changed
from app.people.models import Person
from app.rotation.plan.models import RotaOverride
from app.rotation.plan.overrides import ADD, KINDS, REPLACE
from app.rotation.rules import Span
from app.usecases.duty.plan.conflicts import check_may_ask, check_planned
from app.usecases.duty.plan.leave_duty import let_back
from app.usecases.duty.plan.manage_rota import of_coordinator, record_rota
from app.usecases.duty.plan.publish_duty import publish_duty
from app.usecases.shared.lock_people import lock_people


def override_duty(
    context: Context,
    *,
    rota_id: int,
    kind: str,
    starts_at: datetime,
    ends_at: datetime,
    layer: int | None = None,
    person_id: int | None = None,
    by_id: int | None = None,
) -> int:
    """Adds, removes or replaces somebody for a period. Anybody added is asked first.

    Raises Refused when something speaks against asking them.
    """
    lock_people(context.session, [by_id])
    rota = of_coordinator(context.session, context.actor, rota_id)
    wrong = {}
    if kind not in KINDS or (kind == REPLACE and person_id is None):
        wrong["kind"] = N_("请选要怎么改")
    if kind in (ADD, REPLACE) and (by_id is None or context.session.get(Person, by_id) is None):
        wrong["by_id"] = N_("请选志愿者")
    if not starts_at < ends_at or ends_at <= context.now:
        wrong["ends_at"] = N_("结束要在开始之后，并且在将来")
    if wrong:
        raise Invalid(wrong)
    if kind in (ADD, REPLACE) and by_id is not None:
        let_back(context, rota, by_id, starts_at=starts_at, ends_at=ends_at)
        span = Span(by_id, max(starts_at, context.now), ends_at, layer or 1)
        check_may_ask(context.session, rota, span)
    made = RotaOverride(
        rota_id=rota.id,
        kind=kind,
        layer=layer,
        person_id=person_id,
        by_id=by_id if kind in (ADD, REPLACE) else None,
        starts_at=starts_at,
        ends_at=ends_at,
        made_at=context.now,
        made_by=context.actor.person_id,
    )
    context.session.add(made)
    context.session.flush()
    record_rota(context, rota, "rota.overridden", override=made.id, change=kind, layer=layer)
    publish_duty(context, rota_id=rota.id)
    if kind == ADD and by_id is not None:
        check_planned(context, rota, Span(by_id, starts_at, ends_at, layer or 1))
    return made.id


def end_override(context: Context, *, override_id: int) -> None:
    """Ends an override. A coordinator cannot end somebody's own "I cannot"."""
    found = context.session.get(RotaOverride, override_id)
    if found is None or found.kind not in KINDS:
        raise NotFound(N_("没有找到这次调整"))
    rota = of_coordinator(context.session, context.actor, found.rota_id)
    held = update(RotaOverride).where(
        RotaOverride.id == override_id, RotaOverride.ended_at.is_(None)
    )
    if not changed(context.session, held.values(ended_at=context.now)):
        raise Stale(N_("这次调整已经撤回了"))
    context.session.refresh(found)
    record_rota(context, rota, "rota.override_ended", override=override_id)
    publish_duty(context, rota_id=rota.id)
