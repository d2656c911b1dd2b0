"""The template workbook: what an office fills in, with headers, lists and explanations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import xlsxwriter

from allocation import tables
from allocation.export.files import whole_file
from allocation.export.sheets import HEADER, OPTIONS, text_width
from allocation.messages import CATALOGUE, text
from allocation.read.findings import table_word

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook

    from allocation.messages import Lang
    from allocation.tables import Column, Table

EXPLAINED_ROW, HEADER_ROW, FIRST_ROW = 0, 1, 2
"""Rows of a sheet, counted from 0: explanations, headers, data."""

_LAST_ROW = 1_048_575
_STEPS = ("sheets", "headers", "lists", "text", "dates", "ids", "position", "check", "private")
_REQUIRED = {**HEADER, "bg_color": "#C55A11"}
_EXPLAINED = {"text_wrap": True, "valign": "top", "font_size": 9, "font_color": "#555555"}
_TAB = {True: "#C55A11", False: "#1F4E79"}
_NARROWEST = 14

_TEXT, _DATE, _TIME = "@", "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"
_NUMBER_FORMATS: Mapping[str, str] = {
    **dict.fromkeys(("id", "text", "code", "geometry"), _TEXT),
    "date": _DATE,
    "timestamp": _TIME,
}
# Excel knows no earlier day; the reader takes none before 1900 either.
_FIRST_DAY, _LAST_DAY = "=DATE(1900,1,1)", "=DATE(2100,12,31)"
_LONGEST_MESSAGE = 255
_NO_LIMIT = 1e15


def write_template(
    path: Path, lang: Lang = "zh", input_tables: Mapping[str, Table] = tables.INPUT_TABLES
) -> None:
    """Write the workbook that an office fills in and the reader takes as it is.

    One sheet says how to fill it in; then comes one sheet per input table.  A sheet has a
    row of explanations, which the reader passes over, and a row of headers; those of
    required columns are of another colour and carry an asterisk, which the reader passes
    over as well.  Columns with fixed values have drop-down lists in the language of the
    workbook; ids and numbers of documents are text, so that no digit is lost.

    Parameters
    ----------
    input_tables
        The tables to fill in, those of a scenario with the columns it adds.
    """
    with whole_file(path) as fresh, xlsxwriter.Workbook(str(fresh), OPTIONS) as book:
        _write_guide(book, lang)
        formats = _Formats(book)
        for table in input_tables.values():
            _write_table(book, table, formats, lang)


class _Formats:
    """Formats of one workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._cells: dict[str, Format] = {}
        self.header = {False: book.add_format(HEADER), True: book.add_format(_REQUIRED)}
        self.explained = book.add_format(_EXPLAINED)

    def cell(self, column: Column) -> Format | None:
        """Return the format of a column's cells, ``None`` for the usual one."""
        form = _NUMBER_FORMATS.get(column.type)
        if form is None:
            return None
        if form not in self._cells:
            self._cells[form] = self._book.add_format({"num_format": form})
        return self._cells[form]


