"""Heads of the trail noted in a file outside the database: they reveal a rewritten trail.

Each line is `time number hash`. A damaged line (after a full disk, for example) proves nothing: it
is reported, and the next head begins on a new line.
"""

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

FILE_NAME = "trail-heads.log"
NOTED = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00) (\d{1,9}) ([0-9a-f]{64})", flags=re.ASCII
)
# Bytes to read from the end: enough for the last whole line before some damaged ones.
TAIL_BYTES = 4000


class NotedHeads:
    """The heads in the file when this object was made; each iteration reads the file again.

    Later heads are left out, because a check may take longer than the time between two heads.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = path.stat().st_size if path.exists() else 0

    def __iter__(self) -> Iterator[tuple[int, str]]:
        for _, found in self._lines():
            if found is not None:
                yield int(found[2]), found[3]

    def damaged(self) -> list[int]:
        """The numbers, from 1, of lines that cannot be read."""
        return [number for number, found in self._lines() if found is None]

    def _lines(self) -> Iterator[tuple[int, re.Match[str] | None]]:
        if self.size == 0:
            return
        left = self.size
        with self.path.open("rb") as opened:
            for number, line in enumerate(opened, start=1):
                if left <= 0:
                    return
                yield number, _read(line[:left])
                left -= len(line)


def last_head(path: Path) -> tuple[datetime, int, str] | None:
    """The last noted head: time (UTC), number and hash; None before the first."""
    found = [one for line in _tail(path).splitlines() if (one := _read(line)) is not None]
    if not found:
        return None
    return datetime.fromisoformat(found[-1][1]).astimezone(UTC), int(found[-1][2]), found[-1][3]


def note_head(path: Path, *, seq: int, digest: str, now: datetime) -> bool:
    """Appends the head unless it is the last one noted; returns whether it did.

    Raises OSError when it cannot be written, for example on a full disk.
    """
    last = last_head(path)
    if seq == 0 or (last is not None and last[1:] == (seq, digest)):
        return False
    line = f"{now.astimezone(UTC).isoformat(timespec='seconds')} {seq} {digest}\n"
    tail = _tail(path)
    if tail and not tail.endswith(b"\n"):
        line = f"\n{line}"
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "ab") as out:
        out.write(line.encode())
        out.flush()
        os.fsync(out.fileno())
    return True


def _read(line: bytes) -> re.Match[str] | None:
    found = NOTED.fullmatch(line.decode("ascii", "replace").rstrip("\r\n"))
    try:
        if found is not None:
            datetime.fromisoformat(found[1])
    except ValueError:
        return None
    return found


def _tail(path: Path) -> bytes:
    if not path.exists():
        return b""
    with path.open("rb") as opened:
        opened.seek(max(0, path.stat().st_size - TAIL_BYTES))
        return opened.read()
