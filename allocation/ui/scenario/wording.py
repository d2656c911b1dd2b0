"""Settings of a scenario in words: labels, units, values, problems."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from allocation.messages import CATALOGUE, Lang, text
from allocation.messages.problems import Problem
from allocation.scenario import Range, Scenario
from allocation.scenario.fields import Setting
from allocation.scenario.titles import kind_title, setting_title
from allocation.tables import INPUT_TABLES, header, label

_CLOSED = ("）", ")")
_RETIREMENT = "statutory_retirement"
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
    if value is None:
        return text("app_scenario_unset", lang)
    if setting.form == "age":
        return _age(value, lang)
    if setting.unit and isinstance(value, int | Decimal | str):
        return number_words(setting, value, scenario, lang)
    if setting.path[-1] == "tiers":
        return _tiers(value, scenario, lang)
    return _words(setting, value, scenario, lang)


def percent(share: Any) -> str:
    """Write a share of 0-1 in percent, with the decimals it has."""
    number = Fraction(str(share)) * 100
    return f"{float(number):.10g} %"


def choice_words(setting: Setting, word: str, scenario: Scenario, lang: Lang) -> str:
    """Put one choice of a setting into words."""
    if word in scenario.kinds:
        return kind_title(word, scenario, lang)
    code = f"level.{word}" if setting.path == _LEVELS else f"setting_word.{word}"
    return text(code, lang) if code in CATALOGUE else word


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
    if setting.unit == "percent":
        return percent(value)
    if setting.unit == "factor":
        return str(value)
    return f"{Decimal(value):,} {unit_of(setting, scenario, lang)}".strip()


def _age(value: Any, lang: Lang) -> str:
    if isinstance(value, int):
        return text("setting_unit.age", lang, number=value)
    years = value.removeprefix(_RETIREMENT).lstrip("-")
    code = "setting_before_retirement" if years else "setting_retirement"
    return text(code, lang, years=years)


def _tiers(tiers: list[list[str]], scenario: Scenario, lang: Lang) -> str:
    rest = text("setting_rest", lang)
    semicolon = "；" if lang == "zh" else "; "
    comma = "、" if lang == "zh" else ", "
    return semicolon.join(
        text(
            "setting_numbered",
            lang,
            n=n,
            words=comma.join(text(f"setting_word.{fact}", lang) for fact in tier) or rest,
        )
        for n, tier in enumerate(tiers, start=1)
    )


def _words(setting: Setting, value: Any, scenario: Scenario, lang: Lang) -> str:
    if isinstance(value, Mapping):
        return _selector(value, scenario, lang)
    if isinstance(value, list):
        nested = any(isinstance(item, list | Mapping) for item in value)
        separator = {True: "；", False: "、"} if lang == "zh" else {True: "; ", False: ", "}
        words = separator[nested].join(_words(setting, item, scenario, lang) for item in value)
        return words or text("setting_nothing", lang)
    if isinstance(value, bool):
        return text(f"setting_word.{str(value).lower()}", lang)
    if setting.form == "path":
        # Where on this machine the folder lies is nobody's business.
        return "/".join(Path(value).parts[-2:])
    if isinstance(value, str) and setting.form != "text":
        return choice_words(setting, value, scenario, lang)
    return str(value)


def _selector(selector: Mapping[str, Any], scenario: Scenario, lang: Lang) -> str:
    """Put a selector into words, column by column."""
    semicolon = "；" if lang == "zh" else "; "
    parts = []
    for column, values in selector.items():
        words = _cells(column, values, scenario, lang)
        table = _table_of(column)
        name = header(table, column, lang).replace("_", " ") if table else _plain_word(column, lang)
        parts.append(text("setting_selector", lang, column=name, values=words))
    return semicolon.join(parts)


def _cells(column: str, values: Any, scenario: Scenario, lang: Lang) -> str:
    if isinstance(values, Range):
        low, high = ("…" if end is None else end for end in (values.min, values.max))
        return text("setting_range", lang, low=low, high=high)
    table, comma = _table_of(column), "、" if lang == "zh" else ", "

    def cell(value: Any) -> str:
        if value in scenario.kinds:
            return kind_title(value, scenario, lang)
        return label(table, column, value, lang) if table else _plain_word(str(value).lower(), lang)

    return comma.join(map(cell, values))


def _table_of(column: str) -> str:
    tables = (name for name in ("applicants", "places") if column in INPUT_TABLES[name].by_name)
    return next(tables, "")


def _plain_word(word: str, lang: Lang) -> str:
    code = f"setting_word.{word}"
    return text(code, lang) if code in CATALOGUE else word
