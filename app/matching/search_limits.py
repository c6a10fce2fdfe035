"""How many who may be asked are ranked before anybody is: at least twice as many as are asked.

One rule for the desk and for the dispatch lab, so that what is tried is what is done.
"""

from app.matching.policy import Phase, Policy

# At least so many, so that the best few are chosen out of some.
ENOUGH = 24
# For each who is asked at one time.
CHOICE = 2
# Where nearly everybody near is excluded, or a policy asks without bound, the search ends here.
MOST_LOOKED_UP = 600


def search_limit_for(policy: Policy, phase: Phase, places: int) -> int:
    """How many who may be asked, and are not spared, a phase wants ranked for so many places."""
    at_once = min(policy.most_open, phase.open_asks * places)
    return min(MOST_LOOKED_UP, max(ENOUGH, CHOICE * at_once))
