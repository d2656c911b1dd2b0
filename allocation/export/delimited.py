"""CSV lists for other programs; UTF-8 with a byte order mark, so that Excel reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from allocation.export.files import whole_file
from allocation.export.lists import list_frame

if TYPE_CHECKING:
    from pathlib import Path

    from allocation.messages import Lang
    from allocation.runs import Run

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_csv(
    run: Run, path: Path, lang: Lang = "zh", *, name: str = "awards", internal: bool = False
) -> None:
    """Write one list of a run.

    Parameters
    ----------
    name
        ``awards``, ``waitlist`` or ``refusals``.
    """
    frame = list_frame(run, name, lang, internal=internal)
    for column in frame.columns[[pd.api.types.is_string_dtype(frame[c]) for c in frame.columns]]:
        frame[column] = _inert(frame[column])
    with whole_file(path) as fresh:
        frame.to_csv(fresh, index=False, encoding="utf-8-sig", lineterminator="\n")


def _inert(column: pd.Series) -> pd.Series:
    """Keep a spreadsheet from reading a text as a formula."""
    return column.mask(column.str.startswith(_FORMULA_STARTS, na=False), "'" + column)
