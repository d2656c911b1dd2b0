"""One weighted sum for several levels, so that one relaxation serves them all.

The weights only make it likely that the optimum of the sum is that of the levels; each
level's certificate tells whether it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np

from allocation.instance import Ints
from allocation.mechanisms.optimise.search import Objective, spread_of
from allocation.mechanisms.optimise.transport import Market
from allocation.mechanisms.optimise.winners import settle_winners

_LARGEST_WEIGHT = 10**9
_CHAIN, _LONG_CHAIN = 4, 8
"""Exchanges in a chain that weights allow for: a simplex code suffers from large ones."""


def weigh(
    objectives: Sequence[Objective], awards_for_one: int = 1
) -> tuple[Sequence[Objective], Ints]:
    """Take as many levels as moderate weights can keep apart, and their weighted sum.

    A level's weight exceeds what an exchange can change in all the levels below it; where
    awards are graded, gains are traded along longer chains.

    Parameters
    ----------
    awards_for_one
        How many awards an exchange may give for one: two, where two sites can open for one
        between them.
    """
    traded = [1 + (awards_for_one if o.spread <= 1 else _CHAIN) * o.spread for o in objectives]
    size = 1
    while size < len(objectives) and prod(traded[: size + 1]) <= _LARGEST_WEIGHT:
        size += 1
    total = _sum([o.coefficients for o in objectives[:size]], traded[:size])
    return objectives[:size], total


def weigh_in_market(
    market: Market, objectives: Sequence[Objective]
) -> tuple[Sequence[Objective], Ints, Market]:
    """Take as many levels as a flow's integers can keep apart, and their weighted sum.

    The sets of people that a market can serve are the independent sets of a matroid
    (Edmonds and Fulkerson 1965); where somebody must be served or a place filled, those
    left form a generalised one (Frank and Tardos 1988).  In both, weights of the same
    order and signs have the same best sets.  So the levels that count people alike,
    whatever they hold, need no weights that keep them apart: people's ranks do.
    """
    coefficients = (objective.coefficients[market.columns] for objective in objectives)
    first = market.first_wish
    of_people: list[Ints] = []
    c = next(coefficients, None)
    while c is not None and np.array_equal(c, c[first][market.person]):
        of_people.append(c[first])
        c = next(coefficients, None)
    parts, traded = [], []
    if of_people:
        ranks = _ranks(of_people)[market.person]
        market = settle_winners(market, ranks)
        parts, traded = [ranks], [spread_of(ranks) + 1]
    size = len(of_people)
    while c is not None:
        spread = spread_of(c)
        more = 1 + (1 if spread <= 1 else _LONG_CHAIN) * spread
        if parts and prod(traded) * more > market.largest_weight:
            break
        parts.append(c)
        traded.append(more)
        size += 1
        c = next(coefficients, None)
    total = np.zeros_like(objectives[0].coefficients)
    total[market.columns] = _sum(parts, traded)
    return objectives[:size], total, market


def _sum(parts: Sequence[Ints], traded: Sequence[int]) -> Ints:
    """Weigh each part by what all those after it can be traded for."""
    total, weight = np.zeros_like(parts[0]), 1
    for part, trade in zip(reversed(parts), reversed(traded), strict=True):
        total += weight * part
        weight *= trade
    return total


def _ranks(levels: Sequence[Ints]) -> Ints:
    """Rank people by their coefficients, level after level; nothing at all is rank 0."""
    rank = np.zeros(len(levels[0]) + 1, dtype=np.int64)
    span = 1
    for level in levels:
        c = np.append(level, 0)
        width = spread_of(c) + 1
        if span * width > 2**62:
            rank = np.unique(rank, return_inverse=True)[1].astype(np.int64)
            span = len(rank)
        rank = rank * width + (c - c.min())
        span *= width
    rank = np.unique(rank, return_inverse=True)[1].astype(np.int64)
    return np.asarray(rank[:-1] - rank[-1], dtype=np.int64)
