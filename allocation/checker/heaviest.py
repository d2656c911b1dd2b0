"""Is it true that no independent set is heavier?  A proof, followed by arithmetic.

The steps are of :mod:`allocation.set_proof`; every row is judged anew, by trying all
independent sets of its few nodes, and every sum is counted anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from allocation.set_proof import Cover, Dominated, Row, SetProof

_MOST_STATES = 2_000_000
_MOST_NODES = 400


class Unconfirmed(Exception):
    """A step of a proof does not hold, or could not be followed."""


def confirmed_bound(
    weights: Sequence[int], pairs: Iterable[tuple[int, int]], value: int, proof: SetProof
) -> int:
    """Return what an independent set can weigh at most, as a proof shows.

    Parameters
    ----------
    weights
        Non-negative integers, one a node.
    pairs
        Nodes that exclude each other.
    value
        Weight of a set that is known.

    Returns
    -------
    int
        At least ``value``.

    Raises
    ------
    Unconfirmed
        When a step is false.
    """
    left = _Left(weights, pairs)
    bound = sum(left.weights.values())
    for step in proof:
        if isinstance(step, Dominated):
            left.drop_dominated(step)
        else:
            if step.value > value:
                raise Unconfirmed
            bound = min(bound, left.drop_excluded(step))
    return max(bound, value)


class _Left:
    """The nodes left over, of which a set heavier than the known one must consist."""

    def __init__(self, weights: Sequence[int], pairs: Iterable[tuple[int, int]]) -> None:
        self.weights = {v: int(weight) for v, weight in enumerate(weights) if weight > 0}
        self._near: dict[int, set[int]] = {v: set() for v in self.weights}
        for a, b in pairs:
            if a in self.weights and b in self.weights:
                self._near[a].add(b)
                self._near[b].add(a)
        self._valid: set[Row] = set()

    def drop_dominated(self, step: Dominated) -> None:
        """Drop a node for which another can stand in."""
        v, u = step.node, step.by
        if (
            u not in self._near.get(v, ())
            or self.weights[u] < self.weights[v]
            or not self._near[u] - {v} <= self._near[v]
        ):
            raise Unconfirmed
        self._drop(v)

    def drop_excluded(self, cover: Cover) -> int:
        """Return the bound of a cover, and drop what no heavier set has."""
        rows = [self._judged(row) for row in cover.rows]
        if cover.scale < 1 or min(cover.multipliers, default=0) < 0:
            raise Unconfirmed
        if len(cover.multipliers) != len(rows):
            raise Unconfirmed
        loss = {v: cover.scale * weight for v, weight in self.weights.items()}
        part = _Parts(self.weights)
        for row, times in zip(rows, cover.multipliers, strict=True):
            part.tie(row)
            for v, coefficient in row.items():
                loss[v] -= times * coefficient
        bounds: defaultdict[int, int] = defaultdict(int)
        for row, source, times in zip(rows, cover.rows, cover.multipliers, strict=True):
            for v in islice(row, 1):  # a row whose nodes are all gone bounds nothing
                bounds[part.of(v)] += times * source.limit
        for v, rest in loss.items():
            bounds[part.of(v)] += max(rest, 0)
        bound = sum(b // cover.scale for b in bounds.values())
        spare = {
            p: b - cover.scale * (cover.value + 1 - bound + b // cover.scale)
            for p, b in bounds.items()
        }
        self._drop_beyond({v: (rest, spare[part.of(v)]) for v, rest in loss.items()})
        return bound

    def _drop_beyond(self, loss_and_spare: Mapping[int, tuple[int, int]]) -> None:
        """Drop the nodes that cost too much, and the neighbours of those too dear to leave."""
        out: set[int] = set()
        for v, (rest, spare) in loss_and_spare.items():
            if -rest > max(spare, 0):
                out.add(v)
            elif rest > max(spare, 0):
                out |= self._near[v]
        for v in out:
            self._drop(v)

    def _drop(self, v: int) -> None:
        for u in self._near.pop(v):
            self._near[u].discard(v)
        del self.weights[v]

    def _judged(self, row: Row) -> Mapping[int, int]:
        """Return the coefficients of the nodes left, if the row holds for them."""
        if not len(set(row.nodes)) == len(row.nodes) == len(row.coefficients):
            raise Unconfirmed
        if min(row.coefficients, default=0) < 0:
            raise Unconfirmed
        inside = {v: c for v, c in zip(row.nodes, row.coefficients, strict=True) if v in self._near}
        if row not in self._valid:
            if _most(self._near, inside) > row.limit:
                raise Unconfirmed
            self._valid.add(row)  # and stays so while nodes are dropped
        return inside


class _Parts:
    """Which nodes rows tie together."""

    def __init__(self, nodes: Iterable[int]) -> None:
        self._up = {v: v for v in nodes}

    def of(self, v: int) -> int:
        while self._up[v] != v:
            self._up[v] = self._up[self._up[v]]
            v = self._up[v]
        return v

    def tie(self, nodes: Iterable[int]) -> None:
        first, *others = [self.of(v) for v in nodes] or [-1]
        for other in others:
            self._up[self.of(other)] = self.of(first)


def _most(near: Mapping[int, set[int]], coefficients: Mapping[int, int]) -> int:
    """Return the greatest value of an independent set of some nodes, tried in their order.

    What is still open is an integer whose bit i stands for the i-th node.
    """
    position = {v: i for i, v in enumerate(coefficients)}
    value_of = list(coefficients.values())
    barred = [sum(1 << position[u] for u in near[v] if u in position) for v in coefficients]
    known: dict[int, int] = {0: 0}

    def best(rest: int) -> int:
        value = known.get(rest)
        if value is None:
            if len(known) > _MOST_STATES:
                raise Unconfirmed
            i = (rest & -rest).bit_length() - 1
            later = rest & (rest - 1)
            value = known[rest] = max(value_of[i] + best(later & ~barred[i]), best(later))
        return value

    if len(position) > _MOST_NODES:
        raise Unconfirmed
    return best((1 << len(position)) - 1)
