"""Map and list of the places that changed, on the page Compare.

A gain is a filled disc, a loss a ring and other holders a small dot, so that colour
never stands alone.  Places of one venue lie too close together to tell apart at the
size of a city and are one mark with their sum.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pydeck as pdk
import streamlit as st

from allocation.compare import DIRECTIONS, in_words, kind_name
from allocation.ui import address, frame, palette
from allocation.ui.compare.people import link, one_page
from allocation.ui.map.layers import Ground, main_part

if TYPE_CHECKING:
    from allocation.compare import Comparison, Moves
    from allocation.messages import Lang

HEIGHT = 470
PAGE_ROWS = 11
_HOLDERS = "holders"
_RESERVED = "reserved"
_VIEWS = (_HOLDERS, _RESERVED)
_TIP = {
    **palette.TIP_STYLE,
    # Below the pointer and centred on it: beside it, the edge of the map would cut it off.
    "width": "200px",
    "marginLeft": "-100px",
    "marginTop": "16px",
    "whiteSpace": "pre-wrap",
}


def place_section(comparison: Comparison, index: int, districts: pd.DataFrame) -> None:
    """Draw the map of gains and losses against one of the other runs, and the list.

    Parameters
    ----------
    index
        Which of the runs, 1 for the first after the base.
    districts
        Outlines to draw below the places.
    """
    moves, lang = comparison.moves[index - 1], address.lang()
    if not len(moves.places):
        st.write(frame.say("app_compare_places_none"))
        return
    view = _view(moves)
    places = of_view(moves.places, view)
    left, right = st.columns([9, 11], gap="medium")
    with left:
        _draw_map(places, view, comparison, districts, lang)
    with right:
        shown = one_page(places, f"compare.places.{moves.run_id}.{view}", PAGE_ROWS)
        st.dataframe(
            place_rows(shown, comparison, moves, lang),
            hide_index=True,
            height="content",
            column_config=_columns(),
            alt=frame.say("app_compare_places_alt"),
        )


def _columns() -> dict[str, Any]:
    """Give every column its width, so that a page of rows never moves them."""
    widths = {"place": 344, "direction": 62, "holders": 60, "reserved": 66}
    text_columns = {
        name: st.column_config.TextColumn(frame.say(f"app_compare_col_{name}"), width=width)
        for name, width in widths.items()
    }
    on_map = st.column_config.LinkColumn(
        frame.say("app_compare_col_map"), display_text=frame.say("app_compare_on_map"), width=66
    )
    return {**text_columns, "map": on_map}


def _view(moves: Moves) -> str:
    """Choose what the map shows; where numbers of holders never change, reserves do."""
    has_change = bool(moves.places["change"].any())
    has_reserved = bool(moves.places["reserved_change"].any())
    if not has_reserved:
        return _HOLDERS
    chosen: str = st.segmented_control(
        frame.say("app_compare_view"),
        _VIEWS,
        default=_HOLDERS if has_change else _RESERVED,
        format_func=lambda view: frame.say(f"app_compare_view_{view}"),
        key=f"compare.view.{moves.run_id}",
        required=True,
    )
    return chosen


def of_view(places: pd.DataFrame, view: str) -> pd.DataFrame:
    """Keep the places a view is about, with what it shows of them.

    Adds ``mark`` (gain, loss or swap), ``from`` and ``to``.
    """
    if view == _RESERVED:
        kept = places[places["reserved_change"] != 0]
        kept = kept.sort_values("reserved_change", key=abs, ascending=False, kind="stable")
        marks = kept["reserved_change"].gt(0).map({True: "gain", False: "loss"})
        return kept.assign(
            mark=marks, **{"from": kept["reserved_before"], "to": kept["reserved_after"]}
        )
    kept = places[places["direction"] != "relabel"]
    return kept.assign(mark=kept["direction"], **{"from": kept["n_before"], "to": kept["n_after"]})


def map_title(places: pd.DataFrame, view: str) -> str:
    """Say what the map finds."""
    counts = {mark: f"{int((places['mark'] == mark).sum()):,}" for mark in ("gain", "loss", "swap")}
    return frame.say(f"app_compare_map_{view}", **counts)


def _draw_map(
    places: pd.DataFrame,
    view: str,
    comparison: Comparison,
    districts: pd.DataFrame,
    lang: Lang,
) -> None:
    title = map_title(places, view)
    st.markdown(f"**{title}**")
    located = places[places["lon"].notna() & places["lat"].notna()]
    points = points_of(located, view, comparison, lang)
    if len(located):
        deck = pdk.Deck(
            layers=[*_outlines(districts), *_marks(points)],
            initial_view_state=_view_state(points, districts),
            map_provider=None,
            tooltip={"text": "{tip}", "style": _TIP},
        )
        st.pydeck_chart(deck, height=HEIGHT, alt=title)
        # Not a caption: fading would take the colours' contrast.
        st.markdown(f":small[{frame.say(f'app_compare_legend_{view}')}]")
        st.caption(frame.say("app_compare_legend_size"))
    if n_missing := len(places) - len(located):
        st.caption(frame.say("app_compare_no_points", n=f"{n_missing:,}"))


def points_of(places: pd.DataFrame, view: str, comparison: Comparison, lang: Lang) -> pd.DataFrame:
    """Sum the places of each venue to one mark; only what the browser needs.

    Columns ``lon``, ``lat``, ``mark``, ``radius`` in pixels, ``tip``.
    """
    spot = places["venue_id"].fillna(places["place_id"])
    sums = places.groupby([spot.rename("spot"), "kind"], sort=False).agg(
        lon=("lon", "mean"),
        lat=("lat", "mean"),
        before=("from", "sum"),
        after=("to", "sum"),
        n=("place_id", "size"),
        place_id=("place_id", "first"),
        venue=("venue", "first"),
        name=("name", "first"),
    )
    sums = sums.reset_index()
    change = sums["after"] - sums["before"]
    one = sums["place_id"] + (" " + sums["name"]).fillna("")
    sums["place"] = sums["venue"].where(sums["venue"].notna(), one)
    code = f"app_compare_tip_{view}"
    return pd.DataFrame(
        {
            "lon": sums["lon"],
            "lat": sums["lat"],
            "mark": np.select([change > 0, change < 0], ["gain", "loss"], "swap"),
            "radius": np.minimum(4 + 2 * np.sqrt(change.abs()), 16),
            "tip": [
                frame.say(
                    code,
                    kind=kind_name(str(row.kind), comparison, lang),
                    place=row.place,
                    before=f"{row.before:,}",
                    after=f"{row.after:,}",
                    n=f"{row.n:,}",
                )
                for row in sums.itertuples()
            ],
        }
    )


def _outlines(districts: pd.DataFrame) -> list[pdk.Layer]:
    if not len(districts):
        return []
    shapes = json.loads(gpd.GeoSeries(districts["geometry"]).to_json())
    ground = Ground.of(st.context.theme.type)
    return [
        pdk.Layer(
            "GeoJsonLayer",
            id="districts",
            data=shapes,
            stroked=True,
            filled=True,
            get_fill_color=ground.land,
            get_line_color=ground.border,
            line_width_min_pixels=1,
        )
    ]


def _marks(points: pd.DataFrame) -> list[pdk.Layer]:
    """One layer a mark: dot, ring, disc, the important ones on top."""
    looks: dict[str, dict[str, Any]] = {
        "swap": {
            "filled": True,
            "stroked": False,
            "get_fill_color": [*palette.rgb(palette.CANDIDATE), 190],
            "get_radius": 3,
        },
        "loss": {
            "filled": False,
            "stroked": True,
            "get_line_color": palette.rgb(palette.LOSS),
            "line_width_min_pixels": 2.5,
            "get_radius": "radius",
        },
        "gain": {
            "filled": True,
            "stroked": True,
            "get_fill_color": [*palette.rgb(palette.GAIN), 200],
            "get_line_color": [255, 255, 255],
            "line_width_min_pixels": 1,
            "get_radius": "radius",
        },
    }
    return [
        pdk.Layer(
            "ScatterplotLayer",
            id=mark,
            data=points[points["mark"] == mark],
            get_position=["lon", "lat"],
            radius_units=pdk.types.String("pixels"),
            pickable=True,
            **look,
        )
        for mark, look in looks.items()
        if (points["mark"] == mark).any()
    ]


def _view_state(points: pd.DataFrame, districts: pd.DataFrame) -> pdk.ViewState:
    """Fit the whole city, or the points where there are no outlines."""
    if len(districts):
        # Of every outline its largest part: islands far out would make the city small.
        mains = gpd.GeoSeries([main_part(shape) for shape in districts["geometry"]])
        west, south, east, north = (float(edge) for edge in mains.total_bounds)
    else:
        west, south = float(points["lon"].min()), float(points["lat"].min())
        east, north = float(points["lon"].max()), float(points["lat"].max())
    latitude = (south + north) / 2
    # Degrees of latitude are wider than those of longitude on a Mercator map.
    span = max(east - west, (north - south) / math.cos(math.radians(latitude)), 0.02)
    zoom = math.log2(360 * HEIGHT / 512 / span) - 0.15
    return pdk.ViewState(longitude=(west + east) / 2, latitude=latitude, zoom=zoom)


def place_rows(
    places: pd.DataFrame, comparison: Comparison, moves: Moves, lang: Lang
) -> pd.DataFrame:
    """Put rows of places into words."""
    directions = {code: frame.say(f"app_compare_direction_{code}") for code in DIRECTIONS}
    return pd.DataFrame(
        {
            "place": in_words(places, comparison, lang),
            "direction": places["direction"].map(directions),
            "holders": _arrows(places["n_before"], places["n_after"]),
            "reserved": _arrows(places["reserved_before"], places["reserved_after"]),
            "map": [link("map", run=moves.run_id, place=place) for place in places["place_id"]],
        }
    )


def _arrows(before: pd.Series, after: pd.Series) -> list[str]:
    return [
        frame.say("app_compare_arrow", before=f"{one:,}", after=f"{other:,}")
        for one, other in zip(before, after, strict=True)
    ]
