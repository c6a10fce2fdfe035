"""A test that asserts nothing cannot fail, and one that may find a digit of the clock fails."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
# Ways to assert: Python's, those of pytest and Playwright.
CALLS = frozenset({"assert", "raises", "warns", "expect", "fail", "deprecated_call"})

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(tree: ast.AST) -> Iterator[Function]:
    """Every function and method, nested ones too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@cache
def called(function: Function) -> frozenset[str]:
    """The last names of its calls: `page.check()` and `check()` are both check.

    An assertion counts as a call of `assert`.
    """
    found = set()
    for node in ast.walk(function):
        match node:
            case ast.Assert():
                found.add("assert")
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
                found.add(name)
    return frozenset(found)


def asserting(ours: dict[str, list[Function]]) -> frozenset[str]:
    """Names that assert; ours count if every function of the name calls one of these."""
    known = CALLS
    while True:
        more = {name for name, those in ours.items() if all(called(one) & known for one in those)}
        if more <= known:
            return known
        known |= more


@cache
def trees() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text("utf-8")) for path in sorted(TESTS.rglob("*.py"))}


def helpers() -> dict[str, list[Function]]:
    """Functions under tests/ that are no tests, by name."""
    found: dict[str, list[Function]] = {}
    for tree in trees().values():
        for function in functions(tree):
            if not function.name.startswith("test"):
                found.setdefault(function.name, []).append(function)
    return found


def empty(tree: ast.Module, known: frozenset[str]) -> list[str]:
    """Names of the tests of a file that assert nothing."""
    tests = [one for one in functions(tree) if one.name.startswith("test_")]
    return [one.name for one in tests if not called(one) & known]


def test_every_test_asserts() -> None:
    known = asserting(helpers())
    found = {
        str(path.relative_to(TESTS)): names
        for path, tree in trees().items()
        if path.name.startswith("test_") and (names := empty(tree, known))
    }
    assert found == {}
    assert len(trees()) > 150 and "send" not in known


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("def test_a():\n    pass", ["test_a"]),
        ("def test_a():\n    work()", ["test_a"]),
        ("def test_a():\n    assert work()", []),
        ("def test_a():\n    with pytest.raises(ValueError):\n        work()", []),
        ("def test_a(page):\n    page.check()", []),
        ("class TestIt:\n    def test_a(self):\n        deep()", []),
    ],
)
def test_such_a_test_would_be_found(text: str, found: list[str]) -> None:
    some = ast.parse("def check():\n    assert 1\ndef deep():\n    check()\ndef work():\n    pass")
    known = asserting({one.name: [one] for one in functions(some)})
    assert known - CALLS == {"check", "deep"}
    assert empty(ast.parse(text), known) == found


def too_short(tree: ast.Module) -> list[int]:
    """Lines that assert that up to four digits are not in a text.

    A page carries times down to microseconds, tokens and codes: in one of some hundred runs the
    digits stand there by chance. A house number needs its unit (`"502室"`), a phone eight digits.
    """
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare)
        and isinstance(node.ops[0], ast.NotIn)
        and isinstance(node.left, ast.Constant)
        and isinstance(node.left.value, str)
        and len(node.left.value) <= 4
        and node.left.value.isdecimal()
    ]


def test_no_test_forbids_digits_that_stand_anywhere_by_chance() -> None:
    found = {path.name: lines for path, tree in trees().items() if (lines := too_short(tree))}
    assert found == {}
    assert too_short(ast.parse("assert '502' not in page\nassert '502室' not in page")) == [1]
