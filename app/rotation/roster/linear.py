"""Solves the model with HiGHS: the linear relaxation of a month is nearly always integral.

Then one linear program gives the optimum and its proof; CP-SAT alone needs many times longer for
the bound. Otherwise CP-SAT continues from here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from ortools.sat.python import cp_model
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

# CP-SAT's numbers beyond this mean no limit.
NO_LIMIT = 2**50
SOLVED = 0


@dataclass(frozen=True, slots=True)
class Found:
    """Integer values of all variables if found, the bound of the objective, and whether proven."""

    values: list[int] | None
    bound: float | None
    proven: bool


def best(model: cp_model.CpModel, seconds: float) -> Found:
    """Minimises the model's objective (to maximise, the model has its sign turned)."""
    proto = model.proto
    if not proto.variables:
        return Found(None, None, False)
    rows = list(_rows(proto))
    low = np.array([row[2] for row in rows], dtype=float)
    high = np.array([row[3] for row in rows], dtype=float)
    matrix = _matrix([row[0] for row in rows], [row[1] for row in rows], len(proto.variables))
    ends = [list(one.domain) for one in proto.variables]
    goal = np.zeros(len(ends))
    goal[list(proto.objective.vars)] = list(proto.objective.coeffs)
    result = milp(
        goal,
        constraints=LinearConstraint(matrix, low, high),
        bounds=Bounds([one[0] for one in ends], [one[-1] for one in ends]),
        integrality=np.ones(len(ends)),
        options={"time_limit": max(0.05, seconds), "mip_rel_gap": 0.0},
    )
    values = None if result.x is None else np.rint(result.x)
    if values is not None:
        sums = matrix @ values
        if np.any(sums < low) or np.any(sums > high):
            values = None
    return Found(
        None if values is None else [int(one) for one in values],
        None
        if result.mip_dual_bound is None
        else float(result.mip_dual_bound) + proto.objective.offset,
        result.status == SOLVED and values is not None,
    )


def floor(model: cp_model.CpModel) -> float:
    """A lower bound of the objective from the variables' domains alone."""
    proto = model.proto
    least = float(proto.objective.offset)
    for variable, many in zip(proto.objective.vars, proto.objective.coeffs, strict=True):
        ends = list(proto.variables[variable].domain)
        least += min(many * ends[0], many * ends[-1])
    return least


def _rows(proto: Any) -> Iterator[tuple[list[int], list[int], float, float]]:
    """Each constraint as variables, coefficients, and lower and upper bound of the sum."""
    for one in proto.constraints:
        if one.has_linear():
            ends = list(one.linear.domain)
            yield (
                list(one.linear.vars),
                list(one.linear.coeffs),
                -np.inf if ends[0] < -NO_LIMIT else ends[0],
                np.inf if ends[-1] > NO_LIMIT else ends[-1],
            )
            continue
        clause = one.has_bool_or()
        literals = list((one.bool_or if clause else one.at_most_one).literals)
        # Not x is written -x - 1, and counts 1 - x.
        nots = sum(literal < 0 for literal in literals)
        yield (
            [literal if literal >= 0 else -literal - 1 for literal in literals],
            [1 if literal >= 0 else -1 for literal in literals],
            1 - nots if clause else -np.inf,
            np.inf if clause else 1 - nots,
        )


def _matrix(variables: list[list[int]], factors: list[list[int]], width: int) -> csr_array:
    starts = np.cumsum([0, *(len(row) for row in variables)])
    flat = np.array([one for row in variables for one in row], dtype=np.int64)
    many = np.array([one for row in factors for one in row], dtype=float)
    made = csr_array((many, flat, starts), shape=(len(variables), width))
    made.sum_duplicates()
    return made
