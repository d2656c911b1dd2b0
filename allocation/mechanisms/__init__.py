"""The mechanisms, one signature: an instance in, a result out.

``solve`` runs the stages of the scenario one after the other; awards of earlier stages
bind later ones through the exclusive groups.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from allocation.instance import Instance, Ints, Stage
from allocation.mechanisms.labelling import label_awards
from allocation.mechanisms.optimal import solve_optimal
from allocation.mechanisms.optimise.backend import Budget
from allocation.mechanisms.queue import solve_queue
from allocation.mechanisms.stable import solve_stable
from allocation.progress import Progress, Silent
from allocation.result import Result, StageResult

__all__ = ["SOLVERS", "solve"]

Solver = Callable[[Instance, Stage, Ints, Budget, Progress], StageResult]
"""Problem, stage, awards of earlier stages, time and stop, progress -> outcome."""

SOLVERS: Mapping[str, Solver] = {
    "optimal": solve_optimal,
    "queue": solve_queue,
    "stable": solve_stable,
}
"""The mechanisms by the name a scenario gives them."""


def solve(
    instance: Instance,
    *,
    progress: Progress | None = None,
    time_limit_s: float | None = None,
) -> Result:
    """Run every stage of an instance.

    Parameters
    ----------
    progress
        Hears phases and bounds and may ask for a stop; silent by default.
    time_limit_s
        Seconds for all stages together; the best so far is kept with its gap.

    Returns
    -------
    Result
        Stages up to the first infeasible one, all awards, and the reserve unit each uses.
    """
    progress = Silent() if progress is None else progress
    deadline = None if time_limit_s is None else time.monotonic() + time_limit_s
    budget = Budget(deadline, progress.should_stop)
    stages: list[StageResult] = []
    awards: Ints = np.empty(0, dtype=np.int64)
    for stage in instance.stages:
        result = SOLVERS[stage.mechanism](instance, stage, awards, budget, progress)
        stages.append(result)
        awards = np.sort(np.concatenate([awards, result.awards]))
        if result.clash:
            break
    return Result(tuple(stages), awards, _reserve_used(instance, stages, awards))


def _reserve_used(instance: Instance, stages: Sequence[StageResult], awards: Ints) -> Ints:
    """Return the reserve unit each award uses, as the mechanism says or labelled here."""
    used = np.full(len(awards), -1, dtype=np.int64)
    rest = [np.empty(0, dtype=np.int64)]
    for stage in stages:
        if stage.reserve_used is None:
            rest.append(stage.awards)
        else:
            used[np.searchsorted(awards, stage.awards)] = stage.reserve_used
    others = np.sort(np.concatenate(rest))
    used[np.searchsorted(awards, others)] = label_awards(instance, others)
    return used
