"""Values of settings in words, the same wherever a setting is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from allocation.messages import CATALOGUE, Lang, text
from allocation.scenario.fields import Shape
from allocation.scenario.values import Range
from allocation.tables import INPUT_TABLES, header, label

if TYPE_CHECKING:
    from allocation.scenario.models import Scenario

RETIREMENT = "statutory_retirement"

_LEVELS = ("stage", "*", "levels")
_TABLE = ("column", "*", "table")
_KINDS = ("kind", "group")
"""Last parts of keys whose text is the id of a kind."""
_COUNTED = {"工作日": "working_day", "处": "site"}
"""What a policy profile counts in, where that says more than the key does."""


@dataclass(frozen=True, slots=True)
class SettingWords:
    """Words for values, in one language.

    Attributes
    ----------
    kinds
        Chinese and English name of every kind of place, by id.
    columns
        Chinese and English title of every column the scenario adds, by name.
    """

    lang: Lang
    kinds: Mapping[str, tuple[str, str]]
    columns: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, scenario: Scenario, lang: Lang) -> SettingWords:
        """Make the words for a scenario's settings."""
        kinds = {kind: (name.zh, name.en) for kind, name in scenario.kinds.items()}
        return cls(lang, kinds, {rule.name: (rule.zh, rule.en) for rule in scenario.columns})

    def value(self, shape: Shape, value: Any, own_unit: str = "") -> str:
        """Put the value of a setting into words, with its unit.

        Parameters
        ----------
        value
            Plain data or JSON: numbers as numbers or as text, selectors as mappings.
        own_unit
            What the policy profile counts in, empty where it says nothing.
        """
        if value is None:
            return text("setting_unset", self.lang)
        if shape.form == "age":
            return self._age(value)
        if shape.form == "path":
            # Where on this machine the folder lies is nobody's business.
            return "/".join(Path(value).parts[-2:])
        if shape.path[-1] == "tiers":
            return self._tiers(value)
        if isinstance(value, Mapping):
            return self._selector(value)
        if isinstance(value, list | tuple):
            return self._list(shape, value, own_unit)
        return self._single(shape, value, own_unit)

    def number(self, unit: str, value: Any, own_unit: str = "") -> str:
        """Write a number with its unit; a share of 0–1 in percent, with the decimals it has."""
        if unit == "percent":
            return f"{float(Fraction(str(value)) * 100):.10g} %"
        shown = f"{Decimal(str(value)):,}" if _is_decimal(value) else str(value)
        code = f"setting_unit.{_COUNTED.get(own_unit, unit)}"
        return text(code, self.lang, number=shown) if code in CATALOGUE else shown

    def choice(self, path: tuple[str, ...], word: str) -> str:
        """Put one choice into words; a word nobody knows stands for itself."""
        if word in self.kinds:
            return self._kind(word)
        if path == _TABLE and word in INPUT_TABLES:
            return INPUT_TABLES[word].zh if self.lang == "zh" else word
        code = f"level.{word}" if path == _LEVELS else f"setting_word.{word}"
        return text(code, self.lang) if code in CATALOGUE else word

    def _kind(self, kind: str) -> str:
        return self.kinds[kind][self.lang == "en"]

    def _single(self, shape: Shape, value: Any, own_unit: str) -> str:
        if isinstance(value, bool):
            return self.choice(shape.path, str(value).lower())
        if shape.unit or (shape.form in ("number", "whole", "share") and _is_decimal(value)):
            return self.number(shape.unit, value, own_unit)
        if isinstance(value, str) and (shape.form != "text" or shape.path[-1] in _KINDS):
            return self.choice(shape.path, value)
        return str(value)

    def _list(self, shape: Shape, values: Any, own_unit: str) -> str:
        if not values:
            return text("setting_nothing", self.lang)
        nested = any(isinstance(value, list | tuple | Mapping) for value in values)
        words = [self.value(shape, value, own_unit) for value in values]
        return (self._semicolon if nested else self._comma).join(words)

    def _age(self, value: Any) -> str:
        limit = str(value)
        if limit.isdecimal():
            return text("setting_unit.age", self.lang, number=limit)
        if not limit.startswith(RETIREMENT):
            return self.choice((), limit)
        years = limit.removeprefix(RETIREMENT).lstrip("-")
        code = "setting_before_retirement" if years else "setting_retirement"
        return text(code, self.lang, years=years)

    def _tiers(self, tiers: Any) -> str:
        rest = text("setting_rest", self.lang)
        return self._semicolon.join(
            text(
                "setting_numbered",
                self.lang,
                n=n,
                words=self._comma.join(self.choice((), fact) for fact in tier) or rest,
            )
            for n, tier in enumerate(tiers, start=1)
        )

    def _selector(self, selector: Mapping[str, Any]) -> str:
        """Put a selector into words; who or what it is for needs no name of a column."""
        parts = []
        for column, values in selector.items():
            words = self._cells(column, values)
            if column not in _KINDS:
                title = self._title(column)
                words = text("setting_selector", self.lang, column=title, values=words)
            parts.append(words)
        return self._semicolon.join(parts)

    def _cells(self, column: str, values: Any) -> str:
        if isinstance(values, Range):
            values = {"min": values.min, "max": values.max}
        if isinstance(values, Mapping):
            low, high = ("…" if (end := values.get(at)) is None else end for at in ("min", "max"))
            return text("setting_range", self.lang, low=low, high=high)
        listed = values if isinstance(values, list | tuple) else [values]
        return self._comma.join(self._cell(column, value) for value in listed)

    def _cell(self, column: str, value: Any) -> str:
        if str(value) in self.kinds:
            return self._kind(str(value))
        table = _table_of(column)
        if table:
            return label(table, column, value, self.lang)
        return self.choice((), str(value).lower()) if isinstance(value, bool) else str(value)

    def _title(self, column: str) -> str:
        if column in self.columns:
            return self.columns[column][self.lang == "en"]
        return _column_name(column, self.lang)

    @property
    def _comma(self) -> str:
        return "、" if self.lang == "zh" else ", "

    @property
    def _semicolon(self) -> str:
        return "；" if self.lang == "zh" else "; "


def day_unit(name: str, own_unit: str, day_type: str) -> str:
    """Return the unit of one of the periods under ``[publicity]``, a code of ``setting_unit``.

    Each period is counted in its own kind of days: that of publication as the scenario
    says beside it, any other as the policy profile does, and as it stands where that
    says nothing (《行政复议法》 counts its sixty days by the calendar).

    Parameters
    ----------
    name
        Last part of the period's key.
    own_unit
        What the policy profile counts it in, empty where it says nothing.
    day_type
        ``publicity.day_type`` of the scenario.
    """
    if name == "days":
        return "working_day" if day_type == "working" else "day"
    return _COUNTED.get(own_unit, "day")


def _is_decimal(value: Any) -> bool:
    """Tell a number however it is written; an exact fraction is one to show as it is."""
    if isinstance(value, bool):
        return False
    try:
        return Decimal(str(value)).is_finite()
    except ArithmeticError:
        return False


def _table_of(column: str) -> str:
    tables = (name for name in ("applicants", "places") if column in INPUT_TABLES[name].by_name)
    return next(tables, "")


def _column_name(column: str, lang: Lang) -> str:
    table = _table_of(column)
    if table:
        return header(table, column, lang).replace("_", " ")
    code = f"setting_word.{column}"
    return text(code, lang) if code in CATALOGUE else column
