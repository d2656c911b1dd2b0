"""Scenario files: layers, overrides, exact numbers, settled values, the canonical form."""

from __future__ import annotations

import datetime as dt
import json
import pickle
from decimal import Decimal
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.messages import ScenarioError
from allocation.scenario import (
    Range,
    load_scenario,
    retirement_margin,
    scenario_from_canonical,
)
from allocation.scenario.values import decimal_text, exact
from allocation.scenario.vocabulary import DEFAULT_LEVELS, SEVERAL_LEVELS
from tests.scenario_helper import CITY, SCENARIOS, codes, make, write


def test_people_choose_in_turn_where_a_stage_says_nothing(tmp_path: Path) -> None:
    stage = {"name": "one", "kinds": ["stall", "kiosk"]}
    assert make(tmp_path, stage=[stage]).stages[0].levels == DEFAULT_LEVELS
    # Two awards a person: nobody has one turn.
    groups = {"groups": [["stall"], ["kiosk"]]}
    several = make(tmp_path, stage=[stage], exclusive=groups)
    assert several.stages[0].levels == SEVERAL_LEVELS


def test_city_scenario_has_its_stages_reserves_and_quotas() -> None:
    scenario = load_scenario(CITY)
    assert [(stage.name, stage.mechanism) for stage in scenario.stages] == [
        ("tobacco", "queue"),
        ("joint", "optimal"),
    ]
    assert scenario.stages[0].levels == ()
    assert scenario.stages[1].levels == (
        "reserve_shortfall",
        "quota_shortfall",
        "tier",
        "number",
        "draw",
        "preference_serial",
    )
    assert scenario.decision_date == dt.date(2023, 12, 1)
    shares = {key: (rule.share, rule.base, rule.scope) for key, rule in scenario.reserves.items()}
    tenth = Fraction(1, 10)
    assert shares == {
        "stall": (tenth, "all", "venue"),
        "kiosk": (tenth, "new", "city"),
        "welfare_lottery": (tenth, "new", "city"),
        "sports_lottery": (tenth, "new", "city"),
    }
    assert scenario.reserves["welfare_lottery"].planned == 40
    assert scenario.reserves["kiosk"].planned is None
    post_target, severe = scenario.quotas
    assert (post_target.name, post_target.min, post_target.hard) == ("post_target", 3000, False)
    assert (severe.min_share, severe.denominator) == (Fraction(3, 20), "awarded")
    assert scenario.exclusive.groups[1] == ("tobacco",)
    assert len(scenario.exclusive.groups[0]) == 6
    assert scenario.openings["sports_lottery"].max == 40
    assert scenario.openings_joint[0].max == 80
    assert scenario.spacing["tobacco"].disabled_first_factor == 0
    assert scenario.spacing["welfare_lottery"].disabled_first_factor == Fraction(1, 2)
    assert scenario.household.max_awards == 0
    assert scenario.data.folder == SCENARIOS.parent / "data" / "rizhao"
    assert scenario.official_problems() == ()


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("rizhao-stalls-12", {"reserve.stall.share"}),
        (
            "rizhao-lottery-400m",
            {"spacing.welfare_lottery.urban_m", "spacing.sports_lottery.urban_m"},
        ),
    ],
)
def test_a_what_if_changes_only_what_it_names(name: str, changed: set[str]) -> None:
    base = load_scenario(CITY).canonical()
    other = load_scenario(SCENARIOS / f"{name}.toml").canonical()
    titles = {"name", "title", "title_en"}
    assert {key for key in _flat(base) if _flat(base)[key] != _flat(other)[key]} == changed | titles
    assert set(_flat(base)) == set(_flat(other))


def _flat(value: Any, above: str = "") -> dict[str, Any]:
    if not isinstance(value, dict):
        return {above: value}
    items = {key: item for key, item in value.items() if above or key != "sources"}
    return {
        name: leaf
        for key, item in items.items()
        for name, leaf in _flat(item, f"{above}.{key}".lstrip(".")).items()
    }


