"""The mechanisms, one signature: an instance in, a result out.

``solve`` runs the stages of the scenario one after the other; awards of earlier stages
bind later ones through the exclusive groups.  A mechanism that draws by lot publishes its
lottery first; whoever runs it may stop there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Protocol

import numpy as np

from allocation.instance import Instance, Ints, Stage
from allocation.mechanisms.labelling import label_awards
from allocation.mechanisms.optimise.backend import Budget
from allocation.progress import Progress, Silent
from allocation.result import Result, StageResult, Status

if TYPE_CHECKING:
    from allocation.mechanisms.settling import Settle

__all__ = ["solve"]

Solver = Callable[[Instance, Stage, Ints, Budget, Progress], StageResult]
"""Problem, stage, awards of earlier stages, time and stop, progress -> outcome."""


class _Published(Protocol):
    """A lottery that is known and not drawn yet."""

    @property
    def result(self) -> StageResult: ...

    def draw(self) -> StageResult: ...


Publisher = Callable[[Instance, Stage, Ints, Budget, Progress], _Published]


def _solver_of(mechanism: str, settle: Settle | None) -> Solver:
    """Load the mechanism a scenario names, and no other."""
    if mechanism == "optimal":
        from allocation.mechanisms.optimal import solve_optimal

        return solve_optimal if settle is None else partial(solve_optimal, settle=settle)
    if mechanism == "queue":
        from allocation.mechanisms.queue import solve_queue

        return solve_queue
    if mechanism == "stable":
        from allocation.mechanisms.stable import solve_stable

        return solve_stable
    raise ValueError(mechanism)


def _publisher_of(mechanism: str) -> Publisher | None:
    """Load a mechanism that publishes chances before it draws; None for another."""
    if mechanism != "egalitarian":
        return None
    from allocation.mechanisms.egalitarian import publish_lottery

    return publish_lottery


def solve(
    instance: Instance,
    *,
    progress: Progress | None = None,
    time_limit_s: float | None = None,
    publish: Callable[[Sequence[StageResult]], None] = lambda stages: None,
    draw: bool = True,
    settle: Settle | None = None,
) -> Result:
    """Run every stage of an instance.

    Parameters
    ----------
    progress
        Hears phases and bounds and may ask for a stop; silent by default.
    time_limit_s
        Seconds for all stages together; the best so far is kept with its gap.
    publish
        Is given the stages so far, the last one with chances and without awards, before
        its lottery is drawn.
    draw
        Whether to draw.  Without it the first stage with a lottery is the last one that
        is known; those after it wait.
    settle
        Settles the parts of a stage that no rule ties to each other; by default this
        process does, one after the other.

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
    for number, stage in enumerate(instance.stages):
        publisher = _publisher_of(stage.mechanism)
        if publisher is not None:
            lottery = publisher(instance, stage, awards, budget, progress)
            publish([*stages, lottery.result])
            if lottery.result.status is Status.UNDRAWN and not draw:
                stages += [lottery.result, *map(_waiting, instance.stages[number + 1 :])]
                break
            result = lottery.draw()
        else:
            solver = _solver_of(stage.mechanism, settle)
            result = solver(instance, stage, awards, budget, progress)
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


def _waiting(stage: Stage) -> StageResult:
    """Say of a stage that a draw before it is not held."""
    return StageResult(
        name=stage.name,
        mechanism=stage.mechanism,
        status=Status.UNDRAWN,
        levels=(),
        awards=np.empty(0, dtype=np.int64),
        max_awards=None,
        max_awards_bound=None,
        clash=(),
    )
