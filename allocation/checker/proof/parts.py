"""A proof in parts: each about columns that no row of another's steps holds.

Of the rules only the rows count that the steps of a proof name, and without the others
there are only more points; so what is proven of all these points holds for all lawful
lists, whatever else ties the parts to each other.  A part is about the columns that the
rows of its steps hold.  Where no two parts share one, the points are all combinations of
the parts' points with any values, within their bounds, of the columns no row holds, which
are one part more.  A level is a sum over columns; so it is at most what its parts'
bounds add up to.  Where each part's bound is the value the proof says the level has there,
and these values add up to the level's, it is proven, and a list that reaches it must
reach each part's value: none could make up for another's loss.  So every part may go on to
the next level by itself.  Otherwise nothing is known of the parts any more.

How many parts there are and what the values are is the proof's to say: the argument asks
only that the columns are apart and that the sums are right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from allocation.checker.proof.bounds import Bounds
from allocation.checker.proof.objective import Objective
from allocation.checker.proof.replay import Replay
from allocation.checker.proof.rows import Relaxation
from allocation.checker.proof.steps import BOUND, Name, Step

if TYPE_CHECKING:
    from allocation.instance import Bools, Ints

_WHOLE, _REST = 0, -1
"""Number of a part that is the whole, and of the columns that no row of a proof holds."""

_FREE = Step(BOUND, 0, 1, {}, {})
"""What bounds those."""


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """Some columns, and the bounds of what the steps about them name."""

    number: int
    columns: Ints
    rows: Ints
    replay: Replay


class Replays:
    """Bounds of the columns, rows and levels of each part while a proof is gone through.

    Parameters
    ----------
    relaxation
        The rules; every lawful list is a point of it.
    served
        Shape (rows,): activities of the rows under the list at hand.
    people
        Rows of one award a person.
    steps
        All of the proof.

    Attributes
    ----------
    is_open
        Whether a level was met that what is known of the parts does not prove.
    """

    def __init__(
        self, relaxation: Relaxation, served: Ints, people: Ints, steps: Sequence[Step]
    ) -> None:
        self.is_open = False
        self._relaxation = relaxation
        self._n_columns = len(relaxation.upper)
        names: dict[int, set[Name]] = {}
        for step in steps:
            names.setdefault(step.part, set()).update(step.names)
        if names.keys() <= {_WHOLE}:
            whole = Replay(relaxation, served, people)
            everything = np.arange(self._n_columns), np.arange(len(relaxation.row_lower))
            self._parts = [_Part(_WHOLE, *everything, whole)]
            self._are_apart = True
            return
        self._parts = []
        is_free = relaxation.upper > 0
        n_parts = np.zeros(self._n_columns, dtype=np.int64)
        for number, named in sorted(names.items()):
            row_of = {name: relaxation.row_of[name] for name in named & relaxation.row_of.keys()}
            rows = np.unique(np.array(list(row_of.values()), dtype=np.int64))
            is_held = np.zeros(self._n_columns, dtype=np.bool_)
            is_held[relaxation.matrix[rows].indices] = True
            columns = np.flatnonzero(is_held & is_free)
            n_parts[columns] += 1
            own = _cut_out(relaxation, row_of, rows, columns)
            mine = np.flatnonzero(np.isin(rows, people))
            self._parts.append(_Part(number, columns, rows, Replay(own, served[rows], mine)))
        self._are_apart = bool((n_parts <= 1).all())
        rest, none = np.flatnonzero(n_parts == 0), np.empty(0, dtype=np.int64)
        free = Replay(_cut_out(relaxation, {}, none, rest), none, none)
        self._parts.append(_Part(_REST, rest, none, free))

    @property
    def free(self) -> Bools:
        """Columns that are not fixed at 0, shape (columns,)."""
        found = np.zeros(self._n_columns, dtype=np.bool_)
        for part in self._parts:
            found[part.columns] |= part.replay.free
        return found

    @property
    def bounds(self) -> Bounds:
        """What holds of all lists that reach the levels gone through."""
        lower, upper = np.zeros(self._n_columns, dtype=np.int64), self._relaxation.upper.copy()
        row_lower, row_upper = self._relaxation.row_lower.copy(), self._relaxation.row_upper.copy()
        for part in self._parts:
            own = part.replay.bounds
            lower[part.columns], upper[part.columns] = own.lower, own.upper
            row_lower[part.rows], row_upper[part.rows] = own.row_lower, own.row_upper
        return Bounds(lower, upper, row_lower, row_upper)

    def fork(self) -> Replays:
        """Return replays that go their own way from here."""
        other = copy(self)
        other._parts = [replace(part, replay=part.replay.fork()) for part in self._parts]
        return other

    def hold(self, columns: Ints, values: Ints | int) -> None:
        """Look only at lists in which columns have some values."""
        held = np.zeros(self._n_columns, dtype=np.bool_)
        value = np.zeros(self._n_columns, dtype=np.int64)
        held[columns], value[columns] = True, values
        for part in self._parts:
            mine = np.flatnonzero(held[part.columns])
            part.replay.hold(mine, value[part.columns[mine]])

    def hold_people(self) -> None:
        """Look only at lists that serve the same people."""
        for part in self._parts:
            part.replay.hold_people()

    def bound(self, number: int, objective: Objective, steps: Sequence[Step]) -> int | None:
        """Go through the steps of a level and return the least bound they prove.

        Whatever is left then reaches the value.  A part in which a level counts nothing
        needs no step.

        Returns
        -------
        int or None
            ``None`` where nothing is proven: steps are missing or do not hold, parts share
            a column, or a level above is not proven.
        """
        if len(self._parts) == 1:
            return self._parts[0].replay.bound(number, objective, list(steps))
        if self.is_open or not self._are_apart:
            return None
        total, left = 0, objective.value
        for part in self._parts:
            mine = [step for step in steps if step.part == part.number]
            c = objective.coefficients[part.columns]
            if part.number == _REST:
                value: int | None = left
            else:
                value = _value_of(mine) if mine or c.any() else 0
            bound = None
            if value is not None:
                own = Objective(c, value)
                bound = part.replay.bound(number, own, mine or [_FREE])
            if value is None or bound is None or bound < value:
                self.is_open = True
                return None
            total, left = total + bound, left - value
        self.is_open = total != objective.value
        return total


def _value_of(steps: Sequence[Step]) -> int | None:
    """Return what the steps of a part say a level comes to there; ``None`` if not one thing."""
    values = {step.value for step in steps}
    return values.pop() if len(values) == 1 else None


def _cut_out(
    relaxation: Relaxation, row_of: Mapping[Name, int], rows: Ints, columns: Ints
) -> Relaxation:
    """Return some rows of a relaxation, which hold none but some of its columns.

    Columns that are at most 0 add nothing to any row.
    """
    local = np.searchsorted(rows, np.array(list(row_of.values()), dtype=np.int64))
    return Relaxation(
        relaxation.matrix[rows][:, columns],
        relaxation.row_lower[rows],
        relaxation.row_upper[rows],
        relaxation.upper[columns],
        dict(zip(row_of, local.tolist(), strict=True)),
    )
