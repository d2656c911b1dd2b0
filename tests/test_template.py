"""The template: an office fills it in, and the reader takes it as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from allocation import tables
from allocation.export.sheets import HEADER
from allocation.export.template import FIRST_ROW, HEADER_ROW, explain_column, write_template
from allocation.messages import LANGS, Lang, text
from allocation.read import read_tables, validate_tables
from allocation.read.cells import reader_of
from allocation.tables import INPUT_TABLES, Column, Table
from tests.reading_helper import Town, same, scenario, town, write_folder

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

COLUMNS = [(table, column) for table in INPUT_TABLES.values() for column in table.columns]


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[Lang, Path]:
    """Return a template in each language."""
    folder = tmp_path_factory.mktemp("templates")
    for lang in LANGS:
        write_template(folder / f"{lang}.xlsx", lang)
    return {lang: folder / f"{lang}.xlsx" for lang in LANGS}


def sheet_name(table: str, lang: Lang) -> str:
    return INPUT_TABLES[table].zh if lang == "zh" else table


def fill(book: Workbook, lang: Lang, tables_by_name: Town) -> None:
    """Type tables into a template, as a person would."""
    for name, rows in tables_by_name.items():
        schema = INPUT_TABLES[name]
        sheet = book[sheet_name(name, lang)]
        at = {
            schema.by_header[tables.token(cell.value)]: cell.column
            for cell in sheet[HEADER_ROW + 1]
        }
        for number, row in enumerate(rows, start=FIRST_ROW + 1):
            for header, value in row.items():
                column = schema.by_name[schema.by_header[tables.token(header)]]
                sheet.cell(number, at[column.name], typed(schema, column, value, lang))


def delete_unused_columns(sheet: Worksheet) -> None:
    """Delete the columns that were left empty, as the guide allows."""
    for position in range(sheet.max_column, 0, -1):
        if all(c.value is None for c in sheet[get_column_letter(position)][FIRST_ROW:]):
            sheet.delete_cols(position)


def typed(table: Table, column: Column, value: str, lang: Lang) -> Any:
    """Return what a person chooses or types for a value."""
    if not value:
        return None
    if column.labels:
        return tables.label(table.name, column.name, column.lookup[tables.token(value)], lang)
    return float(value) if column.type in ("integer", "number") else value


@pytest.mark.parametrize("lang", LANGS)
def test_a_filled_template_is_read_without_a_finding(
    lang: Lang, books: dict[Lang, Path], tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(books[lang])
    fill(book, lang, town())
    book.save(tmp_path / "filled.xlsx")
    assert validate_tables(scenario(tmp_path / "filled.xlsx")) == []
    for name in town():
        delete_unused_columns(book[sheet_name(name, lang)])
    book.save(tmp_path / "filled.xlsx")
    read = read_tables(scenario(tmp_path / "filled.xlsx"))
    assert same(read, read_tables(scenario(write_folder(tmp_path / "plain", town()))))
    # Neither the guide nor a sheet left empty is worth a word.
    assert read.notices == ()


@pytest.mark.parametrize("lang", LANGS)
def test_an_empty_template_lacks_nothing_but_rows(lang: Lang, books: dict[Lang, Path]) -> None:
    found = validate_tables(scenario(books[lang]))
    assert [(f.code, f.table) for f in found] == [
        ("no_rows", name) for name, table in INPUT_TABLES.items() if table.required
    ]


def test_what_is_filled_in_wrong_is_found_at_its_row(
    books: dict[Lang, Path], tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(books["zh"])
    fill(book, "zh", town())
    at = {cell.value: cell.column for cell in book["名额"][HEADER_ROW + 1]}
    book["名额"].cell(FIRST_ROW + 1, at["名额数*"], "两个")
    book.save(tmp_path / "filled.xlsx")
    found = validate_tables(scenario(tmp_path / "filled.xlsx"))
    assert [(f.code, f.sheet, f.row, f.column) for f in found] == [
        ("not_number", "名额", FIRST_ROW + 1, "名额数*")
    ]


@pytest.mark.parametrize("lang", LANGS)
def test_sheets_are_the_guide_and_every_table(lang: Lang, books: dict[Lang, Path]) -> None:
    book = openpyxl.load_workbook(books[lang])
    expected = [text("sheet_guide", lang), *(sheet_name(name, lang) for name in INPUT_TABLES)]
    assert book.sheetnames == expected
    guide = "\n".join(str(cell.value) for row in book[expected[0]] for cell in row if cell.value)
    for name in INPUT_TABLES:
        assert sheet_name(name, lang) in guide


@pytest.mark.parametrize("lang", LANGS)
def test_required_columns_are_marked_by_colour_and_sign(
    lang: Lang, books: dict[Lang, Path]
) -> None:
    book = openpyxl.load_workbook(books[lang])
    for name, table in INPUT_TABLES.items():
        cells = book[sheet_name(name, lang)][HEADER_ROW + 1]
        for cell, column in zip(cells, table.columns, strict=True):
            plain = cell.fill.start_color.rgb[2:] == str(HEADER["bg_color"]).lstrip("#")
            assert cell.value.endswith("*") == column.must_be_filled != plain, cell.value


@pytest.mark.parametrize("lang", LANGS)
def test_fixed_values_have_lists_that_the_reader_knows(lang: Lang, books: dict[Lang, Path]) -> None:
    book = openpyxl.load_workbook(books[lang])
    for name, table in INPUT_TABLES.items():
        sheet = book[sheet_name(name, lang)]
        rules = {
            next(iter(rule.sqref.ranges)).min_col: rule
            for rule in sheet.data_validations.dataValidation
        }
        for number, column in enumerate(table.columns, start=1):
            rule = rules[number]
            assert rule.prompt
            assert next(iter(rule.sqref.ranges)).min_row == FIRST_ROW + 1
            if column.labels:
                words = rule.formula1.strip('"').split(",")
                read = [str(reader_of(column, {})(word)).lower() for word in words]
                assert read == list(column.labels)
                assert rule.errorStyle == ("warning" if column.open_values else None)
            else:
                assert rule.type != "list"


def test_numbers_of_documents_stay_text(books: dict[Lang, Path]) -> None:
    sheet = openpyxl.load_workbook(books["zh"])["申请人"]
    formats = {
        position: group.number_format
        for group in sheet.column_dimensions.values()
        for position in range(group.min, group.max + 1)
    }
    at = {cell.value: cell.column for cell in sheet[HEADER_ROW + 1]}
    for header in ("申请人编号*", "受理回执号", "身份证号", "残疾人证号", "户号"):
        assert formats[at[header]] == "@"
    assert formats[at["出生日期"]] == "yyyy-mm-dd"
    assert sheet.freeze_panes == f"B{FIRST_ROW + 1}"


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=lambda part: getattr(part, "name", None))
def test_every_column_is_explained(table: Table, column: Column) -> None:
    for lang in LANGS:
        said = explain_column(column, lang)
        assert column.about[LANGS.index(lang)] in said
        # The row of explanations must never be taken for the header.
        assert tables.token(said) not in table.by_header
