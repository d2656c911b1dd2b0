"""Charts in the look of the app: the finding as title, letters that can be read."""

from __future__ import annotations

import json
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
    draw_spec(spec_of(chart, title, ink()), title, key=key)


def spec_of(chart: Any, title: str, colours: palette.Ink) -> str:
    """Write a chart below its finding as the browser takes it, as :func:`draw_chart` does.

    Altair takes 30 ms for it, as it compares each part with the whole schema.  What is
    drawn again and again may keep the text.
    """
    finding = alt.TitleParams(title, anchor="start", fontSize=14, offset=12)
    written: str = (
        chart.properties(title=finding)
        .configure_axis(labelColor=colours.muted, titleColor=colours.muted)
        .configure_legend(labelColor=colours.text)
        .to_json(indent=None)
    )
    return written


def draw_spec(spec: str, title: str, *, key: str | None = None) -> None:
    """Draw a chart written by :func:`spec_of`."""
    st.vega_lite_chart(spec=json.loads(spec), key=key, alt=title)
