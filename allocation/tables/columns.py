"""What a column and a table are: the vocabulary in which the schemas are written."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from allocation.messages import Lang

ColumnType = Literal[
    "id",
    "text",
    "code",
    "integer",
    "number",
    "boolean",
    "ternary",
    "choice",
    "date",
    "timestamp",
    "geometry",
]

DTYPES: Mapping[ColumnType, str] = {
    "id": "str",
    "text": "str",
    "code": "str",
    "integer": "Int64",
    "number": "float64",
    "boolean": "boolean",
    "ternary": "str",
    "choice": "str",
    "date": "datetime64[ns]",
    "timestamp": "datetime64[ns]",
    "geometry": "geometry",
}
"""Column type -> pandas dtype of a canonical table; missing is null, never ``""``."""

TERNARY: Mapping[str, str] = {"yes": "是", "no": "否", "unknown": "不详"}
BOOLEAN: Mapping[str, str] = {"true": "是", "false": "否"}

_NOISE = re.compile(r"[\s_\-*\u200b\ufeff]+")
_MARKS = str.maketrans("", "", "：:")


def token(text: str) -> str:
    """Reduce a header or a label to what is compared.

    Width, case, blanks, hyphens, underscores, colons and asterisks do not matter:
    ``"Applicant ID"``, ``"applicant_id *"`` and ``"ＡＰＰＬＩＣＡＮＴ－ＩＤ"`` are one.
    """
    return _NOISE.sub("", unicodedata.normalize("NFKC", text).casefold()).translate(_MARKS)


@dataclass(frozen=True, eq=False)
class Column:
    """One column of a table.

    Attributes
    ----------
    name
        Canonical name, the English header.
    zh
        Chinese header.
    type
        How cells are read; see :data:`DTYPES`.  An ``id`` is made by the office and may
        not look like an official number; a ``code`` is an official number, kept as text.
    about
        What it says, in Chinese and in English.
    values
        Allowed canonical values with their Chinese labels.
    also
        Further labels that offices write, with the canonical value each means.
    headers
        Further headers that offices write.
    required
        The column must be there and no cell may be empty.
    filled
        Where the column is there, no cell may be empty.
    default
        Value of the whole column where it is missing; ``None`` for null.
    empty
        Value of an empty cell where the column is there; ``None`` for null.
    minimum, maximum
        Inclusive limits of numbers.
    positive
        Zero is refused as well (``minimum`` is 0).
    unit
        Unit of numbers, as a symbol: ``m``, ``month``, ``yuan/month``, ``h/day``.
    personal
        Findings never repeat its values.
    refers
        Tables one of which must hold the id.
    open_values
        A scenario may add to ``values``.
    declared
        A scenario adds the column; it must be there, its cells may be empty.
    """

    name: str
    zh: str
    type: ColumnType
    about: tuple[str, str]
    values: Mapping[str, str] = field(default_factory=dict)
    also: Mapping[str, str] = field(default_factory=dict)
    headers: tuple[str, ...] = ()
    required: bool = False
    filled: bool = False
    default: str | bool | None = None
    empty: str | bool | None = None
    minimum: float | None = None
    maximum: float | None = None
    positive: bool = False
    unit: str = ""
    personal: bool = False
    refers: tuple[str, ...] = ()
    open_values: bool = False
    declared: bool = False

    @property
    def dtype(self) -> str:
        """The pandas dtype of the canonical column."""
        return DTYPES[self.type]

    @property
    def must_be_filled(self) -> bool:
        """Whether an empty cell of a column that is there is an error."""
        return self.required or self.filled

    @property
    def must_be_there(self) -> bool:
        """Whether a table without the column is an error."""
        return self.required or self.declared

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """Canonical values with their Chinese labels, also for yes/no columns."""
        return {"ternary": TERNARY, "boolean": BOOLEAN}.get(self.type, self.values)

    def header(self, lang: Lang = "zh") -> str:
        """Return the header for people."""
        return self.zh if lang == "zh" else self.name

    def word(self, value: str, lang: Lang = "zh") -> str:
        """Return the words for a canonical value; one without a label is its own."""
        if value not in self.labels:
            return value
        if lang == "zh":
            return self.labels[value]
        return {"true": "yes", "false": "no"}.get(value, value.replace("_", " "))

    @cached_property
    def lookup(self) -> Mapping[str, str]:
        """Every accepted writing, as a :func:`token`, with its canonical value."""
        return lookup_of(self.labels, self.also)


@dataclass(frozen=True, eq=False)
class Table:
    """One input or output table.

    Attributes
    ----------
    name, zh
        English and Chinese name: of the file, of the sheet.
    about
        What a row is, in Chinese and in English.
    columns
        In canonical order.
    key
        Columns that together name a row; rows are unique by it where ``unique``.
    unique
        Whether two rows of one key are an error.
    required
        Whether every run needs the table.
    also
        Further names of the file or the sheet.
    """

    name: str
    zh: str
    about: tuple[str, str]
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    unique: bool = True
    required: bool = False
    also: tuple[str, ...] = ()

    @cached_property
    def by_name(self) -> Mapping[str, Column]:
        """Columns by canonical name."""
        return {column.name: column for column in self.columns}

    @cached_property
    def by_header(self) -> Mapping[str, str]:
        """Every accepted header, as a :func:`token`, with its column's name.

        A bracketed unit at the end of a Chinese header may be left out.
        """
        found: dict[str, str] = {}
        for column in self.columns:
            for header in (column.name, column.zh, *column.headers):
                found.setdefault(token(header), column.name)
                found.setdefault(token(re.sub(r"[(（].*[)）]$", "", header)), column.name)
        return found

    @property
    def has_points(self) -> bool:
        """Whether a row has a position."""
        return "lon" in self.by_name

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every accepted name of the file or sheet, as a :func:`token`."""
        return tuple(token(name) for name in (self.name, self.zh, *self.also))


def lookup_of(values: Mapping[str, str], also: Mapping[str, str]) -> dict[str, str]:
    """Map every writing of some values, as a :func:`token`, to the canonical value."""
    found = {token(value): value for value in values}
    found |= {token(label): value for value, label in values.items()}
    return found | {token(label): value for label, value in also.items()}
