"""Exports of a run: workbook, CSV, GeoPackage and GeoJSON."""

from __future__ import annotations

from allocation.export.delimited import write_csv
from allocation.export.gis import write_geojson, write_gpkg
from allocation.export.workbook import write_xlsx

__all__ = ["write_csv", "write_geojson", "write_gpkg", "write_xlsx"]
