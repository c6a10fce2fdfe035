"""Each life-cycle has one module that changes its states."""

import ast
from collections.abc import Iterable
from pathlib import Path

import pytest

from app.core.base import Base
from tests.architecture.life_cycles import life_cycles

APP = Path(__file__).resolve().parents[2] / "app"
WRITERS = {
    "Shift": "duty/plan/change_state.py",
    "Swap": "duty/plan/change_state.py",
    "DutyAsk": "duty/plan/change_state.py",
    "HelpRequest": "shared/request_state.py",
    "RequestPlace": "shared/place_state.py",
    "Match": "shared/match_state.py",
    "Escalation": "dispatch/escalation_state.py",
    "RepeatRule": "shared/repeat_state.py",
    "RepeatDay": "shared/repeat_state.py",
    "Activation": "emergencies/stand_down.py",
    "RosterDraft": "rosters/draft_state.py",
    "Trial": "policies/trial_state.py",
    "Notification": "delivery/deliver_notifications.py",
}


def updates_state(tree: ast.AST, table: str) -> Iterable[str]:
    """Functions that say `update(<table>)` and `.values(state=…)` or build such values."""
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
        named = any(
            isinstance(key, ast.Constant) and key.value == "state"
            for one in ast.walk(function)
            if isinstance(one, ast.Dict)
            for key in one.keys
        )
        if (sets or named) and table in updated:
            yield function.name


def assigns_state(tree: ast.AST) -> Iterable[str]:
    """What is assigned to the attribute `state` of a row, which no condition protects."""
    for one in ast.walk(tree):
        if (
            isinstance(one, ast.Attribute)
            and isinstance(one.ctx, ast.Store)
            and one.attr == "state"
        ):
            yield ast.unparse(one)


def test_every_life_cycle_has_a_writer() -> None:
    tables = {one.class_.__name__: str(one.local_table) for one in Base.registry.mappers}
    assert {tables[name] for name in WRITERS} == {one.table for one in life_cycles()}


def test_no_row_is_given_a_state_by_assignment() -> None:
    assert list(assigns_state(ast.parse("shift.state, shift.end_reason = 1, 2")))
    found = {
        f"{path.relative_to(APP)}:{one}"
        for path in APP.glob("usecases/**/*.py")
        for one in assigns_state(ast.parse(path.read_text()))
    }
    assert found == set()


@pytest.mark.parametrize(("table", "writer"), sorted(WRITERS.items()))
def test_one_module_alone_updates_the_state(table: str, writer: str) -> None:
    own = APP / "usecases" / writer
    assert list(updates_state(ast.parse(own.read_text()), table))
    found = {
        f"{path.relative_to(APP)}:{name}"
        for path in APP.glob("usecases/**/*.py")
        if path != own
        for name in updates_state(ast.parse(path.read_text()), table)
    }
    assert found == set()
