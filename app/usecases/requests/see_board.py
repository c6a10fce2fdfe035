"""What a coordinator sees of one help request: all that a decision needs, in few queries."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.catalogue.models import Category
from app.catalogue.queries import shared_skills
from app.core.actor import Actor, RoleName
from app.core.context import Context
from app.dispatch.models import Match
from app.dispatch.queries import MatchLine, matches_of
from app.dispatch.rules import MatchState, may_accept
from app.help_requests.board import QueueLine, board_stamp
from app.help_requests.models import Feedback, HelpRequest, RequestNote
from app.help_requests.queries import duplicates_of, feedback_of, linked_to, notes_of
from app.help_requests.rules import LOOKED_FOR, State
from app.matching.conflicts import Exclusion
from app.matching.ranking import LeftOut, Ranking
from app.matching.team_needs import TeamNeed
from app.notifications.queries import Told, notifications_about
from app.people.namesakes import PersonName
from app.people.queries import blocked_from, names_of
from app.trail.models import Event
from app.trail.queries import TrailLine, story
from app.usecases.dispatch.decide_asks import policy_for
from app.usecases.dispatch.find_person import NEVER_ASKED
from app.usecases.dispatch.pool_volunteers import spared_as_fatigued
from app.usecases.dispatch.rank_volunteers import rank_for
from app.usecases.dispatch.see_conflicts import conflicts_with
from app.usecases.dispatch.team_needs import team_need
from app.usecases.shared.acknowledged import LookedAfter, looked_after
from app.usecases.shared.request_state import load_request
from app.usecases.shared.together import is_together

# Matches that wait for an answer, or for a coordinator.
UNDECIDED = (MatchState.SENT, MatchState.PROPOSED)
UNANSWERED = (MatchState.SENT, MatchState.EXPIRED)
# No place of these was given away yet, or one may be open beside.
RANKABLE = frozenset({*LOOKED_FOR, State.SUBMITTED, State.REOPENED})
SHOWN = 12
REACH_TIMES = 2


@dataclass(frozen=True, slots=True)
class Case:
    """A help request with its story, matches, ranking and possible duplicates."""

    request: HelpRequest
    category: Category
    matches: list[MatchLine]
    ranking: Ranking | None
    names: dict[int, PersonName]
    story: list[TrailLine]
    notes: list[RequestNote]
    duplicates: list[QueueLine]
    told: list[Told]
    ratings: list[Feedback]
    # Codes by id: the request that this one is linked to, and those linked to it.
    linked: dict[int, str]
    # Volunteers blocked from this phone.
    blocked: frozenset[int]
    # What speaks against the time of people who were asked and may be assigned.
    conflicts: dict[int, tuple[Exclusion, ...]]
    # The left out whom least speaks against.
    left_out: tuple[LeftOut, ...]
    # Who may be assigned after a call, and what speaks against each; the fewest reasons first.
    assignable: tuple[tuple[int, tuple[Exclusion, ...]], ...]
    # Ranked people who are asked only when nobody else is left, and why.
    spared: dict[int, Exclusion]
    # What nobody who accepted brings: skills that one is enough for, the resident's language.
    lacks: TeamNeed
    # Nobody sets out until all places are taken.
    together: bool
    # Who says that they look after it; None if nobody has lately.
    looked_after: LookedAfter | None

    @property
    def places_finished(self) -> int:
        """At how many places of the present round somebody has served."""
        now = [one for one in self.matches if one.round_no == self.request.round_no]
        return sum(one.state == MatchState.FINISHED for one in now)


def is_rankable(request: HelpRequest) -> bool:
    """Whether a coordinator may still choose volunteers for it."""
    return request.state in RANKABLE and request.places_taken < request.volunteers_needed


def nearly_fitting(ranking: Ranking) -> tuple[LeftOut, ...]:
    """Those left out whom a request's page lists: the fewest reasons first, then the nearest."""
    return tuple(sorted(ranking.left_out, key=lambda one: len(one.reasons))[:SHOWN])


