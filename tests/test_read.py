"""Whatever offices send becomes the same tables: encodings, headers, formats, orders."""

from __future__ import annotations

import pickle
import random
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
import xlsxwriter

from allocation import tables
from allocation.geo.coordinates import from_stored
from allocation.messages import LANGS, InputError, RunError, text
from allocation.read import (
    Notice,
    Tables,
    load_sealed_tables,
    read_tables,
    validate_tables,
)
from tests.reading_helper import Town, scenario, town, write_csv, write_folder

if TYPE_CHECKING:
    from pathlib import Path

SQUARE = shapely.box(119.3, 35.2, 119.7, 35.6)
POINT_COLUMNS = ["经度", "纬度"]


def same(one: Tables, other: Tables) -> bool:
    """Compare all tables, dtypes included."""
    for name in tables.INPUT_TABLES:
        pd.testing.assert_frame_equal(one.frames[name], other.frames[name])
    return True


@pytest.fixture
def plain(tmp_path: Path) -> Tables:
    """Return the flawless town as read from plain UTF-8 files with Chinese headers."""
    return read_tables(scenario(write_folder(tmp_path / "plain", town())))


def english(rows: Town) -> Town:
    """Rewrite tables with English headers and canonical values."""
    result: Town = {}
    for name, table in rows.items():
        schema = tables.table_of(name)
        result[name] = [
            {
                (column := schema.by_name[schema.by_header[tables.token(header)]]).name: (
                    column.lookup.get(tables.token(value), value) if column.labels else value
                )
                for header, value in row.items()
            }
            for row in table
        ]
    return result


# Text files.


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_every_encoding_gives_the_same_tables(encoding: str, tmp_path: Path, plain: Tables) -> None:
    assert same(read_tables(scenario(write_folder(tmp_path, town(), encoding))), plain)


def test_english_headers_and_values_give_the_same_tables(tmp_path: Path, plain: Tables) -> None:
    assert same(read_tables(scenario(write_folder(tmp_path, english(town())))), plain)


def test_headers_may_be_mixed_padded_and_full_width(tmp_path: Path, plain: Tables) -> None:
    messy = town()
    words = {
        "名额编号": " Place ID *",
        "名额数": "ｃａｐａｃｉｔｙ",
        "月费(元)": "月费",
        "名额类型": "类型:",
    }
    messy["places"] = [
        {words.get(header, f"\u3000{header} "): value for header, value in row.items()}
        for row in messy["places"]
    ]
    assert same(read_tables(scenario(write_folder(tmp_path, messy))), plain)


def test_files_may_bear_chinese_names(tmp_path: Path, plain: Tables) -> None:
    for name, rows in town().items():
        write_csv(tmp_path / f"{tables.table_of(name).zh}.CSV", rows)
    assert same(read_tables(scenario(tmp_path)), plain)


def test_line_ends_separators_and_blank_rows_do_not_matter(tmp_path: Path, plain: Tables) -> None:
    folder = write_folder(tmp_path / "in", town())
    for path in folder.iterdir():
        lines = path.read_text(encoding="utf-8").replace(",", "\t").split()
        path.write_text("\n".join(["", *lines[:2], "", *lines[2:], "", ""]), encoding="utf-8")
    assert same(read_tables(scenario(folder)), plain)


