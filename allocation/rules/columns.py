"""Columns of the input tables as plain arrays, and the error when one is missing.

The tables fill an optional column that a file does not have with empty cells.  So a
column counts as missing when it is absent, or when it is empty in every row although
the rule concerns somebody.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from allocation.messages import ScenarioError
from allocation.tables import header

if TYPE_CHECKING:
    from allocation.instance import Bools, Floats, Ints, Strings

Dates = NDArray[np.datetime64]
T = TypeVar("T")


def text(frame: pd.DataFrame, column: str) -> Strings:
    """Return a text column as objects, ``None`` where a cell is empty."""
    if column not in frame:
        return np.full(len(frame), None, dtype=object)
    cells = frame[column]
    values: Strings = cells.to_numpy(dtype=object, copy=True)
    values[cells.isna().to_numpy()] = None
    return values


def number_text(frame: pd.DataFrame, column: str) -> pd.Series[str]:
    """Return official numbers without blanks and in capitals, null where a cell is empty."""
    cells = pd.Series(text(frame, column), dtype="str").str.strip().str.upper()
    return cells.where(cells != "")


def numbers(frame: pd.DataFrame, column: str) -> Floats:
    """Return a number column as floats, NaN where a cell is empty."""
    if column not in frame:
        return np.full(len(frame), np.nan)
    return frame[column].to_numpy(dtype=np.float64, na_value=np.nan)


def flags(frame: pd.DataFrame, column: str) -> Bools:
    """Return a boolean column, false where a cell is empty."""
    if column not in frame:
        return np.zeros(len(frame), dtype=np.bool_)
    return frame[column].astype("boolean").to_numpy(dtype=np.bool_, na_value=False)


def dates(frame: pd.DataFrame, column: str) -> Dates:
    """Return a date column as days, NaT where a cell is empty."""
    if column not in frame:
        return np.full(len(frame), "NaT", dtype="datetime64[D]")
    return pd.to_datetime(frame[column]).to_numpy().astype("datetime64[D]")


def times(frame: pd.DataFrame, column: str) -> Dates:
    """Return a column of moments as seconds, NaT where a cell is empty."""
    if column not in frame:
        return np.full(len(frame), "NaT", dtype="datetime64[s]")
    return pd.to_datetime(frame[column]).to_numpy().astype("datetime64[s]")


def is_word(frame: pd.DataFrame, column: str, *words: str) -> Bools:
    """Tell where a text column holds one of the words; an empty cell never does."""
    if column not in frame:
        return np.zeros(len(frame), dtype=np.bool_)
    return frame[column].isin(words).to_numpy(dtype=np.bool_, copy=True)


def positions(frame: pd.DataFrame, column: str) -> Ints:
    """Return a column of row positions."""
    return frame[column].to_numpy(dtype=np.int64)


class Cells:
    """The columns of one table, each made an array once, however many rules read it.

    Parameters
    ----------
    frame
        The table.  What is returned belongs to all who ask for it: nobody changes it.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame
        self._made: dict[Hashable, Any] = {}

    def once(self, make: Callable[[Cells], T]) -> T:
        """Return what a function makes of the table."""
        return self._once(make, lambda: make(self))

    def text(self, column: str) -> Strings:
        """Return a text column; see :func:`text`."""
        return self._once((text, column), lambda: text(self.frame, column))

    def numbers(self, column: str) -> Floats:
        """Return a number column; see :func:`numbers`."""
        return self._once((numbers, column), lambda: numbers(self.frame, column))

    def dates(self, column: str) -> Dates:
        """Return a date column; see :func:`dates`."""
        return self._once((dates, column), lambda: dates(self.frame, column))

    def is_word(self, column: str, *words: str) -> Bools:
        """Tell where a text column holds one of the words; see :func:`is_word`."""
        return self._once((is_word, column, words), lambda: is_word(self.frame, column, *words))

    def _once(self, key: Hashable, make: Callable[[], T]) -> T:
        if key not in self._made:
            self._made[key] = make()
        made: T = self._made[key]
        return made


def require(
    frame: pd.DataFrame,
    table: str,
    column: str,
    rule: str,
    kind: str = "",
    concerned: Bools | None = None,
) -> None:
    """Refuse to go on where a rule needs a column that the table does not have.

    Parameters
    ----------
    frame, table
        The table and its name.
    column
        Column the rule reads.
    rule, kind
        Code of the rule and the kind of place it is applied to; empty for rules
        about applicants alone.
    concerned
        Rows the rule is about; default all.  A rule about nobody needs no column.

    Raises
    ------
    ScenarioError
        ``rule_needs_column``.
    """
    if not (len(frame) if concerned is None else concerned.any()):
        return
    if column not in frame or not frame[column].notna().any():
        raise ScenarioError(
            "rule_needs_column",
            rule=rule,
            kind=kind or "*",
            table=table,
            column=column,
            header=header(table, column),
        )
