"""A test that asserts nothing cannot fail: every one holds an assertion or calls what does."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
# Libraries' ways to assert: pytest, Playwright.
CALLS = frozenset({"raises", "warns", "expect", "fail", "deprecated_call"})

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(tree: ast.AST) -> Iterator[Function]:
    """Every function and method, nested ones too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def called(function: Function) -> set[str]:
    """The last names of what it calls: `page.check()` and `check()` are both check."""
    found = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            match node.func:
                case ast.Name(id=name) | ast.Attribute(attr=name):
                    found.add(name)
    return found


def asserts(function: Function) -> bool:
    """Whether the function itself holds an assertion."""
    plain = any(isinstance(node, ast.Assert) for node in ast.walk(function))
    return plain or bool(called(function) & CALLS)


def asserting(functions_of: dict[str, list[Function]]) -> frozenset[str]:
    """Names of functions each of which asserts, itself or by what it calls of these."""
    known = {name for name, those in functions_of.items() if all(map(asserts, those))}
    while True:
        more = {
            name
            for name, those in functions_of.items()
            if name not in known and all(asserts(one) or called(one) & known for one in those)
        }
        if not more:
            return frozenset(known)
        known |= more


@cache
def trees() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text("utf-8")) for path in sorted(TESTS.rglob("*.py"))}


def helpers() -> dict[str, list[Function]]:
    """Functions of the tests that are no tests, by name."""
    found: dict[str, list[Function]] = {}
    for tree in trees().values():
        for function in functions(tree):
            if not function.name.startswith("test"):
                found.setdefault(function.name, []).append(function)
    return found


def empty(tree: ast.Module, known: frozenset[str]) -> list[str]:
    """Names of the tests of a file that assert nothing."""
    tests = [one for one in functions(tree) if one.name.startswith("test_")]
    return [one.name for one in tests if not asserts(one) and not called(one) & known]


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
    assert known == {"check", "deep"}
    assert empty(ast.parse(text), known) == found
