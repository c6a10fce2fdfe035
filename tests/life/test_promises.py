"""Every promise of docs/promises.md has a check of its name, in both languages, and the reverse."""

import re
from pathlib import Path

from tests.life.run import KEPT, PENDING

ROOT = Path(__file__).resolve().parents[2]
LINE = re.compile(r"^(\d+)\. (.+) `([a-z-]+)`(.*)$", re.MULTILINE)
NOT_YET = {"promises.md": " (not yet)", "promises.zh.md": "（还没有做到）"}
MOST = 80


def promised(document: str) -> list[tuple[int, str, bool]]:
    """The number and name of each promise, and whether it is marked as not kept yet."""
    text = (ROOT / "docs" / document).read_text("utf-8")
    return [
        (int(number), name, mark == NOT_YET[document])
        for number, _, name, mark in LINE.findall(text)
    ]


def test_promises_are_numbered_and_few() -> None:
    for document in NOT_YET:
        found = promised(document)
        assert [number for number, _, _ in found] == list(range(1, len(found) + 1))
        assert len({name for _, name, _ in found}) == len(found) <= MOST


def test_both_languages_promise_the_same() -> None:
    assert promised("promises.md") == promised("promises.zh.md")


def test_every_promise_is_checked_and_every_check_promised() -> None:
    marked = {name: not_yet for _, name, not_yet in promised("promises.md")}
    assert {name for name, not_yet in marked.items() if not not_yet} == {
        one.promise for one in KEPT
    }
    assert {name for name, not_yet in marked.items() if not_yet} == {one.promise for one in PENDING}
