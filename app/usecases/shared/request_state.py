"""One state change of a help request: the state, its deadline and its line in the trail."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.catalogue.models import Category
from app.core.attention import Attention
from app.core.context import Context
from app.core.errors import NotFound, Stale
from app.core.i18n import N_
from app.core.statements import changed
from app.core.urgency import Urgency
from app.core.wakes import Topic, wake, wake_if_due
from app.help_requests import rules
from app.help_requests.models import HelpRequest
from app.help_requests.rules import REQUEST_LIFE
from app.trail.chain import record
from app.usecases.shared.open_asks import next_silence

CHANGED_MEANWHILE = N_("这张需求单的状态已经变了，请看最新情况")


def load_request(session: Session, request_id: int) -> HelpRequest:
    """The help request as this transaction sees it. Raises NotFound."""
    request = session.scalar(
        select(HelpRequest)
        .where(HelpRequest.id == request_id)
        .execution_options(populate_existing=True)
    )
    if request is None:
        raise NotFound(N_("没有找到这张需求单"))
    return request


def deadlines_of(category: Category) -> rules.Deadlines:
    """The minutes that the category gives each waiting state."""
    return rules.Deadlines(
        verify=category.verify_minutes,
        dispatch=category.dispatch_minutes,
        accept=category.accept_minutes,
        arrive=category.arrive_minutes,
        finish=category.finish_minutes,
        feedback=category.feedback_minutes,
    )


def check_version(request: HelpRequest, version: int | None) -> None:
    """Raises Stale when the page was rendered from an older version."""
    if version is not None and version != request.version:
        raise Stale(CHANGED_MEANWHILE)


def move_request(
    context: Context,
    request: HelpRequest,
    action: str,
    *,
    target: rules.State | None = None,
    extra: dict[str, Any] | None = None,
    details: dict[str, Any] | None = None,
    note: str | None = None,
) -> None:
    """Moves the request by `action` of `help_requests.rules.REQUEST_LIFE` and records it.

    `target` says which of several outcomes the action has; `extra` are further columns to set.
    Raises Stale when the state has changed meanwhile.
    """
    context.session.flush()
    before = request.state
    after = REQUEST_LIFE.after(before, action) if target is None else target
    REQUEST_LIFE.check(before, action, after)
    values = _due_values(context, request, action, after) | (extra or {})
    silence = next_silence(context.session, request.id, context.now)
    if silence is not None and values["next_action_at"] is not None:
        values["next_action_at"] = min(values["next_action_at"], silence)
    values["look_by"] = values["next_action_at"]
    keep_danger(request, values, after)
    rows = changed(
        context.session,
        update(HelpRequest)
        .where(
            HelpRequest.id == request.id,
            HelpRequest.version == request.version,
            HelpRequest.state == before,
        )
        .values(**values, state=str(after), version=HelpRequest.version + 1),
    )
    if rows == 0:
        raise Stale(CHANGED_MEANWHILE)
    context.session.refresh(request)
    wake_if_looked_for(context.session, request, context.now)
    record(
        context,
        kind=f"help_request.{action}",
        subject=("help_request", request.id),
        area_path=request.area_path,
        request_id=request.id,
        details={"from": before, "to": str(after), **(details or {})},
        note=note,
    )


def keep_danger(request: HelpRequest, values: dict[str, Any], state: rules.State) -> None:
    """Drops what would overwrite `Attention.DANGER` while somebody is still awaited.

    Only a coordinator says that there is no danger; with the service it is over.
    """
    if request.attention != Attention.DANGER:
        return
    if state in rules.CANCELLABLE:
        values.pop("attention", None)
    else:
        values.setdefault("attention", None)


def _due_values(
    context: Context, request: HelpRequest, action: str, after: rules.State
) -> dict[str, Any]:
    """When the new state is overdue, and since when it has lasted."""
    category = context.session.get_one(Category, request.category_id)
    due = rules.due_at(
        after, deadlines_of(category), since=context.now, wanted_from=request.wanted_from
    )
    values: dict[str, Any] = {
        "state_since": context.now,
        "due_at": due,
        "next_action_at": due,
        "escalation": 0,
    }
    looks_anew = after == rules.State.MATCHING and request.state != after
    if looks_anew or action in ("lose_volunteer", "need_more"):
        values["matching_since"] = context.now
    return values


def wake_if_looked_for(session: Session, request: HelpRequest, now: datetime) -> None:
    """Wakes the jobs for a request that became due, urgent or in need of a location."""
    wake_if_due(session, Topic.REQUESTS, request.next_action_at, now)
    if request.urgency == Urgency.URGENT:
        wake(session, Topic.ESCALATIONS)
    if request.place_state == "to_geocode":
        wake(session, Topic.PLACES)
