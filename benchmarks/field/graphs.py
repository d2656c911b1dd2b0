"""NetworkX: the problem without conflicts as a flow, in integers of any size."""

from __future__ import annotations

import time

import networkx as nx
import numpy as np

from allocation.instance import Instance
from benchmarks.field.answer import Answer, require_no_conflicts
from benchmarks.field.judge import rewards


def network_simplex(instance: Instance, limit_s: float) -> Answer:
    """Solve the flow of all levels with NetworkX, whose integers have any size."""
    require_no_conflicts(instance)
    app = instance.applications
    levels, most = rewards(instance), int(instance.places.capacity.sum())
    weight = np.zeros(len(app.place), dtype=object)
    for level in levels:
        weight = weight * (int(level.max()) * most + 1) + level.astype(object)
    graph: nx.DiGraph[object] = nx.DiGraph()
    n = len(instance.applicants.id)
    graph.add_nodes_from((("a", i) for i in range(n)), demand=-1)
    graph.add_node("sink", demand=n)
    people, places = app.applicant.tolist(), app.place.tolist()
    graph.add_edges_from(
        (("a", i), ("p", p), {"capacity": 1, "weight": -w})
        for i, p, w in zip(people, places, weight.tolist(), strict=True)
    )
    graph.add_edges_from((("a", i), "sink", {"capacity": 1, "weight": 0}) for i in range(n))
    graph.add_edges_from(
        (("p", p), "sink", {"capacity": c, "weight": 0})
        for p, c in enumerate(instance.places.capacity.tolist())
    )
    begun = time.perf_counter()
    _, flow = nx.network_simplex(graph)
    call_s = time.perf_counter() - begun
    carries = [flow["a", i]["p", p] for i, p in zip(people, places, strict=True)]
    return Answer(np.flatnonzero(carries), True, len(levels), call_s)
