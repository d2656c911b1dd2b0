"""A program as sets of lanes with bounds.

A *lane* is one way an award can be made: an application, with the reserve unit it uses
or none.  Rows that count awards bound the number of lanes used of a set; a row that does
more than count (a conflict's indicator, a share of what is awarded) is *loose* and left
to whoever can deal with it.  A program is taken apart into components that share no row
and no person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from allocation.instance import Ints
from allocation.mechanisms.optimise.meaning import RULES, Formulation
from allocation.mechanisms.optimise.program import Program

AWARD = RULES.index("award")


@dataclass(frozen=True, slots=True, eq=False)
class LaneSet:
    """At least ``lower`` and at most ``upper`` of the lanes are used.

    Attributes
    ----------
    lanes
        Indices, ascending.
    rule, item
        What the bound is about: an index into
        :data:`~allocation.mechanisms.optimise.meaning.RULES` (-1 for a row that a
        search added) and what of it.
    row, unit, offset
        The program's row (-1 where a person has several), whose value is
        ``offset + unit * (number of lanes used)``.
    """

    lanes: Ints
    lower: int
    upper: int
    rule: int
    item: int
    row: int = -1
    unit: int = 1
    offset: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Component:
    """People, lanes and bounds that touch no other part of the program.

    Attributes
    ----------
    column, label, person
        Shape (lanes,): the program's column behind a lane, the one that counts the
        reserve units it uses (-1 for none), and the applicant whose it is (-1: nobody's).
    lower, upper
        Shape (lanes,).
    people
        Applicants, ascending.
    sets
        One set for each of the people first, in their order.
    loose
        Rows of the program that are no sets.
    """

    column: Ints
    label: Ints
    person: Ints
    lower: Ints
    upper: Ints
    people: Ints
    sets: tuple[LaneSet, ...]
    loose: Ints

    @property
    def columns(self) -> Ints:
        """All columns of the program that take part, ascending."""
        return np.unique(np.concatenate([self.column, self.label[self.label >= 0]]))


@dataclass(frozen=True, slots=True, eq=False)
class _Lanes:
    """All lanes; ``of_column`` has shape (columns, lanes): a value is the sum of its lanes."""

    column: Ints
    label: Ints
    lower: Ints
    upper: Ints
    of_column: sp.csr_array


def take_apart(formulation: Formulation, face: Program, applicant: Ints) -> list[Component]:
    """Split a face of a formulation's program into components of lanes.

    Parameters
    ----------
    face
        The formulation's program, drawn in (:func:`draw_in`).
    applicant
        Shape (applications of the formulation,): whose each is.

    Returns
    -------
    list
        Components with people in them whose lanes are open, by their first lane.
    """
    lanes = _make_lanes(formulation, face)
    owner = np.full(len(face.lower), -1, dtype=np.int64)
    owner[: len(applicant)] = applicant
    person = owner[lanes.column]
    matrix = sp.csr_array(face.matrix @ lanes.of_column)
    matrix.eliminate_zeros()
    live = np.asarray(lanes.of_column.sum(axis=1)).ravel() > 0
    settled = face.activity(np.where(live, 0, face.lower))
    lower, upper = face.row_lower - settled, face.row_upper - settled
    sets = _person_sets(formulation, person, lower, face.lower[lanes.column], settled)
    more, loose = _row_sets(formulation, matrix, lanes, lower, upper, settled)
    return _components(lanes, person, [*sets, *more], matrix, loose)


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Some columns of a program on their own.

    Attributes
    ----------
    rows
        Numbers of its rows in the whole.
    group
        Shape (columns,): row of the column's person among the first rows, -1 for none.
    """

    program: Program
    rows: Ints
    group: Ints


def cut_out(
    formulation: Formulation, face: Program, columns: Ints, rows: Ints | None = None
) -> Piece:
    """Cut columns out of a program whose rows tie them to no others that are open.

    Parameters
    ----------
    rows
        The rows to keep, ascending; all that hold one of the columns by default.
    """
    if rows is None:
        rows = np.unique(face.columns[:, columns].indices).astype(np.int64)
    local = np.full(len(face.row_lower) + 1, -1, dtype=np.int64)
    local[rows] = np.arange(len(rows))
    return Piece(face.part(rows, columns), rows, local[formulation.group[columns]])


def draw_in(program: Program) -> Program:
    """Fix the columns that a row leaves no whole step, at the end they stand at.

    A row that weighs awards, such as a share of what is awarded, may have room left and
    yet none for one award more.
    """
    free = np.flatnonzero(program.is_free)
    open_rows = np.unique(program.columns[:, free].indices)
    part = program.part(open_rows, free)
    rows, columns = _entries(part)
    values = part.matrix.data
    lower, upper = part.lower.copy(), part.upper.copy()
    while True:
        low = np.where(values > 0, lower[columns], upper[columns])
        high = np.where(values > 0, upper[columns], lower[columns])
        least, most = row_range(replace(part, lower=lower, upper=upper))
        above, below = part.row_upper - least, most - part.row_lower
        is_open, step = low != high, np.abs(values)
        to_low = (above >= 0)[rows] & (step > above[rows]) & is_open
        to_high = (below >= 0)[rows] & (step > below[rows]) & is_open
        if not (to_low.any() or to_high.any()):
            break
        for chosen, end in ((to_low, low), (to_high & ~to_low, high)):
            lower[columns[chosen]] = upper[columns[chosen]] = end[chosen]
    drawn_lower, drawn_upper = program.lower.copy(), program.upper.copy()
    drawn_lower[free], drawn_upper[free] = lower, upper
    return replace(program, lower=drawn_lower, upper=drawn_upper)


def can_keep_rows(program: Program) -> bool:
    """Tell whether every row, taken alone, can be kept within the columns' bounds.

    A row whose columns are all settled is part of no component, so that settling the
    components does not ask whether it holds: a hard minimum over people none of whom
    can be given anything is such a row.
    """
    least, most = row_range(program)
    return not ((least > program.row_upper) | (most < program.row_lower)).any()


def _entries(program: Program) -> tuple[Ints, Ints]:
    """Return the row and the column of every entry of a program's matrix."""
    matrix = program.matrix
    return np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr)), matrix.indices


