"""Who may take a request from the list (抢单): one rule for the list and for the taking."""

from collections.abc import Iterable

from app.matching.eligibility import UNREACHABLE, Candidate
from app.matching.ranking import Ranking
from app.usecases.dispatch.rank_volunteers import Setting
from app.usecases.dispatch.see_conflicts import TWO_PLACES

# A volunteer who grabs a request decides how far to go: only the offer's own radius limits.
GRAB_REACH_M = 100_000
# Of these the volunteer decides, knowing of them.
OWN_DECISION = frozenset({*TWO_PLACES, UNREACHABLE})


def rank_to_grab(setting: Setting, people: Iterable[Candidate]) -> Ranking:
    """Those of these people who may take the request of a setting within GRAB_REACH_M."""
    return setting.rank(people, OWN_DECISION)
