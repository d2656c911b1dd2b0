"""``queue``: acceptance time decides, never an optimiser or a draw.

行政许可法 第五十七条: where a licence is limited in number, the decision follows the order
in which applications were accepted.  Measure 7 of 日政办字〔2023〕18号 puts disabled people
first among equal times and frees their first licence from spacing; both are already in
``accepted_order`` and in the holder class.
"""

from __future__ import annotations

import time

import numpy as np

from allocation.instance import Instance, Ints, Stage
from allocation.mechanisms.ledger import grant_in_turn
from allocation.mechanisms.optimise.backend import Budget
from allocation.progress import Progress
from allocation.result import StageResult, Status


def solve_queue(
    instance: Instance, stage: Stage, earlier: Ints, budget: Budget, progress: Progress
) -> StageResult:
    """Grant in order of acceptance whatever is still lawful.

    Parameters
    ----------
    earlier
        Applications awarded in earlier stages.
    budget, progress
        Of no use here: a queue is short.

    Returns
    -------
    StageResult
        Status ``complete``; awards ascending.
    """
    del budget, progress
    started = time.monotonic()
    app = instance.applications
    mine = stage.applications[app.eligible[stage.applications]]
    kind_order = {kind: number for number, kind in enumerate(stage.kinds)}
    kinds = np.array([kind_order[k] for k in instance.places.kind[app.place[mine]]], np.int64)
    turns = mine[np.lexsort((app.accepted_order[mine], kinds))]
    return StageResult(
        name=stage.name,
        mechanism=stage.mechanism,
        status=Status.COMPLETE,
        levels=(),
        awards=grant_in_turn(instance, earlier, turns.tolist()),
        max_awards=None,
        max_awards_bound=None,
        clash=(),
        seconds={"queue": round(time.monotonic() - started, 3)},
    )
