"""The trail for an administrator: its lines by area and subject, and whether it is intact."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from sqlalchemy.orm import Session

from app.core.actor import Actor, RoleName
from app.trail.chain import head_of
from app.trail.queries import TrailLine, lines_before
from app.trail.verification import Fault, verify
from app.usecases.accounts.see_accounts import names_of

# Subject types behind each choice of the page's filter.
SUBJECTS: Mapping[str, tuple[str, ...]] = {
    "accounts": ("person", "import"),
    "settings": ("setting", "limit", "category", "skill", "policy", "trial"),
    "areas": ("area", "service_point", "place", "places", "organisation"),
    "requests": ("help_request", "match", "inbound_text", "repeat_rule"),
    "duty": ("rota", "shift", "swap"),
}
# Checking a line takes about 50 microseconds: this many take a second or two.
MOST_CHECKED = 20_000
MOST_FAULTS = 20


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of checking the lines between two, both included; no faults: intact."""

    first: int
    last: int
    faults: tuple[Fault, ...]
    # Heads published outside the database that lie between the two.
    heads: int


def list_lines(
    session: Session,
    *,
    actor: Actor,
    area_path: str,
    choice: str | None = None,
    kind: str | None = None,
    before: int | None = None,
    limit: int = 100,
) -> tuple[list[TrailLine], dict[int, str]]:
    """Lines of an area and below, newest first, and the names of those who acted."""
    actor.needs(RoleName.ADMINISTRATOR, area_path)
    lines = lines_before(
        session,
        area_path,
        subjects=SUBJECTS.get(choice or "", ()),
        kind=kind,
        before=before,
        limit=limit,
    )
    return lines, names_of(session, lines)


def check_newest(
    session: Session, *, actor: Actor, published: Iterable[tuple[int, str]]
) -> Verdict:
    """Checks the newest lines against each other and against the published heads.

    Iterates over `published` twice.
    """
    for path in actor.paths(RoleName.ADMINISTRATOR)[:1] or ("/",):
        actor.needs(RoleName.ADMINISTRATOR, path)
    last, _ = head_of(session)
    after = max(0, last - MOST_CHECKED)
    faults = verify(session, published=published, after=after)
    heads = sum(1 for seq, _ in published if seq > after)
    return Verdict(after + 1, last, tuple(islice(faults, MOST_FAULTS)), heads)
