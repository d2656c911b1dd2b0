"""One linear program in floating point, for masters of column generation.

What it says is a guess; callers confirm it in integers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from ortools.math_opt.python import mathopt

from allocation.instance import Floats
from allocation.mechanisms.optimise.backend import (
    INFEASIBLE,
    LP_SOLVERS,
    Budget,
    Interrupted,
    Model,
    ask,
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
    m, n = linear.matrix.shape
    model = Model(
        linear.matrix,
        linear.row_lower,
        linear.row_upper,
        np.zeros(n),
        np.full(n, np.inf),
        linear.objective,
    )
    answer = ask(LP_SOLVERS, model, budget, budget.remaining_s())
    if answer.reason in INFEASIBLE:
        return None
    if answer.reason != mathopt.TerminationReason.OPTIMAL or answer.x is None:
        raise Interrupted(by_person=False)
    duals = np.zeros(m) if answer.duals is None else answer.duals
    return Solved(answer.value, answer.x, duals)
