"""Circuits by time, against walks from every arc."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from allocation.mechanisms.network.circuits import closes_circuit


@pytest.mark.parametrize("seed", range(40))
def test_an_arc_closes_a_circuit_where_a_walk_leads_back(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n_nodes, n_arcs = int(rng.integers(1, 9)), int(rng.integers(0, 25))
    tail, head = rng.integers(n_nodes, size=(2, n_arcs))
    time = rng.integers(int(rng.integers(1, 10)), size=n_arcs)
    found = closes_circuit(tail, head, time, n_nodes)
    for arc in range(n_arcs):
        graph: nx.DiGraph[int] = nx.DiGraph()
        graph.add_nodes_from(range(n_nodes))
        come = time <= time[arc]
        graph.add_edges_from(zip(tail[come].tolist(), head[come].tolist(), strict=True))
        assert found[arc] == nx.has_path(graph, int(head[arc]), int(tail[arc]))
