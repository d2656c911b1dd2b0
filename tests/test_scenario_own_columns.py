"""Columns a scenario declares: where selectors may name them, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from allocation.messages import LANGS, ScenarioError, describe
from allocation.scenario import (
    Range,
    Scenario,
    load_scenario,
    problems_of,
    scenario_from_canonical,
    scenario_from_mapping,
)
from allocation.scenario.fields import Shape
from allocation.scenario.own_columns import input_tables
from allocation.scenario.words import SettingWords
from allocation.tables import INPUT_TABLES, token

AGE_BAND = {"name": "age_band", "table": "applicants", "zh": "年龄段", "en": "age band"}
YEARS = {"name": "years", "table": "applicants", "type": "integer"}
REMOTE = {"name": "is_remote", "table": "places", "type": "boolean"}


def made(
    tmp_path: Path,
    *columns: dict[str, Any],
    applicant: dict[str, Any] | None = None,
    place: dict[str, Any] | None = None,
) -> Scenario:
    """Make a scenario of some columns and one quota."""
    quota = {"name": "q", "applicant": applicant or {}, "place": place or {}, "min": 1}
    return scenario_from_mapping(
        {
            "name": "panel",
            "data": {"folder": "."},
            "stage": [{"kinds": ["panel"]}],
            "column": list(columns),
            "quota": [quota],
        },
        tmp_path,
    )


def refused(tmp_path: Path, *columns: dict[str, Any], **selectors: Any) -> list[tuple[str, str]]:
    """List code and key of every problem."""
    with pytest.raises(ScenarioError) as error:
        made(tmp_path, *columns, **selectors)
    assert describe(error.value)
    return [(item.code, item.params["key"]) for item in problems_of(error.value)]


def test_selectors_may_name_declared_columns(tmp_path: Path) -> None:
    scenario = made(
        tmp_path,
        AGE_BAND,
        YEARS,
        REMOTE,
        applicant={"age_band": "18-34", "years": {"min": 5}},
        place={"is_remote": True},
    )
    assert scenario.quotas[0].applicant == {"age_band": ("18-34",), "years": Range(min=5)}
    assert scenario.quotas[0].place == {"is_remote": (True,)}
    assert [rule.en for rule in scenario.columns] == ["age band", "years", "is_remote"]


def test_a_run_folder_gives_the_columns_back(tmp_path: Path) -> None:
    scenario = made(tmp_path, AGE_BAND, applicant={"age_band": ["18-34"]})
    again = scenario_from_canonical(scenario.canonical())
    assert again.columns == scenario.columns
    assert again.scenario_hash == scenario.scenario_hash
    assert scenario.scenario_hash != made(tmp_path, AGE_BAND | {"zh": "年龄"}).scenario_hash


def test_a_layer_may_use_a_column_that_another_one_declares(tmp_path: Path) -> None:
    """Whichever of file, base and override names the column."""
    base = '[data]\nfolder = "."\n[[stage]]\nkinds = ["panel"]\n'
    quota = '[[quota]]\nname = "q"\nplace = {}\nmin = 1\napplicant = { age_band = "y" }\n'
    column = '[[column]]\nname = "age_band"\ntable = "applicants"\n'
    for below, above in ((column, quota), (quota, column)):
        (tmp_path / "base.toml").write_text(f'name = "base"\n{base}{below}', encoding="utf-8")
        path = tmp_path / "s.toml"
        path.write_text(f'name = "s"\nextends = "base.toml"\n{above}', encoding="utf-8")
        assert load_scenario(path).quotas[0].applicant == {"age_band": ("y",)}
        changed = load_scenario(path, ['quota.q.applicant.age_band="o"'])
        assert changed.quotas[0].applicant == {"age_band": ("o",)}
    with pytest.raises(ScenarioError) as error:
        load_scenario(path, ['quota.q.applicant.age_bend="o"'])
    assert error.value.code == "unknown_key"
    assert error.value.params["key"] == "quota.q.applicant.age_bend"
    assert error.value.params["nearest"] == "quota.q.applicant.age_band"
    assert error.value.params["file"] == "--set"


@pytest.mark.parametrize(
    ("selectors", "code", "key"),
    [
        ({"applicant": {"age_bend": "y"}}, "unknown_key", "quota.q.applicant.age_bend"),
        ({"place": {"age_band": "y"}}, "unknown_key", "quota.q.place.age_band"),
        ({"applicant": {"is_remote": True}}, "unknown_key", "quota.q.applicant.is_remote"),
        ({"applicant": {"age_band": 3}}, "wrong_value", "quota.q.applicant"),
        ({"applicant": {"years": "five"}}, "wrong_value", "quota.q.applicant"),
        ({"applicant": {"age_band": {"min": 1}}}, "wrong_value", "quota.q.applicant"),
        ({"place": {"is_remote": 1}}, "wrong_value", "quota.q.place"),
    ],
)
def test_a_selector_names_its_own_table_and_type(
    tmp_path: Path, selectors: dict[str, Any], code: str, key: str
) -> None:
    assert refused(tmp_path, AGE_BAND, YEARS, REMOTE, **selectors) == [(code, key)]


@pytest.mark.parametrize(
    ("columns", "code", "key"),
    [
        ([{"name": "sex", "table": "applicants"}], "column_taken", "column.sex"),
        ([{"name": "sex", "table": "places"}], "column_taken", "column.sex"),
        ([{"name": "tier", "table": "applicants"}], "column_taken", "column.tier"),
        ([AGE_BAND | {"zh": "性别"}], "column_header_taken", "column.age_band.zh"),
        ([AGE_BAND | {"en": "Receipt No"}], "column_header_taken", "column.age_band.en"),
        ([AGE_BAND, YEARS | {"zh": "年龄段"}], "column_header_taken", "column.years.zh"),
        ([AGE_BAND, AGE_BAND], "name_repeated", "column.age_band"),
        ([AGE_BAND | {"name": "Age"}], "wrong_value", "column.Age.name"),
        ([AGE_BAND | {"type": "date"}], "wrong_value", "column.age_band.type"),
        ([AGE_BAND | {"table": "venues"}], "wrong_value", "column.age_band.table"),
        ([{"name": "age_band"}], "missing_key", "column.age_band.table"),
        ([AGE_BAND | {"values": ["y"]}], "unknown_key", "column.age_band.values"),
    ],
)
def test_a_column_that_cannot_be_is_refused(
    tmp_path: Path, columns: list[dict[str, Any]], code: str, key: str
) -> None:
    assert refused(tmp_path, *columns) == [(code, key)]


def test_tables_are_extended_where_columns_are_declared(tmp_path: Path) -> None:
    scenario = made(tmp_path, AGE_BAND, REMOTE)
    tables = input_tables(scenario.columns)
    for header in ("age_band", "年龄段", "Age Band"):
        assert tables["applicants"].by_header[token(header)] == "age_band"
    assert tables["applicants"].by_name["age_band"].personal
    assert not tables["places"].by_name["is_remote"].personal
    assert tables["applications"] is INPUT_TABLES["applications"]
    assert input_tables(()) == INPUT_TABLES


def test_a_declared_column_is_called_by_its_title(tmp_path: Path) -> None:
    scenario = made(tmp_path, AGE_BAND, REMOTE, applicant={"age_band": "18-34 A"})
    shape = Shape(("quota", "*", "applicant"), "selector")
    selector = scenario.quotas[0].applicant
    words = [SettingWords.of(scenario, lang).value(shape, selector) for lang in LANGS]
    assert "年龄段" in words[0]
    assert "age band" in words[1]
    assert all("18-34 A" in told for told in words)
