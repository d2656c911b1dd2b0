"""Reserve units and pool tiers of one kind under many changes at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from allocation.checker.fill import Usable, fill_units
from allocation.checker.labels import reserves_of, units_of, usable_reserves
from allocation.checker.levels import SWITCHES, first_choice_class
from allocation.checker.standing import first_of_node, look_up, net, of_kind, switched

if TYPE_CHECKING:
    from allocation.checker.standing import Exchanges, Standing
    from allocation.instance import Ints

Delta = tuple[tuple[int, int], ...]
"""Sorted (class of awards, or candidate site; change of its number)."""


class PoolValue:
    """Values of one kind around one award list.

    Applications of the kind that could use a unit fall into cells: the reserves they
    can use and the tier.  Cells that share a reserve belong to one part; parts are
    valued on their own.
    """

    def __init__(self, standing: Standing, kind: str) -> None:
        self._standing = standing
        self._kind = kind
        instance = standing.instance
        app, pools = instance.applications, instance.priorities[kind]
        self._of_kind = of_kind(instance, kind)
        self._tier = instance.applicants.tier[app.applicant]
        self._by_label = False
        # Awards that count for their tier whatever else is awarded.
        self._counts = np.zeros(len(app.place), dtype=np.bool_)
        switches = [criterion for criterion in SWITCHES if criterion in pools.open]
        if "tier" in pools.open:
            self._counts = self._of_kind
        elif switches:
            preferred = first_choice_class(instance, switches[0])
            self._counts = self._of_kind & preferred[app.applicant]
        else:
            self._by_label = "tier" in pools.reserved
        rows = np.flatnonzero(self._of_kind)
        mine = reserves_of(instance, kind)
        usable = usable_reserves(instance, mine, rows)
        cells: dict[tuple[Usable, int], int] = {}
        self._cell = np.full(len(app.place), -1, dtype=np.int64)
        for row, reserves in zip(rows.tolist(), usable, strict=True):
            if reserves:
                self._cell[row] = cells.setdefault((reserves, int(self._tier[row])), len(cells))
        self._cells = list(cells)
        self._part_of_cell, self._part_of_reserve = _parts(self._cells, mine)
        self._demand: dict[int, list[tuple[int, Usable, int]]] = {}
        for cell, (reserves, tier) in enumerate(self._cells):
            part = self._part_of_cell[cell]
            self._demand.setdefault(part, []).append((tier, reserves, cell))
        for demand in self._demand.values():
            demand.sort()
        self._parts_of_site: dict[int, set[int]] = {}
        for g, part in self._part_of_reserve.items():
            if instance.reserves[g].linear:
                for p in instance.reserves[g].places.tolist():
                    self._parts_of_site.setdefault(p, set()).add(part)
        self._n_awarded = np.bincount(
            self._cell[standing.awards][self._cell[standing.awards] >= 0],
            minlength=len(self._cells),
        )
        self._last: tuple[Exchanges, Ints] | None = None
        self._memo: dict[tuple[int, Delta, Delta], tuple[int, ...]] = {}

    def shortfall_gain(self, exchanges: Exchanges) -> Ints:
        """Return by how much the shortfall of the kind's reserves sinks."""
        profile = self._profile_change(exchanges)
        gain: Ints = profile[:, 1:].sum(axis=1) - profile[:, 0]
        return gain

    def labelled_gain(self, exchanges: Exchanges) -> Ints:
        """Return by how much the number of labelled awards of the kind grows."""
        gain: Ints = self._profile_change(exchanges)[:, 1:].sum(axis=1)
        return gain

    def tier_gain(self, exchanges: Exchanges, tier: int) -> Ints:
        """Return how many more awards of the kind count for a tier."""
        if self._by_label:
            return self._profile_change(exchanges)[:, tier]
        counted = (self._counts & (self._tier == tier)).astype(np.int64)
        return look_up(counted, exchanges.columns, 0) @ exchanges.signs

    def _profile_change(self, exchanges: Exchanges) -> Ints:
        """Return the change of (units, labelled awards of tier 1, 2, ...) per change."""
        width = 1 + self._standing.instance.n_tiers
        out = np.zeros((len(exchanges), width), dtype=np.int64)
        if not self._part_of_reserve:
            return out
        if self._last is not None and self._last[0] is exchanges:
            # One level after the other asks about the same changes.
            return self._last[1]
        removed = np.sort(look_up(self._cell, exchanges.removed, -1), axis=1)
        added = np.sort(look_up(self._cell, exchanges.added, -1), axis=1)
        sites = np.sort(self._site_changes(exchanges), axis=1)
        whole = np.concatenate([removed + 1, added + 1, sites], axis=1)
        touched = whole.any(axis=1)
        looks, at = np.unique(whole[touched], axis=0, return_inverse=True)
        r, a = removed.shape[1], removed.shape[1] + added.shape[1]
        values = np.array(
            [self._value(look[:r], look[r:a], look[a:]) for look in looks.tolist()],
            dtype=np.int64,
        ).reshape(len(looks), width)
        out[touched] = values[at.ravel()]
        self._last = (exchanges, out)
        return out

    def _site_changes(self, exchanges: Exchanges) -> Ints:
        """Return +(p + 1) or -(p + 1) where a site of an ``opened`` reserve opens or ends."""
        instance, standing = self._standing.instance, self._standing
        matters = np.zeros(len(instance.places.id), dtype=np.bool_)
        matters[list(self._parts_of_site)] = True
        matters &= instance.places.is_candidate
        app = instance.applications
        places = look_up(np.where(matters[app.place], app.place, -1), exchanges.columns, -1)
        change = switched(
            look_up(standing.at_place, places, 0),
            net(places, exchanges.signs),
            first_of_node(places),
        )
        return (places + 1) * change

    def _value(
        self, removed: Sequence[int], added: Sequence[int], sites: Sequence[int]
    ) -> list[int]:
        cells: dict[int, int] = {}
        # Cells are shifted by one here, so that 0 is no cell.
        for cell in removed:
            cells[cell - 1] = cells.get(cell - 1, 0) - 1
        for cell in added:
            cells[cell - 1] = cells.get(cell - 1, 0) + 1
        cells.pop(-1, None)
        changed = {cell: n for cell, n in cells.items() if n}
        opened = {abs(site) - 1: (1 if site > 0 else -1) for site in sites if site}
        parts = {self._part_of_cell[cell] for cell in changed}
        for p in opened:
            parts |= self._parts_of_site[p]
        total = [0] * (1 + self._standing.instance.n_tiers)
        for part in sorted(parts):
            here = tuple(
                (cell, n) for cell, n in sorted(changed.items()) if self._part_of_cell[cell] == part
            )
            after = self._profile(part, here, tuple(sorted(opened.items())))
            before = self._profile(part, (), ())
            total = [t + x - y for t, x, y in zip(total, after, before, strict=True)]
        return total

    def _profile(self, part: int, cells: Delta, sites: Delta) -> tuple[int, ...]:
        """Return units and labelled awards by tier of one part after a change."""
        memo = self._memo.get((part, cells, sites))
        if memo is not None:
            return memo
        delta = dict(cells)
        units = self._units(part, dict(sites))
        demand = self._demand.get(part, [])
        filled = fill_units(
            [
                (usable, int(self._n_awarded[cell]) + delta.get(cell, 0))
                for _, usable, cell in demand
            ],
            units,
        )
        profile = [sum(units.values())] + [0] * self._standing.instance.n_tiers
        for (tier, _, _), n in zip(demand, filled, strict=True):
            profile[tier] += n
        self._memo[part, cells, sites] = tuple(profile)
        return tuple(profile)

    def _units(self, part: int, sites: dict[int, int]) -> dict[int, int]:
        instance, standing = self._standing.instance, self._standing
        units = {}
        for g, of_part in self._part_of_reserve.items():
            if of_part == part:
                reserve = instance.reserves[g]
                inside = reserve.places[instance.places.is_candidate[reserve.places]]
                n_opened = int((standing.at_place[inside] > 0).sum())
                n_opened += sum(sites.get(p, 0) for p in inside.tolist() if sites)
                units[g] = units_of(reserve, n_opened)
        return units


def _parts(
    cells: Sequence[tuple[Usable, int]], reserves: Sequence[int]
) -> tuple[list[int], dict[int, int]]:
    """Join reserves that an award could choose between; part of each cell and reserve."""
    parent = {g: g for g in reserves}

    def root(g: int) -> int:
        while parent[g] != g:
            g = parent[g]
        return g

    for usable, _ in cells:
        for g in usable[1:]:
            parent[root(g)] = root(usable[0])
    return [root(usable[0]) for usable, _ in cells], {g: root(g) for g in reserves}
