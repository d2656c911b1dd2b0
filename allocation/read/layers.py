"""GeoPackage and GeoJSON: attributes as text, geometries with their coordinate system."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

from allocation.read.datasets import dataset_of
from allocation.read.raw import Origin, RawTable, Reading, trimmed, whole_file
from allocation.read.workbooks import cell_text
from allocation.tables import Table, token

if TYPE_CHECKING:
    from pathlib import Path


def read_layer(table: Table, path: Path, origin: Origin) -> Reading:
    """Read a layer: the one with the table's name, or the only one."""
    try:
        dataset = dataset_of(path)
        layers = [str(name) for name, _ in pyogrio.list_layers(dataset)]
        named = [name for name in layers if token(name) in table.names]
        if len(named) != 1 and len(layers) != 1:
            return Reading(None, (whole_file(table, origin, "sheet_unclear", sheets=layers),))
        layer = named[0] if len(named) == 1 else layers[0]
        frame = pyogrio.read_dataframe(dataset, layer=layer)
        implied = path.suffix.casefold() == ".geojson" and not _names_crs(path)
    except (DataLayerError, DataSourceError, FeatureError, ValueError, UnicodeDecodeError):
        return Reading(None, (whole_file(table, origin, "file_damaged"),))
    if path.suffix.casefold() == ".gpkg":
        origin = Origin(origin.file, layer, origin.sha256)
    geometry = frame.geometry if isinstance(frame, gpd.GeoDataFrame) else None
    attributes = frame.drop(columns="geometry", errors="ignore")
    cells = {
        position: trimmed(pd.Series(list(map(cell_text, attributes[name])), dtype="str"))
        for position, name in enumerate(attributes.columns)
    }
    raw = RawTable(
        table,
        origin,
        tuple(str(name).strip() for name in attributes.columns),
        pd.DataFrame(cells, index=range(len(frame))),
        # Counted like rows under a header.
        np.arange(2, len(frame) + 2),
        geometry,
        implied,
    )
    return Reading(raw)


def _names_crs(path: Path) -> bool:
    content = json.loads(path.read_text(encoding="utf-8-sig"))
    return isinstance(content, dict) and "crs" in content
