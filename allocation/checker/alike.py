"""People whose applications no rule tells apart (V14)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from allocation.instance import Instance, Ints, Stage


def alike_applicants(instance: Instance, stage: Stage, names: Collection[str]) -> list[list[str]]:
    """Group applicants who are alike to every rule about who may be served.

    Alike are people with eligible applications for the same places, in the same class of
    holder, who count for the same reserves and quotas and, where the lottery runs within
    tiers, are of one tier and preferred alike.  The order of their wishes does not count:
    it decides where, not whether.  A limit per household makes people of households
    unlike.

    Returns
    -------
    list
        Groups of two or more, each by id.
    """
    app, people = instance.applications, instance.applicants
    mine = stage.applications[app.eligible[stage.applications]]
    marks = membership_marks(instance, mine)
    rows = np.column_stack([app.place[mine], app.holder_class[mine], *marks])
    _, kind = np.unique(rows, axis=0, return_inverse=True)
    kind = kind.ravel()
    lists: defaultdict[int, list[int]] = defaultdict(list)
    for i, k in zip(app.applicant[mine].tolist(), kind.tolist(), strict=True):
        lists[i].append(k)
    within = "tier" in stage.levels
    groups: defaultdict[tuple[object, ...], list[str]] = defaultdict(list)
    for i, wishes in lists.items():
        name = str(people.id[i])
        lives = instance.household_max and int(people.household[i]) >= 0
        traits = (
            (int(people.tier[i]), str(people.group[i]), bool(people.hard_to_employ[i]))
            if within
            else ()
        )
        if name in names and not lives:
            groups[(*sorted(wishes), -1, *traits)].append(name)
    return [sorted(group) for group in groups.values() if len(group) > 1]


def membership_marks(instance: Instance, mine: Ints) -> list[Ints]:
    """Return columns that differ where reserves or quotas tell applications apart."""
    app = instance.applications
    width = 60
    columns: list[Ints] = []
    bit = 0
    place, applicant = app.place[mine], app.applicant[mine]
    memberships = [
        np.isin(place, reserve.places) & reserve.beneficiaries[applicant]
        for reserve in instance.reserves
    ]
    memberships += [np.isin(mine, quota.counted) for quota in instance.quotas]
    memberships += [np.isin(mine, quota.denominator) for quota in instance.quotas]
    for member in memberships:
        if not member.any():
            continue
        if bit % width == 0:
            columns.append(np.zeros(len(mine), dtype=np.int64))
        columns[-1] |= member.astype(np.int64) << (bit % width)
        bit += 1
    return columns
