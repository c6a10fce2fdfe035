"""Stops repeating help when its resident cancels one order without saying that the rest goes on."""

from app.core.attention import Attention
from app.core.context import Context
from app.help_requests.models import HelpRequest
from app.repeats.models import RepeatRule
from app.repeats.queries import rule_of
from app.repeats.rules import RepeatState
from app.trail.chain import record
from app.usecases.messages.notify_coordinators import notify_coordinators

NOT_SAID = "resident_cancelled"


def stop_repeat(context: Context, request: HelpRequest, *, goes_on: bool | None) -> None:
    """Ends the rule that an order belongs to, or pauses it while nobody said what is meant.

    `goes_on`: True leaves it running, False ends it, None pauses it and has a coordinator ask the
    resident. Nothing happens for an order that does not repeat.
    """
    rule = rule_of(context.session, request.id)
    if rule is None or goes_on or rule.state != RepeatState.RUNNING:
        return
    if goes_on is None:
        pause_rule(context, rule, request, why=NOT_SAID)
    else:
        rule.state, rule.next_day, rule.next_look_at = str(RepeatState.ENDED), None, None
        rule.version += 1
        _record(context, rule, "repeat.ended", "resident")


def pause_rule(context: Context, rule: RepeatRule, request: HelpRequest, *, why: str) -> None:
    """Places nothing more until a coordinator resumes the rule, and notifies the coordinators."""
    rule.state = str(RepeatState.PAUSED)
    rule.version += 1
    context.session.flush()
    _record(context, rule, "repeat.paused", why)
    notify_coordinators(
        context.session,
        request,
        reason=Attention.REPEAT_STOPPED,
        now=context.now,
        occurrence=f"repeat_stopped:{rule.id}:{rule.version}",
    )


def _record(context: Context, rule: RepeatRule, kind: str, reason: str) -> None:
    record(
        context,
        kind=kind,
        subject=("repeat_rule", rule.id),
        area_path=rule.area_path,
        request_id=rule.from_request_id,
        details={"reason": reason},
    )
