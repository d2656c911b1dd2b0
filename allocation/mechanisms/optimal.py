"""``optimal``: the exact lexicographic optimum of a joint stage.

The order of the levels is the scenario's.  Where they end with ``preference_serial``, who
is served is settled first and people then choose their places in turn; otherwise the key
comes last.  Either makes the list unique, so that it depends on no solver, thread or row
order.  ``optimal`` plans and awards under published levels; it is not strategy-proof and
reports the envy it leaves.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from allocation.instance import Instance, Ints, Reason, Stage
from allocation.mechanisms.clash import clashing_quotas
from allocation.mechanisms.joining import join_parts
from allocation.mechanisms.network.parts import independent_parts
from allocation.mechanisms.optimise.backend import Budget
from allocation.mechanisms.optimise.formulation import formulate
from allocation.mechanisms.settling import Settle, Settled, Task, settle_here
from allocation.progress import Progress
from allocation.result import StageResult, Status


def solve_optimal(
    instance: Instance,
    stage: Stage,
    earlier: Ints,
    budget: Budget,
    progress: Progress,
    settle: Settle = settle_here,
) -> StageResult:
    """Solve one joint stage exactly, parts that nothing ties to each other apart.

    Parameters
    ----------
    earlier
        Applications awarded in earlier stages.
    budget
        Time limit and stop; the best list so far is kept with its gap.
    settle
        Settles the parts where there are several.

    Returns
    -------
    StageResult
        ``infeasible`` with the clashing rules where hard quotas cannot hold together.
    """
    started = time.monotonic()
    progress.phase("phase_formulate", stage=stage.name)
    formulation = formulate(instance, stage, earlier)
    parts = independent_parts(formulation)
    seconds = {"formulate": time.monotonic() - started}
    tasks = [Task(instance, stage, part.formulation) for part in parts]
    if len(tasks) == 1:
        settled = [tasks[0].settle(budget, progress)]
    else:
        settled = _settle_parts(tasks, settle, budget, _OfParts(progress))
    for each in settled:
        for step, spent in each.seconds.items():
            seconds[step] = seconds.get(step, 0.0) + spent
    joined = join_parts(instance, stage, formulation, list(zip(parts, settled, strict=False)))
    clash: tuple[Reason, ...] = ()
    if joined.status is Status.INFEASIBLE:
        clash = clashing_quotas(instance, stage, earlier, budget)
    return StageResult(
        name=stage.name,
        mechanism=stage.mechanism,
        status=joined.status,
        levels=joined.levels,
        awards=joined.awards,
        max_awards=joined.max_awards,
        max_awards_bound=joined.max_awards_bound,
        clash=clash,
        seconds={step: round(spent, 3) for step, spent in seconds.items()},
        proof=joined.proof,
        n_parts=len(parts),
    )


def _settle_parts(
    tasks: Sequence[Task], settle: Settle, budget: Budget, progress: Progress
) -> list[Settled]:
    """Settle parts; all that have a list are asked for the same words of the key.

    The whole has one list of levels: where one part needs a second word, all take one.
    """
    settled = settle(tasks, budget, progress)
    if any(each.status is not Status.OPTIMAL for each in settled):
        return settled
    most = max(each.n_words for each in settled)
    lacking = [number for number, each in enumerate(settled) if each.n_words < most]
    # From the list there is, which an early end then keeps.
    again = [replace(tasks[n], n_words=most, known=settled[n].x) for n in lacking]
    for number, each in zip(lacking, settle(again, budget, progress), strict=True):
        settled[number] = each
    return settled


class _OfParts:
    """Tells of the phases of parts, and not of values that are no values of the whole."""

    def __init__(self, progress: Progress) -> None:
        self.phase = progress.phase
        self.should_stop = progress.should_stop

    def bound(self, level: str, value: int | None, bound: int | None, **params: object) -> None:
        """Keep what a part reaches to itself."""
