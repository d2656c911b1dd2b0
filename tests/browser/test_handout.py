"""What leaves the office: downloaded as a person does, and opened again."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
from playwright.sync_api import Page, expect

from allocation.export.lists import list_title
from tests.browser.acts import download, like, rows_of, say, table
from tests.browser.gossip import ID_PREFIX, TELL_TALE, receipt, told
from tests.browser.office import Office
from tools.browsing import Planner

COLUMNS = ["名额类型", "区县", "名额编号", "名额名称", "受理回执号", "姓名（隐去部分字）", "结果"]
"""All that a public list may hold."""

SECRETS = ("残疾人", "肢体", "三级", "低保", TELL_TALE, ID_PREFIX)
"""What a public list never says: group, type, level, income, names, villages, numbers."""


def open_section(page: Page, name: str) -> None:
    """Turn to one of the things to hand out."""
    page.get_by_role("radio", name=say(f"app_handout_{name}"), exact=True).click()


def test_the_public_list_names_nobody(planner: Planner, office: Office, tmp_path: Path) -> None:
    page = planner.goto("handout", run=office.run)
    preview = rows_of(table(page, say("app_handout_preview")), 7)

    csv = download(planner, page.get_by_role("button", name=say("app_handout_csv")), tmp_path)
    listed = pd.read_csv(csv, dtype="str", keep_default_na=False)
    assert list(listed.columns) == COLUMNS
    assert listed.to_numpy().tolist() == preview
    assert sorted(listed["受理回执号"]) == sorted(
        map(receipt, ("A01", "A02", "A03", "A05", "A06", "A07", "NA"))
    )

    xlsx = download(planner, page.get_by_role("button", name=say("app_handout_xlsx")), tmp_path)
    sheets = openpyxl.load_workbook(xlsx).worksheets
    rows = [[cell.value or "" for cell in row] for sheet in sheets for row in sheet.iter_rows()]
    assert all(row in rows for row in preview)
    said = "\n".join(str(cell) for row in rows for cell in row) + csv.read_text("utf-8-sig")
    assert [secret for secret in SECRETS if secret in said] == []
    assert not told(csv.name + xlsx.name)


def test_the_internal_workbook_asks_for_the_name(
    planner: Planner, office: Office, tmp_path: Path
) -> None:
    page = planner.goto("handout", run=office.run)
    open_section(page, "internal")
    button = page.get_by_role("button", name=say("app_handout_workbook"))
    typed = page.get_by_role("textbox", name=say("app_handout_confirm"))
    expect(button).to_be_disabled()
    typed.fill("tow")
    expect(page.get_by_text(say("app_handout_confirm_wrong"))).to_be_visible()
    expect(button).to_be_disabled()
    typed.fill("town")
    expect(page.get_by_text(say("app_handout_confirm_right"))).to_be_visible()
    expect(button).to_be_enabled()
    path = download(planner, button, tmp_path)
    awards = openpyxl.load_workbook(path)[list_title("awards", "zh")]
    headers = [cell.value for row in awards.iter_rows() for cell in row]
    assert {"优先层级", "占用预留"} <= set(headers)
    assert not told(path.name)


def test_map_files_and_manifest_name_nobody(
    planner: Planner, office: Office, tmp_path: Path
) -> None:
    page = planner.goto("handout", run=office.run)
    open_section(page, "gis")
    gpkg = download(planner, page.get_by_role("button", name=say("app_handout_gpkg")), tmp_path)
    assert len(gpd.read_file(gpkg, layer="places")) == 7
    assert len(gpd.read_file(gpkg, layer="awards")) == 7
    geojson = download(
        planner, page.get_by_role("button", name=say("app_handout_geojson")), tmp_path
    )
    assert len(gpd.read_file(geojson)) == 7

    open_section(page, "manifest")
    page.get_by_role("button", name=say("app_handout_verify")).click()
    expect(
        page.get_by_role("alert")
        .or_(page.get_by_role("status"))
        .filter(has_text=like("app_handout_intact"))
    ).to_be_visible()
    manifest = download(planner, page.get_by_role("button", name=say("app_handout_json")), tmp_path)
    assert json.loads(manifest.read_text("utf-8"))["run_id"] == office.run
    for path in (gpkg, geojson, manifest):
        content = path.read_bytes()
        assert TELL_TALE.encode() not in content
        assert ID_PREFIX.encode() not in content
