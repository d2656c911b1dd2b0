"""Settings of a scenario in words: labels, units, values, problems."""

from __future__ import annotations

from typing import Any

from allocation.messages import CATALOGUE, Lang, text
from allocation.messages.problems import Problem
from allocation.scenario import Scenario
from allocation.scenario.fields import Setting
from allocation.scenario.titles import setting_title
from allocation.scenario.words import SettingWords

_CLOSED = ("）", ")")
_LEVELS = ("stage", "*", "levels")


def title(setting: Setting, scenario: Scenario, lang: Lang, *, short: bool = False) -> str:
    """Name a setting, short where its kind of place is named above it."""
    own = f"app_scenario_own_{setting.path[0]}_{setting.path[-1]}"
    if own in CATALOGUE:
        return text(own, lang)
    words = setting_title(setting, scenario, lang, short=short)
    return words[:1].upper() + words[1:] if lang == "en" else words


def labelled(setting: Setting, scenario: Scenario, lang: Lang) -> str:
    """Name a setting with its unit, as a label of a field."""
    words = title(setting, scenario, lang, short=True)
    unit = unit_of(setting, scenario, lang)
    if not unit:
        return words
    if words.endswith(_CLOSED):
        return text("app_scenario_label_closed", lang, title=words[:-1], unit=unit)
    return text("app_scenario_label", lang, title=words, unit=unit)


def unit_of(setting: Setting, scenario: Scenario, lang: Lang) -> str:
    """Name the unit of a number, in the words of the policy profile where it has one."""
    if setting.unit == "factor":
        return text("app_scenario_factor", lang)
    source = scenario.sources.get(setting.key)
    if lang == "zh" and source is not None and source.unit and setting.unit != "percent":
        return source.unit if setting.form != "age" else ""
    if not setting.unit or setting.form == "age":
        return ""
    return text(f"setting_unit.{setting.unit}", lang, number="").strip()


def value_words(setting: Setting, value: Any, scenario: Scenario, lang: Lang) -> str:
    """Put a plain value of a setting into words, with its unit."""
    return SettingWords.of(scenario, lang).value(setting.shape, value, _own_unit(setting, scenario))


def choice_words(setting: Setting, word: str, scenario: Scenario, lang: Lang) -> str:
    """Put one choice of a setting into words."""
    return SettingWords.of(scenario, lang).choice(setting.path, word)


def about_choice(setting: Setting, word: str, lang: Lang) -> str:
    """Explain a level or a criterion in a sentence."""
    area = "level" if setting.path == _LEVELS else "criterion"
    code = f"app_scenario_{area}_{word}"
    return text(code, lang) if code in CATALOGUE else ""


def problem_words(problem: Problem, setting: Setting | None, scenario: Scenario, lang: Lang) -> str:
    """Say what is wrong with a setting, shortly where its field is beside."""
    params = problem.params
    if setting is not None and "minimum" in params:
        minimum = number_words(setting, params["minimum"], scenario, lang)
        basis = {key: params[key] for key in ("legal_basis", "article")}
        low = problem.code == "below_legal_minimum"
        code = "app_scenario_below" if low else "app_scenario_left_out"
        return text(code, lang, minimum=minimum, **basis)
    if setting is not None and problem.code == "wrong_value":
        return text("app_scenario_wrong", lang, expected=params["expected"])
    return f"{problem:{lang}}"


def number_words(setting: Setting, value: Any, scenario: Scenario, lang: Lang) -> str:
    """Write a number with its unit."""
    own_unit = _own_unit(setting, scenario)
    return SettingWords.of(scenario, lang).number(setting.unit, value, own_unit)


def _own_unit(setting: Setting, scenario: Scenario) -> str:
    """Return what the policy profile counts a setting in."""
    source = scenario.sources.get(setting.key)
    return "" if source is None else source.unit
