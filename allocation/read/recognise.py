"""Which table a file is, by its headers, where its name does not say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError
from python_calamine import CalamineError, CalamineWorkbook

from allocation import tables
from allocation.read.datasets import LAYERS, dataset_of
from allocation.read.encodings import decode
from allocation.read.sources import is_workbook, table_named
from allocation.read.workbooks import only_sheet, open_workbook
from allocation.tables import Table, token

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

_HEAD_BYTES = 65_536
_HEAD_ROWS = 8
_LEAST_HEADERS = 2


def recognise_table(path: Path) -> Table | None:
    """Find the one table whose headers a file bears; ``None`` where it is not clear.

    A workbook whose sheets are named after tables is none by itself.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if is_workbook(path.suffix, head):
        rows = _rows_of_workbook(path)
    elif path.suffix.casefold() in LAYERS:
        rows = _fields_of_layer(path)
    else:
        rows = _rows_of_text(head)
    found = {table.name: table for row in rows if (table := _table_with(row)) is not None}
    return next(iter(found.values())) if len(found) == 1 else None


def _table_with(headers: Sequence[object]) -> Table | None:
    """Find the table that knows most of some headers and lacks no column it needs."""
    known: dict[str, int] = {}
    written = [token(str(header)) for header in headers]
    for table in tables.INPUT_TABLES.values():
        columns = {table.by_header[header] for header in written if header in table.by_header}
        needed = {column.name for column in table.columns if column.required}
        if len(columns) >= _LEAST_HEADERS and needed <= columns:
            known[table.name] = len(columns)
    best = [name for name, n in known.items() if n == max(known.values())]
    return tables.INPUT_TABLES[best[0]] if len(best) == 1 else None


def _rows_of_text(head: bytes) -> Iterable[Sequence[object]]:
    # A cut in the middle of a character would spoil the encoding.
    whole = head if len(head) < _HEAD_BYTES else head[: head.rfind(b"\n") + 1]
    decoded = decode(whole)
    lines = [] if decoded is None else decoded.text.split("\n", _HEAD_ROWS)[:_HEAD_ROWS]
    return [
        [cell.strip(' "\r') for cell in line.split(max(",\t;", key=line.count))] for line in lines
    ]


def _rows_of_workbook(path: Path) -> Iterable[Sequence[object]]:
    workbook = open_workbook(path)
    if not isinstance(workbook, CalamineWorkbook) or any(map(table_named, workbook.sheet_names)):
        return []
    sheet = only_sheet(workbook)
    try:
        return (
            [] if sheet is None else workbook.get_sheet_by_name(sheet).to_python(nrows=_HEAD_ROWS)
        )
    except CalamineError:
        return []


def _fields_of_layer(path: Path) -> Iterable[Sequence[object]]:
    try:
        return [list(pyogrio.read_info(dataset_of(path))["fields"])]
    except (DataLayerError, DataSourceError, ValueError):
        return []
