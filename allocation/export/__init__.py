"""Exports of a run: workbook, CSV, GeoPackage and GeoJSON, and the list for publication."""

from __future__ import annotations

from allocation.export.comparison import comparison_workbook, write_comparison
from allocation.export.delimited import write_csv
from allocation.export.gis import write_geojson, write_gpkg
from allocation.export.public import write_public_csv, write_public_xlsx
from allocation.export.workbook import write_xlsx

__all__ = [
    "comparison_workbook",
    "write_comparison",
    "write_csv",
    "write_geojson",
    "write_gpkg",
    "write_public_csv",
    "write_public_xlsx",
    "write_xlsx",
]
