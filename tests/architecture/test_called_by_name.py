"""Every name in the list of names used without mention still exists."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LIST = Path(__file__).with_name("called_by_name.py")
APP = ROOT / "app"


def listed() -> list[tuple[str, str]]:
    """Each name with its kind: framework, template, member, by_text or column."""
    return [
        (node.value.id, node.attr)
        for node in ast.walk(ast.parse(LIST.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    ]


@cache
def words(pattern: str) -> frozenset[str]:
    """Every word of the files of the app that match."""
    files = sorted(APP.rglob(pattern))
    return frozenset(word for file in files for word in re.findall(r"\w+", file.read_text("utf-8")))


@pytest.mark.parametrize(("kind", "name"), listed())
def test_name_is_still_there_and_templates_show_what_they_are_said_to(kind: str, name: str) -> None:
    assert name in words("*.py")
    assert kind != "template" or name in words("templates/**/*.html")


def test_no_name_is_listed_twice() -> None:
    names = [name for _, name in listed()]
    assert len(names) > 100 and sorted(names) == sorted(set(names))