def open_case(context: Context, *, request_id: int) -> Case:
    """One help request, for a coordinator of its area. A constant number of queries."""
    request = load_request(context.session, request_id)
    context.actor.needs(RoleName.COORDINATOR, request.area_path)
    category = context.session.get_one(Category, request.category_id)
    matches = matches_of(context.session, request.id)
    ranking = None
    if is_rankable(request) and request.lat is not None:
        reach = category.radius_m * REACH_TIMES
        ranking = rank_for(context.session, request=request, now=context.now, radius_m=reach)
    conflicts = _conflicts(context, request, matches)
    lines, told = (
        story(context.session, request.id),
        notifications_about(context.session, request.id),
    )
    ids = {match.person_id for match in matches} | _named(lines, told)
    if ranking is not None:
        ids |= {one.person_id for one in ranking.ranked[:SHOWN]}
        ids |= {one.person_id for one in nearly_fitting(ranking)}
    return Case(
        request,
        category,
        matches,
        ranking,
        names_of(context.session, ids),
        lines,
        notes_of(context.session, request.id),
        duplicates_of(context.session, request) if is_rankable(request) else [],
        told,
        feedback_of(context.session, request.id),
        _linked(context.session, request),
        blocked_from(context.session, request.phone_lookup),
        conflicts,
        nearly_fitting(ranking) if ranking is not None else (),
        _assignable(request, matches, ranking, conflicts),
        _spared(context, request, category, ranking),
        team_need(context.session, request, shared_skills(context.session, category.id)),
        request.volunteers_needed > 1 and is_together(context.session, request),
        looked_after(context.session, [request.id], context.now).get(request.id),
    )


def _assignable(
    request: HelpRequest,
    matches: Sequence[MatchLine],
    ranking: Ranking | None,
    conflicts: dict[int, tuple[Exclusion, ...]],
) -> tuple[tuple[int, tuple[Exclusion, ...]], ...]:
    """Volunteers who have not answered their ask, who are ranked, or who might be asked too."""
    found = {
        one.person_id: conflicts.get(one.person_id, ())
        for one in matches
        if one.state in UNANSWERED and one.round_no == request.round_no
    }
    if ranking is not None:
        found |= {one.person_id: () for one in ranking.ranked[:SHOWN]}
        found |= {
            one.person_id: one.reasons
            for one in nearly_fitting(ranking)
            if NEVER_ASKED.isdisjoint(why.code for why in one.reasons)
        }
    return tuple(sorted(found.items(), key=lambda one: len(one[1])))


def _spared(
    context: Context, request: HelpRequest, category: Category, ranking: Ranking | None
) -> dict[int, Exclusion]:
    if ranking is None:
        return {}
    people = [one.person_id for one in ranking.ranked[:SHOWN] if not one.on_duty]
    policy = policy_for(context.session, request, category, context.now)
    return spared_as_fatigued(context.session, policy, people, now=context.now)


def _conflicts(
    context: Context, request: HelpRequest, matches: Sequence[MatchLine]
) -> dict[int, tuple[Exclusion, ...]]:
    if not is_rankable(request):
        return {}
    people = {one.person_id for one in matches if may_accept(one.state, one.end_reason)}
    return conflicts_with(context.session, request, sorted(people), now=context.now)


def _named(lines: Sequence[TrailLine], told: Sequence[Told]) -> set[int]:
    """Everybody mentioned by the trail or a message."""
    found = {line.actor_id for line in lines} | {line.details.get("person") for line in lines}
    found |= {one.person_id for one in told}
    return {one for one in found if isinstance(one, int)}


def _linked(session: Session, request: HelpRequest) -> dict[int, str]:
    ids = linked_to(session, request.id)
    if request.duplicate_of is not None:
        ids.append(request.duplicate_of)
    codes = select(HelpRequest.id, HelpRequest.code).where(HelpRequest.id.in_(ids))
    return dict(session.execute(codes).all())


def newest_line(session: Session, *, actor: Actor, request_id: int) -> int:
    """Number of the newest line in a help request's story; it grows when there is news."""
    request = load_request(session, request_id)
    actor.needs(RoleName.COORDINATOR, request.area_path)
    newest = select(func.max(Event.seq)).where(Event.request_id == request_id)
    return session.scalar(newest) or 0


def stamp_of_board(session: Session, paths: Sequence[str]) -> str:
    """A value that changes with any live help request of these areas or an answer to one."""
    if not paths:
        return "0"
    asked, last = session.execute(
        select(func.count(), func.max(Match.sent_at))
        .join(HelpRequest, HelpRequest.id == Match.request_id)
        .where(
            HelpRequest.state.in_(sorted(LOOKED_FOR)),
            or_(*(HelpRequest.area_path.startswith(path) for path in paths)),
            Match.state.in_(UNDECIDED),
        )
    ).one()
    return f"{board_stamp(session, paths)}|{asked}-{last.timestamp() if last else 0}"
