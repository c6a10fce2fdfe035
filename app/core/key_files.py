"""Where keys are read from: settings in the environment, else files in the keys folder.

Reading never makes a key. `make_key_file` does; its caller decides when that is right.
"""

import os
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

# Purposes whose stored values depend on the key itself; it may be rotated.
KEPT = ("data", "lookup", "trail")
# Changing one of these ends sessions or unsubscribes phones, but damages no stored value.
EXCHANGEABLE = ("secret", "push")
PURPOSES = (*KEPT, *EXCHANGEABLE)
KEY_BYTES = 32
NUMBERED = re.compile(r"\.([1-9]\d*)")


class BadKey(Exception):
    """The value of a setting or file is not a key. `name` is the setting."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}")
        self.name, self.why = name, why


@dataclass(frozen=True, slots=True)
class FoundKey:
    """A key at hand (32 bytes) and where it was read: the name of a setting, or a file."""

    purpose: str
    key: bytes = field(repr=False)
    source: str


def setting(purpose: str) -> str:
    """The setting that holds one key: `DATA_KEY`."""
    return f"{purpose.upper()}_KEY"


def file_name(purpose: str, number: int) -> str:
    """`data_key` for the first, `data_key.2` for the second."""
    return f"{purpose}_key" if number == 1 else f"{purpose}_key.{number}"


def read_keys(text: Callable[[str], str], folder: Path) -> tuple[FoundKey, ...]:
    """Every key at hand, oldest first for each purpose. `text` gives a setting's value or "".

    Raises BadKey for a value that is not a key, and for a key that is given twice.
    """
    found: list[FoundKey] = []
    for purpose in PURPOSES:
        keys = _of_settings(purpose, text) or _of_files(purpose, folder)
        if len({one.key for one in keys}) != len(keys):
            raise BadKey(setting(purpose) + "S", "holds the same key twice")
        found.extend(keys)
    return tuple(found)


def with_new_files(found: tuple[FoundKey, ...], folder: Path) -> tuple[FoundKey, ...]:
    """The keys at hand, and the files that other processes made since those were read.

    Only of purposes without any key. Raises BadKey for a file that is not a key.
    """
    there = {one.purpose for one in found}
    new = [_of_files(purpose, folder) for purpose in PURPOSES if purpose not in there]
    return (*found, *(one for files in new for one in files))


def _of_settings(purpose: str, text: Callable[[str], str]) -> list[FoundKey]:
    """`DATA_KEYS` (comma-separated, oldest first) before `DATA_KEY`."""
    name = setting(purpose)
    several = text(f"{name}S") if purpose in KEPT else ""
    if several:
        parts = [part.strip() for part in several.split(",")]
        return [FoundKey(purpose, decode(part, f"{name}S"), f"{name}S") for part in parts]
    one = text(name)
    return [FoundKey(purpose, decode(one, name), name)] if one else []


def _of_files(purpose: str, folder: Path) -> list[FoundKey]:
    """`data_key`, `data_key.2`, ... by number; there may be gaps."""
    numbered: dict[int, Path] = {}
    for path in folder.glob(f"{purpose}_key*"):
        rest = path.name.removeprefix(f"{purpose}_key")
        match = NUMBERED.fullmatch(rest)
        if not rest or match:
            numbered[int(match[1]) if match else 1] = path
    name = setting(purpose)
    found = []
    for number in sorted(numbered):
        path = numbered[number]
        try:
            raw = path.read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            raise BadKey(name, f"{path} cannot be read") from error
        found.append(FoundKey(purpose, decode(raw, name, f"{path} "), str(path)))
    return found


def decode(raw: str, name: str, where: str = "") -> bytes:
    """The 32 bytes of a key in url-safe base64. Raises BadKey."""
    try:
        key = urlsafe_b64decode(raw.encode())
    except ValueError as error:
        raise BadKey(name, f"{where}must be 32 bytes in url-safe base64") from error
    if len(key) != KEY_BYTES:
        raise BadKey(name, f"{where}must be 32 bytes in url-safe base64, not {len(key)}")
    return key


def new_key() -> str:
    """A fresh key in url-safe base64."""
    return urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def make_key_file(folder: Path, purpose: str, number: int = 1) -> FoundKey:
    """Makes the key file if it is missing, and reads it. It appears complete or not at all."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / file_name(purpose, number)
    draft = folder / f".{path.name}.{secrets.token_hex(8)}"
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w") as out:
            out.write(new_key())
            out.flush()
            os.fsync(out.fileno())
        # The link fails if another process was faster; then its key is used.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink(missing_ok=True)
    # The database may hold values under this key a moment later, so its name must outlast a crash.
    _sync(folder)
    return FoundKey(purpose, decode(path.read_text().strip(), setting(purpose)), str(path))


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
