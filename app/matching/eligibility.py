"""Who may be asked, and every reason why somebody near by may not.

| code | numbers | means |
|---|---|---|
| too_far | metres, limit | farther than the wave or the volunteer's own radius reaches |
| lacks_skill | skills | a skill that the category needs is missing |
| not_verified | skills | such a skill needs a certificate, and nobody has verified it yet |
| no_such_category | | the offer does not cover the category |
| suspended | | not an active volunteer |
| at_load_limit | tasks, limit | as many tasks that day as the volunteer takes at a time |
| weekly_limit | tasks, limit | took as many tasks in seven days as the volunteer wants |
| unreachable | why | no message reaches the volunteer now; `why` is a Barrier |
| asked_already | | asked for this very request |
| blocked | | resident or volunteer asked not to meet |
| unsatisfied | | two stars or fewer from this resident when the volunteer last came |
| language | wanted | the resident's language is not spoken |
| wants_woman | | the resident wishes that a woman comes |
| no_dogs | | the resident has a dog, and the volunteer goes to no home with one |
| alone | | the volunteer goes only with somebody else, and none goes along |
| team_needs | skills, language | the last places are kept for who brings what the team lacks |

And the conflicts of the person's time with the task, see `conflicts`.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from app.core.travel import USUAL, Travel
from app.core.urgency import Urgency
from app.core.wishes import Wish
from app.matching.conflicts import Exclusion
from app.matching.distance import metres_between
from app.matching.team_needs import NOTHING_MISSING, TeamNeed

# Who takes something from the list, or says yes on the phone, need not be reached by a message.
UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Need:
    """What is wanted, where, by whom. WGS-84, metres.

    `skills` are those that everybody must have, `team` what one member is enough for. `language`
    must be spoken; `prefers` is the language in which the resident reads our pages.
    `wishes` are the resident's, of `core.wishes`; `together`: nobody goes there alone.
    `zone` is that of the community, for days of its calendar; `turn` (the request's number) decides
    between equals. `soon`: each minute to the door counts, because it is urgent or wanted as soon
    as possible. `way_factor`: how much longer ways take here, see `travel.way_of`.
    """

    category_id: int
    lat: float
    lon: float
    radius_m: int
    urgency: str = "ordinary"
    skills: frozenset[int] = frozenset()
    team: TeamNeed = NOTHING_MISSING
    language: str | None = None
    prefers: str | None = None
    wishes: frozenset[str] = frozenset()
    together: bool = False
    zone: tzinfo = UTC
    turn: int = 0
    soon: bool = False
    way_factor: float = 1.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A volunteer before one request. The caller computes the conflicts.

    `on_duty`: asked as on duty at the time of the task. `active_tasks`: in hand on that day.
    `skills` are those that count; `certified` those whose certificate was seen, `unverified` those
    whose certificate was not. `woman`: said so, and wishes it to count. `chance` is the acceptance
    probability, if it is known, `comes` the part of it that a yes is kept. `travel` is how the
    volunteer goes. `asked`, `accepted` and `broken` (yeses not kept) are of the last 60 days;
    `visits_here` are all finished visits to this resident, `served_this_resident` those not rated
    badly. `unreachable`: why no message reaches them now, if none does.
    """

    person_id: int
    lat: float
    lon: float
    radius_m: int
    categories: frozenset[int]
    skills: frozenset[int] = frozenset()
    languages: frozenset[str] = frozenset()
    wishes: frozenset[str] = frozenset()
    woman: bool = False
    conflicts: tuple[Exclusion, ...] = ()
    on_duty: bool = False
    suspended: bool = False
    active_tasks: int = 0
    max_load: int = 2
    tasks_this_week: int = 0
    passed_this_week: int = 0
    broken_this_week: int = 0
    weekly_limit: int = 7
    unreachable: str | None = None
    asked_already: bool = False
    blocked: bool = False
    unsatisfied: bool = False
    last_asked_at: datetime | None = None
    last_task_at: datetime | None = None
    asked: int = 0
    accepted: int = 0
    broken: int = 0
    served_this_resident: int = 0
    visits_here: int = 0
    unverified: frozenset[int] = frozenset()
    certified: frozenset[int] = frozenset()
    duty_ended_at: datetime | None = None
    chance: float | None = None
    comes: float = 1.0
    travel: Travel = USUAL


def is_soon(urgency: str, wanted_from: datetime | None) -> bool:
    """Whether each minute to the door counts: urgent, or wanted as soon as possible."""
    return urgency == Urgency.URGENT or wanted_from is None


def distance_m(need: Need, candidate: Candidate) -> float:
    """Metres from where the volunteer usually starts to where help is needed."""
    return metres_between(need.lat, need.lon, candidate.lat, candidate.lon)


def exclusions(need: Need, candidate: Candidate) -> tuple[Exclusion, ...]:
    """Every reason against asking this volunteer; empty when there is none."""
    return (
        *_about_place(need, candidate),
        *_about_ability(need, candidate),
        *against_wishes(
            need.wishes, candidate.wishes, woman=candidate.woman, together=need.together
        ),
        *_about_time(need, candidate),
        *_about_load(need, candidate),
    )


def _about_place(need: Need, candidate: Candidate) -> Iterator[Exclusion]:
    # People on duty serve the whole area, not only their own radius.
    limit = need.radius_m if candidate.on_duty else min(need.radius_m, candidate.radius_m)
    metres = distance_m(need, candidate)
    if metres > limit:
        yield Exclusion("too_far", {"metres": round(metres), "limit": limit})


def _about_ability(need: Need, candidate: Candidate) -> Iterator[Exclusion]:
    if candidate.suspended:
        yield Exclusion("suspended")
    if candidate.unreachable is not None:
        yield Exclusion(UNREACHABLE, {"why": candidate.unreachable})
    if candidate.blocked:
        yield Exclusion("blocked")
    if candidate.unsatisfied:
        yield Exclusion("unsatisfied")
    if need.category_id not in candidate.categories:
        yield Exclusion("no_such_category")
    waiting = need.skills & candidate.unverified
    if waiting:
        yield Exclusion("not_verified", {"skills": sorted(waiting)})
    missing = need.skills - candidate.skills - candidate.unverified
    if missing:
        yield Exclusion("lacks_skill", {"skills": sorted(missing)})
    if need.language is not None and need.language not in candidate.languages:
        yield Exclusion("language", {"wanted": need.language})
    if need.team.brought_by(candidate.skills, candidate.languages) < need.team.must_bring:
        wanted = {"skills": sorted(need.team.skills), "language": need.team.language}
        yield Exclusion("team_needs", wanted)


def against_wishes(
    wishes: Collection[str], own: Collection[str], *, woman: bool, together: bool
) -> Iterator[Exclusion]:
    """What a volunteer's own wishes and the resident's `wishes` say against a visit.

    `woman`: the volunteer said so. `together`: nobody goes there alone.
    """
    if Wish.WOMAN in wishes and not woman:
        yield Exclusion("wants_woman")
    if Wish.NO_DOGS in wishes and Wish.NO_DOGS in own:
        yield Exclusion("no_dogs")
    if Wish.COMPANION in own and not together:
        yield Exclusion("alone")


def _about_time(need: Need, candidate: Candidate) -> Iterator[Exclusion]:
    yield from candidate.conflicts


def _about_load(need: Need, candidate: Candidate) -> Iterator[Exclusion]:
    if candidate.asked_already:
        yield Exclusion("asked_already")
    if candidate.active_tasks >= candidate.max_load:
        numbers = {"tasks": candidate.active_tasks, "limit": candidate.max_load}
        yield Exclusion("at_load_limit", numbers)
    # For urgent requests and people on duty, a full week is no reason against asking.
    spared = need.urgency != Urgency.URGENT and not candidate.on_duty
    if spared and candidate.tasks_this_week >= candidate.weekly_limit:
        numbers = {"tasks": candidate.tasks_this_week, "limit": candidate.weekly_limit}
        yield Exclusion("weekly_limit", numbers)
