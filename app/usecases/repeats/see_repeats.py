"""What coordinators see of repeating help, and the resident who holds the code."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.queries import category_names
from app.core.actor import Actor, RoleName
from app.core.context import Context
from app.help_requests.models import HelpRequest
from app.help_requests.queries import by_code
from app.people.namesakes import PersonName
from app.people.queries import names_of
from app.repeats.queries import days_ahead, rule_of, rules_in, schedule_of
from app.repeats.rules import Schedule
from app.usecases.dispatch.ask_familiar import REACH_M, familiar_people
from app.usecases.dispatch.rank_volunteers import rank_for
from app.usecases.shared.request_state import load_request

# How many of the ranking may be named, and how many days ahead may be skipped.
MOST_NAMED = 20
DAYS_AHEAD = 4


@dataclass(frozen=True, slots=True)
class RepeatLine:
    """A rule as its coordinator sees it. `days` come next and may be skipped."""

    id: int
    request_id: int
    code: str
    category: str
    rough_place: str
    state: str
    schedule: Schedule
    days: tuple[date, ...]
    familiar_volunteers: tuple[PersonName, ...]
    familiar_id: int | None
    substitute_id: int | None


def repeat_lines(session: Session, *, actor: Actor, locale: str) -> list[RepeatLine]:
    """Every rule of the coordinator's areas that has not ended."""
    rules = rules_in(session, actor.paths(RoleName.COORDINATOR))
    categories = category_names(session, locale)
    asked = {rule.id: familiar_people(session, rule) for rule in rules}
    names = names_of(session, [person_id for some in asked.values() for person_id in some])
    rows = session.execute(
        select(HelpRequest.id, HelpRequest.code, HelpRequest.rough_place).where(
            HelpRequest.id.in_([rule.from_request_id for rule in rules])
        )
    )
    sources = {row.id: row for row in rows}
    return [
        RepeatLine(
            id=rule.id,
            request_id=rule.from_request_id,
            code=sources[rule.from_request_id].code,
            category=categories[rule.category_id],
            rough_place=sources[rule.from_request_id].rough_place,
            state=rule.state,
            schedule=schedule_of(rule),
            days=days_ahead(session, rule, DAYS_AHEAD),
            familiar_volunteers=tuple(names[person_id] for person_id in asked[rule.id]),
            familiar_id=rule.familiar_id,
            substitute_id=rule.substitute_id,
        )
        for rule in rules
    ]


def possible_volunteers(context: Context, *, request_id: int) -> list[tuple[int, PersonName]]:
    """Whom a coordinator may name for a request: the one named or who served, then the ranking."""
    request = load_request(context.session, request_id)
    context.actor.needs(RoleName.COORDINATOR, request.area_path)
    if request.lat is None:
        return []
    rule = rule_of(context.session, request_id)
    known = familiar_people(context.session, rule) if rule is not None else []
    ranking = rank_for(context.session, request=request, now=context.now, radius_m=REACH_M)
    people = dict.fromkeys([*known, *(one.person_id for one in ranking.ranked[:MOST_NAMED])])
    names = names_of(context.session, people)
    return [(person_id, names[person_id]) for person_id in people]


def repeat_behind(session: Session, code: str) -> tuple[Schedule, date | None] | None:
    """The schedule that an order belongs to, and its next day; no names."""
    request = by_code(session, code)
    rule = rule_of(session, request.id) if request is not None else None
    return None if rule is None else (schedule_of(rule), rule.next_day)
