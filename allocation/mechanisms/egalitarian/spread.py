"""From chances on a network to the fractions on its arcs, in a fixed way.

The flow is found in the order of the arcs, not by a solver.  Circuits that touch nobody's
chance are then turned, always the same way, until no such circuit is left: what remains
to be drawn are circuits that trade chances, at most one step a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

import numpy as np

from allocation.instance import Ints
from allocation.lottery import NO_FLOW, Flow
from allocation.mechanisms.circuit import find_circulation
from allocation.mechanisms.egalitarian.rounding import Fractions
from allocation.mechanisms.network.flow import Arcs


def spread(
    arcs: Arcs, person_arc: Sequence[int], applicants: Sequence[int], chance: Sequence[Fraction]
) -> Flow | None:
    """Find the fractions that give people their chances.

    Parameters
    ----------
    person_arc
        The arc that carries each person's chance.
    applicants
        Whose arc it is.

    Returns
    -------
    Flow or None
        Only arcs that carry a fraction; ``None`` where the chances cannot be had.
    """
    scale = lcm(1, *(c.denominator for c in chance))
    lower = [int(v) * scale for v in arcs.lower.tolist()]
    upper = [int(v) * scale for v in arcs.upper.tolist()]
    owner = [-1] * len(lower)
    for arc, i, c in zip(person_arc, applicants, chance, strict=True):
        lower[arc] = upper[arc] = c.numerator * (scale // c.denominator)
        owner[arc] = i
    tail, head = arcs.tail.tolist(), arcs.head.tolist()
    flow = find_circulation(tail, head, lower, upper, arcs.n_nodes)
    if flow is None:
        return None
    fractions = Fractions(tail, head, [value % scale for value in flow], scale)
    fractions.turn([i < 0 for i in owner], lambda up, down: True)
    open_arcs = [k for k, value in enumerate(fractions.value) if value]
    if not open_arcs:
        return NO_FLOW
    nodes = sorted({tail[k] for k in open_arcs} | {head[k] for k in open_arcs})
    number = {node: position for position, node in enumerate(nodes)}
    return Flow(
        tuple(number[tail[k]] for k in open_arcs),
        tuple(number[head[k]] for k in open_arcs),
        tuple(fractions.value[k] for k in open_arcs),
        tuple(owner[k] for k in open_arcs),
        scale,
    )


def bordered(arcs: Arcs, nodes: Ints) -> tuple[Arcs, Ints]:
    """Cut some nodes out of a network; arcs across the border are led to the root.

    Parameters
    ----------
    arcs
        With nothing left to choose across the border.

    Returns
    -------
    tuple
        The arcs and their numbers in the network.
    """
    inside = np.zeros(arcs.n_nodes, dtype=np.bool_)
    inside[nodes] = True
    keep = np.flatnonzero(inside[arcs.tail] | inside[arcs.head])
    local = np.where(inside, np.cumsum(inside), 0)
    cut = Arcs(
        local[arcs.tail[keep]],
        local[arcs.head[keep]],
        arcs.lower[keep],
        arcs.upper[keep],
        int(inside.sum()) + 1,
    )
    return cut, keep
