"""Changing a help request's contents before it ends."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.catalogue.models import Category
from app.catalogue.rules import DispatchMode
from app.core.actor import Actor, RoleName
from app.core.attention import Attention
from app.core.context import Context
from app.core.errors import Invalid, Refused, Stale
from app.core.i18n import N_
from app.core.statements import changed
from app.core.urgency import Urgency
from app.core.wishes import COMPANIONS, Wish, known_wishes
from app.dispatch.rules import EndReason
from app.help_requests.models import HelpRequest
from app.help_requests.places import PlaceState, state_from_places
from app.help_requests.rules import LIVE, URGENCY_RANK, State, due_at
from app.trail.chain import record
from app.usecases.dispatch.begin_anew import begin_anew
from app.usecases.dispatch.take_place import end_asks
from app.usecases.dispatch.tell_team import tell_whole
from app.usecases.dispatch.unable import raise_unable
from app.usecases.messages.notify import notify_resident
from app.usecases.requests.another_question import question_of
from app.usecases.requests.do_task import follow_finished
from app.usecases.requests.follow_change import (
    ALONE,
    end_unfit_asks,
    follow_change,
)
from app.usecases.requests.place_request import (
    ADDRESS_MAX,
    MOST_VOLUNTEERS,
    NEED_MAX,
    errors_of_period,
    least_needed,
)
from app.usecases.shared.lock_request import lock_request
from app.usecases.shared.place_state import fit_places, follow_places, places_of
from app.usecases.shared.request_state import (
    CHANGED_MEANWHILE,
    check_version,
    deadlines_of,
    wake_if_looked_for,
)

NOTE_MAX = 1000
# What a team had been told no longer counts for another time or kind of help.
TEAM_ASKS_ANEW = frozenset({"category_id", "wanted_from", "wanted_to"})


def live_request(
    session: Session, actor: Actor, request_id: int, version: int | None
) -> HelpRequest:
    """A request that may still be changed. Raises NotAllowed, Stale, or Refused when it ended."""
    request = lock_request(session, request_id)
    actor.needs(RoleName.COORDINATOR, request.area_path)
    check_version(request, version)
    if State(request.state) not in LIVE:
        raise Refused(N_("这张需求单已经结束，不能再改"))
    return request


def update_request(
    context: Context,
    request: HelpRequest,
    *,
    kind: str,
    values: dict[str, Any],
    details: dict[str, Any],
    note: str | None = None,
) -> None:
    """Writes `values` and a line of the trail. Raises Stale if somebody else wrote meanwhile."""
    rows = changed(
        context.session,
        update(HelpRequest)
        .where(HelpRequest.id == request.id, HelpRequest.version == request.version)
        .values(**values, version=HelpRequest.version + 1),
    )
    if rows == 0:
        raise Stale(CHANGED_MEANWHILE)
    context.session.refresh(request)
    wake_if_looked_for(context.session, request, context.now)
    record(
        context,
        kind=kind,
        subject=("help_request", request.id),
        area_path=request.area_path,
        request_id=request.id,
        details=details,
        note=note,
    )


def change_request(
    context: Context,
    *,
    request_id: int,
    version: int | None,
    category_id: int | None = None,
    need: str | None = None,
    urgency: str | None = None,
    volunteers_needed: int | None = None,
    wishes: Collection[str] | None = None,
    address: str | None = None,
    wanted_from: datetime | None = None,
    wanted_to: datetime | None = None,
) -> None:
    """Changes what was ordered; None leaves a value unchanged. Raises Invalid with the wrong
    fields.

    If fewer volunteers are needed and all are found, the search ends; if more, it goes on. People
    who were asked or have accepted are notified of what concerns them.
    """
    request = live_request(context.session, context.actor, request_id, version)
    given: dict[str, Any] = {
        "category_id": category_id,
        "need": None if need is None else need.strip(),
        "urgency": urgency,
        "volunteers_needed": volunteers_needed,
        "wishes": None if wishes is None else known_wishes(wishes),
        "address": None if address is None else address.strip(),
        "wanted_from": wanted_from,
        "wanted_to": wanted_to,
    }
    change_values(context, request, given)


def change_values(context: Context, request: HelpRequest, given: Mapping[str, Any]) -> None:
    """Changes the columns of a locked request; None leaves one unchanged. See `change_request`."""
    values: dict[str, Any] = {
        name: value
        for name, value in given.items()
        if value is not None and value != getattr(request, name)
    }
    errors = _errors(context.session, request, values, context.now)
    if errors:
        raise Invalid(errors)
    if not values:
        return
    fields, before = sorted(values), question_of(request)
    _follow(context.session, request, values)
    needed = values.get("volunteers_needed", request.volunteers_needed)
    details: dict[str, Any] = {"fields": fields, **fit_places(context, request, needed)}
    if "opened" in details:
        # Whoever asks for more wants it after all.
        values["cancelled_at"] = None
    update_request(context, request, kind="help_request.changed", values=values, details=details)
    if "opened" in details:
        follow_places(context, request, "need_more")
    elif "left" in details and request.places_taken == request.volunteers_needed:
        end_search(context, request)
    elif "left" in details:
        end_unfit_asks(context, request)
    follow_change(context, request, fields, before=before)
    if "left" in details:
        raise_unable(context, request, ALONE)
    if values.get("urgency") == Urgency.URGENT:
        begin_anew(context, request)


def _errors(
    session: Session, request: HelpRequest, values: dict[str, Any], now: datetime
) -> dict[str, str]:
    errors = {}
    if not 1 <= len(values.get("need", request.need)) <= NEED_MAX:
        errors["need"] = N_("请写一句要帮什么忙")
    if values.get("urgency", request.urgency) not in URGENCY_RANK:
        errors["urgency"] = N_("请选一个紧急程度")
    needed = values.get("volunteers_needed", request.volunteers_needed)
    least = least_needed(needed, values.get("wishes", request.wishes))
    if not max(1, request.places_taken) <= needed <= MOST_VOLUNTEERS:
        errors["volunteers_needed"] = N_("志愿者人数不能少于已接单的人数，最多 20")
    elif least > request.volunteers_needed and request.state == State.FINISHED:
        errors["volunteers_needed"] = N_("服务已经完成，不能再加人")
    if least > needed and "volunteers_needed" in values:
        errors["volunteers_needed"] = N_("居民希望有人陪同，至少要两位；不用陪同请先去掉这个愿望")
    if len(values.get("address", "")) > ADDRESS_MAX:
        errors["address"] = N_("地址太长了，请少写一些")
    if "category_id" in values and session.get(Category, values["category_id"]) is None:
        errors["category"] = N_("请选一种服务")
    if "wanted_from" in values or "wanted_to" in values:
        start = values.get("wanted_from", request.wanted_from)
        errors |= errors_of_period(start, values.get("wanted_to", request.wanted_to), now)
    return errors


def _follow(session: Session, request: HelpRequest, values: dict[str, Any]) -> None:
    """Updates what depends on a changed column, unless somebody had set it by hand."""
    if Wish.COMPANION in values.get("wishes", ()) and request.volunteers_needed < COMPANIONS:
        values.setdefault("volunteers_needed", COMPANIONS)
    if "category_id" in values:
        old = session.get_one(Category, request.category_id)
        new = session.get_one(Category, values["category_id"])
        values["auto_dispatch"] = new.mode == DispatchMode.AUTO
        if request.urgency == old.urgency:
            values.setdefault("urgency", new.urgency)
    if TEAM_ASKS_ANEW & set(values):
        values["team_notice"] = None
        if request.attention == Attention.TEAM_SHORT:
            values["attention"] = None
    if "address" in values and request.lat is None and values["address"]:
        values["place_state"] = "to_geocode"
    if "wanted_from" in values and request.state in (State.ASSIGNED, State.IN_PROGRESS):
        category = session.get_one(Category, values.get("category_id", request.category_id))
        due = due_at(
            request.state,
            deadlines_of(category),
            since=request.state_since,
            wanted_from=values["wanted_from"],
        )
        # Nobody was reminded of the new time yet.
        values |= {"due_at": due, "next_action_at": due, "escalation": 0}


def end_search(context: Context, request: HelpRequest) -> None:
    """Everybody needed was found: tells the others and the team; what was served can be rated."""
    end_asks(context, request, reason=EndReason.FEWER_NEEDED, template="match_not_needed")
    states = {PlaceState(one.state) for one in places_of(context.session, request)}
    after = state_from_places(State(request.state), states)
    if after == State.FINISHED:
        follow_finished(context, request)
    elif follow_places(context, request, "fill", extra={"attention": None}):
        notify_resident(
            context.session,
            request,
            "request_matched",
            now=context.now,
            occurrence=context.now.isoformat(),
        )
    tell_whole(context, request)
