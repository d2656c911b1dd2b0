"""The input of one setting, chosen by what its value is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import streamlit as st

from allocation.messages import Lang, text
from allocation.scenario import retirement_margin
from allocation.scenario.fields import Setting
from allocation.ui.markdown import plain
from allocation.ui.scenario import wording
from allocation.ui.scenario.draft import Draft, put

_DIGITS = 6
_GRADES = range(1, 11)
_RETIREMENT = "statutory_retirement"
_YEARS = 60
_ENDS = ("west", "south", "east", "north")


@dataclass(frozen=True, slots=True)
class Field:
    """A setting on the page."""

    draft: Draft
    setting: Setting
    lang: Lang

    @property
    def key(self) -> str:
        """Key of the widget."""
        return f"scenario.field.{self.draft.stem}.{self.setting.key}"

    @property
    def value(self) -> Any:
        """The value to show."""
        return self.draft.value(self.setting.key)

    @property
    def label(self) -> str:
        """Name with unit."""
        words = wording.labelled(self.setting, self.draft.current, self.lang)
        return plain(words)

    @property
    def is_readonly(self) -> bool:
        """Whether the form only shows the value."""
        source = self.draft.current.sources.get(self.setting.key)
        return (
            (source is not None and source.locked)
            or self.setting.form in ("path", "selector", "selectors", "fixed")
            or self.setting.parts[0] in ("name", "title", "title_en", "overruling")
            or self.setting.path == ("reserve", "*", "kind")
        )

    @property
    def readonly_reason(self) -> str:
        """Code of why the form only shows the value; empty where it can be changed."""
        if not self.is_readonly:
            return ""
        source = self.draft.current.sources.get(self.setting.key)
        if source is not None and source.locked:
            return "app_scenario_locked"
        if self.setting.form == "fixed":
            return "app_scenario_fixed"
        if self.setting.parts[0] == "data":
            return "app_scenario_data_above"
        if self.setting.parts[0] in ("name", "title", "title_en"):
            return "app_scenario_new_name"
        return "app_scenario_readonly"

    def say(self, code: str, **params: object) -> str:
        """Render a text in the language of the page."""
        return text(code, self.lang, **params)

    def words(self, choice: str) -> str:
        """Put a choice into words."""
        return wording.choice_words(self.setting, choice, self.draft.current, self.lang)

    def put(self, value: Any) -> None:
        """Keep a new value."""
        put(self.draft, self.setting.key, value)


def draw(field: Field) -> None:
    """Draw the input of a setting that needs one line."""
    if field.is_readonly:
        _readonly(field)
    else:
        _INPUTS[field.setting.form](field)


def seed(key: str, value: Any) -> None:
    """Set a widget to the value that is kept elsewhere, and tell the browser at every drawing.

    Where one drawing cuts another short the browser sees the second alone.  Told of the
    value in the first only, it would take an empty widget for chosen and say so with the
    next click: a switch nobody touched would have turned a rule off.
    """
    st.session_state[key] = value


def seed_typed(key: str, value: Any) -> None:
    """Set a field to be typed into; at every drawing it would lose what is being typed.

    The widget must have the same value as its default: then the browser, whatever it was
    told before, starts from that.
    """
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def _take(field: Field, key: str, read: Callable[[Any], Any]) -> None:
    field.put(read(st.session_state[key]))


def _readonly(field: Field) -> None:
    """Show a value as text: a field nobody can fill in would only look like one."""
    words = wording.value_words(field.setting, field.value, field.draft.current, field.lang)
    with st.container(gap="xxsmall"):
        st.markdown(f":small[{field.label}]")
        st.markdown(f":material/lock: {plain(words)}")


def _seed_number(key: str, value: float | None, optional: bool) -> Any:
    """Set a field for a number; return its default.

    Only a field without a default can be emptied: there the browser is told the value at
    every drawing, lest it take an empty field for a limit taken away.
    """
    if optional:
        seed(key, value)
        return None
    seed_typed(key, value)
    return "min" if value is None else value


def _share(field: Field) -> None:
    """Draw a field for a share; as for all numbers, the scenario knows the limits.

    The browser would say them in English, and the page go on with the last number it took.
    """
    value, optional = field.value, field.setting.is_optional
    hundred = 100 if field.setting.unit == "percent" else 1
    shown = None if value is None else round(float(Fraction(str(value)) * hundred), _DIGITS)
    st.number_input(
        field.label,
        value=_seed_number(field.key, shown, optional),
        step=hundred / 100 if hundred > 1 else 0.1,
        format="%g",
        key=field.key,
        placeholder=field.say("app_scenario_unset"),
        on_change=_take,
        args=(field, field.key, lambda shown: _decimal(shown, hundred)),
    )


def _number(field: Field) -> None:
    value, optional = field.value, field.setting.is_optional
    shown = None if value is None else float(Fraction(str(value)))
    st.number_input(
        field.label,
        value=_seed_number(field.key, shown, optional),
        step=10.0 if field.setting.unit in ("metre", "second") else 0.1,
        format="%g",
        key=field.key,
        placeholder=field.say("app_scenario_unlimited"),
        on_change=_take,
        args=(field, field.key, _decimal),
    )


def _whole(field: Field) -> None:
    st.number_input(
        field.label,
        value=_seed_number(field.key, field.value, field.setting.is_optional),
        step=1,
        key=field.key,
        placeholder=field.say("app_scenario_unlimited"),
        on_change=_take,
        args=(field, field.key, lambda shown: shown),
    )


def _flag(field: Field) -> None:
    seed(field.key, bool(field.value))
    st.toggle(
        field.label, key=field.key, on_change=_take, args=(field, field.key, lambda shown: shown)
    )


def _choice(field: Field) -> None:
    value, choices = field.value, field.setting.choices
    options = [None, *choices] if field.setting.is_optional else list(choices)
    seed(field.key, value)
    unset = field.say("app_scenario_unset")
    st.selectbox(
        field.label,
        options,
        key=field.key,
        format_func=lambda word: unset if word is None else field.words(word),
        placeholder=field.say("app_choose"),
        on_change=_take,
        args=(field, field.key, lambda shown: shown),
    )


def _several(field: Field, options: list[Any], show: Callable[[Any], str]) -> None:
    optional = field.setting.is_optional
    seed(field.key, list(field.value or []))
    st.multiselect(
        field.label,
        options,
        key=field.key,
        format_func=show,
        placeholder=field.say("app_scenario_unlimited" if optional else "app_choose"),
        on_change=_take,
        args=(field, field.key, lambda shown: list(shown) or (None if optional else [])),
        wrap=True,
    )


def _choices(field: Field) -> None:
    _several(field, list(field.setting.choices), field.words)


def _kinds(field: Field) -> None:
    _several(field, list(field.draft.current.kinds), field.words)


def _wholes(field: Field) -> None:
    _several(field, sorted({*_GRADES, *field.value}), str)


def _text(field: Field) -> None:
    seed_typed(field.key, field.value or "")
    st.text_input(
        field.label,
        field.value or "",
        key=field.key,
        placeholder=field.say("app_scenario_unset"),
        on_change=_take,
        # An empty text where there was none is no change.
        args=(field, field.key, lambda shown: shown or (None if field.value is None else "")),
    )


def _date(field: Field) -> None:
    seed(field.key, field.value)
    st.date_input(
        field.label,
        value=None,
        format="YYYY-MM-DD",
        key=field.key,
        on_change=_take,
        args=(field, field.key, lambda shown: shown or field.value),
    )


def _age(field: Field) -> None:
    """Draw an age limit: none, years, or years before the statutory retirement age."""
    value = field.value
    modes = ("none", "years", "retirement")
    mode = "none" if value is None else "years" if isinstance(value, int) else "retirement"
    seed(field.key, mode)
    st.selectbox(
        field.label,
        modes,
        key=field.key,
        format_func=lambda shown: field.say(f"app_scenario_age_{shown}"),
        on_change=_take,
        args=(
            field,
            field.key,
            {"none": None, "years": _YEARS, "retirement": _RETIREMENT}.__getitem__,
        ),
    )
    if value is None:
        return
    key = f"{field.key}.{mode}"
    years = value if isinstance(value, int) else retirement_margin(value)
    st.number_input(
        field.say("app_scenario_age_number" if mode == "years" else "app_scenario_age_margin"),
        min_value=0,
        max_value=120 if mode == "years" else 20,
        value=_seed_number(key, years, optional=False),
        step=1,
        key=key,
        on_change=_take,
        args=(field, key, (lambda shown: shown) if mode == "years" else _before_retirement),
    )


def _before_retirement(years: int) -> str:
    return f"{_RETIREMENT}-{years}" if years else _RETIREMENT


def _numbers(field: Field) -> None:
    """Draw bounds: four numbers, or none."""
    value = field.value
    st.markdown(f":small[{field.label}]")
    if value is None:
        st.caption(field.say("app_scenario_unset"))
        return
    columns = [*st.columns(2), *st.columns(2)]
    for column, end, i in zip(columns, _ENDS, range(4), strict=True):
        key = f"{field.key}.{end}"
        column.number_input(
            field.say(f"app_scenario_{end}"),
            value=_seed_number(key, float(value[i]), optional=False),
            step=0.1,
            format="%g",
            key=key,
            on_change=_take,
            args=(field, key, lambda shown, i=i: [*value[:i], _decimal(shown), *value[i + 1 :]]),
        )


def _decimal(shown: float | None, divisor: int = 1) -> Decimal | None:
    """Read a number as typed; the browser's binary dust after six digits is dropped."""
    if shown is None:
        return None
    number = Decimal(str(round(shown, _DIGITS))) / divisor
    return Decimal(f"{number.normalize():f}")


_INPUTS: dict[str, Callable[[Field], None]] = {
    "share": _share,
    "number": _number,
    "whole": _whole,
    "flag": _flag,
    "choice": _choice,
    "choices": _choices,
    "kinds": _kinds,
    "wholes": _wholes,
    "text": _text,
    "date": _date,
    "age": _age,
    "numbers": _numbers,
}
