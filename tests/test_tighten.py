"""Gaps closed by rows alone, on programs small enough to write out."""

from __future__ import annotations

import numpy as np
import pytest

from allocation.mechanisms.optimise import lexicographic
from allocation.mechanisms.optimise.backend import Interrupted
from allocation.mechanisms.optimise.certificate import certify
from allocation.mechanisms.optimise.lexicographic import Objective, maximise
from allocation.mechanisms.optimise.program import Program
from allocation.mechanisms.optimise.proof import ProofLog
from allocation.mechanisms.optimise.solving import solve_lp
from allocation.mechanisms.optimise.tighten import close_gap
from allocation.progress import Silent
from allocation.result import Claim
from tests.programs_helper import feasible_points, program_of, unlimited


def ring(n: int) -> Program:
    """Return n sites in a ring of which no two neighbours are open together."""
    sites = [[int(j == i) for j in range(n)] for i in range(n)]
    pairs = [[int(j in (i, (i + 1) % n)) for j in range(n)] for i in range(n)]
    return program_of([(0, 1)] * n, [(row, None, 1) for row in sites + pairs])


def best_of(program: Program, c: np.ndarray) -> np.ndarray:
    """Return a best point of a program by writing all of them out."""
    points = feasible_points(program)
    best: np.ndarray = points[np.argmax(points @ c)]
    return best


@pytest.mark.parametrize("weights", [(10, 9, 10, 9, 9), (20, 18, 19, 12, 13), (8, 7, 7, 6, 7)])
def test_a_weighted_ring_is_proven_without_a_search(weights: tuple[int, ...]) -> None:
    """An odd ring is half-integral; tightened rows bring the bound down to the value."""
    program, c = ring(5), np.array(weights)
    x = best_of(program, c)
    lp = solve_lp(program, c.astype(float), unlimited())
    assert lp is not None
    certificate = certify(program, c, lp.duals)
    assert certificate is not None
    assert certificate.bound > c @ x
    log = ProofLog(len(program.row_lower))
    closed = close_gap(program, c, x, certificate, log, 0, unlimited())
    assert closed is not None
    assert closed.certificate.bound == c @ x
    assert {step.claim for step in closed.proof.steps} & {Claim.AT_MOST, Claim.AT_LEAST}
    assert not log.steps
    kept, every = feasible_points(closed.program), feasible_points(program)
    assert (kept[kept @ c == c @ x] == every[every @ c == c @ x]).all()


def test_no_gap_is_closed_below_a_better_point() -> None:
    """With a point that is not the best, nothing is proven."""
    program, c = ring(5), np.array([55, 51, 53, 50, 57])
    lp = solve_lp(program, c.astype(float), unlimited())
    assert lp is not None
    certificate = certify(program, c, lp.duals)
    assert certificate is not None
    x = np.array([1, 0, 0, 0, 0])
    log = ProofLog(len(program.row_lower))
    assert close_gap(program, c, x, certificate, log, 0, unlimited()) is None


def test_a_level_that_no_row_closes_is_left_to_a_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """The value is the same; the route says whose word it is, and later steps still name it."""
    from allocation.mechanisms.optimise import search

    monkeypatch.setattr(search, "close_gap", lambda *_: None)
    program = ring(5)
    levels = [
        Objective("draw", {}, np.array([55, 51, 53, 50, 57])),
        Objective("number", {}, np.ones(5, dtype=np.int64)),
    ]
    outcome = maximise(program, levels, np.full(5, -1), unlimited(), Silent())
    assert outcome.levels[0].route == "mip"
    assert outcome.levels[0].value == levels[0].value(best_of(program, levels[0].coefficients))
    assert outcome.levels[1].proven


def test_steps_end_where_a_level_is_not_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a stopped search proved of later levels rests on values that were not reached."""
    calls = iter(range(100))

    def stopped(*args: object) -> bool:
        if next(calls):
            raise Interrupted(by_person=True)
        return advance(*args)  # type: ignore[arg-type]

    advance = lexicographic._advance
    monkeypatch.setattr(lexicographic, "_advance", stopped)
    program = ring(4)
    levels = [Objective(f"level {n}", {}, np.arange(4) == n) for n in range(4)]
    levels = [Objective(o.code, {}, o.coefficients.astype(np.int64)) for o in levels]
    outcome = maximise(program, levels, np.full(4, -1), unlimited(), Silent())
    settled = sum(level.proven for level in outcome.levels)
    assert {step.level for step in outcome.steps} <= set(range(settled))
