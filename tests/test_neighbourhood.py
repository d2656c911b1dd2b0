"""Rings around some columns: whole, growing, and all of them at last."""

from __future__ import annotations

import numpy as np

from allocation.mechanisms.optimise.neighbourhood import hold_rest, neighbourhoods
from allocation.mechanisms.optimise.program import Program
from tests.programs_helper import feasible_points, program_of


def chain(n: int) -> Program:
    """Return n columns of which each shares a row with the next."""
    rows = [([int(j in (i, i + 1)) for j in range(n)], None, 1) for i in range(n - 1)]
    return program_of([(0, 1)] * n, rows)


def sets_of(program: Program, seeds: list[int], sizes: list[int]) -> list[list[int]]:
    """Return the columns of each neighbourhood."""
    start = np.isin(np.arange(len(program.lower)), seeds)
    return [np.flatnonzero(found).tolist() for found in neighbourhoods(program, start, sizes)]


def test_rings_are_whole_and_grow() -> None:
    """As many rings as fit a size, and at least one; then everything."""
    assert sets_of(chain(9), [4], [5]) == [[2, 3, 4, 5, 6], list(range(9))]
    assert sets_of(chain(9), [4], [1, 7]) == [
        [3, 4, 5],
        [1, 2, 3, 4, 5, 6, 7],
        list(range(9)),
    ]


def test_what_nothing_ties_is_left_out() -> None:
    """A component of its own is the last neighbourhood: no other column can matter."""
    rows = [([1, 1, 0, 0], None, 1), ([0, 0, 1, 1], None, 1)]
    assert sets_of(program_of([(0, 1)] * 4, rows), [0], [10]) == [[0, 1]]


def test_fixed_columns_belong_to_no_neighbourhood() -> None:
    program = program_of([(0, 1), (1, 1), (0, 1)], [([1, 1, 1], None, 2)])
    assert sets_of(program, [0], [10]) == [[0, 2]]


def test_the_rest_is_held_within_its_bounds() -> None:
    """A point from before a column was fixed does not undo it."""
    program = program_of([(0, 1), (0, 0), (0, 1)], [])
    held = hold_rest(program, np.array([True, False, False]), np.array([0, 1, 1]))
    assert feasible_points(held).tolist() == [[0, 0, 1], [1, 0, 1]]
