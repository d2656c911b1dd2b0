"""Settings and numbers in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allocation.messages import CATALOGUE, Lang, text
from allocation.scenario.fields import Shape, parts_of, shape_of
from allocation.scenario.vocabulary import STAGE_READERS
from allocation.scenario.words import SettingWords
from allocation.tables import INPUT_TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from allocation.compare.records import Comparison, Number, Setting, Unit

_DIGITS = 8


def setting_name(setting: Setting, comparison: Comparison, lang: Lang) -> str:
    """Name a setting: by the title of its basis, else by what its key means."""
    if setting.group == "input":
        table = INPUT_TABLES.get(setting.key)
        return setting.key if table is None or lang == "en" else table.zh
    titles = [basis.title for basis in setting.bases if basis is not None and basis.title]
    if titles and lang == "zh":
        return titles[0]
    pattern, name = _pattern(setting.key)
    code = f"setting.{pattern}"
    if code not in CATALOGUE:
        return setting.key
    return text(code, lang, name=_name(pattern, name, comparison, lang))


def _pattern(key: str) -> tuple[str, str]:
    """Write the kind or name in a key as ``*`` and return it beside the pattern."""
    found = shape_of(key)
    if found is not None:
        return ".".join(found[0].path), found[1]
    table, _, name = key.partition(".")
    # An overruling stands under the two ids it is about.
    return ("overruling.*", name) if table == "overruling" else (key, "")


def _name(pattern: str, name: str, comparison: Comparison, lang: Lang) -> str:
    if pattern.startswith("quota.") and lang == "zh":
        return comparison.quotas.get(name, name)
    return kind_name(comparison.rules.get(name, name), comparison, lang)


def kind_name(kind: str, comparison: Comparison, lang: Lang) -> str:
    """Name a kind of place; an unknown one stands for itself."""
    names = comparison.kinds.get(kind)
    return kind if names is None else names[lang == "en"]


def value_text(setting: Setting, index: int, comparison: Comparison, lang: Lang) -> str:
    """Put the value of a setting in one run into words."""
    value = setting.values[index]
    if value is None:
        idle = setting.key.startswith("stage.") and parts_of(setting.key)[-1] in STAGE_READERS
        return text("setting_idle" if idle else "setting_unset", lang)
    if setting.group == "version":
        return str(value)
    if isinstance(value, dict) and "sha256" in value:
        return _file(value, lang)
    if setting.key.startswith("overruling."):
        return text("setting_overruled", lang, day=value)
    found = shape_of(setting.key)
    # The order of stages or quotas is a list of their names.
    shape = Shape(parts_of(setting.key), "choices") if found is None else found[0]
    basis = setting.bases[index]
    words = SettingWords(lang, comparison.kinds)
    return words.value(shape, value, basis.unit if basis is not None else "")


def _file(value: Mapping[str, Any], lang: Lang) -> str:
    digest = str(value["sha256"])[:_DIGITS]
    code = "setting_input" if "file" in value else "setting_list"
    return text(code, lang, file=value.get("file"), rows=f"{value['rows']:,}", digest=digest)


def number_text(value: Number | None, unit: Unit, lang: Lang) -> str:
    """Write a number with its unit; a missing one as a dash."""
    if value is None:
        return "–"
    if unit == "share":
        return f"{value * 100:.1f} %"
    if unit == "rank":
        return f"{value:.2f}"
    if unit == "metres":
        return text("measure_metres", lang, number=f"{value:,.0f}")
    return f"{value:,}"


def signed(value: Number | None, unit: Unit, lang: Lang) -> str:
    """Write a difference with its sign; nothing as ``0``, a missing one as a dash."""
    if value is None:
        return "–"
    if unit == "share":
        number = _with_sign(value * 100, 1)
        return number if number == "0" else text("measure_points", lang, number=number)
    if unit == "rank":
        return _with_sign(value, 2)
    number = _with_sign(value, 0)
    if unit == "metres" and number != "0":
        return text("measure_metres", lang, number=number)
    return number


def _with_sign(value: Number, digits: int) -> str:
    shown = round(value, digits)
    return f"{shown:+,.{digits}f}".replace("-", "−") if shown else "0"
