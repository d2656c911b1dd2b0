"""Which hard quotas cannot hold together."""

from __future__ import annotations

from contextlib import suppress

import numpy as np

from allocation.instance import Instance, Ints, Reason, Stage
from allocation.mechanisms.optimise.backend import Budget, Interrupted
from allocation.mechanisms.optimise.formulation import formulate
from allocation.mechanisms.optimise.solving import solve_mip


def clashing_quotas(
    instance: Instance, stage: Stage, earlier: Ints, budget: Budget
) -> tuple[Reason, ...]:
    """Find a smallest set of hard quotas that cannot hold together (deletion filter).

    Without hard quotas the empty list is lawful, so only they can clash.  When the time
    is up, the set found so far clashes too; it may just not be a smallest one.
    """
    names = list(dict.fromkeys(quota.name for quota in instance.quotas if quota.hard))
    dropped: set[str] = set()
    with suppress(Interrupted):
        for name in names:
            program = formulate(instance, stage, earlier, frozenset(dropped | {name})).program
            nothing = np.zeros(len(program.lower))
            if solve_mip(program, nothing, budget).is_infeasible:
                dropped.add(name)
    clashing = [name for name in names if name not in dropped]
    return tuple(
        Reason("clash_quota", {"quota": name, "together": ", ".join(clashing)}) for name in clashing
    )
