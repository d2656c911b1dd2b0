"""What distance rules forbid: refusals of single applications, conflicts of pairs.

Design section 4.3; measure 7 of 日政办字〔2023〕18号 relaxes spacing for disabled people
and frees their first tobacco application from it, but neither relaxes the distance
from schools (Law on the Protection of Minors, art. 59).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from allocation.geo import Pairs, Sites, class_conflicts, nearest, pairs_between, pairs_within
from allocation.instance import HOLDER_CLASSES, Conflicts, Reason
from allocation.rules.spacing import required_mm, school_buffer_mm

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from allocation.build.places import Ground
    from allocation.instance import Bools, Ints, Places, Strings
    from allocation.scenario import Scenario

_N_CLASSES = len(HOLDER_CLASSES)


@dataclass(frozen=True, slots=True, eq=False)
class SpacingGroup:
    """Places that keep their distance from each other.

    Attributes
    ----------
    places
        Positions of its sites, ascending.
    outlets
        Outlets that stand already.
    required_mm
        Shape (places of the instance, classes): distance a place asks of a holder
        class; 0 outside the group.
    takes_smaller
        Shape (places of the instance,): of two distances asked the smaller counts.
    """

    places: Ints
    outlets: Sites
    required_mm: Ints
    takes_smaller: Bools


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """Applications as far as distance rules look at them; shape (k,) each."""

    place: Ints
    holder_class: Ints

    def present(self, rows: Bools, n_places: int) -> Bools:
        """Tell which (place, holder class) occur among the given applications."""
        present = np.zeros((n_places, _N_CLASSES), dtype=np.bool_)
        present[self.place[rows], self.holder_class[rows]] = True
        return present


def spacing_groups(
    ground: Ground, places: Places, wanted: Wanted, scenario: Scenario
) -> tuple[SpacingGroup, ...]:
    """Collect the spacing groups, by name.

    Sites nobody applies for are left out, but for those a site plan may open.
    """
    concerned = planned_sites(places, scenario)
    concerned[wanted.place] = True
    return tuple(
        _make_group(ground, places, concerned & ground.is_site, kinds, scenario)
        for _, kinds in sorted(_kinds_by_group(scenario).items())
    )


def refuse_by_distance(
    ground: Ground,
    places: Places,
    groups: tuple[SpacingGroup, ...],
    wanted: Wanted,
    open_rows: Bools,
    scenario: Scenario,
) -> Mapping[int, Reason]:
    """Refuse applications that a distance rules out whoever else is awarded.

    Parameters
    ----------
    open_rows
        Applications no rule has refused yet.

    Returns
    -------
    Mapping[int, Reason]
        Application -> ``location_missing``, ``school_buffer`` or ``spacing_outlet``;
        the first that holds, in this order.
    """
    refused: dict[int, Reason] = {}
    unlocated = _needs_location(ground, places, scenario) & ~ground.places.points.known
    for row in np.flatnonzero(open_rows & unlocated[wanted.place]).tolist():
        refused[row] = Reason("location_missing", {})
    for row, reason in _near_schools(ground, places, wanted, open_rows, scenario):
        refused.setdefault(row, reason)
    for group in groups:
        for row, reason in _near_outlets(ground, group, wanted, open_rows):
            refused.setdefault(row, reason)
    return refused


def planned_sites(places: Places, scenario: Scenario) -> Bools:
    """Tell which places are candidate sites that a site plan opens or leaves closed."""
    kinds = [kind for stage in scenario.stages for kind in stage.kinds if scenario.is_match(kind)]
    planned: Bools = places.is_candidate & np.isin(places.kind.astype(str), kinds)
    return planned


def barred_classes(
    ground: Ground, places: Places, groups: tuple[SpacingGroup, ...], scenario: Scenario
) -> Bools:
    """Tell which classes of holder a planned site can never have; shape (m, classes).

    The same rules as for single applications (:func:`refuse_by_distance`), but about the
    site alone, so that a plan needs no application.
    """
    barred = np.zeros((len(places.id), _N_CLASSES), dtype=np.bool_)
    planned = planned_sites(places, scenario)
    barred[_needs_location(ground, places, scenario) & ~ground.places.points.known] = True
    for kind in sorted(scenario.spacing):
        buffer_mm = school_buffer_mm(scenario, kind)
        if buffer_mm is not None:
            sites = np.flatnonzero(_is_kind(places.kind, kind) & planned)
            close = _nearest_of(ground, sites, ground.protected, buffer_mm)
            barred[close.length_mm < buffer_mm] = True
    for group in groups:
        reach_mm = int(group.required_mm.max(initial=0))
        close = _nearest_of(ground, group.places, group.outlets, reach_mm)
        barred |= close.length_mm[:, None] < group.required_mm
    barred[~planned] = False
    barred.flags.writeable = False
    return barred


def used_classes(wanted: Wanted, eligible: Bools, places: Places, scenario: Scenario) -> Bools:
    """Tell which classes of holder a place may get; shape (m, classes).

    Those of its eligible applications, and every class at a site that a plan may open: a
    plan is made without applications.
    """
    used = wanted.present(eligible, len(places.id))
    used[planned_sites(places, scenario)] = True
    return used


def build_conflicts(ground: Ground, groups: tuple[SpacingGroup, ...], used: Bools) -> Conflicts:
    """Build the conflict rows of places and the classes of holder they may get."""
    parts = [_conflicts_of(ground, group, used) for group in groups]
    columns = [
        np.concatenate([getattr(part, column.name) for part in [_NO_CONFLICTS, *parts]])
        for column in fields(Conflicts)
    ]
    together = Conflicts(*columns)
    order = np.lexsort([together.class_b, together.class_a, together.place_b, together.place_a])
    return Conflicts(*(column[order] for column in columns))


_NO_INTS = np.empty(0, dtype=np.int64)
_NO_CONFLICTS = Conflicts(
    place_a=_NO_INTS,
    class_a=_NO_INTS,
    place_b=_NO_INTS,
    class_b=_NO_INTS,
    distance_mm=_NO_INTS,
    required_mm=_NO_INTS,
    measured=np.empty(0, dtype=np.bool_),
)


def _kinds_by_group(scenario: Scenario) -> dict[str, list[str]]:
    kinds: dict[str, list[str]] = {}
    for kind, rule in scenario.spacing.items():
        kinds.setdefault(rule.group, []).append(kind)
    return kinds


def _make_group(
    ground: Ground, places: Places, sites: Bools, kinds: list[str], scenario: Scenario
) -> SpacingGroup:
    required = np.zeros((len(places.id), _N_CLASSES), dtype=np.int64)
    takes_smaller = np.zeros(len(places.id), dtype=np.bool_)
    member = np.zeros(len(places.id), dtype=np.bool_)
    for kind in kinds:
        rows = np.flatnonzero(sites & _is_kind(places.kind, kind))
        for holder_class in range(_N_CLASSES):
            classes = np.full(len(rows), holder_class, dtype=np.int64)
            required[rows, holder_class] = required_mm(scenario, kind, places.zone[rows], classes)
        takes_smaller[rows] = scenario.spacing[kind].combine == "min"
        member[rows] = True
    of_group = np.isin(ground.outlet_kind.astype(str), kinds)
    return SpacingGroup(
        np.flatnonzero(member), ground.outlets.take(of_group), required, takes_smaller
    )


def _is_kind(kinds: Strings, kind: str) -> Bools:
    same: Bools = np.equal(kinds, kind).astype(np.bool_)
    return same


def _needs_location(ground: Ground, places: Places, scenario: Scenario) -> Bools:
    """Tell at which places some rule measures a distance."""
    needs = np.zeros(len(places.id), dtype=np.bool_)
    for kind, spacing in scenario.spacing.items():
        of_kind = _is_kind(places.kind, kind)
        if max(spacing.urban_m, spacing.town_m, spacing.rural_m) > 0:
            needs |= of_kind & ground.is_site
        if school_buffer_mm(scenario, kind) is not None:
            needs |= of_kind
    for kind, density in scenario.density.items():
        if density.window_m is not None:
            needs |= _is_kind(places.kind, kind) & ground.is_site
    return needs


def _near_schools(
    ground: Ground, places: Places, wanted: Wanted, open_rows: Bools, scenario: Scenario
) -> Iterator[tuple[int, Reason]]:
    for kind in sorted(scenario.spacing):
        buffer_mm = school_buffer_mm(scenario, kind)
        if buffer_mm is None:
            continue
        sites = np.flatnonzero(_is_kind(places.kind, kind))
        close = _nearest_of(ground, sites, ground.protected, buffer_mm)
        breach = close.length_mm[wanted.place] < buffer_mm
        for row in np.flatnonzero(open_rows & breach).tolist():
            yield row, close.reason("school_buffer", "site", wanted.place[row], buffer_mm)


def _near_outlets(
    ground: Ground, group: SpacingGroup, wanted: Wanted, open_rows: Bools
) -> Iterator[tuple[int, Reason]]:
    """Against an outlet that stands already the holder's own distance counts."""
    close = _nearest_of(ground, group.places, group.outlets, int(group.required_mm.max(initial=0)))
    required = group.required_mm[wanted.place, wanted.holder_class]
    breach = close.length_mm[wanted.place] < required
    for row in np.flatnonzero(open_rows & breach).tolist():
        yield row, close.reason("spacing_outlet", "outlet", wanted.place[row], int(required[row]))


