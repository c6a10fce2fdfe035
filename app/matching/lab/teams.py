"""What the team of a request still lacks in a run, from who has accepted."""

from collections.abc import Sequence

from app.matching.eligibility import Candidate
from app.matching.lab.world import LabRequest
from app.matching.team_needs import NOTHING_MISSING, TeamNeed


def team_need(request: LabRequest, members: Sequence[Candidate]) -> TeamNeed:
    """What is missing: skills for which one member is enough, and the language of several."""
    shared = request.shared
    language = request.language if request.places > 1 else None
    for one in members:
        shared -= one.skills
        language = None if language in one.languages else language
    if not shared and language is None:
        return NOTHING_MISSING
    return TeamNeed(shared, language, max(1, request.places - len(members)))


def brings_enough(need: TeamNeed, one: Candidate) -> bool:
    """Whether somebody may take a place of a team that lacks this."""
    return need.brought_by(one.skills, one.languages) >= need.must_bring
