"""Small integer programs for tests, and all their points written out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from allocation.instance import Ints
from allocation.mechanisms.optimise.backend import Budget
from allocation.mechanisms.optimise.lexicographic import Objective
from allocation.mechanisms.optimise.program import Program, ProgramBuilder

Row = tuple[Sequence[int], int | None, int | None]
"""Coefficients of a row, its lower and its upper bound."""


def unlimited() -> Budget:
    """Return a budget without any limit."""
    return Budget(None, lambda: False)


def program_of(bounds: Sequence[tuple[int, int]], rows: Sequence[Row]) -> Program:
    """Return the program with the given column bounds and rows."""
    builder = ProgramBuilder()
    for lower, upper in bounds:
        builder.add_columns(1, lower, upper)
    columns = np.arange(len(bounds))
    for values, lowest, highest in rows:
        builder.add_row([(columns, np.array(values, dtype=np.int64))], lowest, highest)
    return builder.build()


def box_points(program: Program) -> Ints:
    """Return every integer point within the column bounds, shape (points, columns)."""
    axes = [
        range(int(low), int(high) + 1)
        for low, high in zip(program.lower, program.upper, strict=True)
    ]
    return np.array(list(product(*axes)), dtype=np.int64).reshape(-1, len(axes))


def feasible_points(program: Program) -> Ints:
    """Return every integer point of the program, shape (points, columns)."""
    points = box_points(program)
    activity = points @ program.matrix.toarray().T
    kept = (activity >= program.row_lower) & (activity <= program.row_upper)
    feasible: Ints = points[kept.all(axis=1)]
    return feasible


@dataclass(frozen=True)
class Puzzle:
    """A random program of people who want units, beside a few columns of other kinds.

    Attributes
    ----------
    n_awards
        The first columns are 0 or 1; each belongs to one person.
    group
        As :func:`~allocation.mechanisms.optimise.lexicographic.maximise` wants it.
    """

    program: Program
    objectives: list[Objective]
    n_awards: int
    group: Ints

    def difference(self, x: Ints) -> Objective:
        """Return the objective that is greatest at the awards least like those of x."""
        coefficients = np.zeros(len(x), dtype=np.int64)
        coefficients[: self.n_awards] = np.where(x[: self.n_awards] > 0, -1, 1)
        return Objective("unique", {}, coefficients)


def random_puzzle(rng: np.random.Generator) -> Puzzle:
    """Draw a puzzle of at most four people and 65,536 points."""
    builder = ProgramBuilder()
    wishes = rng.integers(1, 4, size=int(rng.integers(1, 5)))
    person = np.repeat(np.arange(len(wishes)), wishes)
    awards = builder.add_columns(len(person))
    others = [
        builder.add_columns(1, int(low), int(low + rng.integers(0, 4)))
        for low in rng.integers(-1, 1, size=int(rng.integers(0, 3)))
    ]
    builder.add_group_rows(person, awards, np.ones(len(wishes), np.int64), always=True)
    columns = np.concatenate([awards, *others])
    for _ in range(int(rng.integers(1, 5))):
        values = rng.integers(-2, 4, size=len(columns)) * (rng.random(len(columns)) < 0.7)
        least, greatest = int(np.minimum(values, 0).sum()), int(np.maximum(values, 0).sum())
        bound = int(rng.integers(least - 1, greatest + 1))
        lower, upper = [(None, bound), (bound, None), (bound, bound + 1)][rng.choice(3, p=P_ROWS)]
        builder.add_row([(columns, values)], lower, upper)
    group = np.full(len(columns), -1, dtype=np.int64)
    group[: len(person)] = person
    objectives = [
        Objective(f"level {number}", {}, _reward(rng, len(columns), person))
        for number in range(int(rng.integers(1, 6)))
    ]
    return Puzzle(builder.build(), objectives, len(person), group)


def random_market(rng: np.random.Generator) -> Puzzle:
    """Draw people who want units of places, some of which must be given or served."""
    n_people, n_places = int(rng.integers(1, 7)), int(rng.integers(1, 5))
    wanted = rng.random((n_people, n_places)) < 0.5
    wanted[0, 0] = True
    wishes = np.argwhere(wanted)[:12]
    kept, person = np.unique(wishes[:, 0], return_inverse=True)
    place = wishes[:, 1]
    is_lone = rng.random(len(place)) < 0.1
    rows: list[Row] = [
        ((person == i).astype(int).tolist(), int(rng.random() < 0.1), 1) for i in range(len(kept))
    ]
    for p in range(n_places):
        units = ((place == p) & ~is_lone).astype(int)
        most = int(rng.integers(0, 3))
        least = int(rng.integers(0, most + 1)) if rng.random() < 0.2 else 0
        if units.any():
            rows.append((units.tolist(), least, most))
    program = program_of([(0, 1)] * len(place), rows)
    objectives = [
        Objective(f"level {number}", {}, _reward(rng, len(place), person))
        for number in range(int(rng.integers(1, 7)))
    ]
    return Puzzle(program, objectives, len(place), person.astype(np.int64))


P_ROWS = (0.7, 0.2, 0.1)
"""How often a random row has an upper bound, a lower one, or both."""


def _reward(rng: np.random.Generator, n_columns: int, person: Ints) -> Ints:
    """Draw a count, a grade, a large number, a number per person or one with both signs."""
    shape = rng.integers(5)
    if shape == 3:
        coefficients = np.zeros(n_columns, dtype=np.int64)
        coefficients[: len(person)] = rng.integers(1, 50, size=len(person))[person]
        return coefficients
    low, high = [(0, 2), (0, 10), (0, 10**7), (0, 0), (-5, 6)][shape]
    return rng.integers(low, high, size=n_columns)


def lexicographic_best(points: Ints, objectives: Sequence[Objective]) -> tuple[Ints, list[int]]:
    """Return the best points and the value of each level, by looking at all points."""
    values = []
    for objective in objectives:
        reached = points @ objective.coefficients
        values.append(int(reached.max()))
        points = points[reached == reached.max()]
    return points, values
