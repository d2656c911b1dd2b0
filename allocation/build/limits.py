"""How many sites may open: density windows, areas, openings, cells of a market.

Design section 4.4.  A disabled holder adds to a window's and an area's number
(measure 7 of 日政办字〔2023〕18号 relaxes number as well as spacing), but never for
tobacco, whose cells the licensing authority plans.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from allocation.build.frames import Frames, filled, township_key
from allocation.geo import pairs_between, pairs_within
from allocation.instance import NumberLimit
from allocation.messages import InputError
from allocation.rules.columns import numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from allocation.build.places import Ground
    from allocation.instance import Bools, Ints, Places, Strings
    from allocation.scenario import Scenario

_STRICT_KINDS = ("tobacco",)
"""Kinds whose numbers no holder relaxes."""


def build_limits(
    frames: Frames, ground: Ground, places: Places, scenario: Scenario
) -> tuple[NumberLimit, ...]:
    """Collect all caps on opened sites.

    Kinds in alphabetical order; per kind its windows by place, its areas by name; then
    openings by kind, joint openings as declared, cells by venue.
    """
    limits: list[NumberLimit] = []
    for kind in sorted(scenario.density):
        limits += _windows(ground, places, kind, scenario)
        limits += _areas(frames, ground, places, kind, scenario)
    limits += _openings(places, scenario)
    limits += _cells(frames, places, scenario)
    return tuple(limits)


def _windows(
    ground: Ground, places: Places, kind: str, scenario: Scenario
) -> Iterator[NumberLimit]:
    """Make a window around every site of a kind: the site, its neighbours, outlets."""
    rule = scenario.density[kind]
    if rule.window_m is None or rule.window_max is None:
        return
    window_mm = int(rule.window_m * 1000)
    rows = np.flatnonzero(_of_kind(places, kind) & ground.is_site)
    sites = ground.places.take(rows)
    near = pairs_within(sites, window_mm, ground.metric, ground.measured)
    itself = np.arange(len(rows))
    centre = np.concatenate([itself, near.left, near.right])
    member = np.concatenate([itself, near.right, near.left])
    order = np.lexsort([member, centre])
    members = np.split(rows[member[order]], np.cumsum(np.bincount(centre, minlength=len(rows))))

    outlets = ground.outlets.take(np.equal(ground.outlet_kind, kind).astype(np.bool_))
    standing = pairs_between(sites, outlets, window_mm, ground.metric, ground.measured)
    existing = np.bincount(standing.left, minlength=len(rows))
    for i, place in enumerate(rows.tolist()):
        yield NumberLimit(
            code="density",
            kind=kind,
            label=str(places.id[place]),
            centre=place,
            members=members[i],
            existing=int(existing[i]),
            maximum=rule.window_max,
            extra_disabled=_extra(kind, scenario),
        )


def _areas(
    frames: Frames, ground: Ground, places: Places, kind: str, scenario: Scenario
) -> Iterator[NumberLimit]:
    rule = scenario.density[kind]
    if rule.area is None or rule.area_max is None:
        return
    area = places.district if rule.area == "district" else places.township
    sites = _of_kind(places, kind) & ground.is_site
    _require_area(places, area, sites, rule.area, kind)
    outlets = frames.existing_outlets
    outlet_area = filled(outlets, "district") if rule.area == "district" else township_key(outlets)
    of_kind = np.equal(ground.outlet_kind, kind)
    for name in _sorted_names(area[sites]):
        yield from _share_out(
            NumberLimit(
                code="area_number",
                kind=kind,
                label=name,
                centre=-1,
                members=np.flatnonzero(sites & np.equal(area, name)),
                existing=int(np.sum(of_kind & np.equal(outlet_area, name))),
                maximum=rule.area_max,
                extra_disabled=_extra(kind, scenario),
            )
        )


def _share_out(limit: NumberLimit) -> Iterator[NumberLimit]:
    """Keep an area that is over its number by what stands already solvable.

    It only forbids more: each member gets the cap for itself, as a centre, so that the
    cap holds when that member is opened and nothing is asked when none is.
    """
    if limit.existing <= limit.maximum:
        yield limit
        return
    for member in limit.members.tolist():
        yield NumberLimit(
            limit.code,
            limit.kind,
            limit.label,
            member,
            limit.members,
            limit.existing,
            limit.maximum,
            limit.extra_disabled,
        )


def _openings(places: Places, scenario: Scenario) -> Iterator[NumberLimit]:
    single = [((kind,), kind, scenario.openings[kind].max) for kind in sorted(scenario.openings)]
    joint = [(rule.kinds, rule.name, rule.max) for rule in scenario.openings_joint]
    for kinds, label, maximum in [*single, *joint]:
        members = np.flatnonzero(_of_kind(places, *kinds) & places.is_candidate)
        if len(members):
            yield _plain("openings_max", "+".join(kinds), label, members, maximum)


def _cells(frames: Frames, places: Places, scenario: Scenario) -> Iterator[NumberLimit]:
    """Cap the premises of each market cell by what the authority has left for it."""
    remaining = numbers(frames.venues, "remaining_number")
    stated = ~np.isnan(remaining)
    venues = filled(frames.venues, "venue_id")[stated].tolist()
    maxima = dict(zip(venues, remaining[stated].astype(np.int64).tolist(), strict=True))
    for stage in scenario.stages:
        for kind in stage.kinds if stage.mechanism == "queue" else ():
            premises = _of_kind(places, kind)
            for venue in _sorted_names(places.venue[premises]):
                if venue in maxima:
                    members = np.flatnonzero(premises & np.equal(places.venue, venue))
                    yield _plain("cell_number", kind, venue, members, maxima[venue])


def _plain(
    code: Literal["openings_max", "cell_number"],
    kind: str,
    label: str,
    members: Ints,
    maximum: int,
) -> NumberLimit:
    return NumberLimit(
        code=code,
        kind=kind,
        label=label,
        centre=-1,
        members=members,
        existing=0,
        maximum=maximum,
        extra_disabled=0,
    )


def _of_kind(places: Places, *kinds: str) -> Bools:
    of_kind: Bools = np.isin(places.kind.astype(str), kinds)
    return of_kind


def _sorted_names(names: Strings) -> Iterable[str]:
    return sorted(set(names.tolist()))


def _extra(kind: str, scenario: Scenario) -> int:
    return 0 if kind in _STRICT_KINDS else scenario.density[kind].extra_number_disabled


def _require_area(places: Places, area: Strings, sites: Bools, column: str, kind: str) -> None:
    """Refuse sites in no area, which would slip through the area's number."""
    missing = places.id[sites & np.equal(area, "")]
    if len(missing):
        raise InputError(
            "place_area_missing",
            kind=kind,
            column=column,
            count=len(missing),
            places=", ".join(missing[:5]),
        )
