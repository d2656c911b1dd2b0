"""Layers and coordinate systems: wherever positions come from, they end up the same."""

from __future__ import annotations

import http.server
import json
import sqlite3
import threading
from contextlib import closing
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from numpy.typing import NDArray

from allocation import tables
from allocation.geo.coordinates import from_stored
from allocation.read import Notice, Tables, read_tables, validate_tables
from allocation.read.recognise import recognise_table
from tests.reading_helper import scenario, town, write_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SQUARE = shapely.box(119.3, 35.2, 119.7, 35.6)
POINT_COLUMNS = ["经度", "纬度"]
Floats = NDArray[np.float64]


@pytest.fixture
def plain(tmp_path: Path) -> Tables:
    """Return the flawless town as read from files in EPSG:4490."""
    return read_tables(scenario(write_folder(tmp_path / "plain", town())))


def positions(rows: list[dict[str, str]], crs: str) -> tuple[Floats, Floats]:
    """Return the positions of rows in another system."""
    lon, lat = (np.array([float(row[name]) for row in rows]) for name in POINT_COLUMNS)
    return from_stored(lon, lat, crs)


def as_layer(rows: list[dict[str, str]], crs: str) -> Any:
    """Turn rows with degrees into a layer of points in another system."""
    frame = pd.DataFrame(rows)
    x, y = positions(rows, crs)
    return gpd.GeoDataFrame(
        frame.drop(columns=POINT_COLUMNS), geometry=gpd.points_from_xy(x, y), crs=crs
    )


def close(one: Tables, other: Tables) -> bool:
    """Compare all tables, positions to a tenth of a millimetre."""
    for name in tables.INPUT_TABLES:
        pd.testing.assert_frame_equal(
            one.frames[name], other.frames[name], check_exact=False, rtol=0, atol=2e-9
        )
    return True


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:4326", "EPSG:4549", "EPSG:4528"])
@pytest.mark.parametrize("suffix", [".gpkg", ".geojson"])
def test_layers_say_their_own_system(crs: str, suffix: str, tmp_path: Path, plain: Tables) -> None:
    folder = write_folder(tmp_path, town())
    (folder / "places.csv").unlink()
    driver = {".gpkg": "GPKG", ".geojson": "GeoJSON"}[suffix]
    as_layer(town()["places"], crs).to_file(folder / f"places{suffix}", driver=driver)
    # What the scenario says of other files is no matter for a file that says its own.
    read = read_tables(scenario(folder))
    assert close(read, plain)
    assert {s.table: s.crs for s in read.sources}["places"] == crs


@pytest.mark.parametrize("crs", ["EPSG:4490", "GCJ-02", "BD-09", "EPSG:4549", "EPSG:4528"])
def test_text_files_are_in_the_system_the_scenario_declares(
    crs: str, tmp_path: Path, plain: Tables
) -> None:
    moved = town()
    for row in moved["places"]:
        x, y = positions([row], crs)
        row["经度"], row["纬度"] = repr(float(x[0])), repr(float(y[0]))
    read = read_tables(scenario(write_folder(tmp_path, moved), crs={"places": crs}))
    assert close(read, plain)
    converted = [notice for notice in read.notices if notice.code == "coordinates_converted"]
    assert len(converted) == (crs != "EPSG:4490")


def test_eastings_are_read_with_and_without_their_zone_number(
    tmp_path: Path, plain: Tables
) -> None:
    moved = town()
    for row, prefix in zip(moved["places"], (0.0, 40e6), strict=True):
        x, y = positions([row], "EPSG:4549")
        row["经度"], row["纬度"] = repr(float(x[0]) + prefix), repr(float(y[0]))
    folder = write_folder(tmp_path, moved)
    for crs in ("EPSG:4549", "EPSG:4528"):
        assert close(read_tables(scenario(folder, crs={"places": crs})), plain)


