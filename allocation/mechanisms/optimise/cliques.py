"""Maximal cliques of a conflict graph.

Rows over maximal cliques give the linear relaxation its strength: with a row a pair it
is half-integral on every triangle.
"""

from __future__ import annotations

from collections.abc import Iterable

import networkx as nx


def maximal_cliques(pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Return every maximal clique of the graph of the pairs, in a fixed order.

    Parameters
    ----------
    pairs
        Pairs of nodes in conflict.

    Returns
    -------
    list of list of int
        Sorted cliques, sorted; together they hold every pair.
    """
    graph: nx.Graph[int] = nx.Graph()
    graph.add_edges_from(pairs)
    return sorted(sorted(clique) for clique in nx.find_cliques(graph))
