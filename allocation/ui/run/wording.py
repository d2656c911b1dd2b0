"""Words and small tables the parts of the page Run share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from allocation.scenario.fields import settings_of
from allocation.summary import Block
from allocation.ui import address, frame
from allocation.ui.markdown import plain
from allocation.ui.scenario.wording import title, value_words

if TYPE_CHECKING:
    from allocation.scenario import Scenario


def clock(seconds: float) -> str:
    """Write a duration as minutes and seconds."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    return f"{minutes:02d}:{rest:02d}"


def mode(official: bool) -> str:
    """Say trial or official."""
    return frame.say("mode_official" if official else "mode_trial")


def small_table(header: Sequence[str], rows: Sequence[Sequence[object]], alt: str) -> None:
    """Draw a small table; whole columns of numbers stand to the right, nothing is a dash."""
    columns = {
        plain(name): _column(cells) for name, cells in zip(header, _turned(rows), strict=True)
    }
    table = pd.DataFrame(columns)
    numbers = [str(name) for name in table if pd.api.types.is_numeric_dtype(table[name])]
    # Only a column of a numeric type is set to the right.
    st.table(
        table.style.format(thousands=",", precision=1, na_rep="–", subset=pd.Index(numbers)),
        border="horizontal",
        hide_index=True,
        alt=alt,
    )


def _turned(rows: Sequence[Sequence[object]]) -> list[tuple[object, ...]]:
    return list(zip(*rows, strict=True))


def _column(cells: Sequence[object]) -> pd.Series[Any]:
    if all(isinstance(cell, int | None) for cell in cells):
        return pd.Series(cells, dtype="Int64")
    if all(isinstance(cell, int | float | None) for cell in cells):
        return pd.Series(cells, dtype="Float64")
    return pd.Series([plain("–" if cell in (None, "") else _shown(cell)) for cell in cells])


def _shown(cell: object) -> str:
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


def block_table(block: Block) -> None:
    """Draw a block of measures as it is."""
    small_table(block.header, block.rows, block.title)


def placeholder_table(scenario: Scenario) -> None:
    """Draw the placeholders in use, folded away: setting, value and note of each."""
    if scenario.placeholders:
        label = frame.say("app_run_placeholders", n=len(scenario.placeholders))
        frame.folded(label, "run.placeholders", lambda: _placeholders(scenario))


def _placeholders(scenario: Scenario) -> None:
    lang, settings = address.lang(), settings_of(scenario)
    cells = []
    for row in scenario.placeholders:
        setting = settings[row.name]
        value = value_words(setting, setting.value, scenario, lang)
        cells.append((title(setting, scenario, lang), value, row.note))
    header = [frame.say(code) for code in ("col_setting", "col_value", "col_note")]
    st.caption(frame.say("app_run_placeholders_help"))
    small_table(header, cells, frame.say("block_placeholders"))
