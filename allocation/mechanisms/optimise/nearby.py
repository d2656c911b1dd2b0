"""The best integer point near a fractional one.

The certificate of a sum fixes most of the program where a small loss is allowed, and where
the relaxation is fractional in a few places only, a point is mostly found by choosing anew
around them.  Such a point spares work later, and nothing depends on it.
"""

from __future__ import annotations

from allocation.instance import Bools, Ints
from allocation.mechanisms.optimise.backend import Budget
from allocation.mechanisms.optimise.certificate import Certificate, reach
from allocation.mechanisms.optimise.neighbourhood import hold_rest, neighbourhoods
from allocation.mechanisms.optimise.program import Program
from allocation.mechanisms.optimise.solving import solve_mip

_LOSSES = (0.005, 0.05, 0.5, 100.0)
"""Losses at which a point is looked for, as shares of the last level's spread."""
_AROUND = (2_000, 10_000)
"""Columns that may change in the search for it, before all may."""
_FIRST_S, _NEXT_S = 15.0, 3.0
"""Seconds for each search, before a point is known and after."""


def best_nearby(
    program: Program,
    budget: Budget,
    weighted: Ints,
    certificate: Certificate,
    rounded: Ints,
    fractional: Bools,
    spread: int,
) -> Ints | None:
    """Look for the best point near a fractional one, then for better ones further around.

    The loss allowed grows, then the part that may change, until a point is found.  Then
    only points that beat it are looked for, and not among too many: if there is a better
    one still, settling the level finds it.

    Parameters
    ----------
    weighted
        Shape (columns,): the sum to be maximised, of several levels.
    certificate
        Its bound by the relaxation.
    rounded, fractional
        Shape (columns,): the relaxation's point rounded, and where it is fractional.
    spread
        Of the last of the levels: see
        :attr:`~allocation.mechanisms.optimise.search.Objective.spread`.

    Returns
    -------
    array or None
        Shape (columns,), or ``None`` where none was found in time.

    Raises
    ------
    Interrupted
        When the budget ends first.
    """
    best: Ints | None = None
    sought = [certificate.bound - int(share * spread) - 1 for share in _LOSSES]
    for around in neighbourhoods(program, fractional, _AROUND):
        part = hold_rest(program, around, rounded if best is None else best)
        for value in sought:
            near = reach(part, certificate, value)
            if best is not None and near.program.is_free.sum() > _AROUND[-1]:
                return best
            solution = solve_mip(
                near.program,
                near.coefficients / certificate.scale,
                budget,
                time_limit_s=_FIRST_S if best is None else _NEXT_S,
            )
            if solution.x is not None and program.is_feasible(solution.x):
                best = solution.x
                sought = [int(weighted @ best) + 1]
                break
        if sought[0] > certificate.bound:
            break
    return best
