"""Which changes to an award list break a hard rule, many changes at once.

One method per rule.  Each returns, for every change, the index of something the change
breaks (a place, a group, a cap, a reserve, a quota) or -1.  A rule the list itself
breaks already is only charged to changes that touch it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from allocation.checker.capped import CapCounts
from allocation.checker.labels import units_of
from allocation.checker.levels import quota_gap
from allocation.checker.standing import (
    N_CLASSES,
    Exchanges,
    Standing,
    first_of_node,
    group_members,
    look_up,
    net,
    switched,
)

if TYPE_CHECKING:
    from allocation.instance import Bools, Instance, Ints, NumberLimit, Quota


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Conflicting (place, holder class) pairs, as node numbers ``place * classes + class``.

    Both directions stand here, sorted by ``node``; shape (2c,) each.
    """

    node: Ints
    other: Ints

    @classmethod
    def of(cls, place_a: Ints, class_a: Ints, place_b: Ints, class_b: Ints) -> Pairs:
        """Build from pairs given once."""
        a, b = place_a * N_CLASSES + class_a, place_b * N_CLASSES + class_b
        node, other = np.concatenate([a, b]), np.concatenate([b, a])
        order = np.lexsort((other, node))
        return cls(node[order], other[order])

    def contain(self, node: Ints, other: Ints) -> Bools:
        """Tell which of the given pairs conflict; -1 conflicts with nothing."""
        base = int(max(self.node.max(initial=0), node.max(initial=0), other.max(initial=0))) + 1
        keys = self.node * base + self.other
        wanted = np.where((node >= 0) & (other >= 0), node * base + other, -1)
        found: Bools = np.isin(wanted, keys)
        return found


