"""Hand out: the place of the official notices, and the periods they will name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from allocation.export.periods import PERIODS, Period, period_of
from allocation.messages.labels import founded
from allocation.ui import address, frame

if TYPE_CHECKING:
    from allocation.runs import Run


def notices_section(run: Run) -> None:
    """Say what will be here, and show the periods the scenario sets for it."""
    left, right = st.columns([7, 6], gap="medium")
    with left, st.container(border=True):
        st.markdown(f"**{frame.say('app_handout_notices_are')}**")
        st.markdown(frame.say("app_handout_notices_list"))
        st.caption(frame.say("app_handout_notices_now"))
    with right:
        st.markdown(f"**{frame.say('app_handout_terms')}**")
        _terms(run)


def _terms(run: Run) -> None:
    unset = Period(frame.say("app_handout_unset"))
    cells = []
    for code, name in zip(("period", "objection", "reconsideration"), PERIODS, strict=True):
        period = period_of(run, name, address.lang()) or unset
        cells.append((frame.say(f"app_handout_{code}"), period.words, _basis(run, name)))
    heads = ("app_handout_item", "app_handout_value", "app_handout_basis")
    st.table(
        pd.DataFrame(cells, columns=[frame.say(head) for head in heads]),
        hide_index=True,
        border="horizontal",
        alt=frame.say("app_handout_terms_alt"),
    )


def _basis(run: Run, name: str) -> str:
    """Say on what a period rests."""
    found = run.manifest["basis"].get(f"publicity.{name}")
    if found is None:
        return ""
    source = f"{found['legal_basis']} {found['article']}".strip()
    return founded(source, found["status"], address.lang())
