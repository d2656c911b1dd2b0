"""Asking a formulation which award lists it allows and what its other columns may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from allocation.instance import Instance, Ints
from allocation.mechanisms.optimise.formulation import formulate
from allocation.mechanisms.optimise.meaning import Formulation
from allocation.mechanisms.optimise.program import Program
from allocation.mechanisms.optimise.solving import solve_mip
from tests.instances_helper import Person, Spot
from tests.programs_helper import unlimited

SITE = Spot("kiosk", is_candidate=True)
WIDE_SITE = Spot("kiosk", capacity=2, is_candidate=True)
GENERAL = Person("general")
NOTHING = np.empty(0, dtype=np.int64)


def written(
    instance: Instance, earlier: Sequence[int] = (), without: frozenset[str] = frozenset()
) -> Formulation:
    """Formulate the last stage."""
    before = np.array(sorted(earlier), dtype=np.int64)
    return formulate(instance, instance.stages[-1], before, without)


def holding(formulation: Formulation, awards: Sequence[int]) -> Program:
    """Return the program with the award list fixed and all other columns free."""
    n = len(formulation.applications)
    lower, upper = formulation.program.lower.copy(), formulation.program.upper.copy()
    lower[:n] = upper[:n] = np.isin(formulation.applications, awards)
    return replace(formulation.program, lower=lower, upper=upper)


def allows(formulation: Formulation, awards: Sequence[int]) -> bool:
    """Tell whether the program has a point with exactly these awards."""
    if not set(awards) <= set(formulation.applications.tolist()):
        return False
    program = holding(formulation, awards)
    solution = solve_mip(program, np.zeros(len(program.lower)), unlimited())
    return solution.x is not None and program.is_feasible(solution.x)


def extreme(formulation: Formulation, awards: Sequence[int], columns: Ints, sign: int) -> int:
    """Return the greatest (sign 1) or least (sign -1) sum of columns given the awards."""
    program = holding(formulation, awards)
    objective = np.zeros(len(program.lower))
    objective[columns] = sign
    solution = solve_mip(program, objective, unlimited())
    assert solution.x is not None
    return int(solution.x[columns].sum())
