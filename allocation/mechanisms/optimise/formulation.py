r"""The joint stage as an integer program.

With x_e = 1 when application e is awarded, e = (i, p), E the eligible applications
whose applicant holds nothing yet:

1.  one award         sum of x_e over an applicant's exclusive group <= 1
    household         sum of x_e over a household's group <= household_max - held
2.  capacity          sum of x_e at p <= c_p; a candidate site is open when it holds one
3.  spacing           sum of z_{p,h} over a maximal clique of conflicting (p, h) <= 1,
                      z_{p,h} = 1 when a holder of class h has an award at p
4.  numbers           existing + opened - extra * disabled-held <= maximum
                      (a window: only when its centre is open)
5.  reserves          v_{s,g} awards of signature s use units of reserve g:
                      sum_g v_{s,g} <= sum of x_e in s;  sum_s v_{s,g} <= R_g
    hard              sum of x_e of non-beneficiaries in g <= capacity - R_g
6.  quotas            counted + gap >= ceil(share * denominator) + count (or <=, floor);
                      a hard quota has no gap

A signature is the set of reserves an award may use and, where labelled awards count for
the tier levels, its tier: awards of one signature are alike to every reserve, so
counting them is as good as labelling each.  Numbers are those of ``docs/formulation.md``
and of the design; capacity-1 sites need no z of their own, the sum of their x is z.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Literal

import numpy as np

from allocation.instance import Bools, Instance, Ints, NumberLimit, Quota, Reserve, Stage
from allocation.mechanisms.optimise.admissible import CLASSES, admissible, conflict_nodes
from allocation.mechanisms.optimise.cliques import maximal_cliques
from allocation.mechanisms.optimise.meaning import RULES, Formulation, Labels, numbers_in_item
from allocation.mechanisms.optimise.program import ProgramBuilder

Terms = list[tuple[Ints, int | Ints]]

TierPool = Literal["all", "preferred", "labelled", "none"]
"""Which awards of a kind count for the tier levels."""


def tier_pool(instance: Instance, kind: str) -> TierPool:
    """Tell which awards of a kind the tier levels count (design section 4, rule 7).

    Posts give every unit by tier.  An open unit of a stall, kiosk or outlet goes by the
    draw alone, so only labelled units count there, unless the profile switches a
    preference on for the kind: then the awards of the preferred count.
    """
    priority = instance.priorities[kind]
    if "tier" in priority.open:
        return "all"
    if "disabled_first" in priority.open or "hard_to_employ_first" in priority.open:
        return "preferred"
    return "labelled" if "tier" in priority.reserved else "none"


def formulate(
    instance: Instance, stage: Stage, earlier: Ints, without: frozenset[str] = frozenset()
) -> Formulation:
    """Write a stage as an integer program.

    Parameters
    ----------
    earlier
        Applications awarded in earlier stages.
    without
        Names of hard quotas to leave out (used to find which of them clash).
    """
    return _Writer(instance, stage, earlier).write(without)


class _Writer:
    """Adds the rows, one method a numbered rule of the module's docstring."""

    def __init__(self, instance: Instance, stage: Stage, earlier: Ints) -> None:
        self.instance = instance
        self.stage = stage
        self.earlier = earlier
        self.mine = admissible(instance, stage, earlier)
        app = instance.applications
        self.applicant = app.applicant[self.mine]
        self.place = app.place[self.mine]
        self.holder_class = app.holder_class[self.mine]
        self.kind = instance.places.kind[self.place]
        self.builder = ProgramBuilder()
        self.x = self.builder.add_columns(len(self.mine))
        order = np.argsort(self.place, kind="stable")
        places, first = np.unique(self.place[order], return_index=True)
        ends = np.append(first[1:], len(order))
        self.at_place: dict[int, Ints] = {
            int(place): self.x[order[a:b]]
            for place, a, b in zip(places, first, ends, strict=len(places) > 0)
        }
        self.indicators: dict[tuple[int, str], Ints] = {}
        self.row_rule: list[int] = []
        self.row_item: list[int] = []
        self.row_group: list[int] = []
        self.cliques: list[tuple[int, ...]] = []
        self.indicated: list[tuple[int, str, Ints]] = []

    def write(self, without: frozenset[str]) -> Formulation:
        group = self._one_award()
        self._households()
        self._capacities()
        self._spacing()
        for number, limit in enumerate(self.instance.limits):
            self._number(limit)
            self._mark("number", number)
        linear_units = self._linear_units()
        labels = self._labels(linear_units)
        for number, reserve in enumerate(self.instance.reserves):
            if reserve.hard and reserve.kind in self.stage.kinds:
                self._hard_reserve(number, reserve, linear_units)
                self._mark("hard_reserve", number)
        gaps = self._quotas(without)
        program = self.builder.build()
        padded = np.full(len(program.lower), -1, dtype=np.int64)
        padded[: len(group)] = group
        about = np.array([self.row_rule, self.row_item, self.row_group], dtype=np.int64)
        return Formulation(
            program,
            self.mine,
            padded,
            labels,
            linear_units,
            gaps,
            about[0],
            about[1],
            about[2],
            numbers_in_item(about),
            tuple(self.cliques),
            tuple(self.indicated),
        )

    def _mark(self, rule: str, items: int | Ints, groups: int | Ints = -1) -> None:
        """Note what the rows added since the last mark are about."""
        n_new = self.builder.n_rows - len(self.row_rule)
        self.row_rule += [RULES.index(rule)] * n_new
        self.row_item += np.broadcast_to(items, n_new).tolist()
        self.row_group += np.broadcast_to(groups, n_new).tolist()

    def _one_award(self) -> Ints:
        """Rule 1; the rows of each applicant's first group come first, one an applicant."""
        group = np.full(len(self.mine), -1, dtype=np.int64)
        later: list[tuple[Ints, Ints]] = []
        width = len(self.instance.exclusive_groups) + 1
        for number, kinds in enumerate(self.instance.exclusive_groups):
            member = np.isin(self.kind, kinds)
            key = self.applicant * width + number
            fresh = member & (group < 0)
            group[fresh] = key[fresh]
            repeated = member & ~fresh
            if repeated.any():
                # A kind in two groups: the whole second group needs a row of its own.
                later.append((key[member], self.x[member]))
        first = group >= 0
        keys, inverse = np.unique(group[first], return_inverse=True)
        group[first] = inverse
        self.builder.add_group_rows(
            inverse, self.x[first], np.ones(len(keys), np.int64), always=True
        )
        self._mark("award", keys // width, keys % width)
        for keys_of_rows, columns in later:
            names, numbers = np.unique(keys_of_rows, return_inverse=True)
            rows = self.builder.add_group_rows(numbers, columns, np.ones(len(names), np.int64))
            self._mark("award", names[rows] // width, names[rows] % width)
        return group

    def _households(self) -> None:
        most = self.instance.household_max
        if not most:
            return
        people, app = self.instance.applicants, self.instance.applications
        household = people.household[self.applicant]
        n_households = int(people.household.max(initial=-1)) + 1
        at_home = people.household >= 0
        earlier_kind = self.instance.places.kind[app.place[self.earlier]]
        for number, kinds in enumerate(self.instance.exclusive_groups):
            held = np.bincount(
                people.household[at_home & people.holds[:, number]], minlength=n_households
            )
            before = people.household[app.applicant[self.earlier[np.isin(earlier_kind, kinds)]]]
            held = held + np.bincount(before[before >= 0], minlength=n_households)
            member = np.isin(self.kind, kinds) & (household >= 0)
            rows = self.builder.add_group_rows(
                household[member], self.x[member], np.maximum(0, most - held)
            )
            self._mark("household", rows, number)

    def _capacities(self) -> None:
        """Rule 2."""
        rows = self.builder.add_group_rows(self.place, self.x, self.instance.places.capacity)
        self._mark("capacity", rows)

    def _used(self, place: int, what: str, columns: Ints) -> Ints:
        """Columns whose sum is 1 when any of ``columns`` (awards at one place) is used.

        With capacity 1 the awards themselves sum to it; else an indicator is added.
        """
        if int(self.instance.places.capacity[place]) <= 1 or len(columns) <= 1:
            return columns
        key = (place, what)
        if key not in self.indicators:
            indicator = self.builder.add_columns(1)
            for column in columns:
                self.builder.add_row([(column[None], 1), (indicator, -1)], upper=0)
            self.builder.add_row([(columns, 1), (indicator, -1)], lower=0)
            self._mark("used", len(self.indicated))
            self.indicators[key] = indicator
            self.indicated.append((place, what, columns))
        return self.indicators[key]

    def _opened(self, place: int) -> Ints:
        return self._used(place, "open", self.at_place.get(place, _NONE))

    def _held_by_disabled(self, place: int) -> Ints:
        columns = self.at_place.get(place, _NONE)
        return self._used(place, "disabled", columns[self.holder_class[columns] > 0])

    def _spacing(self) -> None:
        """Rule 3: rows on maximal cliques of (place, holder class)."""
        node = self.place * CLASSES + self.holder_class
        present = set(node.tolist())
        pairs = {
            (a, b)
            for a, b in zip(*(side.tolist() for side in conflict_nodes(self.instance)), strict=True)
            if a in present and b in present
        }
        in_conflict = {end for pair in pairs for end in pair}
        by_place: defaultdict[int, list[int]] = defaultdict(list)
        for name in sorted(in_conflict):
            by_place[name // CLASSES].append(name)
        for place, names in by_place.items():
            if int(self.instance.places.capacity[place]) == 1:
                # Two classes never share a single unit, which widens the cliques.
                pairs |= {(a, b) for a in names for b in names if a < b}
        columns_of = {
            name: self._used(
                name // CLASSES,
                f"class {name % CLASSES}",
                self.at_place[name // CLASSES][
                    self.holder_class[self.at_place[name // CLASSES]] == name % CLASSES
                ],
            )
            for name in sorted(in_conflict)
        }
        for clique in maximal_cliques(sorted(pairs)):
            self.builder.add_row([(columns_of[name], 1) for name in clique], upper=1)
            self._mark("clique", len(self.cliques))
            self.cliques.append(tuple(clique))

    def _number(self, limit: NumberLimit) -> None:
        """Rule 4."""
        app = self.instance.applications
        earlier_places = app.place[self.earlier]
        opened_before = np.isin(limit.members, earlier_places)
        by_disabled = earlier_places[app.holder_class[self.earlier] > 0]
        before = int(opened_before.sum()) - limit.extra_disabled * int(
            np.isin(limit.members, by_disabled).sum()
        )
        room = limit.maximum - limit.existing - before
        members = [int(p) for p in limit.members if int(p) in self.at_place]
        if not members:
            return
        terms: Terms = []
        for place in members:
            terms.append((self._opened(place), 1))
            if limit.extra_disabled:
                terms.append((self._held_by_disabled(place), -limit.extra_disabled))
        if limit.centre >= 0 and not np.isin(limit.centre, earlier_places):
            if limit.centre in self.at_place:
                # Open centre: count <= room; closed centre: at most all members.
                excess = max(0, len(members) - room)
                self.builder.add_row(
                    [*terms, (self._opened(limit.centre), excess)],
                    upper=len(members) if excess else room,
                )
        elif room >= 0 or opened_before.any():
            self.builder.add_row(terms, upper=room)
        else:
            # Already passed without a new site: whatever opens must make up for it.
            for place in members:
                self.builder.add_row([*terms, (self._opened(place), -room)], upper=0)

    def _linear_units(self) -> dict[int, int]:
        """Rule 5, base ``opened``: a column equal to round(share * (existing + opened))."""
        units: dict[int, int] = {}
        for number, reserve in enumerate(self.instance.reserves):
            if not (reserve.linear and reserve.kind in self.stage.kinds):
                continue
            sites = [
                int(p)
                for p in reserve.places
                if self.instance.places.is_candidate[p] and int(p) in self.at_place
            ]
            most = reserve.share * (reserve.base_existing + len(sites)) + 1
            column = self.builder.add_columns(1, upper=int(most))
            a, b = reserve.share.numerator, reserve.share.denominator
            opened: Terms = [(self._opened(p), -a) for p in sites]
            base = a * reserve.base_existing
            # b r - a (existing + opened) lies in a window of b integers set by the rounding.
            least = {"ceil": 0, "half_up": b // 2 + 1 - b}.get(reserve.rounding, 1 - b)
            if reserve.rounding == "floor_min1" and a:
                opened.append((self._raised_to_one(column, int(most), sites, reserve), -b))
            self.builder.add_row(
                [(column, b), *opened], lower=base + least, upper=base + least + b - 1
            )
            self._mark("opened_units", number)
            units[number] = int(column[0])
        return units

    def _raised_to_one(self, units: Ints, most: int, sites: list[int], reserve: Reserve) -> Ints:
        """Return a column that is 1 when a positive share below 1 counts as a whole unit."""
        raised = self.builder.add_columns(1)
        opened: Terms = [(self._opened(place), -1) for place in sites]
        self.builder.add_row([(raised, 1), *opened], upper=reserve.base_existing)
        self.builder.add_row([(units, 1), (raised, most - 1)], upper=most)
        if reserve.base_existing:
            self.builder.add_row([(units, 1)], lower=1)
        for term in opened:
            self.builder.add_row([(units, 1), term], lower=0)
        return raised

    def _labels(self, linear_units: Mapping[int, int]) -> tuple[Labels, ...]:
        """Rule 5: signatures and the units they use."""
        instance = self.instance
        numbers = [n for n, r in enumerate(instance.reserves) if r.kind in self.stage.kinds]
        if not numbers:
            return ()
        may_use = np.zeros((len(self.mine), len(numbers)), dtype=np.bool_)
        for j, number in enumerate(numbers):
            reserve = instance.reserves[number]
            may_use[:, j] = (
                np.isin(self.place, reserve.places) & reserve.beneficiaries[self.applicant]
            )
        used_by: defaultdict[int, list[Ints]] = defaultdict(list)
        labels: list[Labels] = []
        for reserves, tier, columns in self._signatures(may_use):
            v = self.builder.add_columns(len(reserves), upper=len(columns))
            self.builder.add_row([(v, 1), (columns, -1)], upper=0)
            self._mark("label", len(labels))
            names = tuple(numbers[j] for j in reserves)
            for name, column in zip(names, v, strict=True):
                used_by[name].append(column)
            labels.append(Labels(names, tier, v, columns))
        for name, parts in sorted(used_by.items()):
            terms: Terms = [(np.array(parts), 1)]
            if name in linear_units:
                terms.append((np.array([linear_units[name]]), -1))
                self.builder.add_row(terms, upper=0)
            else:
                self.builder.add_row(terms, upper=instance.reserves[name].count)
            self._mark("reserve", name)
        return tuple(labels)

    def _signatures(self, may_use: Bools) -> list[tuple[tuple[int, ...], int, Ints]]:
        """Group the x that may use a reserve by the set of them and, where it counts, tier."""
        by_tier = [k for k in self.stage.kinds if tier_pool(self.instance, k) == "labelled"]
        tier = np.where(
            np.isin(self.kind, by_tier), self.instance.applicants.tier[self.applicant], 0
        )
        candidates = np.flatnonzero(may_use.any(axis=1))
        if len(candidates) == 0:
            return []
        patterns, inverse = np.unique(
            np.column_stack([may_use[candidates], tier[candidates]]), axis=0, return_inverse=True
        )
        return [
            (
                tuple(np.flatnonzero(pattern[:-1]).tolist()),
                int(pattern[-1]),
                self.x[candidates[inverse.ravel() == number]],
            )
            for number, pattern in enumerate(patterns)
        ]

    def _hard_reserve(self, number: int, reserve: Reserve, linear_units: Mapping[int, int]) -> None:
        capacity = int(self.instance.places.capacity[reserve.places].sum())
        others = self.x[
            np.isin(self.place, reserve.places) & ~reserve.beneficiaries[self.applicant]
        ]
        if number not in linear_units:
            self.builder.add_row([(others, 1)], upper=max(0, capacity - reserve.count))
            return
        units = np.array([linear_units[number]])
        # Units may outgrow the capacity: then no other gets a place, and no list is unlawful.
        most = int(reserve.share * (reserve.base_existing + len(reserve.places))) + 1
        excess = max(0, most - capacity)
        beyond, no_others = self.builder.add_columns(1, upper=excess), self.builder.add_columns(1)
        self.builder.add_row([(others, 1), (units, 1), (beyond, -1)], upper=capacity)
        self.builder.add_row([(others, 1), (no_others, capacity)], upper=capacity)
        self.builder.add_row([(beyond, 1), (no_others, -excess)], upper=0)

    def _quotas(self, without: frozenset[str]) -> dict[str, Ints]:
        """Rule 6."""
        gaps: defaultdict[str, list[Ints]] = defaultdict(list)
        column_of = np.full(len(self.instance.applications.place), -1, dtype=np.int64)
        column_of[self.mine] = self.x
        here = _quotas_of(self.instance, self.stage)
        for number, quota in enumerate(self.instance.quotas):
            if quota.name not in here or (quota.hard and quota.name in without):
                continue
            gap = self._quota_row(quota, column_of)
            self._mark("quota", number)
            if gap is not None:
                gaps[quota.name].append(gap)
        return {name: np.concatenate(columns) for name, columns in gaps.items()}

    def _quota_row(self, quota: Quota, column_of: Ints) -> Ints | None:
        counted = column_of[quota.counted]
        whole = column_of[quota.denominator]
        counted, whole = counted[counted >= 0], whole[whole >= 0]
        a, b = quota.share.numerator, quota.share.denominator
        terms: Terms = [(counted, b), (whole, -a)]
        gap = None
        if not quota.hard:
            most = len(counted) + len(whole) + abs(quota.floor_count)
            gap = self.builder.add_columns(1, upper=most)
            terms.append((gap, b if quota.sense == "min" else -b))
        bound = b * quota.floor_count
        if quota.sense == "min":
            self.builder.add_row(terms, lower=bound)
        else:
            self.builder.add_row(terms, upper=bound)
        return gap


def _quotas_of(instance: Instance, stage: Stage) -> set[str]:
    """Names of the quotas that a stage has to keep.

    A quota belongs to the stage whose applications it counts; a hard one that counts
    none anywhere belongs to every stage, where it may still fail.
    """
    in_stage = np.zeros(len(instance.applications.place), dtype=np.bool_)
    in_stage[stage.applications] = True
    here: set[str] = set()
    somewhere: set[str] = set()
    for quota in instance.quotas:
        for part in (quota.counted, quota.denominator):
            if len(part):
                somewhere.add(quota.name)
            if in_stage[part].any():
                here.add(quota.name)
    return here | {q.name for q in instance.quotas if q.hard and q.name not in somewhere}


_NONE = np.empty(0, dtype=np.int64)
