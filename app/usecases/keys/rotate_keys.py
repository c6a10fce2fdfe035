"""Rotating a key: the new one is registered, used from the next start, and the old one retired."""

from collections.abc import Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.areas.models import GeocodeAnswer
from app.core.context import Context
from app.core.key_check import KeyState, Registered, fingerprint
from app.core.key_files import FoundKey
from app.core.key_register import KeyFingerprint, next_number, register_key, registered_keys
from app.trail.chain import begin_key_generation, head_of, record, seal_head_again
from app.usecases.keys.lookup_columns import carry_blocked_pairs


def register_new_key(context: Context, new: FoundKey, *, lost: Sequence[int]) -> Registered:
    """Registers the key for use from now on; processes that know only the older cannot write.

    `lost` are numbers of keys that are gone for good: the database asks for them no more, and what
    needs them stays closed. The line of the trail about it is under the old trail key, and a new
    trail key begins with the line after it, unless the old one is lost. A lookup key is coming
    until `finish_lookup_key`. Raises ValueError when all numbers are used up.
    """
    number = next_number(registered_keys(context.session), new.purpose)
    lines_before = head_of(context.session)[0]
    if lost and new.purpose == "trail":
        seal_head_again(context.session)
    if lost:
        _retire(context, new.purpose, list(lost), "keys.given_up")
    details = {"number": number, "fingerprint": fingerprint(new.purpose, new.key)}
    _record(context, "keys.rotated", new.purpose, details)
    lines_after = begin_key_generation(context.session)
    first_line = lines_before + 1 if lost else lines_after
    return register_key(
        context.session,
        new,
        number=number,
        now=context.now,
        state=KeyState.COMING if new.purpose == "lookup" else KeyState.ACTIVE,
        first_line=first_line if new.purpose == "trail" else 0,
    )


def prepare_lookups(session: Session) -> int:
    """Rewrites blocked pairs under the new lookup key, in the transaction that registers it.

    Returns how many have no order left to take the number from. Answers of geocoders are forgotten:
    they are asked again.
    """
    session.execute(delete(GeocodeAnswer))
    return carry_blocked_pairs(session)


def finish_lookup_key(context: Context) -> None:
    """Every hash is under the coming key: it is active, the older ones are retired."""
    row = KeyFingerprint
    context.session.execute(
        update(row)
        .where(row.purpose == "lookup", row.state == KeyState.COMING)
        .values(state=KeyState.ACTIVE)
        .execution_options(synchronize_session=False)
    )
    retire_older_keys(context, purpose="lookup")


def retire_older_keys(context: Context, *, purpose: str) -> list[int]:
    """Retires every key but the newest: nothing needs them any more. Returns their numbers."""
    row = KeyFingerprint
    numbers = list(
        context.session.scalars(
            select(row.number)
            .where(row.purpose == purpose, row.state == KeyState.ACTIVE)
            .order_by(row.number)
        )
    )[:-1]
    if numbers:
        _retire(context, purpose, numbers, "keys.retired")
    return numbers


def _retire(context: Context, purpose: str, numbers: list[int], kind: str) -> None:
    row = KeyFingerprint
    context.session.execute(
        update(row)
        .where(row.purpose == purpose, row.number.in_(numbers))
        .values(state=KeyState.RETIRED, retired_at=context.now)
        .execution_options(synchronize_session=False)
    )
    _record(context, kind, purpose, {"numbers": numbers})


def _record(context: Context, kind: str, purpose: str, details: dict[str, object]) -> None:
    record(
        context,
        kind=kind,
        subject=("key", purpose),
        area_path="/",
        details={"purpose": purpose, **details},
    )
