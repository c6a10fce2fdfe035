"""A volunteer's offer or skills changed: what they were asked about or accepted may not fit now."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.queries import shared_skills
from app.core.context import Context
from app.dispatch.models import Match
from app.dispatch.rules import WAITING, EndReason
from app.help_requests.models import HelpRequest
from app.offers.models import Offer
from app.people.models import Person, PersonSkill
from app.usecases.dispatch.take_place import end_ask
from app.usecases.dispatch.team_needs import asked_by_name, team_need
from app.usecases.dispatch.unable import AGREED, raise_unfit, unable
from app.usecases.shared.lock_request import lock_request


@dataclass(frozen=True, slots=True)
class Brings:
    """What a volunteer may bring to a team: skills and languages."""

    skills: frozenset[int]
    languages: frozenset[str]

    def without(self, other: "Brings") -> "Brings":
        """What is not in the other."""
        return Brings(self.skills - other.skills, self.languages - other.languages)


def brings(session: Session, offer: Offer) -> Brings:
    """What the volunteer of this offer says now."""
    skills = select(PersonSkill.skill_id).where(PersonSkill.person_id == offer.person_id)
    return Brings(frozenset(session.scalars(skills)), frozenset(offer.languages))


def follow_offer(
    context: Context, person: Person, matches: Sequence[Match], *, lost: Brings
) -> None:
    """Ends open asks that do not fit any more; tells coordinators of tasks that do not.

    Person and matches come from `lock_with_tasks`; `lost` is what they brought before. Whom a
    coordinator asked by name keeps the ask.
    """
    session, me = context.session, [person.id]
    for match in matches:
        request = lock_request(session, match.request_id)
        unfit = bool(unable(session, request, me, now=context.now))
        if match.state in AGREED:
            if unfit or _is_missed(session, request, lost):
                raise_unfit(context, request)
        elif unfit and match.state in WAITING and not asked_by_name(session, request, me):
            reason, template = EndReason.CHANGED, "match_not_needed"
            end_ask(context, request, match, person, reason=reason, template=template)


def _is_missed(session: Session, request: HelpRequest, lost: Brings) -> bool:
    """Whether a team lacks some of it that the places still open cannot bring."""
    need = team_need(session, request, shared_skills(session, request.category_id))
    concerned = need.skills & lost.skills or need.language in lost.languages
    return bool(concerned) and need.missing > request.volunteers_needed - request.places_taken
