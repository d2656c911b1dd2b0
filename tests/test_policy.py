"""Policy profiles: every number with its basis, and the numbers a first version needs."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from allocation.messages import ScenarioError, describe
from allocation.policy import STATUSES, Profile, load_profile, parameters_on
from allocation.scenario import load_scenario, problems_of
from allocation.scenario.keys import Node, find
from tests.scenario_helper import SCENARIOS

POLICIES = SCENARIOS / "policies"
CITY = POLICIES / "rizhao-2023-18.toml"
PROFILE = load_profile(CITY)

INSTRUMENT = """
[instrument.plan]
title = "方案"
doc_no = "某政字〔2023〕1号"
issuing_body = "某市人民政府"
jurisdiction = "某市"
effective_from = 2023-01-01
"""
ROW = """
[[parameter]]
name = "reserve.stall.share"
title = "摊位预留比例"
value = 0.10
instrument = "plan"
article = "第1条"
status = "law"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "profile.toml"
    path.write_text(f'name = "p"\ntitle = "方案"\n{text}', encoding="utf-8")
    return path


def load(folder: Path, text: str) -> Profile:
    return load_profile(write(folder, text))


@pytest.mark.parametrize("row", PROFILE.parameters, ids=lambda row: str(row.name))
def test_every_parameter_states_its_basis_and_names_a_key(row: Any) -> None:
    assert row.legal_basis
    assert row.article
    assert row.issuing_body
    assert row.jurisdiction
    assert row.title
    assert row.status in STATUSES
    assert row.status != "scenario"
    node = find(tuple(row.name.split(".")), CITY.name)
    assert isinstance(node, Node)
    assert not node.is_branch
    # What is not stated by a text says why it has this value.
    assert row.status != "placeholder" or row.note


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("quota.post_target.min", 3000, "law"),
        ("targets.post_disabled_share", "0.10", "law"),
        ("reserve.welfare_lottery.share", "0.10", "law"),
        ("reserve.sports_lottery.share", "0.10", "law"),
        ("reserve.kiosk.share", "0.10", "law"),
        ("reserve.stall.share", "0.10", "placeholder"),
        ("reserve.stall.rounding", "ceil", "placeholder"),
        ("reserve.kiosk.base", "new", "law"),
        ("spacing.welfare_lottery.school_buffer_m", 200, "placeholder"),
        ("spacing.tobacco.school_buffer_m", 50, "placeholder"),
        ("spacing.welfare_lottery.urban_m", 300, "placeholder"),
        ("spacing.sports_lottery.town_m", 500, "placeholder"),
        ("spacing.welfare_lottery.disabled_factor", "0.5", "placeholder"),
        ("spacing.tobacco.disabled_first_factor", 0, "law"),
        ("spacing.tobacco.disabled_first_number_exempt", False, "placeholder"),
        ("publicity.days", 5, "placeholder"),
        ("publicity.day_type", "working", "placeholder"),
        ("publicity.objection_reply_days", 5, "placeholder"),
        ("eligibility.public_welfare_post.term_months", 12, "placeholder"),
        ("eligibility.public_welfare_post.max_total_months", 36, "law"),
        ("eligibility.public_welfare_post.max_placements", 2, "seen"),
        ("eligibility.public_welfare_post.age_min", 16, "seen"),
        ("eligibility.public_welfare_post.age_max_rural", 65, "placeholder"),
        ("eligibility.public_welfare_post.age_max", "statutory_retirement-1", "placeholder"),
        ("priority.severe_rule", "level_2", "placeholder"),
        # Off by default: it would hit households with several disabled members.
        ("household.max_awards", 0, "placeholder"),
        ("targets.rukang_homes_per_township", 1, "law"),
        ("targets.employment_rate", "0.55", "law"),
        ("targets.net_new_jobs", 2000, "law"),
        ("employers.threshold_organ", 50, "law"),
        ("employers.threshold_institution", 67, "law"),
        ("employers.quota_ratio", "0.015", "law"),
        ("employers.double_weight", 2, "seen"),
        ("employers.double_weight_certificate_levels", [1, 2], "seen"),
        ("employers.double_weight_veteran_levels", [1, 2, 3], "seen"),
        ("employers.levy_factor_below_one_percent", "0.9", "seen"),
        ("employers.levy_factor_from_one_percent", "0.5", "seen"),
        ("employers.levy_exempt_staff_max", 30, "seen"),
    ],
)
def test_the_profile_holds_the_numbers_a_first_version_needs(
    name: str, value: object, status: str
) -> None:
    (row,) = [row for row in PROFILE.parameters if row.name == name]
    assert (row.value, row.status) == (value, status)


