"""Name a GIS file to GDAL so that it is opened as what its ending says, and as nothing else.

GDAL goes by content, not by name.  Of its drivers some read a file that only points
elsewhere: an OGR virtual format or a stored command names any table of the machine or of
the network, and a virtual table inside a GeoPackage names any text file.  A file that a
planner was sent must not be able to do that.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pyogrio

if TYPE_CHECKING:
    from pathlib import Path

LAYERS = (".gpkg", ".geojson")
"""Endings of the files that are read as GIS layers."""

# Drivers that read text stop at the zero, so no other one makes anything of such a file.
_SQLITE_MARK = b"SQLite format 3\0"
_PLAIN_TABLE = re.compile(r"\s*CREATE\s+TABLE\b", re.IGNORECASE)
# The spatial index, the only virtual table of the standard.
_INDEX = re.compile(
    r"""\s*CREATE\s+VIRTUAL\s+TABLE\s+("[^"]+"|\[[^\]]+\]|\w+)\s+USING\s+rtree\s*\(""",
    re.IGNORECASE,
)

# Nothing is fetched over the network, whatever a file says.
pyogrio.set_gdal_config_options({"CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none"})


def dataset_of(path: Path) -> str:
    """Return the name by which GDAL opens a GeoPackage or a GeoJSON file.

    Raises
    ------
    ValueError
        If the file is not what its ending says, or its tables lie elsewhere.
    """
    if path.suffix.casefold() == ".geojson":
        # The prefix leaves no other driver a say; what is no GeoJSON cannot be opened.
        return f"GeoJSON:{path}"
    if not _is_whole_geopackage(path):
        raise ValueError("not a GeoPackage that holds its own tables")
    return str(path)


def _is_whole_geopackage(path: Path) -> bool:
    """Tell whether a file is an SQLite database whose tables all lie in it."""
    with path.open("rb") as file:
        if file.read(len(_SQLITE_MARK)) != _SQLITE_MARK:
            return False
    try:
        uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(uri, uri=True)) as database:
            made = database.execute("SELECT sql FROM sqlite_master WHERE type = 'table'")
            return all(_PLAIN_TABLE.match(sql) or _INDEX.match(sql) for (sql,) in made if sql)
    except sqlite3.Error:
        return False
