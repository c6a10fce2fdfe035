"""The tick that builds rosters, each in a child process that ends with its month.

The solver's libraries take seconds and much memory to load, so no long-running process loads them.
"""

import json
import subprocess
import sys
import tempfile
import time
from typing import Any

from app.core.clock import utc_now
from app.jobs.context import JobContext, log
from app.rotation.roster.plain import Plain
from app.usecases.rosters.run_roster import claim_roster, read_roster, settle_roster
from config import ROOT

SOLVER = "app.cli.solve_roster"
SOLVE_S, WORKERS = 16.0, 2
# Time for loading, reading and writing on a busy machine.
AROUND_S = 50.0
LOOK_S = 0.2


def build_rosters(context: JobContext) -> None:
    """Builds waiting months one by one. Only reading and writing happen in transactions."""
    while context.holds_lease():
        with context.change() as session:
            claimed = claim_roster(session, now=utc_now())
        if claimed is None:
            return
        with context.look() as session:
            asked = read_roster(session, draft_id=claimed.draft_id)
        result = _solve(context, asked)
        if context.stopping.is_set() and result is None:
            # The next tick, of any process, begins it again.
            return
        with context.change() as session:
            settle_roster(session, claimed=claimed, result=result, now=utc_now())
        log.info("a roster was built", draft=claimed.draft_id, found=result is not None)


def _solve(context: JobContext, asked: Plain) -> dict[str, Any] | None:
    """The roster, or None when the process died, took too long or was stopped."""
    # A file, not a pipe: a month exceeds a pipe's buffer while its reader still loads.
    with tempfile.TemporaryFile() as said:
        said.write(json.dumps(asked).encode() + b"\n")
        said.seek(0)
        command = [sys.executable, "-m", SOLVER, str(SOLVE_S), str(WORKERS)]
        with subprocess.Popen(
            command, cwd=ROOT, stdin=said, stdout=subprocess.PIPE, start_new_session=True
        ) as child:
            answer = _wait(context, child)
            if answer is None:
                child.kill()
                log.warning("a roster was given up", stopping=context.stopping.is_set())
                return None
    if child.returncode:
        log.error("the solver failed", code=child.returncode)
        return None
    found: dict[str, Any] = json.loads(answer)
    return found


def _wait(context: JobContext, child: subprocess.Popen[bytes]) -> bytes | None:
    """The child's output at its end; None when it may not go on."""
    until = time.monotonic() + SOLVE_S + AROUND_S
    while not context.stopping.is_set() and time.monotonic() < until:
        try:
            return child.communicate(timeout=LOOK_S)[0]
        except subprocess.TimeoutExpired:
            continue
    return None
