"""A basis to set out from, by a flow.

Most rows of a stage say that a person gets one award and a place gives out no more than
it has.  With these alone the levels' weighted sum is maximised by a minimum-cost flow in
a fraction of a simplex code's time (:mod:`~allocation.mechanisms.optimise.transport`),
and faster still where a person counts the same whatever they hold
(:mod:`~allocation.mechanisms.optimise.winners`): so all their wishes are taken for worth
as much as the best one, and of people worth the same the first come first, unless a flow
can also tell which wish.  A simplex code that sets out from the basis of the prices has
only the other rows left to repair, and the choice between a person's wishes.  Nothing
relies on the basis but the time it saves.
"""

from __future__ import annotations

import numpy as np

from allocation.instance import Ints
from allocation.mechanisms.optimise.program import Program
from allocation.mechanisms.optimise.solving import Basis
from allocation.mechanisms.optimise.transport import best_flow, build_market, price_basis
from allocation.mechanisms.optimise.winners import settle_winners

_LARGEST = 2**62


def crash_basis(program: Program, group: Ints, weights: Ints) -> Basis | None:
    """Return a basis near the optimum of a weighted sum, ``None`` where no flow gives one.

    Parameters
    ----------
    group
        Shape (columns,): the row of a column's person, -1 for none.
    weights
        Shape (columns,), to be maximised.
    """
    columns = np.flatnonzero(program.is_free & (group >= 0))
    market = build_market(program, group, columns, _limiting_row(program, group)[columns])
    if market is None:
        return None
    worth = (weights + _room_made(program, group, weights))[market.columns]
    if worth.max() > market.largest_weight:
        return None
    first = market.first_wish
    best = np.maximum.reduceat(worth, first)
    settled = settle_winners(market, _rank(best)[market.person])
    tried = [best[market.person]]
    spread = int((best - np.minimum.reduceat(worth, first)).max())
    if market.must_serve.all() or spread < np.diff(np.unique(best)).min(initial=_LARGEST):
        # Who is served goes before what they hold: then this may be the optimum, too.
        tried.insert(0, worth)
    for weight in tried:
        held = best_flow(settled, weight)
        basis = None if held is None else price_basis(program, market, weight, held)
        if basis is not None:
            return basis
    return None


def _rank(worth: Ints) -> Ints:
    """Rank people by what they are worth, and of equals the first before the next."""
    order = np.argsort(-worth, kind="stable")
    rank = np.zeros(len(worth), dtype=np.int64)
    rank[order] = np.arange(len(worth), 0, -1)
    return np.where(worth > 0, rank, 0)


def _limiting_row(program: Program, group: Ints) -> Ints:
    """First row of each column, after the people's, among rows that limit a count; or -1.

    A row is taken only if it is the first of all its columns, so that the rows taken
    share no column.
    """
    matrix = program.matrix
    entry_row = _entry_rows(program)
    is_count = np.ones(matrix.shape[0], dtype=np.bool_)
    is_count[entry_row[(matrix.data != 1) | (group[matrix.indices] < 0)]] = False
    is_count[: int(group.max(initial=-1)) + 1] = False
    counted = is_count[entry_row]
    none = matrix.shape[0]
    first = np.full(matrix.shape[1], none, dtype=np.int64)
    np.minimum.at(first, matrix.indices[counted], entry_row[counted])
    later = entry_row[counted & (first[matrix.indices] != entry_row)]
    is_count[later] = False
    return np.where((first < none) & np.append(is_count, False)[first], first, -1)


def _room_made(program: Program, group: Ints, weights: Ints) -> Ints:
    """Return what an award lets a column that is none earn, as the label of a reserve."""
    matrix = program.matrix
    entry_row = _entry_rows(program)
    earned = np.zeros(matrix.shape[0], dtype=np.int64)
    takes, gives = (matrix.data > 0) & (group[matrix.indices] < 0), matrix.data < 0
    np.maximum.at(earned, entry_row[takes], weights[matrix.indices[takes]])
    room = np.zeros(matrix.shape[1], dtype=np.int64)
    np.maximum.at(room, matrix.indices[gives], earned[entry_row[gives]])
    return room


def _entry_rows(program: Program) -> Ints:
    """Return the row of every entry, in the order the matrix stores them."""
    return np.repeat(np.arange(program.matrix.shape[0]), np.diff(program.matrix.indptr))