def test_legal_floors_carry_their_minimum() -> None:
    floors = {row.name: row.minimum for row in PROFILE.parameters if row.minimum is not None}
    assert floors == {
        "reserve.kiosk.share": "0.10",
        "reserve.welfare_lottery.share": "0.10",
        "reserve.sports_lottery.share": "0.10",
        "spacing.welfare_lottery.school_buffer_m": 1,
        "spacing.sports_lottery.school_buffer_m": 1,
        "spacing.tobacco.school_buffer_m": 1,
        "eligibility.public_welfare_post.age_min": 16,
        "targets.post_disabled_share": "0.10",
        "employers.quota_ratio": "0.015",
    }


def test_sources_tell_where_each_value_comes_from() -> None:
    scenario = load_scenario(POLICIES.parent / "rizhao-2023-18.toml")
    names = {row.name for row in PROFILE.parameters}
    assert names <= set(scenario.sources)
    source = scenario.sources["spacing.tobacco.disabled_first_factor"]
    assert (source.legal_basis, source.article, source.status) == (
        "日政办字〔2023〕18号",
        "第7条",
        "law",
    )
    assert (source.document, source.origin) == ("日照市促进残疾人就业行动方案", CITY.name)
    assert source.effective_from == dt.date(2023, 4, 8)
    placeholders = {row.name for row in scenario.placeholders}
    assert placeholders == {row.name for row in PROFILE.parameters if row.status == "placeholder"}
    assert scenario.sources["draw.seed"].status == "scenario"


def test_the_levy_bands_end_with_2027() -> None:
    name = "employers.levy_exempt_staff_max"
    assert name in parameters_on(PROFILE, dt.date(2027, 12, 31))[0]
    chosen, expired = parameters_on(PROFILE, dt.date(2028, 1, 1))
    assert name not in chosen
    assert name in expired
    # No award depends on them, so a later scenario does without.
    city = POLICIES.parent / "rizhao-2023-18.toml"
    scenario = load_scenario(city, ["decision_date=2028-01-01"])
    assert scenario.employers.levy_exempt_staff_max is None


def test_the_provincial_slot_is_declared_but_not_loaded() -> None:
    with pytest.raises(ScenarioError) as error:
        load_profile(POLICIES / "shandong-2025-2027.toml")
    assert error.value.code == "profile_not_loaded"
    assert "尚未录入" in describe(error.value)
    assert "not yet loaded" in describe(error.value, "en")


def test_a_row_takes_its_basis_from_its_instrument(tmp_path: Path) -> None:
    (row,) = load(tmp_path, INSTRUMENT + ROW + 'jurisdiction = "某县"\n').parameters
    assert (row.legal_basis, row.issuing_body, row.jurisdiction) == (
        "某政字〔2023〕1号",
        "某市人民政府",
        "某县",
    )


def test_a_row_may_state_its_basis_itself(tmp_path: Path) -> None:
    row = ROW.replace('instrument = "plan"', 'legal_basis = "某文"\nissuing_body = "某市"')
    (read,) = load(tmp_path, row + 'jurisdiction = "某市"\neffective_from = ""\n').parameters
    assert (read.legal_basis, read.effective_from) == ("某文", None)


