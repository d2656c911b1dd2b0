"""Whether a site plan is lawful, and whether one more site could open.

A plan must hold whichever of its sites find a holder, so every pair of sites is held to
the distance of the nearest holders they admit, and every cap to the most it could count.
Distances, caps and reserves are the checker's own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from allocation.checker.fields import ids_of
from allocation.checker.labels import units_of
from allocation.checker.place_rules import owning_reserves
from allocation.checker.report import Violation
from allocation.checker.space import pair_text
from allocation.checker.standing import N_CLASSES

if TYPE_CHECKING:
    from allocation.checker.plans import Plan
    from allocation.checker.space import Space
    from allocation.checker.stable_view import StableView
    from allocation.checker.standing import Standing
    from allocation.instance import Bools, Instance, Ints, NumberLimit

_GENERAL = 0


def check_plan(space: Space, caps: Sequence[NumberLimit], view: StableView) -> Iterator[Violation]:
    """Judge the sites of a plan, and that awards keep to them."""
    yield from PlanFacts(space, caps, view.standing, view.plan).violations()
    awards = view.standing.awards
    for row in awards[~view.admits(awards)].tolist():
        closed = not view.plan.is_open[space.instance.applications.place[row]]
        code = "check_plan_closed" if closed else "check_plan_holder"
        yield Violation(code, ids_of(space.instance, row))


def check_idle_sites(
    space: Space, caps: Sequence[NumberLimit], view: StableView
) -> Iterator[Violation]:
    """Find closed sites that could open besides, where the plan is said to be proven."""
    proven = [level["proven"] for level in view.plan.levels if level["code"] == "plan_opened"]
    if all(proven) and proven:
        facts = PlanFacts(space, caps, view.standing, view.plan)
        for p in facts.idle_sites():
            yield Violation("check_plan_idle", {"place_id": str(space.instance.places.id[p])})


class PlanFacts:
    """A plan beside the rules of space.

    Parameters
    ----------
    space, caps
        Distances and caps, measured and counted anew.
    standing
        The list; its awards of earlier stages stand already.
    """

    def __init__(
        self, space: Space, caps: Sequence[NumberLimit], standing: Standing, plan: Plan
    ) -> None:
        self.space = space
        self.instance: Instance = space.instance
        self.plan = plan
        app = self.instance.applications
        before = standing.fixed
        self._stands = np.zeros((len(self.instance.places.id), N_CLASSES), dtype=np.bool_)
        self._stands[app.place[before], app.holder_class[before]] = True
        self._is_held = np.logical_or.reduce(self._stands, axis=1)
        self._is_held_disabled = np.logical_or.reduce(self._stands[:, 1:], axis=1)
        self.caps = [cap for cap in caps if plan.sites[cap.members].any()]
        sites = np.flatnonzero(plan.sites).tolist()
        self.owner = owning_reserves(self.instance, sites)

    def violations(self) -> Iterator[Violation]:
        """Judge the plan as it is."""
        opened = np.flatnonzero(self.plan.opened).tolist()
        near = self.space.conflicts
        seen: set[tuple[int, int]] = set()
        for c in np.flatnonzero(self._too_near(self.admitted)).tolist():
            pair = (int(near.place_a[c]), int(near.place_b[c]))
            if pair not in seen:
                seen.add(pair)
                yield Violation("check_plan_spacing", self._pair_params(c, pair))
        for p in opened:
            if (self.barred & self.admitted)[p].any():
                yield Violation("check_plan_barred", {"place_id": self._name(p)})
        for cap in self.caps:
            n = self._most_counted(cap, self.plan.opened, self.plan.disabled_only)
            if n is not None and n > cap.maximum:
                params = {"code": cap.code, "kind": cap.kind, "label": cap.label}
                yield Violation("check_plan_number", {**params, "n": n, "maximum": cap.maximum})
        yield from self._kept_beyond_reserves()

    def choices(self) -> Bools:
        """Tell which sites could open if no other did: for anybody, kept; shape (m, 2)."""
        near = self.space.conflicts
        out = self.barred.copy()
        by_b, by_a = (
            self._stands[near.place_b, near.class_b],
            self._stands[near.place_a, near.class_a],
        )
        out[near.place_a[by_b], near.class_a[by_b]] = True
        out[near.place_b[by_a], near.class_b[by_a]] = True
        usable = self.plan.sites & (self.instance.places.capacity > 0)
        owned = np.zeros(len(usable), dtype=np.bool_)
        owned[list(self.owner)] = True
        return np.column_stack(
            [usable & ~out.any(axis=1), usable & owned & ~out[:, 1:].any(axis=1)]
        )

    def idle_sites(self) -> list[int]:
        """List closed sites that could open besides, for anybody or for disabled holders."""
        return [
            p
            for p in np.flatnonzero(self.plan.sites & ~self.plan.is_open).tolist()
            if self.instance.places.capacity[p] > 0
            and (self._could_open(p, kept=False) or self._could_open(p, kept=True))
        ]

    @cached_property
    def admitted(self) -> Bools:
        """Which classes of holder a place may get under the plan; shape (m, classes)."""
        admitted = self._stands.copy()
        admitted[self.plan.opened] = True
        admitted[self.plan.disabled_only, _GENERAL] = False
        result: Bools = admitted | self._stands
        return result

    @cached_property
    def barred(self) -> Bools:
        """Which classes a site can never have: outlets, schools, no location."""
        space, instance = self.space, self.instance
        barred = np.zeros((len(instance.places.id), N_CLASSES), dtype=np.bool_)
        kinds = instance.places.kind.astype(str)
        outlet_kind = instance.tables.existing_outlets["kind"].to_numpy(dtype=object).astype(str)
        located = ~np.isnan(instance.places.x)
        for members, asked, _ in space.spacing_groups():
            sites = np.flatnonzero(np.isin(kinds, members) & self.plan.sites)
            others = space.outlets.take(np.flatnonzero(np.isin(outlet_kind, members)))
            near = space.near(space.places.take(sites), others, int(asked.max(initial=0)))
            at = sites[near.left]
            np.logical_or.at(barred, at, near.mm[:, None] < asked[at])
            barred[sites[(asked[sites] > 0).any(axis=1) & ~located[sites]]] = True
        for kind, rule in instance.scenario.spacing.items():
            buffer_mm = round(1000 * (rule.school_buffer_m or 0))
            sites = np.flatnonzero((kinds == kind) & self.plan.sites)
            if buffer_mm and len(sites):
                near = space.near(space.places.take(sites), space.protected, buffer_mm)
                barred[sites[near.left[near.mm < buffer_mm]]] = True
                barred[sites[~located[sites]]] = True
        for kind, density in instance.scenario.density.items():
            if density.window_m is not None:
                barred[(kinds == kind) & self.plan.sites & ~located] = True
        return barred

    def _too_near(self, admitted: Bools) -> Bools:
        """Tell which conflicts both ends of which may get a holder of the class."""
        near = self.space.conflicts
        mine = self.plan.sites[near.place_a] | self.plan.sites[near.place_b]
        hit: Bools = (
            mine & admitted[near.place_a, near.class_a] & admitted[near.place_b, near.class_b]
        )
        return hit

    def _most_counted(self, cap: NumberLimit, opened: Bools, kept: Bools) -> int | None:
        """Return the most a cap could count under a plan, ``None`` where it cannot bind.

        A site that stands counts as it does; an open one at worst one; a kept one at
        worst one less what its disabled holder adds, but nothing while it has none.
        """
        members = np.unique(cap.members)
        standing = int(self._is_held[members].sum())
        by_disabled = int(self._is_held_disabled[members].sum())
        base = cap.existing + standing - cap.extra_disabled * by_disabled
        at_most = {
            p: 1 if not kept[p] else max(0, 1 - cap.extra_disabled)
            for p in members[opened[members]].tolist()
        }
        if cap.centre >= 0:
            if not (opened[cap.centre] or self._is_held[cap.centre]):
                return None
            if opened[cap.centre] and kept[cap.centre] and cap.centre in at_most:
                at_most[cap.centre] = 1 - cap.extra_disabled
            return base + sum(at_most.values())
        if not at_most and not standing:
            return None
        if standing or base <= cap.maximum:
            return base + sum(at_most.values())
        # Over its maximum by what stands: bad as soon as one site finds a holder.
        return max(
            base + sum(at_most.values()) - at_most[p] + (1 - cap.extra_disabled * int(kept[p]))
            for p in at_most
        )

    def most_opened(self, cap: NumberLimit) -> tuple[Ints, int] | None:
        """Return the sites of a cap and how many of them can open by it at most.

        ``None`` where it holds only while its centre is open, or counts some for less.
        """
        if cap.centre >= 0 or cap.extra_disabled:
            return None
        standing = int(self._stands[cap.members].any(axis=1).sum())
        return cap.members, max(0, cap.maximum - cap.existing - standing)

    def _could_open(self, site: int, *, kept: bool) -> bool:
        if kept and site not in self.owner:
            return False
        classes = range(1, N_CLASSES) if kept else range(N_CLASSES)
        if self.barred[site, list(classes)].any():
            return False
        if any(self.admitted[other, k] for h in classes for other, k in self._nearby[site, h]):
            return False
        opened, disabled_only = self.plan.opened.copy(), self.plan.disabled_only.copy()
        opened[site], disabled_only[site] = True, kept
        for cap in self._caps_of[site]:
            n = self._most_counted(cap, opened, disabled_only)
            if n is not None and n > cap.maximum:
                return False
        return not kept or self._units_kept(opened, disabled_only)[self.owner[site]] >= 0

    @cached_property
    def _nearby(self) -> Mapping[tuple[int, int], list[tuple[int, int]]]:
        near = self.space.conflicts
        found: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
        columns = (near.place_a, near.class_a, near.place_b, near.class_b)
        for a, h, b, k in zip(*(column.tolist() for column in columns), strict=True):
            found[a, h].append((b, k))
            found[b, k].append((a, h))
        return found

    @cached_property
    def _caps_of(self) -> Mapping[int, list[NumberLimit]]:
        found: dict[int, list[NumberLimit]] = defaultdict(list)
        for cap in self.caps:
            for p in {*cap.members.tolist(), cap.centre} - {-1}:
                found[p].append(cap)
        return found

    def _units_kept(self, opened: Bools, kept: Bools) -> dict[int, int]:
        """Return per reserve the units left when those of its kept sites are counted."""
        left: dict[int, int] = {}
        for g in set(self.owner.values()):
            reserve = self.instance.reserves[g]
            left[g] = units_of(reserve, int(opened[reserve.places].sum()))
        for p in np.flatnonzero(kept).tolist():
            if p in self.owner:
                left[self.owner[p]] -= int(self.instance.places.capacity[p])
        return left

    def _kept_beyond_reserves(self) -> Iterator[Violation]:
        for p in np.flatnonzero(self.plan.disabled_only).tolist():
            if p not in self.owner:
                yield Violation("check_plan_kept", {"place_id": self._name(p)})
        for g, left in self._units_kept(self.plan.opened, self.plan.disabled_only).items():
            if left < 0:
                name = self.instance.reserves[g].name
                yield Violation("check_plan_kept_units", {"reserve": name, "n": -left})

    def _pair_params(self, conflict: int, pair: tuple[int, int]) -> dict[str, Any]:
        near = self.space.conflicts
        lengths = pair_text(
            int(near.distance_mm[conflict]),
            int(near.required_mm[conflict]),
            bool(near.measured[conflict]),
        )
        return {"place_id": self._name(pair[0]), "other_id": self._name(pair[1]), **lengths}

    def _name(self, place: int) -> str:
        return str(self.instance.places.id[place])
