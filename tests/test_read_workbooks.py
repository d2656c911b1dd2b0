"""Workbooks: sheets, titles, numbers and dates as spreadsheets have them."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
import xlsxwriter

from allocation import tables
from allocation.read import Notice, Tables, packed, read_tables, validate_tables
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


LAST_CELL = (1_048_575, 16_383)


def with_stray_cell(path: Path) -> Path:
    """Write the town with something in the very last cell of one sheet."""
    with xlsxwriter.Workbook(path) as book:
        for name, rows in town().items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(as_cells(name, rows)):
                sheet.write_row(number, 0, row)
            if name == "places":
                sheet.write(*LAST_CELL, "x")
    return path


def codes(path: Path) -> list[str]:
    """Return what is found in a workbook named after no table, or in a folder's."""
    found = validate_tables(scenario(path))
    assert all(finding.problem() and finding.mend() for finding in found)
    return [finding.code for finding in found]


def test_a_stray_cell_far_away_is_a_finding_and_is_not_laid_out(tmp_path: Path) -> None:
    assert codes(with_stray_cell(tmp_path / "data.xlsx")) == ["sheet_too_large"]
    # Nor is it when it lies in a folder, or is called a text.
    folder = write_folder(tmp_path / "folder", town())
    for name in ("places.xlsx", "places.csv"):
        (folder / "places.csv").unlink(missing_ok=True)
        with_stray_cell(folder / name)
        assert "sheet_too_large" in codes(folder)
        (folder / name).unlink()


def test_cells_that_are_only_formatted_do_not_count(tmp_path: Path) -> None:
    path = tmp_path / "data.xlsx"
    with xlsxwriter.Workbook(path) as book:
        bold = book.add_format({"bold": True})
        for name, rows in town().items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(as_cells(name, rows)):
                sheet.write_row(number, 0, row)
            sheet.write_blank(*LAST_CELL, None, bold)
    assert not {"sheet_too_large", "workbook_too_large"} & set(codes(path))


@pytest.mark.parametrize(
    "markup",
    [
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        "<x:row r='1048576'><x:c s='1'\n r = 'XFD1048576' ><x:v>1</x:v></x:c></x:row>",
        '<row r="1"><c r="xfd1048576" t="inlineStr"> <is><t>x</t></is></c></row>',
        '<row r="1"><c r="XFD1"><v>1</v></c></row><row r="1048576"><c><v>1</v></c></row>',
        '<row r="1"><c r="XFD1"><v>1</v></c></row>'
        + '<row r="2"><c r="A2" s="1"/></row>' * 20_000
        + '<row r="1048576"><c r="A1048576"><v>1</v></c></row>',
    ],
    ids=["plain", "prefixed", "inline", "without a reference", "in two pieces"],
)
def test_a_far_cell_is_seen_however_it_is_written(markup: str, tmp_path: Path) -> None:
    path = tmp_path / "any.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/anything", f"<worksheet><sheetData>{markup}</sheetData></worksheet>")
    assert packed.fault_of(path) == "sheet_too_large"


@pytest.mark.parametrize(("n_rows", "fault"), [(1_048_576, "sheet_too_large"), (600, None)])
def test_repeated_cells_of_an_open_document_are_counted(
    n_rows: int, fault: str | None, tmp_path: Path
) -> None:
    cell = '<table:table-cell table:number-columns-repeated="16384" office:value-type="float"/>'
    empty = '<table:table-cell table:number-columns-repeated="16384"/>'
    rows = [
        f'<table:table-row table:number-rows-repeated="{n_rows}">{cell}</table:table-row>',
        # Open documents end in a million empty rows.
        f'<table:table-row table:number-rows-repeated="1048576">{empty}</table:table-row>',
    ]
    path = tmp_path / "any.ods"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("content.xml", f"<table:table>{''.join(rows)}</table:table>")
    assert packed.fault_of(path) == fault


def test_what_unpacks_to_too_much_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheets = {name: as_cells(name, rows) for name, rows in town().items()}
    path = write_workbook(tmp_path / "data.xlsx", sheets)
    with zipfile.ZipFile(path) as archive:
        n_bytes = sum(part.file_size for part in archive.infolist())
    monkeypatch.setattr(packed, "MOST_UNPACKED", n_bytes)
    assert codes(path) == []
    monkeypatch.setattr(packed, "MOST_UNPACKED", n_bytes - 1)
    assert codes(path) == ["workbook_too_large"]


def test_sizes_are_measured_and_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "any.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", "<worksheet>" + " " * 50_000)
    content = path.read_bytes()
    assert content.count((50_011).to_bytes(4, "little")) == 2
    path.write_bytes(content.replace((50_011).to_bytes(4, "little"), (11).to_bytes(4, "little")))
    assert packed.fault_of(path) == "file_damaged"
