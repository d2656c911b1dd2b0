"""Types of single values: exact numbers, dates, selectors, and how they are written.

Numbers with decimals are exact fractions read from the decimal text, never binary
floats: a share of 0.10 is one tenth, so that its ceiling of 120 places is 12 and not
13.  Wrong values raise :class:`pydantic_core.PydanticCustomError` whose type is the
message code of what was expected.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator, Field, PlainValidator, Strict, ValidationInfo
from pydantic_core import PydanticCustomError

from allocation.scenario.vocabulary import (
    CGCS2000_ZONES,
    GEODETIC_CRS,
    SELECTABLE,
    Selectable,
)

_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?(/[1-9]\d*)?")
_RETIREMENT = re.compile(r"statutory_retirement(?:-(\d{1,2}))?")
_KIND = re.compile(r"[a-z][a-z0-9_]*")

OWN_COLUMNS = "own_columns"
"""Key of the validation context: subject -> the columns a scenario adds for selectors."""


def expected(code: str, **params: Any) -> PydanticCustomError:
    """Build the error of a value that is not what ``code`` says."""
    return PydanticCustomError(code, "{code}", {"code": code, **params})


def exact(value: Any) -> Fraction:
    """Turn a number or its text (``"0.10"``, ``"1/3"``) into an exact fraction."""
    if isinstance(value, bool):
        raise expected("expect_number")
    if isinstance(value, float):
        # Only a Python caller can hand over a float; its shortest text is what was meant.
        value = repr(value)
    if isinstance(value, Decimal):
        value = format(value, "f") if value.is_finite() else "inf"
    if isinstance(value, int | Fraction):
        return Fraction(value)
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return Fraction(value)
    raise expected("expect_number")


def decimal_text(value: Fraction) -> str:
    """Write a fraction as a decimal where that is exact, else as ``p/q``."""
    denominator = value.denominator
    twos = (denominator & -denominator).bit_length() - 1
    rest, fives = denominator >> twos, 0
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return str(value)
    places = max(twos, fives)
    if places == 0:
        return str(value.numerator)
    digits = str(abs(value.numerator) * (10**places // denominator)).rjust(places + 1, "0")
    return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def _share(value: Any) -> Fraction:
    try:
        number = exact(value)
    except PydanticCustomError:
        raise expected("expect_share") from None
    if not 0 <= number <= 1:
        raise expected("expect_share")
    return number


def _length(value: Any) -> Fraction:
    number = exact(value)
    if number < 0:
        raise expected("expect_not_negative")
    return number


def _positive(value: Any) -> Fraction:
    number = exact(value)
    if number <= 0:
        raise expected("expect_positive")
    return number


def _date(value: Any) -> dt.date:
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            raise expected("expect_date") from None
    if isinstance(value, dt.datetime) or not isinstance(value, dt.date):
        raise expected("expect_date")
    return value


def _age_limit(value: Any) -> int | str | None:
    if value is None or value == "none":
        return None
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 120:
        return value
    if isinstance(value, str) and _RETIREMENT.fullmatch(value):
        return value
    raise expected("expect_age_limit")


def retirement_margin(limit: str) -> int:
    """Return how many years before the statutory retirement age an age limit lies.

    Parameters
    ----------
    limit
        ``"statutory_retirement"`` or ``"statutory_retirement-N"``.
    """
    match = _RETIREMENT.fullmatch(limit)
    if match is None:
        raise ValueError(limit)
    return int(match.group(1) or 0)


def _zone(value: Any) -> str:
    if isinstance(value, str):
        authority, _, code = value.partition(":")
        if authority == "EPSG" and code.isdecimal() and int(code) in CGCS2000_ZONES:
            return value
    raise expected("expect_projected_crs")


def _any_crs(value: Any) -> str:
    if isinstance(value, str) and value in GEODETIC_CRS:
        return value
    try:
        return _zone(value)
    except PydanticCustomError:
        raise expected("expect_crs", choices=" / ".join(GEODETIC_CRS)) from None


def _kind_id(value: Any) -> str:
    if isinstance(value, str) and _KIND.fullmatch(value):
        return value
    raise expected("expect_kind_id")


def _column_name(value: Any) -> str:
    if isinstance(value, str) and _KIND.fullmatch(value):
        return value
    raise expected("expect_column_name")


def _one_line(value: Any) -> str:
    # Seeds are hashed with line feeds between the parts, so a part must not hold one.
    if not isinstance(value, str) or not value.strip() or value.splitlines() != [value]:
        raise expected("expect_one_line")
    return value


def _name(value: Any) -> str:
    # Scenario names become parts of folder names.
    if isinstance(value, str) and re.fullmatch(r"[^\W_][^\x00-\x1f/\\:*?\"<>|]{0,79}", value):
        return value
    raise expected("expect_name")


@dataclass(frozen=True, slots=True)
class Range:
    """Bounds of a selector, both included; None for no bound."""

    min: int | float | None = None
    max: int | float | None = None


Scalar: TypeAlias = str | int | bool
Criterion: TypeAlias = tuple[Scalar, ...] | Range
Selector: TypeAlias = Mapping[str, Criterion]
"""Column -> listed values (any of them) or a range; all columns must hold."""


def _bound(value: Any) -> int | float | None:
    if value is None:
        return None
    number = exact(value)
    return number.numerator if number.denominator == 1 else float(number)


def _criterion(value: Any) -> Criterion:
    if isinstance(value, Range):
        return value
    if isinstance(value, Mapping):
        if not value or set(value) - {"min", "max"}:
            raise expected("expect_selector_value")
        return Range(_bound(value.get("min")), _bound(value.get("max")))
    values = tuple(value) if isinstance(value, list | tuple) else (value,)
    if not values or not all(isinstance(item, str | int | bool) for item in values):
        raise expected("expect_selector_value")
    return values


def _is_known(column: Selectable, criterion: Criterion) -> bool:
    if isinstance(criterion, Range):
        return column.type is int
    return all(
        type(item) is column.type and (not column.values or item in column.values)
        for item in criterion
    )


def _selector(subject: str) -> Any:
    def read(value: Any, info: ValidationInfo) -> Selector:
        if not isinstance(value, Mapping):
            raise expected("expect_selector")
        own = (info.context or {}).get(OWN_COLUMNS, {})
        columns = {**SELECTABLE[subject], **own.get(subject, {})}
        selector = {str(column): _criterion(item) for column, item in value.items()}
        for column, criterion in selector.items():
            if column not in columns:
                raise expected("expect_column", column=column, choices=" / ".join(columns))
            if not _is_known(columns[column], criterion):
                raise expected(
                    "expect_column_values", column=column, choices=_choices(columns[column])
                )
        return selector

    return read


def _choices(column: Selectable) -> str:
    return " / ".join(map(str, column.values)) or column.type.__name__


@dataclass(frozen=True, slots=True)
class SelectorOf:
    """Mark on a field: its value is a selector over the columns of a table."""

    subject: str


Text = Annotated[str, Strict()]
OneLine = Annotated[str, PlainValidator(_one_line)]
Name = Annotated[str, PlainValidator(_name)]
KindId = Annotated[str, PlainValidator(_kind_id)]
ColumnName = Annotated[str, PlainValidator(_column_name)]
Flag = Annotated[bool, Strict()]
Count = Annotated[int, Strict(), Field(ge=0)]
Positive = Annotated[int, Strict(), Field(ge=1)]
Share = Annotated[Fraction, PlainValidator(_share)]
Metres = Annotated[Fraction, PlainValidator(_length)]
Degrees = Annotated[Fraction, PlainValidator(exact)]
Seconds = Annotated[Fraction, PlainValidator(_positive)]
Amount = Annotated[Fraction, PlainValidator(_length)]
Day = Annotated[dt.date, BeforeValidator(_date)]
AgeLimit = Annotated[int | str | None, PlainValidator(_age_limit)]
ZoneCrs = Annotated[str, PlainValidator(_zone)]
AnyCrs = Annotated[str, PlainValidator(_any_crs)]
ApplicantSelector = Annotated[
    Selector, PlainValidator(_selector("applicant")), SelectorOf("applicant")
]
PlaceSelector = Annotated[Selector, PlainValidator(_selector("place")), SelectorOf("place")]
