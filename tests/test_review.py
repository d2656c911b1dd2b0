"""The review: what becomes of every row, and which points lie outside the city."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest
import shapely

from allocation import tables
from allocation.messages import LANGS
from allocation.messages.reading import FAMILIES, TEXTS
from allocation.read import BadInput, Review, read_tables, review_tables, validate_tables
from allocation.read.stray import MARGIN_M
from tests.reading_helper import same, scenario, town, write_csv, write_folder

if TYPE_CHECKING:
    from pathlib import Path

CITY = shapely.box(119.4, 35.3, 119.7, 35.5)


def review(folder: Path, **settings: object) -> Review:
    return review_tables(scenario(folder, **settings))  # type: ignore[arg-type]


def numbers(found: Review) -> dict[str, tuple[int, int, int]]:
    """Return rows, accepted and refused of the tables that are given."""
    return {
        name: (table.n_rows, table.n_accepted, table.n_refused)
        for name, table in found.tables.items()
        if table.is_given
    }


def test_a_flawless_town_is_accepted_whole_and_read_once(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, town())
    found = review(folder)
    assert found.findings == ()
    assert numbers(found) == {name: (len(r), len(r), 0) for name, r in town().items()}
    assert list(found.tables) == list(tables.INPUT_TABLES)
    assert not found.tables["employers"].is_given
    assert found.n_rows == sum(map(len, town().values()))
    assert same(found.sealed(), read_tables(scenario(folder)))
    assert found.tables["places"].file == "places.csv"


def test_rows_with_an_error_are_refused_once_each(tmp_path: Path) -> None:
    bad = town()
    bad["applicants"][1].update(残疾等级="重度", 出生日期="昨天")
    bad["places"][0]["名额数"] = "-1"
    folder = write_folder(tmp_path, bad)
    found = review(folder)
    assert numbers(found)["applicants"] == (3, 2, 1)
    assert numbers(found)["places"] == (2, 1, 1)
    assert found.tables["applicants"].accepted["applicant_id"].tolist() == ["A1", "A3"]
    assert list(found.findings) == validate_tables(scenario(folder))
    assert len(found.tables["applicants"].findings) == 2
    assert found.n_refused == 2
    with pytest.raises(BadInput):
        found.sealed()


def test_an_abridged_review_keeps_the_cells_to_be_marked_alone(tmp_path: Path) -> None:
    bad = town()
    bad["places"][0]["名额数"] = "-1"
    whole = review(write_folder(tmp_path, bad))
    short = whole.abridged({"applicants": ["group"]})
    assert numbers(short) == numbers(whole)
    assert short.findings == whole.findings
    assert list(short.tables["applicants"].accepted) == ["group"]
    assert short.tables["applicants"].file == "applicants.csv"
    faultless, faulty = (short.tables[name].raw for name in ("applicants", "places"))
    assert faultless is not None
    assert faulty is not None
    assert faultless.cells.empty
    assert len(faulty.cells) == 2
    with pytest.raises(ValueError, match="abridged"):
        short.sealed()


def test_what_is_wrong_with_a_whole_table_refuses_every_row(tmp_path: Path) -> None:
    bad = town()
    for row in bad["places"]:
        del row["名额数"]
    found = review(write_folder(tmp_path, bad))
    assert numbers(found)["places"] == (2, 0, 2)
    assert found.tables["places"].accepted.empty
    assert "capacity" in found.tables["places"].accepted


def test_rows_of_another_length_count(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, town())
    (folder / "townships.csv").write_text("名称,区县\n石臼街道,东港区\n涛雒镇\n", "utf-8")
    found = review(folder)
    assert numbers(found)["townships"] == (2, 1, 1)
    raw = found.tables["townships"].raw
    assert raw is not None
    assert raw.odd_rows == {3: ("涛雒镇",)}


def test_repeated_rows_are_merged_and_not_refused(tmp_path: Path) -> None:
    more = town()
    more["applications"].append(dict(more["applications"][0]))
    found = review(write_folder(tmp_path, more))
    assert numbers(found)["applications"] == (5, 5, 0)
    assert len(found.tables["applications"].accepted) == 4
    assert [notice.sentence() for notice in found.notices] == ["申请:1 行与其他行完全相同，已合并"]


def test_a_table_that_cannot_be_read_has_no_rows(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, town())
    (folder / "places.csv").write_bytes(b"")
    (folder / "applications.csv").unlink()
    found = review(folder)
    assert numbers(found)["places"] == (0, 0, 0)
    assert found.tables["places"].file == "places.csv"
    assert not found.tables["applications"].is_given
    assert [f.code for f in found.tables["applications"].findings] == ["missing_table"]


def test_every_error_has_a_family_and_every_notice_a_sentence(tmp_path: Path) -> None:
    bad = town()
    bad["applicants"][0]["身份证号"] = "1"
    bad["applications"][0]["名额编号"] = "P9"
    bad["places"][0]["经度"] = "35.39"
    bad["places"][0]["备注"] = "x"
    bad["places"][1]["备注"] = "y"
    bad["places"][1]["名额数"] = "x"
    del bad["townships"][0]["区县"]
    found = review(write_folder(tmp_path, bad))
    assert {finding.family for finding in found.findings} == {
        "files",
        "cells",
        "identity",
        "links",
        "positions",
    }
    for lang in LANGS:
        assert all(notice.sentence(lang) for notice in found.notices)


def with_districts(folder: Path) -> Path:
    """Add the outline of the city to the town."""
    write_folder(folder, town())
    frame = gpd.GeoDataFrame({"名称": ["东港区"]}, geometry=[CITY], crs="EPSG:4490")
    frame.to_file(folder / "districts.geojson", driver="GeoJSON", engine="pyogrio")
    return folder


def move(folder: Path, table: str, row: int, lon: str, lat: str) -> None:
    rows = town()[table]
    rows[row].update(经度=lon, 纬度=lat)
    write_csv(folder / f"{table}.csv", rows)


def test_every_code_of_a_finding_is_in_one_family() -> None:
    codes = [code for codes in FAMILIES.values() for code in codes if not code.endswith("_mend")]
    assert len(codes) == len(set(codes))
    assert set(codes) == {code for code in TEXTS if f"{code}_mend" in TEXTS}


class TestStray:
    """Points outside the city."""

    def test_a_city_without_strays(self, tmp_path: Path) -> None:
        assert review(with_districts(tmp_path)).stray.empty

    def test_beyond_the_outlines(self, tmp_path: Path) -> None:
        folder = with_districts(tmp_path)
        move(folder, "places", 0, "119.8", "35.4")
        found = review(folder)
        assert found.findings == ()
        stray = found.stray.to_dict("records")
        assert [(s["table"], s["row"], s["id"]) for s in stray] == [("places", 2, "P1")]
        # A tenth of a degree of longitude at 35.4 degrees north.
        assert stray[0]["beyond_m"] == pytest.approx(9_084, abs=5)

    def test_a_township_has_its_name_for_an_id(self, tmp_path: Path) -> None:
        folder = with_districts(tmp_path)
        rows = town()["townships"]
        rows[0].update(经度="119.9", 纬度="35.4")
        write_csv(folder / "townships.csv", rows)
        stray = review(folder).stray.iloc[0]
        assert (stray["table"], stray["id"]) == ("townships", "石臼街道")

    def test_just_beyond_the_outlines_is_let_pass(self, tmp_path: Path) -> None:
        folder = with_districts(tmp_path)
        metres_a_degree = 90_840
        for beyond, n in ((MARGIN_M - 20, 0), (MARGIN_M + 20, 1)):
            move(folder, "places", 0, f"{119.7 + beyond / metres_a_degree:.7f}", "35.4")
            assert len(review(folder).stray) == n

    def test_beyond_the_bounds_without_outlines(self, tmp_path: Path) -> None:
        folder = write_folder(tmp_path, town())
        move(folder, "applicants", 0, "121.5", "31.2")
        found = review(folder, bounds=(119.0, 35.0, 120.0, 36.0))
        assert [f.code for f in found.findings] == ["outside_bounds"]
        stray = found.stray.iloc[0]
        assert (stray["table"], stray["id"], stray["name"]) == ("applicants", "A1", "")
        assert np.isnan(stray["beyond_m"])

    def test_what_is_nowhere_near_is_listed_without_a_distance(self, tmp_path: Path) -> None:
        folder = with_districts(tmp_path)
        move(folder, "places", 0, "0", "0")
        stray = review(folder).stray.iloc[0]
        assert stray["id"] == "P1"
        assert np.isnan(stray["beyond_m"])

    def test_a_swapped_position_is_an_error_and_no_stray_point(self, tmp_path: Path) -> None:
        folder = with_districts(tmp_path)
        move(folder, "places", 0, "35.39", "119.53")
        found = review(folder)
        assert [f.code for f in found.findings] == ["coordinates_swapped"]
        assert found.stray.empty
