"""Where tables may be: folders, one workbook, workbooks in folders, whatever they are called."""

from __future__ import annotations

import struct
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from allocation.export.inputs import KEPT, keep_tables, pack_workbook
from allocation.messages import InputError, RunError
from allocation.read import Notice, Tables, read_tables, validate_tables
from allocation.read.recognise import recognise_table
from allocation.read.sources import list_sources
from allocation.scenario import load_scenario
from allocation.scenario.models import DataSource
from tests.reading_helper import Town, same, scenario, town, write_csv, write_folder
from tests.test_read_workbooks import as_cells, write_workbook
from tests.town import SCENARIO, write_town


@pytest.fixture
def plain(tmp_path: Path) -> Tables:
    """Return the flawless town as read from plain files."""
    return read_tables(scenario(write_folder(tmp_path / "plain", town())))


def sheets(rows: Town) -> dict[str, list[list[object]]]:
    return {name: as_cells(name, table) for name, table in rows.items()}


def split_town(*names: str) -> tuple[Town, Town]:
    """Part the town into some tables and the others."""
    whole = town()
    return {n: whole[n] for n in names}, {n: t for n, t in whole.items() if n not in names}


class TestOneWorkbook:
    """One workbook is accepted wherever a folder is."""

    @pytest.mark.parametrize("key", ["folder", "workbook"])
    def test_either_key_takes_either(self, key: str, tmp_path: Path, plain: Tables) -> None:
        book = write_workbook(tmp_path / "any.xlsx", sheets(town()))
        folder = write_folder(tmp_path / "folder", town())
        for place in (book, folder):
            given = scenario(folder)
            given.data = DataSource(**{key: place})
            assert same(read_tables(given), plain)

    def test_in_a_scenario_and_on_the_command_line(self, tmp_path: Path) -> None:
        path = write_town(tmp_path)
        pack_workbook(tmp_path / "data", tmp_path / "town.xlsx")
        by_folder = read_tables(load_scenario(path))
        assert same(read_tables(load_scenario(path, ["data.folder=town.xlsx"])), by_folder)
        assert same(read_tables(load_scenario(path, ["data.workbook=town.xlsx"])), by_folder)
        path.write_text(SCENARIO.replace('"data"', '"town.xlsx"'), "utf-8")
        assert same(read_tables(load_scenario(path)), by_folder)

    def test_what_is_not_there_is_named(self, tmp_path: Path) -> None:
        given = scenario(write_folder(tmp_path, town()))
        given.data = DataSource(folder=tmp_path / "gone.xlsx")
        with pytest.raises(InputError) as error:
            read_tables(given)
        assert error.value.params == {"name": "gone.xlsx"}


class TestWorkbooksInFolders:
    """A workbook is read by its sheets, and only else by its own name."""

    @pytest.mark.parametrize("name", ["workbook.xlsx", "申请表.xlsx", "2023.xlsx"])
    def test_a_workbook_of_sheets_under_any_name(
        self, name: str, tmp_path: Path, plain: Tables
    ) -> None:
        some, others = split_town("applicants", "applications", "places")
        write_folder(tmp_path / "in", others)
        write_workbook(tmp_path / "in" / name, sheets(some))
        read = read_tables(scenario(tmp_path / "in"))
        assert same(read, plain)
        assert read.notices == ()

    def test_a_workbook_that_is_about_something_else_is_noticed(self, tmp_path: Path) -> None:
        folder = write_folder(tmp_path, town())
        write_workbook(folder / "结果.xlsx", {"分配结果": [["x"]]})
        notices = read_tables(scenario(folder)).notices
        assert notices == (Notice("sheet_ignored", {"file": "结果.xlsx", "sheet": "分配结果"}),)

    def test_a_table_in_two_workbooks_is_an_error(self, tmp_path: Path) -> None:
        folder = write_folder(tmp_path, town())
        write_workbook(folder / "copy.xlsx", {"名额": as_cells("places", town()["places"])})
        found = validate_tables(scenario(folder))
        assert [(f.code, f.params["files"]) for f in found if f.code == "table_twice"] == [
            ("table_twice", ["copy.xlsx [名额]", "places.csv"])
        ]

    def test_an_unreadable_workbook_is_an_error_even_without_a_name(self, tmp_path: Path) -> None:
        folder = write_folder(tmp_path, town())
        (folder / "workbook.xlsx").write_bytes(b"")
        found = validate_tables(scenario(folder))
        assert [(f.code, f.file) for f in found] == [("file_damaged", "workbook.xlsx")]


