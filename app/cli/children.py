"""Processes that `flask serve` starts, watches and stops."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog

from config import ROOT

TRIES = 3
FIRST_WAIT_S = 1.0
# Seconds after which a process counts as healthy, so that its deaths are counted from zero.
WELL_AFTER_S = 60.0
STOP_WITHIN_S = 10.0
PR_SET_PDEATHSIG = 1

log = structlog.get_logger("diandan.serve")


@dataclass
class Child:
    """One process, and how often it died in a row."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    deaths: int = 0
    start_at: float = field(default_factory=time.monotonic)

    def start(self) -> None:
        """Starts it in a session of its own, so that only the parent receives Ctrl-C."""
        self.process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )
        self.started_at = time.monotonic()

    def look_after(self) -> bool:
        """Restarts it after it died, later each time; False if it died too often."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.start_at:
                self.start()
            return True
        code = self.process.poll()
        if code is None:
            return True
        self.process = None
        self.deaths = 1 if now - self.started_at >= WELL_AFTER_S else self.deaths + 1
        self.start_at = now + FIRST_WAIT_S * 2 ** (self.deaths - 1)
        log.error("a process died", process=self.name, code=code, deaths=self.deaths)
        return self.deaths <= TRIES

    def alive(self) -> bool:
        """Whether it runs."""
        return self.process is not None and self.process.poll() is None


def _die_with_parent() -> None:
    """Linux only: if the parent is killed outright, no orphan keeps the port."""
    try:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    except (OSError, AttributeError):
        return


def stop_all(children: Sequence[Child]) -> None:
    """Sends TERM to all, waits ten seconds, then sends KILL to the process group of each."""
    running = [child.process for child in children if child.process is not None]
    for process in running:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + STOP_WITHIN_S
    for process in running:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.warning("a process did not stop in time and is killed", pid=process.pid)
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
