"""Which arcs close a circuit at the time they come, all times at once."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from allocation.instance import Bools, Ints


def closes_circuit(tail: Ints, head: Ints, time: Ints, n_nodes: int) -> Bools:
    """Tell of each arc whether a circuit passes it that has no later arc.

    An arc is on a circuit when both its ends are in one strong component.  The times are
    halved: the arcs of the first half show which ends are together by then; circuits of
    earlier times are looked for among these arcs, and of later ones with their components
    as nodes.  Every arc is needed in one half alone, and all halves of a depth are taken
    in one pass.

    Parameters
    ----------
    tail, head
        Shape (arcs,): nodes, from 0.
    time
        Shape (arcs,): when each comes, from 0; an arc stays.

    Returns
    -------
    array
        Shape (arcs,).
    """
    found: Bools = tail == head
    together = _components(tail, head, n_nodes)
    arc = np.flatnonzero(~found & (together[tail] == together[head]))
    tail, head, time = tail[arc], head[arc], time[arc]
    start = np.zeros_like(time)
    span = 1 << int(time.max(initial=0)).bit_length()
    while span > 1:
        span //= 2
        is_early = time < start + span
        together = _components(tail[is_early], head[is_early], n_nodes)
        ends = together[tail], together[head]
        is_inside = ends[0] == ends[1]
        found[arc[is_inside & ~is_early]] = True
        # Those of the second half have the components as nodes, beyond all others.
        is_later = ~is_inside
        tail = np.where(is_later, n_nodes + ends[0], tail)
        head = np.where(is_later, n_nodes + ends[1], head)
        start = np.where(is_later, start + span, start)
        is_kept = is_later | is_early
        arc, time, start = arc[is_kept], time[is_kept], start[is_kept]
        nodes, both = np.unique(np.concatenate([tail[is_kept], head[is_kept]]), return_inverse=True)
        tail, head = np.split(both, 2)
        n_nodes = len(nodes)
    together = _components(tail, head, n_nodes)
    found[arc[(time == start) & (together[tail] == together[head])]] = True
    return found


def _components(tail: Ints, head: Ints, n_nodes: int) -> Ints:
    graph = sp.coo_array((np.ones(len(tail), np.int8), (tail, head)), shape=(n_nodes, n_nodes))
    _, label = sp.csgraph.connected_components(graph, directed=True, connection="strong")
    return np.asarray(label, dtype=np.int64)
