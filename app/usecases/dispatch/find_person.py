"""Finds a volunteer by name or phone for one request, with everything that speaks against it."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.core.actor import RoleName
from app.core.context import Context
from app.core.crypto import lookup_hash
from app.help_requests.models import HelpRequest
from app.matching.conflicts import Exclusion
from app.people.models import Person, Role
from app.people.rules import BadPhone, PersonState, normalise_phone
from app.usecases.dispatch.rank_volunteers import rank_for
from app.usecases.dispatch.see_conflicts import conflicts_with
from app.usecases.shared.request_state import load_request

# Names are encrypted, so each is decrypted to be compared: limit how many, and how many are shown.
MOST_SEARCHED, MOST_SHOWN = 5000, 20
SHORTEST = 1
# People asked by name may come from anywhere.
REACH_M = 100_000
# A person with one of these may not be asked, not even by name.
FORBIDDEN = frozenset({"blocked", "suspended"})


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """A volunteer with what speaks against asking them; `metres` is None without an offer."""

    person_id: int
    name: str
    metres: float | None
    against: tuple[Exclusion, ...]


def find_person_for(
    context: Context, *, request_id: int, words: str, region: str
) -> tuple[FoundPerson, ...]:
    """Active volunteers of the coordinator's areas with these words in the name or this phone.

    In reach or not, ranked or not, answered or not: those against whom nothing speaks come first,
    then the nearest. Raises NotAllowed for a request of another area.
    """
    request = load_request(context.session, request_id)
    context.actor.needs(RoleName.COORDINATOR, request.area_path)
    looked_for = " ".join(words.split())
    if len(looked_for) < SHORTEST:
        return ()
    names = _named(context.session, context.actor.paths(RoleName.COORDINATOR), looked_for, region)
    against = _against(context, request, list(names))
    found = [FoundPerson(person_id, names[person_id], *against[person_id]) for person_id in names]
    far = float("inf")
    found.sort(key=lambda one: (len(one.against), far if one.metres is None else one.metres))
    return tuple(found)


def _named(session: Session, paths: tuple[str, ...], words: str, region: str) -> dict[int, str]:
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
    if by_phone is not None:
        return dict(rows)
    part = words.casefold()
    return dict([row for row in rows if part in row.name.casefold()][:MOST_SHOWN])


def _phone(words: str, region: str) -> str | None:
    """The keyed hash of a whole phone number; None for anything else."""
    try:
        return lookup_hash("phone", normalise_phone(words, region))
    except BadPhone:
        return None


def _against(
    context: Context, request: HelpRequest, people: list[int]
) -> dict[int, tuple[float | None, tuple[Exclusion, ...]]]:
    """The distance of each and what speaks against them."""
    times = conflicts_with(context.session, request, people, now=context.now)
    found: dict[int, tuple[float | None, tuple[Exclusion, ...]]] = {
        person_id: (None, (Exclusion("no_offer"), *times[person_id])) for person_id in people
    }
    if request.lat is None or not people:
        return found
    ranking = rank_for(
        context.session, request=request, now=context.now, radius_m=REACH_M, people=people
    )
    found |= {one.person_id: (one.metres, ()) for one in ranking.ranked}
    found |= {one.person_id: (one.metres, one.reasons) for one in ranking.left_out}
    return found
