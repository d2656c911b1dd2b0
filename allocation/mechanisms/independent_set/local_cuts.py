"""Rows that cut a fractional point off, each found in a window where everything is known.

The linear bound over cliques is weak where sites are dense, because a ring of five sites
is worth two and counts two and a half.  A window knows every one of its independent
sets, so the strongest row a fractional point breaks there is a small linear program
(Boyd 1994, *Fenchel cutting planes*; "local cuts" of Applegate et al. 2001):

    maximise  a x  such that  a S <= 1 for each independent set S of the window.

Its vertices are facets of the window's polytope.  The coefficients are made integers and
their limit is computed anew, so that a row is valid whatever the linear program claimed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp
from ortools.math_opt.python import mathopt

from allocation.instance import Floats
from allocation.mechanisms.independent_set import windows
from allocation.mechanisms.independent_set.graph import ConflictGraph
from allocation.mechanisms.optimise import backend
from allocation.mechanisms.optimise.backend import Budget
from allocation.set_proof import Row

_EPS = 1e-6
_VIOLATION = 1e-3
_MOST_SETS = 1500
_DENOMINATORS = range(1, 61)
_MOST_NODES = 80
_MOST_STATES = 20_000


def local_cuts(
    graph: ConflictGraph, x: Floats, attraction: Floats, size: int, budget: Budget
) -> list[Row]:
    """Return rows that a fractional point breaks, found in windows all over it.

    Parameters
    ----------
    x
        Shape (n,): the point.
    attraction
        Shape (n,): which nodes should have large coefficients where a row leaves a
        choice, such as the reduced costs.
    size
        Nodes of a window that the point uses.

    Raises
    ------
    Interrupted
        When the budget ends.
    """
    used = x > _EPS
    fractional = np.flatnonzero(used & (x < 1 - _EPS))
    seeds = fractional[np.argsort(np.abs(x[fractional] - 0.5), kind="stable")]
    covered: set[int] = set()
    found: dict[Row, None] = {}
    for seed in seeds.tolist():
        if seed in covered:
            continue
        budget.remaining_s()
        window = windows.around(graph, seed, used, size)
        covered.update(window[: max(1, size // 3)])
        row = _cut(graph, window, x, budget)
        if row is not None:
            found[_lifted(graph, row, attraction)] = None
    return list(found)


def _cut(graph: ConflictGraph, window: Sequence[int], x: Floats, budget: Budget) -> Row | None:
    """Return the row of a window that the point breaks most, by limit, if there is one."""
    sets = windows.maximal_sets(windows.masks(graph, window), _MOST_SETS)
    if sets is None:
        smaller = window[: 3 * len(window) // 4]
        return _cut(graph, smaller, x, budget) if len(smaller) > 4 else None
    point = x[list(window)]
    count, n = sets.shape
    answer = backend.ask(
        backend.LP_SOLVERS,
        backend.Model(
            sp.csr_array(sets),
            np.full(count, -np.inf),
            np.ones(count),
            np.zeros(n),
            np.ones(n),  # every node is an independent set
            point,
        ),
        budget,
        budget.remaining_s(),
    )
    if (
        answer.reason != mathopt.TerminationReason.OPTIMAL
        or answer.x is None
        or answer.value < 1 + _VIOLATION
    ):
        return None
    for q in _DENOMINATORS:
        scaled = np.rint(q * answer.x)
        limit = float((sets @ scaled).max())
        if scaled @ point > limit * (1 + _VIOLATION) and np.abs(scaled - q * answer.x).max() < 0.02:
            kept = sorted((v, int(c)) for v, c in zip(window, scaled, strict=True) if c > 0)
            return Row(tuple(v for v, _ in kept), tuple(c for _, c in kept), int(limit))
    return None


def _lifted(graph: ConflictGraph, row: Row, attraction: Floats) -> Row:
    """Give further nodes the largest coefficients that keep the row valid, one by one.

    A node may have what the limit leaves when it is chosen (Padberg 1973).
    """
    coefficients = dict(zip(row.nodes, row.coefficients, strict=True))
    ties: dict[int, int] = {}
    for v in row.nodes:
        for u in graph.neighbours[v] - coefficients.keys():
            ties[u] = ties.get(u, 0) + coefficients[v]
    for u in sorted(ties, key=lambda u: (-attraction[u], u)):
        # A node with few ties leaves the others their limit.
        if ties[u] < row.limit or len(coefficients) >= _MOST_NODES:
            continue
        apart = [v for v in coefficients if v not in graph.neighbours[u]]
        weights = [coefficients[v] for v in apart]
        found = windows.heaviest(windows.masks(graph, apart), weights, _MOST_STATES)
        if found is not None and found[0] < row.limit:
            coefficients[u] = row.limit - found[0]
    nodes = sorted(coefficients)
    return Row(tuple(nodes), tuple(coefficients[v] for v in nodes), row.limit)
