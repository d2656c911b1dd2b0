"""All levels of the problem without conflicts as one weight per application."""

from __future__ import annotations

import numpy as np

from allocation.instance import Instance, Ints
from benchmarks.field.judge import rewards
from benchmarks.weighted import weighted_sum

_CHAIN = 4


def n_levels_of_people(instance: Instance) -> int:
    """Count the levels that say who is served: the tiers, the number, the draw."""
    return instance.n_tiers + 2


def rank_of_people(instance: Instance) -> Ints:
    """Return, per application, the applicant's rank by tier and draw, the first one highest.

    The sets of people who can be served are a transversal matroid, so that one sum of any
    strictly falling weights settles tiers, number and draw.
    """
    people = instance.applicants
    rank = np.empty(len(people.id), dtype=np.int64)
    rank[np.lexsort((people.draw_number, people.tier))] = np.arange(len(rank), 0, -1)
    return rank[instance.applications.applicant]


def packed(instance: Instance, largest: int) -> tuple[Ints, int]:
    """Weigh the rank of people and as many further levels as stay below a size.

    Returns
    -------
    tuple[Ints, int]
        Shape (k,), and how many of the instance's levels that is.
    """
    n_who = n_levels_of_people(instance)
    levels = [rank_of_people(instance), *rewards(instance)[n_who:]]
    weight, n_levels = weighted_sum(levels, 1, largest, _CHAIN)
    return weight, n_who - 1 + n_levels
