"""One weighted sum of a stage's levels, as most planning tools optimise it.

The weights keep the levels apart as far as moderate numbers can: a level's weight exceeds
what one award exchanged for another changes in all the levels below it.  Levels that would
take a sum beyond 2**50, where doubles no longer tell integers apart, are left out, so the
sum asks for less than all levels.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from allocation.instance import Ints
from allocation.mechanisms.optimise.lexicographic import Objective

_LARGEST_SUM = 2**50


def weighted_sum(objectives: Sequence[Objective], n_awards: int) -> tuple[Ints, int]:
    """Return the coefficients of the sum and how many levels are in it.

    Parameters
    ----------
    objectives
        The levels, most important first.
    n_awards
        Most awards a list can hold, which bounds the sum.
    """
    trades = [objective.spread + 1 for objective in objectives]
    n_levels, size = 1, trades[0]
    while n_levels < len(trades) and size * trades[n_levels] * n_awards < _LARGEST_SUM:
        size *= trades[n_levels]
        n_levels += 1
    total = np.zeros_like(objectives[0].coefficients)
    weight = 1
    for objective, trade in zip(objectives[:n_levels][::-1], trades[:n_levels][::-1], strict=True):
        total += weight * objective.coefficients
        weight *= trade
    return total, n_levels