def test_a_title_above_the_header_is_skipped(tmp_path: Path, plain: Tables) -> None:
    folder = write_folder(tmp_path, town())
    path = folder / "places.csv"
    width = len(town()["places"][0])
    title = "日照市摊位及站点名额一览表" + "," * (width - 1)
    path.write_text(f"{title}\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    assert same(read_tables(scenario(folder)), plain)


def test_rows_are_counted_as_in_the_file(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, town())
    path = folder / "places.csv"
    header, first, second = path.read_text(encoding="utf-8").split()
    header = f"\n{header}"
    width = header.count(",")
    first = first.replace("石臼早市东排", '"石臼早市, ""东""排"')
    lines = [header, first, "," * width, "", second.replace("镇区", "郊区")]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert [(f.row, f.code) for f in validate_tables(scenario(folder))] == [(6, "unknown_value")]


@pytest.mark.parametrize("main", ["utf-8", "gb18030"])
def test_a_line_in_another_encoding_is_found_and_understood(main: str, tmp_path: Path) -> None:
    other = {"utf-8": "gb18030", "gb18030": "utf-8"}[main]
    rows = town()["venues"]
    rows += [{**rows[0], "场所编号": f"V{i}", "名称": f"市场第{i}号"} for i in range(2, 6)]
    folder = write_folder(tmp_path, town())
    write_csv(folder / "venues.csv", rows, main)
    lines = (folder / "venues.csv").read_bytes().split(b"\r\n")
    lines[3] = lines[3].decode(main).encode(other)
    (folder / "venues.csv").write_bytes(b"\r\n".join(lines))
    found = validate_tables(scenario(folder))
    assert [(f.row, f.code) for f in found] == [(4, "mixed_encoding")]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_damaged_byte_is_found_in_its_cell(encoding: str, tmp_path: Path) -> None:
    folder = write_folder(tmp_path, town(), encoding)
    path = folder / "places.csv"
    path.write_bytes(path.read_bytes().replace("路口".encode(encoding), b"\xff"))
    found = validate_tables(scenario(folder))
    assert [(f.row, f.column, f.code) for f in found] == [(3, "名称", "undecodable")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "no_header"),
        (b"\n\n", "no_header"),
        (b"1,2,3\n4,5,6\n", "no_header"),
        ("名额编号,名额类型,名额数\nP1,摊位,1\n".encode("utf-16"), "encoding_unknown"),
        ("名额编号,名额类型,名额数\n".encode(), "no_rows"),
        ("名额编号,名额类型,名额数\nP1,摊位\n".encode(), "row_length"),
        ("名额编号,名额类型,名额数\nP1,摊位,1,1\n".encode(), "row_length"),
    ],
)
def test_files_that_cannot_be_split_are_found(content: bytes, code: str, tmp_path: Path) -> None:
    folder = write_folder(tmp_path, {"applicants": town()["applicants"]})
    (folder / "applications.csv").write_text("申请人编号,名额编号,志愿序号\nA1,P1,1\n", "utf-8")
    (folder / "places.csv").write_bytes(content)
    codes = {finding.code for finding in validate_tables(scenario(folder))}
    assert code in codes
    assert "missing_table" not in codes


# Values.


@pytest.mark.parametrize(
    ("table", "header", "writing", "value"),
    [
        ("applications", "志愿序号", "３", 3),
        ("applications", "志愿序号", "3.0", 3),
        ("applications", "志愿序号", " +3\u3000", 3),
        ("places", "名额数", "1,200", 1200),
        ("places", "名额数", "0", 0),
        ("places", "月费(元)", "１２０．５", 120.5),
        ("places", "月费(元)", "1,200.50", 1200.5),
        ("places", "需久站", "TRUE", True),
        ("places", "需久站", "1", True),
        ("places", "需久站", "0.0", False),
        ("places", "需久站", "", None),
        ("places", "候选点", "", False),
        ("places", "名额类型", "STALL", "stall"),
        ("places", "名额类型", "报刊亭", "kiosk"),
        ("places", "区域类别", " 乡 村 ", "rural"),
        ("applicants", "残疾等级", "3", 3),
        ("applicants", "残疾等级", "三", 3),
        ("applicants", "残疾等级", "３级", 3),
        ("applicants", "残疾类别", "肢体残疾", "physical"),
        ("applicants", "低保", "", "unknown"),
        ("applicants", "低保", "不清楚", "unknown"),
        ("applicants", "低保", "true", "yes"),
        ("applicants", "久站", "", "unknown"),
        ("applicants", "受理回执号", "", "A1"),
        ("applicants", "受理回执号", "Ｒ７１", "R71"),
        *[
            ("held_awards", "授予日期", writing, pd.Timestamp("2023-12-01"))
            for writing in (
                "2023-12-01",
                "2023/12/1",
                "20231201",
                "2023年12月1日",
                "2023.12.1",
                "２０２３年１２月１日",
                "2023-12-01 00:00:00",
                "2023-12-01T09:30:00",
                "45261",
            )
        ],
        *[
            ("applications", "受理时间", writing, pd.Timestamp("2023-12-01 09:30:15"))
            for writing in (
                "2023-12-01 09:30:15",
                "2023/12/1 9:30:15",
                "2023-12-01T09:30:15+08:00",
                "2023-12-01 09:30:15.4",
                "2023年12月1日 9时30分15秒",
                "20231201093015",
            )
        ],
        ("applications", "受理时间", "2023-12-01 9:30", pd.Timestamp("2023-12-01 09:30:00")),
    ],
)
def test_writings_of_a_value(
    table: str, header: str, writing: str, value: object, tmp_path: Path
) -> None:
    written = town()
    # The last application is the only one of its applicant: any rank will do.
    row = -1 if header == "志愿序号" else 0
    written[table][row][header] = writing
    read = read_tables(scenario(write_folder(tmp_path, written)))
    column = tables.table_of(table).by_header[tables.token(header)]
    got = read.frames[table][column].iloc[row]
    assert pd.isna(got) if value is None else got == value


