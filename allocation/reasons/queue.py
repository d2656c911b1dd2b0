"""Reasons where applications have turns: what stood in the way when the turn came.

Goes through the applications in the order of their turns, of acceptance in a queue, of
tier and draw where applicants bring their premises, with the awards as they are, and
looks only at what was granted before.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np

from allocation.checker.standing import N_CLASSES, group_members
from allocation.reasons.persons import better_params
from allocation.rules.order import criterion_values
from allocation.rules.priority import COMMON_ORDER

if TYPE_CHECKING:
    from allocation.checker.standing import Standing
    from allocation.instance import Instance, Ints, NumberLimit, Stage
    from allocation.reasons.notes import Notes


class _Granted:
    """What has been granted so far."""

    def __init__(self, instance: Instance, standing: Standing) -> None:
        self.instance = instance
        app = instance.applications
        self.groups = group_members(instance)
        own = [
            (j, g)
            for j in standing.awards.tolist()
            for g, of_group in enumerate(self.groups)
            if of_group[j]
        ]
        self.award_of: dict[tuple[int, int], int] = {}
        self.in_household = standing.in_household.copy()
        for j, g in own:
            home = instance.applicants.household[app.applicant[j]]
            if home >= 0:
                self.in_household[home, g] -= 1
        self.at_place: dict[int, list[int]] = defaultdict(list)
        for j in standing.fixed.tolist():
            self.at_place[int(app.place[j])].append(j)

    def grant(self, row: int) -> None:
        """Count an award."""
        app = self.instance.applications
        i = int(app.applicant[row])
        home = int(self.instance.applicants.household[i])
        for g, of_group in enumerate(self.groups):
            if of_group[row]:
                self.award_of[i, g] = row
                if home >= 0:
                    self.in_household[home, g] += 1
        self.at_place[int(app.place[row])].append(row)


def explain_turns(standing: Standing, notes: Notes) -> None:
    """Note a reason for every refused eligible application of the stage."""
    instance, stage = standing.instance, standing.stage
    granted = _Granted(instance, standing)
    conflicts = _conflicts_by_node(instance)
    limits = _limits_by_place(instance)
    given = set(standing.awards.tolist())
    for row in _turns(instance, stage).tolist():
        if row in given:
            granted.grant(row)
        else:
            _explain(granted, row, conflicts, limits, notes)


def _turns(instance: Instance, stage: Stage) -> Ints:
    """Return the eligible applications of a stage in the order of their turns."""
    app = instance.applications
    mine = stage.applications[app.eligible[stage.applications]]
    if stage.mechanism == "queue":
        kind_order = {kind: number for number, kind in enumerate(stage.kinds)}
        kinds = np.array([kind_order[k] for k in instance.places.kind[app.place[mine]]], np.int64)
        return mine[np.lexsort((app.accepted_order[mine], kinds))]
    keys = [criterion_values(instance, name, mine) for name in COMMON_ORDER]
    return mine[np.lexsort([mine, *keys[::-1]])]


def _explain(
    granted: _Granted,
    row: int,
    conflicts: dict[int, list[int]],
    limits: dict[int, list[NumberLimit]],
    notes: Notes,
) -> None:
    instance = granted.instance
    app, people = instance.applications, instance.applicants
    i, p = int(app.applicant[row]), int(app.place[row])
    home = int(people.household[i])
    for g in (g for g, of_group in enumerate(granted.groups) if of_group[row]):
        own = granted.award_of.get((i, g))
        if own is not None:
            better = app.preference_rank[own] < app.preference_rank[row]
            code = "ranked_higher" if better else "already_granted"
            notes.add(row, code, better_params(instance, own))
        elif home >= 0 and 0 < instance.household_max <= granted.in_household[home, g]:
            notes.add(row, "household", {"maximum": instance.household_max})
    if len(granted.at_place[p]) >= instance.places.capacity[p]:
        notes.add(row, *_taken(granted, row))
    for c in conflicts.get(int(p * N_CLASSES + app.holder_class[row]), ()):
        other = _other_end(instance, c, p)
        if any(app.holder_class[j] == other[1] for j in granted.at_place[other[0]]):
            notes.add(row, "spacing", spacing_params(instance, c, p))
    for limit in limits.get(p, ()):
        _note_limit(granted, row, limit, notes)
    # Nothing stood in its way: the list is not the order of acceptance.
    notes.add(row, "not_settled", {"level": "", "level_params": {}, "delta": 0, "chain": []})


def _taken(granted: _Granted, row: int) -> tuple[str, dict[str, Any]]:
    """Say who had the premises before: by acceptance, or by tier and draw."""
    instance, app = granted.instance, granted.instance.applications
    holders = granted.at_place[int(app.place[row])]
    if not holders:
        return "not_opened", {}
    receipt = str(instance.applicants.receipt_no[app.applicant[holders[-1]]])
    if app.accepted_order[row] >= 0:
        return "place_taken", {"receipt_no": receipt}
    pair = np.array([row, holders[-1]])
    for criterion in COMMON_ORDER:
        own, theirs = criterion_values(instance, criterion, pair).tolist()
        if own != theirs:
            break
    params = {"criterion": criterion, "pool": "open", "n": len(holders), "own": own}
    return "outranked", params | {"receipt_no": receipt}


def _note_limit(granted: _Granted, row: int, limit: NumberLimit, notes: Notes) -> None:
    app, p = granted.instance.applications, int(granted.instance.applications.place[row])
    members = limit.members.tolist()
    holders = {
        q: [*granted.at_place[q], *([row] if q == p else [])]
        for q in {*members, max(limit.centre, 0)}
    }
    n_open = sum(bool(holders[q]) for q in members)
    n_disabled = sum(any(app.holder_class[j] > 0 for j in holders[q]) for q in members)
    active = n_open > 0 if limit.centre < 0 else bool(holders[limit.centre])
    if active and limit.existing + n_open - limit.extra_disabled * n_disabled > limit.maximum:
        notes.add(
            row,
            limit.code,
            {
                "kind": limit.kind,
                "label": limit.label,
                "n": limit.existing + n_open - (p in members and not granted.at_place[p]),
                "maximum": limit.maximum,
            },
        )


def spacing_params(instance: Instance, conflict: int, place: int) -> dict[str, object]:
    """Return what is said about a conflict with another awarded place."""
    near = instance.conflicts
    other = _other_end(instance, conflict, place)[0]
    return {
        "place": instance.places.id[other],
        "distance_m": int(near.distance_mm[conflict]) / 1000,
        "required_m": int(near.required_mm[conflict]) / 1000,
        "how": "measured" if near.measured[conflict] else "computed",
    }


def _conflicts_by_node(instance: Instance) -> dict[int, list[int]]:
    near = instance.conflicts
    found: dict[int, list[int]] = defaultdict(list)
    for c in range(len(near.place_a)):
        found[int(near.place_a[c] * N_CLASSES + near.class_a[c])].append(c)
        found[int(near.place_b[c] * N_CLASSES + near.class_b[c])].append(c)
    return found


def _limits_by_place(instance: Instance) -> dict[int, list[NumberLimit]]:
    found: dict[int, list[NumberLimit]] = defaultdict(list)
    for limit in instance.limits:
        for p in {*limit.members.tolist(), limit.centre} - {-1}:
            found[p].append(limit)
    return found


def _other_end(instance: Instance, conflict: int, place: int) -> tuple[int, int]:
    near = instance.conflicts
    if near.place_a[conflict] == place:
        return int(near.place_b[conflict]), int(near.class_b[conflict])
    return int(near.place_a[conflict]), int(near.class_a[conflict])
