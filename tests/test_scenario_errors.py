"""What is wrong with a scenario is named at once, with its key and the nearest right one."""

from __future__ import annotations

import pickle
import string
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from allocation.messages import ScenarioError, describe
from allocation.messages.scenario import TEXTS
from allocation.scenario import (
    load_scenario,
    problems_of,
    scenario_from_mapping,
)
from allocation.scenario.values import exact
from tests.scenario_helper import CITY, SCENARIOS, SMALLEST, codes, make, write


@pytest.mark.parametrize(
    ("override", "nearest"),
    [
        ("titel=x", "title"),
        ("reserv.stall.share=0.1", "reserve"),
        ("reserve.stal.share=0.1", "reserve.stall"),
        ("reserve.stall.shar=0.1", "reserve.stall.share"),
        ("reserve.stall.beneficiaries.grop=disabled", "reserve.stall.beneficiaries.group"),
        ("quota.sever.min_share=0.1", "quota.severe"),
        ("quota.severe.min_shre=0.1", "quota.severe.min_share"),
        ("stage.jiont.levels=['number']", "stage.joint"),
        ("stage.joint.level=['number']", "stage.joint.levels"),
        ("spacing.wellfare_lottery.urban_m=1", "spacing.welfare_lottery"),
        ("spacing.tobacco.urban=1", "spacing.tobacco.urban_m"),
        ("density.tobaco.window_m=1", "density.tobacco"),
        ("openings.kiosks.max=1", "openings.kiosk"),
        ("openings_joint.lottery.max=1", "openings_joint.lotteries"),
        ("eligibility.stall.age_mn=1", "eligibility.stall.age_min"),
        ("priority.severe_rul=level_2", "priority.severe_rule"),
        ("priority.pool.stal.open=['draw']", "priority.pool.stall"),
        ("priority.pool.stall.opn=['draw']", "priority.pool.stall.open"),
        ("priority.open_preference.stalls=none", "priority.open_preference.stall"),
        ("data.crs.place=GCJ-02", "data.crs.places"),
        ("draw.sed=1", "draw.seed"),
        ("solver.time_limit=2", "solver.time_limit_s"),
        ("space.metod=geodesic", "space.method"),
        ("household.max_award=1", "household.max_awards"),
        ("exclusive.group=[]", "exclusive.groups"),
        ("publicity.day=5", "publicity.days"),
    ],
)
def test_a_misspelt_override_names_the_nearest_key(override: str, nearest: str) -> None:
    with pytest.raises(ScenarioError) as error:
        load_scenario(CITY, [override])
    assert codes(error) == {"unknown_key"}
    assert error.value.params["nearest"] == nearest
    assert error.value.params["file"] == "--set"
    assert error.value.exit_code == 2


@pytest.mark.parametrize(
    ("text", "key", "nearest"),
    [
        ("tittle = 'x'", "tittle", "title"),
        ("[dta]\nfolder = '.'", "dta", "data"),
        ("[data]\nfoldr = '.'", "data.foldr", "data.folder"),
        ("[data.crss]\nplaces = 'BD-09'", "data.crss", "data.crs"),
        ("[reserve.stall]\nshre = 0.1", "reserve.stall.shre", "reserve.stall.share"),
        ("[reserve.stal]\nshare = 0.1", "reserve.stal", "reserve.stall"),
        ("[spacing]\nurban_m = 300", None, None),
        ("[[quota]]\nname = 'severe'\nmn = 1", "quota.severe.mn", "quota.severe.min"),
        ("[[stage]]\nname = 'joint'\nkind = []", "stage.joint.kind", "stage.joint.kinds"),
        ("[kind.x]\nzhh = 'x'", "kind.x.zhh", "kind.x.zh"),
        (
            "[reserve.stall]\nbeneficiaries = { grup = 'disabled' }",
            "reserve.stall.beneficiaries.grup",
            "reserve.stall.beneficiaries.group",
        ),
        (
            "[eligibility.rukang_seat]\ndisability = [{ disability_typ = 'mental' }]",
            "eligibility.rukang_seat.disability.disability_typ",
            "eligibility.rukang_seat.disability.disability_type",
        ),
    ],
)
def test_a_misspelt_key_in_a_file(
    tmp_path: Path, text: str, key: str | None, nearest: str | None
) -> None:
    path = write(tmp_path, "mine.toml", f'extends = "{CITY.as_posix()}"\n{text}\n')
    with pytest.raises(ScenarioError) as error:
        load_scenario(path)
    if key is None:
        assert codes(error) == {"not_a_table"}
        return
    unknown = [item for item in problems_of(error.value) if item.code == "unknown_key"]
    assert (unknown[0].params["key"], unknown[0].params["nearest"]) == (key, nearest)
    assert unknown[0].params["file"] == "mine.toml"


