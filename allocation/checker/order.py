"""The published order at a place, by the checker's own reading of the criteria.

Reserved and open units of a kind have one list of criteria each; the draw makes every
order strict (design 4.7).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from allocation.checker.labels import label_awards
from allocation.checker.levels import first_choice_class

if TYPE_CHECKING:
    from allocation.checker.standing import Standing
    from allocation.instance import Instance, Ints


def criterion_values(instance: Instance, criterion: str) -> Ints:
    """Return what a criterion looks at, smaller first; shape (k,)."""
    app, people = instance.applications, instance.applicants
    if criterion == "priority_rank":
        # Whom the place did not rank comes after all it ranked.
        last = int(app.priority_rank.max(initial=0)) + 1
        return np.where(app.priority_rank > 0, app.priority_rank, last)
    if criterion in ("disabled_first", "hard_to_employ_first"):
        return np.where(first_choice_class(instance, criterion)[app.applicant], 0, 1)
    if criterion == "band":
        return app.band
    each = people.tier if criterion == "tier" else people.draw_number
    return each[app.applicant]


def pool_ranks(instance: Instance, kinds: tuple[str, ...]) -> tuple[Ints, Ints]:
    """Rank applications in the reserved and in the open order; shape (k,) each.

    Ranks compare within one kind; 0 for applications of other kinds.
    """
    app = instance.applications
    kind = instance.places.kind[app.place]
    ranks = (np.zeros(len(kind), dtype=np.int64), np.zeros(len(kind), dtype=np.int64))
    for name in kinds:
        rows = np.flatnonzero(kind == name)
        pools = instance.priorities[name]
        for rank, criteria in zip(ranks, (pools.reserved, pools.open), strict=True):
            keys = [criterion_values(instance, c)[rows] for c in (*criteria, "draw")]
            rank[rows[np.lexsort(keys[::-1])]] = np.arange(1, len(rows) + 1)
    return ranks


def labels_of(standing: Standing) -> Ints:
    """Return the reserve of the unit each award of the stage uses, -1 for none; shape (k,)."""
    instance = standing.instance
    labels = np.full(len(instance.applications.place), -1, dtype=np.int64)
    for kind in standing.stage.kinds:
        for row, g in label_awards(instance, kind, standing.awards).items():
            labels[row] = g
    return labels
