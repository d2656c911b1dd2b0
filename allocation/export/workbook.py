"""The workbook: awards, waitlist, refusals and measures, for Excel and WPS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import xlsxwriter

from allocation.export.files import whole_file
from allocation.export.lists import LISTS, list_frame, list_title
from allocation.export.sheets import (
    A4,
    HEADER,
    MAX_ROWS,
    OPTIONS,
    SAMPLE,
    fitting_width,
    plain_cells,
)
from allocation.summary import Block, measure_blocks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from allocation.messages import Lang
    from allocation.runs import Run


def write_xlsx(run: Run, path: Path, lang: Lang = "zh", *, internal: bool = False) -> None:
    """Write the workbook of a run.

    Parameters
    ----------
    internal
        Add what must not leave the office; see :mod:`allocation.export.lists`.
    """
    with whole_file(path) as fresh, xlsxwriter.Workbook(str(fresh), OPTIONS) as book:
        head = book.add_format(HEADER)
        title = book.add_format({"bold": True, "font_size": 13})
        for name in LISTS:
            frame = list_frame(run, name, lang, internal=internal)
            for part, start in enumerate(range(0, max(len(frame), 1), MAX_ROWS), start=1):
                suffix = "" if part == 1 else f" {part}"
                sheet = book.add_worksheet(list_title(name, lang) + suffix)
                write_list(sheet, frame.iloc[start : start + MAX_ROWS], head)
        write_blocks(
            book.add_worksheet(list_title("measures", lang)), measure_blocks(run, lang), title, head
        )


def write_list(sheet: Worksheet, frame: pd.DataFrame, head: Format) -> None:
    """Write a long list with frozen headers and filters."""
    for index, name in enumerate(frame.columns):
        sheet.write_string(0, index, str(name), head)
        values = plain_cells(frame[name])
        sheet.write_column(1, index, values)
        sheet.set_column(index, index, fitting_width([name, *values[:SAMPLE]]))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(frame), 1), len(frame.columns) - 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_paper(A4)


def write_blocks(sheet: Worksheet, blocks: Sequence[Block], title: Format, head: Format) -> None:
    """Write tables of measures below one another."""
    row = 0
    widths: dict[int, float] = {}
    for block in blocks:
        sheet.write_string(row, 0, block.title, title)
        for index, name in enumerate(block.header):
            sheet.write_string(row + 1, index, name, head)
        for offset, cells in enumerate(block.rows, start=row + 2):
            for index, cell in enumerate(cells):
                sheet.write(offset, index, cell)
                widths[index] = max(widths.get(index, 0), fitting_width([cell]))
        row += len(block.rows) + 3
    for index, width in widths.items():
        sheet.set_column(index, index, width)
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_paper(A4)
