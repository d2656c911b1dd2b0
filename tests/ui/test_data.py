"""The data page: choose, upload, read the errors, go on."""

from __future__ import annotations

import io
import json
import threading
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from allocation.export.findings_workbook import write_findings_workbook
from allocation.export.inputs import pack_workbook
from allocation.messages import LANGS, Lang, text
from allocation.read import Review, review_tables
from allocation.scenario import Scenario
from allocation.ui.data import page as data_page
from allocation.ui.data import review, tables
from allocation.ui.downloads import made
from tests.patience import PATIENCE_S
from tests.reading_helper import ANN
from tests.ui.conftest import OpenPage, unescaped

WRONG = ANN[:17] + ("1" if ANN[17] != "1" else "2")


@pytest.fixture(autouse=True)
def _nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no check of another test answer, and every page wait for its own."""
    review.forget()
    monkeypatch.setattr(data_page, "PATIENCE_S", PATIENCE_S)


def said(page: AppTest) -> str:
    """All sentences on the page."""
    parts = [*page.error, *page.warning, *page.info, *page.success, *page.markdown, *page.caption]
    return unescaped("\n".join(str(part.value) for part in parts))


def upload(page: AppTest, files: dict[str, bytes]) -> AppTest:
    for name, content in files.items():
        page.file_uploader[0].upload(name, content)
    return page.button(key="data.submit").click().run()


def town_files(home: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (home / "data" / "town").iterdir()}


def break_applicants(content: bytes) -> bytes:
    """Put a wrong identity number and an unknown group into the first two rows."""
    lines = content.decode("utf-8").splitlines()
    header = lines[0].split(",")
    rows = [dict(zip(header, line.split(","), strict=True)) for line in lines[1:]]
    rows[0]["identity_no"], rows[1]["group"] = WRONG, "村民"
    header = [*header, "identity_no"]
    body = [",".join(row.get(name, "") for name in header) for row in rows]
    return "\n".join([",".join(header), *body, ""]).encode()


def error_rows(page: AppTest) -> list[dict[Any, Any]]:
    return list(page.dataframe[0].value.to_dict("records"))


@pytest.mark.parametrize("lang", LANGS)
def test_good_data_lead_on_to_the_scenario(open_page: OpenPage, lang: Lang) -> None:
    page = open_page("data", lang=lang)
    assert not page.exception
    assert not page.error
    assert text("app_data_good", lang, tables=4, rows=34) in said(page)
    assert page.selectbox(key="data.source").value == "data/town"
    button = page.button(key="data.next")
    assert button.label == text("app_data_next", lang)
    button.click().run()
    assert page.title[0].value == text("app_page_scenario", lang)


def test_every_table_is_listed_with_its_rows(open_page: OpenPage) -> None:
    table = open_page("data").dataframe[0].value.set_index("table")
    assert len(table) == 11
    numbers = table[["rows", "accepted", "refused", "errors"]]
    assert list(numbers.loc["申请人"]) == [8, 8, 0, 0]
    assert table.loc["申请人", "verdict"] == "通过"
    assert table.loc["用人单位", "verdict"] == "未提供"


def test_charts_say_their_finding(open_page: OpenPage) -> None:
    page = open_page("data")
    charts = page.get("vega_lite_chart")
    titles = [json.loads(chart.proto.spec)["title"]["text"] for chart in charts]
    assert titles == [
        "残疾人占 50.0 %：4 人，申请人共 8 人",
        "摊位最多：3 个，占名额总数 9 个的 33.3 %",
    ]
    assert [chart.proto.alt for chart in charts] == titles


def test_a_broken_upload_lists_its_errors_and_hides_what_is_personal(
    open_page: OpenPage, home: Path
) -> None:
    page = open_page("data")
    files = town_files(home)
    files["applicants.csv"] = break_applicants(files["applicants.csv"])
    upload(page, files)
    assert not page.exception
    assert "共 2 处错误：1 张表有误，退回 2 行" in said(page)
    assert page.query_params["data"].startswith("uploads/")
    assert [(row["row"], row["column"], row["value"]) for row in error_rows(page)] == [
        (2, "identity_no", "（不显示）"),
        (3, "group", "（不显示）"),
    ]
    assert WRONG not in str(page.main)
    assert "data.next" not in {button.key for button in page.button}
    assert "data.marked" in {button.key for button in page.get("download_button")}


def test_the_marked_workbook_comes_back_corrected(open_page: OpenPage, home: Path) -> None:
    page = open_page("data")
    files = town_files(home)
    files["applicants.csv"] = break_applicants(files["applicants.csv"])
    upload(page, files)
    source = home / page.query_params["data"]
    checked = review.check(home / "scenarios" / "town.toml", source).result()
    content = made(partial(write_findings_workbook, checked.review), "a.xlsx", "", {})
    book = openpyxl.load_workbook(io.BytesIO(content))
    for row in book["申请人"].iter_rows(min_row=2, max_row=3):
        for cell in row:
            if cell.comment:
                cell.value = None if cell.row == 2 else "残疾人"
    corrected = io.BytesIO()
    book.save(corrected)
    # The other tables are kept by themselves after an upload.
    upload(page, {"改正后.xlsx": corrected.getvalue()})
    assert not page.exception
    assert not page.error
    assert text("app_data_good", tables=4, rows=34) in said(page)
    assert "沿用原有数据的表：名额、申请、场所。" in said(page)


def test_one_workbook_is_as_good_as_a_folder(
    open_page: OpenPage, home: Path, tmp_path: Path
) -> None:
    pack_workbook(home / "data" / "town", tmp_path / "x.xlsx")
    page = upload(open_page("data"), {"张三.xlsx": (tmp_path / "x.xlsx").read_bytes()})
    assert not page.error
    assert text("app_data_good", tables=4, rows=34) in said(page)
    stored = home / page.query_params["data"]
    assert [path.name for path in stored.iterdir()] == ["workbook.xlsx"]
    chosen = page.query_params["data"]
    page.button(key="data.next").click().run()
    assert not page.exception
    assert not page.error
    assert page.query_params["data"] == chosen
    assert page.title[0].value == text("app_page_scenario")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("数据.xlsx", b"PK\x03\x04 cut off"),
        ("数据.xlsx", b""),
        ("数据.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        ("申请人.csv", b""),
        ("申请人.csv", "申请人编号\nA1\n".encode("gb18030")),
        ("申请人.csv", "申请人编号\nA1\n".encode("utf-16")),
        ("区县.geojson", b"{"),
        ("区县.gpkg", b"SQLite format 3\x00"),
    ],
)
def test_files_that_cannot_be_used_end_in_sentences(
    open_page: OpenPage, name: str, content: bytes
) -> None:
    page = upload(open_page("data"), {name: content})
    assert not page.exception
    assert page.query_params["data"].startswith("uploads/")
    rows = error_rows(page)
    assert rows
    assert all(row["problem"] and row["mend"] for row in rows)


def test_files_that_are_no_tables_are_named_and_not_stored(open_page: OpenPage, home: Path) -> None:
    page = upload(open_page("data"), {"名单.csv": "甲,乙\n".encode()})
    assert text("app_data_no_table") in said(page)
    assert "data" not in page.query_params
    assert list((home / "uploads").iterdir()) == []
    files = {"places.csv": town_files(home)["places.csv"], "别的.csv": b"a,b\n"}
    page = upload(page, files)
    assert "别的.csv" in said(page)


def test_without_files_nothing_is_stored(open_page: OpenPage, home: Path) -> None:
    page = open_page("data").button(key="data.submit").click().run()
    assert text("app_data_no_file") in said(page)
    assert not (home / "uploads").exists()


def test_an_upload_is_deleted_after_a_question(open_page: OpenPage, home: Path) -> None:
    page = upload(open_page("data"), town_files(home))
    assert (home / page.query_params["data"]).is_dir()
    page.button(key="data.delete.now").click().run()
    assert not page.exception
    assert list((home / "uploads").iterdir()) == []
    assert text("app_data_deleted") in said(page)
    assert page.selectbox(key="data.source").value == "data/town"
    # What was not uploaded is never deleted from here.
    assert "data.delete.now" not in {button.key for button in page.button}


@pytest.mark.parametrize("key", ["../../etc", "/etc", "data/gone", "uploads/../data/town", "data"])
def test_a_wrong_address_has_one_way_out(open_page: OpenPage, key: str) -> None:
    page = open_page("data", data=key)
    assert not page.exception
    assert [error.value for error in page.error] == [text("app_data_unknown")]
    page.button(key="problem.app_data_unknown").click().run()
    assert not page.error
    assert "data" not in page.query_params


def test_an_unknown_scenario_has_one_way_out(open_page: OpenPage) -> None:
    page = open_page("data", scenario="../town")
    assert [error.value for error in page.error] == [text("app_scenario_unknown")]
    page.button(key="problem.app_scenario_unknown").click().run()
    assert not page.error


def test_a_broken_scenario_is_told(open_page: OpenPage, home: Path) -> None:
    (home / "scenarios" / "town.toml").write_text("name = 3", "utf-8")
    page = open_page("data")
    assert not page.exception
    assert page.error


def test_an_empty_workspace_offers_the_upload(open_page: OpenPage, home: Path) -> None:
    files = town_files(home)
    for path in (home / "data" / "town").iterdir():
        path.unlink()
    page = open_page("data")
    assert not page.exception
    assert text("app_data_none") in said(page)
    page = upload(page, files)
    assert text("app_data_good", tables=4, rows=34) in said(page)
    for path in (home / "scenarios").glob("*.toml"):
        path.unlink()
    assert text("app_data_no_scenario") in said(open_page("data"))


def test_a_rule_that_lacks_a_column_is_told_before_the_run(open_page: OpenPage, home: Path) -> None:
    path = home / "data" / "town" / "applications.csv"
    rows = [line.split(",") for line in path.read_text("utf-8").splitlines()]
    keep = [i for i, name in enumerate(rows[0]) if name != "accepted_at"]
    path.write_text("\n".join(",".join(row[i] for i in keep) for row in rows) + "\n", "utf-8")
    page = open_page("data")
    assert not page.exception
    assert "方案的规则还缺少数据" in page.error[0].value
    assert "data.next" not in {button.key for button in page.button}


def test_errors_are_filtered_and_shown_page_by_page(
    open_page: OpenPage, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "PER_PAGE", 3)
    folder = home / "data" / "town"
    applications = (folder / "applications.csv").read_text("utf-8")
    (folder / "applications.csv").write_text(applications.replace(",S1,", ",S9,"), "utf-8")
    places = (folder / "places.csv").read_text("utf-8")
    (folder / "places.csv").write_text(places.replace("welfare_lottery", "lottery"), "utf-8")
    page = open_page("data")
    assert len(error_rows(page)) == 3
    assert "第 1–3 条，共 6 条" in said(page)
    page.selectbox(key="data.errors.table.data/town").select("=places").run()
    assert {row["table"] for row in error_rows(page)} == {"名额"}
    assert "第 1–2 条，共 2 条" in said(page)
    page.selectbox(key="data.errors.table.data/town").select("").run()
    page.selectbox(key="data.errors.family.data/town").select("=links").run()
    assert {row["table"] for row in error_rows(page)} == {"申请"}
    assert "共 4 条" in said(page)


def test_points_outside_are_on_the_map(open_page: OpenPage, home: Path) -> None:
    page = open_page("data")
    assert not page.get("deck_gl_json_chart")
    assert text("app_data_stray_unchecked") in said(page)
    scenario = home / "scenarios" / "town.toml"
    bounds = "[space]\nbounds = [119.0, 35.0, 119.51, 36.0]\n\n[[stage]]"
    scenario.write_text(scenario.read_text("utf-8").replace("[[stage]]", bounds, 1), "utf-8")
    page = open_page("data")
    chart = page.get("deck_gl_json_chart")[0]
    assert chart.proto.alt
    assert '"mapProvider": null' in chart.proto.json or "mapProvider" not in chart.proto.json
    outside = page.dataframe[-1].value
    assert len(outside) > 0
    assert f"{len(outside)} 个点位在市域以外" in said(page)


def test_the_second_look_reads_no_file(
    open_page: OpenPage, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_page("data")

    def again(scenario: object) -> object:
        raise AssertionError

    monkeypatch.setattr(review, "review_tables", again)
    assert not open_page("data").error
    changed = home / "data" / "town" / "places.csv"
    changed.write_text(changed.read_text("utf-8") + "\n", "utf-8")
    assert open_page("data").error


def test_a_check_that_takes_long_leaves_the_page_usable(
    open_page: OpenPage, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_end = threading.Event()

    def slowly(scenario: Scenario) -> Review:
        may_end.wait(PATIENCE_S)
        return review_tables(scenario)

    monkeypatch.setattr(data_page, "PATIENCE_S", 0)
    monkeypatch.setattr(review, "review_tables", slowly)
    page = open_page("data")
    assert [status.label for status in page.status] == [text("app_data_checking", "zh")]
    assert page.selectbox(key="data.source").value == "data/town"
    may_end.set()
    review.check(home / "scenarios" / "town.toml", home / "data" / "town").result(PATIENCE_S)
    assert not page.run().status
    assert page.success


def test_a_check_keeps_no_more_of_people_than_charts_count(home: Path) -> None:
    checked = review.check(home / "scenarios" / "town.toml", home / "data" / "town").result(
        PATIENCE_S
    )
    applicants = checked.review.tables["applicants"]
    assert "applicant_id" not in applicants.accepted
    assert applicants.raw is not None
    assert applicants.raw.cells.empty
