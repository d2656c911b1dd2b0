"""What all workbooks share: options, the look of a header, cells and column widths."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

MAX_ROWS = 1_048_575
"""Rows a sheet holds below its header; a longer list goes on in a further sheet."""

OPTIONS = {
    # A name such as "=HYPERLINK(...)" is a name and never becomes a formula or a link.
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}
"""Options of :class:`xlsxwriter.Workbook`."""

HEADER = {
    "bold": True,
    "bg_color": "#1F4E79",
    "font_color": "#FFFFFF",
    "border": 1,
    "align": "center",
    "valign": "vcenter",
    "text_wrap": True,
}
"""Format of a header cell."""

A4 = 9
"""Paper size of :meth:`xlsxwriter.worksheet.Worksheet.set_paper`."""

SAMPLE = 2_000
"""Cells a column's width is measured on."""

_WIDTHS = (8, 60)


def plain_cells(column: pd.Series) -> list[Any]:
    """List the plain values of a column, null as an empty cell."""
    return column.astype("object").where(column.notna(), None).tolist()


def fitting_width(values: Sequence[object]) -> float:
    """Width of the longest text; a Chinese character takes two columns."""
    longest = max((text_width(str(value)) for value in values if value is not None), default=0)
    least, most = _WIDTHS
    return min(max(longest + 2, least), most)


def text_width(text: str) -> int:
    """Width of a text in columns of ASCII; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
