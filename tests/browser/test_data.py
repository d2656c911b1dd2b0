"""The year's tables: a broken workbook, its errors, the mended one, and away with both."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from allocation import tables
from tests.browser.acts import choose, download, like, rows_of, say, table
from tests.browser.gossip import TELL_TALE, told
from tests.browser.office import Office, identity_number
from tools.browsing import Planner

ORANGE = "FFFFD199"


@pytest.fixture
def workbook(office: Office, tmp_path: Path) -> Path:
    """One workbook as an office sends it, with bad cells and a telling file name."""
    path = tmp_path / f"{TELL_TALE}甲 名单.xlsx"
    frames = office.tables()
    frames["applicants"].loc[1, "identity_no"] = identity_number(0)
    frames["applicants"].loc[2, "disability_level"] = "7"
    frames["places"].loc[3, "capacity"] = ""
    frames["applications"].loc[0, "place_id"] = "P9"
    write_workbook(frames, path)
    return path


def write_workbook(frames: dict[str, pd.DataFrame], path: Path) -> None:
    """Write tables as sheets with Chinese names and headers."""
    with pd.ExcelWriter(path) as writer:
        for name, frame in frames.items():
            kind = tables.table_of(name)
            words = {column.name: column.zh for column in kind.columns}
            frame.rename(columns=words).to_excel(writer, sheet_name=kind.zh, index=False)


def upload(page: Page, path: Path) -> None:
    """Choose a file as a person does, and send it."""
    with page.expect_file_chooser() as waited:
        page.get_by_role("region", name=say("app_data_upload_files")).get_by_role(
            "button", name="Upload", exact=True
        ).click()
    waited.value.set_files(path)
    expect(page.get_by_text(path.name)).to_be_visible()
    page.get_by_role("button", name=say("app_data_submit")).click()


def marked_cells(path: Path) -> dict[str, list[tuple[str, int]]]:
    """List column and row of the coloured cells with a note, for each sheet of a workbook."""
    book = openpyxl.load_workbook(path)
    return {
        sheet.title: [
            (str(sheet.cell(1, cell.column).value), cell.row)
            for row in sheet.iter_rows()
            for cell in row
            if cell.comment and cell.fill.fgColor.rgb == ORANGE
        ]
        for sheet in book.worksheets
        if sheet.title in {table.zh for table in tables.INPUT_TABLES.values()}
    }


def test_a_broken_workbook_is_mended_and_thrown_away(
    planner: Planner, office: Office, workbook: Path, tmp_path: Path
) -> None:
    page = planner.goto("data", scenario="town")
    upload(page, workbook)
    expect(page.get_by_text(say("app_data_bad", n=4, tables=3, refused=4))).to_be_visible()

    # What is wrong, where, and how to mend it.
    found = table(page, say("app_data_errors_alt"))
    errors = rows_of(found, 4)
    assert [row[:3] for row in errors] == [
        ["申请人", "3", "残疾人证号"],
        ["申请人", "4", "残疾等级"],
        ["名额", "5", "名额数"],
        ["申请", "2", "名额编号"],
    ]
    assert all(problem and mend for *_, problem, mend in errors)
    assert not told("".join(map("".join, errors)))
    choose(page, say("app_data_filter_table"), "申请（1）")
    assert [row[2:4] for row in rows_of(found, 1)] == [["名额编号", "P9"]]

    # The same in the office's own sheets.
    marked = download(planner, page.get_by_role("button", name=say("app_data_marked")), tmp_path)
    assert not told(marked.name)
    assert marked_cells(marked) == {
        "申请人": [("残疾人证号", 3), ("残疾等级", 4)],
        "名额": [("名额数", 5)],
        "申请": [("名额编号", 2)],
    }

    # Mended, it is taken, and the way leads on.
    write_workbook(office.tables(), workbook)
    upload(page, workbook)
    expect(page.get_by_text(say("app_data_good", tables=4, rows=34))).to_be_visible()
    stored = office.home / "uploads"
    assert not told(" ".join(path.name for path in stored.rglob("*")))
    page.get_by_role("button", name=say("app_data_next")).click()
    expect(page.get_by_role("combobox", name=say("app_scenario_source"))).to_have_value(
        like("app_data_uploaded")
    )

    # Personal data go when they are no longer needed.
    n_uploads = len(list(stored.iterdir()))
    page.get_by_role("link", name=say("app_page_data"), exact=True).click()
    page.get_by_role("button", name=say("app_data_delete")).click()
    page.get_by_role("button", name=say("app_data_delete_now")).click()
    expect(page.get_by_text(say("app_data_deleted"))).to_be_visible()
    assert len(list(stored.iterdir())) == n_uploads - 1


def test_the_template_asks_for_every_table(planner: Planner, tmp_path: Path) -> None:
    page = planner.goto("data", scenario="town")
    path = download(planner, page.get_by_role("button", name=say("app_data_template")), tmp_path)
    book = openpyxl.load_workbook(path)
    for kind in tables.INPUT_TABLES.values():
        assert kind.zh in book.sheetnames
    headers = {cell.value for row in book["申请人"].iter_rows() for cell in row}
    assert {"申请人编号*", "残疾等级"} <= headers
    assert book["申请人"].data_validations.dataValidation
