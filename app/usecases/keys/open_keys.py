"""Opens a database with the installed keys: compares them, makes safe missing ones, or refuses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core.context import Context
from app.core.crypto import Keyring, forget_keyring, install_keyring
from app.core.key_check import (
    KeyState,
    Registered,
    build_keyring,
    changed_purposes,
    fingerprint,
    first_faults,
    in_words,
    key_faults,
    missing_purposes,
    short,
)
from app.core.key_files import (
    EXCHANGEABLE,
    KEPT,
    FoundKey,
    make_key_file,
    setting,
    with_new_files,
)
from app.core.key_register import (
    KeyFingerprint,
    has_register,
    next_number,
    register_key,
    registered_keys,
)
from app.trail.chain import key_generation, record
from app.usecases.keys.check_keys import holds_data, sample_faults, trail_faults

CHANGED = {
    "secret": "cookies are signed with another key: forms that are open must be sent again",
    "push": "phones get no reminders until they are switched on anew",
}


@dataclass(frozen=True, slots=True)
class Opened:
    """The keys of a process. With `refusals` (lines in plain words) it must not start.

    `notices` are warnings to show. `ring` is None where a key is missing.
    """

    keys: tuple[FoundKey, ...]
    ring: Keyring | None
    refusals: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()


def open_keys(
    context: Context, found: tuple[FoundKey, ...], *, folder: Path, region: str
) -> Opened:
    """Compares the keys with those registered in the database, and installs them.

    The first process on a database without data makes missing keys; the first on one without
    registered keys tests the keys on stored values and registers them. Raises BadKey.
    """
    if not has_register(context.session):
        return _before_register(context.session, with_new_files(found, folder), folder)
    registered = registered_keys(context.session)
    # After the register: whoever registered keys had made their files before.
    found = with_new_files(found, folder)
    if not registered:
        return _first(context.session, found, folder, region, context.now)
    faults = key_faults(registered, found)
    if faults:
        return Opened(found, None, tuple(in_words(fault, folder) for fault in faults))
    keys = _with_missing(found, folder, EXCHANGEABLE)
    ring = build_keyring(keys, registered, key_generation(context.session))
    if ring is not None:
        install_keyring(ring)
    notices = _note_changes(context, keys, registered)
    return Opened(keys, ring, (), notices)


def _before_register(session: Session, found: tuple[FoundKey, ...], folder: Path) -> Opened:
    """For a database that is empty, or older than fingerprints: its migration comes first."""
    if holds_data(session):
        lacking = [purpose for purpose in missing_purposes(found) if purpose in KEPT]
        if lacking:
            return Opened(found, None, _refuse_missing(lacking, folder))
        # Migrations seal the trail's head, so at least the trail key must be right.
        _installed(found)
        wrong = [str(fault) for fault in trail_faults(session)]
        if wrong:
            forget_keyring()
            return Opened(found, None, (*wrong, NOT_PROVEN))
    return _installed(_with_missing(found, folder))


def _first(
    session: Session, found: tuple[FoundKey, ...], folder: Path, region: str, now: datetime
) -> Opened:
    """Registers the first keys of a database."""
    full = holds_data(session)
    lacking = [purpose for purpose in missing_purposes(found) if purpose in KEPT]
    if full and lacking:
        return Opened(found, None, _refuse_missing(lacking, folder))
    several = first_faults(found)
    if several:
        return Opened(found, None, tuple(in_words(fault, folder) for fault in several))
    opened = _installed(_with_missing(found, folder))
    wrong = [str(fault) for fault in sample_faults(session, region=region)] if full else []
    if wrong:
        forget_keyring()
        return Opened(opened.keys, None, (*wrong, NOT_PROVEN))
    note_keys(session, opened.keys, now=now)
    return opened


NOT_PROVEN = (
    "KEYS: the keys at hand are not those with which this database was written, so they are not"
    " noted. Put the right ones back from the backup of the keys; if values were sealed with two"
    " data keys, give both in DATA_KEYS, the older first. If that is all there is left, accept the"
    " loss with `flask keys record --accept-loss`"
)


def note_keys(session: Session, keys: Sequence[FoundKey], *, now: datetime) -> None:
    """Registers the first keys of a database, those of a purpose numbered from 1."""
    numbers: dict[str, int] = {}
    for one in keys:
        numbers[one.purpose] = numbers.get(one.purpose, 0) + 1
        register_key(session, one, number=numbers[one.purpose], now=now)


def _installed(keys: tuple[FoundKey, ...]) -> Opened:
    ring = build_keyring(keys)
    if ring is not None:
        install_keyring(ring)
    return Opened(keys, ring)


def _with_missing(
    found: tuple[FoundKey, ...], folder: Path, purposes: Sequence[str] = (*KEPT, *EXCHANGEABLE)
) -> tuple[FoundKey, ...]:
    """The keys, with files made for purposes that have none."""
    lacking = [purpose for purpose in missing_purposes(found) if purpose in purposes]
    return (*found, *(make_key_file(folder, purpose) for purpose in lacking))


def _refuse_missing(lacking: Sequence[str], folder: Path) -> tuple[str, ...]:
    return tuple(
        f"{setting(purpose)}: this database holds data and needs its {purpose} key, but neither"
        f" {setting(purpose)} is set nor does the folder {folder} hold it. Put the key back from"
        " the backup of the keys; no new one is made beside a database with data"
        for purpose in lacking
    )


def _note_changes(
    context: Context, keys: Sequence[FoundKey], registered: Sequence[Registered]
) -> tuple[str, ...]:
    """Logs and records a changed key for cookies or pushes, and goes on."""
    notices = []
    for purpose, digest in changed_purposes(registered, keys):
        one = next(
            each
            for each in keys
            if each.purpose == purpose and fingerprint(purpose, each.key) == digest
        )
        _exchange(context.session, one, registered, context.now)
        record(
            context,
            kind="keys.changed",
            subject=("key", purpose),
            area_path="/",
            details={"purpose": purpose, "fingerprint": digest},
        )
        notices.append(
            f"{setting(purpose)}: another key than before (fingerprint {short(digest)}, read from"
            f" {one.source}): {CHANGED[purpose]}"
        )
    return tuple(notices)


def _exchange(
    session: Session, one: FoundKey, registered: Sequence[Registered], now: datetime
) -> None:
    row = KeyFingerprint
    session.execute(
        update(row)
        .where(row.purpose == one.purpose, row.state == KeyState.ACTIVE)
        .values(state=KeyState.RETIRED, retired_at=now)
        .execution_options(synchronize_session=False)
    )
    digest = fingerprint(one.purpose, one.key)
    if any(each.purpose == one.purpose and each.fingerprint == digest for each in registered):
        session.execute(
            update(row)
            .where(row.purpose == one.purpose, row.fingerprint == digest)
            .values(state=KeyState.ACTIVE, retired_at=None)
            .execution_options(synchronize_session=False)
        )
        return
    register_key(session, one, number=next_number(registered, one.purpose), now=now)


def must_write(session: Session, found: Sequence[FoundKey]) -> bool:
    """Whether opening will write: first keys, or a changed key for cookies or pushes."""
    if not has_register(session):
        return False
    registered = registered_keys(session)
    lacking = set(missing_purposes(found)) & set(EXCHANGEABLE)
    return not registered or bool(lacking) or bool(changed_purposes(registered, found))
