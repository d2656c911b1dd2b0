"""Two finished runs side by side, and the comparison taken along as a workbook."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
from playwright.sync_api import expect

from tests.browser.acts import download, rows_of, say, table
from tests.browser.gossip import receipt, told
from tests.browser.office import Office
from tools.browsing import Planner


def test_what_was_changed_and_whom_it_touched(
    planner: Planner, office: Office, tmp_path: Path
) -> None:
    page = planner.goto("compare", run=office.run, others=office.other)
    changed = page.get_by_role("table", name=say("app_compare_settings_alt"))
    expect(changed).to_contain_text("50 %")
    expect(changed).to_contain_text("30 %")

    # The reserve alone: the same person at the same stall, on an open unit instead.
    people = table(page, say("app_compare_people_alt"))
    ((number, change, *_),) = rows_of(people, 1)
    assert (number, change) == (receipt("A03"), say("app_compare_change_relabelled"))

    measures = page.get_by_role("table", name=say("app_compare_measures_alt")).get_by_role("row")
    same = measures.filter(has_text=say("app_compare_equal"))
    expect(same.first).to_be_visible()
    page.get_by_role("switch", name=say("app_compare_only")).check(force=True)
    expect(same).to_have_count(0)
    expect(measures.filter(has_text=re.compile(r"−1(?!\d)"))).to_have_count(2)

    path = download(planner, page.get_by_role("button", name=say("app_compare_download")), tmp_path)
    sheets = openpyxl.load_workbook(path).worksheets
    cells = [str(cell.value) for sheet in sheets for row in sheet.iter_rows() for cell in row]
    assert {"50 %", "30 %"} <= set(cells)
    assert not told("\n".join(cells))
