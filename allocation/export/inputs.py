"""Input tables as one workbook, the way the files have them: every cell as it was read."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
import shapely
import xlsxwriter

from allocation.export.files import whole_file
from allocation.export.sheets import HEADER, OPTIONS, SAMPLE, fitting_width
from allocation.messages import RunError
from allocation.read.findings import table_word
from allocation.read.sources import list_sources, read_sources
from allocation.tables import INPUT_TABLES, header, token

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from allocation.messages import Lang
    from allocation.read.raw import RawTable

KEPT = "workbook-kept.xlsx"
"""Name of the workbook of sheets taken over from another source."""

LONGEST_CELL = 32_767
"""Characters a cell of a workbook holds."""

STREAMED = {**OPTIONS, "constant_memory": True}
"""Options of a workbook written row by row, whatever its size."""

_DECIMALS = 6
# What a spreadsheet shows as it stands in the file, and keeps to the last digit.
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,9})(?:\.\d{0,5}[1-9])?")


def pack_workbook(source: Path, path: Path, lang: Lang = "zh") -> None:
    """Write every table of a folder as a sheet of one workbook, which reads the same.

    Raises
    ------
    InputError
        ``data_missing`` when the folder does not exist.
    RunError
        ``export_failed``; ``outline_too_long`` when a cell cannot hold an outline.
    """
    write_inputs(read_sources(source).raw.values(), path, lang)


def keep_tables(folder: Path, base: Path, lang: Lang = "zh") -> tuple[str, ...]:
    """Bring the tables of a source into a folder that does not hold them yet.

    Files are copied as they are; sheets of workbooks come as sheets of one new workbook.

    Returns
    -------
    Names of the tables brought in, in their usual order.

    Raises
    ------
    InputError
        ``data_missing`` when the source does not exist.
    RunError
        ``export_failed``; ``outline_too_long``.
    """
    held = list_sources(folder).found
    kept = {name: all_of for name, all_of in list_sources(base).found.items() if name not in held}
    raws: list[RawTable] = []
    for found in (one for all_of in kept.values() for one in all_of):
        if found.workbook is None:
            shutil.copy(found.path, folder / found.path.name)
        elif (raw := found.read().raw) is not None:
            raws.append(raw)
    if raws:
        write_inputs(raws, folder / KEPT, lang)
    return tuple(name for name in INPUT_TABLES if name in kept)


def write_inputs(tables: Iterable[RawTable], path: Path, lang: Lang = "zh") -> None:
    """Write tables as sheets of one workbook, under their own headers."""
    with whole_file(path) as fresh, xlsxwriter.Workbook(str(fresh), STREAMED) as book:
        head = book.add_format(HEADER)
        for raw in map(flat, tables):
            sheet = book.add_worksheet(table_word(raw.table.name, lang))
            set_widths(sheet, raw)
            for column, name in enumerate(raw.headers):
                sheet.write_string(0, column, name, head)
            _write_body(sheet, raw)
            sheet.freeze_panes(1, 0)


def _write_body(sheet: Worksheet, raw: RawTable) -> None:
    numeric = [_is_numeric(raw, column) for column in range(len(raw.headers))]
    for row, cells in enumerate(raw.cells.itertuples(index=False), start=1):
        for column, cell in enumerate(cells):
            if not isinstance(cell, str):
                continue
            if numeric[column] and _NUMBER.fullmatch(cell):
                sheet.write_number(row, column, float(cell))
            else:
                sheet.write_string(row, column, cell)


def _is_numeric(raw: RawTable, column: int) -> bool:
    name = raw.table.by_header.get(token(raw.headers[column]), "")
    schema = raw.table.by_name.get(name)
    return schema is not None and schema.type in ("integer", "number") and not schema.values


def set_widths(sheet: Worksheet, raw: RawTable, text: Format | None = None) -> None:
    """Fit the columns of a sheet to what stands in them."""
    for column, name in enumerate(raw.headers):
        sample = raw.cells[column].head(SAMPLE).dropna()
        sheet.set_column(column, column, fitting_width([name, *sample]), text)


def flat(raw: RawTable) -> RawTable:
    """Put the geometries of a layer into columns, which a workbook can hold.

    Raises
    ------
    RunError
        ``outline_too_long``.
    """
    if raw.geometry is None:
        return raw
    shapes = raw.geometry.to_numpy()
    if "geometry" in raw.table.by_name:
        added = {"geometry": [_well_known(shape, raw) for shape in shapes]}
    else:
        points = shapely.get_type_id(shapes) == shapely.GeometryType.POINT
        added = {
            name: [repr(float(v)) if ok else None for v, ok in zip(values, points, strict=True)]
            for name, values in (("lon", shapely.get_x(shapes)), ("lat", shapely.get_y(shapes)))
        }
    known = {raw.table.by_header.get(token(name)) for name in raw.headers}
    added = {name: cells for name, cells in added.items() if name not in known}
    headers = (*raw.headers, *(header(raw.table.name, name) for name in added))
    columns = [raw.cells, *(pd.Series(cells, dtype="str") for cells in added.values())]
    cells = pd.concat(columns, axis="columns").set_axis(range(len(headers)), axis="columns")
    return replace(raw, headers=headers, cells=cells, geometry=None)


def _well_known(shape: shapely.Geometry | None, raw: RawTable) -> str | None:
    """Write an outline as text, shortened to a tenth of a metre where it is too long."""
    if shape is None:
        return None
    for decimals in (-1, _DECIMALS):
        text = shapely.to_wkt(shape, rounding_precision=decimals)
        if len(text) <= LONGEST_CELL:
            return str(text)
    raise RunError("outline_too_long", table=raw.table.zh)
