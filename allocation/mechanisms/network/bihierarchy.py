"""Two nested families of sets, and the network they make.

Where the sets of a component fall into two families, each of which holds no two sets
that cross (overlap without one containing the other), the ways to use lanes are the
integer flows of a network: out through one family's tree, along a lane, in through the
other's.  Then every fractional use is a lottery over lawful ones (Budish, Che, Kojima
and Milgrom, "Designing Random Allocation Mechanisms", American Economic Review 103,
2013, theorem 1; Hoffman and Kruskal 1956 for the matrix).  Sets that fit neither family
are left out and returned: the network then allows too much, never too little.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from allocation.instance import Bools, Ints
from allocation.mechanisms.network.flow import Arcs
from allocation.mechanisms.network.sets import AWARD, Component, LaneSet

_OUT, _IN = 0, 1


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """A component as a circulation.

    Attributes
    ----------
    arcs
        First the arcs of sets, then one arc a lane.
    sets
        The set behind each of the first arcs; several where equal sets were joined.
    lane_arc
        Shape (lanes,).
    person_arc
        Shape (people,): the arc all lanes of a person pass through.
    left_out
        Positions of the component's sets that the network does not hold.
    """

    arcs: Arcs
    sets: tuple[tuple[LaneSet, ...], ...]
    lane_arc: Ints
    person_arc: Ints
    left_out: Ints

    @property
    def starts_with_people(self) -> bool:
        """Whether every person hangs on the root, with nothing bounding several above."""
        return bool(np.all(self.arcs.tail[self.person_arc] == 0))


@dataclass(frozen=True, slots=True, eq=False)
class _Overlaps:
    """Pairs of sets that share a lane, both ways; shape (pairs,) each."""

    a: Ints
    b: Ints
    shared: Ints
    size: Ints

    @property
    def cross(self) -> Bools:
        """Where neither holds the other."""
        result: Bools = (self.shared < self.size[self.a]) & (self.shared < self.size[self.b])
        return result

    @property
    def inside(self) -> Bools:
        """Where a is a proper part of b."""
        result: Bools = (self.shared == self.size[self.a]) & (self.size[self.a] < self.size[self.b])
        return result


def build_network(component: Component) -> Network:
    """Arrange a component's sets in two families, as many of them as fit.

    Sets come in order of precedence: people first, then rows in the order they were
    written, so that what is left out stands late.
    """
    joined = _join_equal(component.sets)
    members = [each[0].lanes for each in joined]
    overlaps = _overlaps(members, len(component.column))
    is_person = np.array([each[0].rule == AWARD for each in joined], dtype=np.bool_)
    family = _families(overlaps, len(joined), is_person)
    position = {id(each): k for k, each in enumerate(component.sets)}
    left_out = sorted(
        position[id(one)] for k in np.flatnonzero(family < 0) for one in joined[int(k)]
    )
    kept = np.flatnonzero(family >= 0)
    return _network(component, joined, overlaps, family, kept, np.array(left_out, dtype=np.int64))


def _join_equal(sets: Sequence[LaneSet]) -> list[tuple[LaneSet, ...]]:
    by_lanes: dict[bytes, list[LaneSet]] = {}
    for each in sets:
        by_lanes.setdefault(each.lanes.tobytes(), []).append(each)
    return [tuple(group) for group in by_lanes.values()]


def _overlaps(members: Sequence[Ints], n_lanes: int) -> _Overlaps:
    size = np.array([len(each) for each in members], dtype=np.int64)
    lanes = np.concatenate([np.empty(0, np.int64), *members])
    incidence = sp.csr_array(
        (np.ones(len(lanes), np.int64), (np.repeat(np.arange(len(size)), size), lanes)),
        shape=(len(size), n_lanes),
    )
    pairs = sp.coo_array(incidence @ incidence.T)
    other = pairs.row != pairs.col
    return _Overlaps(
        pairs.row[other].astype(np.int64),
        pairs.col[other].astype(np.int64),
        pairs.data[other].astype(np.int64),
        size,
    )


def _families(overlaps: _Overlaps, n_sets: int, is_person: Bools) -> Ints:
    """Return the family of each set (-1 left out) such that no two sets of one cross."""
    cross = overlaps.cross
    a, b = overlaps.a[cross], overlaps.b[cross]
    # The double cover tells two-colourability: a set and its mirror must stay apart.
    cover = sp.coo_array(
        (np.ones(len(a), np.int8), (a, b + n_sets)), shape=(2 * n_sets, 2 * n_sets)
    )
    _, label = sp.csgraph.connected_components(cover, directed=False)
    if np.all(label[:n_sets] != label[n_sets:]):
        family = (label[:n_sets] > label[n_sets:]).astype(np.int64)
        part = np.minimum(label[:n_sets], label[n_sets:])
    else:
        family, part = _greedy_families(a, b, n_sets)
    return _people_out(family, part, is_person)


def _greedy_families(a: Ints, b: Ints, n_sets: int) -> tuple[Ints, Ints]:
    """Take sets in turn, each that crosses none of the family it would have to join."""
    earlier: list[list[int]] = [[] for _ in range(n_sets)]
    for one, other in zip(a.tolist(), b.tolist(), strict=True):
        if other < one:
            earlier[one].append(other)
    sides = _Sides(n_sets)
    left_out = [False] * n_sets
    for k in range(n_sets):
        left_out[k] = not sides.oppose(k, [other for other in earlier[k] if not left_out[other]])
    tops = [sides.top(k) for k in range(n_sets)]
    family = np.array([turns for _, turns in tops], dtype=np.int64)
    family[left_out] = -1
    return family, np.array([top for top, _ in tops], dtype=np.int64)


class _Sides:
    """Parts of sets whose families are known against each other (union-find with parity)."""

    def __init__(self, n_sets: int) -> None:
        self.parent = list(range(n_sets))
        self.turned = [0] * n_sets

    def top(self, k: int) -> tuple[int, int]:
        """Return the top of a part, and 1 where k stands in the other family than it."""
        path = []
        while self.parent[k] != k:
            path.append(k)
            k = self.parent[k]
        turns = 0
        for node in reversed(path):
            turns ^= self.turned[node]
            self.parent[node], self.turned[node] = k, turns
        return k, turns

    def oppose(self, k: int, others: Sequence[int]) -> bool:
        """Put a new set opposite all the others; return whether that can be."""
        wanted: dict[int, int] = {}
        for other in others:
            top, turns = self.top(other)
            if wanted.setdefault(top, 1 - turns) != 1 - turns:
                return False
        for top, turns in wanted.items():
            self.parent[top], self.turned[top] = k, turns
        return True


def _people_out(family: Ints, part: Ints, is_person: Bools) -> Ints:
    """Swap the two families of each crossing part so that people stand at the way out."""
    _, part = np.unique(part, return_inverse=True)
    inside = family >= 0
    people_in = np.bincount(part[inside & is_person & (family == _IN)], minlength=part.max() + 1)
    people_out = np.bincount(part[inside & is_person & (family == _OUT)], minlength=part.max() + 1)
    # A part without people stands at the way in, so that people hang on the root.
    others_out = np.bincount(part[inside & (family == _OUT)], minlength=part.max() + 1)
    swap = (people_in > people_out) | ((people_in + people_out == 0) & (others_out == 1))
    return np.where(inside & swap[part], 1 - family, family)


def _network(
    component: Component,
    joined: Sequence[tuple[LaneSet, ...]],
    overlaps: _Overlaps,
    family: Ints,
    kept: Ints,
    left_out: Ints,
) -> Network:
    node = np.full(len(joined), -1, dtype=np.int64)
    node[kept] = np.arange(1, len(kept) + 1)
    parent = _parents(overlaps, family)
    above = np.where(parent[kept] >= 0, node[parent[kept]], 0)
    is_out = family[kept] == _OUT
    lower = np.array([max(each.lower for each in joined[k]) for k in kept.tolist()], np.int64)
    upper = np.array([min(each.upper for each in joined[k]) for k in kept.tolist()], np.int64)
    size = np.array([int(component.upper[joined[k][0].lanes].sum()) for k in kept.tolist()])
    lane_tail = _smallest(component, joined, node, kept[is_out])
    lane_head = _smallest(component, joined, node, kept[~is_out])
    arcs = Arcs(
        np.concatenate([np.where(is_out, above, node[kept]), lane_tail]).astype(np.int64),
        np.concatenate([np.where(is_out, node[kept], above), lane_head]).astype(np.int64),
        np.concatenate([np.maximum(0, lower), component.lower]).astype(np.int64),
        np.concatenate([np.minimum(size, upper), component.upper]).astype(np.int64),
        len(kept) + 1,
    )
    arc_of = {int(k): number for number, k in enumerate(kept.tolist())}
    person_arc = {
        one.item: arc_of[k] for k in kept.tolist() for one in joined[k] if one.rule == AWARD
    }
    return Network(
        arcs,
        tuple(joined[k] for k in kept.tolist()),
        np.arange(len(kept), len(kept) + len(component.column)),
        np.array([person_arc[i] for i in component.people.tolist()], dtype=np.int64),
        left_out,
    )


def _parents(overlaps: _Overlaps, family: Ints) -> Ints:
    """Return the smallest set of the same family that holds each one, -1 for none."""
    parent = np.full(len(family), -1, dtype=np.int64)
    inside = overlaps.inside & (family[overlaps.a] == family[overlaps.b])
    a, b = overlaps.a[inside], overlaps.b[inside]
    order = np.lexsort((overlaps.size[b], a))
    own, first = np.unique(a[order], return_index=True)
    parent[own] = b[order][first]
    return parent


def _smallest(
    component: Component, joined: Sequence[tuple[LaneSet, ...]], node: Ints, chosen: Ints
) -> Ints:
    """Return for each lane the node of the smallest of some nested sets it is in, else 0."""
    found = np.zeros(len(component.column), dtype=np.int64)
    by_size = sorted(chosen.tolist(), key=lambda k: -len(joined[k][0].lanes))
    for k in by_size:
        found[joined[k][0].lanes] = node[k]
    return found