def test_the_smallest_scenario_needs_no_profile_and_no_date(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "s.toml",
        'name = "s"\n[data]\nfolder = "."\n[[stage]]\nkinds = ["project"]\nmechanism = "optimal"\n',
    )
    scenario = load_scenario(path)
    assert scenario.data.folder == tmp_path.resolve()
    assert (scenario.decision_date, scenario.draw, scenario.priority) == (None, None, None)
    assert scenario.kinds["project"].zh == "project"
    assert scenario.exclusive.groups == (("project",),)
    assert [problem.code for problem in scenario.official_problems()] == [
        "official_draw",
        "official_decision_date",
    ]


def test_merge_order_is_profile_extends_file_override(tmp_path: Path) -> None:
    write(tmp_path, "base.toml", f'extends = "{CITY.as_posix()}"\n[reserve.stall]\nshare = 0.11\n')
    path = write(tmp_path, "top.toml", 'extends = "base.toml"\n[reserve.stall]\nshare = 0.12\n')
    assert load_scenario(CITY).reserves["stall"].share == Fraction(10, 100)
    assert load_scenario(tmp_path / "base.toml").reserves["stall"].share == Fraction(11, 100)
    assert load_scenario(path).reserves["stall"].share == Fraction(12, 100)
    scenario = load_scenario(path, ["reserve.stall.share=0.13"])
    assert scenario.reserves["stall"].share == Fraction(13, 100)
    source = scenario.sources["reserve.stall.share"]
    assert (source.status, source.origin, source.value) == ("scenario", "--set", "0.13")
    assert (source.legal_basis, source.article) == ("日政办字〔2023〕18号", "第14条")


def test_named_tables_merge_by_name(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "s.toml",
        f'extends = "{CITY.as_posix()}"\n'
        '[[quota]]\nname = "severe"\nhard = true\n'
        '[[stage]]\nname = "joint"\nlevels = ["number"]\n',
    )
    scenario = load_scenario(path)
    severe = scenario.quotas[1]
    assert (severe.name, severe.hard, severe.min_share) == ("severe", True, Fraction(3, 20))
    assert scenario.stages[1].levels == ("number",)
    assert len(scenario.stages[1].kinds) == 6


def test_a_selector_is_replaced_as_a_whole(tmp_path: Path) -> None:
    text = f'extends = "{CITY.as_posix()}"\n[reserve.stall]\nbeneficiaries = {{ severe = true }}\n'
    scenario = load_scenario(write(tmp_path, "s.toml", text))
    assert scenario.reserves["stall"].beneficiaries == {"severe": (True,)}


def test_paths_are_relative_to_the_file_that_names_them(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    base = '[data]\nfolder = "tables"\nname = 1\n'.replace("name = 1\n", "")
    write(tmp_path / "a", "base.toml", f'name = "b"\n{base}[[stage]]\nname="j"\nkinds=["stall"]\n')
    path = write(tmp_path, "top.toml", 'extends = "a/base.toml"\nname = "top"\n')
    scenario = load_scenario(path)
    assert scenario.data.folder == (tmp_path / "a" / "tables").resolve()
    assert scenario.canonical()["data"]["folder"] == "a/tables"


def test_extending_itself_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, "a.toml", 'extends = "b.toml"\nname = "a"\n')
    path = write(tmp_path, "b.toml", 'extends = "a.toml"\nname = "b"\n')
    with pytest.raises(ScenarioError) as error:
        load_scenario(path)
    assert "extends_cycle" in codes(error)


def test_profile_quotas_about_kinds_no_stage_gives_out_are_dropped(tmp_path: Path) -> None:
    text = (
        f'name = "s"\ndecision_date = 2023-12-01\nprofile = "{CITY.parent.as_posix()}'
        '/policies/rizhao-2023-18.toml"\n[data]\nfolder = "."\n'
        '[[stage]]\nname = "markets"\nkinds = ["stall"]\nmechanism = "optimal"\n'
    )
    scenario = load_scenario(write(tmp_path, "s.toml", text))
    assert scenario.quotas == ()
    assert scenario.reserves["stall"].share == Fraction(1, 10)


