"""One hash per table that depends on what the table says alone.

A Parquet file depends on the version that wrote it and a CSV file on its writer, so
neither can be sealed.  The canonical text of a table is UTF-8 with a line feed after
every line; a line is a JSON array without blanks.  The first line names the columns
that hold anything, in alphabetical order; the rows follow in the order of their text.
Neither the order of rows or columns nor a column nobody filled makes a difference.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import shapely

from allocation import tables

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from allocation.read.sealed import Tables


@dataclass(frozen=True, slots=True)
class Digest:
    """SHA-256 of a canonical text, and how many rows it has."""

    sha256: str
    rows: int


def table_digests(read: Tables) -> Mapping[str, Digest]:
    """Hash the canonical text of every table."""
    return {name: rows_digest(_columns(name, frame)) for name, frame in read.frames.items()}


def canonical_text(name: str, frame: pd.DataFrame) -> str:
    """Write a table in its canonical form."""
    return "".join(f"{line}\n" for line in _lines(_columns(name, frame)))


def rows_digest(columns: Mapping[str, list[Any]]) -> Digest:
    """Hash rows given column by column, each value ready for JSON."""
    lines = _lines(columns)
    digest = sha256()
    for line in lines:
        digest.update(f"{line}\n".encode())
    return Digest(digest.hexdigest(), len(lines) - 1)


def _lines(columns: Mapping[str, list[Any]]) -> list[str]:
    named = {
        name: columns[name]
        for name in sorted(columns)
        if any(value is not None for value in columns[name])
    }
    rows = map(_line, zip(*named.values(), strict=True))
    # Texts in the order of their code points, which is that of their UTF-8 bytes.
    return [_line(tuple(named)), *sorted(rows)]


def _line(cells: tuple[Any, ...]) -> str:
    return json.dumps(cells, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _columns(name: str, frame: pd.DataFrame) -> dict[str, list[Any]]:
    schema = tables.table_of(name)
    cells = {column.name: _cells(column.type, frame[column.name]) for column in schema.columns}
    # A column that the scenario added holds texts, whole numbers or yes and no.
    own = [column for column in frame.columns if column not in schema.by_name]
    return {**cells, **{column: _cells("text", frame[column]) for column in own}}


def _cells(kind: str, values: pd.Series[Any]) -> list[Any]:
    """Turn a column into values of JSON, null where a cell is empty."""
    if kind == "geometry":
        # Byte order and dimension are named, so that no machine or version matters.
        shapes = values.to_numpy(dtype=object)
        written = shapely.to_wkb(shapes, hex=True, output_dimension=2, byte_order=1)
        return [None if shape is None else shape for shape in written.tolist()]
    cells = values.astype(object).where(values.notna(), None).tolist()
    if kind in ("date", "timestamp"):
        return [None if cell is None else cell.isoformat() for cell in cells]
    return cells
