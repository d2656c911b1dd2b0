"""Linear relaxations and integer points of a program.

Both functions leave the program's fixed part out and return what a solver claims;
callers confirm it in integers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from math import isfinite
from typing import Any, Literal

import numpy as np
import scipy.sparse as sp
from ortools.math_opt.python import mathopt
from scipy.sparse.linalg import splu

from allocation.instance import Bools, Floats, Ints
from allocation.mechanisms.optimise import backend
from allocation.mechanisms.optimise.backend import (
    AT_LOWER,
    AT_UPPER,
    BASIC,
    INFEASIBLE,
    BasisStatus,
    Budget,
    Interrupted,
    Model,
)
from allocation.mechanisms.optimise.program import Program

LARGE = 50_000
"""Open columns from which on a part of them is looked at first."""
_SHARE = 0.3
_TOLERANCE = 1e-9


@dataclass(frozen=True, eq=False)
class Basis:
    """A simplex basis of a program.

    Attributes
    ----------
    program
        The program it belongs to.
    columns, rows
        Shape (columns,), (rows,): states as in
        :class:`~allocation.mechanisms.optimise.backend.BasisStatus`.
    route
        How it was found.
    """

    program: Program
    columns: Ints
    rows: Ints
    route: Literal["lp", "flow"] = "lp"

    def n_gaining(self, program: Program, objective: Ints) -> int | None:
        """Count the columns that would make an objective greater, ``None`` without duals.

        Parameters
        ----------
        program
            The basis' own, with other bounds and rows added since.
        """
        duals = self.duals(objective, len(program.row_lower))
        if duals is None:
            return None
        gain = _gains(program, objective, duals, self.columns == AT_UPPER)
        return int(np.count_nonzero(program.is_free & (gain > _tolerance(objective))))

    def duals(self, objective: Ints | Floats, n_rows: int) -> Floats | None:
        """Return the basis' dual vector for an objective, ``None`` where it is singular.

        Parameters
        ----------
        n_rows
            Rows of the program now; rows added since have dual 0.
        """
        y = np.zeros(n_rows)
        basic, tight = self._basic_columns, self._tight_rows
        if len(basic) != len(tight) or (len(basic) and self._factors is None):
            return None
        if len(basic):
            y[tight] = self._factors.solve(objective[basic].astype(float), trans="T")
        return y

    @cached_property
    def _basic_columns(self) -> Ints:
        return np.flatnonzero(self.columns == BASIC)

    @cached_property
    def _tight_rows(self) -> Ints:
        return np.flatnonzero(self.rows != BASIC)

    @cached_property
    def _factors(self) -> Any:
        """Factors of the basis matrix, computed only where other objectives ask for them."""
        square = self.program.columns[:, self._basic_columns].tocsr()[self._tight_rows]
        try:
            return splu(square.tocsc().astype(float))
        except RuntimeError:  # singular: the caller solves level by level instead
            return None


@dataclass(frozen=True, slots=True, eq=False)
class LpSolution:
    """An optimal solution of the linear relaxation.

    Attributes
    ----------
    x
        Shape (columns,).
    duals
        Shape (rows,), of the objective solved.
    basis
        From which duals of other objectives follow and other programs set out, or
        ``None`` where the solver gives none.
    route
        How it was found, as a level's result names it.
    """

    x: Floats
    duals: Floats
    basis: Basis | None
    route: Literal["lp", "flow"] = "lp"


@dataclass(frozen=True, slots=True, eq=False)
class MipSolution:
    """What a branch and bound found.

    Attributes
    ----------
    x
        Shape (columns,), rounded to integers, or ``None`` where nothing was found.
    bound
        Proven limit of the objective, or ``None``.
    is_infeasible
        Whether the solver proved that no point exists.
    """

    x: Ints | None
    bound: float | None
    is_infeasible: bool


def solve_lp(
    program: Program,
    objective: Floats,
    budget: Budget,
    *,
    start: Basis | None = None,
    known: Ints | None = None,
    whole: bool = False,
) -> LpSolution | None:
    """Maximise an objective over the linear relaxation.

    From a good basis only few columns are worth a look: a large program is solved over
    those, and again with each column that the prices then call for, until they call for
    none (sifting; Bixby, Gregory, Lustig, Marsten and Shanno 1992).

    Parameters
    ----------
    objective
        Shape (columns,).
    start
        A basis of this program, or of one with other bounds and fewer rows.
    known
        A point of the program, shape (columns,), where one is known.
    whole
        Whether to look at all columns at once: what is quick from a basis that is almost
        optimal.

    Returns
    -------
    LpSolution or None
        ``None`` when the relaxation has no point.

    Raises
    ------
    Interrupted
        When the budget ends first.
    """
    if start is not None and not whole and program.is_free.sum() > LARGE:
        sifted = _sift(program, objective, budget, start, known)
        if sifted is not None:
            return sifted
    return _solve_whole(program, objective, budget, start)


def _sift(
    program: Program, objective: Floats, budget: Budget, start: Basis, known: Ints | None
) -> LpSolution | None:
    """Solve over a growing part of the columns; ``None`` where the first part is no start."""
    first = start.duals(objective, len(program.row_lower))
    if first is None:
        return None
    free, at_upper = program.is_free, start.columns == AT_UPPER
    bound = np.where(at_upper, program.upper, program.lower)
    tolerance = _tolerance(objective)
    gain = _gains(program, objective, first, at_upper)
    looked_at = free & ((gain > tolerance) | (start.columns == BASIC))
    if known is not None:  # else the part may have no point
        looked_at |= free & (known != bound)
    looked_at |= _best(gain, free & ~looked_at)
    while True:
        part = replace(
            program,
            lower=np.where(looked_at, program.lower, bound),
            upper=np.where(looked_at, program.upper, bound),
        )
        lp = _solve_whole(part, objective, budget, start)
        if lp is None or lp.basis is None:
            return None
        gain = _gains(program, objective, lp.duals, at_upper)
        missing = free & ~looked_at & (gain > tolerance)
        start = replace(lp.basis, program=program)
        if not missing.any():
            return replace(lp, basis=start)
        # With more that might be called for: a round costs more than some columns do.
        looked_at |= missing | _best(gain, free & ~looked_at)


def _tolerance(objective: Ints | Floats) -> float:
    return _TOLERANCE * max(1.0, float(np.abs(objective).max(initial=0)))


def _gains(program: Program, objective: Ints | Floats, duals: Floats, at_upper: Bools) -> Floats:
    """Return what a unit of each column, away from its bound, gains at some prices."""
    gain: Floats = objective - program.matrix.T @ duals
    return np.where(at_upper, -gain, gain)


def _best(gain: Floats, among: Bools) -> Bools:
    """Return a share of some columns, those that gain most."""
    n = int(_SHARE * among.sum())
    if n == 0:
        return among
    is_best: Bools = among & (gain >= np.partition(gain[among], -n)[-n])
    return is_best


def _solve_whole(
    program: Program, objective: Floats, budget: Budget, start: Basis | None
) -> LpSolution | None:
    """Solve over all columns that are not fixed."""
    states = None if start is None else _states(program, start)
    is_kept = program.is_free
    if states is not None:
        # A fixed column that is basic stays: without it the basis would be none.
        is_kept = is_kept | (states.columns == BASIC)
    reduced = _reduce(program, is_kept)
    if reduced is None:
        return None
    answer = backend.ask(
        backend.LP_SOLVERS,
        _model(program, reduced, objective, integer=False),
        budget,
        budget.remaining_s(),
        start=None
        if states is None
        else BasisStatus(states.columns[reduced.columns], states.rows[reduced.rows]),
    )
    if answer.reason in INFEASIBLE:
        return None
    if answer.reason != mathopt.TerminationReason.OPTIMAL or answer.x is None:
        raise Interrupted(by_person=False)
    x = program.lower.astype(float)
    x[reduced.columns] = answer.x
    duals = np.zeros(len(program.row_lower))
    if answer.duals is not None:  # HiGHS ends some programs without; any duals bound
        duals[reduced.rows] = answer.duals
    return LpSolution(x, duals, _basis(program, reduced, answer.basis))


def solve_mip(
    program: Program,
    objective: Floats,
    budget: Budget,
    *,
    time_limit_s: float | None = None,
) -> MipSolution:
    """Maximise an objective over the integer points.

    Parameters
    ----------
    time_limit_s
        A limit of this call alone, beside the budget.

    Raises
    ------
    Interrupted
        When the budget ends before any point is found.
    """
    reduced = _reduce(program, program.is_free)
    if reduced is None:
        return MipSolution(None, None, True)
    if len(reduced.columns) == 0:
        return MipSolution(program.lower, float(objective @ program.lower), False)
    model = _model(program, reduced, objective, integer=True)
    times = [t for t in (budget.remaining_s(), time_limit_s) if t is not None]
    answer = backend.ask(backend.MIP_SOLVERS, model, budget, min(times, default=None))
    if answer.reason in INFEASIBLE:
        return MipSolution(None, None, True)
    claimed = answer.bound + float(objective @ np.where(program.is_free, 0, program.lower))
    bound = claimed if isfinite(claimed) else None
    if answer.x is None:
        return MipSolution(None, bound, False)
    x = program.lower.copy()
    x[reduced.columns] = np.rint(answer.x).astype(np.int64)
    return MipSolution(x, bound, False)


@dataclass(frozen=True, slots=True, eq=False)
class _Reduced:
    """A program without columns that are left out and the rows that are then empty."""

    columns: Ints
    rows: Ints
    matrix: sp.csr_array
    row_lower: Ints
    row_upper: Ints


def _reduce(program: Program, is_kept: Bools) -> _Reduced | None:
    """Leave fixed columns out; ``None`` when they alone break a row."""
    columns = np.flatnonzero(is_kept)
    matrix = program.columns[:, columns].tocsr()
    activity = program.activity(np.where(is_kept, 0, program.lower))
    row_lower, row_upper = program.row_lower - activity, program.row_upper - activity
    is_open = np.diff(matrix.indptr) > 0
    if np.any(~is_open & ((row_lower > 0) | (row_upper < 0))):
        return None
    rows = np.flatnonzero(is_open)
    return _Reduced(columns, rows, matrix[rows], row_lower[rows], row_upper[rows])


def _model(program: Program, reduced: _Reduced, objective: Floats, *, integer: bool) -> Model:
    return Model(
        reduced.matrix,
        reduced.row_lower.astype(float),
        reduced.row_upper.astype(float),
        program.lower[reduced.columns].astype(float),
        program.upper[reduced.columns].astype(float),
        objective[reduced.columns],
        integer,
    )


def _states(program: Program, start: Basis) -> BasisStatus:
    """States of a program's columns and rows; rows the basis does not know are basic."""
    rows = np.full(len(program.row_lower), BASIC, dtype=np.int64)
    known = min(len(rows), len(start.rows))
    rows[:known] = start.rows[:known]
    return BasisStatus(start.columns, rows)


def _basis(program: Program, reduced: _Reduced, states: BasisStatus | None) -> Basis | None:
    """Return the basis of the whole program: what was left out stands at a bound or is slack."""
    if states is None:
        return None
    columns = np.full(len(program.lower), AT_LOWER, dtype=np.int64)
    columns[reduced.columns] = states.columns
    rows = np.full(len(program.row_lower), BASIC, dtype=np.int64)
    rows[reduced.rows] = states.rows
    return Basis(program, columns, rows)
