"""Fixing who is served once a level settled by search leaves no choice of people."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import floor

import numpy as np

from allocation.instance import Ints
from allocation.mechanisms.optimise.backend import Budget
from allocation.mechanisms.optimise.program import Program
from allocation.mechanisms.optimise.solving import solve_mip


@dataclass(frozen=True, slots=True, eq=False)
class Served:
    """A program whose rows say who is served; ``dropped`` when a value row says no more."""

    program: Program
    dropped: bool


def fix_served(
    program: Program, objective: Ints, group: Ints, x: Ints, budget: Budget
) -> Served | None:
    """Fix who is served where no other set of people reaches the levels so far.

    A level settled by search leaves a row ``c x >= value`` behind that makes every
    later relaxation fractional.  Mostly it says no more than who is served.  When the
    largest difference from the present set of people is proven to be 0, their rows say
    so instead, and a level that depends on the people alone needs no row of its own.

    Parameters
    ----------
    objective
        Coefficients of the level just settled, shape (columns,).
    group
        Shape (columns,): row of the column's person, -1 for none.
    x
        The point that is served, shape (columns,).
    """
    n_people = int(group.max(initial=-1)) + 1
    open_row = np.flatnonzero(program.row_lower[:n_people] < program.row_upper[:n_people])
    if len(open_row) == 0:
        return None
    served = program.activity(x)
    gain = np.zeros(len(program.row_lower))
    gain[open_row] = np.where(served[open_row] > 0, -1.0, 1.0)
    difference = program.matrix.T @ gain
    solution = solve_mip(program, difference, budget)
    if solution.bound is None or floor(solution.bound + 1e-6) > int(difference @ x):
        return None
    dropped = program.has_value_row and depends_on_people(program, group, objective)
    if dropped:
        program = program.without_last_row()
    row_lower, row_upper = program.row_lower.copy(), program.row_upper.copy()
    row_lower[open_row] = row_upper[open_row] = served[open_row]
    return Served(replace(program, row_lower=row_lower, row_upper=row_upper), dropped)


def depends_on_people(program: Program, group: Ints, objective: Ints) -> bool:
    """Whether a sum counts every open award of a person alike, and nothing else that is open."""
    free = program.is_free
    member = free & (group >= 0)
    highest = np.zeros(int(group.max(initial=-1)) + 1, dtype=np.int64)
    highest[group[member]] = objective[member]
    alike = np.all(highest[group[member]] == objective[member])
    return bool(alike and not np.any(objective[free & ~member]))