def test_a_table_with_a_misspelt_name_is_told_the_right_one(tmp_path: Path) -> None:
    text = f'extends = "{CITY.as_posix()}"\n[[quota]]\nname = "sever"\nmin_share = 0.2\n'
    with pytest.raises(ScenarioError) as error:
        load_scenario(write(tmp_path, "s.toml", text))
    assert codes(error) >= {"missing_key_renamed"}
    assert problems_of(error.value)[0].params["nearest"] == "quota.severe"


def test_a_misspelt_kind_in_a_stage(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as error:
        make(tmp_path, stage=[{"name": "a", "kinds": ["kiosks"]}])
    assert codes(error) == {"kind_not_declared"}
    assert error.value.params["nearest"] == "kiosk"
    declared = make(
        tmp_path,
        stage=[{"name": "a", "kinds": ["kiosks"]}],
        kind={"kiosks": {"zh": "报刊亭", "en": "newsstand"}},
    )
    assert declared.kinds["kiosks"].zh == "报刊亭"


def test_all_problems_are_reported_at_once(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as error:
        scenario_from_mapping(
            {
                "nam": "x",
                "data": {"folder": "."},
                "stage": [{"name": "a", "kinds": ["stall"], "mechanism": "optimum"}],
                "reserve": {"stall": {"share": Decimal("1.5"), "beneficiaries": {"grp": "x"}}},
                "household": {"max_awards": -1},
            },
            tmp_path,
        )
    assert error.value.code == "several_problems"
    assert error.value.params["n"] == 5
    assert codes(error) == {"unknown_key", "wrong_value"}
    assert "reserve.stall.share" in describe(error.value)
    again = pickle.loads(pickle.dumps(error.value))  # noqa: S301 - our own error
    assert describe(again, "en") == describe(error.value, "en")


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("reserve.stall.share=1.2", "expect_share"),
        ("reserve.stall.share=-0.1", "expect_share"),
        ("reserve.stall.share=inf", "expect_share"),
        ("reserve.stall.share=true", "expect_share"),
        ("reserve.stall.count=2.5", "expect_integer"),
        ("reserve.stall.count=-1", "expect_at_least"),
        ("reserve.stall.rounding=up", "expect_one_of"),
        ("reserve.stall.kind=Stall", "expect_kind_id"),
        ("reserve.stall.beneficiaries=disabled", "expect_selector"),
        ("reserve.stall.beneficiaries.group=disabeld", "expect_column_values"),
        ("reserve.stall.beneficiaries.disability_level=[]", "expect_selector_value"),
        ("reserve.stall.beneficiaries.disability_level=7", "expect_column_values"),
        ("reserve.stall.beneficiaries.severe=1", "expect_column_values"),
        ("household.max_awards=true", "expect_integer"),
        ("household.max_awards=one", "expect_integer"),
        ("decision_date=tomorrow", "expect_date"),
        ("decision_date=2023-12-01T08:00:00", "expect_date"),
        ("spacing.tobacco.urban_m=-5", "expect_not_negative"),
        ("spacing.tobacco.urban_m=wide", "expect_number"),
        ("spacing.tobacco.disabled_factor=1.5", "expect_share"),
        ("spacing.tobacco.disabled_first_number_exempt=true", "expect_one_of"),
        ("eligibility.stall.age_max=retirement", "expect_age_limit"),
        ("eligibility.stall.suitability=1", "expect_flag"),
        ("eligibility.stall.groups=disabled", "expect_list"),
        ("priority.tiers=[['sever'],[]]", "expect_one_of"),
        ("stage.joint.kinds=[]", "expect_not_empty"),
        ("stage.joint.levels=['numbers']", "expect_one_of"),
        ("draw.seed=''", "expect_one_line"),
        ("name=a/b", "expect_name"),
        ("solver.time_limit_s=0", "expect_positive"),
        ("space.crs=EPSG:4490", "expect_projected_crs"),
        ("space.bounds=[118, 35]", "expect_bounds"),
        ("data.crs.places=WGS84", "expect_crs"),
    ],
)
def test_a_wrong_value_says_what_is_expected(override: str, expected: str) -> None:
    with pytest.raises(ScenarioError) as error:
        load_scenario(CITY, [override])
    wrong = [item for item in problems_of(error.value) if item.code == "wrong_value"]
    assert [item.params["expected"].code for item in wrong] == [expected]
    assert wrong[0].params["key"].startswith(override.partition("=")[0].split("[")[0][:8])
    assert wrong[0].params["file"] == "--set"
    assert wrong[0].params["status"] == "scenario"
    codes(error)


