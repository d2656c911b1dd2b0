"""Caps on opened sites, counted again from the tables and the scenario (design 4.4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from allocation.instance import NumberLimit

if TYPE_CHECKING:
    from allocation.checker.space import Space
    from allocation.instance import Bools, Ints, Strings

STRICT_KINDS = ("tobacco",)
"""Kinds whose numbers no holder relaxes (design 4.4)."""


def recount_caps(space: Space) -> tuple[NumberLimit, ...]:
    """Count every density window, area, opening and cell of the instance anew."""
    caps: list[NumberLimit] = []
    for kind in space.instance.scenario.density:
        caps += _windows(space, kind)
        caps += _areas(space, kind)
    caps += _openings(space)
    caps += _cells(space)
    return tuple(caps)


def _windows(space: Space, kind: str) -> Iterator[NumberLimit]:
    """Around each site: the sites within the window, itself and outlets included."""
    rule = space.instance.scenario.density[kind]
    if rule.window_m is None or rule.window_max is None:
        return
    reach_mm = round(rule.window_m * 1000)
    sites = np.flatnonzero(space.is_site & _of_kind(space, kind))
    outlets = np.flatnonzero(_outlet_column(space, "kind") == kind)
    things = space.places.take(sites)
    near = space.near(things, things, reach_mm)
    standing = space.near(things, space.outlets.take(outlets), reach_mm)
    for row, site in enumerate(sites.tolist()):
        members = np.append(sites[near.right[near.left == row]], site)
        yield _cap(
            "density",
            kind,
            str(space.places.id[site]),
            np.sort(members),
            rule.window_max,
            site,
            int((standing.left == row).sum()),
            _extra(space, kind),
        )


def _areas(space: Space, kind: str) -> Iterator[NumberLimit]:
    rule = space.instance.scenario.density[kind]
    if rule.area is None or rule.area_max is None:
        return
    places = space.instance.places
    area, outlet_area = places.district, _outlet_column(space, "district")
    if rule.area == "township":
        area = places.township
        outlet_area = outlet_area + "/" + _outlet_column(space, "township")
    sites = space.is_site & _of_kind(space, kind)
    of_kind = _outlet_column(space, "kind") == kind
    for name in sorted(set(area[sites])):
        members = np.flatnonzero(sites & (area == name))
        existing = int((of_kind & (outlet_area == name)).sum())
        yield _cap(
            "area_number", kind, name, members, rule.area_max, -1, existing, _extra(space, kind)
        )


def _openings(space: Space) -> Iterator[NumberLimit]:
    scenario = space.instance.scenario
    single = [((kind,), kind, rule.max) for kind, rule in scenario.openings.items()]
    joint = [(tuple(rule.kinds), rule.name, rule.max) for rule in scenario.openings_joint]
    for kinds, label, maximum in [*single, *joint]:
        members = np.flatnonzero(space.instance.places.is_candidate & _of_kind(space, *kinds))
        yield _cap("openings_max", "+".join(kinds), label, members, maximum)


def _cells(space: Space) -> Iterator[NumberLimit]:
    """Return per market cell of a queue kind the number the authority has left for it."""
    instance = space.instance
    venues = instance.tables.venues
    remaining = pd.to_numeric(venues["remaining_number"])
    left = dict(zip(venues["venue_id"], remaining, strict=True))
    kinds = [kind for s in instance.stages if s.mechanism == "queue" for kind in s.kinds]
    for kind in kinds:
        of_kind = _of_kind(space, kind)
        for venue in sorted(set(instance.places.venue[of_kind])):
            if venue and pd.notna(left.get(venue)):
                members = np.flatnonzero(of_kind & (instance.places.venue == venue))
                yield _cap("cell_number", kind, venue, members, int(left[venue]))


def _cap(
    code: Literal["density", "area_number", "openings_max", "cell_number"],
    kind: str,
    label: str,
    members: Ints,
    maximum: int,
    centre: int = -1,
    existing: int = 0,
    extra: int = 0,
) -> NumberLimit:
    return NumberLimit(code, kind, label, centre, members, existing, maximum, extra)


def _of_kind(space: Space, *kinds: str) -> Bools:
    of_kind: Bools = np.isin(space.instance.places.kind.astype(str), kinds)
    return of_kind


def _outlet_column(space: Space, name: str) -> Strings:
    column = space.instance.tables.existing_outlets[name]
    return np.asarray(column.astype(object).where(column.notna(), ""), dtype=object)


def _extra(space: Space, kind: str) -> int:
    return (
        0
        if kind in STRICT_KINDS
        else int(space.instance.scenario.density[kind].extra_number_disabled)
    )
