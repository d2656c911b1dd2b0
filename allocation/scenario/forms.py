"""What the values of a setting are, read off the types of the models."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from allocation.scenario import values
from allocation.scenario.models import KeyedBy
from allocation.scenario.vocabulary import Level, PoolCriterion

Form = Literal[
    "share",
    "number",
    "whole",
    "flag",
    "choice",
    "choices",
    "order",
    "lists",
    "wholes",
    "numbers",
    "age",
    "date",
    "text",
    "kinds",
    "kind_lists",
    "selector",
    "selectors",
    "path",
    "fixed",
]
"""What a value is.

``order`` is a list whose order matters, ``choices`` one whose order does not, ``lists``
a list of lists of choices; ``fixed`` admits one value only, ``path``, ``selector`` and
``selectors`` are not for a form to change.
"""

_FORMS: tuple[tuple[Any, Form], ...] = (
    (values.Share, "share"),
    (values.Metres, "number"),
    (values.Seconds, "number"),
    (values.Amount, "number"),
    (values.Degrees, "number"),
    (values.Count, "whole"),
    (values.Positive, "whole"),
    (values.Flag, "flag"),
    (values.Day, "date"),
    (values.AgeLimit, "age"),
    (values.ApplicantSelector, "selector"),
    (values.PlaceSelector, "selector"),
    (values.Text, "text"),
    (values.OneLine, "text"),
    (values.Name, "text"),
    (values.ZoneCrs, "text"),
    (values.AnyCrs, "text"),
    (values.KindId, "text"),
    (values.ColumnName, "text"),
    (str, "text"),
    (Path, "path"),
)
_LISTS: Mapping[Form, Form] = {
    "whole": "wholes",
    "number": "numbers",
    "choice": "choices",
    "choices": "lists",
    "kinds": "kind_lists",
    "selector": "selectors",
    "text": "kinds",
}

_UNITS: Mapping[str, str] = {
    "share": "percent",
    "min_share": "percent",
    "max_share": "percent",
    "employment_rate": "percent",
    "post_disabled_share": "percent",
    "quota_ratio": "percent",
    "disabled_factor": "factor",
    "disabled_first_factor": "factor",
    "levy_factor_below_one_percent": "factor",
    "levy_factor_from_one_percent": "factor",
    "time_limit_s": "second",
    "age_min": "age",
    "age_max": "age",
    "age_max_rural": "age",
    "hard_to_employ_age_male": "age",
    "hard_to_employ_age_female": "age",
    "near_retirement_years": "year",
    "residence_months_min": "month",
    "max_total_months": "month",
    "term_months": "month",
    "max_placements": "time",
    "days": "day",
    "objection_reply_days": "day",
    "reconsideration_days": "day",
    "threshold_organ": "person",
    "threshold_institution": "person",
    "double_weight": "person",
    "levy_exempt_staff_max": "person",
    "net_new_jobs": "person",
    "multi_disabled_members": "person",
    "rukang_homes_per_township": "unit",
    "max_awards": "unit",
    "count": "unit",
    "planned": "unit",
    "min": "unit",
    "max": "unit",
    "window_max": "unit",
    "area_max": "unit",
    "extra_number_disabled": "unit",
}


def unit_of_key(name: str) -> str:
    """Return the code of the unit a number has by the last part of its key; "" for none."""
    return "metre" if name.endswith("_m") else _UNITS.get(name, "")


@dataclass(frozen=True, slots=True)
class ValueType:
    """What a value is, the words a choice admits, the least whole number."""

    form: Form
    choices: tuple[str, ...] = ()
    least: int = 0
    is_optional: bool = False


def keyed_by(hint: Any) -> KeyedBy | None:
    """Return the mark of a table keyed by kinds or names; None for anything else."""
    while get_origin(hint) is Annotated:
        hint, *marks = get_args(hint)
        for mark in marks:
            if isinstance(mark, KeyedBy):
                return mark
    return None


def bare_type(hint: Any) -> Any:
    """Strip ``| None`` and annotations."""
    hint, _ = _required(hint)
    return bare_type(get_args(hint)[0]) if get_origin(hint) is Annotated else hint


def _required(hint: Any) -> tuple[Any, bool]:
    if get_origin(hint) in (Union, types.UnionType):
        args = [arg for arg in get_args(hint) if arg is not type(None)]
        if len(args) == 1:
            return args[0], True
    return hint, False


def value_type(hint: Any) -> ValueType:
    """Read off a type what its values are."""
    hint, is_optional = _required(hint)
    known = next((form for alias, form in _FORMS if hint == alias), None)
    if known is not None:
        least = 1 if hint == values.Positive else 0
        # An age limit has its own word for "none"; a text cannot be taken back.
        optional = known == "age" or (is_optional and known not in ("text", "path", "date"))
        return ValueType(known, least=least, is_optional=optional)
    if get_origin(hint) is Annotated:
        inner = value_type(get_args(hint)[0])
        return ValueType(inner.form, inner.choices, inner.least, is_optional or inner.is_optional)
    if get_origin(hint) is Literal:
        words = get_args(hint)
        if not all(isinstance(word, str) for word in words):
            return ValueType("fixed")
        return ValueType("choice", words, is_optional=is_optional)
    items = get_args(hint)
    if not items:  # a type no form knows yet is shown as it is
        return ValueType("fixed")
    inner = value_type(items[0])
    is_order = items[0] in (Level, PoolCriterion)
    form: Form = "order" if is_order else _LISTS.get(inner.form, "fixed")
    return ValueType(form, inner.choices, inner.least, is_optional)
