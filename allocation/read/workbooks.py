"""Workbooks: sheets as text, with numbers and dates written the way people write them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import zip_longest
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from allocation.read import packed
from allocation.read.raw import Origin, Reading, from_grid, whole_file
from allocation.tables import Table

if TYPE_CHECKING:
    from pathlib import Path

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
"""Endings of the files that can be read as workbooks."""

ZIP_MARK, OLE_MARK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""First bytes of a workbook: XLSX and ODS, XLS and workbooks with a password."""

# Spreadsheets keep fifteen digits; a longer number has lost its end already.
_MOST_DIGITS = 1e15


def open_workbook(path: Path) -> CalamineWorkbook | str:
    """Open a workbook, or return the code of the finding that says why not."""
    try:
        with path.open("rb") as file:
            is_packed = file.read(len(ZIP_MARK)) == ZIP_MARK
        if is_packed and (fault := packed.fault_of(path)) is not None:
            return fault
        return CalamineWorkbook.from_path(str(path))
    except PasswordError:
        return "file_encrypted"
    except (CalamineError, OSError):
        return "file_damaged"


def only_sheet(workbook: CalamineWorkbook) -> str | None:
    """Find the only sheet of a workbook that holds anything."""
    filled = [name for name in workbook.sheet_names if _is_filled(workbook, name)]
    return filled[0] if len(filled) == 1 else None


def _is_filled(workbook: CalamineWorkbook, sheet: str) -> bool:
    """Tell whether a sheet holds anything; one that cannot be read does, and is named later."""
    try:
        return bool(workbook.get_sheet_by_name(sheet).total_height)
    except CalamineError:
        return True


def read_sheet(table: Table, workbook: CalamineWorkbook, sheet: str, origin: Origin) -> Reading:
    """Read one sheet as text, cell by cell."""
    try:
        cells = workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    except CalamineError:
        return Reading(None, (whole_file(table, origin, "file_damaged"),))
    columns = [
        pd.Series([value if type(value) is str else cell_text(value) for value in column])
        for column in zip_longest(*cells, fillvalue="")
    ]
    grid = pd.DataFrame(dict(enumerate(columns)), index=range(len(cells)), dtype="str")
    return from_grid(table, origin, grid, np.arange(1, len(cells) + 1))


def cell_text(value: object) -> str:
    """Write a cell of a workbook or of a GIS layer the way a person would type it."""
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (float, np.floating)):
        return _number_text(float(value))
    if isinstance(value, datetime):
        return "" if pd.isna(value) else _moment_text(value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    return "" if value is None or value is pd.NaT or value is pd.NA else str(value)


def _number_text(value: float) -> str:
    if value != value:
        return ""
    if abs(value) >= _MOST_DIGITS:
        return f"{value:.14E}"
    return str(int(value)) if value.is_integer() else repr(value)


def _moment_text(value: datetime) -> str:
    # A spreadsheet keeps a time as a fraction of a day: 09:30:15 may come back as
    # 09:30:14.999999.
    moment = value.replace(microsecond=0)
    if value.microsecond >= 999_000:
        moment += timedelta(seconds=1)
    elif value.microsecond > 1_000:
        moment = value
    return moment.isoformat(sep=" ")
