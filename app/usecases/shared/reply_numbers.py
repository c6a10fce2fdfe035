"""Reply numbers for answers by text: which are in use, and the next free one."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.dispatch.models import Match
from app.dispatch.rules import ACTIVE, WAITING, free_reply_number
from app.rotation.queries import duty_numbers

Numbers = tuple[frozenset[int], int | None]

NONE_YET: Numbers = (frozenset(), None)


def numbers_in_use(session: Session, person_ids: Sequence[int]) -> dict[int, Numbers]:
    """Reply numbers of each person's live matches and of duty, and the one given last."""
    rows = session.execute(
        select(Match.person_id, Match.reply_number, Match.state)
        .where(Match.person_id.in_(person_ids), Match.reply_number.is_not(None))
        .order_by(func.coalesce(Match.sent_at, Match.accepted_at, Match.made_at), Match.id)
    )
    found: dict[int, Numbers] = {}
    for person_id, number, state in rows:
        if number is None:
            continue
        live, _ = found.get(person_id, NONE_YET)
        alive = live | {number} if state in WAITING or state in ACTIVE else live
        found[person_id] = (frozenset(alive), number)
    for person_id, duty in duty_numbers(session, person_ids).items():
        live, last = found.get(person_id, NONE_YET)
        found[person_id] = (live | duty, last)
    return found


def next_number(session: Session, person_id: int) -> int | None:
    """The next free reply number for a person; None when all are in use."""
    return free_reply_number(*numbers_in_use(session, [person_id]).get(person_id, NONE_YET))
