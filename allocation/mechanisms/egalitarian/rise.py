"""Leximin chances level by level, for networks whose parts depend on each other.

Newton's method on the violated cut finds the largest chance that everybody undecided can
have at once; those whose arc no residual circuit can raise are settled there, each with
the nodes it still reaches as the link that holds it down.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np
import scipy.sparse as sp

from allocation.instance import Bools, Ints
from allocation.mechanisms.egalitarian.links import (
    Chances,
    Link,
    Region,
    make_link,
    without_choice,
)
from allocation.mechanisms.network.bihierarchy import Network
from allocation.mechanisms.network.flow import LARGEST, Arcs, circulate, obstacle


def raise_levels(network: Network) -> Chances | None:
    """Return the leximin chances of a network's people.

    Returns
    -------
    Chances or None
        ``None`` where the bounds cannot be kept at all.

    Raises
    ------
    OverflowError
        When the common denominator of the chances outgrows 64 bits.
    """
    rise = _Rise(network)
    while (open_people := np.flatnonzero(~rise.is_settled)).size:
        found = _highest_level(rise, open_people)
        if found is None:
            return None
        level, bounded, flow = found
        if level == 1:
            break
        at_level = flow[rise.person_arc] == bounded.lower[rise.person_arc]
        is_certain = rise.arcs.lower[rise.person_arc] > 0
        rise.settle(level, _residual(bounded, flow), at_level & ~is_certain & ~rise.is_settled)
    whole = Region(np.arange(1, network.arcs.n_nodes), np.arange(len(network.person_arc)))
    return Chances(
        tuple(rise.chance.get(i, Fraction(1)) for i in range(len(network.person_arc))),
        tuple(rise.links),
        (whole,) if rise.links else (),
        rise.arcs,
    )


@dataclass(slots=True)
class _Rise:
    """How far the chances have been settled."""

    arcs: Arcs
    person_arc: Ints
    chance: dict[int, Fraction]
    is_settled: Bools
    links: list[Link]

    def __init__(self, network: Network) -> None:
        self.arcs, self.person_arc = network.arcs, network.person_arc
        self.chance, self.links = {}, []
        self.is_settled = np.zeros(len(network.person_arc), dtype=np.bool_)

    def settle(self, level: Fraction, residual: sp.csr_array, candidates: Bools) -> None:
        """Settle the candidates whose arc leads into nodes that let nothing more out."""
        tail, head = self.arcs.tail[self.person_arc], self.arcs.head[self.person_arc]
        waiting = candidates.copy()
        n_before = len(self.links)
        for i in np.flatnonzero(candidates).tolist():
            if not waiting[i]:
                continue
            nodes = np.zeros(self.arcs.n_nodes, dtype=np.bool_)
            nodes[sp.csgraph.breadth_first_order(residual, head[i], return_predecessors=False)] = (
                True
            )
            if nodes[tail[i]]:
                waiting[i] = False
                continue
            members = np.flatnonzero(waiting & nodes[head] & ~nodes[tail])
            self.links.append(
                make_link(self.arcs, self.person_arc, nodes, level, members, self.is_settled)
            )
            self.arcs = without_choice(self.arcs, nodes, self.person_arc)
            for j in members.tolist():
                self.chance[j] = level
            waiting[members] = False
            self.is_settled[members] = True
        if len(self.links) == n_before:
            raise ArithmeticError("a level settled nobody")


def _highest_level(rise: _Rise, open_people: Ints) -> tuple[Fraction, Arcs, Ints] | None:
    """Find the largest chance everybody open can have at once, and a flow that gives it."""
    level = Fraction(1)
    while True:
        bounded = _bounded(rise, open_people, level)
        flowing = circulate(bounded)
        if flowing is not None:
            return level, bounded, flowing.flow
        lower = _allowed_level(rise, open_people, bounded)
        if lower is None or lower >= level:
            return None
        level = lower


def _bounded(rise: _Rise, open_people: Ints, level: Fraction) -> Arcs:
    """Ask the level of everybody open and hold the others where they are."""
    scale = lcm(level.denominator, *(c.denominator for c in rise.chance.values()))
    if int(rise.arcs.upper.sum()) * scale >= LARGEST:
        raise OverflowError
    lower, upper = rise.arcs.lower * scale, rise.arcs.upper * scale
    asked = rise.person_arc[open_people]
    lower[asked] = np.maximum(lower[asked], level.numerator * (scale // level.denominator))
    for i, c in rise.chance.items():
        arc = rise.person_arc[i]
        lower[arc] = upper[arc] = c.numerator * (scale // c.denominator)
    return Arcs(rise.arcs.tail, rise.arcs.head, lower, upper, rise.arcs.n_nodes)


def _allowed_level(rise: _Rise, open_people: Ints, bounded: Arcs) -> Fraction | None:
    """Return the level at which the nodes that take in too much just would not."""
    arcs, side = rise.arcs, obstacle(bounded)
    entering = side[arcs.head] & ~side[arcs.tail]
    leaving = side[arcs.tail] & ~side[arcs.head]
    asked = np.zeros(len(arcs.tail), dtype=np.bool_)
    asked[rise.person_arc[open_people]] = True
    asked &= arcs.lower == 0
    fixed = np.zeros(len(arcs.tail), dtype=np.bool_)
    room = Fraction(0)
    for i, c in rise.chance.items():
        arc = rise.person_arc[i]
        fixed[arc] = True
        room += c * (int(leaving[arc]) - int(entering[arc]))
    room += int(arcs.upper[leaving & ~fixed].sum())
    room -= int(arcs.lower[entering & ~fixed].sum())
    n = int((entering & asked).sum())
    return Fraction(room, n) if n and room >= 0 else None


def _residual(arcs: Arcs, flow: Ints) -> sp.csr_array:
    """Return the graph of what can still be moved, shape (nodes, nodes)."""
    forward, backward = flow < arcs.upper, flow > arcs.lower
    tail = np.concatenate([arcs.tail[forward], arcs.head[backward]])
    head = np.concatenate([arcs.head[forward], arcs.tail[backward]])
    size = (arcs.n_nodes, arcs.n_nodes)
    return sp.csr_array((np.ones(len(tail), np.int8), (tail, head)), shape=size)