@pytest.mark.parametrize(
    ("override", "read", "value"),
    [
        ("reserve.stall.share=0.12", lambda s: s.reserves["stall"].share, Fraction(12, 100)),
        ("reserve.stall.share=1/3", lambda s: s.reserves["stall"].share, Fraction(1, 3)),
        ("reserve.stall.count=7", lambda s: s.reserves["stall"].share, None),
        ("reserve.stall.rounding=floor", lambda s: s.reserves["stall"].rounding, "floor"),
        (
            "reserve.stall.beneficiaries.disability_level=[1,2]",
            lambda s: s.reserves["stall"].beneficiaries,
            {"group": ("disabled",), "disability_level": (1, 2)},
        ),
        (
            "quota.severe.applicant.age.min=40",
            lambda s: s.quotas[1].applicant["age"],
            Range(min=40),
        ),
        ("quota.severe.min_share=0.2", lambda s: s.quotas[1].min_share, Fraction(1, 5)),
        ("quota.severe.hard=true", lambda s: s.quotas[1].hard, True),
        ("stage.joint.levels=['number']", lambda s: s.stages[1].levels, ("number",)),
        ("openings_joint.lotteries.max=60", lambda s: s.openings_joint[0].max, 60),
        ("openings.welfare_lottery.max=30", lambda s: s.reserves["welfare_lottery"].planned, 30),
        ("decision_date=2024-03-01", lambda s: s.decision_date, dt.date(2024, 3, 1)),
        ("draw.seed=001234", lambda s: s.draw.seed, "001234"),
        ("draw.seed=123456", lambda s: s.draw.seed, "123456"),
        ("draw.seed='12 34'", lambda s: s.draw.seed, "12 34"),
        ("data.crs.places=GCJ-02", lambda s: s.data.crs.of("places"), "GCJ-02"),
        ("data.crs.default=BD-09", lambda s: s.data.crs.of("venues"), "BD-09"),
        ("data.workbook=x.xlsx", lambda s: s.data.folder, None),
        ("eligibility.stall.age_max=65", lambda s: s.eligibility["stall"].age_max, 65),
        (
            "eligibility.public_welfare_post.age_max=none",
            lambda s: s.eligibility["public_welfare_post"].age_max,
            None,
        ),
        ("solver.time_limit_s=0.5", lambda s: s.solver.time_limit_s, Fraction(1, 2)),
        ("title=测算", lambda s: s.title, "测算"),
    ],
)
def test_override(override: str, read: Any, value: Any) -> None:
    assert read(load_scenario(CITY, [override])) == value


def test_count_replaces_the_share_below_it() -> None:
    rule = load_scenario(CITY, ["reserve.stall.count=7"]).reserves["stall"]
    assert (rule.share, rule.count) == (None, 7)


def test_shares_are_exact() -> None:
    share = load_scenario(CITY).reserves["stall"].share
    assert share is not None
    assert ceil(share * 120) == 12
    twelve = load_scenario(SCENARIOS / "rizhao-stalls-12.toml").reserves["stall"].share
    assert twelve is not None
    assert ceil(twelve * 150) == 18
    # With binary floats the first would be 0.1 * 3 * 10 = 3.0000000000000004.
    assert exact(Decimal("0.10")) == exact("0.1") == exact(0.1) == Fraction(1, 10)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(1, 10), "0.1"),
        (Fraction(3, 25), "0.12"),
        (Fraction(0), "0"),
        (Fraction(300), "300"),
        (Fraction(-5, 4), "-1.25"),
        (Fraction(1, 3), "1/3"),
        (Fraction(1, 160), "0.00625"),
    ],
)
def test_decimal_text(value: Fraction, text: str) -> None:
    assert decimal_text(value) == text


@given(st.fractions())
def test_decimal_text_reads_back(value: Fraction) -> None:
    assert exact(decimal_text(value)) == value


def test_retirement_margin() -> None:
    assert retirement_margin("statutory_retirement") == 0
    assert retirement_margin("statutory_retirement-1") == 1
    with pytest.raises(ValueError, match="retired"):
        retirement_margin("retired")


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.toml")), ids=lambda path: str(path.stem))
def test_canonical_round_trip(path: Path) -> None:
    scenario = load_scenario(path)
    text = json.dumps(scenario.canonical(), ensure_ascii=False)
    rebuilt = scenario_from_canonical(json.loads(text))
    assert rebuilt.canonical() == scenario.canonical()
    assert rebuilt.scenario_hash == scenario.scenario_hash
    assert rebuilt.sources == scenario.sources
    same = {"base_dir": None, "profile": None, "data": rebuilt.data}
    assert rebuilt.model_copy(update=same) == scenario.model_copy(update=same)
    assert str(SCENARIOS.parent) not in text


