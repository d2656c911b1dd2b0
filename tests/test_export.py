"""Exports: whole files that Excel, WPS and a GIS read, and that tell nothing they must not."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio
import pytest

from allocation import pipeline
from allocation.export import write_csv, write_geojson, write_gpkg, write_xlsx
from allocation.export.files import whole_file
from allocation.messages import RunError
from allocation.runs import Run, load_run
from tests.town import PLACES, write_town

if TYPE_CHECKING:
    from pathlib import Path

SENSITIVE = (
    "identity_no",
    "身份证号",
    "certificate_no",
    "残疾人证号",
    "disability_type",
    "残疾类别",
    "disability_level",
    "残疾等级",
    "min_livelihood",
    "低保",
    "priority_tier",
    "优先层级",
    "占用预留",
)


@pytest.fixture(scope="module")
def town_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """One finished run of the town."""
    folder = tmp_path_factory.mktemp("town")
    return load_run(pipeline.run(write_town(folder), folder / "runs"))


class TestWorkbook:
    """The XLSX."""

    def test_sheets_and_rows(self, town_run: Run, tmp_path: Path) -> None:
        """Four sheets with Chinese headers; every row of the run is in its sheet."""
        write_xlsx(town_run, tmp_path / "a.xlsx")
        book = openpyxl.load_workbook(tmp_path / "a.xlsx")
        assert book.sheetnames == ["分配结果", "轮候名单", "未获名额", "统计"]
        assert book["分配结果"].max_row == len(town_run.awards) + 1
        assert book["轮候名单"].max_row == len(town_run.waitlist) + 1
        assert book["未获名额"].max_row == len(town_run.refusals) + 1
        header = [cell.value for cell in book["分配结果"][1]]
        assert header[:3] == ["申请人编号", "名额编号", "名额类型"]
        assert book["分配结果"].freeze_panes == "A2"
        assert book["分配结果"].column_dimensions["A"].width > 8

    def test_english(self, town_run: Run, tmp_path: Path) -> None:
        """``--lang en`` gives English sheets and headers."""
        write_xlsx(town_run, tmp_path / "a.xlsx", "en")
        book = openpyxl.load_workbook(tmp_path / "a.xlsx")
        assert book.sheetnames == ["awards", "waitlist", "refusals", "measures"]
        assert book["awards"]["A1"].value == "applicant_id"

    def test_names_are_no_formulas(self, town_run: Run, tmp_path: Path) -> None:
        """A stall called ``=HYPERLINK(1)`` stays a text, in the workbook and in the CSV."""
        places = town_run.tables.places.assign(name='=HYPERLINK("x")')
        forged = load_run(town_run.path)
        forged.__dict__["tables"] = replace(
            town_run.tables, frames={**town_run.tables.frames, "places": places}
        )
        write_xlsx(forged, tmp_path / "a.xlsx")
        sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["分配结果"]
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert any(cell.value == '=HYPERLINK("x")' for cell in cells)
        assert all(cell.data_type != "f" for cell in cells)
        write_csv(forged, tmp_path / "a.csv", "en")
        names = pd.read_csv(tmp_path / "a.csv")["place_name"]
        assert (names == '\'=HYPERLINK("x")').all()

    def test_nothing_sensitive_by_default(self, town_run: Run, tmp_path: Path) -> None:
        """Neither columns nor reasons tell of certificates, types, levels or income."""
        write_xlsx(town_run, tmp_path / "a.xlsx")
        book = openpyxl.load_workbook(tmp_path / "a.xlsx")
        for name in book.sheetnames[:3]:
            words = {str(cell.value) for row in book[name].iter_rows() for cell in row}
            assert not words & set(SENSITIVE)

    def test_working_copy_has_the_reasons(self, town_run: Run, tmp_path: Path) -> None:
        """The office's own copy says everything."""
        write_xlsx(town_run, tmp_path / "a.xlsx", internal=True)
        book = openpyxl.load_workbook(tmp_path / "a.xlsx")
        header = [cell.value for cell in book["未获名额"][1]]
        assert header[-2:] == ["原因代码", "原因说明"]
        assert all(row[-1].value for row in book["未获名额"].iter_rows())
        assert "优先层级" in [cell.value for cell in book["分配结果"][1]]


