"""Branch and bound whose every leaf is closed by an integer certificate.

Where a relaxation is fractional, some row has a fractional activity r x = f, and every
integer point keeps r x <= floor(f) or r x >= floor(f) + 1.  Each case is a linear program
that sets out from the basis of the one before; its duals, in integers, say what the
objective is at most, or that no point is left.  Rows of places come first: once it is
settled which places open, who gets one is mostly a flow, and the relaxation is integral.

Which row is split next goes by what splits of it cost before (pseudo-costs: Benichou,
Gauthier, Girodet, Hentges, Ribiere and Vincent 1971; Achterberg, Koch and Martin 2005).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from itertools import count

import numpy as np

from allocation.instance import Floats, Ints
from allocation.mechanisms.optimise.backend import Budget, SolverFailure
from allocation.mechanisms.optimise.certificate import FINE_SCALES, Certificate, certify
from allocation.mechanisms.optimise.program import Program
from allocation.mechanisms.optimise.solving import Basis, LpSolution, solve_lp

_MOST_NODES, _MOST_COLUMNS = 300, 30_000_000
"""Programs solved, and free columns of all of them, before a tree is given up: branch and
bound with cuts may fare better, and every open node keeps a point and a basis."""
_INTEGRAL = 1e-6
_LEAST_LOSS = 1e-3


@dataclass(frozen=True, slots=True)
class Supposition:
    """``sign * (row x) <= sign * limit``: a row is at most (sign 1) or at least (-1) a limit."""

    row: int
    sign: int
    limit: int

    @property
    def opposite(self) -> Supposition:
        """What holds for all integer points that do not keep this."""
        return Supposition(self.row, -self.sign, self.limit + self.sign)


Path = tuple[Supposition, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A leaf of a tree.

    Attributes
    ----------
    path
        What is supposed, from the root.
    certificate
        What the objective is at most, or, where ``is_impossible``, a contradiction: of
        scale 0, with a negative bound.
    """

    path: Path
    certificate: Certificate

    @property
    def is_impossible(self) -> bool:
        """Whether no point is left."""
        return self.certificate.scale == 0

    def is_below(self, value: int) -> bool:
        """Whether no point of the case reaches a value."""
        return self.is_impossible or self.certificate.bound < value


@dataclass(frozen=True, slots=True, eq=False)
class Cover:
    """Cases that hold every point between them.

    Attributes
    ----------
    limits
        Suppositions that are impossible whatever else is supposed.
    cases
        The leaves, in which the opposite of each of these holds.
    root
        Bound of the program with that alone.
    """

    limits: tuple[Case, ...]
    cases: tuple[Case, ...]
    root: Certificate


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """What was found.

    Attributes
    ----------
    x
        The best point, shape (columns,), or ``None`` where none beats the value asked for.
    cover
        Cases none of which is better than ``x``, or than the value asked for; ``None``
        where the tree was given up.
    """

    x: Ints | None
    cover: Cover | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Node:
    """A case with its relaxation, whose optimum is fractional."""

    case: Case
    lp: LpSolution

    def key(self, number: int) -> tuple[int, int]:
        """Best bound first; among equals the newest, whose basis is at hand."""
        return -self.case.certificate.bound, -number


@dataclass(slots=True, eq=False)
class _Costs:
    """What splits of rows have cost, per unit of activity moved."""

    total: defaultdict[tuple[int, int], float] = field(default_factory=lambda: defaultdict(float))
    number: defaultdict[tuple[int, int], int] = field(default_factory=lambda: defaultdict(int))

    def note(self, supposed: Supposition, activity: float, loss: float) -> None:
        key = supposed.row, supposed.sign
        self.total[key] += loss / abs(activity - supposed.limit)
        self.number[key] += 1

    def estimate(self, row: int, sign: int, distance: float) -> float:
        """Return what a split may cost; a row never split counts as the mean of all."""
        n = self.number.get((row, sign), 0)
        if n:
            mean = self.total[row, sign] / n
        else:
            mean = max(1.0, sum(self.total.values()) / max(1, sum(self.number.values())))
        return max(_LEAST_LOSS, mean * distance)


def branch(
    program: Program,
    objective: Ints,
    value: int,
    budget: Budget,
    *,
    rows: Sequence[range],
    clip: Callable[[Program, Floats], Floats] = lambda _, duals: duals,
    start: Basis | None = None,
    take: Callable[[Ints], None] = lambda _: None,
) -> Tree:
    """Look for a point with more than a value, or prove by cases that there is none.

    Parameters
    ----------
    objective
        Shape (columns,), to be maximised.
    rows
        Rows that may be split, those to be split first in the first range.
    clip
        Makes of duals those that a proof can name.
    start
        Basis to set out from.
    take
        Gets every better point at once, since a budget may end before the tree does.

    Raises
    ------
    Interrupted
        When the budget ends first.
    """
    search = _Search(program, objective, value, budget, rows, clip, take)
    try:
        return search.run(start)
    except SolverFailure:  # another solver may not break down
        return Tree(search.x)


