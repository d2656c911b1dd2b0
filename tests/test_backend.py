"""The solvers behind two functions: what they claim, and what happens when they break down."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from math import inf
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
from ortools.math_opt.python import mathopt

from allocation.mechanisms.optimise import backend
from allocation.mechanisms.optimise.backend import (
    Answer,
    Budget,
    Interrupted,
    Model,
    SolverFailure,
    ask,
)
from allocation.mechanisms.optimise.solving import solve_lp, solve_mip
from tests.patience import PATIENCE_S
from tests.programs_helper import feasible_points, program_of, random_puzzle, unlimited

CYCLE = program_of(
    [(0, 1)] * 5, [([int(j in (i, (i + 1) % 5)) for j in range(5)], None, 1) for i in range(5)]
)


def test_the_relaxation_of_an_odd_cycle_is_fractional_and_the_optimum_is_not() -> None:
    """2.5 against 2."""
    lp = solve_lp(CYCLE, np.ones(5), unlimited())
    assert lp is not None
    assert lp.x.sum() == pytest.approx(2.5)
    mip = solve_mip(CYCLE, np.ones(5), unlimited())
    assert mip.x is not None
    assert mip.x.sum() == 2


@pytest.mark.parametrize("seed", range(20))
def test_a_basis_gives_the_duals_of_its_own_objective(seed: int) -> None:
    """From the factorised basis follows a dual vector as good as the solver's."""
    puzzle = random_puzzle(np.random.default_rng(seed))
    objective = puzzle.objectives[0].coefficients
    lp = solve_lp(puzzle.program, objective.astype(float), unlimited())
    if lp is None or lp.basis is None:
        return
    duals = lp.basis.duals(objective, len(puzzle.program.row_lower) + 2)
    assert duals is not None
    assert (duals[-2:] == 0).all()
    reduced = objective - puzzle.program.matrix.T @ duals[:-2]
    solvers = objective - puzzle.program.matrix.T @ lp.duals
    scale = 1e-9 * max(1.0, float(np.abs(objective).max()))
    assert reduced == pytest.approx(solvers, abs=scale)


@pytest.mark.parametrize("seed", range(20))
def test_a_program_without_a_point_has_no_solution(seed: int) -> None:
    """What enumeration finds empty, the integer solver calls infeasible, and only that."""
    puzzle = random_puzzle(np.random.default_rng(seed))
    solution = solve_mip(puzzle.program, np.zeros(len(puzzle.group)), unlimited())
    assert solution.is_infeasible == (len(feasible_points(puzzle.program)) == 0)


def test_a_fixed_part_that_breaks_a_row_needs_no_solver() -> None:
    """Both columns are fixed at 1, their sum may be 1."""
    program = program_of([(1, 1)] * 2, [((1, 1), None, 1)])
    assert solve_lp(program, np.ones(2), unlimited()) is None
    assert solve_mip(program, np.ones(2), unlimited()).is_infeasible


def test_a_fixed_program_is_its_own_solution() -> None:
    """Nothing is free: the point is the bounds."""
    program = program_of([(2, 2), (0, 0)], [((1, 1), None, 3)])
    solution = solve_mip(program, np.array([5.0, 1.0]), unlimited())
    assert solution.x is not None
    assert solution.x.tolist() == [2, 0]
    assert solution.bound == 10


def test_the_fixed_part_counts_in_the_bound() -> None:
    """One column fixed at 3 beside a free one."""
    program = program_of([(3, 3), (0, 1)], [])
    assert solve_mip(program, np.array([2.0, 1.0]), unlimited()).bound == pytest.approx(7)


class Breaking:
    """Stands in for a solver library: named solvers end with an error or a bad status."""

    def __init__(self, *broken: mathopt.SolverType, status: bool = False) -> None:
        self.broken, self.status = broken, status
        self.real = backend._solve

    def __call__(self, proto: Any, solver: mathopt.SolverType, *more: Any) -> Answer:
        if solver in self.broken and not self.status:
            raise RuntimeError("internal error")
        answer = self.real(proto, solver, *more)
        if solver not in self.broken:
            return answer
        return replace(answer, reason=mathopt.TerminationReason.NUMERICAL_ERROR)


