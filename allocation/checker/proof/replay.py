"""The arithmetic of a proof, in whole numbers.

For multipliers Y of the rows A and y of the levels above, with D = S c - Yᵀ A - Σ y_k c_k,
every point gives ``S c x = D x + Y (A x) + Σ y_k (c_k x)``, and each term on the right is
at most what the bounds of its column, row or level allow: a bound of c x (Neumaier and
Shcherbina 2004 and Jansson 2004 make such bounds safe by directed rounding; here nothing
is rounded at all).  A column or row that loses more than the bound exceeds the value
by cannot move in any list that reaches the value, and is fixed.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from allocation.checker.proof.bounds import Bounds
from allocation.checker.proof.steps import BOUND, CASE, SAME_PEOPLE, Step, Supposition

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from allocation.checker.proof.objective import Objective
    from allocation.checker.proof.rows import Relaxation
    from allocation.instance import Bools, Ints

_LIMIT = 2.0**62


@dataclass(slots=True, eq=False)
class _Reached:
    """A level that the points left reach: ``lower <= c x <= upper``."""

    coefficients: Ints
    lower: int
    upper: int
    size: float


@dataclass(frozen=True, slots=True, eq=False)
class _Weighed:
    """A step's terms: D, the multipliers of rows with their numbers, and the bound of S c x."""

    rest: NDArray[Any]
    rows: Ints
    multipliers: NDArray[Any]
    scaled_bound: int


@dataclass(slots=True, eq=False)
class _Cases:
    """Bounds of cases; of two that differ in their last supposition, the greater is both's."""

    _bound: dict[tuple[Supposition, ...], int | None] = field(default_factory=dict)

    def add(
        self, path: tuple[Supposition, ...], bound: int | None
    ) -> tuple[tuple[Supposition, ...], int | None]:
        """Add a case, ``None`` where it is impossible, and return the widest now covered."""
        while path:
            sibling = (*path[:-1], path[-1].opposite)
            if sibling not in self._bound:
                break
            other = self._bound.pop(sibling)
            bound = max((b for b in (bound, other) if b is not None), default=None)
            path = path[:-1]
        self._bound[path] = bound
        return path, bound


