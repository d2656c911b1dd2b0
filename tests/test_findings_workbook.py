"""The marked workbook: every bad cell coloured at its place, nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest

from allocation.export import findings_workbook
from allocation.export.findings_workbook import BAD, write_findings_workbook
from allocation.messages import LANGS, Lang
from allocation.read import HIDDEN, review_tables
from tests.reading_helper import BOB, Town, scenario, town, write_folder
from tests.test_read_workbooks import as_cells, write_workbook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet


WRONG = BOB[:17] + ("1" if BOB[17] != "1" else "2")


def spoilt() -> Town:
    """Return the town with bad cells in three tables."""
    bad = town()
    bad["applicants"][1]["身份证号"] = WRONG
    bad["applicants"][2]["申请人类别"] = ""
    bad["places"][0]["名额数"] = "两个"
    bad["places"][1]["名称"] = '=HYPERLINK("x")'
    for row in bad["venues"]:
        del row["场所编号"]
    return bad


def marked(data: Path, out: Path, lang: Lang = "zh") -> Workbook:
    """Write and reopen the workbook of a source."""
    write_findings_workbook(review_tables(scenario(data)), out, lang)
    return openpyxl.load_workbook(out)


def coloured(sheet: Worksheet) -> set[tuple[int, str]]:
    """Return row and header of every coloured cell below the header, and of headers."""
    colour = str(BAD["bg_color"]).lstrip("#")
    header = next(row for row in sheet if row[0].value is not None)
    return {
        (cell.row, str(header[cell.column - 1].value))
        for row in sheet
        for cell in row
        if cell.fill.fill_type and cell.fill.start_color.rgb[2:] == colour
    }


def test_bad_cells_are_coloured_and_no_others(tmp_path: Path) -> None:
    book = marked(write_folder(tmp_path / "in", spoilt()), tmp_path / "out.xlsx")
    assert book.sheetnames == ["错误清单", "申请人", "名额", "场所"]
    assert coloured(book["申请人"]) == {(3, "身份证号"), (4, "申请人类别")}
    assert coloured(book["名额"]) == {(2, "名额数"), (3, "名称")}
    # A missing column is added behind the others.
    assert coloured(book["场所"]) == {(1, "场所编号")}
    assert [cell.value for cell in book["场所"][1]][-1] == "场所编号"


def test_rows_stand_as_they_were_read(tmp_path: Path) -> None:
    book = marked(write_folder(tmp_path / "in", spoilt()), tmp_path / "out.xlsx")
    rows = [[cell.value or "" for cell in row] for row in book["申请人"]]
    assert rows == [
        list(spoilt()["applicants"][0]),
        *(list(r.values()) for r in spoilt()["applicants"]),
    ]
    # What looks like a formula stays a text.
    cell = next(cell for cell in book["名额"][3] if str(cell.value).startswith("="))
    assert cell.data_type == "s"
    assert cell.value == '=HYPERLINK("x")'


def test_bad_cells_say_what_is_wrong(tmp_path: Path) -> None:
    book = marked(write_folder(tmp_path / "in", spoilt()), tmp_path / "out.xlsx")
    notes = {cell.value: cell.comment.text for row in book["名额"] for cell in row if cell.comment}
    assert set(notes) == {"两个", '=HYPERLINK("x")'}
    assert "“名额数”须为数字" in notes["两个"]
    assert "请只填数字" in notes["两个"]


def test_the_list_leads_to_the_cells(tmp_path: Path) -> None:
    book = marked(write_folder(tmp_path / "in", spoilt()), tmp_path / "out.xlsx")
    sheet = book["错误清单"]
    lines = [row for row in sheet.iter_rows(min_row=5) if row[0].value]
    assert len(lines) == len(review_tables(scenario(tmp_path / "in")).findings)
    for line in lines:
        target = line[6].hyperlink.location
        name, place = target.split("!")
        cell = book[name.strip("'")][place]
        assert cell.fill.start_color.rgb[2:] == str(BAD["bg_color"]).lstrip("#")
        assert name.strip("'") == line[0].value
        assert line[1].value is None or cell.row == line[1].value
    values = [line[3].value for line in lines]
    assert HIDDEN["zh"] in values
    assert WRONG not in values


def test_rows_keep_their_numbers_under_a_title(tmp_path: Path) -> None:
    bad = spoilt()["places"]
    sheets = {name: as_cells(name, rows) for name, rows in town().items()}
    sheets["places"] = [["一览表"], [], list(bad[0]), [], *(list(row.values()) for row in bad)]
    book = marked(write_workbook(tmp_path / "in.xlsx", sheets), tmp_path / "out.xlsx")
    assert coloured(book["名额"]) == {(5, "名额数")}
    assert book["名额"]["A3"].value == "名额编号"


def test_a_row_of_another_length_is_marked_whole(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "in", town())
    path = folder / "townships.csv"
    path.write_text("名称,区县\n石臼街道,东港区\n涛雒镇,东港区,多\n", "utf-8")
    sheet = marked(folder, tmp_path / "out.xlsx")["乡镇街道"]
    assert [cell.value for cell in sheet[3]] == ["涛雒镇", "东港区", "多"]
    assert {cell.column for cell in sheet[3] if cell.fill.fill_type} == {1, 2}
    assert sheet["A3"].comment is not None


@pytest.mark.parametrize("lang", LANGS)
def test_a_corrected_workbook_is_read_without_a_finding(lang: Lang, tmp_path: Path) -> None:
    bad = town()
    bad["places"][0]["名额数"] = "两个"
    folder = write_folder(tmp_path / "in", bad)
    marked(folder, tmp_path / "out.xlsx", lang)
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    sheet = book["名额" if lang == "zh" else "places"]
    at = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(2, at["名额数"], 2)
    (folder / "places.csv").unlink()
    book.save(folder / "workbook.xlsx")
    review = review_tables(scenario(folder))
    assert review.findings == ()
    assert review.notices == ()


def test_a_file_that_cannot_be_read_is_in_the_list_alone(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "in", town())
    (folder / "places.csv").unlink()
    (folder / "places.xlsx").write_bytes(b"PK\x03\x04 and no more")
    book = marked(folder, tmp_path / "out.xlsx")
    assert "名额" not in book.sheetnames
    line = next(row for row in book["错误清单"].iter_rows(min_row=5) if row[0].value == "名额")
    assert line[4].value == "文件无法打开或已损坏"
    assert line[6].hyperlink is None


def test_beyond_some_thousand_cells_only_colour_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(findings_workbook, "MOST_NOTES", 1)
    monkeypatch.setattr(findings_workbook, "MOST_LINKS", 2)
    book = marked(write_folder(tmp_path / "in", spoilt()), tmp_path / "out.xlsx")
    cells = [cell for sheet in book for row in sheet for cell in row]
    assert sum(cell.comment is not None for cell in cells) == 1
    assert sum(cell.hyperlink is not None for cell in cells) == 2
    assert coloured(book["名额"]) == {(2, "名额数"), (3, "名称")}


def test_a_layer_keeps_its_positions(tmp_path: Path, make_layer: Callable[[Path], None]) -> None:
    folder = write_folder(tmp_path / "in", town())
    (folder / "venues.csv").unlink()
    make_layer(folder / "venues.geojson")
    sheet = marked(folder, tmp_path / "out.xlsx")["场所"]
    header = [cell.value for cell in sheet[1]]
    assert header[-2:] == ["经度", "纬度"]
    assert [cell.value for cell in sheet[2]][-2:] == ["119.5", "35.4"]
    assert coloured(sheet) == {(2, "场所类型")}


@pytest.fixture
def make_layer() -> Callable[[Path], None]:
    """Write a layer with one venue of a wrong type."""
    import geopandas as gpd
    import shapely

    def make(path: Path) -> None:
        frame = gpd.GeoDataFrame(
            {"场所编号": ["V1"], "场所类型": ["菜场"]},
            geometry=[shapely.Point(119.5, 35.4)],
            crs="EPSG:4490",
        )
        frame.to_file(path, driver="GeoJSON", engine="pyogrio")

    return make
