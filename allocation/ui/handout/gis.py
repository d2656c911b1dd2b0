"""Hand out: the layers for a GIS."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from allocation.export import write_geojson, write_gpkg
from allocation.export.gis import CRS, award_layer, conflict_layer, place_layer
from allocation.ui import address, frame, store
from allocation.ui.downloads import download_button
from allocation.ui.handout.preview import ROWS, show_rows

if TYPE_CHECKING:
    from allocation.runs import Run

LAYERS = {"places": place_layer, "awards": award_layer, "conflicts": conflict_layer}


def gis_section(run: Run) -> None:
    """Draw layers and downloads on the left, the first rows of a layer on the right."""
    left, right = st.columns([6, 9], gap="medium")
    with right:
        chosen = st.segmented_control(
            frame.say("app_handout_choose_layer"),
            list(LAYERS),
            default="places",
            format_func=lambda name: frame.say(f"app_handout_layer_{name}"),
            required=True,
            key="handout.layer",
            width="stretch",
        )
        _preview(run, str(chosen))
    with left:
        _layers(run, chosen == "conflicts")
        _downloads(run)
        st.caption(frame.say("app_handout_gis_is", crs=CRS))


def _layers(run: Run, conflicts_known: bool) -> None:
    numbers = {
        "places": len(run.tables.places),
        "awards": len(run.awards),
        # Conflicts need the distances of the whole city; they wait until asked for.
        "conflicts": _layer(run.run_id, "conflicts")[1] if conflicts_known else None,
    }
    rows = [
        (
            f"{frame.say(f'app_handout_layer_{name}')} {name}" if address.lang() == "zh" else name,
            frame.say("app_handout_line" if name == "conflicts" else "app_handout_point"),
            numbers[name],
            "GPKG, GeoJSON" if name == "places" else "GPKG",
        )
        for name in LAYERS
    ]
    heads = [frame.say(f"app_handout_{head}") for head in ("layer", "geometry", "features", "file")]
    table = pd.DataFrame(rows, columns=heads).astype({heads[2]: "Int64"})
    st.table(
        table.style.format({heads[2]: "{:,}"}, na_rep=frame.say("app_handout_later")),
        hide_index=True,
        border="horizontal",
        alt=frame.say("app_handout_layers_alt"),
    )


def _downloads(run: Run) -> None:
    download_button(
        frame.say("app_handout_gpkg"),
        f"{run.run_id}.gpkg",
        partial(write_gpkg, run),
        key="handout.gpkg",
        width="stretch",
        main=True,
    )
    download_button(
        frame.say("app_handout_geojson"),
        f"{run.run_id}.geojson",
        partial(write_geojson, run),
        key="handout.geojson",
        width="stretch",
    )
    places = run.tables.places
    if missing := int((places["lon"].isna() | places["lat"].isna()).sum()):
        st.caption(frame.say("app_handout_no_point", n=frame.count(missing)))


def _preview(run: Run, name: str) -> None:
    with st.spinner(frame.say("app_handout_measuring"), show_time=False):
        head, n = _layer(run.run_id, name)
    layer = frame.say(f"app_handout_layer_{name}")
    if not n:
        st.info(frame.say("app_handout_no_rows"))
        return
    show_rows(head, frame.say("app_handout_layer_alt", layer=layer))
    st.caption(
        frame.say(
            "app_handout_first",
            shown=frame.count(len(head)),
            n=frame.count(n),
            columns=len(head.columns),
        )
    )


@store.remembered(kept=len(LAYERS))
def _layer(run: Run, name: str) -> tuple[pd.DataFrame, int]:
    """First rows of a layer, the geometry as text, and the number of its features."""
    layer = LAYERS[name](run)
    head = layer.head(ROWS)
    shapes = head.geometry.to_wkt(rounding_precision=6)
    cells = pd.DataFrame(head.drop(columns="geometry")).assign(geometry=shapes)
    texts = [name for name in cells if pd.api.types.is_string_dtype(cells[name])]
    return cells.assign(**cells[texts].fillna("")), len(layer)
