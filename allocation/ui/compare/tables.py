"""Tables of the page Compare: what was changed, what became of the numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from allocation.compare import (
    difference_label,
    measure_name,
    number_text,
    run_label,
    setting_rows,
    signed,
)
from allocation.ui import address, frame
from allocation.ui.markdown import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pandas.io.formats.style import Styler

    from allocation.compare import Comparison, Measure
    from allocation.messages import Lang


def setting_table(comparison: Comparison) -> None:
    """Draw what was set differently; a value that is not the base's is bold."""
    lang = address.lang()
    rows = [_setting_row(row) for row in setting_rows(comparison, lang)]
    if not rows:
        st.write(frame.say("compare_same_settings"))
        return
    columns = [
        frame.say("compare_col_group"),
        frame.say("compare_col_setting"),
        *run_heads(comparison, lang),
        frame.say("compare_col_basis"),
        frame.say("compare_col_basis_status"),
    ]
    st.table(
        pd.DataFrame(rows, columns=columns),
        border="horizontal",
        hide_index=True,
        alt=frame.say("app_compare_settings_alt"),
    )


def _setting_row(row: Sequence[str]) -> list[str]:
    group, name, *values, basis, status = row
    shown = [plain(value) if value == values[0] else f"**{plain(value)}**" for value in values]
    return [plain(group), plain(name), *shown, plain(basis), plain(status)]


def run_heads(comparison: Comparison, lang: Lang) -> list[str]:
    """Heads of the columns of the runs: role and name of the scenario."""
    return [
        f"{run_label(comparison, index, lang)}　{run.name}"
        for index, run in enumerate(comparison.runs)
    ]


def measure_table(comparison: Comparison, measures: Sequence[Measure], alt_code: str) -> None:
    """Draw measures with their differences: a sign, a word, and a colour."""
    lang = address.lang()
    if not measures:
        st.write(frame.say("app_compare_no_measures"))
        return
    numbers = pd.DataFrame(
        [_measure_row(measure, comparison, lang) for measure in measures],
        columns=[frame.say("compare_col_measure"), *_number_heads(comparison, lang)],
    )
    st.table(
        _right_aligned(numbers),
        border="horizontal",
        hide_index=True,
        alt=frame.say(alt_code),
    )


def _right_aligned(numbers: pd.DataFrame) -> Styler:
    """Align all columns but the first to the right; the table's own style says left."""
    return numbers.style.set_table_styles(
        [
            {"selector": f"{cell}.col{i}", "props": "text-align: right !important"}
            for cell in ("th", "td")
            for i in range(1, len(numbers.columns))
        ]
    )


def _number_heads(comparison: Comparison, lang: Lang) -> list[str]:
    heads = [run_label(comparison, 0, lang)]
    for index in range(1, len(comparison.runs)):
        heads += [run_label(comparison, index, lang), difference_label(comparison, index, lang)]
    return heads


def _measure_row(measure: Measure, comparison: Comparison, lang: Lang) -> list[str]:
    row = [plain(measure_name(measure, comparison, lang))]
    for index, value in enumerate(measure.shown):
        row.append(plain(number_text(value, measure.unit, lang)))
        if index:
            row.append(change_words(measure, index, lang))
    return row


def change_words(measure: Measure, index: int, lang: Lang) -> str:
    """Write a difference with its sign; a word and a colour say whether it is for the better."""
    difference = measure.differences[index]
    if difference is None:
        return frame.say("app_compare_unknown")
    if not difference:
        return f":gray[{frame.say('app_compare_equal')}]"
    number = signed(difference, measure.unit, lang)
    if measure.better == "neither":
        return plain(number)
    is_better = (difference > 0) == (measure.better == "more")
    code = "app_compare_verdict_better" if is_better else "app_compare_verdict_worse"
    return f":{'green' if is_better else 'orange'}[{plain(frame.say(code, n=number))}]"
