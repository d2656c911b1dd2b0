"""Distances around sites: conflicts, circles to scale, and what stands nearest.

The parts of the instance that distances rest on are built again from the sealed tables;
which applications no rule refused is read off the record, so that the rules need not
run a second time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from allocation.build.frames import Frames, positions_of, sort_frames
from allocation.build.places import Ground, build_ground, build_places
from allocation.build.spacing import SpacingGroup, Wanted, build_conflicts, spacing_groups
from allocation.geo import Sites
from allocation.instance import HOLDER_CLASSES, Conflicts
from allocation.messages.reasons import TEXTS as OUTCOMES
from allocation.read.sealed import make_tables
from allocation.rules import columns
from allocation.rules.spacing import holder_class, school_buffer_mm
from allocation.tables.membership import is_among

if TYPE_CHECKING:
    from collections.abc import Iterable

    from allocation.instance import Bools, Ints, Strings
    from allocation.runs import Run
    from allocation.scenario import Scenario

NearWhat = Literal["conflict", "open", "outlet", "school"]


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings:
    """Everything distances of a run rest on; arrays about places are by place id.

    Attributes
    ----------
    id, kind
        Of the places; shape (m,).
    conflicts
        As in the instance.
    required_mm
        Shape (m, classes): distance a site asks of a holder class, 0 for none.
    held_class
        Shape (m,): holder class of the award a site holds, -1 without one.
    is_open
        Shape (m,): open already, or holds an award.
    """

    id: Strings
    kind: Strings
    ground: Ground
    groups: tuple[SpacingGroup, ...]
    conflicts: Conflicts
    required_mm: Ints
    held_class: Ints
    is_open: Bools
    scenario: Scenario


@dataclass(frozen=True, slots=True)
class Near:
    """Something that stands near a place.

    Attributes
    ----------
    what
        A ``conflict`` (a site that may not open beside it), an ``open`` place of its
        spacing group, an existing ``outlet``, or a ``school``.
    required_m
        Distance the two would have to keep; None where no rule names one.
    is_measured
        Whether a person measured the distance; otherwise it was computed.
    """

    what: NearWhat
    id: str
    distance_m: float
    required_m: float | None
    is_measured: bool


def surroundings_of(run: Run) -> Surroundings:
    """Work out the distances of a run."""
    # No other wish bears on a distance, and most wishes are for stalls and posts.
    spaced = _spaced(run)
    wishes = _at(run.tables.applications, spaced)
    tables = make_tables({**run.tables.frames, "applications": wishes}, (), ())
    frames = sort_frames(tables)
    ground = build_ground(frames, tables, run.scenario)
    places = build_places(frames, ground)
    wanted = Wanted(
        place=frames.applications["place"].to_numpy(dtype=np.int64),
        holder_class=holder_class(
            frames.applicants, frames.applications, frames.places, run.scenario
        ),
    )
    groups = spacing_groups(ground, places, wanted, run.scenario)
    awarded = _keys(frames, _at(run.awards, spaced))
    waiting = _keys(frames, _outcomes(_at(run.refusals.drop(columns="params"), spaced)))
    pairs = _pair(
        frames.applications["applicant"].to_numpy(dtype=np.int64), wanted.place, len(places.id)
    )
    held = np.full(len(places.id), -1, dtype=np.int64)
    given = np.isin(pairs, awarded)
    held[wanted.place[given]] = wanted.holder_class[given]
    conflicts = build_conflicts(
        ground, groups, wanted.present(given | np.isin(pairs, waiting), len(places.id))
    )
    required = np.zeros((len(places.id), len(HOLDER_CLASSES)), dtype=np.int64)
    for group in groups:
        required = np.maximum(required, group.required_mm)
    return Surroundings(
        id=places.id,
        kind=places.kind,
        ground=ground,
        groups=groups,
        conflicts=conflicts,
        required_mm=required,
        held_class=held,
        is_open=~ground.is_site | (held >= 0),
        scenario=run.scenario,
    )


def conflict_pairs(around: Surroundings) -> pd.DataFrame:
    """List the pairs of sites that some two holders may not both open.

    Returns
    -------
    pandas.DataFrame
        ``place_id_a``, ``place_id_b``, ``distance_m``, ``required_m`` (the largest
        distance asked of any two holders), ``measured``.
    """
    conflicts = around.conflicts
    rows = pd.DataFrame(
        {
            "a": conflicts.place_a,
            "b": conflicts.place_b,
            "distance_m": conflicts.distance_mm / 1000,
            "required_m": conflicts.required_mm / 1000,
            "measured": conflicts.measured,
        }
    )
    pairs = rows.groupby(["a", "b"], as_index=False).agg(
        distance_m=("distance_m", "first"),
        required_m=("required_m", "max"),
        measured=("measured", "first"),
    )
    pairs.insert(0, "place_id_a", around.id[pairs.pop("a").to_numpy()])
    pairs.insert(1, "place_id_b", around.id[pairs.pop("b").to_numpy()])
    return pairs


def spacing_circles(around: Surroundings) -> pd.DataFrame:
    """List the distance every site asks, per class of holder.

    Returns
    -------
    pandas.DataFrame
        ``place_id``, ``lon``, ``lat``, ``holder`` (name of the class), ``radius_m`` (more
        than 0), ``is_held`` (the class of the award the site holds).
    """
    place, holder = np.nonzero(around.required_mm)
    points = around.ground.places.points
    frame = pd.DataFrame(
        {
            "place_id": around.id[place],
            "lon": points.lon[place],
            "lat": points.lat[place],
            "holder": np.array(HOLDER_CLASSES, dtype=object)[holder],
            "radius_m": around.required_mm[place, holder] / 1000,
            "is_held": around.held_class[place] == holder,
        }
    )
    return frame[frame["lon"].notna()].reset_index(drop=True)


def school_circles(run: Run, kinds: Iterable[str]) -> pd.DataFrame:
    """List the schools with the radius in which places of some kinds may not stand.

    Returns
    -------
    pandas.DataFrame
        ``site_id``, ``name``, ``lon``, ``lat``, ``radius_m``; once per different radius.
    """
    found = {school_buffer_mm(run.scenario, kind) for kind in kinds} - {None}
    sites = run.tables.protected_sites
    known = sites[sites["lon"].notna() & sites["lat"].notna()].sort_values("site_id")
    columns_ = known[["site_id", "name", "lon", "lat"]].assign(name=known["name"].fillna(""))
    radii = sorted(value for value in found if value is not None)
    parts = [columns_.assign(radius_m=radius / 1000) for radius in radii]
    if not parts:
        return columns_.iloc[:0].assign(radius_m=np.empty(0))
    return pd.concat(parts, ignore_index=True)


def neighbours(around: Surroundings, place_id: str) -> tuple[Near, ...]:
    """Name what stands nearest to a site, one of each kind of thing, nearest first.

    Empty for a place whose kind keeps no distance.
    """
    row = int(positions_of(around.id, np.array([place_id], dtype=object))[0])
    group = next((group for group in around.groups if row in group.places), None)
    found = [_nearest_conflict(around, row)]
    if group is not None:
        members = group.places[around.is_open[group.places] & (group.places != row)]
        found.append(_nearest_of(around, row, "open", around.ground.places.take(members)))
        found.append(_nearest_of(around, row, "outlet", group.outlets))
    buffer_mm = school_buffer_mm(around.scenario, str(around.kind[row]))
    if buffer_mm is not None:
        school = _nearest_of(around, row, "school", around.ground.protected)
        found.append(
            school
            and Near("school", school.id, school.distance_m, buffer_mm / 1000, school.is_measured)
        )
    return tuple(sorted((near for near in found if near), key=lambda near: near.distance_m))


def _spaced(run: Run) -> pd.Series:
    """Return the ids of the places of all kinds that keep a distance."""
    places = run.tables.places
    return places.loc[places["kind"].isin(list(run.scenario.spacing)), "place_id"]


def _at(rows: pd.DataFrame, place_ids: pd.Series) -> pd.DataFrame:
    """Keep the rows at some places."""
    return rows[is_among(rows["place_id"], place_ids)]


def _outcomes(refusals: pd.DataFrame) -> pd.DataFrame:
    """Keep the refusals that a solve brought: no rule about the pair alone refused these."""
    return refusals[refusals["reason_code"].isin(list(OUTCOMES))]


def _keys(frames: Frames, rows: pd.DataFrame) -> Ints:
    applicant = positions_of(
        columns.text(frames.applicants, "applicant_id"), columns.text(rows, "applicant_id")
    )
    place = positions_of(columns.text(frames.places, "place_id"), columns.text(rows, "place_id"))
    return _pair(applicant, place, len(frames.places))


def _pair(applicant: Ints, place: Ints, n_places: int) -> Ints:
    return applicant * n_places + place


def _nearest_conflict(around: Surroundings, row: int) -> Near | None:
    """Find the nearest site in conflict, with the largest distance asked of the two."""
    conflicts = around.conflicts
    here = np.flatnonzero((conflicts.place_a == row) | (conflicts.place_b == row))
    if not len(here):
        return None
    first = here[np.lexsort([-conflicts.required_mm[here], conflicts.distance_mm[here]])[0]]
    other = conflicts.place_b if conflicts.place_a[first] == row else conflicts.place_a
    return Near(
        what="conflict",
        id=str(around.id[other[first]]),
        distance_m=float(conflicts.distance_mm[first]) / 1000,
        required_m=float(conflicts.required_mm[first]) / 1000,
        is_measured=bool(conflicts.measured[first]),
    )


def _nearest_of(around: Surroundings, row: int, what: NearWhat, others: Sites) -> Near | None:
    """Find the nearest of some sites; a measured distance beats the computed one."""
    if not len(others):
        return None
    here = around.ground.places.take(np.full(len(others), row, dtype=np.int64))
    metres = around.ground.metric.lengths_m(here.points, others.points)
    _, measured, length_mm = around.ground.measured.between(here.id[:1], others.id)
    metres[measured] = length_mm / 1000
    if not np.isfinite(metres).any():
        return None
    nearest = int(np.nanargmin(metres))
    return Near(
        what=what,
        id=str(others.id[nearest]),
        distance_m=round(float(metres[nearest]), 3),
        required_m=None,
        is_measured=nearest in measured,
    )
