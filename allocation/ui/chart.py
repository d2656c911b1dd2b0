"""Charts in the look of the app: the finding as title, letters that can be read."""

from __future__ import annotations

from typing import Any

import altair as alt
import streamlit as st

from allocation.ui import palette


def ink() -> palette.Ink:
    """Return the colours of the page as the browser shows it."""
    return palette.ink(st.context.theme.type)


def draw_chart(chart: Any, title: str, *, key: str | None = None) -> None:
    """Draw a chart below its finding.

    Parameters
    ----------
    chart
        An Altair chart without title; its letters get the colours of the page, as
        Streamlit's own for axes are too pale on white.
    title
        The finding, also read out in place of the picture.
    """
    muted = ink().muted
    drawn = (
        chart.properties(title=alt.TitleParams(title, anchor="start", fontSize=14, offset=12))
        .configure_axis(labelColor=muted, titleColor=muted)
        .configure_legend(labelColor=ink().text)
    )
    st.altair_chart(drawn, key=key, alt=title)
