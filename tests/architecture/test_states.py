"""A state, a reason or a kind is compared with its enum and never with a bare string."""

import ast
from collections.abc import Iterator
from pathlib import Path

APP = Path(__file__).resolve().parents[2] / "app"
NAMES = frozenset(
    {
        "actor_kind",
        "attention",
        "audience",
        "end_reason",
        "level",
        "mode",
        "origin",
        "role",
        "state",
        "urgency",
    }
)


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _holds_text(node: ast.expr) -> bool:
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return any(_holds_text(one) for one in node.elts)
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value != ""


def bare_comparisons(source: str) -> Iterator[str]:
    """Comparisons of one of NAMES with a string, as Python source."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            if any(_name(one) in NAMES for one in sides) and any(map(_holds_text, sides)):
                yield ast.unparse(node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            asked = node.func.attr in ("in_", "not_in") and _name(node.func.value) in NAMES
            if asked and any(map(_holds_text, node.args)):
                yield ast.unparse(node)


def test_the_check_finds_what_it_looks_for() -> None:
    assert list(bare_comparisons('shift.state == "agreed"')) == ["shift.state == 'agreed'"]
    assert list(bare_comparisons('Shift.state.in_(("agreed", "offered"))'))
    assert list(bare_comparisons('"urgent" != urgency'))
    assert not list(bare_comparisons("shift.state == ShiftState.AGREED"))


def test_no_state_is_compared_with_a_bare_string() -> None:
    found = [
        f"{path.relative_to(APP)}: {one}"
        for path in sorted(APP.rglob("*.py"))
        for one in bare_comparisons(path.read_text("utf-8"))
    ]
    assert found == []
