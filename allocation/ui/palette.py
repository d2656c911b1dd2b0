"""Colours that people with any colour vision tell apart (after Okabe and Ito, 2008).

A colour never stands alone: shapes, outlines and words say the same.
"""

from __future__ import annotations

AWARDED = "#1F5FA8"
RESERVED = "#E69F00"
CANDIDATE = "#8A8F98"
REFUSED = "#B23A48"
VACANT = "#009E73"
ACCENT = "#1F5FA8"
GAIN = "#009E73"
LOSS = "#D55E00"
CONFLICT = "#D55E00"
SCHOOL = "#7B4BA0"
OUTLET = "#6B717B"

SEQUENTIAL = ("#EEF3F9", "#CBDCEE", "#9DBEDF", "#6A9BCB", "#3F79B4", "#1F5590")
"""From little to much."""


def rgb(colour: str) -> list[int]:
    """Split ``#RRGGBB`` into numbers of 0–255, as map layers want them."""
    return [int(colour[start : start + 2], 16) for start in (1, 3, 5)]
