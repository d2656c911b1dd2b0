"""Layers for the planning bureau's GIS, in EPSG:4490: places, awards, conflicts.

No layer holds a home: an award is drawn at its place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from allocation.atlas import surroundings_of
from allocation.export.files import whole_file
from allocation.instance import HOLDER_CLASSES

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from allocation.runs import Run

CRS = "EPSG:4490"

_PLACE_COLUMNS = [
    "place_id",
    "kind",
    "name",
    "district",
    "township",
    "zone",
    "venue_id",
    "capacity",
    "is_candidate",
]
_AWARD_COLUMNS = [
    "applicant_id",
    "place_id",
    "kind",
    "name",
    "district",
    "township",
    "stage",
    "preference_rank",
    "draw_number",
]


def write_gpkg(run: Run, path: Path) -> None:
    """Write the layers ``places``, ``awards`` and ``conflicts`` into one GeoPackage."""
    layers = {
        "places": place_layer(run),
        "awards": award_layer(run),
        "conflicts": conflict_layer(run),
    }
    with whole_file(path) as fresh:
        for name, layer in layers.items():
            layer.to_file(fresh, layer=name, driver="GPKG", engine="pyogrio", index=False)


def write_geojson(run: Run, path: Path) -> None:
    """Write the places with their numbers of awards as one GeoJSON file.

    Places without coordinates are left out: a map cannot show them.
    """
    layer = place_layer(run)
    with whole_file(path) as fresh:
        layer[layer.geometry.notna()].to_file(
            fresh, driver="GeoJSON", engine="pyogrio", index=False, COORDINATE_PRECISION=6
        )


def place_layer(run: Run) -> gpd.GeoDataFrame:
    """Places with ``n_awards`` and ``is_open``, by id; a candidate opens by an award."""
    places = run.tables.places.sort_values("place_id", ignore_index=True)
    n_awards = places["place_id"].map(run.awards["place_id"].value_counts()).fillna(0)
    frame = places[_PLACE_COLUMNS].assign(n_awards=n_awards.astype("int64"))
    candidate = frame["is_candidate"].fillna(False).astype(bool)
    frame = frame.assign(
        capacity=frame["capacity"].astype("int64"),
        is_candidate=candidate,
        is_open=~candidate | (frame["n_awards"] > 0),
    )
    return gpd.GeoDataFrame(frame, geometry=_points(places), crs=CRS)


def award_layer(run: Run) -> gpd.GeoDataFrame:
    """Awards, each at its place."""
    places = run.tables.places.set_index("place_id")
    at_place = places.loc[list(run.awards["place_id"])].reset_index()
    frame = run.awards.assign(
        **{column: at_place[column] for column in ("name", "district", "township")}
    )
    return gpd.GeoDataFrame(frame[_AWARD_COLUMNS], geometry=_points(at_place), crs=CRS)


def conflict_layer(run: Run) -> gpd.GeoDataFrame:
    """Pairs of places that may not both be used, as lines with their two distances."""
    around = surroundings_of(run)
    conflicts, ids = around.conflicts, around.id
    classes = np.array(HOLDER_CLASSES, dtype=object)
    places = run.tables.places.set_index("place_id")
    start, end = (places.loc[list(ids[side])] for side in (conflicts.place_a, conflicts.place_b))
    lines = shapely.linestrings(
        np.stack([part[["lon", "lat"]].to_numpy(dtype=float) for part in (start, end)], axis=1)
    )
    return gpd.GeoDataFrame(
        {
            "place_id_a": ids[conflicts.place_a],
            "holder_a": classes[conflicts.class_a],
            "place_id_b": ids[conflicts.place_b],
            "holder_b": classes[conflicts.class_b],
            "distance_m": conflicts.distance_mm / 1000,
            "required_m": conflicts.required_mm / 1000,
            "measured": conflicts.measured,
        },
        geometry=lines,
        crs=CRS,
    )


def _points(frame: pd.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    """Points of the rows, None where a coordinate is missing."""
    lon, lat = (frame[column].to_numpy(dtype=float, na_value=np.nan) for column in ("lon", "lat"))
    points = np.full(len(frame), None, dtype=object)
    known = np.isfinite(lon) & np.isfinite(lat)
    points[known] = shapely.points(lon[known], lat[known])
    return points