@pytest.mark.parametrize("seed", ["a\nb", "a\x85b", "a\r", " "])
def test_a_seed_is_one_line(tmp_path: Path, seed: str) -> None:
    with pytest.raises(ScenarioError):
        make(tmp_path, draw={"seed": seed})


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"data": {}}, "data_folder_or_workbook"),
        ({"data": {"folder": ".", "workbook": "x.xlsx"}}, "data_folder_or_workbook"),
        ({"space": {"bounds": [119, 35, 118, 36]}}, "bounds_crossed"),
        (
            {"stage": [{"name": "a", "kinds": ["stall"]}, {"name": "b", "kinds": ["stall"]}]},
            "kind_in_two_stages",
        ),
        ({"stage": [{"name": "a", "kinds": ["stall", "stall"]}]}, "kind_in_two_stages"),
        (
            {"stage": [{"name": "a", "kinds": ["stall"]}, {"name": "a", "kinds": ["kiosk"]}]},
            "name_repeated",
        ),
        ({"stage": [{"kinds": ["stall"], "name": ""}]}, "missing_key"),
        ({"stage": [{"kinds": ["stall"]}, {"kinds": ["kiosk"]}]}, "missing_key"),
        (
            {
                "stage": [
                    {"name": "a", "kinds": ["tobacco"], "mechanism": "queue", "levels": ["number"]}
                ]
            },
            "levels_unused",
        ),
        ({"stage": [{"name": "a", "kinds": ["stall"], "levels": []}]}, "levels_empty"),
        (
            {"stage": [{"name": "a", "kinds": ["stall"], "levels": ["number", "number"]}]},
            "value_repeated",
        ),
        (
            {"stage": [{"name": "a", "kinds": ["stall"], "levels": ["preference_serial", "draw"]}]},
            "serial_not_last",
        ),
        (
            {
                "stage": [
                    {"name": "a", "kinds": ["stall", "kiosk"], "levels": ["preference_serial"]}
                ],
                "exclusive": {"groups": [["stall"], ["kiosk"]]},
            },
            "serial_groups",
        ),
        ({"exclusive": {"groups": [["stall"], ["stall", "kiosk"]]}}, "value_repeated"),
        ({"reserve": {"stall": {"beneficiaries": {}}}}, "share_or_count"),
        (
            {"reserve": {"stall": {"beneficiaries": {}, "share": 0.1, "count": 1}}},
            "share_or_count",
        ),
        (
            {
                "stage": [{"name": "licences", "kinds": ["stall"], "mechanism": "queue"}],
                "reserve": {"stall": {"beneficiaries": {}, "share": 0.1}},
            },
            "queue_takes_no_reserve",
        ),
        (
            {"reserve": {"stall": {"beneficiaries": {}, "share": 0.1, "mode": "over_and_above"}}},
            "over_and_above_needs_stable",
        ),
        (
            {
                "reserve": {
                    "stall": {
                        "beneficiaries": {},
                        "share": 0.1,
                        "scope": "venue",
                        "split_to": "district",
                    }
                }
            },
            "split_not_narrower",
        ),
        ({"quota": [{"name": "q", "applicant": {}, "place": {}}]}, "quota_without_bound"),
        (
            {
                "quota": [
                    {
                        "name": "q",
                        "applicant": {},
                        "place": {},
                        "min": 1,
                        "min_share": 0.1,
                        "denominator": "awarded",
                    }
                ]
            },
            "quota_two_bounds",
        ),
        (
            {"quota": [{"name": "q", "applicant": {}, "place": {}, "max_share": 0.1}]},
            "denominator_missing",
        ),
        (
            {"quota": [{"name": "q", "applicant": {}, "place": {}, "min": 3, "max": 2}]},
            "bounds_crossed",
        ),
        (
            {"quota": [{"name": "q", "applicant": {}, "place": {"kind": "stal"}, "min": 3}]},
            "kind_not_declared",
        ),
        ({"density": {"stall": {"window_m": 100}}}, "missing_key"),
        ({"density": {"stall": {"area": "district"}}}, "missing_key"),
        (
            {
                "stage": [{"name": "a", "kinds": ["tobacco"], "mechanism": "queue"}],
                "density": {"tobacco": {"extra_number_disabled": 1}},
            },
            "queue_extra_number",
        ),
        ({"eligibility": {"stall": {"age_min": 60, "age_max": 18}}}, "bounds_crossed"),
        ({"priority": {"tiers": [[], ["severe"], []]}}, "tier_empty"),
        ({"priority": {"tiers": [["severe"], ["severe"]]}}, "value_repeated"),
        ({"priority": {"pool": {"stall": {"open": ["draw", "draw"]}}}}, "value_repeated"),
        ({"priority": {"pool": {"stall": {"open": []}}}}, "wrong_value"),
        ({"exclusive": {"groups": 3}}, "wrong_value"),
        ({"profile": 3}, "wrong_value"),
        ({3: 4}, "unknown_key"),
        ({"reserve": {"stall": 3}}, "not_a_table"),
        ({"stage": "joint"}, "not_a_table"),
    ],
)
def test_cross_field_rule(tmp_path: Path, changes: dict[Any, Any], code: str) -> None:
    with pytest.raises(ScenarioError) as error:
        scenario_from_mapping({**SMALLEST, **changes}, tmp_path)
    assert code in codes(error)


