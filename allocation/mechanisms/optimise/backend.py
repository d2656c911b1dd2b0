"""Floating-point solvers behind two functions: one LP, one integer program.

The only module that talks to a solver.  Both functions take an integer
:class:`~allocation.mechanisms.optimise.program.Program`, leave its fixed part out, and
return what the solver claims; callers confirm it in integers.
"""

from __future__ import annotations

import datetime
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
import scipy.sparse as sp
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt
from ortools.util.python.solve_interrupter import SolveInterrupter
from scipy.sparse.linalg import splu

from allocation.instance import Bools, Floats, Ints
from allocation.mechanisms.optimise.program import Program

_POLL_S = 0.1
_GRACE_S = 5.0
LP_SOLVERS = (mathopt.SolverType.GLOP, mathopt.SolverType.HIGHS)
_MIP_SOLVERS = (mathopt.SolverType.HIGHS, mathopt.SolverType.GSCIP)
INFEASIBLE = (
    mathopt.TerminationReason.INFEASIBLE,
    mathopt.TerminationReason.INFEASIBLE_OR_UNBOUNDED,  # every program here is bounded
)
_BROKEN = (
    mathopt.TerminationReason.NUMERICAL_ERROR,
    mathopt.TerminationReason.IMPRECISE,
    mathopt.TerminationReason.OTHER_ERROR,
)


class Interrupted(Exception):
    """A person or the time limit ended the search before the solver was done."""

    def __init__(self, *, by_person: bool) -> None:
        super().__init__()
        self.by_person = by_person


class SolverFailure(Exception):
    """A solver broke down; it says nothing about the program."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How long a solver may still run and who may end it.

    Attributes
    ----------
    deadline
        Value of :func:`time.monotonic` at which to end, or ``None``.
    should_stop
        Asked ten times a second.
    """

    deadline: float | None
    should_stop: Callable[[], bool]

    def remaining_s(self) -> float | None:
        """Seconds left, or ``None`` for no limit.

        Raises
        ------
        Interrupted
            When nothing is left or a stop was asked for.
        """
        if self.should_stop():
            raise Interrupted(by_person=True)
        if self.deadline is None:
            return None
        remaining = self.deadline - time.monotonic()
        if remaining <= 0:
            raise Interrupted(by_person=False)
        return remaining


@dataclass(frozen=True, slots=True, eq=False)
class LpSolution:
    """An optimal basic solution of the linear relaxation.

    Attributes
    ----------
    x
        Shape (columns,).
    duals
        Shape (rows,), of the objective solved.
    basis
        Factorised basis, from which duals of other objectives follow, or ``None``
        where it could not be factorised.
    """

    x: Floats
    duals: Floats
    basis: Basis | None


@dataclass(frozen=True, slots=True, eq=False)
class Basis:
    """A factorised simplex basis of a program."""

    basic_columns: Ints
    tight_rows: Ints
    factors: Any

    def duals(self, objective: Ints, n_rows: int) -> Floats:
        """Return the basis' dual vector for an objective.

        Parameters
        ----------
        n_rows
            Rows of the program now; rows added since have dual 0.
        """
        y = np.zeros(n_rows)
        if len(self.basic_columns):
            y[self.tight_rows] = self.factors.solve(
                objective[self.basic_columns].astype(float), trans="T"
            )
        return y


@dataclass(frozen=True, slots=True, eq=False)
class MipSolution:
    """What a branch and bound found.

    Attributes
    ----------
    x
        Shape (columns,), rounded to integers, or ``None`` where nothing was found.
    bound
        Proven limit of the objective, or ``None``.
    is_infeasible
        Whether the solver proved that no point exists.
    """

    x: Ints | None
    bound: float | None
    is_infeasible: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Reduced:
    """A program without its fixed columns and empty rows."""

    columns: Ints
    rows: Ints
    matrix: sp.csr_array
    row_lower: Ints
    row_upper: Ints