@pytest.mark.parametrize("status", [False, True])
def test_a_second_solver_takes_over_when_the_first_breaks_down(
    status: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By an exception or by a status that says so."""
    broken = (backend.LP_SOLVERS[0], backend.MIP_SOLVERS[0])
    lp_first, mip_first = Breaking(broken[0], status=status), Breaking(broken[1], status=status)
    monkeypatch.setattr(backend, "_solve", lp_first)
    lp = solve_lp(CYCLE, np.ones(5), unlimited())
    assert lp is not None
    assert lp.x.sum() == pytest.approx(2.5)
    monkeypatch.setattr(backend, "_solve", mip_first)
    mip = solve_mip(CYCLE, np.ones(5), unlimited())
    assert mip.x is not None
    assert mip.x.sum() == 2


def test_when_every_solver_breaks_down_nothing_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure of its own kind, with the last error as its cause."""
    monkeypatch.setattr(backend, "_solve", Breaking(*backend.MIP_SOLVERS))
    with pytest.raises(SolverFailure) as failure:
        solve_mip(CYCLE, np.ones(5), unlimited())
    assert isinstance(failure.value.__cause__, RuntimeError)


def test_the_second_solver_is_quiet(capfd: pytest.CaptureFixture[str]) -> None:
    """SCIP prints errors of its event handler when it is given an interrupter."""
    for solver in backend.MIP_SOLVERS[1:]:
        model = Model(
            sp.csr_array((0, 1)),
            np.empty(0),
            np.empty(0),
            np.zeros(1),
            np.ones(1),
            np.ones(1),
            True,
        )
        assert ask([solver], model, unlimited(), None).value == 1
    assert capfd.readouterr().err == ""


def test_a_budget_that_is_used_up_interrupts() -> None:
    """Before any solver starts, by the clock or by a person."""
    with pytest.raises(Interrupted) as by_clock:
        solve_lp(CYCLE, np.ones(5), Budget(time.monotonic(), lambda: False))
    with pytest.raises(Interrupted) as by_person:
        solve_mip(CYCLE, np.ones(5), Budget(None, lambda: True))
    assert not by_clock.value.by_person
    assert by_person.value.by_person


@pytest.fixture
def gave_up(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Put in place of the solvers one that works until the test ends; set if it was awaited."""
    release, gave_up = threading.Event(), threading.Event()

    def solve(*_: Any, **__: Any) -> None:
        if not release.wait(PATIENCE_S):
            gave_up.set()

    monkeypatch.setattr(backend, "_solve", solve)
    monkeypatch.setattr(backend, "_GRACE_S", 0.1)
    yield gave_up
    release.set()


def test_a_stop_is_heard_while_a_solver_works(gave_up: threading.Event) -> None:
    """At once, though the solver does not heed it."""
    asked = iter([False, False, False])
    with pytest.raises(Interrupted) as interruption:
        solve_mip(CYCLE, np.ones(5), Budget(None, lambda: next(asked, True)))
    assert interruption.value.by_person
    assert not gave_up.is_set()


def test_a_solver_that_works_on_after_its_time_is_left_behind(gave_up: threading.Event) -> None:
    """The time limit holds although the solver does not heed it."""
    budget = Budget(time.monotonic() + 0.1, lambda: False)
    with pytest.raises(Interrupted) as interruption:
        solve_mip(CYCLE, np.ones(5), budget)
    assert not interruption.value.by_person
    assert not gave_up.is_set()


def test_a_search_without_any_bound_claims_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """A solver cut off at once may report an infinite bound, which is no bound."""
    real = backend._solve
    monkeypatch.setattr(backend, "_solve", lambda *args: replace(real(*args), bound=inf))
    assert solve_mip(CYCLE, np.ones(5), unlimited()).bound is None


def test_a_part_of_a_budget_ends_before_the_whole() -> None:
    """By its share and by its seconds; a stop is a stop of both."""
    now = time.monotonic()
    for deadline, least, most in ((None, 8, 10), (now + 100, 8, 10), (now + 4, 1.5, 2)):
        left = Budget(deadline, lambda: False).part(0.5, 10).remaining_s()
        assert left is not None
        assert least < left <= most
    with pytest.raises(Interrupted):
        Budget(now - 1, lambda: False).part(0.5, 10).remaining_s()
    with pytest.raises(Interrupted):
        Budget(None, lambda: True).part(0.5, 10).remaining_s()
