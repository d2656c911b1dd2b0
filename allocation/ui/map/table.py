"""The places below the map as a table: the same filters, the same choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from allocation.ui import address
from allocation.ui.frame import count, say
from allocation.ui.map import memory
from allocation.ui.pages import Page

if TYPE_CHECKING:
    import pandas as pd
    from streamlit.elements.lib.column_types import ColumnConfig

PAGE_SIZE = 20

_GLYPH = {"awarded": "●", "reserved": "■", "vacant": "○", "candidate": "◇", "refused": "✕"}
_WIDTHS = {
    "place_id": 76,
    "label": 252,
    "kind": 112,
    "status": 124,
    "district": 142,
    "township": 128,
    "n_awards": 80,
    "capacity": 80,
    "n_wishes": 90,
}
# Names of kinds are longer in English; those of places stay whole.
_ENGLISH_WIDTHS = {"kind": 160, "district": 104, "township": 118}
_NUMBERS = ("n_awards", "capacity", "n_wishes")
_TURNED = "map.turned"


def place_table(shown: pd.DataFrame, chosen: str) -> None:
    """Draw one page of the shown places; a row and the map choose the same place."""
    st.subheader(say("app_map_table"), anchor=False)
    if shown.empty:
        _none_shown()
        return
    ids = shown["place_id"].reset_index(drop=True)
    page = _page(ids, chosen)
    rows = shown.iloc[page.rows]
    here = rows["place_id"].tolist()
    key = memory.drawn("table", page.number)

    def picked() -> None:
        if not memory.is_drawn(key):
            return
        event = st.session_state.get(key)
        selected = event["selection"]["rows"] if event else []
        memory.choose(here[selected[0]] if selected else None)

    st.dataframe(
        table_rows(rows),
        key=key,
        column_config=_columns(),
        hide_index=True,
        height="content",
        on_select=picked,
        selection_mode="single-row",
        selection_default={"selection": {"rows": [here.index(chosen)] if chosen in here else []}},
        alt=say("app_map_table_alt", n=count(len(shown))),
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        if page.n_pages > 1:
            _pagination(page)
        st.caption(f"{page.place()}　{say('app_map_table_hint')}")


def _none_shown() -> None:
    with st.container(border=True, horizontal_alignment="center"):
        st.space("small")
        st.markdown(say("app_map_none_shown"), text_alignment="center")
        st.button(
            say("app_map_clear_filters"),
            key="map.none_shown",
            type="primary",
            on_click=memory.clear_filters,
        )
        st.space("small")


def _pagination(page: Page) -> None:
    key = memory.drawn("pages")

    def turned() -> None:
        if memory.is_drawn(key):
            st.session_state[memory.PAGE] = st.session_state[key]

    st.pagination(page.n_pages, default=page.number, key=key, on_change=turned)


def _page(ids: pd.Series, chosen: str) -> Page:
    """Return the page to show: a new choice turns to its page, once."""
    state = st.session_state
    mark = (chosen, memory.epoch())
    if chosen and state.get(_TURNED) != mark:
        at = ids.index[ids == chosen]
        if len(at):
            state[memory.PAGE] = int(at[0]) // PAGE_SIZE + 1
    state[_TURNED] = mark
    n_pages = Page(1, PAGE_SIZE, len(ids)).n_pages
    number = min(int(state.get(memory.PAGE) or 1), n_pages)
    state[memory.PAGE] = number
    return Page(number, PAGE_SIZE, len(ids))


def table_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Put places into words; numbers stay numbers, which the table aligns."""
    status = rows["status"].map(_GLYPH) + " " + rows["status_name"]
    named = rows.assign(kind=rows["kind_name"], status=status)
    return named[list(_WIDTHS)]


def _columns() -> dict[str, ColumnConfig]:
    widths = _WIDTHS | (_ENGLISH_WIDTHS if address.lang() == "en" else {})
    return {
        name: st.column_config.NumberColumn(
            say(f"app_map_col_{name}"), width=width, format="localized"
        )
        if name in _NUMBERS
        else st.column_config.TextColumn(say(f"app_map_col_{name}"), width=width)
        for name, width in widths.items()
    }
