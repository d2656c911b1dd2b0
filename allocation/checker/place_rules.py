"""The choice rules of ``stable`` as the checker reads them, place by place.

Own code throughout: how many units of each reserve stand at a place, and whom the place
takes.  The definitions are in docs/formulation.md; here they are written out as they
stand there, with the checker's own labelling.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np

from allocation.checker.labels import place_in_units, units_of

if TYPE_CHECKING:
    from allocation.checker.plans import Plan
    from allocation.instance import Instance, Ints, Reserve, Stage

MINIMUM, ABOVE, HARD = "minimum_guarantee", "over_and_above", "hard"


@dataclass(frozen=True, slots=True)
class PlaceRule:
    """The rule of one place.

    Attributes
    ----------
    reserves
        Reserve (index into the instance's) -> units at this place.
    """

    mode: str
    capacity: int
    reserves: Mapping[int, int]

    @property
    def n_open(self) -> int:
        """Units that no reserve keeps."""
        return self.capacity - sum(self.reserves.values())


@dataclass(frozen=True, slots=True)
class Asking:
    """An application at a place: ranks in its two orders, reserves it could use."""

    row: int
    open_rank: int
    reserved_rank: int
    usable: tuple[int, ...]


def choose(rule: PlaceRule, asking: Iterable[Asking]) -> dict[int, int]:
    """Return whom a place takes: application -> reserve, -1 for an open or reverted unit."""
    by_open = sorted(asking, key=lambda each: each.open_rank)
    first = by_open[: rule.n_open] if rule.mode == ABOVE else []
    taken = {each.row: -1 for each in first}
    rest = by_open[len(first) :]
    taken |= put_to_use(rule, rest)
    rest = [each for each in rest if each.row not in taken]
    free = rule.n_open if rule.mode == HARD else rule.capacity - len(taken)
    return taken | {each.row: -1 for each in rest[:free]}


def put_to_use(rule: PlaceRule, asking: Sequence[Asking]) -> dict[int, int]:
    """Go through people in the reserved order and label whoever raises the units in use."""
    by_reserved = sorted(asking, key=lambda each: each.reserved_rank)
    usable = [tuple(g for g in each.usable if g in rule.reserves) for each in by_reserved]
    labels = place_in_units(usable, rule.reserves)
    return {by_reserved[n].row: g for n, g in labels.items()}


def rules_of_places(instance: Instance, stage: Stage, plan: Plan) -> dict[int, PlaceRule]:
    """Return the rule of every place of a stage that can be given out.

    A reserve stands where its units do by largest remainder on the units a place has
    left, equal remainders in the order of SHA-256(seed LF round LF place_id); where the
    stage is planned by demand, the place that more eligible beneficiaries ask for first.
    Sites kept for disabled holders belong to the first reserve of their scope that
    covers every disabled applicant, and never revert.
    """
    places, kinds = instance.places, stage.kinds
    here = np.flatnonzero(plan.is_open & np.isin(places.kind.astype(str), kinds)).tolist()
    kept = np.flatnonzero(plan.disabled_only).tolist()
    left = {p: 0 if plan.disabled_only[p] else int(places.capacity[p]) for p in here}
    units: dict[int, dict[int, int]] = {p: {} for p in here}
    modes = dict.fromkeys(here, MINIMUM)
    drawn = published_order(instance).tolist()
    demand, nobody = _Demand(instance), [0] * len(places.id)
    owner = owning_reserves(instance, kept)
    for g, reserve in enumerate(instance.reserves):
        if reserve.kind not in kinds:
            continue
        inside = [p for p in reserve.places.tolist() if p in left]
        wanted = units_of(reserve, int(places.is_candidate[inside].sum()))
        for p in inside:
            if owner.get(p) == g:
                units[p][g] = int(places.capacity[p])
                wanted -= units[p][g]
        asked = demand.of(reserve) if stage.plan_by == "demand" else nobody
        order = {p: (-asked[p], drawn[p]) for p in inside}
        for p, n in _split(max(0, wanted), inside, left, order).items():
            if n:
                units[p][g] = n
                left[p] -= n
        if reserve.hard or reserve.over_and_above:
            modes |= dict.fromkeys(inside, HARD if reserve.hard else ABOVE)
    modes |= dict.fromkeys(kept, HARD)
    return {p: PlaceRule(modes[p], int(places.capacity[p]), units[p]) for p in here}


def owning_reserves(instance: Instance, sites: Iterable[int]) -> dict[int, int]:
    """Name for each site the first reserve that covers every disabled applicant, if any."""
    disabled = np.flatnonzero(instance.applicants.group == "disabled")
    covering = [
        (g, set(reserve.places.tolist()))
        for g, reserve in enumerate(instance.reserves)
        if reserve.beneficiaries[disabled].all()
    ]
    found = {}
    for p in sites:
        mine = [g for g, inside in covering if p in inside]
        if mine:
            found[p] = mine[0]
    return found


def _split(
    count: int, inside: Sequence[int], left: Mapping[int, int], order: Mapping[int, tuple[int, int]]
) -> dict[int, int]:
    """Split units by largest remainder on what places have left."""
    total = sum(left[p] for p in inside)
    count = min(count, total)
    if not count:
        return {}
    parts = {p: count * left[p] // total for p in inside}
    rest = sorted(inside, key=lambda p: (-(count * left[p] % total), order[p]))
    for p in rest[: count - sum(parts.values())]:
        parts[p] += 1
    return parts


class _Demand:
    """Eligible applications of beneficiaries per place, counted once for like reserves."""

    def __init__(self, instance: Instance) -> None:
        app = instance.applications
        self._n_places = len(instance.places.id)
        self._applicant, self._place = app.applicant[app.eligible], app.place[app.eligible]
        self._counted: dict[bytes, list[int]] = {}

    def of(self, reserve: Reserve) -> list[int]:
        """Count those of a reserve's beneficiaries; one number a place."""
        people = reserve.beneficiaries
        key = people.tobytes()
        if key not in self._counted:
            asked = self._place[people[self._applicant]]
            self._counted[key] = np.bincount(asked, minlength=self._n_places).tolist()
        return self._counted[key]


def published_order(instance: Instance) -> Ints:
    """Order places by the hash of their ids, as the draw does receipt numbers."""
    draw = instance.scenario.draw
    prefix = ""
    if draw is not None and draw.seed is not None:
        prefix = f"{draw.seed}\n{draw.round}\n"
    hashes = [sha256(f"{prefix}{name}".encode()).hexdigest() for name in instance.places.id]
    order = np.empty(len(hashes), dtype=np.int64)
    order[sorted(range(len(hashes)), key=hashes.__getitem__)] = np.arange(len(hashes))
    return order
