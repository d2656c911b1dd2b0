"""The places below the map as a table: the same filters, the same choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from allocation.ui.frame import count, say
from allocation.ui.map import memory

if TYPE_CHECKING:
    import pandas as pd

PAGE_SIZE = 20

_GLYPH = {"awarded": "●", "reserved": "■", "vacant": "○", "candidate": "◇", "refused": "✕"}
_TURNED = "map.turned"


def place_table(shown: pd.DataFrame, chosen: str) -> None:
    """Draw one page of the shown places; a row and the map choose the same place."""
    st.subheader(say("app_map_table"), anchor=False)
    if shown.empty:
        st.caption(say("app_map_none_shown"))
        return
    ids = shown["place_id"].reset_index(drop=True)
    page = _page(ids, chosen)
    first = (page - 1) * PAGE_SIZE
    rows = shown.iloc[first : first + PAGE_SIZE]
    here = rows["place_id"].tolist()
    key = f"map.table.{page}.{memory.epoch()}"

    def picked() -> None:
        event = st.session_state.get(key)
        selected = event["selection"]["rows"] if event else []
        memory.choose(here[selected[0]] if selected else None)

    st.dataframe(
        _columns(rows),
        key=key,
        hide_index=True,
        height="content",
        on_select=picked,
        selection_mode="single-row",
        selection_default={"selection": {"rows": [here.index(chosen)] if chosen in here else []}},
        alt=say("app_map_table_alt", n=count(len(shown))),
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        if len(shown) > PAGE_SIZE:
            _pagination(-(-len(shown) // PAGE_SIZE), page)
        st.caption(
            say(
                "app_map_table_page",
                first=count(first + 1),
                last=count(first + len(rows)),
                n=count(len(shown)),
            )
            + "　"
            + say("app_map_table_hint")
        )


def _pagination(pages: int, page: int) -> None:
    key = f"map.page.{memory.epoch()}"

    def turned() -> None:
        st.session_state[memory.PAGE] = st.session_state[key]

    st.pagination(pages, default=page, key=key, on_change=turned)


def _page(ids: pd.Series, chosen: str) -> int:
    """Return the page to show: a new choice turns to its page, once."""
    pages = -(-len(ids) // PAGE_SIZE)
    state = st.session_state
    mark = (chosen, memory.epoch())
    if chosen and state.get(_TURNED) != mark:
        at = ids.index[ids == chosen]
        if len(at):
            state[memory.PAGE] = int(at[0]) // PAGE_SIZE + 1
    state[_TURNED] = mark
    page = min(int(state.get(memory.PAGE) or 1), pages)
    state[memory.PAGE] = page
    return page


def _columns(rows: pd.DataFrame) -> pd.DataFrame:
    units = rows["n_awards"].astype(str) + " / " + rows["capacity"].astype(str)
    columns = {
        "place_id": rows["place_id"],
        "label": rows["label"],
        "kind": rows["kind_name"],
        "status": rows["status"].map(_GLYPH) + " " + rows["status_name"],
        "district": rows["district"],
        "township": rows["township"],
        "units": units,
        "wishes": rows["n_wishes"],
    }
    return rows.assign(**columns)[list(columns)].rename(
        columns={name: say(f"app_map_col_{name}") for name in columns}
    )
