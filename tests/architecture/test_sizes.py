"""Size limits that keep the code readable."""

import ast
import statistics
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def _python_files(*folders: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *folders],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    return [ROOT / name for name in listed if name.endswith(".py") and (ROOT / name).exists()]


def _function_lengths(path: Path) -> list[tuple[int, str]]:
    tree = ast.parse(path.read_text())
    return [
        ((node.end_lineno or node.lineno) - node.lineno + 1, f"{path.name}:{node.name}")
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def _at(share: float, values: list[int]) -> int:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def test_files_are_rooms() -> None:
    lengths = {
        path: len(path.read_text().splitlines())
        for path in _python_files("app")
        if path.name != "__init__.py"
    }
    assert statistics.median(lengths.values()) <= 90
    assert _at(0.95, list(lengths.values())) <= 300


def test_no_file_is_over_the_hard_stop() -> None:
    every = _python_files("app", "tests", "bench")
    assert [path.name for path in every if len(path.read_text().splitlines()) > 400] == []


def test_functions_are_short() -> None:
    lengths = [length for path in _python_files("app") for length, _ in _function_lengths(path)]
    assert statistics.median(lengths) <= 9
    assert _at(0.95, lengths) <= 40


def test_package_files_hold_a_docstring_only() -> None:
    for path in _python_files("app"):
        if path.name == "__init__.py":
            body = ast.parse(path.read_text()).body
            assert len(body) == 1 and isinstance(body[0], ast.Expr), path


def test_imports_stand_at_the_top() -> None:
    for path in _python_files("app"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                inner = [n for n in ast.walk(node) if isinstance(n, ast.Import | ast.ImportFrom)]
                assert inner == [], f"{path.name}:{node.name}"
