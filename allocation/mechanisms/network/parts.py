"""A formulation taken apart into parts that no rule ties to each other.

A row that no choice of its columns can break ties nothing.  The others make components
of columns; where at least two are of some size, or enough small ones are, each is a
formulation of its own: the rows that can be broken belong to one of them alone, so the
points of the whole are just the combinations of the parts' points.  A level is a sum
over columns, so what is greatest over all combinations is greatest in each part, and of
the lists that reach it the same holds for the next level: the lexicographic optimum of
the whole is that of every part, and cases that part the lists of one do not multiply
those of another.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil

import numpy as np
import scipy.sparse as sp

from allocation.instance import Bools, Ints
from allocation.mechanisms.network.sets import cut_out
from allocation.mechanisms.optimise.meaning import Formulation, Labels
from allocation.mechanisms.optimise.program import Program

_SHARE = 0.05
"""Share of all open columns below which a component gets no part to itself."""
_LEAST = 100
"""Open columns below which it gets none either: its programs would be too small to pay."""
_STEPS = 30
"""Rows that follow each other, from one to all others, before all components are numbered."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Some columns of a formulation as a formulation of their own.

    Attributes
    ----------
    columns
        Shape (columns of the part,): their numbers in the whole, ascending.
    """

    columns: Ints
    formulation: Formulation


def independent_parts(formulation: Formulation) -> tuple[Part, ...]:
    """Take a formulation apart; a single part is the formulation itself.

    Returns
    -------
    tuple
        Parts that hold each column once, by their first open column.
    """
    program = formulation.program
    ties = _can_break(program)
    bundle = None if _is_in_one_piece(program, ties) else _bundles(program, ties)
    if bundle is None or not bundle.any():
        return (Part(np.arange(len(program.lower), dtype=np.int64), formulation),)
    part_of_row, part_of_column = _partition(program, bundle)
    return tuple(
        _part(
            formulation,
            np.flatnonzero(part_of_column == number),
            np.flatnonzero(part_of_row == number),
        )
        for number in range(int(bundle.max()) + 1)
    )


def _can_break(program: Program) -> Bools:
    """Tell which rows the columns can break; shape (rows,)."""
    # Activities lie evenly about that of the box's centre; both terms are doubled.
    centre = program.matrix @ (program.lower + program.upper)
    reach = abs(program.matrix) @ (program.upper - program.lower)
    lower, upper = 2 * program.row_lower, 2 * program.row_upper
    found: Bools = (centre - reach < lower) | (centre + reach > upper)
    return found


def _enough(n_open: int) -> int:
    """Return how many open columns make a part."""
    return max(_LEAST, ceil(_SHARE * n_open))


def _is_in_one_piece(program: Program, ties: Bools) -> bool:
    """Tell whether the longest row leads to all open columns but too few for a part.

    Mostly it does, over few rows; that costs a sixth of numbering all components.
    """
    left, rows_left = program.is_free.copy(), ties.copy()
    enough = _enough(int(left.sum()))
    length = np.where(ties, np.diff(program.matrix.indptr), 0)
    rows = np.array([int(np.argmax(length))]) if length.any() else np.empty(0, np.int64)
    for _ in range(_STEPS):
        rows_left[rows] = False
        is_next = np.zeros(len(left), dtype=np.bool_)
        is_next[program.matrix[rows].indices] = True
        columns = np.flatnonzero(is_next & left)
        left[columns] = False
        is_next = np.zeros(len(ties), dtype=np.bool_)
        is_next[program.columns[:, columns].indices] = True
        rows = np.flatnonzero(is_next & rows_left)
        if not len(rows):
            break
    return bool(left.sum() < enough)


def _partition(program: Program, bundle: Ints) -> tuple[Ints, Ints]:
    """Return the part of each row, -1 for one that ties nothing, and of each column.

    Parameters
    ----------
    bundle
        Shape (open columns,): the part of each.
    """
    part_of_column = np.full(len(program.lower), -1, dtype=np.int64)
    part_of_column[program.is_free] = bundle
    part_of_row = _parts_of_rows(program, part_of_column)
    # A column that is fixed goes where the first of its rows does, which is its person's.
    columns = program.columns
    closed = np.flatnonzero(part_of_column < 0)
    has_row = np.diff(columns.indptr)[closed] > 0
    part_of_column[closed] = 0
    first_row = columns.indices[columns.indptr[closed[has_row]]]
    part_of_column[closed[has_row]] = np.maximum(0, part_of_row[first_row])
    return part_of_row, part_of_column


def _components(program: Program, ties: Bools) -> Ints:
    """Give open columns one number that rows tie; shape (open columns,), from 0."""
    matrix = program.columns[:, np.flatnonzero(program.is_free)].tocsr()[np.flatnonzero(ties)]
    n_ties, n_open = matrix.shape
    starts = np.append(matrix.indptr, np.full(n_open, matrix.indptr[-1]))
    graph = sp.csr_array(
        (np.ones(matrix.nnz, dtype=np.int8), matrix.indices + n_ties, starts),
        (n_ties + n_open,) * 2,
    )
    _, component = sp.csgraph.connected_components(graph, directed=False)
    return np.unique(component[n_ties:], return_inverse=True)[1].astype(np.int64)


def _parts_of_rows(program: Program, part_of_column: Ints) -> Ints:
    """Return the part that holds all open columns of a row, -1 where several do."""
    matrix = program.matrix
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    part = part_of_column[matrix.indices]
    is_open = part >= 0
    none = np.iinfo(np.int64).max
    first = np.full(matrix.shape[0], none, dtype=np.int64)
    last = np.full(matrix.shape[0], -1, dtype=np.int64)
    np.minimum.at(first, row[is_open], part[is_open])
    np.maximum.at(last, row[is_open], part[is_open])
    # A row without open columns holds or not, whoever asks.
    return np.where(last < 0, 0, np.where(first == last, first, -1))


def _bundles(program: Program, ties: Bools) -> Ints:
    """Put components together to parts of some size.

    Returns
    -------
    array
        Shape (open columns,): part of each, numbered by their first columns.
    """
    component = _components(program, ties)
    sizes = np.bincount(component)
    enough = _enough(len(component))
    is_large = sizes >= enough
    bundle = np.cumsum(is_large) - 1
    small = np.flatnonzero(~is_large)
    before = np.cumsum(sizes[small]) - sizes[small]
    total = int(sizes[small].sum())
    # Small ones fill parts in their order; what fills none goes with the first large one.
    n_small = total // enough
    if n_small:
        bundle[small] = int(is_large.sum()) + before * n_small // total
    else:
        bundle[small] = 0
    of_column = bundle[component]
    _, first, number = np.unique(of_column, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[number].astype(np.int64)


def _part(formulation: Formulation, columns: Ints, rows: Ints) -> Part:
    piece = cut_out(formulation, formulation.program, columns, rows)
    local = np.full(len(formulation.program.lower), -1, dtype=np.int64)
    local[columns] = np.arange(len(columns))

    def inside(wanted: Ints) -> Ints:
        found = local[wanted]
        return found[found >= 0]

    n = len(formulation.applications)
    units = {g: int(local[column]) for g, column in formulation.linear_units.items()}
    return Part(
        columns,
        replace(
            formulation,
            program=piece.program,
            applications=formulation.applications[columns[columns < n]],
            group=piece.group,
            labels=tuple(
                Labels(each.reserves, each.tier, inside(each.columns), inside(each.awards))
                for each in formulation.labels
            ),
            linear_units={g: column for g, column in units.items() if column >= 0},
            gaps={name: inside(gap) for name, gap in formulation.gaps.items()},
            row_rule=formulation.row_rule[rows],
            row_item=formulation.row_item[rows],
            row_group=formulation.row_group[rows],
            row_number=formulation.row_number[rows],
            indicators=tuple(
                (place, what, inside(columns)) for place, what, columns in formulation.indicators
            ),
        ),
    )
