"""Linear programs over a growing part of their columns: the same optimum as over all."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from allocation.mechanisms.optimise import search, solving
from allocation.mechanisms.optimise.crash import crash_basis
from allocation.mechanisms.optimise.solving import solve_lp
from tests.programs_helper import Puzzle, feasible_points, random_market, random_puzzle, unlimited
from tests.test_lexicographic import solved

CHUNK = 40


@pytest.fixture(autouse=True)
def _parts_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take every program for a large one, and look at few columns first."""
    monkeypatch.setattr(solving, "LARGE", 0)
    monkeypatch.setattr(search, "LARGE", 0)
    monkeypatch.setattr(solving, "_SHARE", 0.05)


@pytest.mark.parametrize("make", [random_puzzle, random_market])
@pytest.mark.parametrize("seed", range(60))
def test_a_part_of_the_columns_leads_to_the_optimum_of_all(
    make: Callable[[np.random.Generator], Puzzle], seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From any basis, with and without a point to begin with."""
    puzzle = make(np.random.default_rng(seed))
    weights = puzzle.objectives[0].coefficients
    start = crash_basis(puzzle.program, puzzle.group, weights)
    points = feasible_points(puzzle.program)
    known = points[0] if len(points) else None
    parts = [
        solve_lp(puzzle.program, weights.astype(float), unlimited(), start=start, known=point)
        for point in (None, known)
    ]
    monkeypatch.setattr(solving, "LARGE", 10**9)
    whole = solve_lp(puzzle.program, weights.astype(float), unlimited())
    for lp in parts:
        assert (lp is None) == (whole is None)
        if lp is not None and whole is not None:
            assert weights @ lp.x == pytest.approx(weights @ whole.x)
            assert lp.basis is None or lp.basis.program is puzzle.program


@pytest.mark.parametrize("first_seed", range(0, 80, CHUNK))
def test_levels_are_the_same(first_seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """All levels and the point, with parts of the columns and with all of them."""
    for seed in range(first_seed, first_seed + CHUNK):
        puzzle = random_puzzle(np.random.default_rng(seed))
        by_parts = solved(puzzle, seed=seed)
        with monkeypatch.context() as patch:
            patch.setattr(solving, "LARGE", 10**9)
            whole = solved(puzzle, seed=seed)
        assert by_parts.status is whole.status, seed
        assert [level.value for level in by_parts.levels] == [
            level.value for level in whole.levels
        ], seed
        assert (by_parts.x is None) == (whole.x is None)
        if by_parts.x is not None and whole.x is not None:
            n = puzzle.n_awards
            assert np.array_equal(by_parts.x[:n], whole.x[:n]), seed