def row_range(program: Program) -> tuple[Ints, Ints]:
    """Return the least and the most each row comes to within the columns' bounds."""
    rows, columns = _entries(program)
    values, n_rows = program.matrix.data, len(program.row_lower)
    ends = values * program.lower[columns], values * program.upper[columns]
    least = np.bincount(rows, np.minimum(*ends), n_rows).astype(np.int64)
    most = np.bincount(rows, np.maximum(*ends), n_rows).astype(np.int64)
    return least, most


def _make_lanes(formulation: Formulation, face: Program) -> _Lanes:
    """Give each open column a lane, and each award a further one per unit it may use."""
    n = len(formulation.applications)
    has_lane = face.is_free.copy()
    label_of, award_of = [], []
    for labels in formulation.labels:
        has_lane[labels.columns] = False
        awards = labels.awards[face.upper[labels.awards] > 0]
        for v in labels.columns.tolist():
            if face.lower[v] < face.upper[v]:
                # An award that is certain still has to choose its unit.
                has_lane[awards] = True
                award_of.append(awards)
                label_of.append(np.full_like(awards, v))
    plain = np.flatnonzero(has_lane)
    column = np.concatenate([plain, *award_of])
    label = np.concatenate([np.full_like(plain, -1), *label_of])
    order = np.lexsort((label, column))
    column, label = column[order], label[order]
    of_column = lanes_in_columns(column, label, len(has_lane))
    alone = (np.bincount(column, minlength=len(has_lane))[column] == 1) | (column >= n)
    return _Lanes(
        column, label, np.where(alone, face.lower[column], 0), face.upper[column], of_column
    )


def lanes_in_columns(column: Ints, label: Ints, n_columns: int) -> sp.csr_array:
    """Tell which lanes each column is the sum of; shape (columns, lanes).

    Parameters
    ----------
    column, label
        Shape (lanes,): as :class:`Component` has them.
    """
    lane = np.arange(len(column))
    labelled = np.flatnonzero(label >= 0)
    rows = np.concatenate([column, label[labelled]])
    lanes = np.concatenate([lane, labelled])
    ones = np.ones(len(rows), dtype=np.int64)
    return sp.csr_array((ones, (rows, lanes)), shape=(n_columns, len(lane)))


