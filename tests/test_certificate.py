"""Integer certificates: whatever the duals, the bound holds and no good point is lost."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.instance import Ints
from allocation.mechanisms.optimise.certificate import add_value_row, certify, reach
from allocation.mechanisms.optimise.program import Program
from allocation.mechanisms.optimise.solving import solve_lp
from tests.programs_helper import box_points, feasible_points, program_of, random_puzzle, unlimited

SMALL = st.integers(-4, 4)
unhurried = settings(deadline=None)
"""For machines that others use at the same time."""


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """Draw a program of one to five columns and up to four rows, perhaps without a point."""
    lows = draw(st.lists(st.integers(-2, 1), min_size=1, max_size=5))
    bounds = [(low, low + draw(st.integers(0, 2))) for low in lows]
    rows = []
    for _ in range(draw(st.integers(0, 4))):
        values = draw(st.lists(SMALL, min_size=len(bounds), max_size=len(bounds)))
        lower = draw(st.none() | st.integers(-8, 8))
        upper = draw(st.none() | st.integers(-8, 8))
        if lower is not None and upper is not None and lower > upper:
            lower, upper = upper, lower
        rows.append((values, lower, upper))
    return program_of(bounds, rows)


@st.composite
def cases(draw: st.DrawFn, size: int = 20) -> tuple[Program, Ints, list[float]]:
    """Draw a program, an objective and a dual vector of any numbers."""
    program = draw(programs())
    coefficient = st.integers(-size, size)
    n_rows, n_columns = program.matrix.shape
    objective = draw(st.lists(coefficient, min_size=n_columns, max_size=n_columns))
    numbers = st.floats(-2.0 * size, 2.0 * size) | st.sampled_from([0.0, 1 / 3, 0.5, -1.0, 1.0])
    duals = draw(st.lists(numbers, min_size=n_rows, max_size=n_rows))
    return program, np.array(objective, dtype=np.int64), duals


@unhurried
@given(cases())
def test_any_dual_vector_gives_a_valid_bound(case: tuple[Program, Ints, list[float]]) -> None:
    """No point of the program is worth more than the bound of any certificate."""
    program, objective, duals = case
    certificate = certify(program, objective, np.array(duals))
    assert certificate is not None
    points = feasible_points(program)
    if len(points):
        assert (points @ objective).max() <= certificate.bound


@unhurried
@given(cases(size=10**17))
def test_bounds_hold_for_numbers_near_the_limit(case: tuple[Program, Ints, list[float]]) -> None:
    """A certificate of huge numbers is exact at a coarser scale, or there is none."""
    program, objective, duals = case
    certificate = certify(program, objective, np.array(duals))
    points = feasible_points(program)
    if certificate is not None and len(points):
        # Python's own integers: sums of the objective alone would leave 64 bits.
        worth = points.astype(object) @ objective.astype(object)
        assert max(worth) <= certificate.bound


@unhurried
@given(cases(), st.integers(0, 60))
def test_reach_keeps_exactly_the_points_of_the_value(
    case: tuple[Program, Ints, list[float]], below: int
) -> None:
    """Of all points within the bounds, those that are feasible and worth v or more stay."""
    program, objective, duals = case
    certificate = certify(program, objective, np.array(duals))
    assert certificate is not None
    value = certificate.bound - below
    reachable = reach(program, certificate, value)
    points = feasible_points(program)
    worth = points @ objective
    assert feasible_points(reachable.program).tolist() == points[worth >= value].tolist()


@unhurried
@given(cases(), st.integers(0, 60))
def test_reduced_coefficients_give_the_value_back(
    case: tuple[Program, Ints, list[float]], below: int
) -> None:
    """On what is left, the reduced objective and its constant are S times the value."""
    program, objective, duals = case
    certificate = certify(program, objective, np.array(duals))
    assert certificate is not None
    reachable = reach(program, certificate, certificate.bound - below)
    points = feasible_points(reachable.program)
    reduced = points @ reachable.coefficients + reachable.constant
    assert (reduced == certificate.scale * (points @ objective)).all()


@unhurried
@given(cases(), st.integers(-40, 40))
def test_a_value_row_keeps_the_points_that_reach_it(
    case: tuple[Program, Ints, list[float]], value: int
) -> None:
    """``add_value_row`` cuts at the value, fixed columns and common divisors included."""
    program, objective, _ = case
    points = feasible_points(program)
    kept = points[points @ objective >= value]
    assert feasible_points(add_value_row(program, objective, value)).tolist() == kept.tolist()


def test_a_value_row_is_divided_by_its_common_divisor() -> None:
    """6 a + 4 b >= 7 over integers is 3 a + 2 b >= 4."""
    program = add_value_row(program_of([(0, 3), (0, 3)], []), np.array([6, 4]), 7)
    assert program.matrix.toarray().tolist() == [[3, 2]]
    assert program.row_lower.tolist() == [4]


def test_a_value_that_fixed_columns_miss_leaves_no_point() -> None:
    """Nothing is free and the level is not reached: the row says so instead of vanishing."""
    program = add_value_row(program_of([(1, 1)], []), np.array([2]), 3)
    assert len(feasible_points(program)) == 0


@pytest.mark.parametrize("denominator", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 24, 60])
def test_duals_in_common_fractions_lose_nothing(denominator: int) -> None:
    """With d a <= 2 d the greatest a is 2: the dual 1/d, though no binary fraction, proves it."""
    program = program_of([(0, 9)], [((denominator,), None, 2 * denominator)])
    certificate = certify(program, np.array([1]), np.array([1 / denominator]))
    assert certificate is not None
    assert certificate.scale == 720720
    assert certificate.bound == 2
    assert certificate.slack(2) == 0


def test_the_scale_shrinks_before_numbers_overflow() -> None:
    """Coefficients that leave no room for a fine scale are certified at a coarser one."""
    program = program_of([(0, 1)], [])
    scales = []
    for power in (30, 42, 50, 56, 58, 60):
        certificate = certify(program, np.array([2**power]), np.empty(0))
        assert certificate is not None
        assert certificate.bound == 2**power
        scales.append(certificate.scale)
    assert scales == [720720, 5040, 60, 12, 2, 1]


@pytest.mark.parametrize("dual", [1e30, math.inf, -math.inf, math.nan])
def test_numbers_beyond_64_bits_give_no_certificate(dual: float) -> None:
    """An overflow, an infinity or no number at all: nothing is claimed."""
    program = program_of([(0, 1)], [((1,), None, 1)])
    assert certify(program, np.array([1]), np.array([dual])) is None


def test_an_objective_beyond_64_bits_gives_no_certificate() -> None:
    """Two coefficients of 2^61 would not fit the sum."""
    program = program_of([(0, 1), (0, 1)], [])
    assert certify(program, np.array([2**61, 2**61]), np.empty(0)) is None


def test_the_optimal_face_is_reached_by_fixing_alone() -> None:
    """With slack 0 no row is added: columns and rows that would lose are fixed."""
    program = program_of([(0, 1)] * 3, [((1, 1, 1), None, 2)])
    certificate = certify(program, np.array([5, 5, 1]), np.array([1.0]))
    assert certificate is not None
    assert certificate.bound == 10
    reachable = reach(program, certificate, 10)
    assert reachable.program.is_free.tolist() == [False, False, True]
    assert reachable.program.row_lower.tolist() == [2]
    assert not reachable.program.has_value_row
    assert feasible_points(reachable.program).tolist() == [[1, 1, 0]]


@pytest.mark.parametrize("seed", range(30))
def test_the_duals_of_the_relaxation_give_its_bound(seed: int) -> None:
    """Rounding to integers costs nothing: the bound is the linear optimum, rounded down."""
    puzzle = random_puzzle(np.random.default_rng(seed))
    objective = puzzle.objectives[0]
    lp = solve_lp(puzzle.program, objective.coefficients.astype(float), unlimited())
    points = feasible_points(puzzle.program)
    if lp is None:
        assert len(points) == 0
        return
    certificate = certify(puzzle.program, objective.coefficients, lp.duals)
    assert certificate is not None
    relaxed = float(objective.coefficients @ lp.x)
    assert certificate.bound == math.floor(relaxed + 1e-9 * max(1.0, abs(relaxed)))


def test_box_points_are_all_the_integer_points_within_bounds() -> None:
    """The helper these tests rest on: 2 x 3 points."""
    assert len(box_points(program_of([(0, 1), (-1, 1)], []))) == 6


def test_a_sum_beyond_64_bits_is_not_taken_for_a_small_one() -> None:
    """Four times 2^62 is 0 in 64 bits: a bound made of that would be none."""
    program = program_of([(0, 1)] * 4, [((1, 1, 1, 1), None, 1)])
    assert certify(program, np.full(4, 2**62), np.zeros(1)) is None
