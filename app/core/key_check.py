"""Whether the keys at hand are those of the database. Pure: no database, no files.

A fingerprint is an HMAC under the key over a fixed text with the key's purpose. Keys are 32 random
bytes, so it reveals nothing of the key, and the same bytes differ from purpose to purpose.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from app.core.crypto import Keyring
from app.core.key_files import EXCHANGEABLE, KEPT, PURPOSES, FoundKey, file_name, setting

FINGERPRINT_CHARS = 32
SHORT_CHARS = 8


class KeyState(StrEnum):
    """What the database still needs a key for."""

    ACTIVE = "active"
    # A lookup key for which the stored hashes are being rewritten; nothing else runs meanwhile.
    COMING = "coming"
    RETIRED = "retired"


class FaultCode(StrEnum):
    """How the keys at hand are not those of the database."""

    MISSING = "missing"
    # Another key is in its place.
    OTHER = "other"
    # A key that the database does not know.
    UNKNOWN = "unknown"
    # Several keys, while the database knows none.
    SEVERAL = "several"
    # A rotation was interrupted.
    UNFINISHED = "unfinished"


@dataclass(frozen=True, slots=True)
class Registered:
    """A key that the database knows. `first_line` is the first line of the trail under it."""

    purpose: str
    number: int
    fingerprint: str
    state: KeyState
    first_line: int = 0


@dataclass(frozen=True, slots=True)
class KeyFault:
    """Why a process must not start with the keys at hand.

    `expected` and `found` are fingerprints; `belongs` is the purpose that the found key has.
    """

    purpose: str
    code: FaultCode
    number: int = 1
    expected: str = ""
    found: str = ""
    source: str = ""
    belongs: str = ""


def fingerprint(purpose: str, key: bytes) -> str:
    """The keyed one-way digest (32 hex digits) that identifies a key."""
    message = f"diandan key fingerprint\0{purpose}".encode()
    return hmac.new(key, message, hashlib.sha256).hexdigest()[:FINGERPRINT_CHARS]


def short(digest: str) -> str:
    """The part of a fingerprint that is shown."""
    return digest[:SHORT_CHARS]


def of_purpose(found: Sequence[FoundKey], purpose: str) -> list[FoundKey]:
    """The keys at hand for a purpose, oldest first."""
    return [one for one in found if one.purpose == purpose]


def missing_purposes(found: Sequence[FoundKey]) -> list[str]:
    """Purposes without any key."""
    there = {one.purpose for one in found}
    return [purpose for purpose in PURPOSES if purpose not in there]


def key_faults(registered: Sequence[Registered], found: Sequence[FoundKey]) -> list[KeyFault]:
    """Every reason not to start. A retired key may be missing or present."""
    faults: list[KeyFault] = []
    for purpose in KEPT:
        known = {one.fingerprint: one for one in registered if one.purpose == purpose}
        here = {fingerprint(purpose, one.key): one for one in of_purpose(found, purpose)}
        needed = [one for one in known.values() if one.state != KeyState.RETIRED]
        strange = [digest for digest in here if digest not in known]
        for one in needed:
            if one.state == KeyState.COMING:
                faults.append(KeyFault(purpose, FaultCode.UNFINISHED, one.number))
            if one.fingerprint not in here:
                digest = strange.pop(0) if strange else ""
                faults.append(_lacking(registered, one, digest, here.get(digest)))
        faults += [_strange(registered, purpose, digest, here[digest]) for digest in strange]
    return faults


def first_faults(found: Sequence[FoundKey]) -> list[KeyFault]:
    """Faults that prevent recording these as the first keys: only data keys may be several."""
    return [
        KeyFault(purpose, FaultCode.SEVERAL, source=of_purpose(found, purpose)[0].source)
        for purpose in ("lookup", "trail")
        if len(of_purpose(found, purpose)) > 1
    ]


def _lacking(
    registered: Sequence[Registered], one: Registered, digest: str, found: FoundKey | None
) -> KeyFault:
    if found is None:
        return KeyFault(one.purpose, FaultCode.MISSING, one.number, one.fingerprint)
    belongs = _purpose_of(registered, found)
    return KeyFault(
        one.purpose, FaultCode.OTHER, one.number, one.fingerprint, digest, found.source, belongs
    )


def _strange(
    registered: Sequence[Registered], purpose: str, digest: str, found: FoundKey
) -> KeyFault:
    belongs = _purpose_of(registered, found)
    return KeyFault(purpose, FaultCode.UNKNOWN, 0, "", digest, found.source, belongs)


def _purpose_of(registered: Sequence[Registered], found: FoundKey) -> str:
    """The purpose under which the database knows this key, if any: files are easily swapped."""
    for one in registered:
        if one.fingerprint == fingerprint(one.purpose, found.key):
            return one.purpose
    return ""


def in_words(fault: KeyFault, folder: Path) -> str:
    """The fault and what to do about it, in one line of English."""
    name = setting(fault.purpose)
    kept = fault.purpose
    if fault.code == FaultCode.UNFINISHED:
        return (
            f"{name}: the change to {kept} key {fault.number} is unfinished; run"
            f" `flask keys rotate {kept}` again, then start"
        )
    if fault.code == FaultCode.SEVERAL:
        return f"{name}S: the first {kept} key must stand alone; give one key, rotate later"
    own = f" It is the key for {fault.belongs}: two keys are swapped." if fault.belongs else ""
    if fault.code == FaultCode.UNKNOWN:
        return (
            f"{name}: the key of {fault.source} (fingerprint {short(fault.found)}) is not known to"
            f" this database.{own} Take it away, or begin to use it with `flask keys rotate {kept}`"
        )
    put = (
        f"Put the right key back (from the backup of the keys, as {name} or as the file"
        f" {folder / file_name(kept, fault.number)}), or use the database of these keys"
    )
    wanted = f"{kept} key {fault.number} with fingerprint {short(fault.expected)}"
    if fault.code == FaultCode.MISSING:
        return (
            f"{name}: this database needs {wanted}, and it is missing: neither {name} nor {name}S"
            f" is set to it, nor does the folder {folder} hold it. {put}. No new key is made"
            " beside a database that has one"
        )
    return (
        f"{name}: this database needs {wanted}, but {fault.source} holds another"
        f" (fingerprint {short(fault.found)}).{own} {put}"
    )


def changed_purposes(
    registered: Sequence[Registered], found: Sequence[FoundKey]
) -> list[tuple[str, str]]:
    """Purposes of exchangeable keys that are not the active one, with the new fingerprint."""
    active = {(o.purpose, o.fingerprint) for o in registered if o.state == KeyState.ACTIVE}
    pairs = [(o.purpose, fingerprint(o.purpose, o.key)) for o in found if o.purpose in EXCHANGEABLE]
    return [pair for pair in pairs if pair not in active]


def build_keyring(
    found: Sequence[FoundKey], registered: Sequence[Registered] = (), generation: int = 0
) -> Keyring | None:
    """The keyring of a process; None while a purpose has no key.

    Numbers are those of the database; where it knows none yet, the place in the list.
    """
    data, lookup, trail = (of_purpose(found, purpose) for purpose in KEPT)
    if not (data and lookup and trail):
        return None
    if not registered:
        return Keyring(
            data={number: one.key for number, one in enumerate(data, start=1)},
            lookup=(lookup[-1].key,),
            trail={0: trail[-1].key},
            generation=generation,
        )
    known = {(one.purpose, one.fingerprint): one for one in registered}
    numbered = [
        (known[place], one.key)
        for one in (*data, *lookup, *trail)
        if (place := (one.purpose, fingerprint(one.purpose, one.key))) in known
    ]
    newest_first = sorted(numbered, key=lambda pair: -pair[0].number)
    ring = Keyring(
        data={one.number: key for one, key in numbered if one.purpose == "data"},
        lookup=tuple(key for one, key in newest_first if one.purpose == "lookup"),
        trail={one.first_line: key for one, key in numbered if one.purpose == "trail"},
        generation=generation,
    )
    return ring if ring.data and ring.lookup and ring.trail else None