@pytest.mark.parametrize(
    ("text", "key", "nearest"),
    [
        ("titel = 'x'\n", "titel", "title"),
        (INSTRUMENT + "doc_nr = 'x'\n", "instrument.plan.doc_nr", "instrument.plan.doc_no"),
        (INSTRUMENT + ROW + "artcle = 'x'\n", "parameter.artcle", "parameter.article"),
        (INSTRUMENT + ROW.replace('"plan"', '"plam"'), "instrument.plam", "instrument.plan"),
    ],
)
def test_a_misspelt_key_in_a_profile(tmp_path: Path, text: str, key: str, nearest: str) -> None:
    with pytest.raises(ScenarioError) as error:
        load(tmp_path, text)
    assert error.value.code == "unknown_key"
    assert error.value.params == {"key": key, "nearest": nearest, "file": "profile.toml"}


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("reserve.stall.shar", "reserve.stall.share"),
        ("reserve.stal.share", "reserve.stall"),
        ("spacing.tobacco.urbn_m", "spacing.tobacco.urban_m"),
        ("resrve.stall.share", "reserve"),
    ],
)
def test_a_misspelt_parameter_name(tmp_path: Path, name: str, nearest: str) -> None:
    write(tmp_path, INSTRUMENT + ROW.replace("reserve.stall.share", name))
    scenario = tmp_path / "s.toml"
    scenario.write_text(
        'name = "s"\ndecision_date = 2023-12-01\nprofile = "profile.toml"\n[data]\nfolder = "."\n'
        '[[stage]]\nname = "a"\nkinds = ["stall"]\nmechanism = "optimal"\n',
        encoding="utf-8",
    )
    with pytest.raises(ScenarioError) as error:
        load_scenario(scenario)
    (unknown,) = [item for item in problems_of(error.value) if item.code == "unknown_key"]
    assert unknown.params["nearest"] == nearest
    assert unknown.params["file"] == "profile.toml"


def test_a_wrong_parameter_value_shows_its_status(tmp_path: Path) -> None:
    row = ROW.replace("0.10", "10").replace('"law"', '"placeholder"')
    write(tmp_path, INSTRUMENT + row)
    scenario = tmp_path / "s.toml"
    scenario.write_text(
        'name = "s"\ndecision_date = 2023-12-01\nprofile = "profile.toml"\n[data]\nfolder = "."\n'
        '[[stage]]\nname = "a"\nkinds = ["stall"]\nmechanism = "optimal"\n'
        '[reserve.stall]\nbeneficiaries = { group = "disabled" }\n',
        encoding="utf-8",
    )
    with pytest.raises(ScenarioError) as error:
        load_scenario(scenario)
    assert error.value.code == "wrong_value"
    assert error.value.params["status"] == "placeholder"
    assert error.value.params["file"] == "profile.toml"
    assert "示例值" in describe(error.value)


@pytest.mark.parametrize("field", ["name", "title", "value", "article", "status", "instrument"])
def test_a_row_without_a_needed_field(tmp_path: Path, field: str) -> None:
    lines = [line for line in ROW.splitlines() if not line.startswith(f"{field} =")]
    with pytest.raises(ScenarioError) as error:
        load(tmp_path, INSTRUMENT + "\n".join(lines))
    problems = problems_of(error.value)
    assert {problem.code for problem in problems} == {"profile_row_wrong"}
    missing = {problem.params["field"] for problem in problems}
    assert field in missing or missing == {"legal_basis", "issuing_body", "jurisdiction"}


def test_a_faulty_instrument_is_named(tmp_path: Path) -> None:
    text = INSTRUMENT.replace('issuing_body = "某市人民政府"\n', "")
    with pytest.raises(ScenarioError) as error:
        load(tmp_path, text)
    assert error.value.code == "profile_field_wrong"
    assert error.value.params["field"] == "instrument.plan.issuing_body"


def test_a_name_may_change_its_value_over_time_but_not_have_two(tmp_path: Path) -> None:
    later = ROW.replace("0.10", "0.12") + "effective_from = 2025-01-01\n"
    profile = load(tmp_path, INSTRUMENT + ROW + "effective_to = 2024-12-31\n" + later)
    for day, value in (("2024-12-31", "0.10"), ("2025-01-01", "0.12")):
        chosen, _ = parameters_on(profile, dt.date.fromisoformat(day))
        assert chosen["reserve.stall.share"].value == value
    with pytest.raises(ScenarioError) as error:
        load(tmp_path, INSTRUMENT + ROW + later)
    assert error.value.code == "profile_overlap"
