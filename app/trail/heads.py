"""Heads of the trail noted in a file outside the database: they show a trail written anew."""

import os
from datetime import UTC, datetime
from pathlib import Path

FILE_NAME = "trail-heads.log"


def read_heads(path: Path) -> dict[int, str]:
    """Every noted head, number to hash. A line that cannot be read counts as tampering.

    Raises ValueError with the line's number.
    """
    if not path.exists():
        return {}
    heads: dict[int, str] = {}
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        parts = line.split()
        if len(parts) != 3 or not parts[1].isdigit() or len(parts[2]) != 64:
            raise ValueError(f"{path.name}:{number}")
        heads[int(parts[1])] = parts[2]
    return heads


def last_head(path: Path) -> tuple[str, int, str] | None:
    """When the last noted head was noted (ISO 8601, UTC), its number and its hash."""
    parts = _tail(path).strip().rsplit("\n", 1)[-1].split()
    if len(parts) != 3 or not parts[1].isdigit():
        return None
    return parts[0], int(parts[1]), parts[2]


def note_head(path: Path, *, seq: int, digest: str, now: datetime) -> bool:
    """Appends the head unless it is the last one there; tells whether it did."""
    if seq == 0 or f" {seq} {digest}\n" in _tail(path):
        return False
    line = f"{now.astimezone(UTC).isoformat(timespec='seconds')} {seq} {digest}\n"
    with path.open("a") as out:
        out.write(line)
        out.flush()
        os.fsync(out.fileno())
    return True


def _tail(path: Path) -> str:
    if not path.exists():
        return ""
    with path.open("rb") as opened:
        opened.seek(max(0, path.stat().st_size - 400))
        return opened.read().decode("ascii", "replace")
