"""What every independent set keeps to, as rows of an integer program.

A row over a clique says that one of its nodes at most is chosen; a local cut
(:mod:`~allocation.mechanisms.independent_set.local_cuts`) says more about a window.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice

import networkx as nx
import numpy as np
import scipy.sparse as sp

from allocation.instance import Ints
from allocation.mechanisms.independent_set.graph import ConflictGraph
from allocation.mechanisms.independent_set.pace import paced
from allocation.mechanisms.optimise.backend import Budget
from allocation.mechanisms.optimise.program import Program
from allocation.set_proof import Row

_CLIQUES_PER_NODE = 40
"""Graphs of sites have fewer than ten; explicit lists may have exponentially many."""


def clique_rows(graph: ConflictGraph, budget: Budget) -> list[Row]:
    """Return a row for each maximal clique, in a fixed order.

    Where these are too many to be listed, there is a row for one maximal clique around
    each pair.

    Raises
    ------
    Interrupted
        When the budget ends.
    """
    live = np.flatnonzero(graph.live).tolist()
    whole: nx.Graph[int] = nx.Graph()
    whole.add_nodes_from(live)
    edges = ((v, u) for v in live for u in graph.neighbours[v] if v < u)
    whole.add_edges_from(paced(edges, budget))
    limit = _CLIQUES_PER_NODE * len(live)
    listed = islice(nx.find_cliques(whole), limit + 1)
    cliques = [tuple(sorted(clique)) for clique in paced(listed, budget)]
    if len(cliques) > limit:
        cliques = list({_clique_around(graph, v, u) for v, u in paced(whole.edges, budget)})
        cliques += [(v,) for v in live if not graph.neighbours[v]]
    return [Row(clique, (1,) * len(clique), 1) for clique in paced(sorted(cliques), budget)]


def program_of(graph: ConflictGraph, rows: Sequence[Row]) -> Program:
    """Return the program of the rows; a column is a node, held at 0 where it was dropped."""
    sizes = [len(row.nodes) for row in rows]
    matrix = sp.csr_array(
        (
            _flat((row.coefficients for row in rows), sum(sizes)),
            _flat((row.nodes for row in rows), sum(sizes)),
            np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)]),
        ),
        shape=(len(rows), len(graph.weights)),
    )
    upper = graph.live.astype(np.int64)
    return Program(
        matrix,
        matrix.tocsc(),
        np.zeros(len(rows), dtype=np.int64),
        np.array([row.limit for row in rows], dtype=np.int64),
        np.zeros(len(graph.weights), dtype=np.int64),
        upper,
        np.asarray(matrix @ upper, dtype=np.int64),
    )


def _flat(parts: Iterator[tuple[int, ...]], count: int) -> Ints:
    return np.fromiter(chain.from_iterable(parts), dtype=np.int64, count=count)


def _clique_around(graph: ConflictGraph, v: int, u: int) -> tuple[int, ...]:
    """Return a maximal clique that holds both ends of a pair."""
    clique = [v, u]
    common = graph.neighbours[v] & graph.neighbours[u]
    while common:
        closest = max(common, key=lambda w: (len(graph.neighbours[w] & common), -w))
        clique.append(closest)
        common &= graph.neighbours[closest]
    return tuple(sorted(clique))
