"""A basis to set out from, by a flow.

Most rows of a stage say that a person gets one award and a place gives out no more than
it has.  With these alone the levels' weighted sum is maximised by a minimum-cost flow in
a fraction of a simplex code's time, and its prices give a basis: every person served by
the column they hold, every place that is wanted beyond its room by the column that sets
its price.  A simplex code that sets out there has only the other rows left to repair.
Nothing relies on the basis but the time it saves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from allocation.instance import Bools, Ints
from allocation.mechanisms.optimise.backend import AT_LOWER, AT_UPPER, BASIC
from allocation.mechanisms.optimise.program import Program
from allocation.mechanisms.optimise.solving import Basis


def crash_basis(program: Program, group: Ints, weights: Ints) -> Basis | None:
    """Return a basis near the optimum of a weighted sum, ``None`` where no flow gives one.

    Parameters
    ----------
    group
        Shape (columns,): the row of a column's person, -1 for none.
    weights
        Shape (columns,), to be maximised.
    """
    market = _market(program, group, weights)
    held = _best_flow(market)
    if held is None:
        return None
    priced, setting = _price_setters(market, held)
    columns = np.full(len(program.lower), AT_LOWER, dtype=np.int64)
    rows = np.full(len(program.row_lower), BASIC, dtype=np.int64)
    columns[market.columns[held]] = BASIC
    rows[market.person[held]] = AT_UPPER
    columns[market.columns[setting]] = BASIC
    rows[market.row_of_place[priced]] = AT_UPPER
    return Basis(program, columns, rows)


@dataclass(frozen=True, slots=True, eq=False)
class _Market:
    """Wishes of people for places, each with a weight.

    Attributes
    ----------
    columns, person, place, weight
        Shape (wishes,), sorted by place: column, the person's row, number of the place.
    row_of_place, room
        Shape (places,): the row that limits a place, -1 for a wish that none limits.
    """

    columns: Ints
    person: Ints
    place: Ints
    weight: Ints
    row_of_place: Ints
    room: Ints


def _market(program: Program, group: Ints, weights: Ints) -> _Market:
    columns = np.flatnonzero(program.is_free & (group >= 0))
    row = _limiting_row(program, group)[columns]
    limited, place = np.unique(row[row >= 0], return_inverse=True)
    n_lone = int((row < 0).sum())
    number = np.empty(len(columns), dtype=np.int64)
    number[row >= 0] = place
    number[row < 0] = len(limited) + np.arange(n_lone)
    order = np.argsort(number, kind="stable")
    earning = weights + _room_made(program, group, weights)
    return _Market(
        columns[order],
        group[columns][order],
        number[order],
        earning[columns][order],
        np.concatenate([limited, np.full(n_lone, -1)]).astype(np.int64),
        np.concatenate([program.row_upper[limited], np.ones(n_lone)]).astype(np.int64),
    )


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


def _best_flow(market: _Market) -> Bools | None:
    """Return the wishes granted by the flow of greatest weight, shape (wishes,)."""
    if len(market.columns) == 0:
        return None
    people, person = np.unique(market.person, return_inverse=True)
    n_people, n_places = len(people), len(market.room)
    source, sink = n_people + n_places, n_people + n_places + 1
    solver = SimpleMinCostFlow()
    wish = solver.add_arcs_with_capacity_and_unit_cost(
        person, n_people + market.place, np.ones_like(person), -market.weight
    )
    for tail, head, room in (
        (np.full(n_people, source), np.arange(n_people), np.ones(n_people, np.int64)),
        (n_people + np.arange(n_places), np.full(n_places, sink), market.room),
        (np.array([source]), np.array([sink]), np.array([n_people])),
    ):
        solver.add_arcs_with_capacity_and_unit_cost(tail, head, room, np.zeros_like(room))
    solver.set_node_supply(source, n_people)
    solver.set_node_supply(sink, -n_people)
    if solver.solve() != solver.OPTIMAL:  # numbers too large for it
        return None
    return np.asarray(solver.flows(wish) > 0, dtype=np.bool_)


def _price_setters(market: _Market, held: Bools) -> tuple[Ints, Ints]:
    """Return the places with a price and, for each, the wish that sets it.

    The price is the least at which nobody would rather have the place than what they
    hold: the longest path from a person without anything, or a place without a price.
    """
    own = np.full(int(market.person.max()) + 1, -1, dtype=np.int64)
    own[market.person[held]] = np.flatnonzero(held)
    holding = own[market.person]
    starts = np.flatnonzero(np.diff(market.place, prepend=-1))
    present = market.place[starts]
    sizes = np.diff(np.append(starts, len(market.place)))
    price = np.zeros(len(market.room), dtype=np.int64)
    setter = np.full(len(market.room), -1, dtype=np.int64)
    for _ in range(len(market.room) + 1):
        net = market.weight - price[market.place]
        offered = market.weight - np.where(holding >= 0, net[holding], 0)
        offered[held] = 0
        best = np.maximum.reduceat(offered, starts)
        rises = best > price[present]
        if not rises.any():
            break
        at_best = np.flatnonzero((offered == np.repeat(best, sizes)) & np.repeat(rises, sizes))
        setter[market.place[at_best]] = at_best
        price[present[rises]] = best[rises]
    priced = np.flatnonzero(setter >= 0)
    return priced, setter[priced]