def _reduce(program: Program) -> _Reduced | None:
    """Leave the fixed part out; ``None`` when it alone breaks a row."""
    columns = np.flatnonzero(program.is_free)
    matrix = program.columns[:, columns].tocsr()
    activity = program.activity(np.where(program.is_free, 0, program.lower))
    row_lower, row_upper = program.row_lower - activity, program.row_upper - activity
    is_open = np.diff(matrix.indptr) > 0
    if np.any(~is_open & ((row_lower > 0) | (row_upper < 0))):
        return None
    rows = np.flatnonzero(is_open)
    return _Reduced(columns, rows, matrix[rows], row_lower[rows], row_upper[rows])


def solve_lp(program: Program, objective: Floats, budget: Budget) -> LpSolution | None:
    """Maximise an objective over the linear relaxation.

    Parameters
    ----------
    objective
        Shape (columns,).

    Returns
    -------
    LpSolution or None
        ``None`` when the relaxation has no point.

    Raises
    ------
    Interrupted
        When the budget ends first.
    """
    reduced = _reduce(program)
    if reduced is None:
        return None
    model = _model(program, reduced, objective, integer=False)
    result = solve_with(LP_SOLVERS, model, budget, budget.remaining_s(), exact=False)
    reason = result.termination.reason
    if reason in INFEASIBLE:
        return None
    if reason != mathopt.TerminationReason.OPTIMAL:
        raise Interrupted(by_person=False)
    x = program.lower.astype(float)
    x[reduced.columns] = values_of(result.variable_values())
    duals = np.zeros(len(program.row_lower))
    dual = result.solutions[0].dual_solution
    if dual is not None:  # HiGHS ends some programs without; any duals give a valid bound
        duals[reduced.rows] = values_of(dual.dual_values)
    return LpSolution(x, duals, _basis(program, reduced, result))


def solve_mip(
    program: Program,
    objective: Floats,
    budget: Budget,
    *,
    time_limit_s: float | None = None,
) -> MipSolution:
    """Maximise an objective over the integer points.

    Parameters
    ----------
    time_limit_s
        A limit of this call alone, beside the budget.

    Raises
    ------
    Interrupted
        When the budget ends before any point is found.
    """
    reduced = _reduce(program)
    if reduced is None:
        return MipSolution(None, None, True)
    if len(reduced.columns) == 0:
        return MipSolution(program.lower, float(objective @ program.lower), False)
    model = _model(program, reduced, objective, integer=True)
    times = [t for t in (budget.remaining_s(), time_limit_s) if t is not None]
    result = solve_with(_MIP_SOLVERS, model, budget, min(times, default=None), exact=True)
    if result.termination.reason in INFEASIBLE:
        return MipSolution(None, None, True)
    offset = float(objective @ np.where(program.is_free, 0, program.lower))
    claimed = result.termination.objective_bounds.dual_bound + offset
    bound = claimed if isfinite(claimed) else None
    if not result.solutions or result.solutions[0].primal_solution is None:
        return MipSolution(None, bound, False)
    x = program.lower.copy()
    x[reduced.columns] = np.rint(values_of(result.variable_values())).astype(np.int64)
    return MipSolution(x, bound, False)


def _model(
    program: Program, reduced: _Reduced, objective: Floats, *, integer: bool
) -> mathopt.Model:
    """Build a solver model from arrays (expressions would take seconds)."""
    proto = model_pb2.ModelProto()
    n, m = len(reduced.columns), len(reduced.rows)
    proto.variables.ids.extend(range(n))
    proto.variables.lower_bounds.extend(program.lower[reduced.columns].astype(float).tolist())
    proto.variables.upper_bounds.extend(program.upper[reduced.columns].astype(float).tolist())
    proto.variables.integers.extend([integer] * n)
    cost = objective[reduced.columns].astype(float)
    charged = np.flatnonzero(cost)
    proto.objective.maximize = True
    proto.objective.linear_coefficients.ids.extend(charged.tolist())
    proto.objective.linear_coefficients.values.extend(cost[charged].tolist())
    proto.linear_constraints.ids.extend(range(m))
    proto.linear_constraints.lower_bounds.extend(reduced.row_lower.astype(float).tolist())
    proto.linear_constraints.upper_bounds.extend(reduced.row_upper.astype(float).tolist())
    matrix = reduced.matrix
    matrix.sort_indices()
    entries = proto.linear_constraint_matrix
    entries.row_ids.extend(np.repeat(np.arange(m), np.diff(matrix.indptr)).tolist())
    entries.column_ids.extend(matrix.indices.tolist())
    entries.coefficients.extend(matrix.data.astype(float).tolist())
    return mathopt.Model.from_model_proto(proto)


