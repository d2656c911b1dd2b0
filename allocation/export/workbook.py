"""The workbook: awards, waitlist, refusals and measures, for Excel and WPS."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

import xlsxwriter

from allocation.export.files import whole_file
from allocation.export.lists import LISTS, list_frame, list_title
from allocation.summary import Block, measure_blocks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from allocation.messages import Lang
    from allocation.runs import Run

MAX_ROWS = 1_048_575
"""Rows a sheet holds below its header; a longer list goes on in a further sheet."""

_OPTIONS = {
    # A name such as "=HYPERLINK(...)" is a name and never becomes a formula or a link.
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}
_HEADER = {
    "bold": True,
    "bg_color": "#1F4E79",
    "font_color": "#FFFFFF",
    "border": 1,
    "align": "center",
    "valign": "vcenter",
    "text_wrap": True,
}
_WIDTHS = (8, 60)
_SAMPLE = 2_000


def write_xlsx(run: Run, path: Path, lang: Lang = "zh", *, internal: bool = False) -> None:
    """Write the workbook of a run.

    Parameters
    ----------
    internal
        Add what must not leave the office; see :mod:`allocation.export.lists`.
    """
    with whole_file(path) as fresh, xlsxwriter.Workbook(str(fresh), _OPTIONS) as book:
        head = book.add_format(_HEADER)
        title = book.add_format({"bold": True, "font_size": 13})
        for name in LISTS:
            frame = list_frame(run, name, lang, internal=internal)
            for part, start in enumerate(range(0, max(len(frame), 1), MAX_ROWS), start=1):
                suffix = "" if part == 1 else f" {part}"
                sheet = book.add_worksheet(list_title(name, lang) + suffix)
                _write_list(sheet, frame.iloc[start : start + MAX_ROWS], head)
        _write_blocks(
            book.add_worksheet(list_title("measures", lang)), measure_blocks(run, lang), title, head
        )


def _write_list(sheet: Worksheet, frame: pd.DataFrame, head: Format) -> None:
    for index, name in enumerate(frame.columns):
        sheet.write_string(0, index, str(name), head)
        values = _cells(frame[name])
        sheet.write_column(1, index, values)
        sheet.set_column(index, index, _width([name, *values[:_SAMPLE]]))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(frame), 1), len(frame.columns) - 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_paper(9)


def _write_blocks(sheet: Worksheet, blocks: Sequence[Block], title: Format, head: Format) -> None:
    """Write the tables of measures below one another."""
    row = 0
    widths: dict[int, float] = {}
    for block in blocks:
        sheet.write_string(row, 0, block.title, title)
        for index, name in enumerate(block.header):
            sheet.write_string(row + 1, index, name, head)
        for offset, cells in enumerate(block.rows, start=row + 2):
            for index, cell in enumerate(cells):
                sheet.write(offset, index, cell)
                widths[index] = max(widths.get(index, 0), _width([cell]))
        row += len(block.rows) + 3
    for index, width in widths.items():
        sheet.set_column(index, index, width)
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_paper(9)


def _cells(column: pd.Series) -> list[Any]:
    """Plain values of a column, null as an empty cell."""
    return column.astype("object").where(column.notna(), None).tolist()


def _width(values: Sequence[object]) -> float:
    """Width of the longest text; a Chinese character takes two columns."""
    longest = max((_text_width(str(value)) for value in values if value is not None), default=0)
    least, most = _WIDTHS
    return min(max(longest + 2, least), most)


def _text_width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
