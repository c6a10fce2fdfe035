"""Heads noted outside the database: damaged lines are reported and do no further harm."""

from datetime import timedelta
from pathlib import Path

import pytest

from app.trail.heads import FILE_NAME, NotedHeads, last_head, note_head
from tests.factories import NOW

A, B, C = "a" * 64, "b" * 64, "c" * 64


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / FILE_NAME


def test_heads_are_noted_once_and_read_again(path: Path) -> None:
    assert list(NotedHeads(path)) == [] and last_head(path) is None
    assert not note_head(path, seq=0, digest=A, now=NOW)
    assert [note_head(path, seq=5, digest=A, now=NOW) for _ in range(2)] == [True, False]
    assert note_head(path, seq=9, digest=B, now=NOW + timedelta(minutes=1))
    assert list(NotedHeads(path)) == [(5, A), (9, B)]
    assert last_head(path) == (NOW + timedelta(minutes=1), 9, B)
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "left", ["\n", "2026-", f"{NOW.isoformat()} 7 {B[:30]}", "\n\n", "nonsense\n", "é\n"]
)
def test_line_that_a_full_disk_left_is_told_and_the_next_is_whole(path: Path, left: str) -> None:
    note_head(path, seq=5, digest=A, now=NOW)
    with path.open("a") as out:
        out.write(left)
    assert NotedHeads(path).damaged()[0] == 2
    assert last_head(path) == (NOW, 5, A)
    assert note_head(path, seq=9, digest=C, now=NOW)
    heads = NotedHeads(path)
    assert list(heads) == [(5, A), (9, C)] and heads.damaged()[0] == 2


def test_whole_line_without_its_end_counts(path: Path) -> None:
    note_head(path, seq=5, digest=A, now=NOW)
    path.write_text(path.read_text().rstrip("\n"))
    note_head(path, seq=9, digest=B, now=NOW)
    heads = NotedHeads(path)
    assert list(heads) == [(5, A), (9, B)] and heads.damaged() == []


@pytest.mark.parametrize(
    "line",
    [
        f"yesterday 5 {A}",
        f"{NOW.isoformat()} -5 {A}",
        f"{NOW.isoformat()} 9999999999 {A}",
        f"2026-13-45T99:99:99+00:00 5 {A}",
    ],
)
def test_line_that_no_head_can_be_is_damaged(path: Path, line: str) -> None:
    path.write_text(f"{line}\n")
    assert NotedHeads(path).damaged() == [1] and last_head(path) is None


def test_heads_noted_while_they_are_read_are_left_out(path: Path) -> None:
    note_head(path, seq=5, digest=A, now=NOW)
    heads = NotedHeads(path)
    note_head(path, seq=9, digest=B, now=NOW)
    assert list(heads) == [(5, A)] and heads.damaged() == []
