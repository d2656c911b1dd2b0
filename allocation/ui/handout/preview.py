"""How the page shows rows of a file before it is downloaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    import pandas as pd

ROWS = 100
"""Most rows sent to the browser at once."""

_SHORT = 12
_HEIGHT = 430


def show_rows(rows: pd.DataFrame, alt: str) -> None:
    """Draw rows as a table; a long one scrolls, a short one has no empty lines."""
    st.dataframe(
        rows,
        hide_index=True,
        height=_HEIGHT if len(rows) > _SHORT else "content",
        alt=alt,
    )
