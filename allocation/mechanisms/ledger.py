"""Granting one application after the other, each if every rule still allows it.

What a queue does in order of acceptance, and ``stable`` in one common order of people
where they bring their premises.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from allocation.instance import Instance, Ints, NumberLimit

_Node = tuple[int, int]


def grant_in_turn(instance: Instance, earlier: Ints, turns: Iterable[int]) -> Ints:
    """Grant applications in turn, as far as every rule still allows.

    Parameters
    ----------
    earlier
        Applications awarded in earlier stages.
    turns
        Applications in the order of their turns.

    Returns
    -------
    Ints
        Granted applications, ascending.
    """
    ledger = _Ledger(instance, earlier)
    granted = [application for application in turns if ledger.grant(application)]
    return np.array(sorted(granted), dtype=np.int64)


class _Ledger:
    """What has been granted so far; grants the next application or not."""

    def __init__(self, instance: Instance, earlier: Ints) -> None:
        self.instance = instance
        people = instance.applicants
        self.holds = people.holds.copy()
        self.units_left = instance.places.capacity.copy()
        self.at_home: defaultdict[tuple[int, int], int] = defaultdict(int)
        self.used: set[_Node] = set()
        self.opened: set[int] = set()
        self.by_disabled: set[int] = set()
        self.in_conflict = _conflicts_by_node(instance)
        self.limits: defaultdict[int, list[NumberLimit]] = defaultdict(list)
        for limit in instance.limits:
            for place in {*limit.members.tolist(), limit.centre} - {-1}:
                self.limits[place].append(limit)
        for i, j in zip(*np.nonzero(people.holds), strict=True):
            if people.household[i] >= 0:
                self.at_home[int(people.household[i]), int(j)] += 1
        for application in earlier.tolist():
            self._enter(application)

    def grant(self, application: int) -> bool:
        """Grant an application if every rule still allows it."""
        if not self._allowed(application):
            return False
        self._enter(application)
        return True

    def _groups(self, application: int) -> list[int]:
        kind = self.instance.places.kind[self.instance.applications.place[application]]
        return [j for j, kinds in enumerate(self.instance.exclusive_groups) if kind in kinds]

    def _allowed(self, application: int) -> bool:
        app, people = self.instance.applications, self.instance.applicants
        i, place = int(app.applicant[application]), int(app.place[application])
        node = (place, int(app.holder_class[application]))
        household, most = int(people.household[i]), self.instance.household_max
        for group in self._groups(application):
            if self.holds[i, group]:
                return False
            if most and household >= 0 and self.at_home[household, group] >= most:
                return False
        if self.units_left[place] < 1 or self.in_conflict.get(node, set()) & self.used:
            return False
        opened = self.opened | {place}
        by_disabled = self.by_disabled | ({place} if node[1] > 0 else set())
        return all(_within(limit, opened, by_disabled) for limit in self.limits[place])

    def _enter(self, application: int) -> None:
        app, people = self.instance.applications, self.instance.applicants
        i, place = int(app.applicant[application]), int(app.place[application])
        holder_class = int(app.holder_class[application])
        for group in self._groups(application):
            self.holds[i, group] = True
            if people.household[i] >= 0:
                self.at_home[int(people.household[i]), group] += 1
        self.units_left[place] -= 1
        self.used.add((place, holder_class))
        self.opened.add(place)
        if holder_class > 0:
            self.by_disabled.add(place)


def _conflicts_by_node(instance: Instance) -> Mapping[_Node, set[_Node]]:
    pairs = instance.conflicts
    found: defaultdict[_Node, set[_Node]] = defaultdict(set)
    columns: Sequence[list[int]] = [
        side.tolist() for side in (pairs.place_a, pairs.class_a, pairs.place_b, pairs.class_b)
    ]
    for a, class_a, b, class_b in zip(*columns, strict=True):
        found[a, class_a].add((b, class_b))
        found[b, class_b].add((a, class_a))
    return found


def _within(limit: NumberLimit, opened: set[int], by_disabled: set[int]) -> bool:
    members = set(limit.members.tolist())
    if limit.centre >= 0 and limit.centre not in opened:
        return True
    count = limit.existing + len(members & opened)
    return count - limit.extra_disabled * len(members & by_disabled) <= limit.maximum
