"""The input with its errors marked: where a person corrects the office's own tables.

The workbook holds personal data and stays inside the office.  Tables stand as they were
read, every row in the row it had, so that the rows named in the list are the rows of the
sheets; a corrected workbook can be read again.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from allocation.export.files import whole_file
from allocation.export.inputs import STREAMED, flat, set_widths
from allocation.export.sheets import HEADER, fitting_width
from allocation.messages import text
from allocation.read.findings import table_word

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from allocation.messages import Lang
    from allocation.read import Finding, Review
    from allocation.read.raw import RawTable

MOST_NOTES = 5_000
"""Cells that carry a note; beyond that a workbook opens slowly, and colour and list do."""

MOST_LINKS = 60_000
"""Lines of the list that lead to their cell; a sheet holds few more links."""

BAD = {"bg_color": "#FFD199", "font_color": "#7A2E00", "bold": True, "border": 1}
"""Format of a bad cell."""

_NOTE = {"x_scale": 2, "font_name": "Microsoft YaHei", "font_size": 9}

_COLUMNS = ("table", "row", "column", "value", "problem", "mend", "place")
_WIDTHS = (12, 8, 18, 24, 44, 48, 10)
_LIST_HEADER_ROW = 3

Place = tuple[int, int]


@dataclass(slots=True)
class _Marked:
    """A table with the places of its errors, counted from 0 as a sheet does."""

    raw: RawTable
    extra: list[str] = field(default_factory=list)
    cells: dict[Place, list[Finding]] = field(default_factory=lambda: defaultdict(list))

    @property
    def headers(self) -> tuple[str, ...]:
        """Headers of the file, and those it lacks."""
        return (*self.raw.headers, *self.extra)

    def mark(self, finding: Finding) -> Place:
        """Note an error; return where its line of the list leads to."""
        place = (finding.row or self.raw.header_row) - 1, self._column(finding)
        self.cells[place].append(finding)
        return place

    def _column(self, finding: Finding) -> int:
        """Find the column of an error; what concerns a row or a table stands in the first."""
        found = [i for i, header in enumerate(self.headers) if header == finding.column]
        if finding.code == "duplicate_header":
            return found[-1] if found else 0
        if not finding.column:
            return 0
        if not found:
            self.extra.append(finding.column)
            return len(self.headers) - 1
        return found[0]


def write_findings_workbook(review: Review, path: Path, lang: Lang = "zh") -> None:
    """Write the list of errors, and every table that has any with its bad cells coloured.

    The first sheet lists all errors and leads to their cells.  A column that is missing
    is added, empty, behind the others.
    """
    marked, places = _mark(review)
    with whole_file(path) as fresh, xlsxwriter.Workbook(str(fresh), STREAMED) as book:
        _write_list(book, places, lang)
        n_noted = 0
        for table in marked.values():
            n_noted += _write_table(book, table, MOST_NOTES - n_noted, lang)


def _mark(review: Review) -> tuple[Mapping[str, _Marked], list[tuple[Finding, Place | None]]]:
    """Find the cell of every error."""
    marked = {
        name: _Marked(flat(table.raw))
        for name, table in review.tables.items()
        if table.raw is not None and table.findings
    }
    places: list[tuple[Finding, Place | None]] = []
    for finding in review.findings:
        table = marked.get(finding.table)
        places.append((finding, None if table is None else table.mark(finding)))
    return marked, places


def _write_list(book: Workbook, places: Sequence[tuple[Finding, Place | None]], lang: Lang) -> None:
    sheet = book.add_worksheet(text("sheet_errors", lang))
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    note = book.add_format({"bold": True})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    link = book.add_format({"font_color": "#1F5FA8", "underline": 1, "valign": "top"})
    sheet.write_string(0, 0, text("errors_title", lang, n=len(places)), note)
    sheet.write_string(1, 0, text("errors_private", lang), note)
    if len(places) > MOST_NOTES:
        sheet.write_string(2, 0, text("errors_no_notes", lang, n=MOST_NOTES))
    head = book.add_format(HEADER)
    for column, name in enumerate(_COLUMNS):
        sheet.write_string(_LIST_HEADER_ROW, column, text(f"errors_col_{name}", lang), head)
    for number, (finding, place) in enumerate(places):
        row = _LIST_HEADER_ROW + 1 + number
        for column, cell in enumerate(_line(finding, lang)):
            sheet.write(row, column, cell, wrap)
        if place is not None and number < MOST_LINKS:
            name = xl_rowcol_to_cell(*place)
            target = f"internal:'{table_word(finding.table, lang)}'!{name}"
            sheet.write_url(row, len(_COLUMNS) - 1, target, link, name)
    sheet.autofilter(_LIST_HEADER_ROW, 0, _LIST_HEADER_ROW + len(places), len(_COLUMNS) - 2)
    sheet.freeze_panes(_LIST_HEADER_ROW + 1, 0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _line(finding: Finding, lang: Lang) -> tuple[str | int, ...]:
    name = table_word(finding.table, lang) or finding.file
    row = "" if finding.row is None else finding.row
    shown = finding.shown(lang)
    return (name, row, finding.column, shown, finding.problem(lang), finding.mend(lang))


def _write_table(book: Workbook, table: _Marked, most_notes: int, lang: Lang) -> int:
    """Write a table row by row, bad cells in colour; return how many got a note."""
    raw = table.raw
    sheet = book.add_worksheet(table_word(raw.table.name, lang))
    head, bad = book.add_format(HEADER), book.add_format(BAD)
    set_widths(sheet, raw)
    for column, name in enumerate(table.extra, start=len(raw.headers)):
        sheet.set_column(column, column, fitting_width([name]))
    by_row: dict[int, set[int]] = defaultdict(set)
    for (row, column), findings in table.cells.items():
        whole = any(finding.row and not finding.column for finding in findings)
        by_row[row] |= set(range(len(raw.headers))) if whole else {column}
    rows = dict(zip((raw.rows - 1).tolist(), raw.cells.itertuples(index=False), strict=True))
    rows |= {row - 1: cells for row, cells in raw.odd_rows.items()}
    rows[raw.header_row - 1] = table.headers
    noted = dict(list(table.cells.items())[: max(most_notes, 0)])
    for row in sorted(rows.keys() | by_row.keys()):
        usual = head if row == raw.header_row - 1 else None
        _write_row(sheet, row, rows.get(row, ()), usual, by_row.get(row, set()), bad)
        # Row by row, as everything else in a workbook that is streamed.
        for column in by_row.get(row, ()):
            if here := noted.get((row, column)):
                sheet.write_comment(row, column, _note(here, lang), _NOTE)
    sheet.freeze_panes(raw.header_row, 0)
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    return len(noted)


def _note(findings: Sequence[Finding], lang: Lang) -> str:
    colon = "：" if lang == "zh" else ": "
    return "\n".join(f"{f.problem(lang)}{colon}{f.mend(lang)}" for f in findings)


def _write_row(
    sheet: Worksheet,
    row: int,
    cells: tuple[object, ...],
    usual: Format | None,
    marked: set[int],
    bad: Format,
) -> None:
    for column, cell in enumerate(cells):
        look = bad if column in marked else usual
        if isinstance(cell, str) and cell:
            sheet.write_string(row, column, cell, look)
        elif look is not None:
            sheet.write_blank(row, column, None, look)
    for column in marked - set(range(len(cells))):
        sheet.write_blank(row, column, None, bad)
