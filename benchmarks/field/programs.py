"""Integer programs through OR-Tools MathOpt: one weighted sum, or a row added a level.

They get the product's own program with its rows of maximal cliques, which is the best
formulation there is here: with a row for each conflicting pair they fare worse.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from ortools.math_opt.python import mathopt

from allocation.instance import Instance, Ints
from allocation.mechanisms.optimise import backend
from allocation.mechanisms.optimise.backend import Budget
from allocation.mechanisms.optimise.certificate import add_value_row
from allocation.mechanisms.optimise.formulation import formulate
from allocation.mechanisms.optimise.objectives import level_objectives
from allocation.mechanisms.optimise.program import Program
from allocation.mechanisms.optimise.solving import solve_mip
from benchmarks.field.answer import Answer
from benchmarks.weighted import weighted_sum

GAP = 1e-7


class Found(NamedTuple):
    """A point of a program, how many levels are proven for it, seconds in the solver."""

    x: Ints | None
    n_proven: int
    n_asked: int
    call_s: float


def weighted_program(
    solver: mathopt.SolverType, program: Program, levels: Sequence[Ints], most: int, limit_s: float
) -> Found:
    """Solve the weighted sum of the levels once."""
    total, n_levels = weighted_sum(levels, most)
    model = backend.Model(
        program.matrix,
        program.row_lower.astype(float),
        program.row_upper.astype(float),
        program.lower.astype(float),
        program.upper.astype(float),
        total.astype(float),
        integer=True,
    )
    parameters = mathopt.SolveParameters(
        time_limit=datetime.timedelta(seconds=limit_s), relative_gap_tolerance=GAP
    )
    asked = mathopt.Model.from_model_proto(backend.model_proto(model))
    begun = time.perf_counter()
    result = mathopt.solve(asked, solver, params=parameters)
    call_s = time.perf_counter() - begun
    if not result.has_primal_feasible_solution():
        return Found(None, 0, n_levels, call_s)
    x = np.rint(result.variable_values(list(asked.variables()))).astype(np.int64)
    done = result.termination.reason == mathopt.TerminationReason.OPTIMAL
    return Found(x, n_levels * done, n_levels, call_s)


def added_rows(program: Program, levels: Sequence[Ints], limit_s: float) -> Found:
    """Solve level by level with HiGHS and hold each value by a row."""
    begun, x = time.perf_counter(), None
    budget = Budget(time.monotonic() + limit_s, lambda: False)
    for number, level in enumerate(levels):
        try:
            found = solve_mip(program, level.astype(float), budget)
        except backend.Interrupted:
            return Found(x, number, len(levels), time.perf_counter() - begun)
        x = x if found.x is None else found.x
        value = None if x is None else int(level @ x)
        if value is None or found.bound is None or int(np.floor(found.bound + 1e-6)) > value:
            return Found(x, number, len(levels), time.perf_counter() - begun)
        program = add_value_row(program, level, value)
    return Found(x, len(levels), len(levels), time.perf_counter() - begun)


def weighted_highs(instance: Instance, limit_s: float) -> Answer:
    """Answer by :func:`weighted_program` with HiGHS."""
    return _weighted(mathopt.SolverType.HIGHS, instance, limit_s)


def weighted_cp_sat(instance: Instance, limit_s: float) -> Answer:
    """Answer by :func:`weighted_program` with CP-SAT."""
    return _weighted(mathopt.SolverType.CP_SAT, instance, limit_s)


def rows_added(instance: Instance, limit_s: float) -> Answer:
    """Answer by :func:`added_rows`."""
    return _answer(instance, partial(added_rows, limit_s=limit_s))


def _weighted(solver: mathopt.SolverType, instance: Instance, limit_s: float) -> Answer:
    most = int(instance.places.capacity.sum())
    return _answer(instance, partial(weighted_program, solver, most=most, limit_s=limit_s))


def _answer(instance: Instance, solve: Callable[[Program, Sequence[Ints]], Found]) -> Answer:
    (stage,) = instance.stages
    formulation = formulate(instance, stage, np.empty(0, dtype=np.int64))
    objectives = level_objectives(instance, stage, formulation)
    found = solve(formulation.program, [objective.coefficients for objective in objectives])
    awards = None if found.x is None else formulation.awards(found.x)
    return Answer(awards, found.n_proven == found.n_asked, found.n_asked, found.call_s)
