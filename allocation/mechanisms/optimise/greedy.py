"""A lawful list for a search that is ended early."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from allocation.instance import Instance, Ints
from allocation.mechanisms.optimise.backend import Budget, Interrupted
from allocation.mechanisms.optimise.lexicographic import Objective, maximise
from allocation.mechanisms.optimise.meaning import Formulation
from allocation.mechanisms.optimise.program import Program
from allocation.mechanisms.optimise.solving import solve_mip
from allocation.progress import Silent

_LIMIT_S = 10.0


def complete_point(
    instance: Instance,
    formulation: Formulation,
    objectives: Sequence[Objective],
    x: Ints | None,
) -> Ints | None:
    """Return the best list that can be had at once, with the best labels for its awards.

    A search that is ended early may hold a point that is good at its first levels alone
    and awards next to nothing.  So people are served in turn on top of it, by tier and
    draw, each with the best wish that still fits.

    Parameters
    ----------
    x
        The best point so far, shape (columns,), or ``None`` for serving from nothing.

    Returns
    -------
    array or None
        A feasible point, by the levels no worse than ``x``; ``None`` where hard quotas
        need more than serving in turn and no other list was found in time.
    """
    budget = Budget(time.monotonic() + _LIMIT_S, lambda: False)
    n = len(formulation.applications)
    nothing = np.zeros(n, dtype=np.int64)
    given = [] if x is None else [x[:n]]
    lists = [*given, _serve_in_turn(instance, formulation, given[0] if given else nothing)]
    found = [
        point
        for awards in lists
        if (point := _with_awards(formulation, objectives, awards, budget)) is not None
    ]
    if x is not None:
        found.append(x)
    if found:
        return max(found, key=lambda point: [level.value(point) for level in objectives])
    x = _any_point(formulation.program, budget)
    if x is None:
        return None
    labelled = _with_awards(formulation, objectives, x[:n], budget)
    return x if labelled is None else labelled


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


def _serve_in_turn(instance: Instance, formulation: Formulation, awarded: Ints) -> Ints:
    """Award by tier and draw whatever no row with an upper limit forbids.

    Parameters
    ----------
    awarded
        Shape (x,): what is awarded already and stays so.
    """
    program = formulation.program
    app, people = instance.applications, instance.applicants
    mine = formulation.applications
    person = app.applicant[mine]
    order = np.lexsort((app.preference_rank[mine], people.draw_number[person], people.tier[person]))
    taken = program.columns[:, : len(mine)].maximum(0)
    room = program.row_upper - taken @ awarded
    indptr, rows, values = program.columns.indptr, program.columns.indices, program.columns.data
    chosen = awarded.copy()
    is_left = (awarded == 0) & (program.upper[: len(mine)] > 0)
    for column in order[is_left[order]]:
        span = slice(indptr[column], indptr[column + 1])
        takes = np.maximum(values[span], 0)
        if np.all(takes <= room[rows[span]]):
            room[rows[span]] -= takes
            chosen[column] = 1
    return chosen
