"""Trees of cases, on random programs small enough to write all their points out."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from allocation.instance import Bools, Ints
from allocation.mechanisms.optimise import branching
from allocation.mechanisms.optimise.backend import SolverFailure
from allocation.mechanisms.optimise.branching import Path, Supposition, Tree, branch, supposing
from allocation.mechanisms.optimise.certificate import certify
from allocation.mechanisms.optimise.program import Program
from allocation.mechanisms.optimise.solving import solve_lp
from tests.programs_helper import feasible_points, program_of, random_puzzle, unlimited

NOTHING = -(10**9)
"""Less than any point has."""


def grown(program: Program, c: Ints, value: int = NOTHING) -> Tree:
    """Grow a tree that may split any row."""
    rows = (range(len(program.row_lower)),)
    return branch(program, c, value, unlimited(), rows=rows)


def keeping(program: Program, points: Ints, path: Path) -> Bools:
    """Tell which points keep what a path supposes."""
    kept = np.ones(len(points), dtype=np.bool_)
    for one in path:
        activity = points @ program.matrix[[one.row]].toarray()[0]
        kept &= one.sign * activity <= one.sign * one.limit
    return kept


def knapsack(rng: np.random.Generator) -> tuple[Program, Ints, Ints]:
    """Return a program with wide rows, whose relaxations are mostly fractional, and points."""
    n = int(rng.integers(4, 9))
    sizes = [(rng.integers(2, 9, size=n), None, int(rng.integers(6, 20))) for _ in range(2)]
    single = [(np.eye(n, dtype=int)[j].tolist(), None, 1) for j in range(n)]
    program = program_of([(0, 1)] * n, [*((s.tolist(), a, b) for s, a, b in sizes), *single])
    return program, rng.integers(3, 30, size=n), feasible_points(program)


@pytest.mark.parametrize("seed", range(60))
def test_the_best_point_is_found_and_every_case_is_true(seed: int) -> None:
    """Whatever value is asked for: the cases hold every point, each within its bound."""
    rng = np.random.default_rng(seed)
    program, c, points = knapsack(rng)
    best = int((points @ c).max())
    for value in (NOTHING, best - 3, best - 1, best, best + 5):
        tree = grown(program, c, value)
        assert tree.cover is not None
        if value < best:
            assert tree.x is not None
            assert program.is_feasible(tree.x)
            assert int(c @ tree.x) == best
        else:
            assert tree.x is None
        left = np.ones(len(points), dtype=np.bool_)
        for case in tree.cover.limits:
            assert case.is_impossible
            assert case.certificate.scaled_bound < 0
            assert not keeping(program, points, case.path).any()
        for case in tree.cover.cases:
            inside = keeping(program, points, case.path)
            left &= ~inside
            if case.is_impossible:
                assert case.certificate.scaled_bound < 0
                assert not inside.any()
            else:
                assert case.certificate.bound <= max(best, value)
                assert (points[inside] @ c <= case.certificate.bound).all()
        assert not left.any()
        assert (points @ c <= tree.cover.root.bound).all()


@pytest.mark.parametrize("seed", range(200))
def test_a_tree_is_right_or_given_up(seed: int) -> None:
    """On programs of other shapes, where rows may be whole though columns are not."""
    rng = np.random.default_rng(seed)
    puzzle = random_puzzle(rng)
    c = rng.integers(-5, 20, size=len(puzzle.program.lower))
    points = feasible_points(puzzle.program)
    tree = grown(puzzle.program, c)
    if tree.x is not None:
        assert puzzle.program.is_feasible(tree.x)
    if tree.cover is not None:
        assert len(points)
        assert tree.x is not None
        assert int(c @ tree.x) == int((points @ c).max())


@pytest.mark.parametrize("seed", range(20))
def test_better_points_are_told_at_once(seed: int) -> None:
    """One after the other, each better than the one before, the last the best."""
    program, c, points = knapsack(np.random.default_rng(seed))
    told: list[int] = []
    rows = (range(len(program.row_lower)),)

    def tell(x: Ints) -> None:
        told.append(int(c @ x))

    branch(program, c, NOTHING, unlimited(), rows=rows, take=tell)
    assert told == sorted(set(told))
    assert told[-1] == int((points @ c).max())


@pytest.mark.parametrize("seed", [10, 20, 24, 28])
def test_certificates_that_bound_too_little_lose_no_point(
    monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Large sums leave only coarse scales: then a relaxation's own optimum may be no news."""
    monkeypatch.setattr(branching, "certify", partial(certify, scales=(1,)))
    program, c, points = knapsack(np.random.default_rng(seed))
    best = int((points @ c).max())
    assert grown(program, c, best).x is None
    below = grown(program, c, best - 1)
    assert below.x is None or int(c @ below.x) == best


def test_a_row_that_cannot_be_so_is_limited_for_good() -> None:
    """Three sites and 7 x <= 5 on one of them, hidden in a row: it never opens."""
    rows = [([7, 7, 7], 0, 5), ([1, 1, 0], None, 1), ([0, 1, 1], None, 1), ([1, 0, 1], None, 1)]
    # The builder itself would hold the columns to what that row leaves them.
    program = replace(program_of([(0, 2)] * 3, rows), upper=np.full(3, 2))
    tree = grown(program, np.array([3, 4, 5]))
    assert tree.cover is not None
    assert tree.cover.limits
    assert tree.x is not None
    assert not tree.x.any()


def test_a_tree_that_grows_too_large_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was found so far is kept; nothing is claimed."""
    monkeypatch.setattr(branching, "_MOST_NODES", 1)
    program, c, points = knapsack(np.random.default_rng(3))
    tree = grown(program, c)
    assert tree.cover is None
    assert tree.x is None or program.is_feasible(tree.x)
    assert len(points)


def test_a_solver_that_breaks_down_leaves_what_was_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever program it breaks down at: the best point so far is kept, nothing is claimed."""
    program, c, points = knapsack(np.random.default_rng(3))
    left = 0

    def failing(*args: object, **settings: object) -> object:
        nonlocal left
        left -= 1
        if left < 0:
            raise SolverFailure
        return solve_lp(*args, **settings)  # type: ignore[arg-type]

    monkeypatch.setattr(branching, "solve_lp", failing)
    values = []
    for n_programs in range(50):
        left = n_programs
        tree = grown(program, c)
        if tree.cover is not None:
            break
        values.append(NOTHING if tree.x is None else int(c @ tree.x))
    assert values == sorted(values)
    assert values[0] == NOTHING
    assert values[-1] == int((points @ c).max())


def test_suppositions_only_narrow() -> None:
    """A limit wider than the row's own changes nothing."""
    program = program_of([(0, 3)] * 2, [([1, 1], 1, 4)])
    wide = supposing(program, [Supposition(0, 1, 9), Supposition(0, -1, 0)])
    assert (wide.row_lower, wide.row_upper) == (program.row_lower, program.row_upper)
    narrow = supposing(program, [Supposition(0, 1, 2), Supposition(0, -1, 2)])
    assert (narrow.row_lower.tolist(), narrow.row_upper.tolist()) == ([2], [2])
    assert Supposition(0, 1, 2).opposite == Supposition(0, -1, 3)
    assert Supposition(0, -1, 3).opposite == Supposition(0, 1, 2)
