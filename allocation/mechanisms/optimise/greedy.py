"""A lawful list found quickly, to fall back on when a search is ended at once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from allocation.instance import Instance, Ints
from allocation.mechanisms.optimise.backend import Budget, solve_mip
from allocation.mechanisms.optimise.formulation import Formulation

_LIMIT_S = 10.0


def greedy_point(instance: Instance, formulation: Formulation) -> Ints | None:
    """Serve people by tier and draw, each with the best wish that still fits.

    Returns
    -------
    array or None
        A feasible point, shape (columns,); ``None`` where hard quotas need more than
        serving in turn.
    """
    program = formulation.program
    app, people = instance.applications, instance.applicants
    mine = formulation.applications
    person = app.applicant[mine]
    order = np.lexsort((app.preference_rank[mine], people.draw_number[person], people.tier[person]))
    room = program.row_upper.copy()
    indptr, rows, values = (
        program.columns.indptr,
        program.columns.indices,
        program.columns.data,
    )
    chosen = np.zeros(len(mine), dtype=np.int64)
    for column in order:
        span = slice(indptr[column], indptr[column + 1])
        takes = np.maximum(values[span], 0)
        if np.all(takes <= room[rows[span]]):
            room[rows[span]] -= takes
            chosen[column] = 1
    lower, upper = program.lower.copy(), program.upper.copy()
    lower[: len(mine)] = upper[: len(mine)] = chosen
    # The labels, gaps and indicators that go with the awards follow from a small program.
    rest = replace(program, lower=lower, upper=upper)
    unlimited = Budget(None, lambda: False)
    return solve_mip(rest, np.zeros(len(lower)), unlimited, time_limit_s=_LIMIT_S).x