class Replay:
    """Bounds of columns, rows and levels while a proof is gone through.

    Parameters
    ----------
    relaxation
        The rules; every lawful list is a point of it.
    served
        Shape (rows,): activities of the rows under the list at hand.
    people
        Rows of one award a person.
    """

    def __init__(self, relaxation: Relaxation, served: Ints, people: Ints) -> None:
        self._matrix = relaxation.matrix
        self._row_of = relaxation.row_of
        self._row_lower = relaxation.row_lower.copy()
        self._row_upper = relaxation.row_upper.copy()
        self._lower = np.zeros_like(relaxation.upper)
        self._upper = relaxation.upper.copy()
        self._served = served
        self._people = people
        self._levels: dict[int, _Reached] = {}
        # Only for an estimate: how large a column, a row can be at most.
        self._size = np.maximum(relaxation.upper, 1).astype(float)
        self._row_size = abs(relaxation.matrix) @ self._size

    @property
    def bounds(self) -> Bounds:
        """What holds of all lists that reach the levels gone through."""
        return Bounds(
            self._lower.copy(),
            self._upper.copy(),
            self._row_lower.copy(),
            self._row_upper.copy(),
        )

    def fork(self) -> Replay:
        """Return a replay that goes its own way from here."""
        other, bounds = copy(self), self.bounds
        other._lower, other._upper = bounds.lower, bounds.upper
        other._row_lower, other._row_upper = bounds.row_lower, bounds.row_upper
        other._levels = {number: replace(level) for number, level in self._levels.items()}
        return other

    def hold(self, columns: Ints, values: Ints | int) -> None:
        """Look only at lists in which columns have some values."""
        self._lower[columns] = self._upper[columns] = values

    def hold_people(self) -> None:
        """Look only at lists that serve the same people."""
        self._row_lower[self._people] = self._served[self._people]
        self._row_upper[self._people] = self._served[self._people]

    @property
    def free(self) -> Bools:
        """Columns that are not fixed at 0, shape (columns,)."""
        found: Bools = self._upper > 0
        return found

    def bound(self, number: int, objective: Objective, steps: list[Step]) -> int | None:
        """Go through the steps of a level and return the least bound they prove.

        Whatever is left then reaches the value, so that the next levels are about the
        lists that are as good as the one at hand so far.
        """
        least: int | None = None
        cases = _Cases()
        for step in steps:
            found = None
            if step.claim == BOUND:
                found = self._reach(number, objective, step)
            elif step.claim == CASE:
                found = self._case(objective, step, cases)
            least = found if least is None or (found is not None and found < least) else least
        value = objective.value
        upper = value if least == value else None
        self._keep(number, objective, upper)
        if any(step.claim == SAME_PEOPLE for step in steps):
            self.hold_people()
        return least

    def _keep(self, number: int, objective: Objective, upper: int | None) -> None:
        """Keep the points that reach the value of a level."""
        c = objective.coefficients
        if upper is None:
            upper = int(np.maximum(c * self._lower, c * self._upper).sum())
        upper = max(upper, objective.value)
        known = self._levels.get(number)
        if known is not None:
            upper = min(upper, known.upper)
        size = float((np.abs(c) * self._size).sum())
        self._levels[number] = _Reached(c, objective.value, upper, size)

    def _reach(self, number: int, objective: Objective, step: Step) -> int | None:
        """Bound a level, and fix what no point that reaches the value can move."""
        weighed = self._weigh(objective.coefficients, step)
        if weighed is None:
            return None
        slack = weighed.scaled_bound - step.scale * objective.value
        if slack < 0:
            # The list itself would be impossible: this proves nothing.
            return None
        bound = weighed.scaled_bound // step.scale
        rest, y = weighed.rest, weighed.multipliers
        gains, costs = np.asarray(rest > slack), np.asarray(rest < -slack)
        self._lower = np.where(gains, self._upper, self._lower)
        self._upper = np.where(costs, self._lower, self._upper)
        gains, costs = np.asarray(y > slack), np.asarray(y < -slack)
        high, low = weighed.rows[gains], weighed.rows[costs]
        self._row_lower[high] = self._row_upper[high]
        self._row_upper[low] = self._row_lower[low]
        for k, multiplier in step.levels.items():
            level = self._levels[k]
            if multiplier > slack:
                level.lower = level.upper
            elif multiplier < -slack:
                level.upper = level.lower
        self._keep(number, objective, bound)
        return bound

    def _case(self, objective: Objective, step: Step, cases: _Cases) -> int | None:
        """Bound one case; return the level's bound once the cases leave no list out.

        Where a case of one supposition is below the value, no list that reaches the value
        is in it: the opposite holds for good.
        """
        if any(one.row not in self._row_of for one in step.path):
            return None
        bounds = self._row_lower, self._row_upper
        self._row_lower, self._row_upper = bounds[0].copy(), bounds[1].copy()
        for one in step.path:
            self._suppose(one)
        weighed = self._weigh(objective.coefficients, step)
        self._row_lower, self._row_upper = bounds
        if weighed is None or (step.scale == 0 and weighed.scaled_bound >= 0):
            return None
        bound = weighed.scaled_bound // step.scale if step.scale else None
        path, bound = cases.add(step.path, bound)
        if len(path) == 1 and (bound is None or bound < objective.value):
            self._suppose(path[0].opposite)
        return bound if not path else None

    def _suppose(self, one: Supposition) -> None:
        row = self._row_of[one.row]
        if one.sign > 0:
            self._row_upper[row] = min(one.limit, int(self._row_upper[row]))
        else:
            self._row_lower[row] = max(one.limit, int(self._row_lower[row]))

    def _weigh(self, c: Ints, step: Step) -> _Weighed | None:
        """Weigh a step's rows; ``None`` when it names a row or level there is not."""
        if any(k not in self._levels for k in step.levels):
            return None
        try:
            rows = np.array([self._row_of[name] for name in step.rules], dtype=np.int64)
        except KeyError:
            return None
        numbers = list(step.rules.values())
        exact = self._dtype(c, step, rows)
        y: NDArray[Any] = np.array(numbers, dtype=exact)
        part = self._matrix[rows].tocoo()
        rest: NDArray[Any] = c.astype(exact) * step.scale
        np.subtract.at(rest, part.col, part.data.astype(exact) * y[part.row])
        bound = int((y * np.where(y > 0, self._row_upper[rows], self._row_lower[rows])).sum())
        for k, multiplier in step.levels.items():
            level = self._levels[k]
            rest = rest - level.coefficients.astype(exact) * multiplier
            bound += multiplier * (level.upper if multiplier > 0 else level.lower)
        bound += int((rest * np.where(rest > 0, self._upper, self._lower)).sum())
        return _Weighed(rest, rows, y, bound)

    def _dtype(self, c: Ints, step: Step, rows: Ints) -> type:
        """Return 64-bit integers where every sum surely fits them, else Python's own."""
        y = np.abs(np.array([float(n) for n in step.rules.values()]))
        reach = np.maximum(np.abs(self._row_lower[rows]), np.abs(self._row_upper[rows]))
        total = step.scale * (1 + float((np.abs(c) * self._size).sum()))
        total += float((y * (1 + reach + self._row_size[rows])).sum())
        for k, multiplier in step.levels.items():
            total += abs(multiplier) * (1 + self._levels[k].size + abs(self._levels[k].upper))
        return np.int64 if total < _LIMIT else object
