"""Closing the gap between a level's linear bound and its value without a search.

Where the relaxation is fractional, some row has a fractional activity r x = f.  Among
the points that reach the value at hand, the greatest (or least) r x is itself the
optimum of a linear program with an integer certificate; rounded, it often cuts the
fractional point off: a Chvátal-Gomory cut whose right-hand side is proven by duals.
Some rows tightened so, the linear bound meets the value and the level is proven by
integer arithmetic alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from allocation.instance import Floats, Ints
from allocation.mechanisms.optimise.backend import Budget
from allocation.mechanisms.optimise.certificate import FINE_SCALES, Certificate, certify, reach
from allocation.mechanisms.optimise.program import Program
from allocation.mechanisms.optimise.proof import ProofLog
from allocation.mechanisms.optimise.solving import Basis, LpSolution, solve_lp

_ROUNDS = 20
_TRIES = 8
_INTEGRAL = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Closed:
    """A program without the gap, the certificate that says so, and how it was got."""

    program: Program
    certificate: Certificate
    proof: ProofLog


def close_gap(
    program: Program,
    objective: Ints,
    x: Ints,
    certificate: Certificate,
    proof: ProofLog,
    level: int,
    budget: Budget,
    relaxed: LpSolution | None = None,
) -> Closed | None:
    """Prove that no point of a program is better than the one at hand.

    Parameters
    ----------
    x
        A feasible point, shape (columns,).
    certificate
        Bound of the objective, above the value of ``x``.
    level
        Number of the level the steps belong to.
    relaxed
        An optimum of the linear relaxation, where one is known.

    Returns
    -------
    Closed or None
        ``None`` where a better point exists or some rows do not suffice.

    Raises
    ------
    Interrupted
        When the budget ends first.
    """
    value = int(objective @ x)
    proof = proof.fork()
    proof.bound(level, certificate)
    reachable = reach(program, certificate, value)
    proof.reached(level, certificate, reachable)
    # Rows are tightened among the points that reach the value; the level's own bound
    # has no use for the row that says so.
    reaching: Program | None = reachable.program
    lp = relaxed
    if lp is not None:
        reaching = _tightened(reachable.program, lp, x, proof, level, budget)
    for _ in range(_ROUNDS):
        if reaching is None:
            return None
        program = reaching.without_last_row() if reachable.divisor else reaching
        start = None if lp is None else lp.basis
        lp = solve_lp(program, objective.astype(float), budget, start=start)
        tighter = (
            None if lp is None else certify(program, objective, clipped(program, lp.duals, proof))
        )
        if lp is None or tighter is None:
            return None
        if tighter.bound == value:
            if reachable.divisor:
                proof.without_last_row()
            return Closed(program, tighter, proof)
        reaching = _tightened(reaching, lp, x, proof, level, budget)
    return None


def clipped(program: Program, duals: Floats, proof: ProofLog) -> Floats:
    """Return duals without those of value rows that pull the wrong way.

    The row of a level reached before bounds from below; what the level is at most is
    not its row's to say, unless it is an equation.
    """
    one_sided = program.row_lower < program.row_upper
    one_sided[: proof.n_rows] = False
    return np.where(one_sided, np.minimum(duals, 0), duals)


def _tightened(
    program: Program, relaxed: LpSolution, x: Ints, proof: ProofLog, level: int, budget: Budget
) -> Program | None:
    """Bound one row whose activity is fractional by an integer that ``x`` keeps."""
    rules = program.matrix[: proof.n_rows]
    activity = rules @ relaxed.x
    away = np.abs(activity - np.rint(activity))
    rows = np.argsort(-away, kind="stable")[:_TRIES]
    for row in rows[away[rows] > _INTEGRAL].tolist():
        below = int(np.floor(activity[row]))
        coefficients = rules[[row]].toarray()[0]
        sign = 1 if int(coefficients @ x) <= below else -1
        wanted = below if sign > 0 else -below - 1
        limit = _limit(program, sign * coefficients, wanted, proof, budget, relaxed.basis)
        if limit is not None:
            proof.limit(level, row, sign, limit)
            return _bounded(program, row, sign, limit.bound)
    return None


def _limit(
    program: Program,
    objective: Ints,
    wanted: int,
    proof: ProofLog,
    budget: Budget,
    start: Basis | None,
) -> Certificate | None:
    """Prove that a row's activity is at most the wanted one."""
    lp = solve_lp(program, objective.astype(float), budget, start=start)
    if lp is None:
        return None
    duals = clipped(program, lp.duals, proof)
    for scale in FINE_SCALES:
        # A level's row has large numbers and small duals, which need a fine scale.
        certificate = certify(program, objective, duals, scales=(scale,))
        if certificate is not None and certificate.bound <= wanted:
            return certificate
    return None


def _bounded(program: Program, row: int, sign: int, bound: int) -> Program:
    if sign > 0:
        row_upper = program.row_upper.copy()
        row_upper[row] = min(bound, int(row_upper[row]))
        return replace(program, row_upper=row_upper, has_value_row=False)
    row_lower = program.row_lower.copy()
    row_lower[row] = max(-bound, int(row_lower[row]))
    return replace(program, row_lower=row_lower, has_value_row=False)
