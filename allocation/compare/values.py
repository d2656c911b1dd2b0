"""Settings and numbers in words."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from allocation.messages import CATALOGUE, Lang, text
from allocation.scenario import keys
from allocation.scenario.forms import unit_of_key
from allocation.tables import INPUT_TABLES, header, label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from allocation.compare.records import Comparison, Number, Setting, Unit

_RETIREMENT = "statutory_retirement"
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
    node, parts, name = keys.root(), [], ""
    for part in key.split("."):
        if node.form == "keyed" and node.item is not None:
            parts.append("*")
            name, node = part, node.item
        elif part in node.children:
            parts.append(part)
            node = node.children[part]
        else:
            return key, ""
    return ".".join(parts), name


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
        return text("setting_unset", lang)
    if setting.group == "version":
        return str(value)
    if isinstance(value, dict) and "sha256" in value:
        return _file(value, lang)
    if setting.key.startswith("overruling."):
        return text("setting_overruled", lang, day=value)
    return _Words(setting.key.rpartition(".")[2], comparison, lang).of(value)


def _file(value: Mapping[str, Any], lang: Lang) -> str:
    digest = str(value["sha256"])[:_DIGITS]
    code = "setting_input" if "file" in value else "setting_list"
    return text(code, lang, file=value.get("file"), rows=f"{value['rows']:,}", digest=digest)


class _Words:
    """Words for the values of one key, named by its last part."""

    def __init__(self, part: str, comparison: Comparison, lang: Lang) -> None:
        self.part = part
        self.comparison = comparison
        self.lang = lang
        self.comma = ", " if lang == "en" else "、"
        self.semicolon = "; " if lang == "en" else "；"

    def of(self, value: Any) -> str:
        """Put a value into words."""
        if isinstance(value, dict):
            return self._selector(value)
        if isinstance(value, list):
            return self._list(value)
        return self._single(value)

    def _list(self, values: list[Any]) -> str:
        if self.part == "tiers":
            return self._tiers(values)
        if not values:
            return text("setting_nothing", self.lang)
        nested = any(isinstance(value, list | dict) for value in values)
        return (self.semicolon if nested else self.comma).join(self.of(value) for value in values)

    def _tiers(self, tiers: list[list[str]]) -> str:
        rest = text("setting_rest", self.lang)
        return self.semicolon.join(
            text(
                "setting_numbered",
                self.lang,
                n=n,
                words=self.comma.join(self._code(fact) for fact in tier) or rest,
            )
            for n, tier in enumerate(tiers, start=1)
        )

    def _single(self, value: Any) -> str:
        if isinstance(value, bool):
            return self._code(str(value).lower())
        if isinstance(value, str) and self.part.startswith("age_max"):
            return self._age(value)
        if isinstance(value, str) and not _is_number(value):
            return self._code(value)
        return self._number(value)

    def _code(self, code: str) -> str:
        if code in self.comparison.kinds:
            return kind_name(code, self.comparison, self.lang)
        prefix = "level." if self.part == "levels" else "setting_word."
        known = f"{prefix}{code}"
        return text(known, self.lang) if known in CATALOGUE else code

    def _age(self, value: str) -> str:
        if not value.startswith(_RETIREMENT):
            return self._number(value) if _is_number(value) else self._code(value)
        years = value.removeprefix(_RETIREMENT).lstrip("-")
        code = "setting_before_retirement" if years else "setting_retirement"
        return text(code, self.lang, years=years)

    def _number(self, value: Any) -> str:
        if self.part in ("seed", "round"):
            return str(value)
        unit = unit_of_key(self.part)
        if unit == "percent":
            number = f"{float(Fraction(str(value))) * 100:g}"
            return text("setting_unit.percent", self.lang, number=number)
        shown = f"{value:,}" if isinstance(value, int) else str(value)
        known = f"setting_unit.{unit}"
        return text(known, self.lang, number=shown) if known in CATALOGUE else shown

    def _selector(self, selector: Mapping[str, Any]) -> str:
        """Put a selector into words; who it is for needs no name of a column."""
        parts = []
        for column, values in selector.items():
            words = self._of_column(column, values)
            if column in ("group", "kind"):
                parts.append(words)
            else:
                title = _column_name(column, self.lang)
                parts.append(text("setting_selector", self.lang, column=title, values=words))
        return self.semicolon.join(parts)

    def _of_column(self, column: str, values: Any) -> str:
        if isinstance(values, dict):
            low, high = (values.get(end, "…") for end in ("min", "max"))
            return text("setting_range", self.lang, low=low, high=high)
        listed = values if isinstance(values, list) else [values]
        return self.comma.join(self._cell(column, value) for value in listed)

    def _cell(self, column: str, value: Any) -> str:
        if str(value) in self.comparison.kinds:
            return kind_name(str(value), self.comparison, self.lang)
        table = _table_of(column)
        if table:
            return label(table, column, value, self.lang)
        return self._code(str(value).lower())


def _is_number(value: str) -> bool:
    try:
        Fraction(value)
    except (ValueError, ZeroDivisionError):
        return False
    return True


def _table_of(column: str) -> str:
    tables = (name for name in ("applicants", "places") if column in INPUT_TABLES[name].by_name)
    return next(tables, "")


def _column_name(column: str, lang: Lang) -> str:
    table = _table_of(column)
    if table:
        return header(table, column, lang).replace("_", " ")
    code = f"setting_word.{column}"
    return text(code, lang) if code in CATALOGUE else column


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
