"""What the time left until a request is wanted means for asking, waiting and raising.

A policy's phases together take at most a quarter of the time between the first ask and the
beginning of the window:

    factor = max(1, left / 4 / end of the phases)

Phases begin, and asks wait, `factor` times as long; an ask waits at most three days. Where the
window ends before the phases would, they are shortened to fit, and an ask still waits three
minutes. Urgent requests are asked about as the policy says.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from app.core.urgency import Urgency
from app.matching.policy import Phase, Policy

SHARE = 4
LONGEST_ANSWER_S = 3 * 86_400
SHORTEST_ANSWER_S = 180


def scaled(policy: Policy, *, until_start: timedelta, until_end: timedelta | None) -> Policy:
    """The policy for a request whose window begins and ends this long after the first ask."""
    total = policy.phases[-1].after_s
    if total <= 0:
        return policy
    factor = max(1.0, until_start.total_seconds() / SHARE / total)
    if until_end is not None and 0 < until_end.total_seconds() < total:
        factor = until_end.total_seconds() / total
    if factor == 1:
        return policy
    return replace(policy, phases=tuple(_scaled_phase(one, factor) for one in policy.phases))


def _scaled_phase(phase: Phase, factor: float) -> Phase:
    lowest = min(SHORTEST_ANSWER_S, phase.answer_s)
    answer_s = min(max(LONGEST_ANSWER_S, phase.answer_s), max(lowest, phase.answer_s * factor))
    return replace(phase, after_s=int(phase.after_s * factor), answer_s=int(answer_s))


def policy_in_time(
    policy: Policy,
    urgency: str,
    *,
    wanted_from: datetime | None,
    wanted_to: datetime | None,
    began_at: datetime,
) -> Policy:
    """The policy scaled for a request about which asking began at that time."""
    if urgency == Urgency.URGENT or wanted_from is None:
        return policy
    until_end = None if wanted_to is None else wanted_to - began_at
    return scaled(policy, until_start=wanted_from - began_at, until_end=until_end)


def raised_at(since: datetime, wanted_from: datetime | None, level: int) -> datetime:
    """When a request that nobody has taken since then may be raised from this level to the next.

    After half, three quarters, … of the time that was left; at once if none was left.
    """
    if wanted_from is None or wanted_from <= since:
        return since
    return since + (wanted_from - since) * (1 - 0.5**level)


def is_over(urgency: str, wanted_to: datetime | None, now: datetime) -> bool:
    """Whether the wished time is over. Urgent help is wanted until somebody comes."""
    return urgency != Urgency.URGENT and wanted_to is not None and wanted_to <= now