@dataclass(slots=True, eq=False)
class _Search:
    program: Program
    objective: Ints
    value: int
    budget: Budget
    rows: Sequence[range]
    clip: Callable[[Program, Floats], Floats]
    take: Callable[[Ints], None]
    x: Ints | None = None
    costs: _Costs = field(default_factory=_Costs)
    limits: list[Case] = field(default_factory=list)
    n_nodes: int = 0

    def run(self, start: Basis | None) -> Tree:
        """Grow the tree, the node with the greatest bound first."""
        numbers = count()
        most = min(_MOST_NODES, _MOST_COLUMNS // max(1, int(self.program.is_free.sum())))
        root = self._node((), start)
        found, closed, opened = [root], list[Case](), list[tuple[tuple[int, int], _Node]]()
        n_limits = 0
        while root is not None and None not in found and self.n_nodes < most:
            for one in found:
                if isinstance(one, Case):
                    closed.append(one)
                elif one is not None:
                    heappush(opened, (one.key(next(numbers)), one))
            while opened and opened[0][1].case.certificate.bound <= self.value:
                closed.append(heappop(opened)[1].case)
            if not opened:
                bound = root.certificate if isinstance(root, Case) else root.case.certificate
                return Tree(self.x, Cover(tuple(self.limits), tuple(closed), bound))
            if len(self.limits) > n_limits:
                # What was found out of a row holds everywhere: begin again with it.
                n_limits = len(self.limits)
                root = self._node((), opened[0][1].lp.basis)
                found, closed, opened = [root], [], []
            else:
                found = self._split(heappop(opened)[1])
        return Tree(self.x)

    def _split(self, node: _Node) -> list[_Node | Case | None]:
        """Return the two cases of a node, ``None`` for one that could not be judged."""
        row, activity = self._row(node.lp.x)
        if row < 0:  # fractional, though every row is whole
            return [None]
        down = Supposition(row, 1, int(np.floor(activity)))
        reached = float(self.objective @ node.lp.x)
        children: list[_Node | Case | None] = []
        for one in (down, down.opposite):
            child = self._node((*node.case.path, one), node.lp.basis)
            if isinstance(child, _Node):
                loss = reached - float(self.objective @ child.lp.x)
            else:
                loss = max(0.0, reached - self.value)
            self.costs.note(one, activity, loss)
            children.append(child)
        return children

    def _node(self, path: Path, start: Basis | None) -> _Node | Case | None:
        """Solve one case: a node to be split, or a leaf."""
        self.n_nodes += 1
        program = supposing(self.program, path)
        lp = solve_lp(program, self.objective.astype(float), self.budget, start=start, whole=True)
        if lp is None:
            return self._contradiction(path, start)
        certificate = certify(program, self.objective, self.clip(program, lp.duals))
        if certificate is None:
            return None
        case = Case(path, certificate)
        if certificate.bound <= self.value:
            return case
        x = np.rint(lp.x).astype(np.int64)
        if np.abs(lp.x - x).max(initial=0) <= _INTEGRAL and program.is_feasible(x):
            reached = int(self.objective @ x)
            if reached > self.value:  # not so where the certificate is a weak one
                self.x, self.value = x, reached
                self.take(x)
            if certificate.bound <= self.value:
                return case
        return _Node(case, lp)

    def _contradiction(self, path: Path, start: Basis | None) -> Case | None:
        """Prove that the last row supposed cannot be what is supposed of it.

        Mostly it cannot be so whatever else is supposed: then the row is limited for good.
        """
        if not path:
            return None
        *before, last = path
        certificate = self._excluded(self.program, last, start)
        if certificate is not None:
            self.limits.append(Case((last,), certificate))
            self.program = supposing(self.program, (last.opposite,))
        elif before:
            certificate = self._excluded(supposing(self.program, before), last, start)
        return None if certificate is None else Case(path, certificate)

    def _excluded(
        self, program: Program, supposed: Supposition, start: Basis | None
    ) -> Certificate | None:
        row = supposed.sign * program.matrix[[supposed.row]].toarray()[0]
        lp = solve_lp(program, -row.astype(float), self.budget, start=start, whole=True)
        if lp is None:
            return None
        duals = self.clip(program, lp.duals)
        for scale in FINE_SCALES:
            # A level's row has large numbers and small duals, which need a fine scale.
            limit = certify(program, -row, duals, scales=(scale,))
            if limit is not None and limit.bound < -supposed.sign * supposed.limit:
                y = limit.duals.copy()
                y[supposed.row] += supposed.sign * scale
                excess = limit.scaled_bound + supposed.sign * scale * supposed.limit
                return Certificate(0, y, limit.reduced_costs, excess)
        return None

    def _row(self, x: Floats) -> tuple[int, float]:
        """Return the row to split and its activity, -1 where every row is whole."""
        for rows in self.rows:
            activity = self.program.matrix[rows.start : rows.stop] @ x
            part = activity - np.floor(activity)
            candidates = np.flatnonzero(np.minimum(part, 1 - part) > _INTEGRAL)
            if len(candidates):
                scores = [
                    self.costs.estimate(rows.start + k, 1, part[k])
                    * self.costs.estimate(rows.start + k, -1, 1 - part[k])
                    for k in candidates.tolist()
                ]
                best = int(candidates[int(np.argmax(scores))])
                return rows.start + best, float(activity[best])
        return -1, 0.0


def supposing(program: Program, path: Sequence[Supposition]) -> Program:
    """Return the program with some rows limited."""
    if not path:
        return program
    row_lower, row_upper = program.row_lower.copy(), program.row_upper.copy()
    for one in path:
        if one.sign > 0:
            row_upper[one.row] = min(one.limit, int(row_upper[one.row]))
        else:
            row_lower[one.row] = max(one.limit, int(row_lower[one.row]))
    return replace(program, row_lower=row_lower, row_upper=row_upper, has_value_row=False)
