"""Finds a volunteer by name or phone for one request, with everything that speaks against it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.areas.queries import area_names
from app.core.actor import RoleName
from app.core.context import Context
from app.core.crypto import lookup_hash
from app.dispatch.models import Match
from app.help_requests.models import HelpRequest
from app.matching.conflicts import Exclusion
from app.people.models import Person, Role
from app.people.namesakes import PHONE_END
from app.people.rules import BadPhone, PersonState, normalise_phone
from app.usecases.dispatch.rank_volunteers import rank_for
from app.usecases.dispatch.see_conflicts import conflicts_with
from app.usecases.shared.request_state import load_request

# Names are encrypted, so each is decrypted to be compared. Of those found, so many are looked at to
# know what speaks against them, and so many are shown.
MOST_SEARCHED, MOST_COMPARED, MOST_SHOWN = 5000, 200, 20
SHORTEST = 1
# People asked by name may come from anywhere.
REACH_M = 100_000
# A person with one of these may not be asked, not even by name.
FORBIDDEN = frozenset({"blocked", "suspended"})
# Nor among those whom a request's page proposes: their answer stands on it.
NEVER_ASKED = FORBIDDEN | {"asked_already"}

Answer = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """A volunteer with what speaks against asking them; `metres` is None without an offer.

    `area` and the last digits of the phone tell people of one name apart. `answer`: the state of
    the match that they have had for this request in its present round, and why it ended.
    """

    person_id: int
    name: str
    area: str
    phone_end: str
    metres: float | None
    against: tuple[Exclusion, ...]
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class FoundPeople:
    """The first of those found; `more`: there are others, whom longer words would find."""

    people: tuple[FoundPerson, ...] = ()
    more: bool = False


def find_person_for(context: Context, *, request_id: int, words: str, region: str) -> FoundPeople:
    """Active volunteers of the coordinator's areas with these words in the name or this phone.

    In reach or not, ranked or not, answered or not: those against whom least speaks come first,
    then the nearest. Raises NotAllowed for a request of another area.
    """
    request = load_request(context.session, request_id)
    context.actor.needs(RoleName.COORDINATOR, request.area_path)
    looked_for = " ".join(words.split())
    if len(looked_for) < SHORTEST:
        return FoundPeople()
    paths = context.actor.paths(RoleName.COORDINATOR)
    found = _named(context.session, paths, looked_for, region)
    against = _against(context, request, found[:MOST_COMPARED])
    ids = sorted(against, key=lambda one: _order(*against[one]))[:MOST_SHOWN]
    people = _people(context.session, ids)
    answers = _answers(context.session, request, ids)
    areas = area_names(context.session, [one.area_id for one in people if one.area_id])
    shown = tuple(
        FoundPerson(
            one.id,
            one.name,
            areas.get(one.area_id or 0, ""),
            one.phone[-PHONE_END:],
            *against[one.id],
            answers.get(one.id),
        )
        for one in people
    )
    return FoundPeople(shown, len(found) > len(shown))


def _order(metres: float | None, against: tuple[Exclusion, ...]) -> tuple[int, float]:
    """The fewest reasons against somebody first, then the nearest."""
    return len(against), float("inf") if metres is None else metres


def _named(session: Session, paths: tuple[str, ...], words: str, region: str) -> list[int]:
    """Ids of everybody found."""
    volunteers = select(Role.person_id).where(
        Role.role == RoleName.VOLUNTEER, Role.ended_at.is_(None)
    )
    wanted: list[ColumnElement[bool]] = [
        or_(*(Person.area_path.startswith(path) for path in paths)),
        Person.state == PersonState.ACTIVE,
        Person.id.in_(volunteers),
    ]
    by_phone = _phone(words, region)
    if by_phone is not None:
        wanted.append(Person.phone_lookup == by_phone)
    rows = session.execute(
        select(Person.id, Person.name).where(*wanted).order_by(Person.id).limit(MOST_SEARCHED)
    ).all()
    part = words.casefold()
    return [row.id for row in rows if by_phone is not None or part in row.name.casefold()]


def _people(session: Session, ids: list[int]) -> list[Any]:
    """Their rows, in the order of the ids."""
    people = select(Person.id, Person.name, Person.phone, Person.area_id)
    known = {row.id: row for row in session.execute(people.where(Person.id.in_(ids)))}
    return [known[one] for one in ids]


def _phone(words: str, region: str) -> str | None:
    """The keyed hash of a whole phone number; None for anything else."""
    try:
        return lookup_hash("phone", normalise_phone(words, region))
    except BadPhone:
        return None


def _answers(session: Session, request: HelpRequest, people: list[int]) -> dict[int, Answer]:
    """The state of each one's match in the present round, and why it ended."""
    rows = select(Match.person_id, Match.state, Match.end_reason).where(
        Match.request_id == request.id,
        Match.round_no == request.round_no,
        Match.person_id.in_(people),
    )
    return {person_id: (state, why) for person_id, state, why in session.execute(rows)}


def _against(
    context: Context, request: HelpRequest, people: list[int]
) -> dict[int, tuple[float | None, tuple[Exclusion, ...]]]:
    """The distance of each and what speaks against them."""
    times = conflicts_with(context.session, request, people, now=context.now)
    # Without a place nothing is known about offers: whoever has none is not told apart.
    unknown = Exclusion("no_offer" if request.lat is not None else "no_place")
    found: dict[int, tuple[float | None, tuple[Exclusion, ...]]] = {
        person_id: (None, (unknown, *times[person_id])) for person_id in people
    }
    if request.lat is None or not people:
        return found
    ranking = rank_for(
        context.session, request=request, now=context.now, radius_m=REACH_M, people=people
    )
    found |= {one.person_id: (one.metres, ()) for one in ranking.ranked}
    found |= {one.person_id: (one.metres, one.reasons) for one in ranking.left_out}
    return found
