"""How many are asked at once, how far, and for how long: the best few, wider, duty, coordinator.

An urgent need asks those on duty first, at any hour. Whoever refuses is replaced at once.
"""

from dataclasses import dataclass

from app.matching.ranking import Ranked

# Most that one wave asks, however many places are open.
MOST_AT_ONCE = 15
WIDER = 2
# Whoever is on duty comes from farther away.
DUTY_REACH_M = 10_000
# An urgent wave waits this share of the category's time.
URGENT_SHARE = 3
SHORTEST_MINUTES = 3


@dataclass(frozen=True, slots=True)
class Policy:
    """What a category says about waves: size for one place, reach in metres, minutes to answer."""

    size: int
    radius_m: int
    minutes: int


@dataclass(frozen=True, slots=True)
class WavePlan:
    """One wave. `audience` is best, wider, duty or coordinator; the last asks nobody."""

    audience: str
    size: int
    radius_m: int
    minutes: int


def audiences(urgency: str, *, on_duty: bool) -> tuple[str, ...]:
    """The order in which audiences are asked."""
    if urgency == "urgent" and on_duty:
        return ("duty", "best", "wider", "coordinator")
    return ("best", "wider", "duty", "coordinator") if on_duty else ("best", "wider", "coordinator")


def plan_wave(
    policy: Policy, *, wave_no: int, places_open: int, urgency: str, on_duty: bool
) -> WavePlan:
    """The plan of wave `wave_no` (from 1) for so many open places."""
    order = audiences(urgency, on_duty=on_duty)
    audience = order[min(wave_no, len(order)) - 1]
    if audience == "coordinator":
        return WavePlan(audience, 0, policy.radius_m * WIDER, policy.minutes)
    radius = policy.radius_m * (1 if audience == "best" else WIDER)
    if audience == "duty":
        radius = max(radius, DUTY_REACH_M)
    times = 1 if audience == "best" else WIDER
    size = min(MOST_AT_ONCE, max(1, policy.size) * max(1, places_open) * times)
    return WavePlan(audience, size, radius, wave_minutes(policy, urgency))


def wave_minutes(policy: Policy, urgency: str) -> int:
    """How long a wave waits for answers."""
    if urgency != "urgent":
        return max(SHORTEST_MINUTES, policy.minutes)
    return max(SHORTEST_MINUTES, policy.minutes // URGENT_SHARE)


def pick(ranked: tuple[Ranked, ...], plan: WavePlan) -> tuple[Ranked, ...]:
    """Whom the wave asks: the first of the ranking, on duty only where the audience is duty."""
    asked = ranked
    if plan.audience == "duty":
        asked = tuple(one for one in ranked if one.on_duty)
    return asked[: plan.size]


def replacements(plan_size: int, *, waiting: int, places_open: int) -> int:
    """How many to ask now so that as many answers are open as the wave wanted."""
    return max(0, min(plan_size, MOST_AT_ONCE) - waiting) if places_open > 0 else 0
