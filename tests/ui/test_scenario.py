"""The page of the scenario: change, mark, check, save, in both languages."""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from allocation.messages import text
from allocation.scenario import load_scenario
from allocation.scenario.fields import settings_of
from allocation.ui.scenario.grouping import GROUPS, groups, is_shown
from tests.scenario_helper import CITY, SCENARIOS, make
from tests.ui.conftest import OpenPage, unescaped

STALL = "reserve.stall.share"
KIOSK = "reserve.kiosk.share"


@pytest.fixture
def city(home: Path) -> Path:
    """Put the city's scenarios into the workspace and return their folder."""
    shutil.copytree(SCENARIOS, home / "scenarios", dirs_exist_ok=True)
    return home / "scenarios"


def at(page: AppTest, key: str) -> Any:
    return page.get_by_key(key)


def field(page: AppTest, key: str, stem: str = CITY.stem) -> Any:
    return at(page, f"scenario.field.{stem}.{key}")


def turn(page: AppTest, group: str) -> AppTest:
    at(page, "scenario.group").set_value(group).run()
    return page


def words(page: AppTest) -> str:
    parts = [*page.markdown, *page.caption, *page.error, *page.success, *page.info, *page.subheader]
    return "\n".join(unescaped(str(part.value)) for part in parts)


def test_twelve_percent_is_marked_saved_and_loads(open_page: OpenPage, city: Path) -> None:
    page = turn(open_page("scenario"), "stalls")
    share = field(page, STALL)
    assert share.value == 10
    assert share.label == "摊位预留比例（%）"
    assert page.button(key="scenario.save").disabled
    share.set_value(12).run()
    assert "已改（原 10 %）" in words(page)
    assert "10 % → 12 %" in words(page)
    assert "摊位（改 1）" in at(page, "scenario.group").options
    page.text_input(key="scenario.new.stem").set_value("摊位 12%").run()
    assert "scenarios/摊位-12.toml" in words(page)
    page.button(key="scenario.save").click().run()
    assert "已保存为新方案 scenarios/摊位-12.toml" in words(page)
    assert page.query_params["scenario"] == "摊位-12"
    text = (city / "摊位-12.toml").read_text(encoding="utf-8")
    assert "# 摊位预留比例：原值 10 %\nshare = 0.12" in text
    scenario = load_scenario(city / "摊位-12.toml")
    assert scenario.reserves["stall"].share == Fraction("0.12")
    assert (scenario.name, scenario.title) == ("摊位-12", "试算：摊位预留比例 12 %")
    # The new scenario is the base now, with nothing changed, and can be run.
    assert at(page, "scenario.base").value == "摊位-12"
    assert field(page, STALL, "摊位-12").value == 12
    assert "还没有改动" in words(page)
    assert page.button(key="scenario.run").label == "去运行页"


def test_below_the_legal_minimum_is_said_at_the_field(open_page: OpenPage, city: Path) -> None:
    page = turn(open_page("scenario"), "outlets")
    before = sorted(city.iterdir())
    assert "法定下限 10 %" in words(page)
    field(page, KIOSK).set_value(8).run()
    told = [error.value for error in page.error]
    assert told
    assert all("低于法定下限 10 %" in line and "第7条" in line for line in told)
    assert len(told) == 2  # beside the field and in the list of what to correct
    assert page.button(key="scenario.save").disabled
    assert "站点和网点（错 1）" in at(page, "scenario.group").options
    turn(page, "draw")
    page.button(key="scenario.goto.problem.0").click().run()
    assert at(page, "scenario.group").value == "outlets"
    page.button(key=f"scenario.field.{CITY.stem}.{KIOSK}.restore").click().run()
    assert not page.error
    assert field(page, KIOSK).value == 10
    assert sorted(city.iterdir()) == before


@pytest.mark.parametrize(
    ("group", "key", "value", "said"),
    [
        ("stalls", STALL, 150.0, "0 % 至 100 %"),
        ("posts", "quota.post_target.min", -3, "不小于 0 的整数"),
        ("tobacco", "spacing.tobacco.urban_m", -3.0, "不小于 0"),
    ],
)
def test_a_number_out_of_range_is_said_by_the_page(
    open_page: OpenPage, city: Path, group: str, key: str, value: float, said: str
) -> None:
    """A browser that knew the limits would say so in English and keep the number to itself."""
    assert city
    page = turn(open_page("scenario"), group)
    assert not field(page, key).proto.has_min
    assert not field(page, key).proto.has_max
    field(page, key).set_value(value).run()
    told = [error.value for error in page.error]
    assert told
    assert all(said in line for line in told)
    assert page.button(key="scenario.save").disabled


