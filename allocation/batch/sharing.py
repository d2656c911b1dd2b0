"""Parts of one scenario that nothing ties to each other, shared between the workers.

Where there are fewer scenarios than workers, the worker that runs one sends its parts to
the cluster and waits; meanwhile it takes parts itself.  A part is data alone and each is
solved by one thread, so what comes back is what this worker would have found.  Dask gives
the part of a worker that dies to another.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from distributed import Client, worker_client
from distributed.scheduler import KilledWorker

from allocation.batch.crew import outcome
from allocation.mechanisms.optimise.backend import Budget
from allocation.mechanisms.settling import Settle, Settled, Task, settle_here
from allocation.messages import AllocationError, ClusterError
from allocation.progress import Progress
from allocation.read import make_tables

_FIRST = 1
"""Priority of parts: before scenarios that are not begun."""


@dataclass(frozen=True, slots=True, repr=False)
class PartErrand:
    """What a worker is sent of a scenario.

    Attributes
    ----------
    batch, versions
        As of an errand.
    seconds
        How long it may take; ``None`` for no limit.
    """

    batch: str
    versions: Mapping[str, str]
    task: Task
    seconds: float | None

    def __repr__(self) -> str:
        """Show nothing of it: arguments of a failed task end up in logs."""
        return f"<{type(self).__name__}>"

    def settle(self, progress: Progress) -> Settled | AllocationError:
        """Settle the part, or say what went wrong."""
        deadline = None if self.seconds is None else time.monotonic() + self.seconds
        budget = Budget(deadline, progress.should_stop)
        return outcome(partial(self.task.settle, budget, progress))


Away = Callable[[PartErrand], Settled | AllocationError]
"""What a worker does with it."""


def sharing(batch: str, versions: Mapping[str, str], away: Away) -> Settle:
    """Return what lets the workers of a cluster settle parts; for a worker's own use.

    Parameters
    ----------
    away
        Settles one part on whichever worker it is sent to.
    """

    def settle(tasks: Sequence[Task], budget: Budget, progress: Progress) -> list[Settled]:
        if len(tasks) < 2:
            return settle_here(tasks, budget, progress)
        # Parts do not tell this worker of their phases; by far the longest stands for all.
        progress.phase("phase_optimise", stage=tasks[0].stage.name)
        left = None if budget.deadline is None else budget.deadline - time.monotonic()
        total = sum(task.size for task in tasks)
        with worker_client() as client:
            n_workers = max(1, len(client.nthreads()))
            errands = [
                PartErrand(
                    batch,
                    versions,
                    _lean(task),
                    # As many at a time as there are workers: each may take that much longer.
                    None
                    if left is None
                    else max(0.0, left) * min(1, n_workers * task.size / total),
                )
                for task in tasks
            ]
            return _gathered(client, away, errands)

    return settle


def _gathered(client: Client, away: Away, errands: Sequence[PartErrand]) -> list[Settled]:
    """Send errands, the largest first, and wait for all.

    Raises
    ------
    ClusterError
        ``cluster_member_lost`` for a part that several workers died of.
    AllocationError
        What went wrong with a part.
    """
    order = sorted(range(len(errands)), key=lambda number: -errands[number].task.size)
    futures = {
        number: client.submit(
            away,
            errands[number],
            key=f"{away.__name__}-{uuid.uuid4().hex}",
            pure=False,
            priority=_FIRST,
        )
        for number in order
    }
    try:
        found = client.gather([futures[number] for number in range(len(errands))])
    except KilledWorker as error:
        raise ClusterError("cluster_member_lost", n=error.allowed_failures + 1) from None
    for each in found:
        if isinstance(each, AllocationError):
            raise each
    return list(found)


def _lean(task: Task) -> Task:
    """Leave out what no part needs: the tables as read, and rules that are rows already."""
    nothing = make_tables({}, (), ())
    instance = replace(task.instance, tables=nothing, exclusions={}, limits=(), quotas=())
    return replace(task, instance=instance)
