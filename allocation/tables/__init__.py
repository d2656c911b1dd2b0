"""Schema of every table: columns, Chinese headers, types, units, allowed values.

The schemas are data (:class:`Table`, :class:`Column`), so that reading, templates,
exports and documentation all say the same; :mod:`allocation.tables.schemas` makes
pandera schemas of them.  Codes stay canonical inside the program, and :func:`header`
and :func:`label` turn them into words at its edge.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from allocation.tables.city import DISTRICTS, EMPLOYERS, MEASURED_DISTANCES, TOWNSHIPS
from allocation.tables.columns import Column, ColumnType, Table, lookup_of, token
from allocation.tables.kinds import GROUPS, KINDS, ZONES
from allocation.tables.outputs import AWARDS, CHANCES, PROOFS, REFUSALS, VIOLATIONS, WAITLIST
from allocation.tables.people import APPLICANTS, APPLICATIONS, HELD_AWARDS
from allocation.tables.sites import EXISTING_OUTLETS, PLACES, PROTECTED_SITES, VENUES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from allocation.messages import Lang

INPUT_TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (
        APPLICANTS,
        PLACES,
        APPLICATIONS,
        EXISTING_OUTLETS,
        PROTECTED_SITES,
        VENUES,
        TOWNSHIPS,
        DISTRICTS,
        MEASURED_DISTANCES,
        HELD_AWARDS,
        EMPLOYERS,
    )
}
"""The tables of an input folder, by name."""

OUTPUT_TABLES: Mapping[str, Table] = {
    table.name: table for table in (AWARDS, WAITLIST, REFUSALS, CHANCES, VIOLATIONS, PROOFS)
}
"""The tables of a run folder, by name."""

__all__ = [
    "GROUPS",
    "INPUT_TABLES",
    "KINDS",
    "OUTPUT_TABLES",
    "ZONES",
    "Column",
    "ColumnType",
    "Table",
    "column_of",
    "empty_frame",
    "header",
    "label",
    "labels",
    "lookup_of",
    "table_of",
    "token",
]


def table_of(name: str) -> Table:
    """Return the schema of an input or output table."""
    return INPUT_TABLES[name] if name in INPUT_TABLES else OUTPUT_TABLES[name]


def column_of(table: str, column: str) -> Column:
    """Return the schema of a column."""
    return table_of(table).by_name[column]


def header(table: str, column: str, lang: Lang = "zh") -> str:
    """Return the header of a column for people.

    Raises
    ------
    KeyError
        When the table has no such column.
    """
    return column_of(table, column).header(lang)


def label(
    table: str,
    column: str,
    value: object,
    lang: Lang = "zh",
    more: Mapping[str, str] | None = None,
) -> str:
    """Return the words for one canonical value.

    Parameters
    ----------
    value
        A canonical value; null gives ``""``, a value without a label its own text.
    more
        Labels of values a scenario adds, such as its own kinds.
    """
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return ""
    text = str(value).lower() if isinstance(value, (bool, np.bool_)) else str(value)
    if more and text in more:
        return more[text]
    return column_of(table, column).word(text, lang)


def labels(
    table: str,
    column: str,
    values: pd.Series,
    lang: Lang = "zh",
    more: Mapping[str, str] | None = None,
) -> pd.Series:
    """Return the words for a whole column of canonical values, ``""`` for null."""
    words = {value: label(table, column, value, lang, more) for value in values.dropna().unique()}
    return values.astype("object").map(words).fillna("").astype("str")


def empty_frame(table: str) -> pd.DataFrame:
    """Return a frame without rows that has every column of a table, typed."""
    columns = table_of(table).columns
    return pd.DataFrame(
        {
            column.name: pd.Series(
                [], dtype="object" if column.type == "geometry" else column.dtype
            )
            for column in columns
        }
    )