def test_changes_outlive_groups_languages_and_bases(open_page: OpenPage, city: Path) -> None:
    page = turn(open_page("scenario"), "stalls")
    field(page, STALL).set_value(15).run()
    turn(page, "draw")
    field(page, "draw.seed").set_value("770011").run()
    at(page, "frame.lang").set_value("en").run()
    assert "10 % → 15 %" in words(page)
    assert "2 changed" in words(page)
    page.selectbox(key="scenario.base").set_value("rizhao-stalls-12").run()
    assert "Nothing is changed yet" in words(page)
    turn(page, "stalls")
    assert field(page, STALL, "rizhao-stalls-12").value == 12
    page.selectbox(key="scenario.base").set_value(CITY.stem).run()
    assert field(page, STALL).value == 15
    page.switch_page("views/run.py").run()
    page.switch_page("views/scenario.py").run()
    assert field(page, STALL).value == 15
    page.button(key="scenario.restore_all").click().run()
    assert field(page, STALL).value == 10


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_group_draws_in_both_languages(open_page: OpenPage, city: Path, lang: str) -> None:
    assert city
    page = open_page("scenario", lang=lang)
    for code in (code for code in GROUPS if code != "others"):
        turn(page, code)
        for toggle in [toggle for toggle in page.toggle if toggle.key == "scenario.more"]:
            toggle.set_value(True).run()
        assert not page.exception
        assert not page.error
        assert page.subheader
        assert "app_scenario" not in words(page)
        assert "None" not in words(page)


def test_what_a_browser_missed_in_one_drawing_it_is_told_in_the_next(
    open_page: OpenPage, city: Path
) -> None:
    """Else it takes an untouched switch for turned off, and a rule is gone with the next click."""
    assert city
    page = open_page("scenario")
    kinds = ("toggle", "number_input", "text_input", "selectbox", "multiselect", "date_input")
    seen: set[str] = set()
    for code in (code for code in GROUPS if code != "others"):
        turn(page, code).run()
        widgets: list[Any] = [
            w for kind in kinds for w in page.get(kind) if str(w.key).startswith("scenario.")
        ]
        seen |= {w.type for w in widgets}
        # A field to be typed into starts from its default and keeps what is being typed.
        known = [w.proto.set_value or w.value in (None, w.proto.default) for w in widgets]
        assert [w.key for w, is_known in zip(widgets, known, strict=True) if not is_known] == []
    assert {"toggle", "number_input", "text_input", "selectbox", "multiselect"} <= seen


def test_an_order_is_changed_by_buttons(open_page: OpenPage, city: Path) -> None:
    page = turn(open_page("scenario"), "mechanism")
    key = f"scenario.field.{CITY.stem}.stage.joint.levels"
    page.button(key=f"{key}.down.0").click().run()
    page.button(key=f"{key}.remove.5").click().run()
    at(page, f"{key}.add.5").set_value("place_priority").run()
    assert page.button(key=f"{key}.up.0").disabled
    assert page.button(key=f"{key}.down.5").disabled
    page.button(key="scenario.save").click().run()
    saved = load_scenario(city / f"{CITY.stem}-2.toml")
    assert saved.stages[1].levels == (
        "quota_shortfall",
        "reserve_shortfall",
        "tier",
        "number",
        "draw",
        "place_priority",
    )


def test_tiers_are_moved_emptied_and_added(open_page: OpenPage, city: Path) -> None:
    page = turn(open_page("scenario"), "priority")
    key = f"scenario.field.{CITY.stem}.priority.tiers"
    page.button(key=f"{key}.up.1").click().run()
    at(page, f"{key}.1").set_value([]).run()
    assert page.button(key="scenario.save").disabled
    assert any("priority.tiers" in unescaped(error.value) for error in page.error)
    at(page, f"{key}.1").set_value(["graduate_last_resort"]).run()
    page.button(key=f"{key}.add").click().run()
    at(page, f"{key}.4").set_value(["near_min_livelihood"]).run()
    page.button(key="scenario.save").click().run()
    priority = load_scenario(city / f"{CITY.stem}-2.toml").priority
    assert priority is not None
    assert priority.tiers[1] == ("graduate_last_resort",)
    assert priority.tiers[4:] == (("near_min_livelihood",), ())