def solve_with(
    solvers: Sequence[mathopt.SolverType],
    model: mathopt.Model,
    budget: Budget,
    limit_s: float | None,
    *,
    exact: bool,
) -> mathopt.SolveResult:
    """Solve with the first solver that does not break down.

    HiGHS ends a few small integer programs with an internal error, and a simplex code
    may end in numerical trouble: then the next one takes over.
    """
    limit = None if limit_s is None else datetime.timedelta(seconds=limit_s)
    gaps = {"relative_gap_tolerance": 0.0, "absolute_gap_tolerance": 0.5} if exact else {}
    parameters = mathopt.SolveParameters(time_limit=limit, **gaps)
    for solver in solvers:
        outcome = _solve(model, solver, parameters, budget)
        if isinstance(outcome, mathopt.SolveResult) and outcome.termination.reason not in _BROKEN:
            return outcome
    raise SolverFailure from outcome if isinstance(outcome, Exception) else None


def _solve(
    model: mathopt.Model,
    solver: mathopt.SolverType,
    parameters: mathopt.SolveParameters,
    budget: Budget,
) -> mathopt.SolveResult | Exception:
    """Solve in a thread of its own, so that a stop is heard while the solver works.

    A solver that does not heed the interruption within some seconds (HiGHS hears none)
    is left behind; it ends by its own time limit or with the process.
    """
    # Given one, SCIP fills the terminal with errors of its event handler.
    interrupter = None if solver == mathopt.SolverType.GSCIP else SolveInterrupter()
    outcome: list[mathopt.SolveResult | Exception] = []

    def work() -> None:
        try:
            outcome.append(mathopt.solve(model, solver, params=parameters, interrupter=interrupter))
        except Exception as error:  # handed to the caller's thread
            outcome.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(_POLL_S)
        if budget.should_stop():
            if interrupter is not None:
                interrupter.interrupt()
                thread.join(_GRACE_S)
            raise Interrupted(by_person=True)
    return outcome[0]


def values_of(by_item: Mapping[Any, float]) -> Floats:
    """Values of a solver's answer in the order of ids (which are 0, 1, 2, ...)."""
    values = np.empty(len(by_item))
    values[np.fromiter((item.id for item in by_item), np.int64, len(by_item))] = np.fromiter(
        by_item.values(), np.float64, len(by_item)
    )
    return values


def _basis(program: Program, reduced: _Reduced, result: mathopt.SolveResult) -> Basis | None:
    basis = result.solutions[0].basis
    if basis is None:
        return None
    basic = _is_basic(basis.variable_status)
    tight = ~_is_basic(basis.constraint_status)
    columns, rows = reduced.columns[basic], reduced.rows[tight]
    if len(columns) != len(rows):
        return None
    factors = None
    if len(columns):
        try:
            factors = splu(program.columns[:, columns].tocsr()[rows].tocsc().astype(float))
        except RuntimeError:  # singular: the caller solves level by level instead
            return None
    return Basis(columns, rows, factors)


def _is_basic(status: Mapping[Any, mathopt.BasisStatus]) -> Bools:
    basic = np.zeros(len(status), dtype=np.bool_)
    for item, state in status.items():
        basic[item.id] = state == mathopt.BasisStatus.BASIC
    return basic
