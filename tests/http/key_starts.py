"""Processes that look for their keys, several at the same moment, or killed in the middle."""

import os
import signal
from collections.abc import Sequence
from multiprocessing import get_context
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier

from app.cli.opening import look_at_keys
from app.core.key_check import fingerprint
from config import read_config

WITHIN_S = 60.0
# Processes are forked from one that has everything loaded and no threads.
processes = get_context("forkserver")
processes.set_forkserver_preload([__name__])

Found = tuple[list[str], list[tuple[str, str]]]


def start_at_once(environment: dict[str, str], count: int) -> list[Found]:
    """What each of `count` processes found: refusals, and a fingerprint for each purpose."""
    ready, found = processes.Barrier(count), processes.Queue()
    started = [
        processes.Process(target=_start, args=(environment, ready, found)) for _ in range(count)
    ]
    for process in started:
        process.start()
    all_found = [found.get(timeout=WITHIN_S) for _ in started]
    for process in started:
        process.join(WITHIN_S)
    return all_found


def start_and_kill(environment: dict[str, str], *, links: int, before: bool) -> int | None:
    """The exit code of a process that is killed before or after it links its n-th key file."""
    process = processes.Process(target=_start_and_die, args=(environment, links, before))
    process.start()
    process.join(WITHIN_S)
    return process.exitcode


def _start(environment: dict[str, str], ready: Barrier, found: "Queue[Found]") -> None:
    ready.wait(WITHIN_S)
    found.put(_look(environment))


def _look(environment: dict[str, str]) -> Found:
    start = look_at_keys(read_config(environment))
    keys = start.config.keys
    return list(start.refusals), [(one.purpose, fingerprint(one.purpose, one.key)) for one in keys]


def _start_and_die(environment: dict[str, str], links: int, before: bool) -> None:
    left, link = [links], os.link

    def link_and_die(source: os.PathLike[str], target: os.PathLike[str]) -> None:
        left[0] -= 1
        if before and not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
        link(source, target)
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)

    os.link = link_and_die  # type: ignore[assignment]
    _look(environment)


def purposes(found: Sequence[tuple[str, str]]) -> list[str]:
    """The purposes of keys, sorted."""
    return sorted(purpose for purpose, _ in found)