def test_the_order_of_a_pool_starts_from_its_default(open_page: OpenPage, city: Path) -> None:
    assert city
    page = turn(open_page("scenario"), "priority")
    at(page, "scenario.page.priority").set_value("stall").run()
    assert "默认次序：条件档次 → 抽签号" in words(page)
    key = f"scenario.field.{CITY.stem}.priority.pool.stall.open"
    page.button(key=f"{key}.own").click().run()
    at(page, f"{key}.add.2").set_value("tier").run()
    assert "条件档次、抽签号、优先层级" in words(page)
    page.button(key=f"{key}.default").click().run()
    assert "还没有改动" in words(page)


def test_a_limit_can_be_taken_back(open_page: OpenPage, city: Path) -> None:
    page = turn(open_page("scenario"), "posts")
    field(page, "eligibility.public_welfare_post.max_total_months").set_value(None).run()
    age = field(page, "eligibility.public_welfare_post.age_max")
    age.set_value("years").run()
    page.number_input(key=f"{age.key}.years").set_value(58).run()
    assert not page.error
    page.button(key="scenario.save").click().run()
    rule = load_scenario(city / f"{CITY.stem}-2.toml").eligibility["public_welfare_post"]
    assert (rule.max_total_months, rule.age_max) == (None, 58)


def test_every_mechanism_can_be_chosen(open_page: OpenPage, city: Path) -> None:
    """All four are offered, and a stage turned to equal chances passes the page's check."""
    page = turn(open_page("scenario", scenario="town"), "mechanism")
    mechanism = field(page, "stage.joint.mechanism", "town")
    assert len(mechanism.options) == 4
    mechanism.set_value("egalitarian").run()
    assert not page.exception
    assert [error.value for error in page.error] == []


def test_a_stage_turned_into_a_queue_drops_its_levels(open_page: OpenPage, city: Path) -> None:
    assert city
    page = turn(open_page("scenario", scenario="town"), "mechanism")
    field(page, "stage.joint.mechanism", "town").set_value("queue").run()
    assert "queue_takes_no_reserve" not in words(page)
    assert any("不设预留" in unescaped(error.value) for error in page.error)
    assert not any("不设优化目标" in unescaped(error.value) for error in page.error)
    field(page, "stage.joint.mechanism", "town").set_value("optimal").run()
    assert not page.error


def test_what_the_law_fixes_cannot_be_touched(open_page: OpenPage, city: Path) -> None:
    assert city
    page = turn(open_page("scenario"), "tobacco")
    with pytest.raises(KeyError):
        field(page, "spacing.tobacco.disabled_first_factor")
    assert ":material/lock: 0" in words(page)
    assert "法律直接规定，不得改动" in words(page)
    assert not field(page, "spacing.tobacco.urban_m").disabled


def test_a_name_in_use_is_refused_before_saving(open_page: OpenPage, city: Path) -> None:
    before = (city / "town.toml").read_bytes()
    page = turn(open_page("scenario"), "stalls")
    field(page, STALL).set_value(12).run()
    page.text_input(key="scenario.new.stem").set_value("Town").run()
    assert any("已有同名的方案文件 town.toml" in unescaped(error.value) for error in page.error)
    assert page.button(key="scenario.save").disabled
    page.text_input(key="scenario.new.stem").set_value("…").run()
    assert page.button(key="scenario.save").disabled
    assert (city / "town.toml").read_bytes() == before


def test_a_file_that_came_in_between_is_not_overwritten(open_page: OpenPage, city: Path) -> None:
    page = turn(open_page("scenario"), "stalls")
    field(page, STALL).set_value(12).run()
    (city / f"{CITY.stem}-2.toml").write_text("# mine", encoding="utf-8")
    page.button(key="scenario.save").click().run()
    assert any("已有同名" in unescaped(error.value) for error in page.error)
    assert (city / f"{CITY.stem}-2.toml").read_text(encoding="utf-8") == "# mine"
    assert field(page, STALL).value == 12


def test_chosen_data_go_into_the_new_scenario(open_page: OpenPage, home: Path) -> None:
    shutil.copytree(home / "data" / "town", home / "uploads" / "2024")
    page = open_page("scenario", scenario="town", data="uploads/2024")
    assert at(page, "scenario.data").value == "uploads/2024"
    page.button(key="scenario.save").click().run()
    saved = load_scenario(home / "scenarios" / "town-2.toml")
    assert saved.data.folder == home / "uploads" / "2024"
    assert "data" not in page.query_params


@pytest.mark.parametrize("data", ["../..", "/etc", "uploads/none"])
def test_data_from_elsewhere_are_not_taken(open_page: OpenPage, data: str) -> None:
    page = open_page("scenario", data=data)
    assert [error.value for error in page.error] == [text("app_data_unknown")]
    assert "scenario.save" not in {button.key for button in page.button}
    page.button(key="problem.app_data_unknown").click().run()
    assert not page.error


