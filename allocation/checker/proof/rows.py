"""Columns and rows of a relaxation while it is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

if TYPE_CHECKING:
    from allocation.checker.proof.steps import Name
    from allocation.instance import Ints

Terms = Sequence[tuple["Ints", int]]
"""Columns and the coefficient they all have."""


@dataclass(frozen=True, slots=True, eq=False)
class Relaxation:
    """``row_lower <= A x <= row_upper``, ``0 <= x <= upper``; every lawful list is a point.

    Attributes
    ----------
    matrix
        A, shape (rows, columns), int64.
    row_of
        Row by rule and item.
    """

    matrix: sp.csr_array
    row_lower: Ints
    row_upper: Ints
    upper: Ints
    row_of: dict[Name, int]


@dataclass(slots=True, eq=False)
class RowWriter:
    """Collects columns and rows, each row under its name."""

    _upper: list[Ints] = field(default_factory=list)
    n_columns: int = 0
    _row: list[Ints] = field(default_factory=list)
    _column: list[Ints] = field(default_factory=list)
    _value: list[Ints] = field(default_factory=list)
    _lower: list[int | None] = field(default_factory=list)
    _at_most: list[int | None] = field(default_factory=list)
    _row_of: dict[Name, int] = field(default_factory=dict)

    def columns(self, upper: Sequence[int] | Ints) -> Ints:
        """Add columns from 0 to ``upper`` and return their numbers."""
        limits = np.asarray(upper, dtype=np.int64)
        self._upper.append(limits)
        self.n_columns += len(limits)
        return np.arange(self.n_columns - len(limits), self.n_columns, dtype=np.int64)

    def row(
        self,
        rule: str,
        item: str,
        terms: Terms,
        lower: int | None = None,
        upper: int | None = None,
    ) -> None:
        """Add one row."""
        number = len(self._lower)
        for columns, value in terms:
            self._row.append(np.full(len(columns), number, dtype=np.int64))
            self._column.append(columns)
            self._value.append(np.full(len(columns), value, dtype=np.int64))
        self._lower.append(lower)
        self._at_most.append(upper)
        self._row_of[rule, item] = number

    def sums(
        self, rule: str, items: Sequence[str], group: Ints, columns: Ints, upper: Ints
    ) -> None:
        """Add a row ``sum of its columns <= upper`` for each item.

        Parameters
        ----------
        group
            Index into ``items`` of each column, same shape as ``columns``.
        upper
            Shape of ``items``.
        """
        first = len(self._lower)
        self._row.append(first + group)
        self._column.append(columns)
        self._value.append(np.ones(len(columns), dtype=np.int64))
        self._lower += [None] * len(items)
        self._at_most += upper.tolist()
        self._row_of.update({(rule, item): first + n for n, item in enumerate(items)})

    def build(self) -> Relaxation:
        """Put everything together; a bound a row does not have is what its columns allow.

        No column is more than each row alone leaves it with the others at their best for it:
        a site whose window is overfull cannot open.
        """
        upper = np.concatenate([np.empty(0, np.int64), *self._upper])
        shape = (len(self._lower), self.n_columns)
        entries = [
            np.concatenate([np.empty(0, np.int64), *parts])
            for parts in (self._value, self._row, self._column)
        ]
        matrix = sp.coo_array((entries[0], (entries[1], entries[2])), shape=shape).tocsr()
        matrix.eliminate_zeros()
        least, greatest = matrix.minimum(0) @ upper, matrix.maximum(0) @ upper
        low = np.array([a if b is None else b for a, b in zip(least, self._lower, strict=True)])
        high = np.array(
            [a if b is None else b for a, b in zip(greatest, self._at_most, strict=True)]
        )
        entries_of = matrix.tocoo()
        row, value = entries_of.row, entries_of.data
        spare = np.where(value > 0, high[row] - least[row], greatest[row] - low[row])
        np.minimum.at(upper, entries_of.col, np.maximum(spare // np.abs(value), 0))
        return Relaxation(
            matrix,
            low,
            high,
            upper,
            self._row_of,
        )
