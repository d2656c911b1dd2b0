"""The heaviest independent set: bounds and sets meet.

Round after round: the linear bound over all rows so far; a set from its point; every node
that no heavier set can have is dropped; rows that cut the point off, from windows that
grow where small ones find nothing more.  What is left in the end is settled part by part,
in integers or, where a part is too large for that, by branch and bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import floor
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from allocation.instance import Floats, Ints
from allocation.mechanisms.independent_set.bounds import Bound, bound_of
from allocation.mechanisms.independent_set.graph import (
    MOST_WEIGHT,
    ConflictGraph,
    conflict_graph,
    find_dominated,
)
from allocation.mechanisms.independent_set.incumbent import joined, polished, rounded
from allocation.mechanisms.independent_set.local_cuts import local_cuts
from allocation.mechanisms.independent_set.parts import settled_part
from allocation.mechanisms.independent_set.rows import clique_rows, program_of
from allocation.mechanisms.optimise.backend import Budget, Interrupted
from allocation.mechanisms.optimise.neighbourhood import hold_rest
from allocation.mechanisms.optimise.program import Program
from allocation.mechanisms.optimise.solving import solve_lp, solve_mip
from allocation.set_proof import Cover, Dominated, Row, SetProof

Route = Literal["cover", "mip", "open"]
_SIZES = (16, 20, 26, 32)
"""Nodes of a window."""
_WORTH = 0.1
"""Share of the gap a round must close for windows of its size to be searched again."""
_WORTH_AT_LAST = 0.005
_SMALL = 150
"""Nodes that are settled sooner as they are than by more rows."""
_EPS = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class HeaviestSet:
    """An independent set and how much heavier another one could be.

    Attributes
    ----------
    chosen
        Nodes, ascending.  Of several heaviest sets it is any one.
    value
        Its weight.
    bound
        No independent set is heavier than this.
    shown
        The same by the proof alone, without a solver's word; at least ``bound``.
    route
        What proves the bound: ``cover`` (the proof, by arithmetic), ``mip`` (the proof
        down to what is left, then a solver's word), ``open`` (the proof, and a gap is
        left).
    proof
        Steps about the sets heavier than ``value``.
    stopped_by_person
        Whether the search was ended before it was done; ``None`` where it was not.
    """

    chosen: Ints
    value: int
    bound: int
    shown: int
    route: Route
    proof: SetProof
    stopped_by_person: bool | None = None

    @property
    def rows(self) -> tuple[Row, ...]:
        """Rows beyond cliques, kept by every independent set, that the last bound rests on."""
        covers = [step for step in self.proof if isinstance(step, Cover)]
        return tuple(row for cover in covers[-1:] for row in cover.rows if row.limit > 1)

    @property
    def is_proven(self) -> bool:
        """Whether no set is heavier."""
        return self.value == self.bound


def heaviest_independent_set(weights: ArrayLike, pairs: ArrayLike, budget: Budget) -> HeaviestSet:
    """Find an independent set of greatest weight.

    Parameters
    ----------
    weights
        Shape (n,): non-negative integers.
    pairs
        Shape (m, 2): nodes that exclude each other.  Nothing else is known of the nodes;
        lists of conflicts without coordinates are as good as sites in the plane.
    budget
        When it ends, the best set so far is returned with its bound.

    Returns
    -------
    HeaviestSet
        Value and bound are the same on every machine where they meet.

    Raises
    ------
    ValueError
        For a negative weight, weights of 2**50 or more together, a node in conflict
        with itself or one that does not exist.
    """
    search = _Search(conflict_graph(weights, pairs), budget)
    try:
        search.run()
    except Interrupted as stop:
        return replace(search.outcome(), stopped_by_person=stop.by_person)
    return search.outcome()


def is_only_heaviest(
    weights: ArrayLike, pairs: ArrayLike, found: HeaviestSet, budget: Budget
) -> bool:
    """Tell whether a heaviest set is shown, by arithmetic, to be the only one.

    Nodes outside it are made a little heavier: another set as heavy would then be
    heavier, and if none is, there is no other.

    Parameters
    ----------
    weights, pairs
        Of the graph it was found in; nodes of weight 0 belong to no set.

    Returns
    -------
    bool
        ``False`` also where it is not known: time was up, or a lighter set has so many
        more nodes that it gets heavier.
    """
    scaled = np.array(weights, dtype=np.int64)
    if not found.is_proven or scaled.sum() + len(scaled) >= MOST_WEIGHT:
        return False
    # With a factor beyond the number of nodes only a set as heavy can get heavier.
    factor = max(1, min(len(scaled) + 1, MOST_WEIGHT // (2 * int(scaled.sum()) + 1)))
    outside = scaled > 0
    outside[found.chosen] = False
    lifted = heaviest_independent_set(factor * scaled + outside, pairs, budget)
    return lifted.shown == factor * found.value


@dataclass(frozen=True, slots=True, eq=False)
class _Relaxation:
    """The linear relaxation over some rows, solved."""

    rows: Sequence[Row]
    program: Program
    x: Floats
    duals: Floats
    bound: Bound

    @property
    def useful_rows(self) -> list[Row]:
        """Cliques, and the other rows that hold the point."""
        return [
            row for row, y in zip(self.rows, self.duals, strict=True) if row.limit == 1 or y > _EPS
        ]


class _Search:
    def __init__(self, graph: ConflictGraph, budget: Budget) -> None:
        self._whole = graph
        self._left = graph
        """Every set heavier than the best, if there is one, has as heavy a one in here."""
        self._budget = budget
        self._best = rounded(graph, np.zeros(len(graph.weights)))
        self._bound = self._shown = int(graph.weights.sum())
        self._route: Route = "cover"
        self._proof: list[Dominated | Cover] = []
        self._last: Cover | None = None
        """The latest bound, where it is not in the proof yet."""

    @property
    def _value(self) -> int:
        return self._whole.value(self._best)

    @property
    def _nodes(self) -> frozenset[int]:
        return frozenset(np.flatnonzero(self._left.live).tolist())

    @property
    def _is_closed(self) -> bool:
        return self._bound <= self._value

    def outcome(self) -> HeaviestSet:
        """Return what is known so far."""
        last = () if self._last is None else (self._last,)
        return HeaviestSet(
            np.array(sorted(self._best), dtype=np.int64),
            self._value,
            max(self._bound, self._value),
            max(self._shown, self._value),
            self._route if self._is_closed else "open",
            (*self._proof, *last),
        )

    def run(self) -> None:
        """Search until value and bound meet or nothing is left to try."""
        self._drop_dominated(np.flatnonzero(self._left.live).tolist())
        at = self._relaxed(clique_rows(self._left, self._budget))
        self._polish(at)
        self._drop(at)
        for size in _SIZES:
            at = self._cut(at, size)
        if not self._is_closed:
            self._settle(at)

    def _cut(self, at: _Relaxation, size: int) -> _Relaxation:
        """Add rows from windows of a size for as long as they are worth it."""
        worth = _WORTH if size < _SIZES[-1] else _WORTH_AT_LAST
        is_worth = True
        while is_worth and not self._is_closed and self._left.live.sum() > _SMALL:
            new = self._new_rows(at, size)
            if not new:
                break
            before, at = at.bound.linear, self._relaxed([*at.useful_rows, *new])
            closed, gap = before - at.bound.linear, before - self._value
            if closed < _WORTH * gap:
                self._polish(at)
            self._drop(at)
            is_worth = closed >= worth * gap
        return at

    def _new_rows(self, at: _Relaxation, size: int) -> list[Row]:
        x = np.where(self._left.live, at.x, 0.0)
        return local_cuts(self._left, x, at.bound.left / at.bound.scale, size, self._budget)

    def _relaxed(self, rows: Sequence[Row]) -> _Relaxation:
        """Solve the relaxation, and take its bound and the set nearest to its point."""
        program = program_of(self._left, rows)
        solution = solve_lp(program, self._left.weights.astype(float), self._budget)
        if solution is None:
            raise ValueError("a relaxation that holds the empty set has no point")
        bound = bound_of(self._left, rows, program, solution.duals)
        self._bound = self._shown = min(self._shown, bound.value)
        self._last = bound.cover(self._value)
        self._consider(rounded(self._left, solution.x))
        return _Relaxation(rows, program, solution.x, solution.duals, bound)

    def _consider(self, found: frozenset[int]) -> None:
        self._best = joined(self._whole, self._best, found)

    def _polish(self, at: _Relaxation) -> None:
        if self._is_closed:
            return
        start = joined(self._left, rounded(self._left, at.x), self._best & self._nodes)
        self._consider(polished(self._left, at.program, start, at.x, self._budget))

    def _drop(self, at: _Relaxation) -> None:
        """Drop the nodes that no heavier set has."""
        out = frozenset() if self._is_closed else at.bound.excluded(self._left, self._value)
        if out:
            self._proof.append(at.bound.cover(self._value))
            self._last = None
            touched = self._left.around(self._left.around(out))
            self._left = self._left.without(out)
            self._drop_dominated(touched - out)

    def _drop_dominated(self, among: Iterable[int]) -> None:
        found = find_dominated(self._left, among, self._budget)
        self._proof += found
        self._left = self._left.without(step.node for step in found)

    def _settle(self, at: _Relaxation) -> None:
        """Settle what is left part by part: in integers, or else by branch and bound."""
        program = program_of(self._left, at.useful_rows)
        chosen, most, exact = set[int](), 0, list[Row]()
        parts = self._left.parts()
        for part in parts:
            self._budget.remaining_s()
            settled = settled_part(self._left, part)
            if settled is not None:
                exact.append(settled.row)
                nodes, bound = settled.chosen, settled.row.limit
            else:
                nodes, bound = self._branched(program, part)
            chosen |= nodes
            most += bound
        self._consider(frozenset(chosen))
        if len(exact) == len(parts):
            self._last = Cover(self._value, 1, tuple(exact), (1,) * len(exact))
            self._shown = min(self._shown, most)
        elif most < self._bound:
            self._route = "mip"
        self._bound = min(self._bound, most)

    def _branched(self, program: Program, part: Sequence[int]) -> tuple[frozenset[int], int]:
        """Return a set of a part and its bound, by branch and bound."""
        nothing = np.zeros(len(self._left.weights), dtype=np.int64)
        inside = np.zeros(len(nothing), dtype=np.bool_)
        inside[part] = True
        objective = self._left.weights.astype(float)
        found = solve_mip(hold_rest(program, inside, nothing), objective, self._budget)
        nodes = frozenset[int]() if found.x is None else frozenset(np.flatnonzero(found.x).tolist())
        if not self._left.is_independent(nodes):
            nodes = frozenset()
        return nodes, _whole_bound(found.bound, self._left.value(part))


def _whole_bound(bound: float | None, otherwise: int) -> int:
    """Return the integer bound that a solver's bound leaves."""
    return otherwise if bound is None else floor(bound + 1e-6 * max(1.0, abs(bound)))
