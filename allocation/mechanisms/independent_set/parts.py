"""Connected parts of a graph that are small or narrow enough to be settled in integers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allocation.mechanisms.independent_set import windows
from allocation.mechanisms.independent_set.graph import ConflictGraph
from allocation.set_proof import Row

_MOST_NODES = 400
_MOST_STATES = 500_000


@dataclass(frozen=True, slots=True)
class SettledPart:
    """A part whose heaviest sets are known.

    Attributes
    ----------
    row
        How heavy its sets can be.
    chosen
        One of the heaviest.
    """

    row: Row
    chosen: frozenset[int]


def settled_part(graph: ConflictGraph, part: Sequence[int]) -> SettledPart | None:
    """Find a heaviest set of a part, or ``None`` where that would take too long."""
    if len(part) > _MOST_NODES:
        return None
    order = _end_to_end(graph, part)
    weights = graph.weights[order].tolist()
    found = windows.heaviest(windows.masks(graph, order), weights, _MOST_STATES)
    if found is None:
        return None
    value, bits = found
    chosen = frozenset(v for i, v in enumerate(order) if bits >> i & 1)
    return SettledPart(Row(tuple(order), tuple(weights), value), chosen)


def _end_to_end(graph: ConflictGraph, part: Sequence[int]) -> list[int]:
    """List the nodes of a connected part from one end to the other, ring by ring."""
    inside = frozenset(part)
    order = _rings(graph, min(part), inside)
    return _rings(graph, order[-1], inside)


def _rings(graph: ConflictGraph, start: int, inside: frozenset[int]) -> list[int]:
    order, seen = [start], {start}
    for v in order:
        ring = sorted((graph.neighbours[v] & inside) - seen)
        seen.update(ring)
        order += ring
    return order
