"""Migration numbers cannot collide, and each migration says whether older code may run with it."""

import re
from pathlib import Path

import pytest
from alembic.script import Script, ScriptDirectory

from app.core.schema_revision import HEAD_FILE, code_revision
from config import ROOT

FOLDER = ROOT / "migrations"
FILES = sorted((FOLDER / "versions").glob("*.py"))
NAME = re.compile(r"\d{4}_[a-z0-9_]+")
ONLINE = re.compile(r"^Online: (yes|no)\. [A-Z][^\n]+\.$", re.MULTILINE)


def script_of(file: Path) -> Script:
    """A migration as Alembic reads it; another file with the same number would replace it."""
    scripts = ScriptDirectory(str(FOLDER))
    script = scripts.get_revision(file.name.partition("_")[0])
    assert script is not None and Path(script.path) == file
    return script


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_numbers_have_no_gaps(file: Path) -> None:
    number = FILES.index(file) + 1
    assert NAME.fullmatch(file.stem)
    script = script_of(file)
    assert file.stem.startswith(f"{number:04d}_") and script.revision == f"{number:04d}"
    assert script.down_revision == (f"{number - 1:04d}" if number > 1 else None)


def test_head_is_the_newest_and_the_only_one() -> None:
    # Two branches that each add a migration change the same line, so merging them conflicts.
    assert HEAD_FILE.read_text() == f"{FILES[-1].stem}\n"
    assert ScriptDirectory(str(FOLDER)).get_heads() == [code_revision()]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_says_whether_older_code_may_serve_meanwhile(file: Path) -> None:
    found = ONLINE.findall(script_of(file).longdoc)
    assert len(found) == 1, "add a line: `Online: yes. Why.` or `Online: no. Why not.`"
