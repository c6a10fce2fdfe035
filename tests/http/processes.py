"""Real processes of the service for tests: started, awaited with a deadline, and ended."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from config import ROOT


def wait_until(true: Callable[[], bool], *, seconds: float = 30.0) -> bool:
    """Polls until it is true; False when the deadline passes."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.1)
    return true()


def free_port() -> int:
    """A port that nobody listens on.

    Below those that the system gives to outgoing connections (from 32768 on Linux): one of these
    may take the port before the started process listens on it.
    """
    while True:
        port = random.SystemRandom().randrange(15_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


def proportional_kb(pid: int) -> int:
    """The memory of a process in kB, with its proportional part of shared pages (PSS)."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def parent_of(pid: int) -> int:
    """The parent of a process."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def children_of(pid: int) -> dict[int, str]:
    """Every process below this one, with its command line."""
    found: dict[int, str] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = parent_of(int(entry.name))
                line = (entry / "cmdline").read_text().replace("\0", " ")
            except OSError:
                continue
            if parent == pid:
                found[int(entry.name)] = line
                found.update(children_of(int(entry.name)))
    return found


def start_flask(
    command: list[str], environment: dict[str, str], output: Path
) -> subprocess.Popen[bytes]:
    """Starts `flask <command>` and appends its output to a file."""
    with output.open("ab") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", *command],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ends it as an operator would, and kills what is left."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()


@contextmanager
def flask_process(
    command: list[str], environment: dict[str, str], output: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """`flask <command>` with its output in a file; what is left is killed at the end."""
    process = start_flask(command, environment, output)
    try:
        yield process
    finally:
        stop(process)