class TestContents:
    """What a file is counts, not what it is called."""

    def test_a_workbook_called_csv(self, tmp_path: Path, plain: Tables) -> None:
        folder = write_folder(tmp_path / "in", town())
        book = write_workbook(tmp_path / "x.xlsx", {"Sheet1": as_cells("places", town()["places"])})
        (folder / "places.csv").write_bytes(book.read_bytes())
        assert same(read_tables(scenario(folder)), plain)

    @pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
    def test_a_text_called_xls(self, encoding: str, tmp_path: Path, plain: Tables) -> None:
        folder = write_folder(tmp_path / "in", town())
        (folder / "places.csv").unlink()
        write_csv(folder / "places.xls", town()["places"], encoding)
        assert same(read_tables(scenario(folder)), plain)

    @pytest.mark.parametrize("cut", [0, 3, 40, 500, -1, -200])
    def test_a_workbook_cut_off_ends_in_a_sentence(self, cut: int, tmp_path: Path) -> None:
        folder = write_folder(tmp_path / "in", town())
        book = write_workbook(tmp_path / "x.xlsx", {"Sheet1": as_cells("places", town()["places"])})
        (folder / "places.csv").unlink()
        (folder / "places.xlsx").write_bytes(book.read_bytes()[:cut])
        assert "file_damaged" in {f.code for f in validate_tables(scenario(folder))}

    def test_a_workbook_with_a_spoilt_sheet_ends_in_a_sentence(self, tmp_path: Path) -> None:
        whole = write_workbook(tmp_path / "x.xlsx", sheets(town())).read_bytes()
        spoilt = tmp_path / "spoilt.xlsx"
        codes: set[str] = set()
        for start in range(60, 4_000, 60):
            spoilt.write_bytes(whole[:start] + bytes(30) + whole[start + 30 :])
            codes |= {f.code for f in validate_tables(scenario(spoilt))}
        assert "file_damaged" in codes

    @pytest.mark.parametrize("name", ["places.xlsx", "places.xls", "workbook.xlsx"])
    def test_a_workbook_with_a_password_ends_in_a_sentence(self, name: str, tmp_path: Path) -> None:
        folder = write_folder(tmp_path / "in", town())
        (folder / "places.csv").unlink()
        (folder / name).write_bytes(locked_workbook())
        found = validate_tables(scenario(folder))
        assert {f.code for f in found if f.file == name} <= {"file_encrypted", "file_damaged"}
        assert any(f.file == name for f in found)
        if name.endswith("xlsx"):
            assert "file_encrypted" in {f.code for f in found}


def locked_workbook() -> bytes:
    """Make the container in which Office keeps a workbook with a password."""
    free, end, fat = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0)
    header += struct.pack("<109I", 0, *[free] * 108)
    table = struct.pack("<128I", fat, end, *[free] * 126)

    def entry(name: str, kind: int, child: int) -> bytes:
        text = name.encode("utf-16-le") + b"\x00\x00" if name else b""
        head = text.ljust(64, b"\x00") + struct.pack("<HBB", len(text), kind, 1)
        links = struct.pack("<III", free, free, child)
        return head + links + bytes(36) + struct.pack("<IQ", end, 0)

    entries = entry("Root Entry", 5, 1) + entry("EncryptedPackage", 2, free)
    return header + table + entries + bytes(256)


