"""The map page: filters, legend, map with its card, plan of stalls, table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from allocation.atlas import SMALLEST_SHOWN
from allocation.ui import address, frame
from allocation.ui.frame import count, listed, say
from allocation.ui.map import (
    card,
    choropleth,
    context,
    filtering,
    frames,
    memory,
    overlay,
    plan,
    table,
)
from allocation.ui.map.deck import map_deck
from allocation.ui.map.layers import Ground, icon_layer, ring_layer
from allocation.ui.markdown import plain

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator
    from streamlit.elements.lib.column_types import ColumnConfig

    from allocation.runs import Run
    from allocation.ui.map.frames import Points

HEIGHT_PX = 550
CARD_PX = 360
_SHADE, _RUN = "map.shade", "map.run"
_LISTED_UNLOCATED = 5


@dataclass(frozen=True, eq=False)
class Scene:
    """What the page is about: the run, its places, the shown and the chosen ones."""

    run: Run
    points: Points
    mask: pd.Series
    chosen: pd.Series | None

    @property
    def facts(self) -> pd.DataFrame:
        """Every place."""
        return self.points.facts

    @property
    def shown(self) -> pd.DataFrame:
        """The places that pass the filters."""
        return self.facts[self.mask]

    @property
    def place_id(self) -> str:
        """Id of the chosen place, empty for none."""
        return "" if self.chosen is None else str(self.chosen["place_id"])


def _page(run: Run) -> None:
    """Draw the page of one run."""
    if st.session_state.get(_RUN) not in (None, run.run_id):
        memory.forget_run()
    st.session_state[_RUN] = run.run_id
    with st.spinner(say("app_map_loading")):
        points = frames.points(run.run_id, address.lang())
        venues = frames.venues(run.run_id, address.lang())
        frames.townships(run.run_id)
        frames.shapes(run.run_id)
    _unknown_place(points.facts)
    filtering.filter_row(run, points.facts)
    filters = memory.current_filters()
    scene = Scene(run, points, filters.mask(points.facts), _chosen(points.facts))
    shade, overlays = _layer_row(run)
    with st.container(horizontal=True, wrap=False, gap="medium"):
        with st.container(width="stretch", gap="small"):
            _map(scene, shade, overlays, filters.before_status(points.facts))
        with st.container(width=CARD_PX, height=HEIGHT_PX + 96, border=True):
            card.chooser(points.facts, scene.shown, scene.place_id)
            if scene.chosen is None:
                card.overview(points.facts)
            else:
                card.place_card(run, scene.chosen)
    _notes(scene, shade, overlays)
    if shade != "none":
        _townships(run, shade)
    plan.market_plan(run, points, venues, scene.place_id)
    table.place_table(scene.shown, scene.place_id)


def _chosen(facts: pd.DataFrame) -> pd.Series | None:
    rows = facts.loc[facts["place_id"] == address.get("place")]
    return None if rows.empty else rows.iloc[0]


def _unknown_place(facts: pd.DataFrame) -> None:
    """Say that the address names no place of this run; the page works without."""
    wanted = address.get("place")
    if not wanted or (facts["place_id"] == wanted).any():
        return
    with frame.verdict_row():
        st.warning(say("app_map_unknown_place"), icon=":material/location_off:")
        st.button(
            say("app_map_clear_choice"),
            key="map.unknown",
            type="primary",
            on_click=memory.choose,
            args=(None,),
        )


def _layer_row(run: Run) -> tuple[choropleth.Shade, tuple[str, ...]]:
    """Draw what colours the ground and what lies over it."""

    def labelled(code: str) -> DeltaGenerator:
        """Keep a label beside its control where the line is too short for both."""
        row = st.container(horizontal=True, vertical_alignment="center", width="content")
        row.caption(say(code), width="content")
        return row

    line = st.container(horizontal=True, vertical_alignment="center", gap="medium")
    with line, labelled("app_map_shade"):
        shade = st.segmented_control(
            say("app_map_shade"),
            choropleth.SHADES,
            key=_SHADE,
            default="none",
            required=True,
            format_func=lambda name: say(f"app_map_shade_{name}"),
            on_change=_shade_changed,
            label_visibility="collapsed",
            persist_state="session",
        )
    with line, labelled("app_map_layers"):
        overlays = overlay.choice(run)
    return shade or "none", overlays


def _shade_changed() -> None:
    """Seven thousand points would hide the colours: they go and come with them."""
    overlay.put_points(shown=st.session_state.get(_SHADE) in (None, "none"))


def _map(
    scene: Scene, shade: choropleth.Shade, overlays: tuple[str, ...], counted: pd.Series
) -> None:
    run_id, epoch = scene.run.run_id, memory.epoch()
    ground = Ground.of(st.context.theme.type)
    districts, areas = frames.shapes(run_id)
    facts = frames.townships(run_id)
    shaded = choropleth.shading(shade, areas, facts)
    home = filtering.box(run_id, scene.facts, None)
    view = memory.camera(memory.fit(home), scene.chosen)
    names, names_above = choropleth.name_layers(districts, areas, shaded, ground, view["zoom"])
    layers = [
        *choropleth.ground_layers(districts, shaded, ground, epoch),
        *names,
        *overlay.below(scene.run, scene.shown, scene.chosen, overlays, epoch),
    ]
    if "points" in overlays:
        layers.append(icon_layer("places", scene.points.shown(scene.mask), epoch=epoch))
    layers += names_above
    layers += context.scale_bar(home, ground)
    if scene.chosen is not None and np.isfinite(scene.chosen["lon"]):
        venues = frames.venues(run_id, address.lang())
        layers += context.around(scene.facts, venues, scene.chosen, ground)
        layers += ring_layer(float(scene.chosen["lon"]), float(scene.chosen["lat"]), ground)
    title = choropleth.finding(shaded, facts) if shade != "none" else _title(scene.facts)
    shown = say("app_map_count", n=count(int(scene.mask.sum())), total=count(len(scene.facts)))
    st.markdown(f"**{plain(title)}**")
    if memory.current_filters() != memory.Filters():
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(shown, width="content")
            st.button(
                say("app_map_clear_filters"),
                key="map.clear_filters",
                type="tertiary",
                icon=":material/filter_alt_off:",
                on_click=memory.clear_filters,
            )
    filtering.legend(scene.facts[counted])
    st.pydeck_chart(
        map_deck(layers, view),
        key=memory.CHART,
        height=HEIGHT_PX,
        on_select=memory.clicked,
        alt=say("app_map_alt", finding=title, count=shown),
    )


def _title(facts: pd.DataFrame) -> str:
    return say(
        "app_map_title_places",
        total=count(len(facts)),
        given=count(int((facts["n_awards"] > 0).sum())),
        reserved=count(int((facts["n_reserved"] > 0).sum())),
        refused=count(int((facts["status"] == "refused").sum())),
    )


def _notes(scene: Scene, shade: choropleth.Shade, overlays: tuple[str, ...]) -> None:
    """Say what the colours and circles mean, what is missing, and where outlines come from."""
    districts, areas = frames.shapes(scene.run.run_id)
    lines = []
    if shade != "none":
        shaded = choropleth.shading(shade, areas, frames.townships(scene.run.run_id))
        if words := choropleth.legend(shaded):
            st.markdown(words)
        lines.append(say("app_map_note_shade", n=SMALLEST_SHOWN))
    lines += overlay.notes(scene.run, scene.shown, overlays)
    lines += _missing(scene)
    lines.append(_source(scene.run, districts, areas))
    st.caption("  \n".join(map(plain, lines)))


def _missing(scene: Scene) -> list[str]:
    shown = scene.shown
    lines = []
    unlocated = shown.loc[shown["lon"].isna() | shown["lat"].isna(), "place_id"]
    if len(unlocated):
        ids = listed(unlocated.head(_LISTED_UNLOCATED))
        if len(unlocated) > _LISTED_UNLOCATED:
            ids = say("app_map_unlocated_more", ids=ids)
        lines.append(say("app_map_unlocated", n=count(len(unlocated)), ids=ids))
    if scene.chosen is not None and scene.place_id not in set(shown["place_id"]):
        lines.append(say("app_map_chosen_hidden"))
    return lines


def _source(run: Run, districts: pd.DataFrame, areas: pd.DataFrame) -> str:
    if districts["shape"].notna().sum() == 0:
        return say("app_map_note_ground_none")
    files = [source.file for source in run.tables.sources if source.table == "districts"]
    parts = [say("app_map_note_districts", file=files[0] if files else "districts")]
    if areas["shape"].notna().any():
        parts.insert(0, say("app_map_note_townships"))
    return ("" if address.lang() == "zh" else " ").join(parts)


def _townships(run: Run, shade: choropleth.Shade) -> None:
    facts = frames.townships(run.run_id)
    st.subheader(say("app_map_townships"), anchor=False)
    table = choropleth.township_table(facts, shade)
    columns: dict[str, ColumnConfig] = {
        name: st.column_config.TextColumn(say(f"app_map_col_{name}"))
        if name in ("district", "township")
        else st.column_config.NumberColumn(
            say(f"app_map_col_{name}"), format="%.1f %%" if name == "coverage" else "localized"
        )
        for name in map(str, table)
    }
    st.dataframe(
        table,
        hide_index=True,
        height=240,
        column_config=columns,
        placeholder=say("app_map_few", n=SMALLEST_SHOWN),
        alt=say("app_map_townships_alt", n=count(len(facts))),
    )


def draw() -> None:
    """Draw the page of the run the address names."""
    run = frame.current_run()
    frame.chips(frame.run_chips(run))
    _page(run)