def test_canonical_form_holds_ranges_and_fractions(tmp_path: Path) -> None:
    scenario = make(
        tmp_path,
        reserve={"stall": {"beneficiaries": {"age": {"min": 40, "max": 59.5}}, "share": "1/3"}},
        eligibility={"stall": {"age_max": "none", "disability": [{"severe": True}]}},
        data={"workbook": "x.xlsx"},
    )
    settings = scenario.canonical()
    assert settings["reserve"]["stall"]["share"] == "1/3"
    assert settings["reserve"]["stall"]["beneficiaries"] == {"age": {"max": "59.5", "min": 40}}
    assert settings["data"] == {"crs": {"default": "EPSG:4490"}, "workbook": "x.xlsx"}
    rebuilt = scenario_from_canonical(json.loads(json.dumps(settings)))
    assert rebuilt.reserves["stall"] == scenario.reserves["stall"]
    assert rebuilt.scenario_hash == scenario.scenario_hash


def test_the_hash_does_not_depend_on_the_order_of_keys(tmp_path: Path) -> None:
    one = make(tmp_path, spacing={"stall": {"urban_m": 1, "town_m": 2}, "kiosk": {}})
    two = make(tmp_path, spacing={"kiosk": {}, "stall": {"town_m": 2, "urban_m": 1}})
    assert one.scenario_hash == two.scenario_hash
    three = make(tmp_path, spacing={"kiosk": {}, "stall": {"town_m": 3, "urban_m": 1}})
    assert one.scenario_hash != three.scenario_hash


@pytest.mark.parametrize("damage", [{}, {"name": "x"}, {"name": "x", "stage": 3}])
def test_a_damaged_canonical_form(damage: dict[str, Any]) -> None:
    with pytest.raises(ScenarioError) as error:
        scenario_from_canonical(damage)
    assert codes(error) == {"canonical_damaged"}


def test_a_scenario_is_frozen_and_pickles() -> None:
    scenario = load_scenario(CITY)
    with pytest.raises(ValueError, match="frozen"):
        setattr(scenario, "name", "other")  # noqa: B010 - what a type checker forbids
    assert pickle.loads(pickle.dumps(scenario)) == scenario  # noqa: S301 - our own object


def test_settled_values(tmp_path: Path) -> None:
    everybody = make(tmp_path, priority={"tiers": []}).priority
    assert everybody is not None
    assert everybody.tiers == ((),)
    scenario = make(
        tmp_path,
        stage=[
            {"name": "q", "kinds": ["tobacco"], "mechanism": "queue"},
            {"name": "j", "kinds": ["stall", "kiosk", "vending_machine"]},
        ],
        reserve={
            "stall": {"beneficiaries": {"group": "disabled"}, "share": 0.1},
            "stall_severe": {"kind": "stall", "beneficiaries": {"severe": True}, "count": 1},
        },
        spacing={"kiosk": {"urban_m": 100, "disabled_factor": 0.8}},
        priority={"tiers": [["severe"]]},
        exclusive={"groups": [["stall", "kiosk"]]},
    )
    assert scenario.reserves["stall"].kind == scenario.reserves["stall_severe"].kind == "stall"
    assert scenario.spacing["kiosk"].group == "kiosk"
    assert scenario.spacing["kiosk"].disabled_first_factor == Fraction(4, 5)
    assert scenario.priority is not None
    assert scenario.priority.tiers == (("severe",), ())
    assert scenario.exclusive.groups == (("stall", "kiosk"), ("tobacco",), ("vending_machine",))
    stage = scenario.stage_of("tobacco")
    assert stage is not None
    assert stage.levels == ()
    assert scenario.stage_of("rukang_seat") is None
    assert list(scenario.kinds)[-1] == "vending_machine"


def test_a_stage_without_a_name_is_called_by_its_mechanism(tmp_path: Path) -> None:
    """The smallest scenario names its kinds and a mechanism, and nothing else."""
    stages = [
        {"kinds": ["stall"], "mechanism": "optimal"},
        {"kinds": ["tobacco"], "mechanism": "queue"},
        {"name": "kiosks", "kinds": ["kiosk"], "mechanism": "optimal"},
    ]
    assert [stage.name for stage in make(tmp_path, stage=stages).stages] == [
        "optimal",
        "queue",
        "kiosks",
    ]
