"""Draws a sheet in a child process: in a web worker, fonts and drawing would cost 120 MB."""

import subprocess
import sys
import threading
from pathlib import Path

from app.paper.rules import Paper, to_json

ROOT = Path(__file__).resolve().parents[2]
# Two seconds on an idle machine.
WITHIN_S = 40.0
_ONE_AT_A_TIME = threading.Lock()


class CannotDraw(Exception):
    """The child failed or took too long."""


def as_pdf(paper: Paper) -> bytes:
    """The sheet as a PDF of one page with embedded fonts. Raises CannotDraw.

    Takes seconds: do not call it while a transaction is open.
    """
    with _ONE_AT_A_TIME:
        try:
            done = subprocess.run(
                [sys.executable, "-m", "app.paper.draw"],
                input=to_json(paper).encode(),
                capture_output=True,
                cwd=ROOT,
                timeout=WITHIN_S,
                check=True,
            )
        except (subprocess.SubprocessError, OSError) as error:
            # Do not log the child's output: it may hold names.
            raise CannotDraw(type(error).__name__) from None
    return done.stdout
