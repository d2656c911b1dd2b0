"""Prices of places at which nobody would rather have anything but what a flow gives them.

They are potentials of the residual graph (Ahuja, Magnanti and Orlin 1993, section 9.3):
node a stands for a place's price, the last node for having or giving nothing, whose price
is 0, and an arc a -> b of length l says ``price of b >= price of a + l``.  Least prices are
longest paths from the last node (Bellman 1958, Ford 1956; a round looks only at what the
last one changed).  What no path reaches is given the greatest prices that its own paths to
what is priced allow, and so on in turn; the tree of all these paths is a basis.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from allocation.instance import Bools, Ints

if TYPE_CHECKING:
    from allocation.mechanisms.optimise.transport import Market

_UNPRICED = -(2**62)


@dataclass(frozen=True, slots=True, eq=False)
class PriceTree:
    """How each place's price follows from another's.

    Attributes
    ----------
    places, wishes
        Places whose price a wish that is not granted sets, and these wishes.
    left, leaving
        Places whose price makes a holder's award worth nothing, and these awards.
    """

    places: Ints
    wishes: Ints
    left: Ints
    leaving: Ints


@dataclass(frozen=True, slots=True, eq=False)
class _Arcs:
    """Arcs of the residual graph; ``wish`` is -1 where no wish makes the arc."""

    tail: Ints
    head: Ints
    length: Ints
    wish: Ints
    n_nodes: int

    def reversed(self) -> _Arcs:
        return replace(self, tail=self.head, head=self.tail)


def price_tree(market: Market, weight: Ints, held: Bools) -> PriceTree | None:
    """Find prices for the wishes held, ``None`` where others would weigh more.

    Parameters
    ----------
    weight, held
        Shape (wishes,): what a wish is worth, and whether it is granted.
    """
    arcs = _residual(market, weight, held)
    tree = _Growing(arcs.n_nodes)
    root = np.array([len(market.most)])
    backward = arcs.reversed()
    while len(root):
        tree.is_priced[root] = True
        n_priced = 0
        while n_priced < tree.is_priced.sum():
            n_priced = tree.is_priced.sum()
            if not (tree.grow(arcs, 1) and tree.grow(backward, -1)):
                return None
        # What no arc joins to the rest is priced apart, from any of its places.
        root = _anchors(arcs, tree.is_priced)
    if np.any(tree.price[arcs.head] < tree.price[arcs.tail] + arcs.length):
        return None
    places = np.flatnonzero(tree.setter[:-1] >= 0)
    wishes = arcs.wish[tree.setter[places]]
    places, wishes = places[wishes >= 0], wishes[wishes >= 0]
    left = held[wishes]
    return PriceTree(places[~left], wishes[~left], places[left], wishes[left])


def _residual(market: Market, weight: Ints, held: Bools) -> _Arcs:
    """Write down who would rather have what, and which places could give more or less."""
    nothing = len(market.most)
    own = np.full(len(market.must_serve), -1, dtype=np.int64)
    own[market.person[held]] = np.flatnonzero(held)
    others = np.flatnonzero(~held)
    hold = own[market.person[others]]
    may_leave = np.flatnonzero(held & ~market.must_serve[market.person])
    filled = market.filled(held)
    # A place without anybody gives out no less, whatever its price.
    may_give, may_keep = filled < market.most, (filled > market.least) | (market.least == 0)
    gives, keeps = np.flatnonzero(may_give), np.flatnonzero(may_keep)
    n_free = len(gives) + len(keeps)
    return _Arcs(
        np.concatenate(
            [
                np.where(hold >= 0, market.place[hold], nothing),
                market.place[may_leave],
                gives,
                np.full(len(keeps), nothing),
            ]
        ),
        np.concatenate(
            [
                market.place[others],
                np.full(len(may_leave), nothing),
                np.full(len(gives), nothing),
                keeps,
            ]
        ),
        np.concatenate(
            [
                weight[others] - np.where(hold >= 0, weight[hold], 0),
                -weight[may_leave],
                np.zeros(n_free, np.int64),
            ]
        ),
        np.concatenate([others, may_leave, np.full(n_free, -1)]),
        nothing + 1,
    )


class _Growing:
    """Prices so far, and the arc each was set by."""

    def __init__(self, n_nodes: int) -> None:
        self.price: Ints = np.zeros(n_nodes, dtype=np.int64)
        self.setter: Ints = np.full(n_nodes, -1, dtype=np.int64)
        self.is_priced: Bools = np.zeros(n_nodes, dtype=np.bool_)

    def grow(self, arcs: _Arcs, sign: int) -> bool:
        """Price what arcs reach from what is priced; False where prices rise for ever."""
        if self.is_priced.all():
            return True
        value = np.where(self.is_priced, sign * self.price, _UNPRICED)
        out, changed = _Lists.of(arcs.tail, arcs.n_nodes), np.flatnonzero(self.is_priced)
        for n_round in range(1, arcs.n_nodes + 2):
            arc = out.members(changed)
            arc = arc[~self.is_priced[arcs.head[arc]]]
            offered = value[arcs.tail[arc]] + arcs.length[arc]
            raises = offered > value[arcs.head[arc]]
            if not raises.any():
                self.is_priced = value != _UNPRICED
                self.price = np.where(self.is_priced, sign * value, 0)
                return True
            arc, offered = arc[raises], offered[raises]
            head = arcs.head[arc]
            np.maximum.at(value, head, offered)
            best = offered == value[head]
            self.setter[head[best]] = arc[best]
            changed = distinct(head, arcs.n_nodes)
            # Asked ever more seldom: a ring that is not there costs next to nothing.
            if n_round.bit_count() == 1 and self._goes_round(arcs, value):
                return False
        return False

    def _goes_round(self, arcs: _Arcs, value: Ints) -> bool:
        """Whether prices set each other in a ring, which raises them for ever."""
        is_new = ~self.is_priced & (value != _UNPRICED)
        above = np.arange(arcs.n_nodes)
        above[is_new] = arcs.tail[self.setter[is_new]]
        for _ in range(arcs.n_nodes.bit_length()):
            above = above[above]
        return bool(is_new[above].any())


def _anchors(arcs: _Arcs, priced: Bools) -> Ints:
    """Return one node of each part that no arc joins to what is priced."""
    nodes = np.flatnonzero(~priced)
    if not len(nodes):
        return nodes
    joins = ~priced[arcs.tail] & ~priced[arcs.head]
    shape = (arcs.n_nodes, arcs.n_nodes)
    graph = sp.coo_array((np.ones(int(joins.sum())), (arcs.tail[joins], arcs.head[joins])), shape)
    part = connected_components(graph, directed=False)[1]
    return nodes[np.unique(part[nodes], return_index=True)[1]]


def distinct(numbers: Ints, n: int) -> Ints:
    """Return the distinct ones of some numbers below n, ascending."""
    if len(numbers) * 8 < n:
        return np.unique(numbers)
    is_there = np.zeros(n, dtype=np.bool_)
    is_there[numbers] = True
    return np.flatnonzero(is_there)


@dataclass(frozen=True, slots=True, eq=False)
class _Lists:
    """Positions ordered by the group they belong to."""

    order: Ints
    start: Ints
    size: Ints

    @classmethod
    def of(cls, group: Ints, n_groups: int) -> _Lists:
        """Order the positions of an array of groups."""
        place = np.arange(len(group))
        # To rows and back: a counting sort, several times faster than argsort.
        rows = sp.coo_array((place, (group, place)), shape=(n_groups, len(group))).tocsr()
        return cls(rows.data, rows.indptr[:-1].astype(np.int64), np.diff(rows.indptr))

    def members(self, groups: Ints) -> Ints:
        """Return the positions of several groups."""
        size = self.size[groups]
        shift = np.repeat(self.start[groups] - np.cumsum(size) + size, size)
        return self.order[shift + np.arange(len(shift))]
