"""Distances measured again, pair by pair, without the code that built the instance.

Metres come from the projected coordinates of the places (or along the ellipsoid when
the scenario says so); outlets and protected sites are projected here.  A measured
distance beats a computed one, the latest measurement of a pair counts, and lengths are
compared after rounding to whole millimetres (design 4.3).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pyproj import CRS, Geod, Transformer

from allocation.checker.labels import rounded
from allocation.checker.standing import N_CLASSES

if TYPE_CHECKING:
    from allocation.instance import Bools, Floats, Instance, Ints, Strings

STORED = "EPSG:4490"
FAR = np.iinfo(np.int64).max // 4
"""Millimetres between things of which one has no coordinates and none measured them."""

_CHUNK = 512
_SLACK = 1.01
"""A projected length differs from the geodesic one by far less than a hundredth."""


@dataclass(frozen=True, slots=True, eq=False)
class Things:
    """Things on the map: ids, degrees and projected metres; NaN where unknown."""

    id: Strings
    lon: Floats
    lat: Floats
    x: Floats
    y: Floats

    def take(self, rows: Ints) -> Things:
        """Return the given rows."""
        return Things(self.id[rows], self.lon[rows], self.lat[rows], self.x[rows], self.y[rows])


@dataclass(frozen=True, slots=True, eq=False)
class Near:
    """Pairs (row, row) with their length in millimetres and whether it was measured."""

    left: Ints
    right: Ints
    mm: Ints
    measured: Bools


@dataclass(frozen=True, slots=True, eq=False)
class SpacingPairs:
    """Pairs of (place, holder class) too close to each other; ``place_a < place_b``."""

    place_a: Ints
    class_a: Ints
    place_b: Ints
    class_b: Ints
    distance_mm: Ints
    required_mm: Ints
    measured: Bools


class Space:
    """The map of an instance, as the checker measures it.

    Attributes
    ----------
    is_site
        Places that open only by an award: candidate sites, and premises that applicants
        bring (kinds of a queue, and others that say so).
    """

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        places, scenario = instance.places, instance.scenario
        brought = [
            kind
            for stage in instance.stages
            if stage.mechanism == "queue" or stage.premises == "brought"
            for kind in stage.kinds
        ]
        self.is_site: Bools = places.is_candidate | np.isin(places.kind.astype(str), brought)
        self._required: dict[str, Ints] = {}
        self._geodesic = scenario.space.method == "geodesic"
        lon = lat = np.full(len(places.id), np.nan)
        if self._geodesic:
            rows = instance.tables.places.set_index("place_id").loc[list(places.id)]
            lon, lat = (rows[name].to_numpy(dtype=np.float64) for name in ("lon", "lat"))
        self.places = Things(places.id, lon, lat, places.x, places.y)

    @cached_property
    def outlets(self) -> Things:
        """Outlets that stand already."""
        return self._locate(self.instance.tables.existing_outlets, "outlet_id")

    @cached_property
    def protected(self) -> Things:
        """Schools and kindergartens."""
        return self._locate(self.instance.tables.protected_sites, "site_id")

    @cached_property
    def measured(self) -> Mapping[tuple[str, str], int]:
        """Measured millimetres by pair of ids, in either order."""
        table = self.instance.tables.measured_distances
        if "measured_on" in table:
            table = table.sort_values("measured_on", na_position="first", kind="stable")
        found: dict[tuple[str, str], int] = {}
        for a, b, metres in zip(
            table["place_id_a"], table["place_id_b"], table["distance_m"], strict=True
        ):
            found[a, b] = found[b, a] = round(float(metres) * 1000)
        return found

    def near(self, left: Things, right: Things, reach_mm: int) -> Near:
        """Return the pairs at most ``reach_mm`` apart, all of ``left`` against ``right``."""
        pairs = [self._close_rows(left, right, reach_mm), self._measured_rows(left, right)]
        i = np.concatenate([rows[0] for rows in pairs])
        j = np.concatenate([rows[1] for rows in pairs])
        i, j = np.unique(np.stack([i, j]), axis=1)
        mm = self._length_mm(left.take(i), right.take(j))
        measured = np.zeros(len(i), dtype=np.bool_)
        if self.measured:
            for row, key in enumerate(zip(left.id[i], right.id[j], strict=True)):
                if key in self.measured:
                    mm[row], measured[row] = self.measured[key], True
        keep = (mm <= reach_mm) & (left.id[i] != right.id[j]).astype(np.bool_)
        return Near(i[keep], j[keep], mm[keep], measured[keep])

    def required_mm(self, kind: str) -> Ints:
        """Distance that places of a kind ask of each holder class; shape (m, classes)."""
        if kind in self._required:
            return self._required[kind]
        rule = self.instance.scenario.spacing[kind]
        factors = (1, rule.disabled_factor, rule.disabled_first_factor)
        by_zone = {"urban": rule.urban_m, "town": rule.town_m, "rural": rule.rural_m}
        # Without a zone the largest distance counts; the input is refused where they differ.
        by_zone[""] = max(by_zone.values())
        of_kind = (self.instance.places.kind == kind).astype(np.bool_)
        zones = np.where(
            np.isin(self.instance.places.zone.astype(str), list(by_zone)),
            self.instance.places.zone,
            "",
        )
        out = np.zeros((len(self.places.id), N_CLASSES), dtype=np.int64)
        for zone, metres in by_zone.items():
            lengths = [Fraction(metres) * Fraction(factor) for factor in factors]
            here = of_kind & (zones == zone).astype(np.bool_)
            out[here] = [rounded(1000 * length, "half_up") for length in lengths]
        self._required[kind] = out
        return out

    def spacing_groups(self) -> Iterator[tuple[list[str], Ints, Bools]]:
        """Yield per spacing group its kinds, what places ask, and who takes the smaller."""
        groups: dict[str, list[str]] = {}
        for kind, rule in self.instance.scenario.spacing.items():
            groups.setdefault(rule.group or kind, []).append(kind)
        for _, kinds in sorted(groups.items()):
            asked = np.zeros((len(self.places.id), N_CLASSES), dtype=np.int64)
            smaller = np.zeros(len(self.places.id), dtype=np.bool_)
            for kind in kinds:
                of_kind = (self.instance.places.kind == kind).astype(np.bool_)
                asked[of_kind] = self.required_mm(kind)[of_kind]
                smaller |= of_kind & (self.instance.scenario.spacing[kind].combine == "min")
            yield kinds, asked, smaller

    @cached_property
    def conflicts(self) -> SpacingPairs:
        """Return all pairs of sites and classes of holder that are too close."""
        found = [
            self._conflicts(kinds, asked, smaller)
            for kinds, asked, smaller in self.spacing_groups()
        ]
        columns = np.concatenate([np.empty((7, 0), dtype=np.int64), *found], axis=1)
        a, h, b, k, distance, required, measured = columns
        return SpacingPairs(a, h, b, k, distance, required, measured.astype(np.bool_))

    def _conflicts(self, kinds: list[str], asked: Ints, smaller: Bools) -> Ints:
        sites = np.flatnonzero(self.is_site & np.isin(self.instance.places.kind.astype(str), kinds))
        things = self.places.take(sites)
        near = self.near(things, things, int(asked.max(initial=0)))
        rows = np.flatnonzero(near.left < near.right)
        a, b = sites[near.left[rows]], sites[near.right[rows]]
        found = [np.empty((7, 0), dtype=np.int64)]
        for h in range(N_CLASSES):
            for k in range(N_CLASSES):
                larger = np.maximum(asked[a, h], asked[b, k])
                least = np.minimum(asked[a, h], asked[b, k])
                required = np.where(smaller[a] & smaller[b], least, larger)
                hit = near.mm[rows] < required
                same = np.ones(int(hit.sum()), dtype=np.int64)
                found.append(
                    np.stack(
                        [
                            a[hit],
                            h * same,
                            b[hit],
                            k * same,
                            near.mm[rows][hit],
                            required[hit],
                            near.measured[rows][hit].astype(np.int64),
                        ]
                    )
                )
        return np.concatenate(found, axis=1)

    def _locate(self, table: pd.DataFrame, id_column: str) -> Things:
        lon = pd.to_numeric(table["lon"]).to_numpy(dtype=np.float64, na_value=np.nan)
        lat = pd.to_numeric(table["lat"]).to_numpy(dtype=np.float64, na_value=np.nan)
        known = np.isfinite(lon) & np.isfinite(lat)
        x, y = np.full(len(lon), np.nan), np.full(len(lon), np.nan)
        x[known], y[known] = _projector(self.instance.scenario.space.crs).transform(
            lon[known], lat[known]
        )
        return Things(table[id_column].to_numpy(dtype=object), lon, lat, x, y)

    def _length_mm(self, a: Things, b: Things) -> Ints:
        metres = np.hypot(a.x - b.x, a.y - b.y)
        if self._geodesic:
            known = ~np.isnan(metres)
            _, _, along = _ellipsoid().inv(a.lon[known], a.lat[known], b.lon[known], b.lat[known])
            metres[known] = along
        millimetres = np.full(len(metres), FAR, dtype=np.int64)
        known = ~np.isnan(metres)
        millimetres[known] = np.rint(metres[known] * 1000).astype(np.int64)
        return millimetres

    def _close_rows(self, left: Things, right: Things, reach_mm: int) -> tuple[Ints, Ints]:
        """Return all pairs that may be near enough, tested one against one."""
        reach = (reach_mm * (_SLACK if self._geodesic else 1) + 1) / 1000
        found_i, found_j = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
        for start in range(0, len(left.id), _CHUNK):
            rows = slice(start, start + _CHUNK)
            metres = np.hypot(
                left.x[rows, None] - right.x[None, :], left.y[rows, None] - right.y[None, :]
            )
            i, j = np.nonzero(metres <= reach)
            found_i.append(i + start)
            found_j.append(j)
        return np.concatenate(found_i), np.concatenate(found_j)

    def _measured_rows(self, left: Things, right: Things) -> tuple[Ints, Ints]:
        row_left = {name: row for row, name in enumerate(left.id)}
        row_right = {name: row for row, name in enumerate(right.id)}
        pairs = [
            (row_left[a], row_right[b])
            for a, b in self.measured
            if a in row_left and b in row_right
        ]
        rows = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        return rows[:, 0], rows[:, 1]


def pair_text(distance_mm: int, required_mm: int, measured: bool) -> dict[str, Any]:
    """Return the parameters that tell about two lengths."""
    return {
        "distance_m": distance_mm / 1000,
        "required_m": required_mm / 1000,
        "how": "measured" if measured else "computed",
    }


@lru_cache(maxsize=8)
def _projector(crs: str) -> Transformer:
    return Transformer.from_crs(STORED, crs, always_xy=True)


@lru_cache(maxsize=1)
def _ellipsoid() -> Geod:
    ellipsoid = CRS.from_user_input(STORED).get_geod()
    if ellipsoid is None:  # pragma: no cover - the system has an ellipsoid
        raise ValueError(STORED)
    return ellipsoid
