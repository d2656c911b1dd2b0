"""One weighted sum of several levels, as most planning tools optimise them.

The weights keep the levels apart as far as moderate numbers can: a level's weight exceeds
what one award exchanged for another, or a short chain of such exchanges, changes in all the
levels below it.  A longer chain may still trade a level for those below.  Levels that would
take the sum beyond what the solver's numbers hold exactly are left out, so the sum asks for
less than all levels.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import numpy as np

from allocation.instance import Ints

EXACT_DOUBLE = 2**50
"""Below it doubles tell integers apart, with some to spare."""


def weighted_sum(
    levels: Sequence[Ints], n_awards: int, largest: int = EXACT_DOUBLE, chain: int = 1
) -> tuple[Ints, int]:
    """Return the coefficients of the sum and how many levels are in it.

    Parameters
    ----------
    levels
        Coefficients of each level, most important first.
    n_awards
        Most awards a list can hold, which bounds the sum.
    largest
        The sum stays below it.
    chain
        Along how many exchanges a level that grades awards must hold.
    """
    spreads = [int(level.max(initial=0) - level.min(initial=0)) for level in levels]
    trades = [1 + (spread if spread <= 1 else chain * spread) for spread in spreads]
    sizes = accumulate(trades, lambda size, trade: size * trade)
    # The first level always counts.
    n_levels = max(1, sum(size * n_awards < largest for size in sizes))
    total = np.zeros_like(levels[0])
    weight = 1
    for level, trade in zip(levels[:n_levels][::-1], trades[:n_levels][::-1], strict=True):
        total += weight * level
        weight *= trade
    return total, n_levels
