"""A lawful list for a search that is ended early."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from allocation.instance import Instance, Ints
from allocation.mechanisms.optimise.backend import Budget, Interrupted, solve_mip
from allocation.mechanisms.optimise.formulation import Formulation
from allocation.mechanisms.optimise.lexicographic import Objective, maximise
from allocation.mechanisms.optimise.program import Program
from allocation.progress import Silent

_LIMIT_S = 10.0


def complete_point(
    instance: Instance,
    formulation: Formulation,
    objectives: Sequence[Objective],
    x: Ints | None,
) -> Ints | None:
    """Return a point with the same awards, or a greedy one's, and the best labels for them.

    Parameters
    ----------
    x
        The best point so far, shape (columns,), or ``None`` for serving people by tier
        and draw, each with the best wish that still fits.

    Returns
    -------
    array or None
        A feasible point; ``None`` where hard quotas need more than serving in turn and
        no other list was found in time.
    """
    budget = Budget(time.monotonic() + _LIMIT_S, lambda: False)
    if x is None:
        in_turn = _serve_in_turn(instance, formulation)
        found = _with_awards(formulation, objectives, in_turn, budget)
        if found is not None:
            return found
        x = _any_point(formulation.program, budget)
        if x is None:
            return None
    found = _with_awards(formulation, objectives, x[: len(formulation.applications)], budget)
    return x if found is None else found


def _with_awards(
    formulation: Formulation, objectives: Sequence[Objective], awards: Ints, budget: Budget
) -> Ints | None:
    """Return the point of an award list with the best labels, ``None`` if it is unlawful."""
    n = len(formulation.applications)
    lower, upper = formulation.program.lower.copy(), formulation.program.upper.copy()
    lower[:n] = upper[:n] = awards
    rest = replace(formulation.program, lower=lower, upper=upper)
    # The last level asks for nothing, so that a point is found even without levels.
    levels = [*objectives, Objective("", {}, np.zeros_like(lower))]
    return maximise(rest, levels, formulation.group, budget, Silent()).x


def _any_point(program: Program, budget: Budget) -> Ints | None:
    """Return any feasible point, ``None`` where none is found in time."""
    try:
        x = solve_mip(program, np.zeros(len(program.lower)), budget).x
    except Interrupted:
        return None
    return x if x is not None and program.is_feasible(x) else None


def _serve_in_turn(instance: Instance, formulation: Formulation) -> Ints:
    """Award by tier and draw whatever no row with an upper limit forbids, shape (x,)."""
    program = formulation.program
    app, people = instance.applications, instance.applicants
    mine = formulation.applications
    person = app.applicant[mine]
    order = np.lexsort((app.preference_rank[mine], people.draw_number[person], people.tier[person]))
    room = program.row_upper.copy()
    indptr, rows, values = program.columns.indptr, program.columns.indices, program.columns.data
    chosen = np.zeros(len(mine), dtype=np.int64)
    for column in order:
        span = slice(indptr[column], indptr[column + 1])
        takes = np.maximum(values[span], 0)
        if np.all(takes <= room[rows[span]]):
            room[rows[span]] -= takes
            chosen[column] = 1
    return chosen
