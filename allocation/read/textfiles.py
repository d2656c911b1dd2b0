"""CSV files: encoding, separator, rows that are too long or too short."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from allocation.read.encodings import decode
from allocation.read.findings import Finding
from allocation.read.raw import Origin, Reading, from_grid, whole_file

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from allocation.tables import Table

_SEPARATORS = ",\t;"


def read_csv(table: Table, path: Path, origin: Origin) -> Reading:
    """Read a CSV file as text, cell by cell."""
    decoded = decode(path.read_bytes())
    if decoded is None:
        return Reading(None, (whole_file(table, origin, "encoding_unknown"),))
    if not decoded.text.strip():
        return Reading(None, (whole_file(table, origin, "no_header"),))
    text = decoded.text.lstrip("\r\n")
    # Blank lines at the top are rows of the file all the same.
    n_blank = decoded.text[: -len(text)].count("\n")
    findings = [
        Finding("mixed_encoding", table.name, origin.file, row=line) for line in decoded.other_lines
    ]
    skipped: dict[int, int] = {}
    try:
        grid, width = _parse(text, skipped)
    except (pa.ArrowInvalid, csv.Error):
        return Reading(None, (*findings, whole_file(table, origin, "csv_damaged")))
    findings += [
        Finding(
            "row_length",
            table.name,
            origin.file,
            row=n_blank + row,
            params={"n_cells": n_cells, "n_headers": width},
        )
        for row, n_cells in skipped.items()
        if n_cells > 1 or width == 1
    ]
    rows = n_blank + np.setdiff1d(np.arange(1, len(grid) + len(skipped) + 1), list(skipped))
    reading = from_grid(table, origin, grid, rows)
    return Reading(reading.raw, (*findings, *reading.findings))


def _parse(text: str, skipped: dict[int, int]) -> tuple[pd.DataFrame, int]:
    """Parse a CSV text; rows of another length go to ``skipped`` (row -> cells)."""
    line = text[: text.find("\n") if "\n" in text else len(text)]
    separator = max(_SEPARATORS, key=line.count)
    width = len(next(csv.reader(io.StringIO(text, newline=""), delimiter=separator)))

    def skip(row: pacsv.InvalidRow) -> str:
        skipped[row.number] = row.actual_columns
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