@dataclass(frozen=True, slots=True, eq=False)
class _Nearest:
    """The nearest thing per place of the instance; shape (m,) each."""

    id: Strings
    length_mm: Ints
    measured: Bools

    def reason(self, code: str, what: str, place: int, required: int) -> Reason:
        params: dict[str, Any] = {
            what: self.id[place],
            "distance_m": int(self.length_mm[place]) / 1000,
            "required_m": required / 1000,
            "how": "measured" if self.measured[place] else "computed",
        }
        return Reason(code, params)


def _nearest_of(ground: Ground, places: Ints, others: Sites, radius_mm: int) -> _Nearest:
    """Find the nearest other thing of some places; far beyond reach where there is none."""
    n = len(ground.places)
    far = np.full(n, np.iinfo(np.int64).max)
    found = _Nearest(np.full(n, "", dtype=object), far, np.zeros(n, dtype=np.bool_))
    if radius_mm == 0 or not len(others):
        return found
    sites = ground.places.take(places)
    pairs = pairs_between(sites, others, radius_mm, ground.metric, ground.measured)
    row = nearest(pairs, len(places))
    first = pairs.take(row[row >= 0])
    hit = places[first.left]
    found.id[hit] = others.id[first.right]
    found.length_mm[hit] = first.length_mm
    found.measured[hit] = first.measured
    return found


def _conflicts_of(ground: Ground, group: SpacingGroup, used: Bools) -> Conflicts:
    sites = group.places[used[group.places].any(axis=1)]
    radius_mm = int(group.required_mm.max(initial=0))
    local = pairs_within(ground.places.take(sites), radius_mm, ground.metric, ground.measured)
    # The sites ascend, so left < right holds for their positions in the instance too.
    pairs = Pairs(sites[local.left], sites[local.right], local.length_mm, local.measured)
    found = class_conflicts(pairs, group.required_mm, used, group.takes_smaller)
    return Conflicts(
        place_a=pairs.left[found.pair],
        class_a=found.class_left,
        place_b=pairs.right[found.pair],
        class_b=found.class_right,
        distance_mm=pairs.length_mm[found.pair],
        required_mm=found.required_mm,
        measured=pairs.measured[found.pair],
    )
