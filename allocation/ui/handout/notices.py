"""Hand out: the place of the official notices, and the periods they will name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

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
    publicity = run.scenario.publicity
    rows = (
        ("period", "days", publicity.days, publicity.day_type),
        ("objection", "objection_reply_days", publicity.objection_reply_days, "working"),
        ("reconsideration", "reconsideration_days", publicity.reconsideration_days, "calendar"),
    )
    cells = [
        (
            frame.say(f"app_handout_{code}"),
            frame.say("app_handout_unset")
            if days is None
            else frame.say(f"public_days_{day_type}", n=days),
            _basis(run, f"publicity.{key}"),
        )
        for code, key, days, day_type in rows
    ]
    heads = ("app_handout_item", "app_handout_value", "app_handout_basis")
    st.table(
        pd.DataFrame(cells, columns=[frame.say(head) for head in heads]),
        hide_index=True,
        border="horizontal",
        alt=frame.say("app_handout_terms_alt"),
    )


def _basis(run: Run, key: str) -> str:
    """Say on what a period rests."""
    found = run.manifest["basis"].get(key)
    if found is None:
        return ""
    source = f"{found['legal_basis']} {found['article']}".strip()
    return founded(source, found["status"], address.lang())
