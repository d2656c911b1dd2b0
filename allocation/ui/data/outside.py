"""Points outside the city, on a small map and as a table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pydeck as pdk
import shapely
import streamlit as st
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from allocation import tables
from allocation.read import Review
from allocation.read.stray import MARGIN_M
from allocation.ui import address
from allocation.ui.frame import count, say
from allocation.ui.palette import ACCENT, LOSS, rgb

MOST_ROWS = 200
MOST_POINTS = 2_000
HEIGHT_PX = 360
_WIDTH_PX = 540
_SIMPLER_DEG = 0.0005


def stray_points(review: Review, *, bounded: bool) -> None:
    """Draw the points outside the city, or say that there are none.

    Parameters
    ----------
    bounded
        Whether the scenario states the bounds of the city.
    """
    st.subheader(say("app_data_stray"), anchor=False)
    stray = review.stray
    if stray.empty:
        without_outlines = "none_bounds" if bounded else "unchecked"
        state = "none" if _outlined(review) else without_outlines
        st.markdown(say(f"app_data_stray_{state}", margin=count(int(MARGIN_M))))
        return
    st.markdown(say("app_data_stray_some", n=count(len(stray))))
    left, right = st.columns(2, gap="medium")
    with left:
        _map(review, stray)
        st.caption(f"● {say('app_data_stray_people')}　○ {say('app_data_stray_sites')}")
    with right:
        _table(stray)
        st.caption(say("app_data_stray_errors"))


def _outlined(review: Review) -> bool:
    return bool(review.tables["districts"].accepted["geometry"].notna().any())


def _table(stray: pd.DataFrame) -> None:
    lang = address.lang()
    some = stray.head(MOST_ROWS)
    words = {name: tables.table_of(name).zh if lang == "zh" else name for name in some["table"]}
    shown = pd.DataFrame(
        {
            "table": some["table"].map(words),
            "row": some["row"].astype("Int64"),
            "id": some["id"],
            "name": some["name"],
            "beyond": [
                None if np.isnan(metres) else say("app_data_km", km=f"{metres / 1000:,.1f}")
                for metres in some["beyond_m"]
            ],
        }
    )
    text = {
        name: st.column_config.TextColumn(say(f"app_data_col_{name}"), width=width)
        for name, width in {"table": 100, "id": 90, "name": 120, "beyond": 130}.items()
    }
    row = st.column_config.NumberColumn(say("app_data_col_row"), format="%d", width=70)
    st.dataframe(
        shown,
        hide_index=True,
        height=HEIGHT_PX if len(shown) > 9 else "content",
        placeholder="–",
        alt=say("app_data_stray_table_alt"),
        column_config={**text, "row": row},
    )
    if len(stray) > len(some):
        st.caption(say("app_data_stray_shown", shown=len(some), n=count(len(stray))))


def _map(review: Review, stray: pd.DataFrame) -> None:
    some = stray.head(MOST_POINTS)
    shapes = _outlines(review)
    deck = pdk.Deck(
        layers=[_ground(shapes), _points(some, people=True), _points(some, people=False)],
        initial_view_state=_view(some, shapes),
        map_provider=None,
        tooltip={"text": "{what}"},
    )
    with st.container(border=True):
        st.pydeck_chart(
            deck,
            height=HEIGHT_PX,
            key="data.stray",
            alt=say("app_data_stray_alt", n=count(len(stray))),
        )


def _outlines(review: Review) -> list[BaseGeometry]:
    frame = review.tables["districts"].accepted
    return [shapely.simplify(shape, _SIMPLER_DEG) for shape in frame["geometry"].dropna()]


def _ground(shapes: list[BaseGeometry]) -> pdk.Layer:
    features = [
        {"type": "Feature", "properties": {"what": ""}, "geometry": mapping(shape)}
        for shape in shapes
    ]
    return pdk.Layer(
        "GeoJsonLayer",
        {"type": "FeatureCollection", "features": features},
        id="districts",
        filled=True,
        get_fill_color=[138, 143, 152, 40],
        get_line_color=[138, 143, 152],
        line_width_min_pixels=1,
    )


def _points(stray: pd.DataFrame, *, people: bool) -> pdk.Layer:
    """Homes are filled, everything else is open: the two differ without colour."""
    some = stray[(stray["table"] == "applicants") == people]
    lang = address.lang()
    data = [
        {
            "at": [float(lon), float(lat)],
            "what": f"{tables.table_of(table).zh if lang == 'zh' else table} {code}",
        }
        for table, code, lon, lat in zip(
            some["table"], some["id"], some["lon"], some["lat"], strict=True
        )
    ]
    colour = rgb(LOSS if people else ACCENT)
    look: dict[str, Any] = {
        "get_fill_color": [*colour, 230 if people else 0],
        "get_line_color": colour,
        "stroked": True,
        "line_width_min_pixels": 2,
    }
    return pdk.Layer(
        "ScatterplotLayer",
        data,
        id="people" if people else "sites",
        get_position="at",
        get_radius=1,
        radius_min_pixels=5,
        radius_max_pixels=5,
        pickable=True,
        **look,
    )


def _view(stray: pd.DataFrame, shapes: list[BaseGeometry]) -> pdk.ViewState:
    """Look at the city and the stray points together."""
    west, east = float(stray["lon"].min()), float(stray["lon"].max())
    south, north = float(stray["lat"].min()), float(stray["lat"].max())
    for shape in shapes:
        sides = shapely.bounds(shape)
        west, south = min(west, sides[0]), min(south, sides[1])
        east, north = max(east, sides[2]), max(north, sides[3])
    width = max(east - west, 0.02) * 1.15
    height = max(north - south, 0.02) * 1.15 / np.cos(np.radians((south + north) / 2))
    zoom = np.log2(min(_WIDTH_PX * 360 / (512 * width), HEIGHT_PX * 360 / (512 * height)))
    return pdk.ViewState(
        longitude=(west + east) / 2, latitude=(south + north) / 2, zoom=float(max(zoom, 0.0))
    )