def _write_guide(book: Workbook, lang: Lang) -> None:
    sheet = book.add_worksheet(text("sheet_guide", lang))
    title = book.add_format({"bold": True, "font_size": 15})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    head = book.add_format(HEADER)
    link = book.add_format({"font_color": "#1F5FA8", "underline": 1, "valign": "top"})
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 14)
    sheet.set_column(2, 2, 84, wrap)
    sheet.hide_gridlines(2)
    sheet.write_string(0, 0, text("template_title", lang), title)
    required = _and(
        [table_word(t.name, lang) for t in tables.INPUT_TABLES.values() if t.required], lang
    )
    row = 2
    for number, step in enumerate(_STEPS, start=1):
        said = f"{number}. {text(f'template_step_{step}', lang, required=required)}"
        sheet.merge_range(row, 0, row, 2, said, wrap)
        sheet.set_row(row, 18 * (1 + text_width(said) // 116))
        row += 1
    row += 1
    for column, name in enumerate(("sheet", "need", "about")):
        sheet.write_string(row, column, text(f"template_col_{name}", lang), head)
    for table in tables.INPUT_TABLES.values():
        row += 1
        name = table_word(table.name, lang)
        sheet.write_url(row, 0, f"internal:'{name}'!A{FIRST_ROW + 1}", link, name)
        sheet.write_string(
            row, 1, text("template_need_yes" if table.required else "template_need_no", lang), wrap
        )
        sheet.write_string(row, 2, table.about[0 if lang == "zh" else 1], wrap)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _and(words: list[str], lang: Lang) -> str:
    if lang == "zh":
        return "、".join(f"“{word}”" for word in words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def _write_table(book: Workbook, table: Table, formats: _Formats, lang: Lang) -> None:
    sheet = book.add_worksheet(table_word(table.name, lang))
    sheet.set_tab_color(_TAB[table.required])
    tallest = 0
    for position, column in enumerate(table.columns):
        needed = column.must_be_filled
        header = column.header(lang) + ("*" if needed else "")
        explained = explain_column(column, lang, needed=needed)
        width = max(text_width(header) + 4, _NARROWEST)
        tallest = max(tallest, 1 + int(text_width(explained) / (width * 1.1)))
        sheet.write_string(EXPLAINED_ROW, position, explained, formats.explained)
        sheet.write_string(HEADER_ROW, position, header, formats.header[needed])
        sheet.set_column(position, position, width, formats.cell(column))
        sheet.data_validation(
            FIRST_ROW,
            position,
            _LAST_ROW,
            position,
            {
                **_validation(column, lang),
                "ignore_blank": True,
                "input_title": header[:32],
                "input_message": explained[:_LONGEST_MESSAGE],
            },
        )
    sheet.set_row(EXPLAINED_ROW, 12 * (tallest + 1))
    sheet.set_row(HEADER_ROW, 24)
    sheet.freeze_panes(FIRST_ROW, 1)


def explain_column(column: Column, lang: Lang = "zh", *, needed: bool = False) -> str:
    """Say in a few short sentences what goes into a column."""
    stop = "。" if lang == "zh" else ". "
    unneeded = "template_declared" if column.declared else "template_optional"
    parts = [
        text("template_required" if needed else unneeded, lang),
        column.about[0 if lang == "zh" else 1] + stop,
    ]
    if f"template_{column.type}" in CATALOGUE:
        parts.append(text(f"template_{column.type}", lang))
    if column.unit and f"unit_{column.unit}" in CATALOGUE:
        parts.append(text("template_unit", lang, unit=text(f"unit_{column.unit}", lang)))
    if column.minimum is not None and not column.values:
        code = "template_from" if column.maximum is None else "template_range"
        limits = {"minimum": column.minimum, "maximum": column.maximum}
        shown = {name: f"{x:,.0f}" for name, x in limits.items() if x is not None}
        parts.append(text(code, lang, **shown))
    return "".join(parts).strip()


def _validation(column: Column, lang: Lang) -> dict[str, Any]:
    """Return the rule of a column's cells, as xlsxwriter wants it."""
    if column.labels:
        words = [column.word(value, lang) for value in column.labels]
        return {
            "validate": "list",
            "source": words,
            # A scenario may know more values than the list.
            "error_type": "warning" if column.open_values else "stop",
            "error_message": text("template_bad_choice", lang),
        }
    if column.type in ("integer", "number"):
        return {
            "validate": "integer" if column.type == "integer" else "decimal",
            "criteria": "between",
            "minimum": -_NO_LIMIT if column.minimum is None else column.minimum,
            "maximum": _NO_LIMIT if column.maximum is None else column.maximum,
            "error_message": text("template_bad_number", lang),
        }
    if column.type in ("date", "timestamp"):
        return {
            "validate": "date",
            "criteria": "between",
            "minimum": _FIRST_DAY,
            "maximum": _LAST_DAY,
            "error_message": text("template_bad_date", lang),
        }
    return {"validate": "any"}
