"""Integer programs in integer arithmetic.

A :class:`Program` is ``row_lower <= A x <= row_upper, lower <= x <= upper, x integer``
with every number an int64 and every bound finite: an absent row bound is replaced by
the least or greatest activity the column bounds allow, so that a bound computed from
any dual vector is finite.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp

from allocation.instance import Bools, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """An integer program without an objective.

    Attributes
    ----------
    matrix
        A, shape (rows, columns), int64, both orders kept because rows and columns
        are read equally often.
    row_lower, row_upper
        Shape (rows,).
    lower, upper
        Shape (columns,).
    row_size
        Shape (rows,): what the absolute terms of a row add up to at most.
    has_value_row
        Whether the last row was added by :meth:`with_row` to hold a settled level.
    """

    matrix: sp.csr_array
    columns: sp.csc_array
    row_lower: Ints
    row_upper: Ints
    lower: Ints
    upper: Ints
    row_size: Ints
    has_value_row: bool = False

    @property
    def is_free(self) -> Bools:
        """Columns not fixed by their bounds, shape (columns,)."""
        return self.lower < self.upper

    @property
    def size(self) -> Ints:
        """How far each column's bounds are from 0 at most, shape (columns,)."""
        return _size(self.lower, self.upper)

    def activity(self, x: Ints) -> Ints:
        """Row activities A x, shape (rows,)."""
        return np.asarray(self.matrix @ x, dtype=np.int64)

    def is_feasible(self, x: Ints) -> bool:
        """Whether x keeps every bound and row, in integer arithmetic."""
        if bool(np.any(x < self.lower) or np.any(x > self.upper)):
            return False
        activity = self.activity(x)
        return bool(np.all(activity >= self.row_lower) and np.all(activity <= self.row_upper))

    def part(self, rows: Ints, columns: Ints) -> Program:
        """Return some rows over some columns, all other columns at their lower bounds."""
        inside = np.zeros(len(self.lower), dtype=np.bool_)
        inside[columns] = True
        settled = self.activity(np.where(inside, 0, self.lower))
        matrix = sp.csr_array(self.columns[:, columns].tocsr()[rows])
        return Program(
            matrix,
            matrix.tocsc(),
            (self.row_lower - settled)[rows],
            (self.row_upper - settled)[rows],
            self.lower[columns],
            self.upper[columns],
            self.row_size[rows],
        )

    def with_row(self, columns: Ints, values: Ints, lower: int) -> Program:
        """Return the program with one more row ``values . x[columns] >= lower``."""
        row = _sparse(values, np.zeros_like(columns), columns, (1, self.matrix.shape[1]))
        matrix = sp.vstack([self.matrix, row], format="csr", dtype=np.int64)
        greatest = np.where(values > 0, self.upper[columns], self.lower[columns]) @ values
        return Program(
            matrix,
            matrix.tocsc(),
            np.append(self.row_lower, lower),
            np.append(self.row_upper, max(int(greatest), lower)),
            self.lower,
            self.upper,
            np.append(self.row_size, np.abs(values) @ self.size[columns]),
            has_value_row=True,
        )

    def without_last_row(self) -> Program:
        """Return the program without its last row."""
        matrix = self.matrix[:-1]
        return Program(
            matrix,
            matrix.tocsc(),
            self.row_lower[:-1],
            self.row_upper[:-1],
            self.lower,
            self.upper,
            self.row_size[:-1],
        )


