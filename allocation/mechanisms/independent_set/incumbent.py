"""Good sets: rounding a fractional point, joining sets, choosing anew in windows.

A part is chosen anew exactly, everything else held: large neighbourhood search, first in
windows around what is fractional, then wherever set and point differ (Danna, Rothberg and
Le Pape 2005).  With a strong relaxation that is where something is open and nowhere else.
"""

from __future__ import annotations

import numpy as np

from allocation.instance import Bools, Floats, Ints
from allocation.mechanisms.independent_set import windows
from allocation.mechanisms.independent_set.graph import ConflictGraph
from allocation.mechanisms.optimise.backend import Budget
from allocation.mechanisms.optimise.neighbourhood import hold_rest
from allocation.mechanisms.optimise.program import Program
from allocation.mechanisms.optimise.solving import solve_mip

_EPS = 1e-6
_WINDOW = 100
_WINDOW_S = 2.0
_DIFFERENCE_S = 6.0


def rounded(graph: ConflictGraph, x: Floats) -> frozenset[int]:
    """Return a maximal independent set that takes the greatest parts of a point first."""
    live = np.flatnonzero(graph.live)
    order = live[np.lexsort([live, -graph.weights[live], -x[live]])]
    chosen: set[int] = set()
    for v in order.tolist():
        if not graph.neighbours[v] & chosen:
            chosen.add(v)
    return frozenset(chosen)


def joined(graph: ConflictGraph, one: frozenset[int], other: frozenset[int]) -> frozenset[int]:
    """Return a set no lighter than either: the better of both in each part they differ in.

    Where two independent sets differ, they fall into connected parts that can be decided
    one by one.
    """
    result = set(one & other)
    waiting = set(one ^ other)
    while waiting:
        part = {waiting.pop()}
        edge = list(part)
        while edge:
            near = graph.neighbours[edge.pop()] & waiting
            waiting -= near
            part |= near
            edge += near
        sides = part & one, part & other
        result |= max(sides, key=graph.value)
    return frozenset(result)


def polished(
    graph: ConflictGraph, program: Program, chosen: frozenset[int], x: Floats, budget: Budget
) -> frozenset[int]:
    """Choose anew where a point of the relaxation is fractional or differs from a set.

    Parameters
    ----------
    program
        Its rows; it has a column per node.
    chosen
        An independent set.
    x
        Shape (n,): the point.

    Returns
    -------
    frozenset of int
        No lighter than ``chosen``.

    Raises
    ------
    Interrupted
        When the budget ends.
    """
    best = _indicator(chosen, len(x))
    is_open = np.zeros(len(x), dtype=np.bool_)
    covered: set[int] = set()
    for seed in np.flatnonzero((x > _EPS) & (x < 1 - _EPS)).tolist():
        if seed in covered:
            continue
        window = windows.around(graph, seed, graph.live, _WINDOW)
        covered.update(window[: _WINDOW // 2])
        is_open[:] = False
        is_open[window] = True
        best = _chosen_anew(graph, program, best, is_open, budget, _WINDOW_S)
    differs = np.abs(x - best) > _EPS
    best = _chosen_anew(graph, program, best, differs, budget, _DIFFERENCE_S)
    return frozenset(np.flatnonzero(best).tolist())


def _chosen_anew(
    graph: ConflictGraph,
    program: Program,
    point: Ints,
    is_open: Bools,
    budget: Budget,
    limit_s: float,
) -> Ints:
    """Choose the open nodes anew; a set as good is taken too, to get away from the first."""
    objective = graph.weights.astype(float)
    found = solve_mip(hold_rest(program, is_open, point), objective, budget, time_limit_s=limit_s)
    if found.x is None or graph.weights @ found.x < graph.weights @ point:
        return point
    return found.x if graph.is_independent(np.flatnonzero(found.x).tolist()) else point


def _indicator(nodes: frozenset[int], n: int) -> Ints:
    point = np.zeros(n, dtype=np.int64)
    point[list(nodes)] = 1
    return point
