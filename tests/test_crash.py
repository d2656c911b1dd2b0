"""A basis by a flow: a basis indeed, optimal where nothing else ties, and only a start."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from allocation.mechanisms.optimise.backend import BASIC
from allocation.mechanisms.optimise.crash import crash_basis
from allocation.mechanisms.optimise.program import Program
from allocation.mechanisms.optimise.solving import solve_lp
from tests.programs_helper import feasible_points, program_of, random_puzzle, unlimited

Ints = NDArray[np.int64]


def market(rng: np.random.Generator, n_people: int, n_places: int) -> tuple[Program, Ints]:
    """Return people who want places of one or two units, and the row of each wish's person."""
    wishes = [(i, p) for i in range(n_people) for p in range(n_places) if rng.random() < 0.6]
    people = sorted({i for i, _ in wishes})
    rows = [([int(i == who) for i, _ in wishes], None, 1) for who in people]
    rows += [
        ([int(p == place) for _, p in wishes], None, int(rng.integers(1, 3)))
        for place in range(n_places)
    ]
    group = np.array([people.index(i) for i, _ in wishes], dtype=np.int64)
    return program_of([(0, 1)] * len(wishes), rows), group


@pytest.mark.parametrize("seed", range(40))
def test_a_market_of_people_is_solved_by_its_flow(seed: int) -> None:
    """The basis is square, and its duals prove the best of all points written out.

    Some people are worth the same, and each as much whatever they hold.
    """
    rng = np.random.default_rng(seed)
    program, group = market(rng, 4, 3)
    if len(group) == 0:
        return
    weights = rng.integers(1, 8, len(group))[group]
    basis = crash_basis(program, group, weights)
    assert basis is not None
    assert (basis.columns == BASIC).sum() + (basis.rows == BASIC).sum() == len(program.row_lower)
    duals = basis.duals(weights, len(program.row_lower))
    assert duals is not None
    reduced = weights - program.matrix.T @ duals
    bound = np.maximum(reduced, 0).sum() + duals @ program.row_upper
    assert (duals >= -1e-9).all()
    assert bound == pytest.approx((feasible_points(program) @ weights).max())


@pytest.mark.parametrize("seed", range(40))
def test_any_program_has_the_same_optimum_from_it(seed: int) -> None:
    """With labels, quotas, cliques and value rows beside the people's."""
    puzzle = random_puzzle(np.random.default_rng(seed))
    weights = puzzle.objectives[0].coefficients
    basis = crash_basis(puzzle.program, puzzle.group, weights)
    cold = solve_lp(puzzle.program, weights.astype(float), unlimited())
    warm = solve_lp(puzzle.program, weights.astype(float), unlimited(), start=basis)
    assert (cold is None) == (warm is None)
    if cold is not None and warm is not None:
        assert weights @ warm.x == pytest.approx(weights @ cold.x)


def test_a_reward_behind_an_award_draws_people_to_it() -> None:
    """A label is earned by an award: whoever has such a wish goes before others."""
    program = program_of(
        [(0, 1), (0, 1), (0, 1)],
        [([1, 0, 0], None, 1), ([0, 1, 0], None, 1), ([1, 1, 0], None, 1), ([0, -1, 1], None, 0)],
    )
    basis = crash_basis(program, np.array([0, 1, -1]), np.array([3, 2, 5]))
    assert basis is not None
    assert basis.columns.tolist()[1] == BASIC
    without = crash_basis(program, np.array([0, 1, -1]), np.array([3, 2, 0]))
    assert without is not None
    assert without.columns.tolist()[0] == BASIC


def test_without_wishes_or_with_numbers_too_large_there_is_none() -> None:
    """The simplex code then sets out by itself."""
    program = program_of([(0, 1)], [([1], None, 1)])
    assert crash_basis(program, np.array([-1]), np.array([1])) is None
    assert crash_basis(program, np.array([0]), np.array([2**61])) is None


def test_a_basis_outlives_fixed_columns_and_new_rows() -> None:
    """What is fixed may stay basic; a row the basis does not know is slack."""
    program = program_of([(0, 1)] * 3, [([1, 1, 1], None, 1), ([1, 0, 1], None, 1)])
    weights = np.array([3.0, 2.0, 1.0])
    lp = solve_lp(program, weights, unlimited())
    assert lp is not None
    more = program.with_row(np.array([1]), np.array([1]), 1)
    again = solve_lp(more, weights, unlimited(), start=lp.basis)
    assert again is not None
    assert again.x.tolist() == pytest.approx([0, 1, 0])
