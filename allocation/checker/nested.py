"""Whose chances arithmetic can prove: people whose rules fit a network.

Where the rules over some people's applications fall into two families, neither of which
holds two sets that overlap without one inside the other, leximin chances come from flows,
and cuts prove them (Budish, Che, Kojima and Milgrom, American Economic Review 103, 2013).
Nobody need take a solver's word there.  The rules are read here from the instance, whole:
a rule the lottery does not feel any more only makes this test milder, never unjust.

Taken not to fit, whatever they are like: spacing, rules that weigh awards (shares of what
is awarded, windows, sites with several units, elastic maxima, reserves that grow with the
sites opened), and two or more levels above the lottery, which may have been joined into
one weighted sum.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from allocation.checker.levels import SWITCHES, first_choice_class

if TYPE_CHECKING:
    from allocation.instance import Bools, Instance, Ints, NumberLimit, Quota, Stage

_PLAIN, _UNJUDGED, _LEVEL, _ODD = range(4)
"""Rules whose bounds the checker knows; sets it does not bound; levels; what does not fit."""


@dataclass(slots=True)
class _Sets:
    """Sets of elements as they are found, each with what it is.

    Elements are the ways to use a rule: an application without a reserve unit, or with
    one of a reserve; and the gaps of elastic quotas.
    """

    n_elements: int
    kinds: list[Ints] = field(default_factory=list)
    rows: list[Ints] = field(default_factory=list)
    elements: list[Ints] = field(default_factory=list)
    n_sets: int = 0

    def add(self, kind: int, elements: Ints, keys: Ints | None = None) -> None:
        """Add one set, or one a key."""
        if not len(elements):
            return
        names = np.zeros(len(elements), dtype=np.int64) if keys is None else keys
        found, number = np.unique(names, return_inverse=True)
        self.kinds.append(np.full(len(found), kind, dtype=np.int64))
        self.rows.append(number.ravel() + self.n_sets)
        self.elements.append(elements)
        self.n_sets += len(found)

    def fresh(self) -> Ints:
        """Return a new element that belongs to nobody."""
        self.n_elements += 1
        return np.array([self.n_elements - 1], dtype=np.int64)

    def incidence(self) -> sp.csr_array:
        """Return the matrix of sets and elements."""
        none = [np.empty(0, np.int64)]
        rows, elements = (np.concatenate(none + part) for part in (self.rows, self.elements))
        shape = (self.n_sets, self.n_elements)
        return sp.csr_array((np.ones(len(rows), np.int64), (rows, elements)), shape=shape)


class Nets:
    """The rules over everybody in a lottery, fallen apart into what touches.

    Parameters
    ----------
    usable
        Shape (applications,): those the lottery may still award.
    """

    def __init__(self, instance: Instance, stage: Stage, usable: Bools) -> None:
        self._mine = np.flatnonzero(usable)
        person = instance.applications.applicant[self._mine]
        sets = _read_rules(instance, stage, self._mine)
        self._kind = np.concatenate([np.empty(0, np.int64), *sets.kinds])
        self._matrix = sets.incidence()
        size = sets.n_sets + sets.n_elements
        entries = self._matrix.tocoo()
        graph = sp.coo_array((entries.data, (entries.row, entries.col + sets.n_sets)), (size, size))
        _, label = sp.csgraph.connected_components(graph, directed=False)
        self._of_set = label[: sets.n_sets]
        of_row = label[sets.n_sets :][: len(self._mine)]
        names = instance.applicants.id[person].tolist()
        self._of_person: dict[str, int] = dict(zip(names, of_row.tolist(), strict=True))
        self._fits: dict[int, bool] = {}

    def fit(self, names: Collection[str]) -> bool:
        """Tell whether the rules over any of these people fit a network."""
        return any(map(self._fit, self._parts(names)))

    def are_plain(self, names: Collection[str]) -> bool:
        """Tell whether they do for any of them, and the checker knows every bound there."""
        return any(
            self._fit(part) and int(self._kind[self._of_set == part].max()) == _PLAIN
            for part in self._parts(names)
        )

    def _parts(self, names: Collection[str]) -> set[int]:
        return {self._of_person[name] for name in names if name in self._of_person}

    def _fit(self, part: int) -> bool:
        if part not in self._fits:
            inside = np.flatnonzero(self._of_set == part)
            kinds = self._kind[inside]
            simple = not (kinds == _ODD).any() and int((kinds == _LEVEL).sum()) <= 1
            self._fits[part] = simple and _two_families(self._matrix[inside])
        return self._fits[part]


def _two_families(matrix: sp.csr_array) -> bool:
    """Tell whether sets that cross can be kept apart in two families."""
    shared = sp.coo_array(matrix @ matrix.T)
    size = np.asarray(matrix.sum(axis=1))
    crosses = (shared.data < size[shared.row]) & (shared.data < size[shared.col])
    against: dict[int, list[int]] = {}
    for a, b in zip(shared.row[crosses].tolist(), shared.col[crosses].tolist(), strict=True):
        against.setdefault(a, []).append(b)
    family: dict[int, int] = {}
    for start in against:
        if start in family:
            continue
        family[start] = 0
        waiting = deque([start])
        while waiting:
            one = waiting.popleft()
            for other in against[one]:
                if other not in family:
                    family[other] = 1 - family[one]
                    waiting.append(other)
                elif family[other] == family[one]:
                    return False
    return True


def _read_rules(instance: Instance, stage: Stage, mine: Ints) -> _Sets:
    """Write every rule of a stage as sets of elements; the first are the applications."""
    app, people = instance.applications, instance.applicants
    units = _reserve_units(instance, stage, mine)
    row = np.concatenate([np.arange(len(mine)), *(rows for _, rows in units)])
    label = np.concatenate(
        [np.full(len(mine), -1), *(np.full(len(rows), g) for g, rows in units)]
    ).astype(np.int64)
    person, place = app.applicant[mine][row], app.place[mine][row]
    sets = _Sets(len(row))
    everything = np.arange(len(row))
    sets.add(_PLAIN, everything, person)
    sets.add(_PLAIN, everything, place)
    home = people.household[person]
    if instance.household_max:
        sets.add(_UNJUDGED, everything[home >= 0], home[home >= 0])
    sets.add(_UNJUDGED, everything[label >= 0], label[label >= 0])
    for reserve in instance.reserves:
        inside = np.isin(place, reserve.places)
        if reserve.hard and reserve.kind in stage.kinds:
            sets.add(_PLAIN, everything[inside & ~reserve.beneficiaries[person]])
        if reserve.linear:
            sets.add(_ODD, everything[inside])
    for limit in instance.limits:
        kind = _PLAIN if _counts_units(instance, limit) else _ODD
        sets.add(kind, everything[np.isin(place, limit.members)])
    _add_quotas(sets, instance, mine[row])
    _add_spacing(sets, instance, place, app.holder_class[mine][row])
    _add_levels(sets, instance, stage, person, place, label)
    return sets


def _reserve_units(instance: Instance, stage: Stage, mine: Ints) -> list[tuple[int, Ints]]:
    """Return for each reserve the positions of the applications that may use it."""
    app = instance.applications
    person, place = app.applicant[mine], app.place[mine]
    return [
        (g, np.flatnonzero(np.isin(place, reserve.places) & reserve.beneficiaries[person]))
        for g, reserve in enumerate(instance.reserves)
        if reserve.kind in stage.kinds
    ]


def _counts_units(instance: Instance, limit: NumberLimit) -> bool:
    """Tell whether a cap counts awards one by one."""
    is_single = (instance.places.capacity[limit.members] == 1).all()
    is_simple = limit.centre < 0 and not limit.extra_disabled
    return bool(is_single and is_simple and limit.maximum >= limit.existing)


def _add_quotas(sets: _Sets, instance: Instance, used: Ints) -> None:
    """Add the quotas; what an elastic one falls short by is an element of its own."""
    gaps: dict[str, list[Ints]] = {}
    for quota in instance.quotas:
        members = np.flatnonzero(np.isin(used, quota.counted))
        if not _counts_awards(quota):
            whole = np.flatnonzero(np.isin(used, quota.denominator))
            sets.add(_ODD, np.union1d(members, whole))
        elif quota.hard:
            sets.add(_PLAIN, members)
        elif len(members):
            gap = sets.fresh()
            gaps.setdefault(quota.name, []).append(gap)
            sets.add(_PLAIN, np.concatenate([members, gap]))
    for each in gaps.values():
        sets.add(_LEVEL, np.concatenate(each))


def _counts_awards(quota: Quota) -> bool:
    return quota.share == 0 and (quota.hard or quota.sense == "min")


def _add_spacing(sets: _Sets, instance: Instance, place: Ints, holder_class: Ints) -> None:
    """Tie together places too close to each other, by one application of each."""
    near = instance.conflicts
    first: dict[tuple[int, int], int] = {}
    for number, node in enumerate(zip(place.tolist(), holder_class.tolist(), strict=True)):
        first.setdefault(node, number)
    pairs = zip(near.place_a, near.class_a, near.place_b, near.class_b, strict=True)
    for a, h, b, k in pairs:
        ends = first.get((int(a), int(h))), first.get((int(b), int(k)))
        if ends[0] is not None and ends[1] is not None:
            sets.add(_ODD, np.array(ends, dtype=np.int64))


def _add_levels(
    sets: _Sets, instance: Instance, stage: Stage, person: Ints, place: Ints, label: Ints
) -> None:
    """Add what the levels above the lottery count: units in use by kind, awards by tier."""
    places, people = instance.places, instance.applicants
    kind_of = places.kind[place]
    if "reserve_shortfall" in stage.levels:
        used = np.flatnonzero(label >= 0)
        _, kinds = np.unique(kind_of[used], return_inverse=True)
        sets.add(_LEVEL, used, kinds.ravel())
    if "tier" in stage.levels:
        counted = np.zeros(len(person), dtype=np.bool_)
        for kind in stage.kinds:
            priority = instance.priorities[kind]
            here = kind_of == kind
            if "tier" in priority.open:
                counted |= here
            elif switches := [each for each in SWITCHES if each in priority.open]:
                counted |= here & first_choice_class(instance, switches[0])[person]
            elif "tier" in priority.reserved:
                counted |= here & (label >= 0)
        chosen = np.flatnonzero(counted)
        sets.add(_LEVEL, chosen, people.tier[person[chosen]])
