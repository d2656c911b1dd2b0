"""The levels of `optimal` beside other ways to reach them, on one instance in one run.

    python -m benchmarks.levels [SCENARIO.toml] [--set key=value ...] [--limit SECONDS]
    python -m benchmarks.levels --sites 2000 --spacing 500 [--ours]

The second form takes the plain problem of a city (``benchmarks/field/plain.py``) with that
many candidate sites, so many metres apart.
Every way gets the same integer program and a process of its own: ours with its
certificates; one weighted sum as a HiGHS program and as a CP-SAT program (relative gap
1e-7, ``benchmarks/weighted.py``); HiGHS level by level, each reached value added as a row.
The first levels' values show what each has reached; what is not proven within the limit
says so.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from ortools.math_opt.python import mathopt

from allocation import build_instance, load_scenario, read_tables
from allocation.instance import Instance, Ints
from allocation.mechanisms import solve
from allocation.mechanisms.optimise.backend import Budget
from allocation.mechanisms.optimise.formulation import formulate
from allocation.mechanisms.optimise.lexicographic import Objective, maximise
from allocation.mechanisms.optimise.objectives import level_objectives
from allocation.mechanisms.optimise.program import Program
from allocation.progress import Silent
from allocation.scenario.vocabulary import IN_TURN
from benchmarks.field import plain
from benchmarks.field.instances import scenario_text, write_tables
from benchmarks.field.programs import added_rows, weighted_program
from benchmarks.processes import Measured, measured

ROOT = Path(__file__).resolve().parent.parent
_GRACE_S = 60.0


class Problem(NamedTuple):
    """A stage's program and its levels."""

    program: Program
    group: Ints
    levels: list[Objective]


class Reached(NamedTuple):
    """How many levels are proven, and the value of each."""

    n_proven: int
    values: list[int]


Way = Callable[[Problem, float], tuple[int, Ints | None]]


def ours(problem: Problem, limit_s: float) -> tuple[int, Ints | None]:
    """Run all levels with a certificate for each."""
    budget = Budget(time.monotonic() + limit_s, lambda: False)
    found = maximise(problem.program, problem.levels, problem.group, budget, Silent())
    return sum(level.proven for level in found.levels), found.x


def weighted(solver: mathopt.SolverType) -> Way:
    """Solve the weighted sum once by a solver."""

    def run(problem: Problem, limit_s: float) -> tuple[int, Ints | None]:
        most = int(problem.program.row_upper[: int(problem.group.max()) + 1].sum())
        levels = [level.coefficients for level in problem.levels]
        found = weighted_program(solver, problem.program, levels, most, limit_s)
        return found.n_proven, found.x

    return run


def rows(problem: Problem, limit_s: float) -> tuple[int, Ints | None]:
    """Solve level by level with HiGHS and hold each value by a row."""
    levels = [level.coefficients for level in problem.levels]
    found = added_rows(problem.program, levels, limit_s)
    return found.n_proven, found.x


WAYS: dict[str, Way] = {
    "levels with certificates": ours,
    "one weighted HiGHS program": weighted(mathopt.SolverType.HIGHS),
    "one weighted CP-SAT program": weighted(mathopt.SolverType.CP_SAT),
    "HiGHS, a row a level": rows,
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


def city_with_sites(sites: int, spacing_m: int) -> Instance:
    """Build the plain problem of a city with a number of candidate sites."""
    with tempfile.TemporaryDirectory() as folder:
        write_tables(plain.generate(1, "spacing", sites=sites), Path(folder))
        path = Path(folder) / "scenario.toml"
        path.write_text(scenario_text("spacing", spacing_m), encoding="utf-8")
        scenario = load_scenario(path)
        return build_instance(read_tables(scenario), scenario)


def _reach(way: Way, problem: Problem, limit_s: float) -> Reached:
    n_proven, x = way(problem, limit_s)
    values = [] if x is None else [level.shown(level.value(x)) for level in problem.levels]
    return Reached(n_proven, values)


def _cells(found: Measured, first: Measured, n_levels: int) -> str:
    """Write a row's figures, those of the first row as the unit."""
    nothing = Reached(0, [])
    mine, other = found.answer or nothing, first.answer or nothing
    agrees = sum(a == b for a, b in zip(mine.values, other.values, strict=False))
    same = f"{agrees} of {len(other.values)}" if mine.values else "no list found"
    more = "> " if found.failure == "ended" else ""
    if found.failure and not more:
        return f"| {found.failure} | | | | no list found |"
    return (
        f"| {more}{found.seconds:.2f} | {more}{found.seconds / first.seconds:.1f} "
        f"| {found.peak_mb:.0f} | {mine.n_proven} of {n_levels} | {same} |"
    )


def main() -> None:
    """Print a table, the time of ours as the unit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    default = ROOT / "scenarios/rizhao-2023-18.toml"
    parser.add_argument("scenario", type=Path, nargs="?", default=default)
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--limit", type=float, default=300.0, metavar="SECONDS")
    parser.add_argument("--sites", type=int, metavar="NUMBER")
    parser.add_argument("--spacing", type=int, default=plain.SPACING_M, metavar="METRES")
    parser.add_argument("--ours", action="store_true", help="leave the other ways out")
    given = parser.parse_args()
    if given.sites:
        instance = city_with_sites(given.sites, given.spacing)
    else:
        scenario = load_scenario(given.scenario, given.set)
        instance = build_instance(read_tables(scenario), scenario)
    problem = problem_of(instance)
    rows, columns = problem.program.matrix.shape
    patience_s = given.limit + _GRACE_S
    print(f"{columns:,} columns, {rows:,} rows, {len(problem.levels)} levels\n")
    print("| way | seconds | ratio | peak MB | levels proven | same values |")
    print("|---|---:|---:|---:|---:|---|")
    first: Measured | None = None
    for name, way in list(WAYS.items())[: 1 if given.ours else None]:
        found = measured(lambda way=way: partial(_reach, way, problem, given.limit), patience_s)
        first = first or found
        print(f"| {name} {_cells(found, first, len(problem.levels))}", flush=True)


if __name__ == "__main__":
    main()
