"""Spacing between the sites of a plan as a graph, and where it may decide how many open.

A node is a site with a class it could have.  What spacing allows at most takes long to
find where sites are dense, and says nothing where another rule stops the plan sooner: a
city with 2,000 candidate sites may open 40.  So it is asked only of groups of sites in
which it can be what decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from allocation.mechanisms.independent_set import ConflictGraph, rounded

if TYPE_CHECKING:
    from allocation.instance import Bools, Instance, Ints

OPEN, KEPT = 0, 1
ADMITTED = ((0, 1, 2), (1, 2))
"""Classes of holder (indices of HOLDER_CLASSES) that an open and a kept site admit."""

Node = tuple[int, int]
"""Place and class."""


@dataclass(frozen=True, slots=True)
class Cap:
    """At most so many of some places open, while one of the centres does if there are any."""

    members: frozenset[int]
    room: int
    centres: frozenset[int]


def first_plan(
    graph: ConflictGraph, nodes: Sequence[Node], caps: Sequence[Cap], order: Iterable[int]
) -> frozenset[int]:
    """Return open sites that keep every distance and cap, taken one after the other.

    A plan to start from: where caps and spacing meet, one thread of CP-SAT may find none
    for a long time.

    Parameters
    ----------
    order
        Nodes, the best first; those of kept sites are passed over.
    """
    about: dict[int, list[int]] = {}
    for c, cap in enumerate(caps):
        for p in cap.members | cap.centres:
            about.setdefault(p, []).append(c)
    chosen: set[int] = set()
    opened: set[int] = set()
    counts = [0] * len(caps)

    def fits(p: int, c: int) -> bool:
        cap = caps[c]
        idle = cap.centres and p not in cap.centres and cap.centres.isdisjoint(opened)
        return bool(idle) or counts[c] + (p in cap.members) <= cap.room

    for n in order:
        p, kind = nodes[n]
        if kind == KEPT or graph.neighbours[n] & chosen or p in opened:
            continue
        mine = about.get(p, [])
        if all(fits(p, c) for c in mine):
            chosen.add(n)
            opened.add(p)
            for c in mine:
                counts[c] += p in caps[c].members
    return frozenset(chosen)


def exclusive_pairs(instance: Instance, nodes: Sequence[Node]) -> Ints:
    """Return the pairs of nodes that no plan opens together.

    Their admitted holders could stand too near to each other, or they are two classes of
    one site.

    Parameters
    ----------
    nodes
        Ascending.

    Returns
    -------
    array
        Shape (m, 2), ascending; numbers of nodes.
    """
    n = len(nodes)
    number = np.full((len(instance.places.id), 2), -1, dtype=np.int64)
    number[[p for p, _ in nodes], [kind for _, kind in nodes]] = np.arange(n)
    near = instance.conflicts
    admits = np.zeros((2, 3), dtype=np.bool_)
    for kind in (OPEN, KEPT):
        admits[kind, list(ADMITTED[kind])] = True
    ends = [(number[:, OPEN], number[:, KEPT])]
    for one in (OPEN, KEPT):
        for other in (OPEN, KEPT):
            hit = admits[one, near.class_a] & admits[other, near.class_b]
            ends.append((number[near.place_a[hit], one], number[near.place_b[hit], other]))
    codes = [a[both] * n + b[both] for a, b in ends for both in [(a >= 0) & (b >= 0)]]
    pairs = np.unique(np.concatenate(codes))
    return np.column_stack([pairs // n, pairs % n]) if n else pairs.reshape(0, 2)


def tied_groups(n: int, pairs: Ints, ties: Iterable[Ints]) -> Ints:
    """Return which group each of n things is in, shape (n,).

    Parameters
    ----------
    pairs
        Shape (m, 2): things of one group.
    ties
        Things of one group each.
    """
    stars = [np.column_stack([np.full(len(tie), tie[0]), tie]) for tie in ties if len(tie)]
    a, b = np.concatenate([pairs, *stars]).T
    edges = sp.coo_array((np.ones(len(a), dtype=np.int8), (a, b)), shape=(n, n))
    _, group = connected_components(edges, directed=False)
    return np.asarray(group, dtype=np.int64)


def may_be_decided(
    graph: ConflictGraph, group: Ints, place: Ints, most_beside: Bools | None
) -> Bools:
    """Tell of which nodes spacing may decide how many open.

    It does not in a group of which other rules let only some sites open, and of which as
    many can stand apart: then a bound by spacing is no lower than what those rules say.
    To see that it takes no search, only some set of sites that stand apart.

    Parameters
    ----------
    graph
        All nodes, of weight 1.
    group, place
        Shape (n,): which group and which place a node belongs to.
    most_beside
        Shape (n,): a plan with most sites of each group by all rules but spacing;
        ``None`` where it is not known.

    Returns
    -------
    array
        Shape (n,), the same for all nodes of a group.
    """
    n = len(group)
    if most_beside is None or not n:
        return np.ones(n, dtype=np.bool_)
    size = int(group.max()) + 1
    _, first = np.unique(place, return_index=True)
    sites = np.bincount(group[first], minlength=size)
    allowed = np.bincount(group[most_beside], minlength=size)
    sparse_first = -np.array([len(near) for near in graph.neighbours], dtype=float)
    apart = list(rounded(graph, sparse_first))
    standing = np.bincount(group[apart], minlength=size)
    result: Bools = ((allowed == sites) | (standing < allowed))[group]
    return result