class TestRecognise:
    """A file whose name says nothing is known by its headers."""

    @pytest.mark.parametrize("name", sorted(town()))
    @pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
    def test_texts(self, name: str, encoding: str, tmp_path: Path) -> None:
        write_csv(tmp_path / "new.csv", town()[name], encoding)
        table = recognise_table(tmp_path / "new.csv")
        assert table is not None
        assert table.name == name

    def test_a_long_text(self, tmp_path: Path) -> None:
        write_csv(tmp_path / "new.csv", town()["places"] * 2_000, "gb18030")
        table = recognise_table(tmp_path / "new.csv")
        assert table is not None
        assert table.name == "places"

    def test_workbooks_with_a_title(self, tmp_path: Path) -> None:
        cells = [["一览表"], [], *as_cells("venues", town()["venues"])]
        write_workbook(tmp_path / "new.xlsx", {"Sheet1": cells})
        table = recognise_table(tmp_path / "new.xlsx")
        assert table is not None
        assert table.name == "venues"

    def test_layers(self, tmp_path: Path) -> None:
        frame = gpd.GeoDataFrame(
            {"场所编号": ["V1"], "场所类型": ["早市"]}, geometry=[shapely.Point(119, 35)], crs=4490
        )
        for name in ("new.geojson", "new.gpkg"):
            frame.to_file(tmp_path / name, engine="pyogrio")
            table = recognise_table(tmp_path / name)
            assert table is not None
            assert table.name == "venues"

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("new.csv", b""),
            ("new.csv", "姓名,电话\n甲,1\n".encode()),
            ("new.csv", "申请人编号\nA1\n".encode()),
            ("new.xlsx", b"PK\x03\x04"),
            ("new.gpkg", b"x"),
            ("new.geojson", b"{}"),
        ],
    )
    def test_anything_else_is_not(self, name: str, content: bytes, tmp_path: Path) -> None:
        (tmp_path / name).write_bytes(content)
        assert recognise_table(tmp_path / name) is None

    def test_a_workbook_of_named_sheets_is_no_table_itself(self, tmp_path: Path) -> None:
        write_workbook(tmp_path / "new.xlsx", sheets(town()))
        assert recognise_table(tmp_path / "new.xlsx") is None


class TestPack:
    """Tables as sheets of one workbook."""

    def test_a_folder_and_its_workbook_are_the_same(self, tmp_path: Path) -> None:
        folder = write_folder(tmp_path / "in", town())
        frame = gpd.GeoDataFrame(
            {"名称": ["东港区"]}, geometry=[shapely.Point(119.5, 35.4).buffer(0.1)], crs=4490
        )
        frame.to_file(folder / "districts.geojson", engine="pyogrio")
        points = gpd.GeoDataFrame(
            {"场所编号": ["V1"], "场所类型": ["早市"]},
            geometry=[shapely.Point(119.51, 35.41)],
            crs=4490,
        )
        (folder / "venues.csv").unlink()
        points.to_file(folder / "venues.gpkg", engine="pyogrio")
        pack_workbook(folder, tmp_path / "all.xlsx")
        assert same(read_tables(scenario(tmp_path / "all.xlsx")), read_tables(scenario(folder)))

    def test_an_outline_no_cell_can_hold_is_refused(self, tmp_path: Path) -> None:
        folder = write_folder(tmp_path / "in", town())
        wide = shapely.Point(119.5, 35.4).buffer(0.1, quad_segs=2_000)
        frame = gpd.GeoDataFrame({"名称": ["东港区"]}, geometry=[wide], crs=4490)
        frame.to_file(folder / "districts.geojson", engine="pyogrio")
        with pytest.raises(RunError) as error:
            pack_workbook(folder, tmp_path / "all.xlsx")
        assert error.value.code == "outline_too_long"
        assert not (tmp_path / "all.xlsx").exists()

    @pytest.mark.parametrize("as_workbook", [False, True])
    def test_tables_are_kept_that_did_not_come_anew(
        self, as_workbook: bool, tmp_path: Path, plain: Tables
    ) -> None:
        base = tmp_path / "base.xlsx"
        if as_workbook:
            write_workbook(base, sheets(town()))
        else:
            base = write_folder(tmp_path / "base", town())
        some, others = split_town("places", "venues")
        folder = write_folder(tmp_path / "new", some)
        assert set(keep_tables(folder, base)) == set(others)
        assert (folder / KEPT).exists() is as_workbook
        assert same(read_tables(scenario(folder)), plain)
        assert keep_tables(folder, base) == ()
        assert set(list_sources(folder).found) == set(town())