@dataclass(slots=True)
class ProgramBuilder:
    """Collects columns and rows and builds a :class:`Program`."""

    _lower: list[Ints] = field(default_factory=list)
    _upper: list[Ints] = field(default_factory=list)
    _n_columns: int = 0
    _rows: list[Ints] = field(default_factory=list)
    _cols: list[Ints] = field(default_factory=list)
    _values: list[Ints] = field(default_factory=list)
    _row_lower: list[Ints] = field(default_factory=list)
    _row_upper: list[Ints] = field(default_factory=list)
    _n_rows: int = 0

    @property
    def n_rows(self) -> int:
        """Number of rows so far, which is the number of the next one."""
        return self._n_rows

    def add_columns(self, n: int, lower: int = 0, upper: int = 1) -> Ints:
        """Add n integer columns and return their indices, shape (n,)."""
        first = self._n_columns
        self._lower.append(np.full(n, lower, dtype=np.int64))
        self._upper.append(np.full(n, upper, dtype=np.int64))
        self._n_columns += n
        return np.arange(first, first + n, dtype=np.int64)

    def add_row(
        self,
        terms: list[tuple[Ints, int | Ints]],
        lower: int | None = None,
        upper: int | None = None,
    ) -> None:
        """Add one row; each term is columns and their coefficient or coefficients."""
        for columns, values in terms:
            self._rows.append(np.full(len(columns), self._n_rows, dtype=np.int64))
            self._cols.append(np.asarray(columns, dtype=np.int64))
            self._values.append(np.broadcast_to(np.int64(values), len(columns)))
        self._row_lower.append(np.array([_MIN if lower is None else lower]))
        self._row_upper.append(np.array([_MAX if upper is None else upper]))
        self._n_rows += 1

    def add_group_rows(
        self, group: Ints, columns: Ints, upper: Ints, *, always: bool = False
    ) -> Ints:
        """Add one row ``sum of its columns <= upper`` for each group that can exceed it.

        Parameters
        ----------
        group
            Shape (c,): group number of each column.
        columns
            Shape (c,).
        upper
            Indexed by group number.
        always
            Add the row of every group, so that row and group number keep step.

        Returns
        -------
        array
            The groups that got a row, in the order of the rows.
        """
        numbers, inverse, counts = np.unique(group, return_inverse=True, return_counts=True)
        binding = (counts > upper[numbers]) | always
        row_of = np.cumsum(binding) - 1 + self._n_rows
        kept = binding[inverse]
        self._rows.append(row_of[inverse[kept]])
        self._cols.append(columns[kept])
        self._values.append(np.ones(int(kept.sum()), dtype=np.int64))
        n_new = int(binding.sum())
        self._row_lower.append(np.full(n_new, _MIN))
        self._row_upper.append(upper[numbers[binding]].astype(np.int64))
        self._n_rows += n_new
        return np.asarray(numbers[binding], dtype=np.int64)

    def build(self) -> Program:
        """Build the program; absent row bounds become the extreme activities.

        A column is held to what each row alone leaves it: nothing at a site where so many
        stand already that it cannot open, and of which a relaxation would open a part.
        """
        lower, upper = _concatenate(self._lower), _concatenate(self._upper)
        matrix = _sparse(
            _concatenate(self._values),
            _concatenate(self._rows),
            _concatenate(self._cols),
            (self._n_rows, self._n_columns),
        )
        # Activities lie evenly about that of the box's centre; both terms are doubled.
        absolute = abs(matrix)
        centre, reach = matrix @ (lower + upper), absolute @ (upper - lower)
        least, greatest = (centre - reach) // 2, (centre + reach) // 2
        row_lower, row_upper = _concatenate(self._row_lower), _concatenate(self._row_upper)
        row_lower = np.where(row_lower == _MIN, np.minimum(least, row_upper), row_lower)
        row_upper = np.where(row_upper == _MAX, np.maximum(greatest, row_lower), row_upper)
        _hold_to_rows(matrix, row_upper - least, greatest - row_lower, lower, upper)
        return Program(
            matrix,
            matrix.tocsc(),
            row_lower,
            row_upper,
            lower,
            upper,
            absolute @ _size(lower, upper),
        )


def _hold_to_rows(matrix: sp.csr_array, below: Ints, above: Ints, lower: Ints, upper: Ints) -> None:
    """Lower the upper bounds of columns to what each row leaves them when others do their best.

    Parameters
    ----------
    below, above
        Shape (rows,): how far a row's upper bound is above its least activity, and its
        lower bound below its greatest.
    upper
        Shape (columns,), changed.
    """
    if not len(matrix.data):
        return
    moves = np.abs(matrix.data) * (upper - lower)[matrix.indices]
    filled = np.flatnonzero(np.diff(matrix.indptr))
    furthest = np.zeros(len(below), dtype=np.int64)
    furthest[filled] = np.maximum.reduceat(moves, matrix.indptr[filled])
    rows = np.flatnonzero(furthest > np.minimum(below, above))  # mostly few
    part = matrix[rows].tocoo()
    row, column = rows[part.row], part.col
    room = np.where(part.data > 0, below[row], above[row])
    most = lower[column] + room // np.abs(part.data)
    np.minimum.at(upper, column, np.maximum(most, lower[column]))


def _size(lower: Ints, upper: Ints) -> Ints:
    return np.maximum(np.abs(lower), np.abs(upper))


_MIN = np.iinfo(np.int64).min
_MAX = np.iinfo(np.int64).max


def _sparse(values: Ints, rows: Ints, columns: Ints, shape: tuple[int, int]) -> sp.csr_array:
    """Return the matrix of the entries; entries of one cell are added up."""
    matrix = sp.coo_array((values, (rows, columns)), shape=shape).tocsr()
    matrix.eliminate_zeros()
    return matrix


def _concatenate(parts: list[Ints]) -> Ints:
    return np.concatenate([np.empty(0, np.int64), *parts]).astype(np.int64)
