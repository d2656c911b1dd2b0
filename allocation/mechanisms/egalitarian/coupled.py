"""A component whose people are coupled, as a choice between plans.

Applications are alike to every rule about more than one person when they stand in the
same rows: they form a *cell*.  How many awards each cell holds is a *plan*; given a plan
that the program allows, any people may fill it, each at most one place, so that what is
left is a flow between people and cells.  Choosing over plans is therefore as good as
choosing over lists, and there are far fewer of them.  People who may fill the same cells
are alike, and leximin treats them alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from allocation.instance import Bools, Ints
from allocation.mechanisms.network.sets import cut_out, n_people_rows
from allocation.mechanisms.optimise.backend import Budget
from allocation.mechanisms.optimise.lexicographic import Objective, maximise
from allocation.mechanisms.optimise.meaning import Formulation
from allocation.mechanisms.optimise.program import Program
from allocation.progress import Silent
from allocation.result import Status


@dataclass(frozen=True, slots=True, eq=False)
class Coupled:
    """A piece of a program in terms of cells and types.

    Attributes
    ----------
    program
        The piece alone; ``columns`` are its columns' numbers in the whole.
    group
        Shape (columns,): row of the column's person among the first rows, -1 for none.
    cell
        Shape (columns,): -1 for columns that are no award.
    types
        Cells each type of people may fill.
    members
        Applicants of each type.
    is_certain
        Shape (types,): every list serves them.
    is_exact
        Whether plans say everything: nobody can fill two places of one plan.
    """

    program: Program
    columns: Ints
    group: Ints
    cell: Ints
    n_cells: int
    types: tuple[tuple[int, ...], ...]
    members: tuple[Ints, ...]
    is_certain: Bools
    is_exact: bool

    @property
    def size(self) -> Ints:
        """Number of people of each type."""
        return np.array([len(people) for people in self.members], dtype=np.int64)

    def plan_of(self, x: Ints) -> Ints:
        """Return how many awards of a point each cell holds."""
        used = (self.cell >= 0) & (x > 0)
        return np.bincount(self.cell[used], minlength=self.n_cells)


@dataclass(frozen=True, slots=True, eq=False)
class Priced:
    """The plan of most value, its value, and a proven bound of every plan's."""

    plan: Ints
    value: int
    bound: int


def make_coupled(
    formulation: Formulation,
    face: Program,
    columns: Ints,
    applicant: Ints,
    *,
    one_by_one: bool = False,
) -> Coupled:
    """Cut the columns of coupled people out of a program.

    Parameters
    ----------
    face
        No row may tie the columns to others that are still open.
    applicant
        Shape (applications of the formulation,).
    one_by_one
        Make each application a cell of its own: many more plans, but then they say who
        fills each place, which is exact whatever couples.
    """
    piece = cut_out(formulation, face, columns)
    program, rows = piece.program, piece.rows
    is_award = (columns < len(formulation.applications)) & (program.upper > 0)
    person = np.full(len(columns), -1, dtype=np.int64)
    person[is_award] = applicant[columns[is_award]]
    is_person_row = rows < n_people_rows(formulation)
    alike = _cells(program, is_award, is_person_row)
    alone = np.where(is_award, np.cumsum(is_award) - 1, -1)
    single = all(len(cells) == 1 for cells in _cells_of(person, alike).values())
    cell = alone if one_by_one and not single else alike
    certain = set(person[is_award & (program.lower > 0)].tolist())
    for row in np.flatnonzero(is_person_row & (program.row_lower > 0)).tolist():
        certain.update(person[piece.group == row].tolist())
    cells_of = _cells_of(person, cell)
    by_type: dict[tuple[tuple[int, ...], bool], list[int]] = {}
    for i in sorted(cells_of):
        by_type.setdefault((tuple(sorted(cells_of[i])), i in certain), []).append(i)
    return Coupled(
        program,
        columns,
        piece.group,
        cell,
        int(cell.max(initial=-1)) + 1,
        tuple(cells for cells, _ in by_type),
        tuple(np.array(people, dtype=np.int64) for people in by_type.values()),
        np.array([is_certain for _, is_certain in by_type], dtype=np.bool_),
        single or cell is alone,
    )


def price(coupled: Coupled, worth: Ints, budget: Budget) -> Priced | None:
    """Find the plan of most worth, exactly.

    Parameters
    ----------
    worth
        Shape (cells,), integers.

    Returns
    -------
    Priced or None
        ``None`` where the piece allows no plan at all.
    """
    coefficients = np.zeros(len(coupled.cell), dtype=np.int64)
    inside = coupled.cell >= 0
    coefficients[inside] = worth[coupled.cell[inside]]
    objective = Objective("worth", {}, coefficients)
    outcome = maximise(coupled.program, [objective], coupled.group, budget, Silent())
    if outcome.status is Status.INFEASIBLE or outcome.x is None:
        return None
    level = outcome.levels[0]
    return Priced(coupled.plan_of(outcome.x), level.value, level.bound)


def _cells(program: Program, is_award: Bools, is_person_row: Bools) -> Ints:
    """Give award columns with the same entries outside the people's rows one number."""
    matrix = program.columns
    known: dict[tuple[bytes, bytes, int, int], int] = {}
    cell = np.full(len(program.lower), -1, dtype=np.int64)
    for column in np.flatnonzero(is_award).tolist():
        span = slice(matrix.indptr[column], matrix.indptr[column + 1])
        rows, values = matrix.indices[span], matrix.data[span]
        order = np.argsort(rows)
        kept = order[~is_person_row[rows[order]]]
        key = (
            rows[kept].tobytes(),
            values[kept].tobytes(),
            int(program.lower[column]),
            int(program.upper[column]),
        )
        cell[column] = known.setdefault(key, len(known))
    return cell


def _cells_of(person: Ints, cell: Ints) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    pairs: Iterable[tuple[int, int]] = zip(person.tolist(), cell.tolist(), strict=True)
    for i, c in pairs:
        if i >= 0 and c >= 0:
            found.setdefault(i, set()).add(c)
    return found
