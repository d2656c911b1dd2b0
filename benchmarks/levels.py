"""The levels of `optimal` beside other ways to reach them, on one instance in one run.

    python -m benchmarks.levels [SCENARIO.toml] [--set key=value ...] [--limit SECONDS]

Every way gets the same integer program and a process of its own: ours with its
certificates; one weighted sum as a HiGHS program and as a CP-SAT program (relative gap
1e-7, ``benchmarks/weighted.py``); HiGHS level by level, each reached value added as a row.
The first levels' values show what each has reached; what is not proven within the limit
says so.
"""

from __future__ import annotations

import argparse
import datetime
import multiprocessing
import resource
import time
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

import numpy as np
from ortools.math_opt.python import mathopt

from allocation import build_instance, load_scenario, read_tables
from allocation.instance import Instance, Ints
from allocation.mechanisms import solve
from allocation.mechanisms.optimise import backend
from allocation.mechanisms.optimise.backend import Budget
from allocation.mechanisms.optimise.certificate import add_value_row
from allocation.mechanisms.optimise.formulation import formulate
from allocation.mechanisms.optimise.lexicographic import Objective, maximise
from allocation.mechanisms.optimise.objectives import level_objectives
from allocation.mechanisms.optimise.program import Program
from allocation.mechanisms.optimise.solving import solve_mip
from allocation.progress import Silent
from allocation.scenario.vocabulary import IN_TURN
from benchmarks.weighted import weighted_sum

ROOT = Path(__file__).resolve().parent.parent
GAP = 1e-7


class Problem(NamedTuple):
    """A stage's program and its levels."""

    program: Program
    group: Ints
    levels: list[Objective]


class Outcome(NamedTuple):
    """What a way took and reached; whether it answered or was ended."""

    answered: bool
    seconds: float
    peak_mb: float
    n_proven: int
    values: list[int]


def ours(problem: Problem, limit_s: float) -> tuple[int, Ints | None]:
    """Run all levels with a certificate for each."""
    budget = Budget(time.monotonic() + limit_s, lambda: False)
    found = maximise(problem.program, problem.levels, problem.group, budget, Silent())
    return sum(level.proven for level in found.levels), found.x


def weighted(solver: mathopt.SolverType) -> Callable[[Problem, float], tuple[int, Ints | None]]:
    """Solve the weighted sum once by a solver."""

    def run(problem: Problem, limit_s: float) -> tuple[int, Ints | None]:
        program = problem.program
        most = int(program.row_upper[: int(problem.group.max()) + 1].sum())
        total, n_levels = weighted_sum(problem.levels, most)
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
        result = mathopt.solve(asked, solver, params=parameters)
        if not result.has_primal_feasible_solution():
            return 0, None
        values = result.variable_values(list(asked.variables()))
        done = result.termination.reason == mathopt.TerminationReason.OPTIMAL
        return n_levels * done, np.rint(values).astype(np.int64)

    return run


def adding_rows(problem: Problem, limit_s: float) -> tuple[int, Ints | None]:
    """Solve level by level with HiGHS and hold each value by a row."""
    until = time.monotonic() + limit_s
    program, x = problem.program, None
    for number, level in enumerate(problem.levels):
        if time.monotonic() > until:
            return number, x
        budget = Budget(until, lambda: False)
        found = solve_mip(program, level.coefficients.astype(float), budget)
        if found.x is None or found.bound is None:
            return number, x
        x = found.x
        if int(np.floor(found.bound + 1e-6)) > level.value(x):
            return number, x
        program = add_value_row(program, level.coefficients, level.value(x))
    return len(problem.levels), x


WAYS: dict[str, Callable[[Problem, float], tuple[int, Ints | None]]] = {
    "levels with certificates": ours,
    "one weighted HiGHS program": weighted(mathopt.SolverType.HIGHS),
    "one weighted CP-SAT program": weighted(mathopt.SolverType.CP_SAT),
    "HiGHS, a row a level": adding_rows,
}


def problem_of(instance: Instance) -> Problem:
    """Write the optimal stage as a program, with the levels above a choice in turn."""
    stage = next(each for each in instance.stages if each.mechanism == "optimal")
    before = instance.stages[: instance.stages.index(stage)]
    earlier = solve(replace(instance, stages=before)).awards
    formulation = formulate(instance, stage, earlier)
    above = tuple(level for level in stage.levels if level != IN_TURN)
    levels = level_objectives(instance, replace(stage, levels=above), formulation)
    return Problem(formulation.program, formulation.group, levels)


def measured(name: str, problem: Problem, limit_s: float) -> Outcome:
    """Go one way in a process of its own."""
    here, there = multiprocessing.Pipe(duplex=False)
    context = multiprocessing.get_context("fork")
    child = context.Process(target=_report, args=(there, name, problem, limit_s))
    child.start()
    patience_s = limit_s + 60
    # A solver that does not heed its limit is ended.
    outcome = here.recv() if here.poll(patience_s) else Outcome(False, patience_s, 0.0, 0, [])
    child.kill()
    child.join()
    return outcome


def _report(end: Connection, name: str, problem: Problem, limit_s: float) -> None:
    started = time.perf_counter()
    n_proven, x = WAYS[name](problem, limit_s)
    seconds = time.perf_counter() - started
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    values = [] if x is None else [level.shown(level.value(x)) for level in problem.levels]
    end.send(Outcome(True, seconds, peak_mb, n_proven, values))


def main() -> None:
    """Print a table, the time of ours as the unit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    default = ROOT / "scenarios/rizhao-2023-18.toml"
    parser.add_argument("scenario", type=Path, nargs="?", default=default)
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--limit", type=float, default=300.0, metavar="SECONDS")
    given = parser.parse_args()
    scenario = load_scenario(given.scenario, given.set)
    problem = problem_of(build_instance(read_tables(scenario), scenario))
    rows, columns = problem.program.matrix.shape
    print(f"{columns:,} columns, {rows:,} rows, {len(problem.levels)} levels\n")
    print("| way | seconds | ratio | peak MB | levels proven | same values |")
    print("|---|---:|---:|---:|---:|---|")
    first: Outcome | None = None
    for name in WAYS:
        found = measured(name, problem, given.limit)
        first = first or found
        agrees = sum(a == b for a, b in zip(found.values, first.values, strict=False))
        same = f"{agrees} of {len(first.values)}" if found.values else "no list found"
        more, ratio = "" if found.answered else "> ", found.seconds / first.seconds
        print(
            f"| {name} | {more}{found.seconds:.2f} | {more}{ratio:.1f} | {found.peak_mb:.0f} "
            f"| {found.n_proven} of {len(problem.levels)} | {same} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
