"""Values of settings in words: one way to say them, on every page."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from allocation.compare.records import Setting as Compared
from allocation.compare.settings import _basis, flat_scenario
from allocation.compare.values import value_text
from allocation.messages import LANGS, Lang
from allocation.scenario import Scenario, load_scenario
from allocation.scenario.fields import Shape, settings_of, shape_of
from allocation.scenario.words import SettingWords, day_unit
from allocation.ui.scenario.wording import value_words

CITY = Path(__file__).parents[1] / "scenarios" / "rizhao-2023-18.toml"
KINDS = {"stall": ("摊位", "stall"), "welfare_lottery": ("福利彩票站点", "lottery outlet")}


@pytest.fixture(scope="module")
def city() -> Scenario:
    """Return the demonstration city's scenario."""
    return load_scenario(CITY)


def said(lang: Lang, path: str, form: str, value: Any, unit: str = "", own_unit: str = "") -> str:
    shape = Shape(tuple(path.split(".")), cast("Any", form), unit)
    return SettingWords(lang, KINDS).value(shape, value, own_unit)


@pytest.mark.parametrize("lang", LANGS)
def test_every_page_says_every_setting_alike(city: Scenario, lang: Lang) -> None:
    """The page Scenario words live values, the page Compare what a run has sealed."""
    sealed = json.loads(json.dumps(city.canonical(), default=str))
    flat, sources = flat_scenario(sealed), sealed["sources"]
    kinds = {kind: (name.zh, name.en) for kind, name in city.kinds.items()}
    comparison = cast("Any", SimpleNamespace(kinds=kinds))
    differing = {}
    for key, setting in settings_of(city).items():
        if key in flat:
            compared = Compared("other", key, (flat[key],), (_basis(sources.get(key)),))
            words = value_text(compared, 0, comparison, lang)
            if words != value_words(setting, setting.value, city, lang):
                differing[key] = words
    assert differing == {}
    assert len(flat) > 200


def test_a_setting_is_known_by_its_key(city: Scenario) -> None:
    for key, setting in settings_of(city).items():
        assert shape_of(key) == (setting.shape, setting.name), key
    assert shape_of("stage") is None
    assert shape_of("reserve.stall.nothing") is None


@pytest.mark.parametrize(
    ("zh", "en", "told"),
    [
        ("1,000 米", "1,000 m", ("density.*.window_m", "number", "1000", "metre", "米")),
        ("36 个月", "36 months", ("eligibility.*.max_total_months", "whole", 36, "month", "月")),
        ("5 个工作日", "5 working days", ("publicity.x_days", "whole", 5, "day", "工作日")),
        ("60 日", "60 days", ("publicity.x_days", "whole", 60, "day", "日")),
        ("1 处", "1", ("targets.x", "whole", 1, "unit", "处")),
        ("12.5 %", "12.5 %", ("reserve.*.share", "share", "0.125", "percent", "比例")),
        ("33.33333333 %", "33.33333333 %", ("reserve.*.share", "share", "1/3", "percent")),
        ("0.5", "0.5", ("spacing.*.disabled_factor", "share", "0.5", "factor", "系数")),
        ("福利彩票站点", "lottery outlet", ("reserve.*.kind", "text", "welfare_lottery")),
        ("stall", "stall", ("stage.*.title", "text", "stall")),
        ("摊位", "stall", ("stage.*.kinds", "kinds", ["stall"])),
        ("16 周岁", "16 years", ("eligibility.*.age_min", "age", 16, "age")),
        ("法定退休年龄", "statutory retirement age",
         ("e.*.age_max", "age", "statutory_retirement")),
        ("无", "none", ("e.*.age_max", "age", "none")),
        ("data/city", "data/city", ("data.folder", "path", "/home/somebody/data/city")),
        ("1. 低保；2. 其余人员", "1. minimum livelihood; 2. everybody else",
         ("priority.tiers", "lists", [["min_livelihood"], []])),
        ("残疾人", "disabled", ("reserve.*.beneficiaries", "selector", {"group": ["disabled"]})),
        ("残疾等级：一级、二级", "disability level: 1, 2",
         ("quota.*.applicant", "selector", {"disability_level": [1, 2]})),
        ("残疾等级：1 至 …", "disability level: 1 to …",
         ("quota.*.applicant", "selector", {"disability_level": {"min": 1, "max": None}})),
        ("是", "yes", ("x.flag", "flag", True)),
        ("未设", "not set", ("x.count", "whole", None, "unit")),
        ("2023-12-01", "2023-12-01", ("decision_date", "date", "2023-12-01")),
        ("20231201", "20231201", ("draw.seed", "text", "20231201")),
    ],
)  # fmt: skip
def test_values(zh: str, en: str, told: tuple[Any, ...]) -> None:
    assert said("zh", *told) == zh
    assert said("en", *told) == en


@pytest.mark.parametrize(
    ("name", "own_unit", "day_type", "unit"),
    [
        ("days", "日", "working", "working_day"),
        ("days", "工作日", "calendar", "day"),
        ("objection_reply_days", "工作日", "calendar", "working_day"),
        ("objection_reply_days", "日", "working", "day"),
        ("reconsideration_days", "", "working", "day"),
    ],
)
def test_each_period_is_counted_in_its_own_days(
    name: str, own_unit: str, day_type: str, unit: str
) -> None:
    assert day_unit(name, own_unit, day_type) == unit
