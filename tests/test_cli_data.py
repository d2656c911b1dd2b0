"""The commands about input data: template, demonstration workbook, marked errors."""

from __future__ import annotations

import csv
from collections.abc import Callable
from typing import TYPE_CHECKING

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from allocation.cli import app
from allocation.export.inputs import pack_workbook
from allocation.export.template import FIRST_ROW
from allocation.messages import LANGS, Lang, text
from allocation.read import read_tables, validate_tables
from allocation.scenario import load_scenario, scenario_from_mapping
from tests.reading_helper import same
from tests.test_template import fill
from tests.town import write_town

if TYPE_CHECKING:
    from pathlib import Path

    from allocation.scenario import Scenario


def invoke(*args: object) -> Result:
    return CliRunner().invoke(app, [str(arg) for arg in args])


def reading(source: Path) -> Scenario:
    """Make the least scenario that reads a source."""
    return scenario_from_mapping(
        {"name": "x", "data": {"folder": str(source)}, "stage": [{"kinds": ["stall"]}]},
        source.parent,
    )


@pytest.mark.parametrize("lang", LANGS)
def test_template(lang: Lang, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "t.xlsx"
    result = invoke("template", out, "--lang", lang)
    assert result.exit_code == 0
    assert str(out) in result.output
    assert openpyxl.load_workbook(out).sheetnames[0] == text("sheet_guide", lang)
    assert {f.code for f in validate_tables(reading(out))} == {"no_rows"}


def test_template_into_a_folder(tmp_path: Path) -> None:
    assert invoke("template", tmp_path).exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["名额分配数据模板.xlsx"]


@pytest.mark.parametrize("lang", LANGS)
def test_a_template_offers_the_columns_of_a_scenario(lang: Lang, tmp_path: Path) -> None:
    """Read with the same scenario, it lacks rows and no column."""
    scenario = tmp_path / "panel.toml"
    scenario.write_text(
        'name = "panel"\n[data]\nworkbook = "t.xlsx"\n[[stage]]\nkinds = ["panel"]\n'
        '[[column]]\ntable = "applicants"\nname = "age_band"\nzh = "年龄段"\n'
        '[[column]]\ntable = "places"\nname = "is_remote"\ntype = "boolean"\nzh = "农村"\n',
        encoding="utf-8",
    )
    out = tmp_path / "t.xlsx"
    assert invoke("template", out, "--scenario", scenario, "--lang", lang).exit_code == 0
    assert {f.code for f in validate_tables(load_scenario(scenario))} == {"no_rows"}
    sheet = openpyxl.load_workbook(out)["名额" if lang == "zh" else "places"]
    last = sheet.max_column
    explained, header = (sheet.cell(row, last).value for row in (1, 2))
    assert header == ("农村" if lang == "zh" else "is_remote")
    assert text("template_declared", lang).strip() in explained
    words = "是,否" if lang == "zh" else "yes,no"
    cell = sheet.cell(FIRST_ROW + 1, last).coordinate
    lists = [r.formula1 for r in sheet.data_validations.dataValidation if cell in r.sqref]
    assert lists == [f'"{words}"']


def test_a_template_of_a_scenario_that_is_not_there(tmp_path: Path) -> None:
    result = invoke("template", tmp_path / "t.xlsx", "--scenario", tmp_path / "none.toml")
    assert result.exit_code == 2
    assert not (tmp_path / "t.xlsx").exists()


def test_demo_data_as_one_workbook(tmp_path: Path) -> None:
    folder, book = tmp_path / "demo", tmp_path / "demo.xlsx"
    assert invoke("demo-data", folder, "--applicants", 60).exit_code == 0
    assert invoke("demo-data", book, "--applicants", 60).exit_code == 0
    assert same(read_tables(reading(book)), read_tables(reading(folder)))
    # Numbers are numbers, and what only looks like one is text.
    sheet = openpyxl.load_workbook(book)["申请人"]
    at = {cell.value: cell.column - 1 for cell in sheet[1]}
    first = next(row for row in sheet.iter_rows(min_row=2) if row[at["身份证号"]].value)
    assert isinstance(first[at["身份证号"]].value, str)
    assert isinstance(first[at["公益岗位累计月数"]].value, int)


def test_demo_data_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", "utf-8")
    result = invoke("demo-data", tmp_path / "file" / "demo.xlsx", "--applicants", 60)
    assert result.exit_code == 2
    assert not isinstance(result.exception, OSError)


def test_validate_marks_errors_in_a_workbook(tmp_path: Path) -> None:
    scenario = write_town(tmp_path, extra="A08,\n")
    result = invoke("validate", scenario, "--out", tmp_path / "errors.xlsx")
    assert result.exit_code == 2
    assert "errors.xlsx" in result.output
    assert openpyxl.load_workbook(tmp_path / "errors.xlsx").sheetnames == ["错误清单", "申请人"]


def packed(folder: Path, book: Path) -> None:
    pack_workbook(folder, book)


def filled_in(folder: Path, book: Path) -> None:
    """Type the tables of a folder into the template."""
    rows = {}
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            rows[path.stem] = list(csv.DictReader(file))
    invoke("template", book)
    template = openpyxl.load_workbook(book)
    fill(template, "zh", rows)
    template.save(book)


@pytest.mark.parametrize("make", [packed, filled_in])
def test_a_workbook_gives_the_list_its_folder_gives(
    make: Callable[[Path, Path], None], tmp_path: Path
) -> None:
    scenario = write_town(tmp_path)
    make(tmp_path / "data", tmp_path / "town.xlsx")
    override = ("--set", "data.folder=town.xlsx")
    assert invoke("validate", scenario, *override).exit_code == 0
    by_folder = invoke("run", scenario, "--out", tmp_path / "a", "--quiet")
    by_workbook = invoke("run", scenario, "--out", tmp_path / "b", "--quiet", *override)
    assert (by_folder.exit_code, by_workbook.exit_code) == (0, 0)
    for name in ("awards.csv", "waitlist.csv", "refusals.csv", "findings.csv"):
        one, other = (next((tmp_path / run).glob(f"*/{name}")).read_bytes() for run in "ab")
        assert one == other, name
