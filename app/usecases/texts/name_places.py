"""Finds the places of the gazetteer that a text names, and where in the text."""

import re
from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from app.areas.gazetteer import area_key, search_key, written_as
from app.areas.models import Area, Place
from app.areas.queries import place_keys
from app.conversation.context import FoundPlace

SHORTEST_NAME = 2
# Of a text of all names there are; more are hardly meant.
MOST_NAMES = 40


def named_places(session: Session, text: str) -> Sequence[FoundPlace]:
    """The places that a text names, the first in the text first; a longer name hides its parts.

    Places of one name are one entry with several ids.
    """
    key = search_key(text)
    if len(key) < SHORTEST_NAME:
        return ()
    keys = place_keys()
    length = func.length(keys.c.key)
    rows = session.execute(
        select(keys.c.place_id, keys.c.key)
        .where(literal(key).contains(keys.c.key), length >= SHORTEST_NAME)
        .order_by(length.desc(), keys.c.key, keys.c.place_id)
        .limit(MOST_NAMES)
    ).all()
    ids = defaultdict(list)
    for place_id, name in rows:
        ids[name].append(place_id)
    found: list[FoundPlace] = []
    for name, place_ids in ids.items():
        spot = re.search(written_as(name), text, re.IGNORECASE)
        if spot is None or any(one.start < spot.end() and spot.start() < one.end for one in found):
            continue
        if len(place_ids) > 1:
            rest = f"{text[: spot.start()]} {text[spot.end() :]}"
            place_ids = _told_apart(session, place_ids, rest)
        found.append(FoundPlace(spot.start(), spot.end(), tuple(place_ids), spot.group()))
    return sorted(found, key=lambda one: one.start)


def place_named(session: Session, text: str) -> int | None:
    """The first place that a text names and that is the only one of its name."""
    alone = [one.place_ids[0] for one in named_places(session, text) if len(one.place_ids) == 1]
    return alone[0] if alone else None


def _told_apart(session: Session, place_ids: list[int], rest: str) -> list[int]:
    """Of places of one name, the one whose area the rest of the text names; else all."""
    key = search_key(rest)
    rows = session.execute(
        select(Place.id, Area.name_zh)
        .join(Area, Area.id == Place.area_id)
        .where(Place.id.in_(place_ids))
        .order_by(Place.id)
    )
    named = [one for one, area in rows if area_key(area) in key]
    return named if len(named) == 1 else place_ids