def test_columns_that_are_missing_get_their_default(plain: Tables) -> None:
    places, applicants = plain.places, plain.applicants
    assert places["post_kind"].isna().all()
    assert applicants["extreme_hardship"].isna().all(), "not asked is not the same as unknown"
    assert list(places["is_candidate"]) == [False, True]


def test_without_groups_and_receipts_everybody_is_general(tmp_path: Path) -> None:
    few = town()
    few["applicants"] = [{"申请人编号": row["申请人编号"]} for row in few["applicants"]]
    applicants = read_tables(scenario(write_folder(tmp_path, few))).applicants
    assert list(applicants["group"]) == ["general"] * 3
    assert list(applicants["receipt_no"]) == list(applicants["applicant_id"])


def test_a_scenario_may_declare_a_kind(tmp_path: Path) -> None:
    more = town()
    more["places"][0]["名额类型"] = "书摊"
    more["places"][1]["名额类型"] = "Bookstall"
    folder = write_folder(tmp_path, more)
    assert len(validate_tables(scenario(folder))) == 2
    read = read_tables(scenario(folder, kinds={"book_stall": ("书摊", "book stall")}))
    assert set(read.places["kind"]) == {"book_stall"}


def test_tables_have_every_column_and_type(plain: Tables) -> None:
    for name, schema in tables.INPUT_TABLES.items():
        frame = plain.frames[name]
        assert list(frame.columns) == list(schema.by_name)
        for column in schema.columns:
            assert str(frame[column.name].dtype) == column.dtype
        assert isinstance(frame.index, pd.RangeIndex)
    assert plain.employers.empty


# Repeats, notices, order.


def test_exact_repeats_are_merged_and_counted(tmp_path: Path, plain: Tables) -> None:
    more = town()
    more["applications"] += [dict(more["applications"][0]) for _ in range(2)]
    more["applications"][-1]["志愿序号"] = "1.0"
    more["applicants"].append(dict(more["applicants"][1]))
    read = read_tables(scenario(write_folder(tmp_path, more)))
    assert same(read, plain)
    assert read.notices == (
        Notice("rows_merged", {"table": "applicants", "n": 1}),
        Notice("rows_merged", {"table": "applications", "n": 2}),
    )
    assert [source.n_rows for source in read.sources[:3]] == [4, 2, 6]


def test_a_place_wished_for_twice_is_left_to_the_rules(tmp_path: Path) -> None:
    more = town()
    more["applications"].append({**more["applications"][0], "志愿序号": "3"})
    assert len(read_tables(scenario(write_folder(tmp_path, more))).applications) == 5


def test_what_is_not_used_is_noticed(tmp_path: Path) -> None:
    more = town()
    for row in more["places"]:
        row["备注"] = "x"
    more["held_awards"][0]["申请人编号"] = "Z9"
    more["places"][0]["乡镇街道"] = "石臼"
    folder = write_folder(tmp_path, more)
    write_csv(folder / "placess.csv", more["places"])
    (folder / "README.md").write_text("x", "utf-8")
    notices = read_tables(scenario(folder)).notices
    codes = [notice.code for notice in notices]
    assert codes == ["file_ignored", "columns_ignored", "township_unknown", "holders_not_applying"]
    assert notices[0].params == {"file": "placess.csv", "nearest": "places"}
    assert notices[1].params["columns"] == ["备注"]
    for notice in notices:
        for lang in LANGS:
            assert text(notice.code, lang, **notice.params)


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_rows_never_matters(seed: int, tmp_path: Path, plain: Tables) -> None:
    shuffled = town()
    for rows in shuffled.values():
        random.Random(seed).shuffle(rows)  # noqa: S311  a test
    read = read_tables(scenario(write_folder(tmp_path / "in", shuffled)))
    assert same(read, plain)
    read.save(tmp_path / "shuffled")
    plain.save(tmp_path / "plain")
    for path in (tmp_path / "plain").glob("*.parquet"):
        assert path.read_bytes() == (tmp_path / "shuffled" / path.name).read_bytes()


