"""The large demo as a file that benches share: made once for each state of the tables, then kept.

It stands in the folder for temporary files and may be deleted at any time.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from config import ROOT
from tests.databases import environment

DONE = "loaded"


def _newest_migration() -> str:
    return max(path.stem for path in (ROOT / "migrations" / "versions").glob("0*.py"))


def large_demo() -> Path:
    """A folder with the loaded database, made if it is not there yet."""
    folder = Path(tempfile.gettempdir()) / f"diandan-large-{_newest_migration()}"
    if (folder / DONE).exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    url = f"sqlite:///{folder / 'diandan.db'}"
    began = time.perf_counter()
    for command in (["db", "upgrade"], ["demo", "--size", "large"]):
        subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *command],
            cwd=ROOT,
            env={**os.environ, **environment(url, folder)},
            check=True,
        )
    print(f"large demo loaded in {time.perf_counter() - began:.0f} s")
    (folder / DONE).touch()
    return folder


def copied_to(folder: Path) -> str:
    """A copy that may be changed; returns its address."""
    target = folder / "diandan.db"
    shutil.copyfile(large_demo() / "diandan.db", target)
    return f"sqlite:///{target}"
