"""The large demo as a file that benches share: made once and kept, migrated when it is copied.

It is in the folder for temporary files and may be deleted at any time.
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


def _flask(folder: Path, *command: str) -> None:
    url = f"sqlite:///{folder / 'diandan.db'}"
    subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *command],
        cwd=ROOT,
        env={**os.environ, **environment(url, folder)},
        check=True,
    )


def large_demo() -> Path:
    """A folder with the loaded database, made if it does not exist yet."""
    folder = Path(tempfile.gettempdir()) / "diandan-large"
    if (folder / DONE).exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    began = time.perf_counter()
    _flask(folder, "db", "upgrade")
    _flask(folder, "demo", "--size", "large")
    print(f"large demo loaded in {time.perf_counter() - began:.0f} s")
    (folder / DONE).touch()
    return folder


def copied_to(folder: Path) -> str:
    """Makes a migrated copy that may be changed; returns its address."""
    target = folder / "diandan.db"
    shutil.copyfile(large_demo() / "diandan.db", target)
    _flask(folder, "db", "upgrade")
    return f"sqlite:///{target}"
