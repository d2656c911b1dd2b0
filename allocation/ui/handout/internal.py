"""Hand out: the office's own workbook, behind a typed confirmation."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from allocation.export.lists import LISTS, list_headers, list_title
from allocation.export.sheets import MAX_ROWS
from allocation.messages import Lang
from allocation.packs.lines import CODES_FILE
from allocation.summary import measure_blocks
from allocation.ui import address, frame
from allocation.ui.downloads import download_button
from allocation.ui.handout.apart import export_apart

if TYPE_CHECKING:
    from allocation.runs import Run

CELLS_PER_SECOND = 100_000
"""Measured on an office machine of two cores; only to say how long to wait."""
_WORTH_SAYING = 5


def internal_section(run: Run) -> None:
    """Draw what the workbook holds, and its download once the scenario's name is typed."""
    st.warning(frame.say("app_handout_internal_warn"))
    left, right = st.columns([8, 5], gap="medium")
    with left:
        st.markdown(f"**{frame.say('app_handout_sheets')}**")
        n_cells = _sheets(run)
    with right, st.container(border=True):
        _confirmed_download(run, n_cells)


def _sheets(run: Run) -> int:
    """Draw the sheets without their content; return the number of cells."""
    lang, rows, n_cells = address.lang(), [], 0
    for name in LISTS:
        n = run.result["counts"][f"n_{name}"]
        columns = list_headers(name, lang, internal=True)
        n_parts = max(1, -(-n // MAX_ROWS))
        title = list_title(name, lang)
        if n_parts > 1:
            title = frame.say("app_handout_several", name=title, n=n_parts)
        rows.append((title, n, frame.listed(columns.values())))
        n_cells += n * len(columns)
    blocks = measure_blocks(run, lang)
    rows.append(
        (
            list_title("measures", lang),
            sum(len(block.rows) for block in blocks),
            frame.say("app_handout_measures", n=len(blocks)),
        )
    )
    heads = [frame.say(f"app_handout_{code}") for code in ("sheet", "n_rows", "columns")]
    st.table(
        pd.DataFrame(rows, columns=heads).style.format({heads[1]: "{:,}"}),
        hide_index=True,
        border="horizontal",
        alt=frame.say("app_handout_sheets_alt"),
    )
    return n_cells


def _confirmed_download(run: Run, n_cells: int) -> None:
    lang, name = address.lang(), run.scenario.name
    st.markdown(frame.say("app_handout_confirm_is", name=name))
    typed = st.text_input(
        frame.say("app_handout_confirm"),
        key=f"handout.confirm.{run.run_id}",
        placeholder=frame.say("app_handout_confirm_hint"),
        autocomplete="off",
        live=True,
    )
    confirmed = (typed or "").strip() == name
    if typed:
        st.caption(
            frame.say("app_handout_confirm_right" if confirmed else "app_handout_confirm_wrong")
        )
    download_button(
        frame.say("app_handout_workbook"),
        f"{frame.say('app_handout_workbook_file')}_{run.run_id}.xlsx",
        partial(_write_workbook, run.path, lang),
        key="handout.internal.xlsx",
        width="stretch",
        main=True,
        disabled=not confirmed,
    )
    _codes(run, confirmed)
    seconds = n_cells / CELLS_PER_SECOND
    if seconds > _WORTH_SAYING:
        st.caption(
            frame.say("app_handout_slow", cells=frame.count(n_cells), seconds=round(seconds))
        )


def _codes(run: Run, confirmed: bool) -> None:
    """Offer the codes that applicants open their lines of the public pack with."""
    file = run.path / CODES_FILE
    if not file.is_file():
        return
    download_button(
        frame.say("app_handout_codes"),
        f"{frame.say('app_handout_codes_file')}_{run.run_id}.csv",
        partial(shutil.copyfile, file),
        key="handout.internal.codes",
        disabled=not confirmed,
    )
    st.caption(frame.say("app_handout_codes_is"))


def _write_workbook(run_path: Path, lang: Lang, path: Path) -> None:
    export_apart(run_path, path, "xlsx", "--internal", "--lang", lang)
