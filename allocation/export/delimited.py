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
    data = csv_bytes(list_frame(run, name, lang, internal=internal))
    with whole_file(path) as fresh:
        fresh.write_bytes(data)


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """Write a table as the bytes of a CSV file in which no text is a formula."""
    texts = [column for column in frame.columns if pd.api.types.is_string_dtype(frame[column])]
    inert = frame.assign(**{column: _inert(frame[column]) for column in texts})
    return inert.to_csv(index=False, lineterminator="\n").encode("utf-8-sig")


def _inert(column: pd.Series) -> pd.Series:
    """Keep a spreadsheet from reading a text as a formula."""
    return column.mask(column.str.startswith(_FORMULA_STARTS, na=False), "'" + column)
