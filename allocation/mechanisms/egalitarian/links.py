"""Tight sets of a network and the bounds that hold them down.

With X some nodes, what the arcs into X carry is at most what the arcs out of X carry.
Where the arcs of people who enter X carry their chances, the arcs that leave X carry all
they may and those that enter carry only what they must, nobody in X can have more unless
somebody with no more has less.  Such a statement is a *link*; the links of a lottery form
a chain, each given those before it: their arcs no longer have any choice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import scipy.sparse as sp

from allocation.instance import Bools, Ints
from allocation.mechanisms.network.bihierarchy import Network
from allocation.mechanisms.network.flow import Arcs


@dataclass(frozen=True, slots=True, eq=False)
class Link:
    """One tight set.

    Attributes
    ----------
    people
        Positions of those whose chance it settles.
    others
        People of earlier links whose arc enters (1) or leaves (-1) the nodes.
    arc, sign, units
        Arcs that leave (1) or enter (-1) the nodes and what they carry.
    """

    chance: Fraction
    people: Ints
    others: tuple[tuple[int, int], ...]
    arc: Ints
    sign: Ints
    units: Ints

    @property
    def allowed(self) -> int:
        """What the people and the others may have together."""
        return int(self.sign @ self.units)


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """Nodes that are drawn together.

    Attributes
    ----------
    nodes
        Of the network, the root left out.
    people
        Positions in the network's ``person_arc``.
    """

    nodes: Ints
    people: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Chances:
    """Leximin chances of a network's people.

    Attributes
    ----------
    chance
        Shape (people,), exact.
    links
        The tight sets below chance 1, in ascending order.
    regions
        Where chances are fractions; everything else is certain.
    arcs
        The network's, those across a link's border fixed.
    """

    chance: tuple[Fraction, ...]
    links: tuple[Link, ...]
    regions: tuple[Region, ...]
    arcs: Arcs


def make_link(
    arcs: Arcs, person_arc: Ints, nodes: Bools, chance: Fraction, people: Ints, settled: Bools
) -> Link:
    """Describe the nodes that hold some people down.

    Parameters
    ----------
    arcs
        With the bounds that earlier links leave.
    nodes
        Shape (nodes,).
    people
        Positions of those it settles, all of whose arcs enter.
    settled
        Shape (people,): whom earlier links settled.
    """
    leaves = nodes[arcs.tail] & ~nodes[arcs.head]
    enters = ~nodes[arcs.tail] & nodes[arcs.head]
    counted = settled.copy()
    counted[people] = True
    is_theirs = np.zeros(len(arcs.tail), dtype=np.bool_)
    is_theirs[person_arc[counted]] = True
    others = [
        (int(i), 1 if enters[person_arc[i]] else -1)
        for i in np.flatnonzero(settled)
        if leaves[person_arc[i]] or enters[person_arc[i]]
    ]
    # An arc that must carry nothing and enters limits nobody.
    chosen = np.flatnonzero(~is_theirs & (leaves | (enters & (arcs.lower > 0))))
    sign = np.where(leaves[chosen], 1, -1)
    units = np.where(leaves[chosen], arcs.upper[chosen], arcs.lower[chosen])
    return Link(chance, people, tuple(others), chosen, sign, units)


def given_chances(network: Network, chance: Sequence[Fraction]) -> Chances:
    """Take chances that are proven elsewhere; say which nodes are drawn together.

    Parameters
    ----------
    chance
        Of the network's people; some flow gives them.
    """
    whole = np.array([c.denominator == 1 for c in chance], dtype=np.bool_)
    lower, upper, person_arc = (
        network.arcs.lower.copy(),
        network.arcs.upper.copy(),
        network.person_arc,
    )
    certain = [int(c) for c in chance if c.denominator == 1]
    lower[person_arc[whole]] = upper[person_arc[whole]] = certain
    arcs = replace(network.arcs, lower=lower, upper=upper)
    has_choice = (lower < upper) & (arcs.tail != 0) & (arcs.head != 0)
    size = (arcs.n_nodes, arcs.n_nodes)
    tail, head = arcs.tail[has_choice], arcs.head[has_choice]
    graph = sp.csr_array((np.ones(len(tail), np.int8), (tail, head)), shape=size)
    _, label = sp.csgraph.connected_components(graph, directed=False)
    open_people = np.flatnonzero(~whole)
    of_person = label[arcs.head[person_arc]]
    regions = [
        Region(np.flatnonzero(label == one), np.flatnonzero(~whole & (of_person == one)))
        for one in np.unique(of_person[open_people]).tolist()
    ]
    return Chances(tuple(chance), (), tuple(regions), arcs)


def is_tight(link: Link, chance: dict[int, Fraction]) -> bool:
    """Whether the people have just what the link allows."""
    have = link.chance * len(link.people) + sum(sign * chance[i] for i, sign in link.others)
    return have == link.allowed


def without_choice(arcs: Arcs, nodes: Bools, person_arc: Ints) -> Arcs:
    """Fix the arcs across a link's border, people's left out."""
    leaves = nodes[arcs.tail] & ~nodes[arcs.head]
    enters = ~nodes[arcs.tail] & nodes[arcs.head]
    leaves[person_arc] = enters[person_arc] = False
    return replace(
        arcs,
        lower=np.where(leaves, arcs.upper, arcs.lower),
        upper=np.where(enters, arcs.lower, arcs.upper),
    )
