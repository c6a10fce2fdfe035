"""The default dispatch policy, made from a category's own numbers."""

from app.core.urgency import Urgency
from app.matching.policy import COORDINATOR, DUTY, NEAR, Fatigue, Phase, Policy

# Most asks open at one time, however many places are open.
MOST_AT_ONCE = 15
WIDER = 2
# People on duty come from farther away.
DUTY_REACH_M = 10_000
# An urgent phase lasts this share of the category's time to answer.
URGENT_SHARE = 3
SHORTEST_MINUTES = 3
# Median time to answer by day: Resuscitation 2025.110772, n = 4,138.
URGENT_DELAY_S = 105
# About three asks in a day on top of a usual week's: then others are asked first.
FATIGUE = Fatigue(limit=4.0, half_life_h=48.0)

# Probability that the open asks fill every place: first circle, wider, on duty.
TARGETS = {
    "urgent": (0.95, 0.97, 0.97),
    "ordinary": (0.8, 0.9, 0.95),
    "planned": (0.7, 0.8, 0.9),
}
IDLE_SHARES = {"urgent": 0.0, "ordinary": 0.2, "planned": 0.34}


def phase_minutes(minutes: int, urgency: str) -> int:
    """How long a phase lasts and an ask waits, from a category's minutes to answer."""
    share = URGENT_SHARE if urgency == Urgency.URGENT else 1
    return max(SHORTEST_MINUTES, minutes // share)


def default_policy(urgency: str, *, size: int, radius_m: int, minutes: int) -> Policy:
    """The best few, a wider circle, on duty, the coordinator; for urgent requests on duty first.

    `size`: most asks per place in the first circle of `radius_m` metres. `minutes`: time to answer.
    """
    seconds = phase_minutes(minutes, urgency) * 60
    urgent = urgency == Urgency.URGENT
    # If urgent, the next phase begins once most who say yes would have answered. Earlier asks count
    # towards its target, so nobody else is asked if a yes is likely enough.
    between = min(seconds, URGENT_DELAY_S) if urgent else seconds
    few = min(MOST_AT_ONCE, max(1, size))
    many = min(MOST_AT_ONCE, few * WIDER)
    first, second, third = TARGETS[urgency]
    far = max(radius_m * WIDER, DUTY_REACH_M)
    best = (radius_m, NEAR, few, first)
    wider = (radius_m * WIDER, NEAR, many, second)
    duty = (far, DUTY, many, third)
    order = (duty, best, wider) if urgent else (best, wider, duty)
    asking = [Phase(n * between, *one, seconds) for n, one in enumerate(order)]
    last = Phase(len(order) * seconds, radius_m * WIDER, COORDINATOR, 0, 0.0, seconds)
    return Policy(
        name=f"ours-{urgency}",
        phases=(*asking, last),
        widen_early=urgent,
        idle_share=IDLE_SHARES[urgency],
        most_open=MOST_AT_ONCE,
        delay_s=URGENT_DELAY_S if urgent else 0,
        fatigue=None if urgent else FATIGUE,
    )
