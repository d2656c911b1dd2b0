"""Flows found in a fixed order, in whole numbers of any size.

Which one is found depends on the order of the arcs and on nothing else: not on a solver,
a thread or a clock.  What is drawn by lot from a circulation can therefore be replayed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence


def find_circulation(
    tail: Sequence[int],
    head: Sequence[int],
    lower: Sequence[int],
    upper: Sequence[int],
    n_nodes: int,
) -> list[int] | None:
    """Find a flow within the bounds that loses nothing at a node (Dinic 1970).

    Parameters
    ----------
    tail, head, lower, upper
        One entry an arc.

    Returns
    -------
    list or None
        The flow of each arc; ``None`` where none exists.
    """
    graph = Residual(n_nodes + 2)
    over = [0] * n_nodes
    for a, b, least, most in zip(tail, head, lower, upper, strict=True):
        graph.add(a, b, most - least)
        over[b] += least
        over[a] -= least
    wanted = 0
    for node, excess in enumerate(over):
        if excess > 0:
            graph.add(n_nodes, node, excess)
            wanted += excess
        elif excess < 0:
            graph.add(node, n_nodes + 1, -excess)
    if graph.push(n_nodes, n_nodes + 1) < wanted:
        return None
    return [least + graph.flow(k) for k, least in enumerate(lower)]


class Residual:
    """Arcs with their reverses: arc k is 2k, its reverse 2k + 1."""

    def __init__(self, n_nodes: int) -> None:
        self.to: list[int] = []
        self.room: list[int] = []
        self.out: list[list[int]] = [[] for _ in range(n_nodes)]

    def add(self, a: int, b: int, room: int) -> None:
        """Add an arc and its reverse."""
        self.out[a].append(len(self.to))
        self.out[b].append(len(self.to) + 1)
        self.to += (b, a)
        self.room += (room, 0)

    def flow(self, arc: int) -> int:
        """Return what flows along an arc: as much as its reverse has room."""
        return self.room[2 * arc + 1]

    def push(self, source: int, sink: int) -> int:
        """Push as much as possible from source to sink; return how much that is."""
        total = 0
        while (depth := self._depths(source, sink)) is not None:
            upto = [0] * len(self.out)
            while amount := self._path(source, sink, depth, upto):
                total += amount
        return total

    def reached(self, source: int) -> list[int]:
        """Return the nodes the source still reaches."""
        return [node for node, steps in enumerate(self._walk(source)) if steps >= 0]

    def _depths(self, source: int, sink: int) -> list[int] | None:
        depth = self._walk(source)
        return depth if depth[sink] >= 0 else None

    def _walk(self, source: int) -> list[int]:
        """Return the steps from the source to each node, -1 where there is no way."""
        depth = [-1] * len(self.out)
        depth[source] = 0
        queue = deque([source])
        while queue:
            node = queue.popleft()
            for arc in self.out[node]:
                other = self.to[arc]
                if self.room[arc] and depth[other] < 0:
                    depth[other] = depth[node] + 1
                    queue.append(other)
        return depth

    def _path(self, source: int, sink: int, depth: list[int], upto: list[int]) -> int:
        """Send what one shortest path can carry; 0 when none is left."""
        path: list[int] = []
        node = source
        while node != sink:
            out = self.out[node]
            while upto[node] < len(out):
                arc = out[upto[node]]
                if self.room[arc] and depth[self.to[arc]] == depth[node] + 1:
                    break
                upto[node] += 1
            else:
                if not path:
                    return 0
                node = self.to[path.pop() ^ 1]
                upto[node] += 1
                continue
            path.append(arc)
            node = self.to[arc]
        amount = min(self.room[arc] for arc in path)
        for arc in path:
            self.room[arc] -= amount
            self.room[arc ^ 1] += amount
        return amount
