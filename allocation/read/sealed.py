"""The tables as read, frozen, and sealed in a folder: Parquet, equal bytes for equal content."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from allocation import tables
from allocation.canonical import read_json, write_json
from allocation.geo.coordinates import STORED
from allocation.messages import RunError
from allocation.read.findings import Notice

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from allocation.tables import Column

SOURCES = "sources.json"

_OWN = ("str", "Int64", "boolean")
"""Types of the columns a scenario may add to a table."""

_ARROW = {
    "str": pa.string(),
    "Int64": pa.int64(),
    "float64": pa.float64(),
    "boolean": pa.bool_(),
    "datetime64[ns]": pa.timestamp("ns"),
    "geometry": pa.binary(),
}


@dataclass(frozen=True, slots=True)
class Source:
    """A file, or a sheet of one, that a table was read from.

    Attributes
    ----------
    file
        File name without its folder.
    sha256
        Of the whole file.
    n_rows
        Rows as in the file, without header and blank rows.
    crs
        Coordinate system the positions were in; empty for a table without any.
    """

    table: str
    file: str
    sha256: str
    n_rows: int
    crs: str
    sheet: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """All input tables: canonical columns, canonical order, positions in EPSG:4490.

    A table can be reached as an attribute (``tables.applicants``); one that was not
    given has all its columns and no rows; columns that the scenario adds come after those
    of the schema.  Frames are sorted by the table's key, so
    that the order of rows in a file never matters, and have a RangeIndex.

    Attributes
    ----------
    frames
        Table name -> frame.
    sources
        Where the tables come from, in the order of ``frames``.
    notices
        What reading noticed and a person should know.
    """

    frames: Mapping[str, pd.DataFrame]
    sources: tuple[Source, ...]
    notices: tuple[Notice, ...]

    def __getattr__(self, name: str) -> pd.DataFrame:
        """Return a table; changes to it do not reach the stored one."""
        if name.startswith("_") or name not in tables.INPUT_TABLES:
            raise AttributeError(name)
        return self.frames[name].copy(deep=False)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle without the read-only view of the frames."""
        return make_tables, (dict(self.frames), self.sources, self.notices)

    def save(self, folder: Path) -> None:
        """Write one Parquet file per table and ``sources.json`` into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, frame in self.frames.items():
            pq.write_table(_to_arrow(name, frame), folder / f"{name}.parquet", compression="zstd")
        content = {
            "sources": [asdict(source) for source in self.sources],
            "notices": [asdict(notice) for notice in self.notices],
        }
        write_json(folder / SOURCES, content)


def make_tables(
    frames: Mapping[str, pd.DataFrame], sources: tuple[Source, ...], notices: tuple[Notice, ...]
) -> Tables:
    """Bundle frames, adding an empty one for every table that is not there."""
    whole = {name: frames[name] if name in frames else _empty(name) for name in tables.INPUT_TABLES}
    return Tables(MappingProxyType(whole), sources, notices)


def load_sealed_tables(folder: Path) -> Tables:
    """Read back what :meth:`Tables.save` wrote, columns added since then as null.

    Raises
    ------
    RunError
        ``sealed_tables_damaged`` when a file is missing or cannot be read.
    """
    try:
        content = read_json(folder / SOURCES)
        frames = {
            name: _from_arrow(name, pq.read_table(folder / f"{name}.parquet"))
            for name in tables.INPUT_TABLES
        }
        sources = tuple(Source(**source) for source in content["sources"])
        notices = tuple(Notice(**notice) for notice in content["notices"])
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException):
        raise RunError("sealed_tables_damaged", folder=folder.name) from None
    return Tables(MappingProxyType(frames), sources, notices)


def _empty(name: str) -> pd.DataFrame:
    return _with_geometry(name, tables.empty_frame(name))


def _with_geometry(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    if "geometry" not in tables.table_of(name).by_name:
        return frame
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=STORED)


def _to_arrow(name: str, frame: pd.DataFrame) -> pa.Table:
    """Turn a frame into an Arrow table that says nothing about pandas or its version."""
    schema = tables.table_of(name)
    known = {column.name: _arrow_column(column, frame[column.name]) for column in schema.columns}
    types = {column: str(frame[column].dtype) for column in frame.columns if column not in known}
    own = {
        column: pa.array(frame[column], type=_ARROW[dtype], from_pandas=True)
        for column, dtype in types.items()
        if dtype in _OWN
    }
    return pa.table({**known, **own})


def _arrow_column(column: Column, values: pd.Series) -> pa.Array:
    kind = _ARROW[column.dtype]
    if column.type == "geometry":
        return pa.array(shapely.to_wkb(values.to_numpy(dtype=object)), type=kind)
    return pa.array(values, type=kind, from_pandas=True)


def _from_arrow(name: str, table: pa.Table) -> pd.DataFrame:
    schema = tables.table_of(name)
    # Column by column: the whole table at once would be in memory twice.
    series = {column.name: _series(column, table) for column in schema.columns}
    for field in table.schema:
        dtype = next((own for own in _OWN if _ARROW[own] == field.type), None)
        if field.name not in series and dtype is not None:
            series[field.name] = pd.Series(table[field.name].to_pandas(), dtype=dtype)
    return _with_geometry(name, pd.DataFrame(series, copy=False))


def _series(column: Column, table: pa.Table) -> pd.Series:
    if column.type == "geometry":
        return gpd.GeoSeries(shapely.from_wkb(table[column.name].to_numpy()), crs=STORED)
    if column.name not in table.column_names:
        # Sealed before the column was added: nobody stated it.
        return pd.Series(pd.NA, index=range(table.num_rows), dtype=column.dtype)
    series: pd.Series = pd.Series(table[column.name].to_pandas(), dtype=column.dtype)
    return series
