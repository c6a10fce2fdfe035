"""The only writer of the states of repeat rules and of their days (`app.repeats.rules`).

Each change is one conditional UPDATE: the second to come changes nothing.
"""

from datetime import date
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core.context import Context
from app.core.statements import changed
from app.repeats.models import RepeatDay, RepeatRule
from app.repeats.rules import DAY_LIFE, RULE_LIFE
from app.trail.chain import record

LINES = {"pause": "repeat.paused", "resume": "repeat.resumed", "end": "repeat.ended"}


def move_rule(context: Context, rule: RepeatRule, action: str, **details: object) -> bool:
    """Makes one move of a rule and records it; False when its state does not allow it.

    Nothing is due any more of a rule that ended.
    """
    context.session.flush()
    values: dict[str, Any] = {"state": RULE_LIFE.target(action), "version": RepeatRule.version + 1}
    if action == "end":
        values |= {"next_day": None, "next_look_at": None}
    still = update(RepeatRule).where(
        RepeatRule.id == rule.id, RepeatRule.state.in_(RULE_LIFE.sources(action))
    )
    if not changed(context.session, still.values(**values)):
        return False
    context.session.refresh(rule)
    record_rule(context, rule, LINES[action], **details)
    return True


def move_day(session: Session, rule: RepeatRule, day: date, action: str) -> bool:
    """Makes one move of a rule's day; False when its state does not allow it.

    Why is recorded with the rule.
    """
    still = update(RepeatDay).where(
        RepeatDay.rule_id == rule.id,
        RepeatDay.day == day,
        RepeatDay.state.in_(DAY_LIFE.sources(action)),
    )
    return changed(session, still.values(state=DAY_LIFE.target(action))) == 1


def record_rule(context: Context, rule: RepeatRule, kind: str, **details: object) -> None:
    """Records a rule event in the trail, in the story of the request it was made from."""
    record(
        context,
        kind=kind,
        subject=("repeat_rule", rule.id),
        area_path=rule.area_path,
        request_id=rule.from_request_id,
        details=details,
    )
