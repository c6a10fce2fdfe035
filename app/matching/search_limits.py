"""How many eligible people to rank before asking: at least twice as many as are asked.

One rule for live dispatch and the dispatch lab, so that a trial matches what is done later.
"""

from app.matching.policy import Phase, Policy

# Rank at least this many, to choose the best from.
ENOUGH = 24
# Ranked for each ask open at one time.
CHOICE = 2
# The search ends here if nearly everybody is excluded or a policy asks without bound.
MOST_LOOKED_UP = 600


def search_limit_for(policy: Policy, phase: Phase, places: int) -> int:
    """How many eligible, unspared people a phase wants ranked for this many places."""
    at_once = min(policy.most_open, phase.open_asks * places)
    return min(MOST_LOOKED_UP, max(ENOUGH, CHOICE * at_once))