@pytest.mark.parametrize(
    ("easting", "northing", "code"),
    [
        ("119.53", "35.39", "coordinates_in_degrees"),
        ("3917930.2", "457406.1", "coordinates_swapped"),
        ("3917930.2", "40457406.1", "coordinates_swapped"),
        ("39457406.1", "3917930.2", "coordinate_out_of_range"),
    ],
)
def test_metres_are_judged_by_magnitude(
    easting: str, northing: str, code: str, tmp_path: Path
) -> None:
    moved = town()
    good, bad = moved["places"]
    good["经度"], good["纬度"] = "457406.1", "3917930.2"
    bad["经度"], bad["纬度"] = easting, northing
    folder = write_folder(tmp_path, moved)
    found = validate_tables(scenario(folder, crs={"places": "EPSG:4549"}))
    assert [(f.row, f.code) for f in found] == [(3, code)]


def test_a_layer_and_a_scenario_that_disagree_are_found(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, town())
    (folder / "places.csv").unlink()
    as_layer(town()["places"], "EPSG:4549").to_file(folder / "places.gpkg", driver="GPKG")
    for declared in ("EPSG:4490", "GCJ-02"):
        found = validate_tables(scenario(folder, crs={"places": declared}))
        assert [f.code for f in found] == ["crs_disagrees"]


def test_a_layer_in_a_system_without_an_exact_way_is_found(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, town())
    (folder / "places.csv").unlink()
    layer = as_layer(town()["places"], "EPSG:4490").to_crs("EPSG:3857")
    layer.to_file(folder / "places.gpkg", driver="GPKG")
    assert [f.code for f in validate_tables(scenario(folder))] == ["crs_of_file"]


def test_positions_need_both_columns(tmp_path: Path) -> None:
    half = town()
    for row in half["places"]:
        del row["纬度"]
    found = validate_tables(scenario(write_folder(tmp_path, half)))
    assert [(f.code, f.row, f.column) for f in found] == [("missing_column", None, "纬度")]
    assert found[0].mend()


def test_a_geojson_of_web_map_points_can_be_declared(tmp_path: Path, plain: Tables) -> None:
    folder = write_folder(tmp_path, town())
    (folder / "places.csv").unlink()
    _web_map_layer().to_file(folder / "places.geojson", driver="GeoJSON", RFC7946="YES")
    read = read_tables(scenario(folder, crs={"places": "GCJ-02"}))
    pd.testing.assert_frame_equal(
        read.places[["lon", "lat"]], plain.places[["lon", "lat"]], atol=1e-6
    )


def _web_map_layer() -> Any:
    frame = pd.DataFrame(town()["places"])
    x, y = positions(town()["places"], "GCJ-02")
    points = gpd.points_from_xy(x, y)
    return gpd.GeoDataFrame(frame.drop(columns=POINT_COLUMNS), geometry=points, crs="EPSG:4326")


def outlines(folder: Path, shape: Any, crs: str = "EPSG:4490") -> Path:
    frame = gpd.GeoDataFrame(
        {"区县代码": ["371102"], "名称": ["东港区"]}, geometry=[shape], crs="EPSG:4490"
    )
    frame.to_crs(crs).to_file(folder / "districts.gpkg", driver="GPKG", layer="区县")
    return folder


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:4549"])
def test_outlines_of_districts_are_read(crs: str, tmp_path: Path) -> None:
    folder = outlines(write_folder(tmp_path, town()), SQUARE, crs)
    districts = read_tables(scenario(folder)).districts
    assert isinstance(districts, gpd.GeoDataFrame)
    assert districts.crs == "EPSG:4490"
    assert districts.geometry.iloc[0].normalize().equals_exact(SQUARE.normalize(), 1e-8)


def test_an_outline_that_crosses_itself_is_repaired(tmp_path: Path) -> None:
    bow = shapely.Polygon([(119.3, 35.2), (119.7, 35.6), (119.7, 35.2), (119.3, 35.6)])
    read = read_tables(scenario(outlines(write_folder(tmp_path, town()), bow)))
    assert read.districts.geometry.is_valid.all()
    assert read.notices == (Notice("outlines_repaired", {"table": "districts", "n": 1}),)


