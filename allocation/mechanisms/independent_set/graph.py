"""Sites that cannot stand together, as a graph with weights.

Nodes keep their numbers while the graph shrinks: a node that is dropped has weight 0 and
no neighbours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from allocation.instance import Bools, Ints
from allocation.mechanisms.independent_set.pace import paced
from allocation.mechanisms.optimise.backend import Budget
from allocation.set_proof import Dominated

MOST_WEIGHT = 2**50


@dataclass(frozen=True, slots=True, eq=False)
class ConflictGraph:
    """Weights of nodes, and which exclude each other.

    Attributes
    ----------
    weights
        Shape (n,), non-negative; 0 for a node that is never chosen.
    neighbours
        One set of nodes per node.
    """

    weights: Ints
    neighbours: tuple[frozenset[int], ...]

    @property
    def live(self) -> Bools:
        """Nodes that may be chosen, shape (n,)."""
        return np.asarray(self.weights > 0, dtype=np.bool_)

    def without(self, dropped: Iterable[int]) -> ConflictGraph:
        """Return the graph without some nodes."""
        gone = frozenset(dropped)
        weights = self.weights.copy()
        weights[list(gone)] = 0
        touched = frozenset(u for v in gone for u in self.neighbours[v])
        neighbours = tuple(
            frozenset() if v in gone else (near - gone if v in touched else near)
            for v, near in enumerate(self.neighbours)
        )
        return ConflictGraph(weights, neighbours)

    def around(self, nodes: Iterable[int]) -> frozenset[int]:
        """Return the nodes with a neighbour among some."""
        return frozenset(u for v in nodes for u in self.neighbours[v])

    def parts(self) -> list[list[int]]:
        """Return the live nodes of each connected part."""
        waiting = set(np.flatnonzero(self.live).tolist())
        found: list[list[int]] = []
        while waiting:
            part = edge = {min(waiting)}
            while edge:
                waiting -= edge
                edge = set(self.around(edge)) & waiting
                part = part | edge
            found.append(sorted(part))
        return found

    def value(self, nodes: Iterable[int]) -> int:
        """Return the weight of some nodes together."""
        return int(self.weights[list(nodes)].sum())

    def is_independent(self, nodes: Iterable[int]) -> bool:
        """Tell whether no two of the nodes are neighbours."""
        chosen = frozenset(nodes)
        return not any(self.neighbours[v] & chosen for v in chosen)


def conflict_graph(weights: ArrayLike, pairs: ArrayLike) -> ConflictGraph:
    """Build the graph of nodes of positive weight.

    Parameters
    ----------
    weights
        Shape (n,), non-negative integers.
    pairs
        Shape (m, 2): nodes in conflict, in any order; a pair may occur twice.

    Raises
    ------
    ValueError
        For a negative weight, weights of 2**50 or more together, a node in conflict
        with itself or one that does not exist.
    """
    amounts = np.array(weights, dtype=np.int64)
    ends = np.asarray(pairs, dtype=np.int64).reshape(-1, 2)
    if np.any(amounts < 0):
        raise ValueError("a weight is negative")
    if amounts.astype(float).sum() >= MOST_WEIGHT:
        raise ValueError("the weights together are too great to be counted exactly")
    if np.any(ends < 0) or np.any(ends >= len(amounts)):
        raise ValueError("a pair names a node that does not exist")
    if np.any(ends[:, 0] == ends[:, 1]):
        raise ValueError("a node is in conflict with itself")
    ends = ends[(amounts[ends] > 0).all(axis=1)]
    both = np.concatenate([ends, ends[:, ::-1]])
    both = both[np.argsort(both[:, 0], kind="stable")]
    start = np.searchsorted(both[:, 0], np.arange(len(amounts) + 1)).tolist()
    other: list[int] = both[:, 1].tolist()
    return ConflictGraph(amounts, tuple(frozenset(other[a:b]) for a, b in pairwise(start)))


def find_dominated(graph: ConflictGraph, among: Iterable[int], budget: Budget) -> list[Dominated]:
    """Find nodes that can be dropped one after the other without loss, until none is left.

    The weighted domination rule of Lamm et al. (2019, arXiv:1810.10834), which keeps every
    clique a clique, unlike foldings, and so leaves the linear bound as it is.

    Parameters
    ----------
    among
        Where to begin; it goes on wherever a node is dropped.

    Returns
    -------
    list
        In the order in which they are to be dropped.

    Raises
    ------
    Interrupted
        When the budget ends.
    """
    weights: list[int] = graph.weights.tolist()
    near = [set(nodes) for nodes in graph.neighbours]
    found: list[Dominated] = []
    waiting = {v for v in among if weights[v] > 0}
    while waiting:
        poorer: set[int] = set()
        for v in paced(sorted(waiting), budget):
            by = next(_standing_in(v, weights, near), None)
            if by is None:
                continue
            found.append(Dominated(v, by))
            poorer |= near[v]
            for u in near[v]:
                near[u].discard(v)
            near[v].clear()
            weights[v] = 0
        # Whoever lost a neighbour may now stand in for others: these are asked again.
        again = poorer.union(*(near[u] for u in poorer))
        waiting = {v for v in again if weights[v] > 0}
    return found


def _standing_in(v: int, weights: list[int], near: list[set[int]]) -> Iterator[int]:
    around = near[v]
    both = around | {v}
    return (
        u
        for u in sorted(around)
        if weights[u] >= weights[v] and len(near[u]) <= len(around) and near[u] <= both
    )
