"""Leximin chances level by level, for networks whose parts depend on each other.

Newton's method on the violated cut finds the largest chance that everybody undecided can
have at once; those whose arc no residual circuit can raise are settled there, each with
the nodes it still reaches as the link that holds it down.  What was settled has no choice
left; only what undecided people are still connected with is looked at again, and only the
denominators that meet it count.
"""

from __future__ import annotations

from collections.abc import Mapping
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
from allocation.mechanisms.network.flow import Arcs, circulate, obstacle, scaled


def raise_levels(network: Network) -> Chances | None:
    """Return the leximin chances of a network's people.

    Returns
    -------
    Chances or None
        ``None`` where the bounds cannot be kept at all.
    """
    rise = _Rise(network)
    while (open_people := np.flatnonzero(~rise.is_settled)).size:
        live = _live(rise, open_people)
        found = _highest_level(live)
        if found is None:
            return None
        level, bounded, flow = found
        if level == 1:
            break
        at_level = flow[live.asking] == bounded.lower[live.asking]
        is_certain = live.arcs.lower[live.asking] > 0
        rise.settle(level, _residual(bounded, flow), open_people[at_level & ~is_certain])
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

    def settle(self, level: Fraction, residual: sp.csr_array, candidates: Ints) -> None:
        """Settle the candidates whose arc leads into nodes that let nothing more out."""
        tail, head = self.arcs.tail[self.person_arc], self.arcs.head[self.person_arc]
        waiting = np.zeros(len(self.person_arc), dtype=np.bool_)
        waiting[candidates] = True
        n_before = len(self.links)
        for i in candidates.tolist():
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


@dataclass(frozen=True, slots=True, eq=False)
class _Live:
    """What open people are still connected with, nodes as in the network.

    Arcs that leave it have no choice left; they are led to the root.

    Attributes
    ----------
    asking
        The arcs of open people, in their order.
    fixed
        The chances that settled people's arcs carry.
    """

    arcs: Arcs
    asking: Ints
    fixed: Mapping[int, Fraction]


def _live(rise: _Rise, open_people: Ints) -> _Live:
    arcs = rise.arcs
    has_choice = arcs.lower < arcs.upper
    has_choice[rise.person_arc[rise.is_settled]] = False
    # An arc without choice can still be asked for more than it gives.
    has_choice[rise.person_arc[open_people]] = True
    size = (arcs.n_nodes, arcs.n_nodes)
    tail, head = arcs.tail[has_choice], arcs.head[has_choice]
    graph = sp.csr_array((np.ones(len(tail), np.int8), (tail, head)), shape=size)
    _, label = sp.csgraph.connected_components(graph, directed=False)
    inside = np.isin(label, label[arcs.head[rise.person_arc[open_people]]])
    kept = np.flatnonzero(inside[arcs.tail] | inside[arcs.head])
    position = np.full(len(arcs.tail), -1, dtype=np.int64)
    position[kept] = np.arange(len(kept))
    cut = Arcs(
        np.where(inside[arcs.tail[kept]], arcs.tail[kept], 0),
        np.where(inside[arcs.head[kept]], arcs.head[kept], 0),
        arcs.lower[kept],
        arcs.upper[kept],
        arcs.n_nodes,
    )
    fixed = {
        int(position[rise.person_arc[i]]): c
        for i, c in rise.chance.items()
        if position[rise.person_arc[i]] >= 0
    }
    return _Live(cut, position[rise.person_arc[open_people]], fixed)


def _highest_level(live: _Live) -> tuple[Fraction, Arcs, Ints] | None:
    """Find the largest chance everybody open can have at once, and a flow that gives it."""
    level = Fraction(1)
    while True:
        bounded = _bounded(live, level)
        flowing = circulate(bounded)
        if flowing is not None:
            return level, bounded, flowing.flow
        lower = _allowed_level(live, bounded)
        if lower is None or lower >= level:
            return None
        level = lower


def _bounded(live: _Live, level: Fraction) -> Arcs:
    """Ask the level of everybody open and hold the others where they are."""
    scale = lcm(level.denominator, *(c.denominator for c in live.fixed.values()))
    bounded = scaled(live.arcs, scale)
    lower, upper = bounded.lower, bounded.upper
    wanted = level.numerator * (scale // level.denominator)
    lower[live.asking] = np.maximum(lower[live.asking], wanted)
    for arc, c in live.fixed.items():
        lower[arc] = upper[arc] = c.numerator * (scale // c.denominator)
    return bounded


def _allowed_level(live: _Live, bounded: Arcs) -> Fraction | None:
    """Return the level at which the nodes that take in too much just would not."""
    arcs, side = live.arcs, obstacle(bounded)
    entering = side[arcs.head] & ~side[arcs.tail]
    leaving = side[arcs.tail] & ~side[arcs.head]
    asked = np.zeros(len(arcs.tail), dtype=np.bool_)
    asked[live.asking] = True
    asked &= arcs.lower == 0
    is_fixed = np.zeros(len(arcs.tail), dtype=np.bool_)
    room = Fraction(0)
    for arc, c in live.fixed.items():
        is_fixed[arc] = True
        room += c * (int(leaving[arc]) - int(entering[arc]))
    room += int(arcs.upper[leaving & ~is_fixed].sum())
    room -= int(arcs.lower[entering & ~is_fixed].sum())
    n = int((entering & asked).sum())
    return Fraction(room, n) if n and room >= 0 else None


def _residual(arcs: Arcs, flow: Ints) -> sp.csr_array:
    """Return the graph of what can still be moved, shape (nodes, nodes)."""
    forward, backward = flow < arcs.upper, flow > arcs.lower
    tail = np.concatenate([arcs.tail[forward], arcs.head[backward]])
    head = np.concatenate([arcs.head[forward], arcs.tail[backward]])
    size = (arcs.n_nodes, arcs.n_nodes)
    return sp.csr_array((np.ones(len(tail), np.int8), (tail, head)), shape=size)