@pytest.mark.parametrize(
    ("shape", "code"),
    [
        (shapely.LineString([(119, 35), (120, 36)]), "geometry_not_area"),
        (shapely.box(2, 48, 3, 49), "geometry_outside"),
    ],
)
def test_bad_outlines_are_found(shape: Any, code: str, tmp_path: Path) -> None:
    found = validate_tables(scenario(outlines(write_folder(tmp_path, town()), shape)))
    assert [(f.code, f.row) for f in found] == [(code, 2)]


def test_bad_points_of_a_layer_are_found(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, town())
    (folder / "places.csv").unlink()
    layer = as_layer(town()["places"], "EPSG:4490")
    layer.geometry = [SQUARE, shapely.Point(2.3, 48.8)]
    layer.to_file(folder / "places.gpkg", driver="GPKG")
    found = validate_tables(scenario(folder))
    assert [(f.row, f.code) for f in found] == [(2, "geometry_not_point"), (3, "outside_bounds")]


def secret(folder: Path) -> Path:
    """Write a table that lies outside the folder of the data and would do for districts."""
    folder.mkdir()
    path = folder / "secret.csv"
    path.write_text("区县代码,名称\n371102,不该读到\n", encoding="utf-8")
    return path


def pointing(form: str, where: str) -> str:
    """Write a file that only says where a table lies."""
    if form == "virtual":
        source = f"<SrcDataSource>{where}</SrcDataSource><SrcLayer>secret</SrcLayer>"
        layer = f'<OGRVRTLayer name="districts">{source}</OGRVRTLayer>'
        return f"<OGRVRTDataSource>{layer}</OGRVRTDataSource>"
    command = f"gdal vector pipeline ! read {where} ! write /dev/null"
    return json.dumps({"type": "gdal_streamed_alg", "command_line": command})


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson"])
@pytest.mark.parametrize("form", ["virtual", "command"])
def test_a_file_that_points_to_another_is_damaged(form: str, suffix: str, tmp_path: Path) -> None:
    other = secret(tmp_path / "elsewhere")
    folder = write_folder(tmp_path / "data", town())
    path = folder / f"districts{suffix}"
    path.write_text(pointing(form, str(other)), encoding="utf-8")
    if form == "virtual":
        # The danger is real: asked by the file's plain name, the library reads the other.
        assert "不该读到" in pyogrio.read_dataframe(path).to_string()
    assert [f.code for f in validate_tables(scenario(folder))] == ["file_damaged"]
    assert recognise_table(path) is None


def test_a_table_of_a_geopackage_that_lies_elsewhere_is_not_read(tmp_path: Path) -> None:
    other = secret(tmp_path / "elsewhere")
    folder = outlines(write_folder(tmp_path / "data", town()), SQUARE)
    path = folder / "districts.gpkg"
    assert validate_tables(scenario(folder)) == []
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA writable_schema = ON")
        statement = f"CREATE VIRTUAL TABLE venues USING VirtualText('{other}', 'UTF-8', 1)"
        database.execute(
            "INSERT INTO sqlite_master (type, name, tbl_name, rootpage, sql)"
            " VALUES ('table', 'venues', 'venues', 0, ?)",
            (statement,),
        )
        database.commit()
    assert [f.code for f in validate_tables(scenario(folder))] == ["file_damaged"]
    assert recognise_table(path) is None


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """Return the address of a server, and what it has been asked for."""
    paths: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_error(404)

        def do_HEAD(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", paths
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson"])
def test_no_file_makes_the_program_ask_the_network(
    suffix: str, asked: tuple[str, list[str]], tmp_path: Path
) -> None:
    address, paths = asked
    folder = write_folder(tmp_path, town())
    path = folder / f"districts{suffix}"
    path.write_text(pointing("virtual", f"/vsicurl/{address}/secret.csv"), encoding="utf-8")
    assert [f.code for f in validate_tables(scenario(folder))] == ["file_damaged"]
    # Not even where a library should read such a file after all.
    with pytest.raises(pyogrio.errors.DataSourceError):
        pyogrio.read_info(f"/vsicurl/{address}/secret.csv")
    assert paths == []