class HardRules:
    """Hard rules around one award list.

    Parameters
    ----------
    standing
        The list.
    pairs, caps
        Conflicts and caps on opened sites to hold the changes to.
    """

    RULES = (
        "exclusive",
        "household",
        "capacity",
        "spacing",
        "number",
        "hard_reserve",
        "hard_quota",
    )

    def __init__(self, standing: Standing, pairs: Pairs, caps: Sequence[NumberLimit]) -> None:
        self.standing = standing
        self.instance: Instance = standing.instance
        self.caps = tuple(caps)
        self._pairs = pairs
        self._groups = group_members(self.instance)
        used = standing.at_node > 0
        self._used_neighbours = np.bincount(
            pairs.node[used[pairs.other]], minlength=len(standing.at_node)
        )
        self._is_in_pairs = np.bincount(pairs.node, minlength=len(standing.at_node))
        self._cap_counts = CapCounts(standing, self.caps)
        self.hard_reserves = [
            g
            for g, reserve in enumerate(self.instance.reserves)
            if reserve.hard and reserve.kind in standing.stage.kinds
        ]
        self.hard_quotas: list[Quota] = hard_quotas_of(standing)

    def broken(self, exchanges: Exchanges, skip: Sequence[str] = ()) -> tuple[Ints, Ints]:
        """Return per change the first rule it breaks and what of it.

        Returns
        -------
        tuple
            Index into :attr:`RULES` or -1; index of the place, group, cap, reserve or
            quota.
        """
        rule = np.full(len(exchanges), -1, dtype=np.int64)
        item = np.full(len(exchanges), -1, dtype=np.int64)
        for number, name in enumerate(self.RULES):
            rest = np.flatnonzero(rule < 0)
            if name in skip or not len(rest):
                continue
            test: Callable[[Exchanges], Ints] = getattr(self, name)
            hit = test(exchanges.take(rest))
            rule[rest[hit >= 0]] = number
            item[rest] = hit
        return rule, item

    def exclusive(self, exchanges: Exchanges) -> Ints:
        """One award per applicant and exclusive group; the group's index."""
        applicant = self.instance.applications.applicant
        hit = np.full(len(exchanges), -1, dtype=np.int64)
        for g, of_group in enumerate(self._groups):
            nodes = look_up(np.where(of_group, applicant, -1), exchanges.columns, -1)
            over = self._over(nodes, exchanges.signs, self.standing.in_group[:, g], 1)
            hit[(hit < 0) & over.any(axis=1)] = g
        return hit

    def household(self, exchanges: Exchanges) -> Ints:
        """At most so many awards per household and exclusive group; the group's index."""
        hit = np.full(len(exchanges), -1, dtype=np.int64)
        if not self.instance.household_max:
            return hit
        home = self.instance.applicants.household[self.instance.applications.applicant]
        for g, of_group in enumerate(self._groups):
            nodes = look_up(np.where(of_group, home, -1), exchanges.columns, -1)
            over = self._over(
                nodes,
                exchanges.signs,
                self.standing.in_household[:, g],
                self.instance.household_max,
            )
            hit[(hit < 0) & over.any(axis=1)] = g
        return hit

    def capacity(self, exchanges: Exchanges) -> Ints:
        """No more awards than units; the place's index."""
        nodes = look_up(self.instance.applications.place, exchanges.columns, -1)
        limit = look_up(self.instance.places.capacity, nodes, 0)
        over = self._over(nodes, exchanges.signs, self.standing.at_place, limit)
        return _first_hit(over, nodes)

    def spacing(self, exchanges: Exchanges) -> Ints:
        """No two conflicting (place, class) in use; index of the place asked for."""
        nodes = self._nodes(exchanges)
        before = look_up(self.standing.at_node, nodes, 0)
        change = switched(before, net(nodes, exchanges.signs), first_of_node(nodes))
        neighbours = look_up(self._used_neighbours, nodes, 0)
        # Most changes are of places that nothing is near: only the others are gone through.
        moved = np.where(look_up(self._is_in_pairs, nodes, 0) > 0, change, 0)
        row, column = np.nonzero(moved > 0)
        both, other = np.nonzero(moved[row])
        near = self._pairs.contain(nodes[row[both], column[both]], nodes[row[both], other])
        row, column, other = row[both[near]], column[both[near]], other[near]
        np.add.at(neighbours, (row, column), change[row, other])
        return _first_hit((change > 0) & (neighbours > 0), nodes // N_CLASSES)

    def number(self, exchanges: Exchanges) -> Ints:
        """Every cap on opened sites holds; the cap's index."""
        app = self.instance.applications
        places = look_up(app.place, exchanges.columns, -1)
        opened = self._switch(places, exchanges.signs, self.standing.at_place)
        disabled = look_up(app.holder_class, exchanges.columns, 0) > 0
        held = self._switch(
            np.where(disabled, places, -1), exchanges.signs, self.standing.disabled_at
        )
        return self._cap_counts.broken(places, opened, held)

    def hard_reserve(self, exchanges: Exchanges) -> Ints:
        """Units of a hard reserve are for beneficiaries only; the reserve's index."""
        hit = np.full(len(exchanges), -1, dtype=np.int64)
        app, standing = self.instance.applications, self.standing
        places = look_up(app.place, exchanges.columns, -1)
        opened = self._switch(places, exchanges.signs, standing.at_place)
        for g in self.hard_reserves:
            reserve = self.instance.reserves[g]
            others = np.isin(app.place, reserve.places) & ~reserve.beneficiaries[app.applicant]
            moved = look_up(others.astype(np.int64), exchanges.columns, 0) @ exchanges.signs
            sites = np.zeros(len(self.instance.places.id), dtype=np.int64)
            sites[reserve.places] = self.instance.places.is_candidate[reserve.places]
            n_sites = (look_up(sites, places, 0) * opened).sum(axis=1)
            n_sites += int((sites * (standing.at_place > 0)).sum())
            numbers, at = np.unique(n_sites, return_inverse=True)
            units = np.array([units_of(reserve, int(n)) for n in numbers], dtype=np.int64)
            capacity = int(self.instance.places.capacity[reserve.places].sum())
            over = int(others[standing.awards].sum()) + moved > np.maximum(0, capacity - units)[at]
            touched = (moved > 0) | (look_up(sites, places, 0) * opened).any(axis=1)
            hit[(hit < 0) & over & touched] = g
        return hit

    def hard_quota(self, exchanges: Exchanges) -> Ints:
        """Hard quotas hold; index into :attr:`hard_quotas`."""
        hit = np.full(len(exchanges), -1, dtype=np.int64)
        for q, quota in enumerate(self.hard_quotas):
            gap, _, touched = quota_gaps(self.standing, quota, exchanges)
            hit[(hit < 0) & touched & (gap > 0)] = q
        return hit

    def _over(self, nodes: Ints, signs: Ints, before: Ints, limit: Ints | int) -> Bools:
        moved = net(nodes, signs)
        over: Bools = (moved > 0) & (look_up(before, nodes, 0) + moved > limit)
        return over

    def _nodes(self, exchanges: Exchanges) -> Ints:
        app = self.instance.applications
        return look_up(app.place * N_CLASSES + app.holder_class, exchanges.columns, -1)

    def _switch(self, places: Ints, signs: Ints, before: Ints) -> Ints:
        return switched(look_up(before, places, 0), net(places, signs), first_of_node(places))


def hard_quotas_of(standing: Standing) -> list[Quota]:
    """List the hard rows of quotas that bind the stage: a maximum touched by none holds."""
    return [quota for quota in standing.instance.quotas if quota.hard]


def quota_gaps(standing: Standing, quota: Quota, exchanges: Exchanges) -> tuple[Ints, Ints, Bools]:
    """Return the gap of a row after each change, the gap before, and whether it is touched."""
    mine = standing.stage.applications
    numbers = []
    for rows in (quota.counted, quota.denominator):
        member = np.zeros(len(standing.instance.applications.place), dtype=np.int64)
        member[rows] = 1
        outside = np.ones(len(member), dtype=np.bool_)
        outside[mine] = False
        member[outside] = 0
        moved = look_up(member, exchanges.columns, 0) @ exchanges.signs
        numbers.append((int(member[standing.awards].sum()), moved))
    (number, d_number), (base, d_base) = numbers
    before = quota_gap(quota, number, base)
    pairs, at = np.unique(np.stack([d_number, d_base], axis=1), axis=0, return_inverse=True)
    after = np.array(
        [quota_gap(quota, number + int(a), base + int(b)) for a, b in pairs], dtype=np.int64
    )
    touched: Bools = (d_number != 0) | (d_base != 0)
    return after[at.ravel()], np.full(len(exchanges), before), touched


def _first_hit(hits: Bools, items: Ints) -> Ints:
    """Return the item in the first column that hits, -1 where none does."""
    if not hits.shape[1]:
        return np.full(len(hits), -1, dtype=np.int64)
    column = hits.argmax(axis=1)
    rows = np.arange(len(hits))
    return np.where(hits[rows, column], items[rows, column], -1)
