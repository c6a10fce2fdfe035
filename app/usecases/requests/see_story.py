"""The story of an order for its resident: what happened when, and who viewed the address."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.people.models import Person
from app.people.rules import badge_name
from app.trail.models import Event

TOLD = (
    "help_request.placed",
    "help_request.approve",
    "help_request.reject",
    "help_request.cancel",
    "help_request.lose_volunteer",
    "help_request.escalated",
    "help_request.reopen",
    "help_request.close",
    "match.sent",
    "match.accepted",
    "match.assigned",
    "match.grabbed",
    "match.on_the_way",
    "match.arrived",
    "match.finished",
)
LOOKS = ("match.revealed", "help_request.revealed")
# Events of these kinds come in groups, shown to a resident as one.
GATHERED = ("match.sent", "help_request.escalated")


@dataclass(frozen=True, slots=True)
class Moment:
    """An event; `who` is a volunteer's badge name, `count` how many at once."""

    kind: str
    at: datetime
    who: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody viewed name, phone and address; `who` is empty for a coordinator."""

    at: datetime
    who: str


@dataclass(frozen=True, slots=True)
class Story:
    """What a resident may know of the trail, oldest first."""

    moments: tuple[Moment, ...]
    looks: tuple[Look, ...]


def story_for_resident(session: Session, request_id: int) -> Story:
    """The story of one help request, in two queries."""
    rows: Any = session.execute(
        select(Event.kind, Event.at, Event.details)
        .where(Event.request_id == request_id, Event.kind.in_((*TOLD, *LOOKS)))
        .order_by(Event.seq)
    ).all()
    names = _badges(session, (details.get("person") for _, _, details in rows))
    moments = [
        Moment(kind, at, names.get(details.get("person"), ""))
        for kind, at, details in rows
        if kind in TOLD
    ]
    looks = [
        Look(at, names.get(details.get("person"), ""))
        for kind, at, details in rows
        if kind in LOOKS
    ]
    return Story(tuple(gather_moments(moments)), tuple(looks))


def _badges(session: Session, ids: Iterable[int | None]) -> dict[int | None, str]:
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))
    return {key: badge_name(name) for key, name in rows}


def gather_moments(moments: Sequence[Moment]) -> list[Moment]:
    """Merges consecutive moments of a grouped kind into one, at the time of the first."""
    told: list[Moment] = []
    for moment in moments:
        last = told[-1] if told else None
        if last is not None and moment.kind in GATHERED and last.kind == moment.kind:
            told[-1] = Moment(last.kind, last.at, "", last.count + 1)
        else:
            told.append(moment if moment.kind not in GATHERED else Moment(moment.kind, moment.at))
    return told
