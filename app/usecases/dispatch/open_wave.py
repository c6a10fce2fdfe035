"""Opens a new wave of a help request: the request goes on to matching, the last wave ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.core.attention import Attention
from app.core.context import Context
from app.dispatch.models import Wave
from app.dispatch.queries import last_number
from app.help_requests.models import HelpRequest
from app.help_requests.rules import State
from app.matching.ranking import LeftOut, Ranked
from app.usecases.shared.request_matches import close_wave
from app.usecases.shared.request_state import move_request
from app.usecases.shared.team_state import check_team

# Waves to people chosen by name: by a coordinator, by the batch, or as familiar.
MANUAL, BATCH, FAMILIAR = "manual", "batch", "familiar"
# A wave to people whose ask we had ended, for instance because a place was taken.
AGAIN = "again"
BY_NAME = (MANUAL, BATCH, FAMILIAR)
# How many of those left out a wave records, nearest first.
LEFT_OUT_KEPT = 30

# The phase of an ask that a coordinator chose.
MANUAL_PHASE = -1


@dataclass(frozen=True, slots=True)
class Plan:
    """One wave: best, wider, duty, or one of BY_NAME, whose `phase_no` is -1."""

    audience: str
    phase_no: int
    radius_m: int
    answer_by: datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """What a wave did. `audience` is that of its plan, or coordinator: nobody was asked."""

    audience: str
    asked: int
    wave_id: int | None = None


def open_wave(
    context: Context,
    request: HelpRequest,
    plan: Plan,
    picked: Sequence[Ranked],
    left_out: Sequence[LeftOut],
    extra: dict[str, Any],
) -> Wave:
    """Stores the wave before anybody is asked in it. `extra` are columns of the request."""
    details = {"audience": plan.audience, "asked": len(picked), "radius_m": plan.radius_m}
    dispatch_request(context, request, extra, details)
    close_wave(context, request)
    wave = Wave(
        request_id=request.id,
        number=last_number(context.session, request.id) + 1,
        round_no=request.round_no,
        size=len(picked),
        audience=plan.audience,
        phase_no=plan.phase_no,
        radius_m=plan.radius_m,
        made_at=context.now,
        deadline_at=plan.answer_by,
        left_out=_as_plain(left_out),
    )
    context.session.add(wave)
    context.session.flush()
    return wave


def dispatch_request(
    context: Context, request: HelpRequest, extra: dict[str, Any], details: dict[str, Any]
) -> None:
    """Moves the request on to matching.

    While another place is served, it keeps its deadline, and only the next check is new.
    """
    if request.state == State.IN_PROGRESS:
        served = {name: getattr(request, name) for name in ("due_at", "state_since", "escalation")}
        at = next_check(request, extra["next_action_at"], context.now)
        extra = {**extra, **served, "next_action_at": at}
    if request.team_notice is not None and extra.get("attention", "") is None:
        # Somebody new is asked, but the team is still not whole.
        extra = {**extra, "attention": str(Attention.TEAM_SHORT)}
    move_request(context, request, "dispatch", extra=extra, details=details)
    check_team(context.session, request, context.now)


def next_check(request: HelpRequest, look_again_at: datetime, now: datetime) -> datetime:
    """When to check a request again: it may be looked for and served, each with its deadline."""
    served = request.state == State.IN_PROGRESS and request.due_at is not None
    due = request.due_at if served else None
    return look_again_at if due is None or due <= now else min(look_again_at, due)


def _as_plain(left_out: Sequence[LeftOut]) -> list[dict[str, Any]]:
    return [
        {
            "person": left.person_id,
            "metres": round(left.metres),
            "reasons": [{"code": why.code, **why.numbers} for why in left.reasons],
        }
        for left in left_out[:LEFT_OUT_KEPT]
    ]
