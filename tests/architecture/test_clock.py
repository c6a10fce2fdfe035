"""Only entry points read the clock, and tests of rules and use cases bring their own time.

So what rules and use cases do on a certain day is the same on every day that the tests run: only
tests of pages, jobs and whole processes have to be repeated on other days.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
READS = frozenset(
    {"utc_now", "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"}
)
# Those that begin what happens: they read the clock once and pass the time on.
ENTRY_POINTS = frozenset({"cli", "demo", "jobs", "web"})
CLOCK = "core/clock.py"


def reads(source: str) -> Iterator[str]:
    """The calls in a module that read the clock, as Python source."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in READS:
            yield ast.unparse(node)


def readers(*folders: Path) -> list[str]:
    """The modules below these folders that read the clock."""
    return sorted(
        str(path.relative_to(folder.parent))
        for folder in folders
        for path in folder.rglob("*.py")
        if any(reads(path.read_text()))
    )


def test_only_entry_points_read_the_clock() -> None:
    found = readers(*(one for one in (ROOT / "app").iterdir() if one.is_dir()))
    assert CLOCK in found
    assert {one.split("/")[0] for one in found if one != CLOCK} == ENTRY_POINTS


def test_tests_of_rules_and_use_cases_bring_their_time() -> None:
    assert readers(ROOT / "tests/domain", ROOT / "tests/usecases") == []


@pytest.mark.parametrize("call", ["utc_now()", "datetime.now(UTC)", "date.today()", "time.time()"])
def test_a_reading_is_found(call: str) -> None:
    assert list(reads(f"def later() -> None:\n    return {call}\n")) == [call]


def test_a_reading_within_an_expression_is_found_and_waiting_is_none() -> None:
    assert list(reads("since = utc_now() - DAY")) == ["utc_now()"]
    assert list(reads("began = time.monotonic()")) == []