# Workbooks.


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


# Layers and coordinate systems.


def as_layer(rows: list[dict[str, str]], crs: str) -> Any:
    """Turn rows with degrees into a layer of points in another system."""
    frame = pd.DataFrame(rows)
    lon, lat = (frame[name].replace("", None).to_numpy(dtype=float) for name in POINT_COLUMNS)
    x, y = from_stored(lon, lat, crs)
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
        lon, lat = (pd.Series([float(row[name])]).to_numpy() for name in POINT_COLUMNS)
        x, y = from_stored(lon, lat, crs)
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
        lon, lat = (pd.Series([float(row[name])]).to_numpy() for name in POINT_COLUMNS)
        x, y = from_stored(lon, lat, "EPSG:4549")
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
    lon, lat = (frame[name].to_numpy(dtype=float) for name in POINT_COLUMNS)
    x, y = from_stored(lon, lat, "GCJ-02")
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
    assert districts.crs.to_epsg() == 4490
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


@pytest.mark.parametrize("name", ["places.gpkg", "places.geojson", "places.xlsx"])
def test_damaged_files_are_found(name: str, tmp_path: Path) -> None:
    folder = write_folder(tmp_path, town())
    (folder / "places.csv").unlink()
    (folder / name).write_bytes(b"{ this is no file of its kind")
    codes = {finding.code for finding in validate_tables(scenario(folder))}
    assert "file_damaged" in codes
    assert "missing_table" not in codes


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    given = scenario(write_folder(tmp_path / "gone", town()))
    for path in (tmp_path / "gone").iterdir():
        path.unlink()
    (tmp_path / "gone").rmdir()
    with pytest.raises(InputError) as caught:
        read_tables(given)
    assert caught.value.code == "data_missing"


# Frozen and sealed.


def test_sealed_tables_are_read_back_identically(tmp_path: Path) -> None:
    read = read_tables(scenario(outlines(write_folder(tmp_path / "in", town()), SQUARE)))
    read.save(tmp_path / "sealed")
    again = load_sealed_tables(tmp_path / "sealed")
    assert same(again, read)
    assert again.sources == read.sources
    assert again.notices == read.notices
    again.save(tmp_path / "twice")
    for path in (tmp_path / "sealed").iterdir():
        assert path.read_bytes() == (tmp_path / "twice" / path.name).read_bytes()


@pytest.mark.parametrize("damage", ["remove", "garble"])
def test_damaged_seals_are_an_error(damage: str, tmp_path: Path, plain: Tables) -> None:
    plain.save(tmp_path / "sealed")
    path = tmp_path / "sealed" / "places.parquet"
    if damage == "remove":
        path.unlink()
    else:
        path.write_bytes(b"PAR1 no more")
    with pytest.raises(RunError) as caught:
        load_sealed_tables(tmp_path / "sealed")
    assert caught.value.code == "sealed_tables_damaged"


def test_tables_cannot_be_changed_from_outside(plain: Tables) -> None:
    places = plain.places
    places["capacity"] = 99
    assert list(plain.places["capacity"]) == [2, 1]
    with pytest.raises(TypeError):
        plain.frames["places"] = places  # type: ignore[index]
    with pytest.raises(AttributeError):
        plain.sources = ()  # type: ignore[misc]
    with pytest.raises(AttributeError):
        _ = plain.no_such_table


def test_tables_cross_process_boundaries(plain: Tables) -> None:
    again = pickle.loads(pickle.dumps(plain))  # noqa: S301  our own
    assert same(again, plain)
    assert again.sources == plain.sources


def test_sources_name_every_file(plain: Tables) -> None:
    assert [source.table for source in plain.sources] == [
        name for name in tables.INPUT_TABLES if name in town()
    ]
    assert all(len(source.sha256) == 64 for source in plain.sources)
    assert {s.table: s.crs for s in plain.sources}["places"] == "EPSG:4490"
    assert {s.table: s.crs for s in plain.sources}["applications"] == ""
