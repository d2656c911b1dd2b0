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

from allocation.instance import Ints
from allocation.mechanisms.network.sets import cut_out, row_range
from allocation.mechanisms.optimise.meaning import Formulation, Labels
from allocation.mechanisms.optimise.program import Program

_SHARE = 0.05
"""Share of all open columns below which a component gets no part to itself."""
_LEAST = 100
"""Open columns below which it gets none either: its programs would be too small to pay."""


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
    n_columns = len(program.lower)
    part_of_row, part_of_column, n_parts = _partition(program)
    if n_parts < 2:
        return (Part(np.arange(n_columns, dtype=np.int64), formulation),)
    return tuple(
        _part(
            formulation,
            np.flatnonzero(part_of_column == number),
            np.flatnonzero(part_of_row == number),
        )
        for number in range(n_parts)
    )


def _partition(program: Program) -> tuple[Ints, Ints, int]:
    """Return the part of each row, -1 for one that ties nothing, of each column, and how many."""
    is_open = program.is_free
    bundle = _bundles(_components(program)[is_open])
    n_parts = int(bundle.max(initial=-1)) + 1
    part_of_column = np.full(len(is_open), -1, dtype=np.int64)
    part_of_column[is_open] = bundle
    part_of_row = _parts_of_rows(program, part_of_column)
    # A column that is fixed goes where the first of its rows does, which is its person's.
    columns = program.columns
    closed = np.flatnonzero(part_of_column < 0)
    has_row = np.diff(columns.indptr)[closed] > 0
    part_of_column[closed] = 0
    first_row = columns.indices[columns.indptr[closed[has_row]]]
    part_of_column[closed[has_row]] = np.maximum(0, part_of_row[first_row])
    return part_of_row, part_of_column, n_parts


def _components(program: Program) -> Ints:
    """Give columns one number that rows tie which can be broken; shape (columns,)."""
    n_columns = program.matrix.shape[1]
    least, most = row_range(program)
    can_break = (least < program.row_lower) | (most > program.row_upper)
    ties = program.matrix if can_break.all() else program.matrix[np.flatnonzero(can_break)]
    ties = sp.csr_array(
        (program.is_free[ties.indices], ties.indices, ties.indptr), ties.shape, copy=True
    )
    ties.eliminate_zeros()  # entries of columns that are fixed
    n_ties = ties.shape[0]
    size = n_ties + n_columns
    graph = sp.csr_array(
        (
            ties.data,
            ties.indices + n_ties,
            np.append(ties.indptr, np.full(n_columns, ties.indptr[-1])),
        ),
        (size, size),
    )
    _, component = sp.csgraph.connected_components(graph, directed=False)
    return np.asarray(component[n_ties:], dtype=np.int64)


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


def _bundles(component: Ints) -> Ints:
    """Put components together to parts of some size.

    Parameters
    ----------
    component
        Shape (open columns,).

    Returns
    -------
    array
        Shape (open columns,): part of each, numbered by their first columns.
    """
    if not len(component):
        return component.astype(np.int64)
    component = np.unique(component, return_inverse=True)[1]
    sizes = np.bincount(component)
    enough = max(_LEAST, ceil(_SHARE * len(component)))
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
