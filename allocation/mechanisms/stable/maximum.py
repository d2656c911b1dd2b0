"""The most awards any lawful list of a stage could hold, beside which a match is set.

A stable match need not serve as many people as possible; the difference is what its
guarantee costs, and every run states it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from ortools.graph.python import max_flow

from allocation.mechanisms.optimise.admissible import admissible
from allocation.mechanisms.optimise.backend import Interrupted
from allocation.mechanisms.optimise.formulation import formulate
from allocation.mechanisms.optimise.most import most_awards
from allocation.mechanisms.stable.market import agents_of

if TYPE_CHECKING:
    from allocation.instance import Instance, Ints, Stage
    from allocation.mechanisms.optimise.backend import Budget


def find_maximum(
    instance: Instance, stage: Stage, earlier: Ints, awards: Ints, budget: Budget
) -> tuple[int | None, int | None]:
    """Find the most awards, and a proven limit of them.

    A maximum flow where nothing but units and one award each bind; else the integer
    program of ``optimal``, whose rules are the same.

    Parameters
    ----------
    awards
        Applications awarded in the stage; a lawful list, so no fewer are possible.

    Returns
    -------
    tuple
        Number and limit; ``None`` where the time was up before either was known.
    """
    rows = admissible(instance, stage, earlier)
    try:
        budget.remaining_s()
        if _only_units_bind(instance, stage):
            row, agent, start = agents_of(instance, rows)
            most = _plain_limit(instance, row, start)
            if len(awards) < most:
                most = _largest_match(instance, row, agent, len(start) - 1)
            return most, most
        found = most_awards(instance, stage, formulate(instance, stage, earlier), budget)
    except Interrupted:
        return None, None
    if found is None:
        return None, None
    return max(found.value, len(awards)), found.bound


def _only_units_bind(instance: Instance, stage: Stage) -> bool:
    of_stage = np.isin(instance.places.kind.astype(str), stage.kinds)
    near = instance.conflicts
    return not (
        instance.household_max
        or (of_stage[near.place_a] | of_stage[near.place_b]).any()
        or any(of_stage[limit.members].any() for limit in instance.limits)
        or any(reserve.hard and reserve.kind in stage.kinds for reserve in instance.reserves)
    )


def _plain_limit(instance: Instance, row: Ints, start: Ints) -> int:
    """Return a limit that is often reached: one award an agent, no more than a place can use."""
    m = len(instance.places.id)
    asking = np.bincount(instance.applications.place[row], minlength=m)
    return min(len(start) - 1, int(np.minimum(asking, instance.places.capacity).sum()))


def _largest_match(instance: Instance, row: Ints, agent: Ints, n: int) -> int:
    """Return the size of a largest match of ``n`` agents, by maximum flow."""
    place = instance.applications.place[row]
    m = len(instance.places.id)
    source, sink = n + m, n + m + 1
    agents, places = np.arange(n), n + np.arange(m)
    flow = max_flow.SimpleMaxFlow()
    flow.add_arcs_with_capacity(np.full(n, source), agents, np.ones(n, dtype=np.int64))
    flow.add_arcs_with_capacity(agent, n + place, np.ones(len(row), dtype=np.int64))
    flow.add_arcs_with_capacity(places, np.full(m, sink), instance.places.capacity)
    status = flow.solve(source, sink)
    if status != flow.OPTIMAL:  # pragma: no cover - capacities are small whole numbers
        raise RuntimeError(str(status))
    return int(flow.optimal_flow())
