"""Workbooks: sheets, titles, numbers and dates as spreadsheets have them."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
import xlsxwriter

from allocation import tables
from allocation.read import Notice, Tables, read_tables, validate_tables
from allocation.read.workbooks import cell_text
from tests.reading_helper import same, scenario, town, write_folder

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def plain(tmp_path: Path) -> Tables:
    """Return the flawless town as read from plain UTF-8 files."""
    return read_tables(scenario(write_folder(tmp_path / "plain", town())))


def write_workbook(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    """Write sheets of cells, with numbers and dates as a spreadsheet has them."""
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd hh:mm:ss"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


def as_cells(table: str, rows: list[dict[str, str]]) -> list[list[Any]]:
    """Turn text into what a spreadsheet makes of it: numbers and dates."""
    schema = tables.table_of(table)

    def cell(header: str, value: str) -> Any:
        column = schema.by_name[schema.by_header[tables.token(header)]]
        if not value or column.labels:
            return value
        if column.type in ("integer", "number"):
            return float(value)
        if column.type in ("date", "timestamp"):
            return pd.Timestamp(value).to_pydatetime()
        return value

    return [list(rows[0]), *[[cell(*pair) for pair in row.items()] for row in rows]]


@pytest.mark.parametrize("chinese", [True, False])
def test_a_workbook_gives_the_same_tables(chinese: bool, tmp_path: Path, plain: Tables) -> None:
    sheets = {
        (tables.table_of(name).zh if chinese else name): as_cells(name, rows)
        for name, rows in town().items()
    }
    read = read_tables(scenario(write_workbook(tmp_path / "data.xlsx", sheets)))
    assert same(read, plain)
    assert read.sources[0].file == "data.xlsx"
    assert read.sources[0].sheet == ("申请人" if chinese else "applicants")


def test_a_folder_may_hold_workbooks_with_a_title_above_the_header(
    tmp_path: Path, plain: Tables
) -> None:
    for name, rows in town().items():
        cells = [["日照市登记表"], [], *as_cells(name, rows), ["", ""]]
        write_workbook(tmp_path / f"{name}.xlsx", {"Sheet1": cells, "说明": []})
    assert same(read_tables(scenario(tmp_path)), plain)


def test_rows_of_a_sheet_are_counted_as_in_the_sheet(tmp_path: Path) -> None:
    broken = town()
    broken["places"][1]["区域类别"] = "郊区"
    sheets = {name: as_cells(name, rows) for name, rows in broken.items()}
    sheets["places"] = [["一览表"], *sheets["places"][:2], [], sheets["places"][2]]
    found = validate_tables(scenario(write_workbook(tmp_path / "data.xlsx", sheets)))
    assert [(f.sheet, f.row, f.code) for f in found] == [("places", 5, "unknown_value")]


def test_a_long_number_spoilt_by_a_spreadsheet_is_found(tmp_path: Path) -> None:
    sheets = {name: as_cells(name, rows) for name, rows in town().items()}
    sheets["applicants"][2][4] = 371199199111030070.0
    found = validate_tables(scenario(write_workbook(tmp_path / "data.xlsx", sheets)))
    assert [(f.row, f.code, f.hidden) for f in found] == [(3, "number_damaged", True)]


def test_sheets_that_cannot_be_told_apart_are_found(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, town())
    (folder / "venues.csv").unlink()
    cells = as_cells("venues", town()["venues"])
    write_workbook(folder / "venues.xlsx", {"Sheet1": cells, "Sheet2": cells})
    assert [f.code for f in validate_tables(scenario(folder))] == ["sheet_unclear"]
    write_workbook(folder / "场所.xlsx", {"Sheet1": cells})
    assert [f.code for f in validate_tables(scenario(folder))] == ["table_twice"]


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        (True, "true"),
        (3.0, "3"),
        (0.1, "0.1"),
        (3.7119919911103e17, "3.71199199111030E+17"),
        (float("nan"), ""),
        (None, ""),
        (datetime(2023, 12, 1), "2023-12-01 00:00:00"),
        (datetime(2023, 12, 1, 9, 30, 14, 999_999), "2023-12-01 09:30:15"),
        (datetime(2023, 12, 1, 9, 30, 15, 1), "2023-12-01 09:30:15"),
        (datetime(2023, 12, 1, 9, 30, 15, 400_000), "2023-12-01 09:30:15.400000"),
        (date(2023, 12, 1), "2023-12-01"),
    ],
)
def test_cells_of_a_workbook_are_written_as_people_write(cell: object, written: str) -> None:
    assert cell_text(cell) == written


def test_sheets_that_are_no_tables_are_noticed(tmp_path: Path) -> None:
    sheets = {name: as_cells(name, rows) for name, rows in town().items()}
    read = read_tables(scenario(write_workbook(tmp_path / "data.xlsx", {"填表说明": [], **sheets})))
    assert read.notices == (Notice("sheet_ignored", {"file": "data.xlsx", "sheet": "填表说明"}),)