class TestDelimited:
    """The CSV."""

    def test_bytes(self, town_run: Run, tmp_path: Path) -> None:
        """A byte order mark for Excel, LF, and an id ``NA`` that stays."""
        write_csv(town_run, tmp_path / "a.csv")
        data = (tmp_path / "a.csv").read_bytes()
        assert data.startswith(b"\xef\xbb\xbf")
        assert b"\r" not in data
        frame = pd.read_csv(tmp_path / "a.csv", keep_default_na=False)
        assert len(frame) == len(town_run.awards)

    @pytest.mark.parametrize("name", ["awards", "waitlist", "refusals"])
    def test_lists(self, town_run: Run, tmp_path: Path, name: str) -> None:
        """Every list can be written."""
        write_csv(town_run, tmp_path / "a.csv", "en", name=name)
        frame = pd.read_csv(tmp_path / "a.csv", keep_default_na=False)
        assert len(frame) == len(getattr(town_run, name))
        assert "place_name" in frame


class TestGis:
    """GeoPackage and GeoJSON."""

    def test_layers(self, town_run: Run, tmp_path: Path) -> None:
        """Three layers in EPSG:4490; the awards lie at their places, not at homes."""
        path = tmp_path / "a.gpkg"
        write_gpkg(town_run, path)
        assert [str(name) for name, _ in pyogrio.list_layers(path)] == [
            "places",
            "awards",
            "conflicts",
        ]
        places, awards, conflicts = (
            gpd.read_file(path, layer=name) for name in ("places", "awards", "conflicts")
        )
        for layer in (places, awards, conflicts):
            assert layer.crs is not None
            assert layer.crs.to_epsg() == 4490
        assert len(places) == len(PLACES)
        assert len(awards) == len(town_run.awards)
        assert places["n_awards"].sum() == len(awards)
        at = places.set_index("place_id").geometry
        assert all(
            point.equals(at[place])
            for point, place in zip(awards.geometry, awards["place_id"], strict=True)
        )
        opened = places[places["is_candidate"]].set_index("place_id")["is_open"]
        assert opened.sum() == 1
        assert set(conflicts["place_id_a"] + conflicts["place_id_b"]) == {"L1L2"}
        assert conflicts["distance_m"].round().eq(200).all()
        assert conflicts["required_m"].eq(300).all()
        assert not set(SENSITIVE) & set(awards.columns)

    def test_geojson(self, town_run: Run, tmp_path: Path) -> None:
        """One collection of the places with their numbers of awards."""
        write_geojson(town_run, tmp_path / "a.geojson")
        document = json.loads((tmp_path / "a.geojson").read_text(encoding="utf-8"))
        assert len(document["features"]) == len(PLACES)
        lon, lat = document["features"][0]["geometry"]["coordinates"]
        assert 118 < lon < 120
        assert 34 < lat < 37
        numbers = [feature["properties"]["n_awards"] for feature in document["features"]]
        assert sum(numbers) == len(town_run.awards)


class TestWhole:
    """An export is whole or absent."""

    def test_failure_leaves_the_old_file(self, tmp_path: Path) -> None:
        """A crash while writing neither harms the old file nor leaves a new one."""
        path = tmp_path / "a.csv"
        path.write_text("old", encoding="utf-8")

        def crash() -> None:
            with whole_file(path) as fresh:
                fresh.write_text("half", encoding="utf-8")
                raise ValueError

        with pytest.raises(ValueError, match=r"^$"):
            crash()
        assert [file.name for file in tmp_path.iterdir()] == ["a.csv"]
        assert path.read_text(encoding="utf-8") == "old"

    def test_unwritable_place_is_a_coded_error(self, tmp_path: Path) -> None:
        """A file where a folder should be is said in a sentence."""
        (tmp_path / "file").write_text("", encoding="utf-8")
        with pytest.raises(RunError) as caught, whole_file(tmp_path / "file" / "a.csv"):
            pass
        assert caught.value.code == "export_failed"
