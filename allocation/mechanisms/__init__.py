"""The mechanisms, one signature: an instance in, a result out.

``solve`` runs the stages of the scenario one after the other; awards of earlier stages
bind later ones through the exclusive groups.
"""

from __future__ import annotations

import time

import numpy as np

from allocation.instance import Instance, Ints
from allocation.mechanisms.labelling import label_awards
from allocation.mechanisms.optimal import solve_optimal
from allocation.mechanisms.optimise.backend import Budget
from allocation.mechanisms.queue import solve_queue
from allocation.progress import Progress, Silent
from allocation.result import Result, StageResult

__all__ = ["solve"]


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
        if stage.mechanism == "queue":
            result = solve_queue(instance, stage, awards)
        else:
            result = solve_optimal(instance, stage, awards, budget, progress)
        stages.append(result)
        awards = np.sort(np.concatenate([awards, result.awards]))
        if result.clash:
            break
    return Result(tuple(stages), awards, label_awards(instance, awards))
