"""Every code word of the glossary occurs in a name of the code."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| `(\w+)` \| [^|]+ \|$")


def rows() -> list[tuple[str, str, str]]:
    """English, Chinese, and the word in code, of each line of the table."""
    text = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    return [match.groups() for line in text.splitlines() if (match := ROW.match(line))]  # type: ignore[misc]


@cache
def names_in_code() -> frozenset[str]:
    """Names of packages, modules, classes, functions, attributes, and words within names."""
    found: set[str] = set()
    for path in (ROOT / "app").rglob("*.py"):
        found |= {path.stem, *path.relative_to(ROOT).parent.parts}
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                found.add(node.name)
            elif isinstance(node, ast.Name):
                found.add(node.id)
            elif isinstance(node, ast.arg):
                found.add(node.arg)
    return frozenset(found)


def test_the_glossary_has_its_words_once() -> None:
    english = [row[0] for row in rows()]
    assert len(english) >= 55
    assert len(set(english)) == len(english)


def test_every_word_of_the_glossary_is_a_name_in_code() -> None:
    assert [row for row in rows() if row[2] not in names_in_code()] == []
