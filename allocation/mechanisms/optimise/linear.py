"""One linear program in floating point, for masters of column generation.

What it says is a guess; callers confirm it in integers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt

from allocation.instance import Floats
from allocation.mechanisms.optimise.backend import (
    INFEASIBLE,
    LP_SOLVERS,
    Budget,
    Interrupted,
    solve_with,
    values_of,
)


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """Maximise ``objective x`` with ``row_lower <= matrix x <= row_upper``, x >= 0."""

    matrix: sp.csr_array
    row_lower: Floats
    row_upper: Floats
    objective: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """A basic optimum: the value, the point, and the rows' duals (>= 0 where an upper binds)."""

    value: float
    x: Floats
    duals: Floats


def maximise_linear(linear: Linear, budget: Budget) -> Solved | None:
    """Solve; ``None`` where no point exists.

    Raises
    ------
    Interrupted
        When the budget ends first.
    """
    result = solve_with(LP_SOLVERS, _model(linear), budget, budget.remaining_s(), exact=False)
    if result.termination.reason in INFEASIBLE:
        return None
    if result.termination.reason != mathopt.TerminationReason.OPTIMAL:
        raise Interrupted(by_person=False)
    dual = result.solutions[0].dual_solution
    m = linear.matrix.shape[0]
    return Solved(
        float(result.objective_value()),
        values_of(result.variable_values()),
        np.zeros(m) if dual is None else values_of(dual.dual_values),
    )


def _model(linear: Linear) -> mathopt.Model:
    proto = model_pb2.ModelProto()
    m, n = linear.matrix.shape
    proto.variables.ids.extend(range(n))
    proto.variables.lower_bounds.extend([0.0] * n)
    proto.variables.upper_bounds.extend([float("inf")] * n)
    proto.variables.integers.extend([False] * n)
    charged = np.flatnonzero(linear.objective)
    proto.objective.maximize = True
    proto.objective.linear_coefficients.ids.extend(charged.tolist())
    proto.objective.linear_coefficients.values.extend(linear.objective[charged].tolist())
    proto.linear_constraints.ids.extend(range(m))
    proto.linear_constraints.lower_bounds.extend(linear.row_lower.tolist())
    proto.linear_constraints.upper_bounds.extend(linear.row_upper.tolist())
    matrix = sp.csr_array(linear.matrix)
    matrix.sort_indices()
    entries = proto.linear_constraint_matrix
    entries.row_ids.extend(np.repeat(np.arange(m), np.diff(matrix.indptr)).tolist())
    entries.column_ids.extend(matrix.indices.tolist())
    entries.coefficients.extend(matrix.data.astype(float).tolist())
    return mathopt.Model.from_model_proto(proto)
