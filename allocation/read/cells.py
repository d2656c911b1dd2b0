"""From the text of a cell to its value: one small function for each type.

Offices write full-width digits, ``2023年12月1日``, ``3.0`` and ``是``; all of these are
read.  What cannot be read raises :class:`BadCell` with the code of the finding.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from allocation.tables import Column, ColumnType, token

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Value = str | int | float | bool | datetime

_MOST_DIGITS = 15
_FIRST_YEAR, _LAST_YEAR = 1900, 2100

_MINUS = str.maketrans("−–—", "---")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?")
_INTEGER = re.compile(r"([+-]?\d+)(?:\.0*)?")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")

_DAY = re.compile(r"(\d{4})\s*([-/.年])\s*(\d{1,2})\s*(?:\2|月)\s*(\d{1,2})\s*日?")
_DAY_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
# A day number of a spreadsheet, 1927 to 2099.
_SERIAL = re.compile(r"([1-7]\d{4})(?:\.0*)?")
_SPREADSHEET_EPOCH = datetime(1899, 12, 30)
_TIME = re.compile(
    r"(\d{1,2})\s*[:时點点]\s*(\d{1,2})\s*(?:[:分]\s*(?:(\d{1,2})(?:\.\d+)?\s*秒?)?)?"
    r"\s*(?:\+08:?00)?"
)
_TIME_DIGITS = re.compile(r"(\d{2})(\d{2})(\d{2})")

_YES = {"1", "1.0", "y", "yes", "t", "true", "√", "✓", "有"}
_NO = {"0", "0.0", "n", "no", "f", "false", "×", "无"}
_NOT_KNOWN = {"未知", "不清楚", "不明"}


class BadCell(Exception):
    """A cell cannot be read; carries the code of the finding, never the cell."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def plain(text: str) -> str:
    """Bring full-width signs and the several minus signs to their plain form."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", text).translate(_MINUS).strip()


def read_integer(text: str) -> int:
    """Read ``3``, ``3.0``, ``1,200`` or full-width digits."""
    found = _INTEGER.fullmatch(_ungrouped(plain(text)))
    if found is None:
        raise BadCell("not_integer" if _is_number(text) else "not_number")
    if len(found[1]) > _MOST_DIGITS:
        raise BadCell("above_maximum", maximum=10**_MOST_DIGITS)
    return int(found[1])


def read_number(text: str) -> float:
    """Read a decimal number."""
    value = _ungrouped(plain(text))
    if _NUMBER.fullmatch(value) is None:
        raise BadCell("not_number")
    number = float(value)
    if abs(number) > 10.0**_MOST_DIGITS:
        raise BadCell("above_maximum", maximum=10**_MOST_DIGITS)
    return number


def read_boolean(text: str) -> bool:
    """Read 是/否, true/false, yes/no, 1/0."""
    value = token(text)
    if value == "是" or value in _YES:
        return True
    if value == "否" or value in _NO:
        return False
    raise BadCell("not_boolean")


def read_ternary(text: str) -> str:
    """Read 是/否/不详 and their English and numeric forms."""
    if token(text) in _NOT_KNOWN | {"不详", "unknown"}:
        return "unknown"
    try:
        return "yes" if read_boolean(text) else "no"
    except BadCell:
        raise BadCell("unknown_value", allowed=["yes", "no", "unknown"]) from None


def read_date(text: str) -> datetime:
    """Read a day: 2023-12-01, 2023/12/1, 20231201, 2023年12月1日, a spreadsheet's number."""
    value = plain(text)
    serial = _SERIAL.fullmatch(value)
    if serial:
        return _SPREADSHEET_EPOCH + timedelta(days=int(serial[1]))
    found = _DAY.match(value) or _DAY_DIGITS.match(value)
    if found is None:
        raise BadCell("bad_date")
    rest = value[found.end() :].lstrip("T ")
    if rest and _TIME.fullmatch(rest) is None:
        raise BadCell("bad_date")
    return datetime.combine(_day(found), datetime.min.time())


def read_timestamp(text: str) -> datetime:
    """Read a day with a time of day, to the second; a fraction is cut off."""
    value = plain(text)
    found = _DAY.match(value) or _DAY_DIGITS.match(value)
    if found is None:
        raise BadCell("bad_timestamp")
    rest = value[found.end() :].lstrip("T ")
    clock = _TIME.fullmatch(rest) or _TIME_DIGITS.fullmatch(rest)
    if clock is None:
        raise BadCell("bad_timestamp")
    day = _day(found)
    try:
        return datetime(
            day.year, day.month, day.day, int(clock[1]), int(clock[2]), int(clock[3] or 0)
        )
    except ValueError:
        raise BadCell("impossible_time") from None


def reader_of(column: Column, more: Mapping[str, str]) -> Callable[[str], Value]:
    """Return the function that reads the cells of a column.

    Parameters
    ----------
    column
        Any column but of type ``id``, ``text`` or ``geometry``.
    more
        Further writings (as :func:`token`) with their canonical values, for columns a
        scenario may add values to.
    """
    if column.type == "choice":
        return _chooser(column, {**column.lookup, **more})
    if column.type == "integer" and column.values:
        return _labelled_integer(column)
    return _READERS[column.type]


_READERS: Mapping[ColumnType, Callable[[str], Value]] = {
    "integer": read_integer,
    "number": read_number,
    "boolean": read_boolean,
    "ternary": read_ternary,
    "date": read_date,
    "timestamp": read_timestamp,
}


def _chooser(column: Column, lookup: Mapping[str, str]) -> Callable[[str], str]:
    allowed = list(dict.fromkeys(lookup.values()))
    code = "unknown_kind" if column.open_values else "unknown_value"

    def read(text: str) -> str:
        value = lookup.get(token(text))
        if value is None:
            raise BadCell(code, allowed=allowed)
        return value

    return read


def _labelled_integer(column: Column) -> Callable[[str], int]:
    def read(text: str) -> int:
        label = column.lookup.get(token(text))
        if label is not None:
            return int(label)
        try:
            return read_integer(text)
        except BadCell as bad:
            if bad.code == "not_number":
                raise BadCell("unknown_value", allowed=list(column.values)) from None
            raise

    return read


def _day(found: re.Match[str]) -> date:
    groups = found.groups()
    year, month, day = int(groups[0]), int(groups[-2]), int(groups[-1])
    try:
        result = date(year, month, day)
    except ValueError:
        raise BadCell("impossible_date") from None
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise BadCell("impossible_date")
    return result


def _ungrouped(text: str) -> str:
    return text.replace(",", "") if "," in text and _GROUPED.fullmatch(text) else text


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(_ungrouped(plain(text))) is not None
