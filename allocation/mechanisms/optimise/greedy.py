"""A lawful list for a search that is ended early."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from allocation.instance import Instance, Ints
from allocation.mechanisms.optimise.backend import Budget, solve_mip
from allocation.mechanisms.optimise.formulation import Formulation
from allocation.mechanisms.optimise.lexicographic import Objective, weigh

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
        A feasible point; ``None`` where hard quotas need more than serving in turn.
    """
    n = len(formulation.applications)
    awards = _serve_in_turn(instance, formulation) if x is None else x[:n]
    lower, upper = formulation.program.lower.copy(), formulation.program.upper.copy()
    lower[:n] = upper[:n] = awards
    _, weighted = weigh(objectives)
    unlimited = Budget(None, lambda: False)
    rest = replace(formulation.program, lower=lower, upper=upper)
    return solve_mip(rest, weighted.astype(float), unlimited, time_limit_s=_LIMIT_S).x


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
