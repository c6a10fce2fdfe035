"""Personal data at rest: encrypted columns, and look-up by a keyed hash under another key.

A stored value is `key number (1 byte) | nonce (12 bytes) | AES-256-GCM ciphertext and tag`. The
column's name is authenticated with it, so a value moved to another column does not open.
"""

import hashlib
import hmac
import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

NONCE_BYTES = 12


class CannotOpen(Exception):
    """A stored value does not open with the keys at hand: wrong key, or somebody changed it."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """`data` are 32-byte keys, the newest last; `lookup` and `trail` are 32-byte HMAC keys."""

    data: tuple[bytes, ...]
    lookup: bytes
    trail: bytes


class _Installed:
    ring: Keyring | None = None


def install_keyring(ring: Keyring) -> None:
    """Gives the process its keys. Called once, by the factory."""
    for key in (*ring.data, ring.lookup, ring.trail):
        if len(key) != 32:
            raise ValueError("every key has 32 bytes")
    _Installed.ring = ring


def keyring() -> Keyring:
    """The installed keys. Raises RuntimeError before `install_keyring`."""
    if _Installed.ring is None:
        raise RuntimeError("no keys are installed")
    return _Installed.ring


def seal(text: str, label: str) -> bytes:
    """Encrypts `text` for the column `label`."""
    keys = keyring().data
    nonce = os.urandom(NONCE_BYTES)
    body = AESGCM(keys[-1]).encrypt(nonce, text.encode(), label.encode())
    return bytes([len(keys)]) + nonce + body


def unseal(sealed: bytes, label: str) -> str:
    """Opens what `seal` made. Raises CannotOpen."""
    keys = keyring().data
    if len(sealed) <= 1 + NONCE_BYTES:
        raise CannotOpen(label)
    number = sealed[0]
    if not 1 <= number <= len(keys):
        raise CannotOpen(label)
    try:
        plain = AESGCM(keys[number - 1]).decrypt(
            sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :], label.encode()
        )
    except InvalidTag as error:
        raise CannotOpen(label) from error
    return plain.decode()


def lookup_hash(kind: str, value: str) -> str:
    """The keyed hash (64 hex digits) that finds an encrypted value; `kind` keeps uses apart."""
    return hmac.new(keyring().lookup, f"{kind}\0{value}".encode(), hashlib.sha256).hexdigest()


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
