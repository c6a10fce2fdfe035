"""Stops repeating help when its resident cancels one order without saying that the rest goes on."""

from app.core.attention import Attention
from app.core.context import Context
from app.help_requests.models import HelpRequest
from app.repeats.models import RepeatRule
from app.repeats.queries import rule_of
from app.repeats.rules import RepeatState
from app.usecases.messages.notify_coordinators import notify_coordinators
from app.usecases.shared.repeat_state import move_rule

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
        move_rule(context, rule, "end", reason="resident")


def pause_rule(context: Context, rule: RepeatRule, request: HelpRequest, *, why: str) -> None:
    """Places nothing more until a coordinator resumes the rule, and notifies the coordinators."""
    if not move_rule(context, rule, "pause", reason=why):
        return
    notify_coordinators(
        context.session,
        request,
        reason=Attention.REPEAT_STOPPED,
        now=context.now,
        occurrence=f"repeat_stopped:{rule.id}:{rule.version}",
    )
