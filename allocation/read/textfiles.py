"""CSV files: encoding, separator, rows that are too long or too short."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from allocation.read.encodings import decode
from allocation.read.findings import Finding
from allocation.read.raw import Origin, Reading, from_grid, whole_file
from allocation.tables import token

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from allocation.tables import Table

_SEPARATORS = ",\t;"
_TOP_LINES = 8


def read_csv(table: Table, path: Path, origin: Origin) -> Reading:
    """Read a CSV file as text, cell by cell."""
    decoded = decode(path.read_bytes())
    if decoded is None:
        return Reading(None, (whole_file(table, origin, "encoding_unknown"),))
    if not decoded.text.strip():
        return Reading(None, (whole_file(table, origin, "no_header"),))
    above, text, separator = _start(table, decoded.text)
    findings = [
        Finding("mixed_encoding", table.name, origin.file, row=line) for line in decoded.other_lines
    ]
    skipped: dict[int, tuple[str, ...]] = {}
    try:
        grid, width = _parse(text, separator, skipped)
    except (pa.ArrowInvalid, csv.Error):
        return Reading(None, (*findings, whole_file(table, origin, "csv_damaged")))
    findings += [
        Finding(
            "row_length",
            table.name,
            origin.file,
            row=above + row,
            params={"n_cells": len(cells), "n_headers": width},
        )
        for row, cells in skipped.items()
        if cells
    ]
    is_row = np.ones(len(grid) + len(skipped), dtype=bool)
    is_row[np.array(list(skipped), dtype=np.int64) - 1] = False
    rows = above + 1 + np.flatnonzero(is_row)
    reading = from_grid(table, origin, grid, rows)
    odd = {above + row: cells for row, cells in skipped.items() if cells}
    raw = None if reading.raw is None else replace(reading.raw, odd_rows=odd)
    return Reading(raw, (*findings, *reading.findings))


def _start(table: Table, text: str) -> tuple[int, str, str]:
    """Return the number of lines above the header, the text from there, the separator.

    Blank lines and titles stand above a header; without a known header the first line
    that is not blank counts as one, and is found wanting later.
    """
    lines = text.split("\n", _TOP_LINES)[:_TOP_LINES]
    filled = [i for i, line in enumerate(lines) if line.strip()]
    best, n_best = filled[0] if filled else 0, 0
    for i in filled:
        cells = lines[i].split(max(_SEPARATORS, key=lines[i].count))
        n_known = sum(token(cell.strip(' "\r')) in table.by_header for cell in cells)
        if min(n_known, 2) > n_best:
            best, n_best = i, min(n_known, 2)
    rest = text.split("\n", best)[best]
    return best, rest, max(_SEPARATORS, key=lines[best].count)


def _parse(
    text: str, separator: str, skipped: dict[int, tuple[str, ...]]
) -> tuple[pd.DataFrame, int]:
    """Parse a CSV text; rows of another length go to ``skipped``, blank ones without cells."""
    width = len(next(csv.reader(io.StringIO(text, newline=""), delimiter=separator)))

    def skip(row: pacsv.InvalidRow) -> str:
        skipped[row.number] = _cells(row.text, separator) if row.text.strip() else ()
        return "skip"

    data = text.encode("utf-8")
    parsed = pacsv.read_csv(
        pa.BufferReader(data),
        # One block and one thread: rows are numbered, and the numbers are right.
        read_options=pacsv.ReadOptions(
            use_threads=False, autogenerate_column_names=True, block_size=len(data) + 1
        ),
        parse_options=pacsv.ParseOptions(
            delimiter=separator,
            newlines_in_values=True,
            ignore_empty_lines=False,
            invalid_row_handler=skip,
        ),
        convert_options=pacsv.ConvertOptions(
            column_types={f"f{i}": pa.string() for i in range(width)}, strings_can_be_null=False
        ),
    )
    frame = parsed.to_pandas()
    return frame.set_axis(range(frame.shape[1]), axis="columns").astype("str"), width


def _cells(line: str, separator: str) -> tuple[str, ...]:
    """Split one row by itself."""
    return tuple(next(csv.reader(io.StringIO(line, newline=""), delimiter=separator)))
