"""A volunteer's tasks: asks to answer, what is to be done, and one tap for each step."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.core.actor import RoleName
from app.core.context import Context
from app.core.db import db, writing
from app.core.errors import Invalid, NotAllowed, NotFound, Refused, Taken
from app.core.i18n import N_
from app.dispatch.rules import ACTIVE, OUR_END_REASONS, UNDO_WITHIN, EndReason, MatchState
from app.hours.queries import minutes_served, records_of
from app.notifications.reach import BY_OWNER
from app.offers.queries import travel_of
from app.people.rules import badge_name
from app.rotation.queries import shifts_between
from app.usecases.delivery.manage_devices import devices_of
from app.usecases.dispatch import see_tasks
from app.usecases.dispatch.answer_match import (
    accept_match,
    decline_match,
    give_up,
    grab_request,
    undo_acceptance,
)
from app.usecases.dispatch.see_conflicts import TimeConflict, conflicts_of_match
from app.usecases.dispatch.see_match import Seen, see_match
from app.usecases.messages.reach import no_way
from app.usecases.requests.do_task import arrive_at_task, finish_task, set_out
from app.usecases.requests.reveal_task import reveal_task
from app.web.common.errors import message
from app.web.common.guards import actor_as, page_for
from app.web.common.idempotency import done, once
from app.web.common.languages import current_locale
from app.web.common.service_points import phone_for
from app.web.common.settings import sms_number
from app.web.common.volunteer_words import volunteer_words
from app.web.common.zones import zone_at
from app.web.volunteer.words import SPOKEN, conflict_words, map_links, own_way, why_you

bp = Blueprint("tasks", __name__, url_prefix="/v")

STEPS = (
    (MatchState.ACCEPTED, N_("接单")),
    (MatchState.ON_THE_WAY, N_("出发")),
    (MatchState.ARRIVED, N_("到达")),
    (MatchState.FINISHED, N_("做完")),
)
# The template of a state; every other state has ended.
TEMPLATES = {
    MatchState.SENT: "volunteer/match_sent.html",
    MatchState.ACCEPTED: "volunteer/match_accepted.html",
    MatchState.ON_THE_WAY: "volunteer/match_on_the_way.html",
    MatchState.ARRIVED: "volunteer/match_arrived.html",
    MatchState.FINISHED: "volunteer/match_finished.html",
}
# Why a match has ended, in words for the volunteer.
ENDED = {
    "taken": N_("刚被别人接走了，谢谢您愿意帮忙"),
    "deadline": N_("这一单已经另外找人了，没关系"),
    "busy": N_("好的，这次不麻烦您"),
    "cannot_come": N_("知道了，我们马上另找人"),
    "cancelled": N_("居民不需要了，谢谢您"),
    "coordinator": N_("调度员另有安排，谢谢您"),
    "rejected": N_("这张需求单没有通过，不用去了"),
    "fewer_needed": N_("人手已经够了，谢谢您"),
    "changed": N_("这一单改了，这次不用您去了，谢谢您"),
    "no_show": N_("没有等到您，已经另外找人了"),
    "window_over": N_("约好的时间已经过了，谢谢您"),
    "not_reached": N_("通知没有送到您那里，已经另外找人了"),
}
# Replaces the sentences about our reasons while a place is open again.
OPEN_AGAIN = N_("这一单又需要人了")
# Who left when nobody else was looked for any more.
GONE = N_("知道了，谢谢您来过")


@bp.get("")
@page_for(RoleName.VOLUNTEER)
def tasks() -> str:
    """Asks to answer first, then accepted tasks, then other requests nearby."""
    session, me = db.session(), g.who.person_id
    return render_template(
        "volunteer/tasks.html",
        asked=see_tasks.open_asks(session, me),
        at_hand=see_tasks.at_hand(session, me),
        near=see_tasks.requests_near(session, me, now=g.now),
        minutes=minutes_served(session, me),
        duty=shifts_between(session, g.now, g.now, person_id=me),
        reminded=bool(devices_of(session, me)),
        no_way=no_way(session, me, now=g.now),
        by_owner=BY_OWNER,
        sms_number=sms_number(),
        own_way=partial(own_way, travel=travel_of(session, me)),
    )


@bp.get("/done")
@page_for(RoleName.VOLUNTEER)
def history() -> str:
    """What was done, and the total time."""
    session, me = db.session(), g.who.person_id
    return render_template(
        "volunteer/done.html",
        finished=see_tasks.finished_tasks(session, me),
        minutes=minutes_served(session, me),
        served={record.match_id: record.minutes for record in records_of(session, me)},
    )


def _page(
    token: str, *, wrong: dict[str, str] | None = None, confirm: str = "", status: int = 200
) -> AnyResponse:
    """The page of a match. `confirm`: the sentence to confirm before a yes."""
    session, me = db.session(), g.who.person_id
    seen = see_match(session, person_id=me, token=token)
    shown = None
    if seen.match.state in ACTIVE:
        with writing() as writer:
            shown = reveal_task(
                Context(writer, actor_as(RoleName.VOLUNTEER), g.now), match_id=seen.match.id
            )
        seen = see_match(session, person_id=me, token=token)
    match, name = seen.match, seen.category.name(current_locale())
    over = match.ended_at is not None or match.state == MatchState.FINISHED
    undo_until = match.accepted_at + UNDO_WITHIN if match.accepted_at else None
    may = match.state == MatchState.ACCEPTED and undo_until is not None and g.now < undo_until
    page = render_template(
        TEMPLATES.get(MatchState(match.state), "volunteer/match_ended.html"),
        seen=seen,
        match=match,
        name=name,
        shown=shown,
        steps=STEPS,
        undo_until=undo_until if may else None,
        reasons=why_you(match.reasons, name),
        way=own_way(match.distance_m, travel_of(session, me)),
        spoken=SPOKEN.get(seen.spoken_language or ""),
        links=map_links(shown.lat, shown.lon) if shown else [],
        badge=badge_name(g.who.name),
        volunteer_words=volunteer_words,
        to_call=phone_for(seen.area_path) if seen.gave_back_too_often else None,
        ended=_why_ended(seen),
        near=see_tasks.requests_near(session, me, now=g.now) if over else [],
        waiting=see_tasks.open_asks(session, me) if over else [],
        conflicts=conflict_words(
            conflicts_of_match(session, match, now=g.now), zone_at(seen.area_path)
        ),
        confirm=confirm,
        wrong=wrong or {},
    )
    return make_response(page, status)


def _why_ended(seen: Seen) -> str | None:
    if _is_open_again(seen):
        return OPEN_AGAIN
    reason = seen.match.end_reason
    return GONE if reason == EndReason.CANNOT_COME and seen.ending else ENDED.get(reason or "")


def _is_open_again(seen: Seen) -> bool:
    return seen.may_accept and seen.match.end_reason in OUR_END_REASONS


@bp.get("/m/<token>")
@page_for(RoleName.VOLUNTEER)
def match(token: str) -> AnyResponse:
    """One match. Opening it never answers it, no matter who opens it."""
    return _page(token)


def _step(token: str, verb: Callable[..., Any], **values: Any) -> AnyResponse:
    found = see_match(db.session(), person_id=g.who.person_id, token=token).match.id
    try:
        with writing() as session:
            verb(Context(session, actor_as(RoleName.VOLUNTEER), g.now), match_id=found, **values)
            return done(session, url_for("tasks.match", token=token))
    except Taken as error:
        # If somebody else took the place, the page itself says so.
        seen = see_match(db.session(), person_id=g.who.person_id, token=token)
        if seen.match.end_reason != EndReason.TAKEN:
            flash(message(error), "warning")
        return redirect(url_for("tasks.match", token=token), code=303)
    except TimeConflict as error:
        return _page(token, confirm=message(error), status=error.status)
    except Invalid as error:
        return _page(token, wrong={k: _(v) for k, v in error.fields.items()}, status=422)
    except (NotAllowed, NotFound):
        raise
    except Refused as error:
        # The page was old: say why it was refused, above what is true now.
        flash(_("刚才点的没有算数。%(why)s", why=message(error)), "warning")
        return redirect(url_for("tasks.match", token=token), code=303)


@bp.post("/m/<token>/accept")
@page_for(RoleName.VOLUNTEER)
@once
def say_yes(token: str) -> AnyResponse:
    """Accepts; with another task or duty at that time only when confirmed."""
    return _step(token, accept_match, knowing=_knowing())


def _knowing() -> bool:
    return request.form.get("knowing") == "y"


@bp.post("/m/<token>/decline")
@page_for(RoleName.VOLUNTEER)
@once
def say_no(token: str) -> AnyResponse:
    """Declines."""
    return _step(token, decline_match)


@bp.post("/m/<token>/undo")
@page_for(RoleName.VOLUNTEER)
@once
def take_back(token: str) -> AnyResponse:
    """Undoes an acceptance."""
    return _step(token, undo_acceptance)


@bp.post("/m/<token>/give-up")
@page_for(RoleName.VOLUNTEER)
@once
def cannot_come(token: str) -> AnyResponse:
    """Cancels after accepting."""
    return _step(token, give_up)


@bp.post("/m/<token>/set-out")
@page_for(RoleName.VOLUNTEER)
@once
def on_the_way(token: str) -> AnyResponse:
    """Sets out."""
    return _step(token, set_out)


def _degrees(name: str, most: float) -> float | None:
    try:
        value = float(request.form.get(name) or "")
    except ValueError:
        return None
    return value if -most <= value <= most else None


@bp.post("/m/<token>/arrive")
@page_for(RoleName.VOLUNTEER)
@once
def arrived(token: str) -> AnyResponse:
    """Arrives."""
    return _step(
        token,
        arrive_at_task,
        code=(request.form.get("code") or "")[:10],
        lat=_degrees("lat", 90),
        lon=_degrees("lon", 180),
    )


@bp.post("/m/<token>/finish")
@page_for(RoleName.VOLUNTEER)
@once
def finished(token: str) -> AnyResponse:
    """Finishes."""
    return _step(token, finish_task, note=(request.form.get("note") or "")[:500])


@bp.post("/grab/<int:request_id>")
@page_for(RoleName.VOLUNTEER)
@once
def take(request_id: int) -> AnyResponse:
    """Takes an open place of a request nearby."""
    try:
        with writing() as session:
            found = grab_request(
                Context(session, actor_as(RoleName.VOLUNTEER), g.now),
                request_id=request_id,
                knowing=_knowing(),
            )
            return done(session, url_for("tasks.match", token=found.token))
    except TimeConflict as error:
        page = render_template(
            "volunteer/confirm_take.html", request_id=request_id, confirm=message(error)
        )
        return make_response(page, error.status)
    except Taken as error:
        flash(message(error), "warning")
        return redirect(url_for("tasks.tasks"), code=303)