@pytest.mark.parametrize(
    ("override", "code"),
    [
        ("nonsense", "override_form"),
        ("=3", "override_form"),
        ("reserve..share=3", "override_form"),
        ("extends=other.toml", "override_forbidden"),
        ("stage.joint.name=x", "override_forbidden"),
        ("reserve.stall=3", "key_is_table"),
        ("quota=3", "key_is_table"),
        ("reserve.kiosk.share=0.09", "below_legal_minimum"),
        ("reserve.sports_lottery.count=9", "legal_minimum_left_out"),
        ("reserve.kiosk.beneficiaries.group=general", "legally_locked"),
        ("spacing.tobacco.disabled_first_factor=0.5", "legally_locked"),
        ("spacing.tobacco.school_buffer_m=0", "below_legal_minimum"),
        ("targets.post_disabled_share=0.05", "below_legal_minimum"),
        ("eligibility.public_welfare_post.age_min=15", "below_legal_minimum"),
        ("decision_date=2023-01-01", "parameters_not_in_force"),
        ("profile=policies/shandong-2025-2027.toml", "profile_not_loaded"),
        ("profile=policies/none.toml", "profile_missing"),
    ],
)
def test_override_refused(override: str, code: str) -> None:
    with pytest.raises(ScenarioError) as error:
        load_scenario(CITY, [override])
    assert codes(error) == {code}


def test_below_the_legal_minimum_names_the_article() -> None:
    with pytest.raises(ScenarioError) as error:
        load_scenario(CITY, ["reserve.kiosk.share=0.099"])
    assert error.value.params["article"] == "第7条"
    assert "日政办字〔2023〕18号第7条" in describe(error.value)
    assert load_scenario(CITY, ["reserve.kiosk.share=0.100"]).reserves["kiosk"].share == exact(
        "0.1"
    )


def test_a_profile_needs_a_decision_date(tmp_path: Path) -> None:
    profile = (SCENARIOS / "policies" / "rizhao-2023-18.toml").as_posix()
    with pytest.raises(ScenarioError) as error:
        make(tmp_path, profile=profile)
    assert codes(error) == {"decision_date_missing"}


def test_an_official_run_refuses_the_plain_sum_of_preference_ranks() -> None:
    scenario = load_scenario(CITY, ["stage.joint.levels=['number','preference']"])
    (problem,) = scenario.official_problems()
    assert problem.code == "official_preference"
    assert problem.params["key"] == "stage.joint.levels"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b'name = "x"\nname = ', "toml_syntax"),
        (b'name = "x"\nname = "y"\n', "toml_syntax"),
        ('title = "日照"'.encode("gb18030"), "toml_not_utf8"),
    ],
)
def test_a_broken_file(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "broken.toml"
    path.write_bytes(content)
    with pytest.raises(ScenarioError) as error:
        load_scenario(path)
    assert codes(error) == {code}
    assert error.value.params["file"] == "broken.toml"


def test_a_missing_file_is_named_without_its_folder(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as error:
        load_scenario(tmp_path / "none.toml")
    assert codes(error) == {"scenario_missing"}
    assert str(tmp_path) not in describe(error.value)
    path = write(tmp_path, "s.toml", 'extends = "gone.toml"\n')
    with pytest.raises(ScenarioError) as error:
        load_scenario(path)
    assert codes(error) == {"extends_missing"}


def test_a_byte_order_mark_is_accepted(tmp_path: Path) -> None:
    path = tmp_path / "bom.toml"
    path.write_bytes(b"\xef\xbb\xbf" + CITY.read_bytes())
    path.write_bytes(
        path.read_bytes().replace(b'"policies/', f'"{SCENARIOS.as_posix()}/policies/'.encode())
    )
    assert load_scenario(path).name == "rizhao-2023-18"


def test_every_text_has_the_same_fields_in_both_languages() -> None:
    for code, (zh, en) in TEXTS.items():
        fields = [
            {name for _, name, _, _ in string.Formatter().parse(item) if name} for item in (zh, en)
        ]
        assert fields[0] == fields[1], code
