"""Metres: how far apart two points are, decided once for a whole run.

Coordinates are stored as degrees in EPSG:4490.  They are measured either in the
city's projected zone (planar metres) or along the ellipsoid (geodesic).  Which one
is the scenario's to say, once; everything that measures takes a :class:`Metric`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS, Geod, Transformer
from pyproj.exceptions import CRSError

from allocation.geo.coordinates import STORED
from allocation.messages import ScenarioError

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Strings = NDArray[np.object_]

Method = Literal["projected", "geodesic"]


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Points as degrees and as projected metres, shape (n,) each; NaN where unknown.

    Attributes
    ----------
    lon, lat
        Degrees in EPSG:4490.
    x, y
        Easting and northing in metres in the projected zone.
    """

    lon: Floats
    lat: Floats
    x: Floats
    y: Floats

    def __len__(self) -> int:
        return len(self.lon)

    @property
    def known(self) -> Bools:
        """Which points have coordinates."""
        known: Bools = ~np.isnan(self.x)
        return known

    def take(self, rows: Ints | Bools) -> Points:
        """Points of the given rows; row -1 is an unknown point."""
        if rows.dtype == np.bool_:
            return Points(self.lon[rows], self.lat[rows], self.x[rows], self.y[rows])
        columns = (np.append(column, np.nan)[rows] for column in self._columns())
        return Points(*columns)

    def fill(self, other: Points) -> Points:
        """Points of this set, and those of ``other`` where this one knows none."""
        known = self.known
        columns = (
            np.where(known, mine, theirs)
            for mine, theirs in zip(self._columns(), other._columns(), strict=True)
        )
        return Points(*columns)

    def _columns(self) -> tuple[Floats, Floats, Floats, Floats]:
        return self.lon, self.lat, self.x, self.y


@dataclass(frozen=True, slots=True)
class Metric:
    """The one way distances are measured in a run.

    Parameters
    ----------
    crs
        Projected zone in metres, for example ``EPSG:4549``.
    method
        ``projected`` (planar distance in the zone) or ``geodesic`` (on the CGCS2000
        ellipsoid).

    Raises
    ------
    ScenarioError
        ``space_crs_not_metric`` when the zone is unknown, not projected or not in
        metres: degrees are never taken for metres.
    """

    crs: str
    method: Method = "projected"

    def __post_init__(self) -> None:
        if not _is_metric(self.crs):
            raise ScenarioError("space_crs_not_metric", crs=self.crs)

    def locate(self, lon: ArrayLike, lat: ArrayLike) -> Points:
        """Project degrees; a point with either coordinate missing is unknown."""
        lon = np.array(lon, dtype=np.float64)
        lat = np.array(lat, dtype=np.float64)
        known = np.isfinite(lon) & np.isfinite(lat)
        lon[~known] = lat[~known] = np.nan
        x, y = np.full_like(lon, np.nan), np.full_like(lat, np.nan)
        if known.any():
            x[known], y[known] = _projector(self.crs).transform(
                lon[known], lat[known], errcheck=True
            )
        return Points(lon, lat, x, y)

    def lengths_m(self, a: Points, b: Points) -> Floats:
        """Metres between the points of equal rows; NaN where one is unknown."""
        if self.method == "projected":
            metres: Floats = np.hypot(a.x - b.x, a.y - b.y)
            return metres
        metres = np.full(len(a), np.nan)
        both = a.known & b.known
        if both.any():
            _, _, metres[both] = _ellipsoid().inv(
                a.lon[both], a.lat[both], b.lon[both], b.lat[both]
            )
        return metres

    def search_space(self, points: Points) -> Floats:
        """Coordinates whose straight-line distance never exceeds :meth:`lengths_m`.

        Planar metres, or, for geodesics, geocentric metres: a chord is never longer
        than the way along the surface.  So a search by these coordinates finds every
        pair within a radius, and an exact test then drops the few too many.
        """
        if self.method == "projected":
            return np.column_stack([points.x, points.y])
        geocentric = _geocentric().transform(points.lon, points.lat, np.zeros(len(points)))
        return np.column_stack(geocentric)


def length_mm(metres: ArrayLike) -> Ints:
    """Round metres to whole millimetres, the unit in which distances are compared.

    Coordinates carry noise far below a millimetre; rounding first keeps a distance of
    exactly 300 m from being refused as 299.9999999 m.
    """
    millimetres: Ints = np.rint(np.asarray(metres, dtype=np.float64) * 1000).astype(np.int64)
    return millimetres


@lru_cache(maxsize=16)
def _is_metric(crs: str) -> bool:
    try:
        system = CRS.from_user_input(crs)
    except CRSError:
        return False
    return system.is_projected and all(axis.unit_name == "metre" for axis in system.axis_info)


@lru_cache(maxsize=16)
def _projector(crs: str) -> Transformer:
    # EPSG orders the axes of these zones north, east: always_xy keeps east first.
    return Transformer.from_crs(STORED, crs, always_xy=True)


@lru_cache(maxsize=1)
def _geocentric() -> Transformer:
    return Transformer.from_pipeline(
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad"
        " +step +proj=cart +ellps=GRS80"
    )


@lru_cache(maxsize=1)
def _ellipsoid() -> Geod:
    ellipsoid = CRS.from_user_input(STORED).get_geod()
    if ellipsoid is None:  # pragma: no cover - EPSG:4490 has an ellipsoid
        raise ScenarioError("space_crs_not_metric", crs=STORED)
    return ellipsoid
