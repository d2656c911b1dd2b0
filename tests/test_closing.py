"""Gaps closed by cases, on programs small enough to write out."""

from __future__ import annotations

import numpy as np
import pytest

from allocation.mechanisms.optimise import lexicographic
from allocation.mechanisms.optimise.backend import Interrupted
from allocation.mechanisms.optimise.certificate import certify
from allocation.mechanisms.optimise.closing import close_gap
from allocation.mechanisms.optimise.lexicographic import Objective, maximise
from allocation.mechanisms.optimise.program import Program
from allocation.mechanisms.optimise.proof import ProofLog
from allocation.mechanisms.optimise.solving import solve_lp
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


@pytest.mark.parametrize("start", ["best", "nothing"])
@pytest.mark.parametrize("weights", [(10, 9, 10, 9, 9), (20, 18, 19, 12, 13), (8, 7, 7, 6, 7)])
def test_a_weighted_ring_is_proven_by_cases(weights: tuple[int, ...], start: str) -> None:
    """An odd ring is half-integral; whatever point is known, the best is found and proven."""
    program, c = ring(5), np.array(weights)
    best = best_of(program, c)
    lp = solve_lp(program, c.astype(float), unlimited())
    assert lp is not None
    certificate = certify(program, c, lp.duals)
    assert certificate is not None
    assert certificate.bound > c @ best
    log = ProofLog(len(program.row_lower))
    known = best if start == "best" else np.zeros_like(best)
    x, closed = close_gap(program, c, known, certificate, log, 0, 0, unlimited(), lp.basis)
    assert closed is not None
    assert program.is_feasible(x)
    assert c @ x == c @ best
    assert Claim.CASE in {step.claim for step in closed.proof.steps}
    assert not log.steps
    kept, every = feasible_points(closed.program), feasible_points(program)
    assert (kept[kept @ c == c @ x] == every[every @ c == c @ x]).all()


def test_a_level_of_too_many_cases_is_left_to_a_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """The value is the same; the route says whose word it is, and later steps still name it."""
    from allocation.mechanisms.optimise import search

    monkeypatch.setattr(search, "close_gap", lambda _, __, x, *more: (x, None))
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


def test_a_better_point_is_kept_when_the_time_is_up_before_the_tree_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What a tree found on the way is not lost with it."""
    from allocation.mechanisms.optimise import search

    best = best_of(ring(5), np.array([55, 51, 53, 50, 57]))

    def close(*args: object) -> None:
        args[-1](best)  # type: ignore[operator]
        raise Interrupted(by_person=False)

    monkeypatch.setattr(search, "close_gap", close)
    level = Objective("draw", {}, np.array([55, 51, 53, 50, 57]))
    known = np.zeros(5, dtype=np.int64)
    none = np.full(5, -1)
    monkeypatch.setattr(lexicographic, "_improve", lambda *_: None)
    outcome = maximise(ring(5), [level], none, unlimited(), Silent(), known=known)
    assert outcome.x is not None
    assert (outcome.x == best).all()


def test_a_poor_point_is_bettered_before_any_case_is_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Far from the bound, cases would be without number."""
    from allocation.mechanisms.optimise import search

    monkeypatch.setattr(lexicographic, "_improve", lambda *_: None)
    monkeypatch.setattr(search, "close_gap", lambda *_: pytest.fail("cases of a poor point"))
    level = Objective("number", {}, np.ones(45, dtype=np.int64))
    known = np.zeros(45, dtype=np.int64)
    outcome = maximise(ring(45), [level], np.full(45, -1), unlimited(), Silent(), known=known)
    assert [(entry.value, entry.bound) for entry in outcome.levels] == [(22, 22)]
    assert outcome.levels[0].route == "lp"
