"""Floating-point solvers: arrays in, arrays out.

The only module that talks to a solver of linear and integer programs, by way of OR-Tools
MathOpt.  It passes protocol buffers filled from arrays and reads arrays back: building
models and reading answers item by item takes longer than many of these programs take to
solve.  What a solver claims is confirmed in integers by the callers.
"""

from __future__ import annotations

import datetime
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import scipy.sparse as sp
from ortools.math_opt import (
    callback_pb2,
    model_parameters_pb2,
    model_pb2,
    parameters_pb2,
    result_pb2,
    solution_pb2,
)
from ortools.math_opt.core.python import solver as core
from ortools.math_opt.python import mathopt
from ortools.util.python.solve_interrupter import SolveInterrupter

from allocation.instance import Floats, Ints

_POLL_S = 0.1
_GRACE_S = 5.0
LP_SOLVERS = (mathopt.SolverType.GLOP, mathopt.SolverType.HIGHS)
MIP_SOLVERS = (mathopt.SolverType.HIGHS, mathopt.SolverType.GSCIP)
INFEASIBLE = (
    mathopt.TerminationReason.INFEASIBLE,
    mathopt.TerminationReason.INFEASIBLE_OR_UNBOUNDED,  # every program here is bounded
)
_BROKEN = (
    mathopt.TerminationReason.NUMERICAL_ERROR,
    mathopt.TerminationReason.IMPRECISE,
    mathopt.TerminationReason.OTHER_ERROR,
)
AT_LOWER = solution_pb2.BASIS_STATUS_AT_LOWER_BOUND
AT_UPPER = solution_pb2.BASIS_STATUS_AT_UPPER_BOUND
BASIC = solution_pb2.BASIS_STATUS_BASIC


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

    def part(self, share: float, most_s: float) -> Budget:
        """Return a budget of a share of the time that is left, and of so many seconds."""
        now = time.monotonic()
        left = most_s if self.deadline is None else share * (self.deadline - now)
        return replace(self, deadline=now + min(left, most_s))

    def is_over(self, grace_s: float) -> bool:
        """Tell whether the deadline passed so many seconds ago."""
        return self.deadline is not None and time.monotonic() > self.deadline + grace_s

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
class Model:
    """Maximise ``objective x`` with ``row_lower <= matrix x <= row_upper, lower <= x <= upper``.

    Attributes
    ----------
    integer
        Whether every x is an integer.
    """

    matrix: sp.csr_array
    row_lower: Floats
    row_upper: Floats
    lower: Floats
    upper: Floats
    objective: Floats
    integer: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class BasisStatus:
    """Which columns and rows are basic or at which bound, as MathOpt numbers these states.

    Attributes
    ----------
    columns
        Shape (columns,).
    rows
        Shape (rows,).
    """

    columns: Ints
    rows: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What a solver claims.

    Attributes
    ----------
    value, bound
        Objective of the point and the limit proven; infinite where there is none.
    x
        Shape (columns,), or ``None`` without a point.
    duals
        Shape (rows,), or ``None`` where the solver gives none.
    basis
        Where the solver is a simplex code.
    """

    reason: mathopt.TerminationReason
    value: float
    bound: float
    x: Floats | None
    duals: Floats | None
    basis: BasisStatus | None


def ask(
    solvers: Sequence[mathopt.SolverType],
    model: Model,
    budget: Budget,
    limit_s: float | None,
    *,
    start: BasisStatus | None = None,
) -> Answer:
    """Solve with the first solver that does not break down.

    HiGHS ends a few small integer programs with an internal error, and a simplex code
    may end in numerical trouble: then the next one takes over.

    Parameters
    ----------
    limit_s
        Seconds for this call, ``None`` for no limit.
    start
        Basis from which GLOP sets out; other solvers take none.

    Raises
    ------
    Interrupted
        When a person stops the search.
    SolverFailure
        When every solver breaks down.
    """
    proto = model_proto(model)
    for solver in solvers:
        basis = start if solver == mathopt.SolverType.GLOP else None
        settings = _parameters(model, limit_s, basis), _hints(basis)
        outcome = _outcome(partial(_solve, proto, solver, *settings), solver, budget)
        if isinstance(outcome, Answer) and outcome.reason not in _BROKEN:
            return outcome
    raise SolverFailure from outcome if isinstance(outcome, Exception) else None


def _parameters(
    model: Model, limit_s: float | None, start: BasisStatus | None
) -> parameters_pb2.SolveParametersProto:
    limit = None if limit_s is None else datetime.timedelta(seconds=limit_s)
    parameters = mathopt.SolveParameters(time_limit=limit)
    if model.integer:
        parameters.relative_gap_tolerance, parameters.absolute_gap_tolerance = 0.0, 0.5
    if start is not None:
        # Presolve would change the program the basis is of.
        parameters.presolve = mathopt.Emphasis.OFF
        parameters.lp_algorithm = mathopt.LPAlgorithm.PRIMAL_SIMPLEX
    return parameters.to_proto()


def _hints(start: BasisStatus | None) -> model_parameters_pb2.ModelSolveParametersProto:
    hints = model_parameters_pb2.ModelSolveParametersProto()
    if start is not None:
        for states, vector in (
            (start.columns, hints.initial_basis.variable_status),
            (start.rows, hints.initial_basis.constraint_status),
        ):
            vector.ids.extend(range(len(states)))
            vector.values.extend(states.tolist())
    return hints


def model_proto(model: Model) -> model_pb2.ModelProto:
    """Return a model as MathOpt passes it to its solvers."""
    proto = model_pb2.ModelProto()
    m, n = model.matrix.shape
    proto.variables.ids.extend(range(n))
    proto.variables.lower_bounds.extend(model.lower)
    proto.variables.upper_bounds.extend(model.upper)
    proto.variables.integers.extend([model.integer] * n)
    charged = np.flatnonzero(model.objective)
    proto.objective.maximize = True
    proto.objective.linear_coefficients.ids.extend(charged)
    proto.objective.linear_coefficients.values.extend(model.objective[charged])
    proto.linear_constraints.ids.extend(range(m))
    proto.linear_constraints.lower_bounds.extend(model.row_lower)
    proto.linear_constraints.upper_bounds.extend(model.row_upper)
    matrix = sp.csr_array(model.matrix)
    matrix.sort_indices()
    entries = proto.linear_constraint_matrix
    entries.row_ids.extend(np.repeat(np.arange(m), np.diff(matrix.indptr)))
    entries.column_ids.extend(matrix.indices)
    entries.coefficients.extend(matrix.data.astype(float))
    return proto


def _outcome(
    solve: Callable[[SolveInterrupter | None], Answer],
    solver: mathopt.SolverType,
    budget: Budget,
) -> Answer | Exception:
    """Solve in a thread of its own, so that a stop is heard while the solver works.

    A solver that does not heed the interruption within some seconds (HiGHS hears none), or
    works on when its time is long up (HiGHS looks at the clock between its steps alone), is
    left behind; it ends by its own time limit or with the process.
    """
    # Given one, SCIP fills the terminal with errors of its event handler.
    interrupter = None if solver == mathopt.SolverType.GSCIP else SolveInterrupter()
    outcome: list[Answer | Exception] = []

    def work() -> None:
        try:
            outcome.append(solve(interrupter))
        except Exception as error:  # handed to the caller's thread
            outcome.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(_POLL_S)
        by_person = budget.should_stop()
        if by_person or budget.is_over(_GRACE_S):
            if interrupter is not None:
                interrupter.interrupt()
                thread.join(_GRACE_S if by_person else _POLL_S)
            raise Interrupted(by_person=by_person)
    return outcome[0]


def _solve(
    proto: model_pb2.ModelProto,
    solver: mathopt.SolverType,
    parameters: parameters_pb2.SolveParametersProto,
    hints: model_parameters_pb2.ModelSolveParametersProto,
    interrupter: SolveInterrupter | None,
) -> Answer:
    """Make one call of a solver."""
    result = core.solve(
        proto,
        solver.value,
        parameters_pb2.SolverInitializerProto(),
        parameters,
        hints,
        None,
        callback_pb2.CallbackRegistrationProto(),
        None,
        None if interrupter is None else interrupter.pybind_interrupter,
    )
    return _answer(result)


def _answer(result: result_pb2.SolveResultProto) -> Answer:
    solution = result.solutions[0] if result.solutions else solution_pb2.SolutionProto()
    has_point = solution.HasField("primal_solution")
    basis = solution.basis
    return Answer(
        mathopt.TerminationReason(result.termination.reason),
        solution.primal_solution.objective_value if has_point else -np.inf,
        result.termination.objective_bounds.dual_bound,
        np.array(solution.primal_solution.variable_values.values) if has_point else None,
        np.array(solution.dual_solution.dual_values.values)
        if solution.HasField("dual_solution")
        else None,
        BasisStatus(
            np.array(basis.variable_status.values, dtype=np.int64),
            np.array(basis.constraint_status.values, dtype=np.int64),
        )
        if solution.HasField("basis")
        else None,
    )
