"""Uploads: stored whole, privately, under the names of tables, and thrown away on demand."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from allocation.messages import InputError
from allocation.read import read_tables
from allocation.ui.data import uploads
from allocation.ui.data.uploads import UploadedFile, take_in, throw_away
from allocation.ui.workspace import Workspace
from tests.reading_helper import same, scenario, town, write_folder
from tests.test_read_workbooks import as_cells, write_workbook


@pytest.fixture
def home(tmp_path: Path) -> Workspace:
    """Return an empty workspace."""
    root = tmp_path / "home"
    root.mkdir()
    return Workspace(root)


def files_of(folder: Path) -> list[UploadedFile]:
    return [UploadedFile(path.name, path.read_bytes()) for path in sorted(folder.iterdir())]


def test_a_folder_of_files_is_stored_for_nobody_else(home: Workspace, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "in", town())
    taken = take_in(home, files_of(folder))
    assert taken.path is not None
    assert taken.path.parent == home.uploads
    assert stat.S_IMODE(home.uploads.stat().st_mode) == 0o700
    assert stat.S_IMODE(taken.path.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in taken.path.iterdir()} == {0o600}
    assert same(read_tables(scenario(taken.path)), read_tables(scenario(folder)))
    assert home.data_sources() == (taken.path,)
    assert uploads.uploaded_at(taken.path) is not None


def test_no_name_of_a_person_is_kept(home: Workspace, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "in", town())
    book = write_workbook(
        tmp_path / "b.xlsx", {name: as_cells(name, rows) for name, rows in town().items()}
    )
    taken = take_in(
        home,
        [
            UploadedFile("张三的申请人名单.csv", (folder / "applicants.csv").read_bytes()),
            UploadedFile("名额.CSV", (folder / "places.csv").read_bytes()),
            UploadedFile("../../王五.xlsx", book.read_bytes()),
            UploadedFile("李四.xlsx", book.read_bytes()),
            UploadedFile("赵六.csv", b"1,2\n"),
            UploadedFile("孙七.exe", b"MZ"),
        ],
    )
    assert taken.path is not None
    assert sorted(path.name for path in taken.path.iterdir()) == [
        "applicants.csv",
        "places.csv",
        "workbook-2.xlsx",
        "workbook.xlsx",
    ]
    assert taken.recognised == (("张三的申请人名单.csv", "applicants"),)
    assert taken.unknown == ("赵六.csv", "孙七.exe")
    assert [path.name for path in home.uploads.iterdir()] == [taken.path.name]


def test_two_files_of_one_table_both_stay(home: Workspace, tmp_path: Path) -> None:
    content = (write_folder(tmp_path / "in", town()) / "places.csv").read_bytes()
    taken = take_in(home, [UploadedFile("places.csv", content), UploadedFile("名额.csv", content)])
    assert taken.path is not None
    assert len(list(taken.path.iterdir())) == 2


def test_a_workbook_called_csv_is_stored_as_one(home: Workspace, tmp_path: Path) -> None:
    book = write_workbook(tmp_path / "b.xlsx", {"名额": as_cells("places", town()["places"])})
    taken = take_in(home, [UploadedFile("x.csv", book.read_bytes())])
    assert taken.path is not None
    assert [path.name for path in taken.path.iterdir()] == ["workbook.xlsx"]


@pytest.mark.parametrize("name", ["名单.csv", "archive.zip", "noending"])
def test_what_is_no_table_leaves_nothing_behind(name: str, home: Workspace) -> None:
    taken = take_in(home, [UploadedFile(name, b"PK\x03\x04" if "zip" in name else b"a,b\n1,2\n")])
    assert taken.path is None
    assert taken.unknown == (name,)
    assert list(home.uploads.iterdir()) == []


def test_other_tables_are_kept_on_demand(home: Workspace, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "in", town())
    first = take_in(home, files_of(folder))
    assert first.path is not None
    changed = town()
    changed["places"][0]["名额数"] = "7"
    new = write_folder(tmp_path / "new", {"places": changed["places"]})
    second = take_in(home, files_of(new), first.path)
    assert second.path is not None
    assert "applicants" in second.kept
    assert "places" not in second.kept
    read = read_tables(scenario(second.path))
    assert read.places["capacity"].tolist() == [7, 1]
    assert {stat.S_IMODE(path.stat().st_mode) for path in second.path.iterdir()} == {0o600}


def test_a_failed_upload_leaves_nothing_behind(
    home: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = files_of(write_folder(tmp_path / "in", town()))

    def full(self: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        take_in(home, files)
    assert list(home.uploads.iterdir()) == []


def test_an_upload_can_be_thrown_away_and_nothing_else(home: Workspace, tmp_path: Path) -> None:
    taken = take_in(home, files_of(write_folder(tmp_path / "in", town())))
    assert taken.path is not None
    own = write_folder(home.data / "2023", town())
    elsewhere = write_folder(tmp_path / "20240101-000000-00000000", town())
    link = home.uploads / "20240101-000000-00000000"
    link.symlink_to(elsewhere)
    for path in (own, home.data, home.root, tmp_path / "in", home.uploads / "..", link):
        with pytest.raises(InputError):
            throw_away(home, path)
    throw_away(home, taken.path)
    assert not taken.path.exists()
    assert own.exists()
    assert elsewhere.exists()


@pytest.mark.parametrize(
    "key", ["", ".", "..", "../in", "/etc", "data/../data/2023", "data", "uploads", "data/2024"]
)
def test_only_sources_of_the_workspace_have_a_name(key: str, home: Workspace) -> None:
    own = write_folder(home.data / "2023", town())
    assert home.data_source("data/2023") == own
    assert home.data_source(key) is None


def test_a_source_is_what_holds_tables(home: Workspace) -> None:
    write_folder(home.data / "chinese", town())
    (home.data / "chinese" / "applicants.csv").rename(home.data / "chinese" / "申请人.csv")
    (home.data / "empty").mkdir()
    (home.data / "texts").mkdir()
    (home.data / "texts" / "README.md").write_text("x", "utf-8")
    (home.data / "notes.txt").write_text("x", "utf-8")
    write_workbook(home.data / "one.xlsx", {"Sheet1": []})
    write_workbook(home.data / "~$one.xlsx", {"Sheet1": []})
    assert [home.key_of(path) for path in home.data_sources()] == [
        "data/chinese",
        "data/one.xlsx",
    ]


def test_a_change_of_a_file_changes_the_stamp(home: Workspace) -> None:
    folder = write_folder(home.data / "2023", town())
    before = uploads.stamp_of(folder)
    (folder / "README.md").write_text("x", "utf-8")
    assert uploads.stamp_of(folder) == before
    (folder / "places.csv").write_bytes((folder / "places.csv").read_bytes() + b" ")
    assert uploads.stamp_of(folder) != before


def test_a_path_with_quotes_is_a_setting(tmp_path: Path) -> None:
    from allocation.scenario import load_scenario
    from allocation.ui.sources import data_override
    from tests.town import write_town

    odd = tmp_path / 'a "quoted" = folder'
    path = write_town(tmp_path)
    (tmp_path / "data").rename(odd)
    assert load_scenario(path, [data_override(odd, path)]).data.folder == odd
