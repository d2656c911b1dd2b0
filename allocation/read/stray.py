"""Points that lie outside the city: beyond the bounds, or beyond the districts' outlines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from allocation.read.points import CHINA

if TYPE_CHECKING:
    from collections.abc import Mapping

    from allocation.geo.metric import Metric
    from allocation.read.points import Box
    from allocation.read.raw import Bools
    from allocation.read.typed import Draft

MARGIN_M = 1000.0
"""How far beyond the outlines a point still counts as inside.

Outlines are handed out simplified; a house at the border or a pier lies outside of them.
"""

COLUMNS = ("table", "row", "id", "name", "lon", "lat", "beyond_m")

Floats = NDArray[np.float64]


def stray_points(drafts: Mapping[str, Draft], box: Box | None, metric: Metric) -> pd.DataFrame:
    """List the points outside the city.

    Parameters
    ----------
    box
        West, south, east, north of the city; ``None`` for no check.
    metric
        How distances are measured.

    Returns
    -------
    One row per point: ``table``, ``row`` in the file, ``id``, ``name`` (empty for people),
    ``lon`` and ``lat`` in EPSG:4490, and ``beyond_m``, metres from the nearest district,
    missing where no outlines are given.
    """
    city = _city(drafts, metric)
    parts = [
        _strays(draft, box, city, metric) for draft in drafts.values() if draft.raw.table.has_points
    ]
    parts = [part for part in parts if len(part)]
    if not parts:
        return pd.DataFrame(columns=list(COLUMNS))
    return pd.concat(parts, ignore_index=True)


def _city(drafts: Mapping[str, Draft], metric: Metric) -> shapely.Geometry | None:
    """Join the districts' outlines, in metres; ``None`` where there are none."""
    if "districts" not in drafts:
        return None
    shapes = [
        shape
        for shape in drafts["districts"].frame["geometry"]
        if shape is not None and _within(CHINA, *shapely.get_coordinates(shape).T).all()
    ]
    if not shapes:
        return None
    city = shapely.transform(shapely.union_all(shapes), lambda xy: _metres(xy, metric))
    shapely.prepare(city)
    return city


def _within(box: Box, lon: Floats, lat: Floats) -> Bools:
    """Tell which points lie in a box; unknown ones do not."""
    west, south, east, north = box
    with np.errstate(invalid="ignore"):
        inside: Bools = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    return inside


def _metres(degrees: Floats, metric: Metric) -> Floats:
    points = metric.locate(degrees[:, 0], degrees[:, 1])
    return np.column_stack([points.x, points.y])


def _strays(
    draft: Draft, box: Box | None, city: shapely.Geometry | None, metric: Metric
) -> pd.DataFrame:
    lon = draft.frame["lon"].to_numpy(dtype=float)
    lat = draft.frame["lat"].to_numpy(dtype=float)
    known = np.isfinite(lon) & np.isfinite(lat)
    # What is nowhere near cannot be projected, and needs no measuring.
    near = _within(CHINA, lon, lat)
    outside = known & ~(near if box is None else near & _within(box, lon, lat))
    beyond = np.full(len(lon), np.nan)
    if city is not None:
        beyond[near] = _beyond(lon[near], lat[near], city, metric)
        with np.errstate(invalid="ignore"):
            outside |= beyond > MARGIN_M
    at = np.flatnonzero(outside)
    key = draft.raw.table.key[-1]
    names = draft.frame["name"] if draft.name != "applicants" else pd.Series([""] * len(lon))
    return pd.DataFrame(
        {
            "table": draft.name,
            "row": draft.rows[at],
            "id": draft.frame[key].iloc[at].fillna("").to_numpy(),
            "name": names.iloc[at].fillna("").to_numpy(),
            "lon": lon[at],
            "lat": lat[at],
            "beyond_m": beyond[at],
        }
    )


def _beyond(lon: Floats, lat: Floats, city: shapely.Geometry, metric: Metric) -> Floats:
    """Metres from the city, 0 within it."""
    here = metric.locate(lon, lat)
    beyond = np.zeros(len(lon))
    off = ~shapely.contains_xy(city, here.x, here.y)
    beyond[off] = shapely.distance(city, shapely.points(here.x[off], here.y[off]))
    return beyond
