"""Which applications a stage may still award, before anything is optimised."""

from __future__ import annotations

import numpy as np

from allocation.instance import Instance, Ints, Stage

CLASSES = 8
"""More than there are holder classes: (place, class) is the node ``place * 8 + class``."""


def admissible(instance: Instance, stage: Stage, earlier: Ints) -> Ints:
    """Return the stage's applications that rules on single pairs and earlier awards allow.

    An applicant who holds an award of the same exclusive group gets no other; a site in
    conflict with an earlier award stays closed to that holder class.
    """
    app = instance.applications
    kinds = instance.places.kind.astype(str)
    open_to = app.eligible.copy()
    for number, group in enumerate(instance.exclusive_groups):
        holds = instance.applicants.holds[:, number].copy()
        of_group = np.isin(kinds, group)[app.place]
        holds[app.applicant[earlier[of_group[earlier]]]] = True
        open_to &= ~(of_group & holds[app.applicant])
    blocked = _blocked_nodes(instance, earlier)
    if blocked:
        node = app.place * CLASSES + app.holder_class
        open_to &= ~np.isin(node, np.fromiter(blocked, np.int64, len(blocked)))
    mine = stage.applications
    return mine[open_to[mine]]


def conflict_nodes(instance: Instance) -> tuple[Ints, Ints]:
    """Return the two ends of every conflict as nodes, shape (c,) each."""
    pairs = instance.conflicts
    return (
        pairs.place_a * CLASSES + pairs.class_a,
        pairs.place_b * CLASSES + pairs.class_b,
    )


def _blocked_nodes(instance: Instance, earlier: Ints) -> set[int]:
    app = instance.applications
    used = set((app.place[earlier] * CLASSES + app.holder_class[earlier]).tolist())
    blocked: set[int] = set()
    for a, b in zip(*(side.tolist() for side in conflict_nodes(instance)), strict=True):
        if a in used:
            blocked.add(b)
        if b in used:
            blocked.add(a)
    return blocked
