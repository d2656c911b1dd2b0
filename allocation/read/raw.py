"""A table as a file has it: headers and cells as text, with the rows they stand in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from allocation.read.findings import Finding
from allocation.tables import Table, token

if TYPE_CHECKING:
    import geopandas as gpd

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

# Blanks of every width, and signs that show nothing at all.
_BLANKS = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
    "\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
)
_TITLE_ROWS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Origin:
    """Where a table comes from.

    Attributes
    ----------
    file
        File name without its folder.
    sheet
        Sheet of a workbook or layer of a GeoPackage, else empty.
    sha256
        Of the whole file.
    """

    file: str
    sheet: str
    sha256: str


@dataclass(frozen=True, slots=True, eq=False)
class RawTable:
    """A table as a file has it.

    Attributes
    ----------
    headers
        As in the file, trimmed; empty for a column without one.
    cells
        One column of trimmed text for each header, by position; null where empty.
        Blank rows are gone.
    rows
        Row in the file of each row of ``cells``; the first row of a file is 1.
    geometry
        Geometries of a GIS layer, by position, and their coordinate system.
    implied_crs
        The format, not the file, says the coordinate system (plain GeoJSON).
    header_row
        Row in the file of the header.
    odd_rows
        Rows of another length than the header, which are not among the cells: row in the
        file -> its cells.
    """

    table: Table
    origin: Origin
    headers: tuple[str, ...]
    cells: pd.DataFrame
    rows: Ints
    geometry: gpd.GeoSeries | None = None
    implied_crs: bool = False
    header_row: int = 1
    odd_rows: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What reading one source gave: a table, or nothing but findings."""

    raw: RawTable | None
    findings: tuple[Finding, ...] = ()


def trimmed(cells: pd.Series) -> pd.Series:
    """Take blanks and invisible signs off both ends; an empty cell becomes null."""
    texts = cells.str.strip(_BLANKS)
    return texts.mask(texts == "")


def from_grid(table: Table, origin: Origin, grid: pd.DataFrame, rows: Ints) -> Reading:
    """Find the header in a grid of text and cut the table out of it.

    A title above the header, as offices like to put there, is skipped: the header is
    the first of the topmost rows with two known headers, else the first with one.

    Parameters
    ----------
    grid
        Text of every cell, blank rows included, columns by position.
    rows
        Row in the file of each row of the grid.
    """
    cells = pd.DataFrame({position: trimmed(grid[position]) for position in grid.columns})
    filled = np.zeros(len(cells), dtype=bool)
    for position in cells.columns:
        filled |= cells[position].notna().to_numpy()
    cells, rows = cells[filled].reset_index(drop=True), rows[filled]
    if cells.empty:
        return Reading(None, (whole_file(table, origin, "no_header"),))
    top = [list(cells.iloc[i].fillna("")) for i in range(min(_TITLE_ROWS, len(cells)))]
    known = [sum(token(text) in table.by_header for text in row) for row in top]
    enough = min(2, max(known))
    if not enough:
        return Reading(None, (whole_file(table, origin, "no_header"),))
    start = next(i for i, n in enumerate(known) if n >= enough)
    body = cells.iloc[start + 1 :].reset_index(drop=True)
    # A column without header and without a single cell is an accident of the file.
    keep = [i for i, name in enumerate(top[start]) if name or body[i].notna().any()]
    headers = tuple(str(top[start][i]) for i in keep)
    body = body[keep].set_axis(range(len(keep)), axis="columns")
    header_row = int(rows[start])
    return Reading(RawTable(table, origin, headers, body, rows[start + 1 :], header_row=header_row))


def whole_file(table: Table, origin: Origin, code: str, **params: object) -> Finding:
    """Make a finding about a whole file or sheet."""
    return Finding(code, table.name, origin.file, origin.sheet, params=params)
