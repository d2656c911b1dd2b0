"""Areas around points: who lives nearest to which point, within an outline.

Townships come as points without borders.  Cutting an outline into the parts that are
nearest to each point (Voronoi, or Thiessen, polygons) gives every point an area that a
map can colour.  Such an area is a sketch and never an administrative border.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from allocation.geo.metric import Bools, Floats, Ints

    Shapes = NDArray[np.object_]


def nearest_areas(x: Floats, y: Floats, outline: Any) -> Shapes:
    """Cut an outline into the areas nearest to each point.

    Parameters
    ----------
    x, y
        Positions in metres, in the system of the outline; all known.
    outline
        Polygon or multipolygon.

    Returns
    -------
    Shapes
        One area per point, together the whole outline without overlap; ``None`` for a
        point nothing of the outline is nearest to, and for all but the first of equal
        points.
    """
    areas = np.full(len(x), None, dtype=object)
    if not len(x):
        return areas
    # Whole millimetres: points closer than that are one point to GEOS as well.
    _, first = np.unique(np.round(np.column_stack([x, y]), 3), axis=0, return_index=True)
    first = np.sort(first)
    if len(first) == 1:
        areas[first] = outline
        return areas
    points = shapely.multipoints(np.column_stack([x[first], y[first]]))
    cells = shapely.voronoi_polygons(points, extend_to=outline, ordered=True)
    parts = shapely.intersection(shapely.get_parts(cells), outline)
    areas[first] = [_surface(part) for part in parts]
    return areas


def areas_by_outline(x: Floats, y: Floats, outline_of: Ints, outlines: Shapes) -> Shapes:
    """Give every point its area within the outline it belongs to.

    Parameters
    ----------
    outline_of
        Row of ``outlines`` per point, -1 for none.
    """
    areas = np.full(len(x), None, dtype=object)
    known = np.isfinite(x) & np.isfinite(y)
    for row, outline in enumerate(outlines):
        here: Bools = known & (outline_of == row)
        if outline is not None:
            areas[here] = nearest_areas(x[here], y[here], outline)
    return areas


def _surface(shape: Any) -> Any:
    """Keep what has a surface; a cell may touch an outline in a mere line or point."""
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else shapely.multipolygons(parts)
