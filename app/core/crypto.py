"""Personal data at rest: encrypted columns, and look-up by a keyed hash under another key.

A stored value is `key number (1 byte) | nonce (12 bytes) | AES-256-GCM ciphertext and tag`. The
column's name is authenticated with it, so a value moved to another column does not open. Numbers
are given by the database (`app.core.key_register`) and never change.
"""

import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

NONCE_BYTES = 12


class CannotOpen(Exception):
    """A stored value does not open with the keys at hand: wrong key, or the value was changed."""


class KeysRotated(Exception):
    """The keys were rotated since this process started; restart the process."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """Keys of 32 bytes each.

    `data` by number; the highest one seals. `lookup`: the key in use, then older ones, which are
    only used to find tokens. `trail`: by the first trail line that the key covers. `generation`
    counts the rotations that the database had seen when the keys were read.
    """

    data: Mapping[int, bytes] = field(repr=False)
    lookup: tuple[bytes, ...] = field(repr=False)
    trail: Mapping[int, bytes] = field(repr=False)
    generation: int = 0

    def trail_key(self, seq: int) -> bytes:
        """The key that covers a line of the trail."""
        spans = [first for first in self.trail if first <= seq]
        return self.trail[max(spans) if spans else min(self.trail)]


class _Installed:
    ring: Keyring | None = None


def install_keyring(ring: Keyring) -> None:
    """Sets the keys of the process. Called once, by the factory."""
    for key in (*ring.data.values(), *ring.lookup, *ring.trail.values()):
        if len(key) != 32:
            raise ValueError("every key has 32 bytes")
    _Installed.ring = ring


def forget_keyring() -> None:
    """Removes keys that turned out to be wrong: nothing can be sealed or opened."""
    _Installed.ring = None


def keyring() -> Keyring:
    """The installed keys. Raises RuntimeError if there are none."""
    if _Installed.ring is None:
        raise RuntimeError("no keys are installed: `flask keys check` says why")
    return _Installed.ring


def seal(text: str, label: str) -> bytes:
    """Encrypts `text` for the column `label` with the newest key."""
    keys = keyring().data
    number = max(keys)
    nonce = os.urandom(NONCE_BYTES)
    body = AESGCM(keys[number]).encrypt(nonce, text.encode(), label.encode())
    return bytes([number]) + nonce + body


def unseal(sealed: bytes, label: str) -> str:
    """Opens what `seal` made. Raises CannotOpen.

    Earlier versions used the key's place in the list as its number, which another key may have now.
    So if the key with that number does not fit, the others are tried.
    """
    keys = keyring().data
    if len(sealed) <= 1 + NONCE_BYTES:
        raise CannotOpen(label)
    number = sealed[0]
    for _, key in sorted(keys.items(), key=lambda pair: pair[0] != number):
        try:
            plain = AESGCM(key).decrypt(
                sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :], label.encode()
            )
        except InvalidTag:
            continue
        return plain.decode()
    raise CannotOpen(label)


def lookup_hash(kind: str, value: str) -> str:
    """The keyed hash (64 hex digits) that finds an encrypted value; `kind` separates uses."""
    return _hash_under(keyring().lookup[0], kind, value)


def token_hashes(kind: str, token: str) -> tuple[str, ...]:
    """The hashes under which a token may be stored: one for each lookup key, old ones included."""
    return tuple(_hash_under(key, kind, token) for key in keyring().lookup)


def _hash_under(key: bytes, kind: str, value: str) -> str:
    return hmac.new(key, f"{kind}\0{value}".encode(), hashlib.sha256).hexdigest()


class EncryptedText(TypeDecorator[str]):
    """A text that only a holder of the keys can read; `label` is `table.column`."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, label: str) -> None:
        super().__init__()
        self.label = label

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else seal(value, self.label)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else unseal(value, self.label)