def test_an_unknown_scenario_has_a_way_out(open_page: OpenPage) -> None:
    page = open_page("scenario", scenario="no-such")
    assert [error.value for error in page.error] == [text("app_scenario_unknown")]
    page.button(key="problem.app_scenario_unknown").click().run()
    assert not page.error
    assert at(page, "scenario.base").value == "town"


def test_a_broken_scenario_says_what_is_wrong(open_page: OpenPage, home: Path) -> None:
    (home / "scenarios" / "broken.toml").write_text("name = ", encoding="utf-8")
    page = open_page("scenario", scenario="broken")
    assert any("broken.toml" in unescaped(error.value) for error in page.error)
    assert not page.exception


def test_an_official_run_would_still_refuse(open_page: OpenPage, home: Path) -> None:
    path = home / "scenarios" / "town.toml"
    path.write_text(path.read_text(encoding="utf-8").split("[draw]")[0], encoding="utf-8")
    page = turn(open_page("scenario"), "draw")
    assert any("[draw]" in unescaped(info.value) for info in page.info)
    field(page, "draw.seed", "town").set_value("386150").run()
    assert not page.info


# ---- the description of the form ---------------------------------------------------


@pytest.mark.parametrize("path", [CITY, CITY.with_name("rizhao-stalls-12.toml")])
def test_every_key_in_use_stands_in_one_group(path: Path) -> None:
    scenario = load_scenario(path)
    found = groups(scenario, settings_of(scenario).values())
    rows = [setting.key for group in found for setting in group.settings]
    assert len(rows) == len(set(rows))
    assert scenario.sources.keys() <= set(rows)
    shown = [
        setting.key
        for group in found
        for setting in group.settings
        if is_shown(setting, scenario, ())
    ]
    assert scenario.sources.keys() <= set(shown)
    assert [group.code for group in found] == [code for code in GROUPS if code != "others"]


def test_a_kind_that_a_scenario_adds_has_its_page(tmp_path: Path) -> None:
    scenario = make(
        tmp_path,
        stage=[{"name": "only", "kinds": ["vending_machine"], "mechanism": "optimal"}],
        kind={"vending_machine": {"zh": "自动售卖机", "en": "vending machine"}},
        reserve={"vending_machine": {"beneficiaries": {"group": "disabled"}, "share": "0.1"}},
        eligibility={"vending_machine": {"age_min": 18}},
        quota=[{"name": "all", "applicant": {}, "place": {}, "min": 1}],
    )
    found = {group.code: group for group in groups(scenario, settings_of(scenario).values())}
    assert list(found["others"].pages) == ["vending_machine"]
    assert found["others"].page_of("reserve.vending_machine.share") == "vending_machine"
    assert found["others"].shared[0].table == "quota.all"


def test_an_overruled_finding_is_shown_and_kept(open_page: OpenPage, home: Path) -> None:
    path = home / "scenarios" / "town.toml"
    text = (
        '\n[[overruling]]\napplicant_id = "A01"\nplace_id = "P1"\nby = "张工，市残联"\n'
        'reason = "现场复核能够胜任"\ndecided_on = 2023-11-20\n'
    )
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
    page = turn(open_page("scenario"), "basics")
    with pytest.raises(KeyError):
        field(page, "overruling.A01/P1.reason", "town")
    assert ":material/lock: 现场复核能够胜任" in words(page)
    assert any("请在方案文件中修改" in caption.value for caption in page.caption)
    turn(page, "stalls")
    field(page, STALL, "town").set_value(40).run()
    page.button(key="scenario.save").click().run()
    saved = load_scenario(home / "scenarios" / "town-2.toml")
    assert [rule.by for rule in saved.overrulings] == ["张工，市残联"]
    page.button(key="scenario.run").click().run()
    assert page.title[0].value == "运行"
    assert page.query_params["scenario"] == "town-2"


def test_the_files_are_shown_before_saving(open_page: OpenPage, city: Path) -> None:
    page = turn(open_page("scenario"), "stalls")
    field(page, STALL).set_value(12).run()
    assert not page.code
    page.session_state["scenario.preview"] = True
    page.session_state["scenario.base_file"] = True
    page.run()
    preview, base = (str(code.value) for code in page.code)
    assert "# 摊位预留比例：原值 10 %\nshare = 0.12" in preview
    assert base == (city / CITY.name).read_text(encoding="utf-8").strip()
