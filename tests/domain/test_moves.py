"""The tables of moves are whole, and one module alone changes these states."""

import ast
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from app.rotation.moves import (
    ASK_INITIAL,
    ASK_MOVES,
    SHIFT_INITIAL,
    SHIFT_MOVES,
    SWAP_INITIAL,
    SWAP_MOVES,
)
from app.rotation.states import DutyAskState, ShiftState, SwapState

APP = Path(__file__).resolve().parents[2] / "app"
WRITER = APP / "usecases" / "duty" / "plan" / "change_state.py"
TABLES = {"Shift", "Swap", "DutyAsk"}
LIVES = [
    (ShiftState, SHIFT_INITIAL, SHIFT_MOVES),
    (SwapState, SWAP_INITIAL, SWAP_MOVES),
    (DutyAskState, ASK_INITIAL, ASK_MOVES),
]


@pytest.mark.parametrize(("states", "initial", "moves"), LIVES)
def test_every_state_is_reached_and_every_move_can_be_made(
    states: Iterable[str],
    initial: frozenset[str],
    moves: Mapping[str, tuple[frozenset[str], str]],
) -> None:
    reached = set(initial)
    for _ in moves:
        reached |= {to for before, to in moves.values() if before & reached}
    assert reached == set(states)
    assert all(before <= reached for before, _ in moves.values())


def test_an_end_stays_an_end() -> None:
    assert not any(ShiftState.CANCELLED in before for before, _ in SHIFT_MOVES.values())
    ends = {SwapState.WITHDRAWN, SwapState.REFUSED, SwapState.FAILED}
    assert not any(ends & before for before, _ in SWAP_MOVES.values())


def updates_state(tree: ast.AST) -> Iterable[str]:
    """Calls `….values(state=…)` in a function that says `update(Shift)` or the like."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        calls = [one for one in ast.walk(function) if isinstance(one, ast.Call)]
        updated = {
            one.args[0].id
            for one in calls
            if isinstance(one.func, ast.Name)
            and one.func.id == "update"
            and one.args
            and isinstance(one.args[0], ast.Name)
        }
        sets = any(
            isinstance(one.func, ast.Attribute)
            and one.func.attr == "values"
            and any(keyword.arg == "state" for keyword in one.keywords)
            for one in calls
        )
        if sets and updated & TABLES:
            yield function.name


def test_one_module_alone_updates_these_states() -> None:
    assert list(updates_state(ast.parse(WRITER.read_text())))
    found = {
        f"{path.relative_to(APP)}:{name}"
        for path in APP.glob("usecases/**/*.py")
        if path != WRITER
        for name in updates_state(ast.parse(path.read_text()))
    }
    assert found == set()
