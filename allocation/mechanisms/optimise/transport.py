"""Programs that only say who may have what: transportation problems, solved by a flow.

Where every open column is a person's wish for a place, and the rows that touch it say no
more than that the person is served once, or must be, and how much the place gives out, the
relaxation is a transportation problem: its optimum is integral and a minimum-cost flow
finds it many times faster than a simplex code (Ahuja, Magnanti and Orlin 1993, chapters
9-12).  From the flow's prices follows a basis of the linear program, and from the basis
the duals of every level, which are what a certificate is made of.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from allocation.instance import Bools, Ints
from allocation.mechanisms.optimise.backend import AT_LOWER, AT_UPPER, BASIC
from allocation.mechanisms.optimise.locality import order_together
from allocation.mechanisms.optimise.prices import price_tree
from allocation.mechanisms.optimise.program import Program
from allocation.mechanisms.optimise.solving import Basis, LpSolution

_LARGEST = 2**61


@dataclass(frozen=True, slots=True, eq=False)
class Market:
    """Wishes of people for places.

    Attributes
    ----------
    columns, person, place
        Shape (wishes,), sorted by person: column, numbers of the person and of the place.
    row_of_person
        Shape (people,): the row that says a person is served at most once.
    must_serve
        Shape (people,): whether that row leaves no choice.
    row_of_place
        Shape (places,): the row that limits a place, -1 for a wish that none limits.
    least, most
        Shape (places,): units that have to be and may be given out.
    contends
        Shape (wishes,): False where the wish is known to be in vain.
    wins
        Shape (people,): True where the person is known to be served.
    """

    columns: Ints
    person: Ints
    place: Ints
    row_of_person: Ints
    must_serve: Bools
    row_of_place: Ints
    least: Ints
    most: Ints
    contends: Bools
    wins: Bools

    def filled(self, held: Bools) -> Ints:
        """Return how many units of each place some wishes take, shape (places,)."""
        return np.bincount(self.place[held], minlength=len(self.most))

    @property
    def first_wish(self) -> Ints:
        """First wish of each person; shape (people,)."""
        return np.flatnonzero(np.diff(self.person, prepend=-1))

    @property
    def largest_weight(self) -> int:
        """Greatest weight of a wish for which the flow surely stays within 64 bits."""
        n_nodes = len(self.must_serve) + len(self.most) + 3
        return _LARGEST // n_nodes


def market_of(program: Program, group: Ints) -> Market | None:
    """Read a program as a market, ``None`` when it says more than a market can.

    Parameters
    ----------
    group
        Shape (columns,): the row of a column's person, -1 for none.
    """
    columns = np.flatnonzero(program.is_free)
    person = group[columns]
    if len(columns) == 0 or np.any(person < 0):
        return None
    matrix = program.columns
    first, n_rows = matrix.indptr[columns], np.diff(matrix.indptr)[columns]
    last = first + n_rows - 1
    if np.any((n_rows < 1) | (n_rows > 2)):
        return None
    if np.any((program.lower[columns] != 0) | (program.upper[columns] != 1)):
        return None
    # Rows of people come first, and a column's rows are stored in their order.
    if np.any(matrix.indices[first] != person):
        return None
    if np.any((matrix.data[first] != 1) | (matrix.data[last] != 1)):
        return None
    row = np.where(n_rows == 2, matrix.indices[last], -1).astype(np.int64)
    if _is_broken(program, np.concatenate([person, row[row >= 0]])):
        return None
    return build_market(program, group, columns, row)


def _is_broken(program: Program, rows: Ints) -> bool:
    """Tell whether a row beside these, which nothing open can change, does not hold."""
    taken = program.activity(program.lower)
    is_broken = (taken < program.row_lower) | (taken > program.row_upper)
    is_broken[rows] = False
    return bool(is_broken.any())


def build_market(program: Program, group: Ints, columns: Ints, row: Ints) -> Market | None:
    """Return the market of wishes, ``None`` where there is none or some row cannot be kept.

    Parameters
    ----------
    columns, row
        Shape (wishes,): the columns, and the row that limits each one's place or -1.
    """
    person = group[columns]
    if np.any(person[1:] < person[:-1]):
        order = np.argsort(person, kind="stable")
        columns, person, row = columns[order], person[order], row[order]
    is_limit = np.zeros(len(program.row_lower), dtype=np.bool_)
    is_limit[row[row >= 0]] = True
    limits = np.flatnonzero(is_limit)
    n_lone = int((row < 0).sum())
    place = (np.cumsum(is_limit) - 1)[row]
    place[row < 0] = len(limits) + np.arange(n_lone)
    n_places = len(limits) + n_lone
    taken = program.activity(np.where(program.is_free, 0, program.lower))
    lower, upper = program.row_lower - taken, program.row_upper - taken
    still = upper[person] > 0
    if np.any(upper[person] > 1) or not still.any():
        return None
    columns, person, place = columns[still], person[still], place[still]
    order, number = order_together(person, place, n_places)
    columns, person, place = columns[order], person[order], number[place[order]]
    is_first = np.append(True, person[1:] != person[:-1])
    row_of_person = person[is_first]
    row_of_place, least = np.full(n_places, -1), np.zeros(n_places, dtype=np.int64)
    most = np.ones(n_places, dtype=np.int64)
    of_limits = number[: len(limits)]
    row_of_place[of_limits] = limits
    least[of_limits], most[of_limits] = np.maximum(lower[limits], 0), upper[limits]
    if np.any(most < least):
        return None
    return Market(
        columns,
        np.cumsum(is_first) - 1,
        place,
        row_of_person,
        lower[row_of_person] > 0,
        row_of_place,
        least,
        most,
        np.ones(len(columns), dtype=np.bool_),
        np.zeros(len(row_of_person), dtype=np.bool_),
    )


def solve_transport(
    program: Program, market: Market, objective: Ints, known: Ints | None = None
) -> LpSolution | None:
    """Maximise an objective over the relaxation of a program that is a market.

    Parameters
    ----------
    market
        As :func:`market_of` reads the program.
    objective
        Shape (columns,), no weight above :attr:`Market.largest_weight`.
    known
        A point, shape (columns,); where its prices prove it best no flow is needed.

    Returns
    -------
    LpSolution or None
        ``None`` where no flow keeps all rows, or its numbers would be too large.
    """
    weight = objective[market.columns]
    held = None if known is None else known[market.columns] > 0
    basis = None if held is None else price_basis(program, market, weight, held)
    if basis is None:
        held = best_flow(market, weight)
        basis = None if held is None else price_basis(program, market, weight, held)
    duals = None if basis is None else basis.duals(objective, len(program.row_lower))
    if held is None or duals is None:
        return None
    x = program.lower.astype(float)
    x[market.columns[held]] = 1
    return LpSolution(x, duals, basis, "flow")


def best_flow(market: Market, weight: Ints) -> Bools | None:
    """Return the wishes granted by the flow of greatest weight, shape (wishes,).

    Returns
    -------
    array or None
        ``None`` where there are no wishes, no flow, or numbers beyond 64 bits.
    """
    if len(market.columns) == 0:
        return None
    contends = np.flatnonzero(market.contends)
    person, place = market.person[contends], market.place[contends]
    is_here = np.zeros(len(market.must_serve), dtype=np.bool_)
    is_here[person] = True
    number = np.cumsum(is_here) - 1
    n_people, n_places = int(is_here.sum()), len(market.most)
    sink = n_people + n_places
    is_served = market.must_serve | market.wins
    cost = -_without_shares(weight[contends], person, is_served)
    solver = SimpleMinCostFlow()
    wish = solver.add_arcs_with_capacity_and_unit_cost(
        number[person], n_people + place, np.ones_like(person), cost
    )
    may_lack = number[is_here & ~is_served]
    for tail, room in (
        (may_lack, np.ones_like(may_lack)),
        (n_people + np.arange(n_places), market.most - market.least),
    ):
        head = np.full(len(tail), sink)
        solver.add_arcs_with_capacity_and_unit_cost(tail, head, room, np.zeros_like(room))
    supply = np.concatenate([np.ones(n_people, np.int64), -market.least])
    solver.set_nodes_supplies(np.arange(sink), supply)
    solver.set_node_supply(sink, -int(supply.sum()))
    if solver.solve() != solver.OPTIMAL:
        return None
    held = np.zeros(len(weight), dtype=np.bool_)
    held[contends] = solver.flows(wish) > 0
    return held


def _without_shares(weight: Ints, person: Ints, is_served: Bools) -> Ints:
    """Take what any wish of theirs is worth off those surely served: small numbers are fast."""
    starts = np.flatnonzero(np.diff(person, prepend=-1))
    sizes = np.diff(starts, append=len(person))
    share = np.where(is_served[person[starts]], np.maximum.reduceat(weight, starts), 0)
    return np.asarray(weight - np.repeat(share, sizes), dtype=np.int64)


def price_basis(program: Program, market: Market, weight: Ints, held: Bools) -> Basis | None:
    """Return the basis of a flow's prices, ``None`` where no prices say that it is best.

    Everybody served is basic by the wish they hold, and every place with a price by the
    wish that sets it.
    """
    tree = price_tree(market, weight, held)
    if tree is None:
        return None
    filled = market.filled(held)
    columns = np.full(len(program.lower), AT_LOWER, dtype=np.int64)
    rows = np.full(len(program.row_lower), BASIC, dtype=np.int64)
    columns[market.columns[held]] = BASIC
    rows[market.row_of_person[market.person[held]]] = AT_UPPER
    rows[market.row_of_person[market.person[tree.leaving]]] = BASIC
    columns[market.columns[tree.wishes]] = BASIC
    priced = np.concatenate([tree.places, tree.left])
    is_full = filled[priced] == market.most[priced]
    rows[market.row_of_place[priced]] = np.where(is_full, AT_UPPER, AT_LOWER)
    return Basis(program, columns, rows, "flow")
