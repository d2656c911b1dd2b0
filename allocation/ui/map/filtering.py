"""The filters of the map: kinds, district, trading time, words, and the legend by status."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from allocation import tables
from allocation.summary import kind_names
from allocation.ui import address
from allocation.ui.frame import count, say
from allocation.ui.map import frames, memory
from allocation.ui.map.icons import sign
from allocation.ui.map.layers import main_part
from allocation.ui.search import search_field, search_notice

if TYPE_CHECKING:
    from allocation.runs import Run
    from allocation.ui.map.memory import Box


def filter_row(run: Run, facts: pd.DataFrame) -> None:
    """Draw the filters; none of them hides anywhere."""
    lang = address.lang()
    names = kind_names(run.scenario, lang)
    present = set(facts["kind"].unique())
    kinds = [kind for kind in run.scenario.kinds if kind in present]
    kinds += sorted(present - set(kinds))
    districts = sorted(set(facts["district"].unique()) - {""})
    slots = [slot for slot in _slots() if (facts["time_slot"] == slot).any()]
    _keep_known(kinds, districts, slots)
    columns = st.columns([4, 2, 2, 3] if slots else [4, 2, 3])
    columns[0].multiselect(
        say("app_map_kinds"),
        kinds,
        key=memory.KINDS,
        label_visibility="collapsed",
        format_func=lambda kind: names.get(kind, kind),
        placeholder=say("app_map_kinds_all"),
        on_change=memory.filters_changed,
        persist_state="session",
    )
    columns[1].selectbox(
        say("app_map_district"),
        districts,
        key=memory.DISTRICT,
        label_visibility="collapsed",
        index=None,
        placeholder=say("app_map_district_all"),
        on_change=_district_changed,
        args=(run.run_id, facts),
        persist_state="session",
    )
    if slots:
        columns[2].selectbox(
            say("app_map_slot"),
            slots,
            key=memory.SLOT,
            label_visibility="collapsed",
            index=None,
            format_func=lambda slot: tables.label("places", "time_slot", slot, lang),
            placeholder=say("app_map_slot_all"),
            on_change=memory.filters_changed,
            persist_state="session",
        )
    with columns[-1]:
        search_field(
            memory.SEARCH,
            "app_map_search",
            "app_map_search_hint",
            changed=lambda: _searched(facts["place_id"]),
            label_visibility="collapsed",
            persist_state="session",
        )
    search_notice(memory.SEARCH)


def _slots() -> list[str]:
    return list(tables.column_of("places", "time_slot").labels)


def _keep_known(kinds: list[str], districts: list[str], slots: list[str]) -> None:
    """Drop what another run had and this one has not."""
    state = st.session_state
    state[memory.KINDS] = [kind for kind in state.get(memory.KINDS) or [] if kind in kinds]
    for key, known in ((memory.DISTRICT, districts), (memory.SLOT, slots)):
        if state.get(key) not in known:
            state[key] = None


def _searched(ids: pd.Series) -> None:
    """Filter by the words; a whole id is a choice."""
    memory.filters_changed()
    wanted = (st.session_state.get(memory.SEARCH) or "").strip()
    if (ids == wanted).any():
        memory.choose(wanted)


def _district_changed(run_id: str, facts: pd.DataFrame) -> None:
    """Turn the camera to the district, or back to the city."""
    memory.filters_changed()
    name = st.session_state.get(memory.DISTRICT)
    memory.look_at(memory.fit(box(run_id, facts, name)))


def box(run_id: str, facts: pd.DataFrame, district: str | None) -> Box:
    """Return the box of the places of a district or the city, and of the main outlines."""
    districts, _ = frames.shapes(run_id)
    if district:
        facts = facts[facts["district"] == district]
        districts = districts[districts["name"] == district]
    located = facts[facts["lon"].notna() & facts["lat"].notna()]
    lon, lat = located["lon"], located["lat"]
    boxes = [(lon.min(), lat.min(), lon.max(), lat.max())] if len(located) else []
    # Of every outline its largest part: islands far out would make the city small.
    boxes += [main_part(shape).bounds for shape in districts["shape"] if shape is not None]
    if not boxes:
        return memory.CHINA
    west, south, east, north = np.array(boxes, dtype=float).T
    return float(west.min()), float(south.min()), float(east.max()), float(north.max())


def legend(counted: pd.DataFrame) -> None:
    """Draw the legend: the signs of the map with words and counts, to filter by."""
    n = counted["status"].value_counts()
    st.pills(
        say("app_map_legend"),
        frames.STATUSES,
        key=memory.STATUS,
        selection_mode="multi",
        format_func=lambda status: (
            f"![]({sign(status)}) {say(f'app_map_status_{status}')}　{count(int(n.get(status, 0)))}"
        ),
        on_change=memory.filters_changed,
        label_visibility="collapsed",
        persist_state="session",
    )
