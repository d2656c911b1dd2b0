"""Leximin chances on a network, exactly.

The chance of a person is the flow through their arc.  Leximin raises the smallest chance
as far as it goes, then the next smallest, and so on.

Divide and conquer (Fujishige 1980 for bases of polymatroids; the egalitarian solution of
Bogomolnaia and Moulin, "Random Matching under Dichotomous Preferences", Econometrica 72,
2004, is the case of capacities alone): give everybody of a region the mean chance, as far
as a maximum flow can; the minimum cut parts those who must stay below it from those who
can rise above it.  A region whose flow gives everybody the mean is a *tight set*; its
chance is units / persons.  Where lower bounds bind, the parts may depend on each other;
their links (:mod:`~allocation.mechanisms.egalitarian.links`) then do not hold, and
:mod:`~allocation.mechanisms.egalitarian.rise` goes level by level instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from allocation.instance import Bools, Ints
from allocation.mechanisms.egalitarian.links import (
    Chances,
    Region,
    is_tight,
    make_link,
    without_choice,
)
from allocation.mechanisms.egalitarian.rise import raise_levels
from allocation.mechanisms.network.bihierarchy import Network
from allocation.mechanisms.network.flow import Arcs, augment, circulate, push


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """A piece of the network on its own; arcs across its border are led to the root."""

    arcs: Arcs
    nodes: Ints
    people: Ints
    person_arc: Ints
    most: int
    """Most awards the people can have together."""


def leximin(network: Network) -> Chances | None:
    """Return the leximin chances of a network's people.

    Returns
    -------
    Chances or None
        ``None`` where the bounds cannot be kept at all.
    """
    if circulate(network.arcs) is None:
        return None
    if network.starts_with_people:
        found = _divide(network)
        if found is not None:
            return found
    return raise_levels(network)


def _divide(network: Network) -> Chances | None:
    arcs = network.arcs
    free = np.flatnonzero(arcs.lower[network.person_arc] == 0)
    whole = _Part(arcs, np.arange(1, arcs.n_nodes), free, network.person_arc[free], most=len(free))
    most, _ = _share_out(whole, Fraction(1))
    found: list[tuple[Fraction, Ints, Ints]] = []
    waiting = [replace(whole, most=int(most))]
    while waiting:
        part = waiting.pop()
        n = len(part.people)
        mean = Fraction(part.most, n) if n else Fraction(1)
        if n == 0 or mean == 1:
            found.append((Fraction(1), part.nodes, part.people))
            continue
        total, side = _share_out(part, mean)
        below = side[part.arcs.head[part.person_arc]]
        if total == part.most:
            found.append((mean, part.nodes, part.people))
        elif below.any() and not below.all():
            held = total - mean * int((~below).sum())
            if held.denominator != 1:
                return None
            waiting += _cut(part, side, below, int(held))
        else:
            return None
    found.sort(key=lambda each: (each[0], int(each[1].min(initial=0))))
    return _in_chain(network, found)


def _share_out(part: _Part, mean: Fraction) -> tuple[Fraction, Bools]:
    """Let everybody have up to the mean; return the total and the nodes held below it.

    What lower bounds need beyond the mean flows in beside it, from a source of its own.
    """
    a, b = mean.numerator, mean.denominator
    arcs, person_arc = part.arcs, part.person_arc
    is_person = np.zeros(len(arcs.tail), dtype=np.bool_)
    is_person[person_arc] = True
    source = arcs.n_nodes
    if not arcs.lower.any():
        tail = np.where((arcs.tail == 0) & is_person, source, arcs.tail)
        capacity = np.where(is_person, a, arcs.upper * b)
        # What leaves the root without a person would only take room.
        keep = tail != 0
        pushed = push(tail[keep], arcs.head[keep], capacity[keep], source, 0, source + 1)
        return Fraction(pushed.amount, b), pushed.side[: arcs.n_nodes]
    rest = source + 1
    enough = int(arcs.upper.sum()) * b + b
    n = len(person_arc)
    whole = Arcs(
        np.concatenate([np.where(is_person, source, arcs.tail), np.full(n, rest), [0, 0]]),
        np.concatenate([arcs.head, arcs.head[person_arc], [source, rest]]),
        np.concatenate([np.where(is_person, 0, arcs.lower * b), np.zeros(n + 2, np.int64)]),
        np.concatenate(
            [np.where(is_person, a, arcs.upper * b), np.full(n, b - a), [enough, enough]]
        ),
        rest + 1,
    )
    started = circulate(whole)
    if started is None:
        return Fraction(-1), np.zeros(arcs.n_nodes, dtype=np.bool_)
    back = len(whole.tail) - 2
    closed = replace(whole, lower=whole.lower.copy(), upper=whole.upper.copy())
    closed.lower[back] = closed.upper[back] = started.flow[back]
    pushed = augment(closed, started.flow, source, 0)
    total = int(started.flow[back]) + pushed.amount
    return Fraction(total, b), pushed.side[: arcs.n_nodes]


def _cut(part: _Part, side: Bools, below: Bools, held: int) -> list[_Part]:
    """Part the nodes below from those above; arcs between them carry what the cut says."""
    parts = []
    for inside, people, most in (
        (side, below, held),
        (~side, ~below, part.most - held),
    ):
        inside = inside.copy()
        inside[0] = False
        arcs = part.arcs
        tail_in, head_in = inside[arcs.tail], inside[arcs.head]
        keep = np.flatnonzero(tail_in | head_in)
        tail, head = arcs.tail[keep], arcs.head[keep]
        lower, upper = arcs.lower[keep].copy(), arcs.upper[keep].copy()
        from_other = (tail != 0) & ~tail_in[keep]
        to_other = (head != 0) & ~head_in[keep]
        # From below to above everything flows that may, from above to below what must.
        given = side[tail] & from_other
        lower[given] = upper[given]
        must = from_other & ~given
        upper[must] = lower[must]
        back = to_other & ~side[tail]
        upper[back] = lower[back]
        number = np.cumsum(inside)
        local = np.where(inside, number, 0)
        position = np.full(len(arcs.tail), -1, dtype=np.int64)
        position[keep] = np.arange(len(keep))
        nodes = np.zeros(arcs.n_nodes, dtype=np.int64)
        nodes[1:] = part.nodes
        parts.append(
            _Part(
                Arcs(local[tail], local[head], lower, upper, int(inside.sum()) + 1),
                nodes[inside],
                part.people[people],
                position[part.person_arc[people]],
                most,
            )
        )
    return parts


def _in_chain(network: Network, found: Sequence[tuple[Fraction, Ints, Ints]]) -> Chances | None:
    """Make the links of parts in ascending order; ``None`` where one does not hold.

    Parameters
    ----------
    found
        Chance, nodes and people of each part.
    """
    arcs, person_arc = network.arcs, network.person_arc
    chance = [Fraction(1)] * len(person_arc)
    for level, _, people in found:
        for i in people.tolist():
            chance[i] = level
    settled = np.zeros(len(person_arc), dtype=np.bool_)
    links, regions = [], []
    for level, nodes, people in found:
        if level == 1:
            continue
        inside = np.zeros(arcs.n_nodes, dtype=np.bool_)
        inside[nodes] = True
        link = make_link(arcs, person_arc, inside, level, people, settled)
        if not is_tight(link, {}):
            return None
        links.append(link)
        regions.append(Region(nodes, people))
        arcs = without_choice(arcs, inside, person_arc)
    return Chances(tuple(chance), tuple(links), tuple(regions), arcs)
