"""Colours that people with any colour vision tell apart (after Okabe and Ito, 2008).

A colour never stands alone: shapes, outlines and words say the same.
"""

from __future__ import annotations

from dataclasses import dataclass

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

SEQUENTIAL_DARK = SEQUENTIAL[-2:]
"""Those that letters stand on in white."""


@dataclass(frozen=True, slots=True)
class Ink:
    """Colours of what is drawn by hand, where the theme does not reach.

    Attributes
    ----------
    text, muted
        Letters, and those beside the point; both keep 4.5 : 1 on the page.
    accent
        Bars and marks; 3 : 1.
    """

    text: str
    muted: str
    accent: str


_INKS = {
    "light": Ink(text="#0F1720", muted="#566070", accent=ACCENT),
    "dark": Ink(text="#E8EDF4", muted="#A3AEBD", accent="#5B9BDF"),
}


def ink(theme: str | None) -> Ink:
    """Return the colours for a light or dark page; light while nobody knows."""
    return _INKS["dark" if theme == "dark" else "light"]


TIP_STYLE = {
    "backgroundColor": "#1E2530",
    "color": "#FFFFFF",
    "fontSize": "13px",
    "lineHeight": "1.5",
    "borderRadius": "4px",
    "padding": "6px 10px",
}
"""What the pointer says on a map, alike in light and dark."""


def rgb(colour: str) -> list[int]:
    """Split ``#RRGGBB`` into numbers of 0–255, as map layers want them."""
    return [int(colour[start : start + 2], 16) for start in (1, 3, 5)]
