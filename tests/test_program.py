"""Integer programs: bounds that are always finite, and rows in integer arithmetic."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from allocation.mechanisms.optimise.program import ProgramBuilder
from tests.programs_helper import box_points, feasible_points, program_of, random_puzzle


def test_an_absent_row_bound_becomes_the_extreme_activity() -> None:
    """2 a - 3 b over 0 <= a <= 4, -1 <= b <= 2 lies between -6 and 11."""
    program = program_of([(0, 4), (-1, 2)], [((2, -3), None, None)])
    assert program.row_lower.tolist() == [-6]
    assert program.row_upper.tolist() == [11]


def test_a_row_nothing_can_keep_stays_broken() -> None:
    """An absent bound never softens the one that is given, even out of reach."""
    program = program_of([(0, 1)], [((1,), None, -2), ((1,), 3, None)])
    assert program.row_lower.tolist() == [-2, 3]
    assert program.row_upper.tolist() == [-2, 3]
    assert len(feasible_points(program)) == 0


def test_terms_on_one_column_are_added_up() -> None:
    """The same column in two terms of a row counts with the sum, or not at all."""
    builder = ProgramBuilder()
    columns = builder.add_columns(2)
    builder.add_row([(columns, 1), (columns[:1], 2), (columns[1:], -1)], upper=2)
    program = builder.build()
    assert program.matrix.toarray().tolist() == [[3, 0]]
    assert program.matrix.nnz == 1


def test_group_rows_leave_out_groups_that_cannot_exceed_their_bound() -> None:
    """Two columns within a bound of two need no row; three do."""
    builder = ProgramBuilder()
    columns = builder.add_columns(5)
    builder.add_group_rows(np.array([0, 0, 1, 1, 1]), columns, np.array([2, 2]))
    program = builder.build()
    assert program.matrix.toarray().tolist() == [[0, 0, 1, 1, 1]]
    assert program.row_upper.tolist() == [2]


def test_group_rows_keep_step_with_the_group_numbers_when_asked() -> None:
    """With ``always`` the row of group g is row g."""
    builder = ProgramBuilder()
    columns = builder.add_columns(4)
    builder.add_group_rows(np.array([1, 0, 2, 1]), columns, np.array([1, 1, 1]), always=True)
    program = builder.build()
    assert program.matrix.toarray().tolist() == [[0, 1, 0, 0], [1, 0, 0, 1], [0, 0, 1, 0]]


def test_rows_may_be_added_after_group_rows_and_before() -> None:
    """Row numbers go on from whichever came last."""
    builder = ProgramBuilder()
    columns = builder.add_columns(2)
    builder.add_row([(columns[:1], 5)], upper=5)
    builder.add_group_rows(np.array([0, 0]), columns, np.array([1]))
    builder.add_row([(columns[1:], 7)], lower=0)
    assert builder.build().matrix.toarray().tolist() == [[5, 0], [1, 1], [0, 7]]


def test_an_empty_program_is_feasible_at_its_one_point() -> None:
    """Nobody applied: no column, no row, one empty point."""
    program = ProgramBuilder().build()
    assert program.is_feasible(np.empty(0, np.int64))


@pytest.mark.parametrize("seed", range(60))
def test_columns_are_held_to_what_each_row_leaves_them(seed: int) -> None:
    """No point is lost, and nothing that one row alone forbids is left."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 5))
    bounds = [(int(low), int(low + rng.integers(0, 4))) for low in rng.integers(-2, 2, size=n)]
    rows = []
    for _ in range(int(rng.integers(1, 4))):
        bound = int(rng.integers(-4, 9))
        limits = [(None, bound), (bound, None), (bound, bound + 2)][int(rng.integers(3))]
        rows.append((rng.integers(-3, 8, size=n).tolist(), *limits))
    program = program_of(bounds, rows)
    box = np.array(list(product(*(range(low, high + 1) for low, high in bounds))))
    activity = box @ np.array([row for row, _, _ in rows]).T
    low = np.array([-(10**6) if a is None else a for _, a, _ in rows])
    high = np.array([10**6 if b is None else b for _, _, b in rows])
    by_row = (activity >= low) & (activity <= high)
    assert feasible_points(program).tolist() == box[by_row.all(axis=1)].tolist()
    for values, _, most in rows:
        for j, (least, _) in enumerate(bounds):
            others = [min(v * a, v * b) for v, (a, b) in zip(values, bounds, strict=True)]
            others[j] = values[j] * int(program.upper[j])
            is_held = most is None or values[j] <= 0 or sum(others) <= most
            assert is_held or program.upper[j] == least


def test_free_columns_are_those_with_room() -> None:
    """A column whose bounds meet is fixed."""
    assert program_of([(0, 1), (1, 1), (-2, 0)], []).is_free.tolist() == [True, False, True]


@pytest.mark.parametrize("seed", range(20))
def test_feasibility_is_that_of_rows_and_bounds(seed: int) -> None:
    """``is_feasible`` agrees with the written-out points, within the bounds and beyond."""
    program = random_puzzle(np.random.default_rng(seed)).program
    feasible = {tuple(point) for point in feasible_points(program).tolist()}
    points = box_points(program)
    for point in points[:: max(1, len(points) // 50)]:
        assert program.is_feasible(point) == (tuple(point.tolist()) in feasible)
    assert not program.is_feasible(program.upper + 1)
    assert not program.is_feasible(program.lower - 1)


@pytest.mark.parametrize("seed", range(20))
def test_a_further_row_keeps_the_points_that_reach_it(seed: int) -> None:
    """``with_row`` cuts off the points below its bound and no other; both orders agree."""
    rng = np.random.default_rng(seed)
    program = random_puzzle(rng).program
    points = feasible_points(program)
    columns = np.flatnonzero(rng.random(points.shape[1]) < 0.6)
    values = rng.integers(-3, 4, size=len(columns))
    least = int(rng.integers(-4, 5))
    cut = program.with_row(columns, values, least)
    kept = points[points[:, columns] @ values >= least]
    assert feasible_points(cut).tolist() == kept.tolist()
    assert (cut.columns.toarray() == cut.matrix.toarray()).all()
    assert cut.has_value_row
    assert not program.has_value_row
    assert feasible_points(cut.without_last_row()).tolist() == points.tolist()
    assert not cut.without_last_row().has_value_row
