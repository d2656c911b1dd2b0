"""Small parts of a graph, where everything can be known exactly.

A window is a short list of nodes; a set of its nodes is an integer whose bit i stands for
the i-th node.  Unit-disk graphs have few independent sets in a window, since only few
sites fit into one neighbourhood.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from allocation.instance import Bools, Floats
from allocation.mechanisms.independent_set.graph import ConflictGraph


def around(graph: ConflictGraph, seed: int, allowed: Bools, size: int) -> list[int]:
    """Grow a window from a node: next comes who has most neighbours in it.

    Parameters
    ----------
    allowed
        Shape (n,): the nodes a window may hold.

    Returns
    -------
    list of int
        At most ``size`` nodes of one connected part, the seed first.
    """
    window = [seed]
    ties: dict[int, int] = {}
    while len(window) < size:
        for u in graph.neighbours[window[-1]]:
            if allowed[u] and u not in window:
                ties[u] = ties.get(u, 0) + 1
        if not ties:
            break
        window.append(max(ties, key=lambda u: (ties[u], -u)))
        del ties[window[-1]]
    return window


def masks(graph: ConflictGraph, window: Sequence[int]) -> list[int]:
    """Return for each node of a window its neighbours in it, as bits."""
    position = {v: i for i, v in enumerate(window)}
    return [sum(1 << position[u] for u in graph.neighbours[v] if u in position) for v in window]


def heaviest(
    near: Sequence[int], weights: Sequence[int], most_states: int | None = None
) -> tuple[int, int] | None:
    """Find a heaviest independent set of a window, in integers.

    Node by node, in or out; what is left open after the first nodes depends on few of
    them only where the window is listed from one end to the other.

    Parameters
    ----------
    near
        As :func:`masks` returns it.
    weights
        Non-negative, of the window's nodes.
    most_states
        How many different remainders to go into.

    Returns
    -------
    tuple or None
        Its weight and its nodes, as bits; ``None`` where the states were not enough.
    """
    known: dict[int, int] = {0: 0}  # what is open -> what it is worth

    def best(rest: int) -> int:
        value = known.get(rest)
        if value is None:
            if most_states is not None and len(known) > most_states:
                raise _TooMany
            i = (rest & -rest).bit_length() - 1
            later = rest & (rest - 1)
            value = weights[i] + best(later & ~near[i])
            if later & near[i]:
                value = max(value, best(later))
            known[rest] = value
        return value

    rest = everything = (1 << len(near)) - 1
    try:
        value = best(everything)
    except _TooMany:
        return None
    chosen = 0
    while rest:
        i = (rest & -rest).bit_length() - 1
        later = rest & (rest - 1)
        is_in = known[rest] == weights[i] + known[later & ~near[i]]
        chosen |= is_in << i
        rest = later & ~near[i] if is_in else later
    return value, chosen


class _TooMany(Exception):
    """More remainders than were allowed."""


def maximal_sets(near: Sequence[int], limit: int) -> Floats | None:
    """List the maximal independent sets of a window.

    Bron and Kerbosch's algorithm with pivots, on the graph of the pairs that may stand
    together.

    Returns
    -------
    array or None
        Shape (sets, nodes), of 0 and 1; ``None`` where there are more than ``limit``.
    """
    everything = (1 << len(near)) - 1
    beside = [everything & ~(mask | 1 << i) for i, mask in enumerate(near)]
    found: list[int] = []
    stack = [(0, everything, 0)]
    while stack:
        chosen, candidates, excluded = stack.pop()
        if not candidates:
            if not excluded:
                found.append(chosen)
                if len(found) > limit:
                    return None
            continue
        for i in _bits(candidates & ~beside[_pivot(beside, candidates, excluded)]):
            stack.append((chosen | 1 << i, candidates & beside[i], excluded & beside[i]))
            candidates &= ~(1 << i)
            excluded |= 1 << i
    return np.array([[mask >> i & 1 for i in range(len(near))] for mask in sorted(found)], float)


def _pivot(beside: Sequence[int], candidates: int, excluded: int) -> int:
    """Choose the node that leaves fewest candidates to branch on."""
    return max(
        _bits(candidates | excluded), key=lambda i: ((beside[i] & candidates).bit_count(), -i)
    )


def _bits(mask: int) -> list[int]:
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found
