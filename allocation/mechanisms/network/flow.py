"""Circulations with lower and upper bounds, by OR-Tools' maximum flow.

Everything is an integer; a fractional problem is brought to integers by its common
denominator before it comes here (:func:`scaled`).  Where that outgrows 64 bits the bounds
are Python's integers, in arrays of objects, and so are the flows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ortools.graph.python import max_flow

from allocation.instance import Bools, Ints
from allocation.mechanisms.circuit import Residual

LARGEST = 2**61
"""Capacities of one graph must add up to less than this."""


@dataclass(frozen=True, slots=True, eq=False)
class Arcs:
    """A directed graph whose arcs have bounds; shape (arcs,) each, objects where wide.

    Node 0 is the root: what leaves it anywhere comes back to it.
    """

    tail: Ints
    head: Ints
    lower: Ints
    upper: Ints
    n_nodes: int


@dataclass(frozen=True, slots=True, eq=False)
class Pushed:
    """A maximum flow: its amount, the flow of each arc and a minimum cut.

    Attributes
    ----------
    side
        Shape (nodes,): what the source still reaches.
    """

    amount: int
    flow: Ints
    side: Bools


def scaled(arcs: Arcs, scale: int) -> Arcs:
    """Multiply all bounds, beyond 64 bits where they need it."""
    is_wide = int(arcs.upper.sum()) * scale >= LARGEST
    lower, upper = (
        (bound.astype(object) if is_wide else bound) * scale for bound in (arcs.lower, arcs.upper)
    )
    return Arcs(arcs.tail, arcs.head, lower, upper, arcs.n_nodes)


def push(tail: Ints, head: Ints, capacity: Ints, source: int, sink: int, n_nodes: int) -> Pushed:
    """Push as much as possible from source to sink."""
    if capacity.dtype == object:
        return _push_wide(tail, head, capacity, source, sink, n_nodes)
    side = np.zeros(n_nodes, dtype=np.bool_)
    side[source] = True
    if not len(tail):
        return Pushed(0, np.empty(0, np.int64), side)
    solver = max_flow.SimpleMaxFlow()
    arcs = solver.add_arcs_with_capacity(
        tail.astype(np.int32), head.astype(np.int32), capacity.astype(np.int64)
    )
    if solver.solve(source, sink) != solver.OPTIMAL:
        raise ArithmeticError("maximum flow out of range")
    reached = np.asarray(solver.get_source_side_min_cut(), dtype=np.int64)
    side[reached[reached < n_nodes]] = True
    flow = np.asarray(solver.flows(arcs), dtype=np.int64)
    return Pushed(int(solver.optimal_flow()), flow, side)


def _push_wide(
    tail: Ints, head: Ints, capacity: Ints, source: int, sink: int, n_nodes: int
) -> Pushed:
    graph = Residual(n_nodes)
    for a, b, room in zip(tail.tolist(), head.tolist(), capacity.tolist(), strict=True):
        graph.add(a, b, room)
    amount = graph.push(source, sink)
    side = np.zeros(n_nodes, dtype=np.bool_)
    side[graph.reached(source)] = True
    flow = np.array([graph.flow(k) for k in range(len(tail))], dtype=object)
    return Pushed(amount, flow, side)


def circulate(arcs: Arcs) -> Pushed | None:
    """Find any flow that keeps the bounds and loses nothing at a node.

    Returns
    -------
    Pushed or None
        ``None`` where none exists; :func:`obstacle` then says why.
    """
    pushed, wanted = _fill_lower_bounds(arcs)
    if pushed.amount < wanted:
        return None
    return Pushed(wanted, arcs.lower + pushed.flow[: len(arcs.tail)], pushed.side)


def obstacle(arcs: Arcs) -> Bools:
    """Return the nodes that must take in more than can leave them; shape (nodes,)."""
    pushed, _ = _fill_lower_bounds(arcs)
    return pushed.side[: arcs.n_nodes]


def augment(arcs: Arcs, flow: Ints, source: int, sink: int) -> Pushed:
    """Push more from source to sink over a flow that keeps the bounds."""
    more = push(
        np.concatenate([arcs.tail, arcs.head]),
        np.concatenate([arcs.head, arcs.tail]),
        np.concatenate([arcs.upper - flow, flow - arcs.lower]),
        source,
        sink,
        arcs.n_nodes,
    )
    n = len(flow)
    return Pushed(more.amount, flow + more.flow[:n] - more.flow[n:], more.side)


def _fill_lower_bounds(arcs: Arcs) -> tuple[Pushed, int]:
    """Push what the lower bounds leave over at some nodes to where it lacks."""
    over = np.zeros(arcs.n_nodes, dtype=arcs.lower.dtype)
    np.add.at(over, arcs.head, arcs.lower)
    np.subtract.at(over, arcs.tail, arcs.lower)
    gives, takes = np.flatnonzero(over > 0), np.flatnonzero(over < 0)
    source, sink = arcs.n_nodes, arcs.n_nodes + 1
    pushed = push(
        np.concatenate([arcs.tail, np.full(len(gives), source), takes]),
        np.concatenate([arcs.head, gives, np.full(len(takes), sink)]),
        np.concatenate([arcs.upper - arcs.lower, over[gives], -over[takes]]),
        source,
        sink,
        arcs.n_nodes + 2,
    )
    return pushed, int(over[gives].sum())