def _person_sets(
    formulation: Formulation, person: Ints, lower: Ints, certain: Ints, settled: Ints
) -> list[LaneSet]:
    """At most one award a person in a stage, or just one."""
    n_rows = n_people_rows(formulation)
    served = np.zeros(int(person.max(initial=-1)) + 1, dtype=np.int64)
    asked = formulation.row_item[:n_rows]
    inside = asked < len(served)
    np.maximum.at(served, asked[inside], lower[:n_rows][inside])
    mine = np.flatnonzero(person >= 0)
    np.maximum.at(served, person[mine], certain[mine])
    order = mine[np.argsort(person[mine], kind="stable")]
    people, first = np.unique(person[order], return_index=True)
    parts = np.split(order, first[1:]) if len(people) else []
    row_of = row_of_people(formulation)
    return [
        LaneSet(
            lanes,
            max(0, int(served[i])),
            1,
            AWARD,
            int(i),
            row_of.get(i, -1),
            1,
            int(settled[row_of[i]]) if i in row_of else 0,
        )
        for i, lanes in zip(people.tolist(), parts, strict=True)
    ]


def n_people_rows(formulation: Formulation) -> int:
    """Return how many of the program's first rows are about one person each."""
    return int(formulation.group.max(initial=-1)) + 1


def row_of_people(formulation: Formulation) -> dict[int, int]:
    """Map each applicant with just one row about their awards to that row."""
    items = formulation.row_item[: n_people_rows(formulation)]
    applicants, first, count = np.unique(items, return_index=True, return_counts=True)
    alone = count == 1
    return dict(zip(applicants[alone].tolist(), first[alone].tolist(), strict=True))


def _row_sets(
    formulation: Formulation,
    matrix: sp.csr_array,
    lanes: _Lanes,
    lower: Ints,
    upper: Ints,
    settled: Ints,
) -> tuple[list[LaneSet], Ints]:
    """Write every row that can be broken as a set of lanes; return the numbers of the others."""
    sets, loose = [], []
    n_people = n_people_rows(formulation)
    for row in np.flatnonzero(np.diff(matrix.indptr)).tolist():
        if row < n_people:
            continue
        span = slice(matrix.indptr[row], matrix.indptr[row + 1])
        members, values = matrix.indices[span], matrix.data[span]
        least, most = int(lower[row]), int(upper[row])
        ends = np.stack([values * lanes.lower[members], values * lanes.upper[members]])
        if ends.min(axis=0).sum() >= least and ends.max(axis=0).sum() <= most:
            continue
        unit = int(values[0])
        if np.any(values != unit):
            loose.append(row)
            continue
        if unit < 0:
            least, most = -most, -least
        known = row < len(formulation.row_rule)
        sets.append(
            LaneSet(
                np.sort(members).astype(np.int64),
                -(-least // abs(unit)),
                most // abs(unit),
                int(formulation.row_rule[row]) if known else -1,
                int(formulation.row_item[row]) if known else -1,
                row,
                unit,
                int(settled[row]),
            )
        )
    return sets, np.array(loose, dtype=np.int64)


def _components(
    lanes: _Lanes, person: Ints, sets: Sequence[LaneSet], matrix: sp.csr_array, loose: Ints
) -> list[Component]:
    n = len(lanes.column)
    members = [each.lanes for each in sets]
    members += [matrix.indices[matrix.indptr[r] : matrix.indptr[r + 1]] for r in loose.tolist()]
    if not n:
        return []
    size = n + len(members)
    row_of = np.repeat(np.arange(len(members)), [len(each) for each in members])
    lane_of = np.concatenate(members) if members else np.empty(0, np.int64)
    graph = sp.coo_array((np.ones(len(row_of), np.int8), (row_of + n, lane_of)), (size, size))
    _, label = sp.csgraph.connected_components(graph, directed=False)
    groups = _grouped(label, n)
    local = np.zeros(n, dtype=np.int64)
    found = []
    for inside in groups:
        mine = inside[inside < n]
        local[mine] = np.arange(len(mine))
        numbers = inside[inside >= n] - n
        people = np.unique(person[mine])
        if people[-1] < 0:
            continue
        found.append(
            Component(
                lanes.column[mine],
                lanes.label[mine],
                person[mine],
                lanes.lower[mine],
                lanes.upper[mine],
                people[people >= 0],
                tuple(
                    replace(sets[k], lanes=local[sets[k].lanes])
                    for k in numbers[numbers < len(sets)].tolist()
                ),
                loose[numbers[numbers >= len(sets)] - len(sets)],
            )
        )
    return found


def _grouped(label: Ints, n: int) -> list[Ints]:
    """Return the members of each group, the groups by their first lane (one below n)."""
    order = np.argsort(label, kind="stable")
    _, first = np.unique(label[order], return_index=True)
    groups = [part for part in np.split(order, first[1:]) if part[0] < n]
    return sorted(groups, key=lambda part: int(part[0]))
