"""Outlines of areas: polygons of a layer, or well-known text in a column."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from allocation.geo import coordinates
from allocation.read.findings import Finding, Notice
from allocation.read.points import CHINA
from allocation.read.raw import Bools, whole_file
from allocation.read.systems import PLAIN_DEGREES, CrsRule, Located, conversion_notices

if TYPE_CHECKING:
    from allocation.read.typed import Draft

Shapes = NDArray[np.object_]

_AREAS = ("Polygon", "MultiPolygon")


def outline(draft: Draft, rule: CrsRule) -> Located:
    """Check the outlines of a table and convert them to EPSG:4490 degrees.

    An outline that crosses itself is repaired where what is left is an area.
    """
    crs = rule.of(draft)
    if isinstance(crs, Finding):
        return Located(draft, "", (crs,))
    shapes, unreadable = _shapes(draft)
    given = np.array([shape is not None for shape in shapes], dtype=bool)
    crossed = given & ~shapely.is_valid(shapes)
    shapes[crossed] = [_areas_of(shapely.make_valid(shape)) for shape in shapes[crossed]]
    wrong = unreadable | (given & ~_is_area(shapes))
    shapes[wrong] = None
    findings = _row_findings(draft, wrong, "geometry_not_area")
    shapes = shapely.transform(shapes, lambda xy: _converted(xy, crs))
    outside = _is_outside(shapes)
    findings += _row_findings(draft, outside, "geometry_outside", crs=crs)
    notices = conversion_notices(draft, crs, int(given.sum()))
    n_repaired = int((crossed & ~wrong).sum())
    if n_repaired:
        notices += (Notice("outlines_repaired", {"table": draft.name, "n": n_repaired}),)
    frame = draft.frame.assign(geometry=gpd.GeoSeries(shapes, crs=coordinates.STORED))
    return Located(draft.with_frame(frame), crs, tuple(findings), notices)


def _shapes(draft: Draft) -> tuple[Shapes, Bools]:
    """Return the geometries as the file has them, and the rows with unreadable text."""
    if draft.raw.geometry is not None:
        here = draft.raw.geometry.to_numpy()[draft.index].astype(object)
        return here, np.zeros(len(here), dtype=bool)
    texts = draft.frame["geometry"].to_numpy(dtype=object)
    written = np.array([isinstance(text, str) for text in texts], dtype=bool)
    shapes = np.full(len(texts), None, dtype=object)
    shapes[written] = shapely.from_wkt(texts[written], on_invalid="ignore")
    unreadable = written & np.array([shape is None for shape in shapes], dtype=bool)
    return shapes, unreadable


def _areas_of(shape: Any) -> Any:
    """Keep the areas of a repaired outline; stray lines and points are no part of it."""
    areas = [part for part in shapely.get_parts(shape) if part.geom_type in _AREAS]
    return shapely.union_all(areas) if areas else shape


def _is_area(shapes: Shapes) -> Bools:
    return np.array(
        [s is not None and s.geom_type in _AREAS and not s.is_empty for s in shapes], dtype=bool
    )


def _converted(points: NDArray[np.float64], crs: str) -> NDArray[np.float64]:
    lon, lat = coordinates.to_stored(points[:, 0], points[:, 1], crs)
    converted = np.column_stack([lon, lat])
    return converted if crs in PLAIN_DEGREES else np.round(converted, 9)


def _is_outside(shapes: Shapes) -> Bools:
    west, south, east, north = CHINA
    sides = shapely.bounds(shapes)
    with np.errstate(invalid="ignore"):
        outside: Bools = ((sides[:, 0] < west) | (sides[:, 1] < south) | (sides[:, 2] > east)) | (
            sides[:, 3] > north
        )
    return outside


def _row_findings(draft: Draft, where: Bools, code: str, **params: object) -> list[Finding]:
    whole = whole_file(draft.raw.table, draft.raw.origin, code, **params)
    rows = draft.rows
    return [replace(whole, row=int(rows[i])) for i in np.flatnonzero(where)]
