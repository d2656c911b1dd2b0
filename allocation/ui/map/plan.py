"""A market's stalls as a plan in metres; it needs no WebGL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st
from scipy.spatial import cKDTree

from allocation import atlas
from allocation.ui import palette
from allocation.ui.frame import count, say
from allocation.ui.map import frames, memory
from allocation.ui.map.icons import sign

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from allocation.runs import Run

VENUE = "map.venue"

WIDTH_PX, HEIGHT_PX = 1040, 560
_MOST_PX_PER_M, _NUMBER_FROM_PX = 10.0, 19.0

_SHAPES = {
    "awarded": "circle",
    "reserved": "square",
    "vacant": "circle",
    "candidate": "diamond",
    "refused": "cross",
}
_FILLS = {
    "awarded": palette.AWARDED,
    "reserved": palette.RESERVED,
    "refused": palette.REFUSED,
}
_LINES = {
    "awarded": palette.AWARDED,
    "vacant": palette.VACANT,
    "candidate": palette.CANDIDATE,
    "refused": palette.REFUSED,
}
_INKS = {"awarded": "#FFFFFF", "refused": "#FFFFFF", "reserved": "#1E2530"}
_CLEAR = "#00000000"
_DATA = ("place_id", "label", "status_name", "status", "x_m", "y_m", "number", "is_chosen", "told")
"""Columns that go to the browser; ``told`` is what a stall says to those who do not see it."""


def market_plan(
    run: Run, points: frames.Points, venues: dict[str, atlas.Venue], chosen: str
) -> None:
    """Draw the choice of a market and the plan of the one chosen."""
    if not venues:
        return
    here = points.facts.loc[points.facts["place_id"] == chosen, "venue_id"]
    if len(here) and here.iloc[0] in venues:
        st.session_state[VENUE] = here.iloc[0]
    elif st.session_state.get(VENUE) not in venues:
        st.session_state[VENUE] = None
    st.subheader(say("app_map_plan"), anchor=False)
    venue_id = _choice(points.facts, venues, chosen)
    if venue_id is None:
        return
    venue = venues[venue_id]
    stalls = points.facts[points.facts["venue_id"] == venue_id]
    stalls = stalls.join(
        atlas.stall_positions(stalls["lon"], stalls["lat"], run.scenario.space.crs)
    )
    counts = _counts(venue, stalls)
    st.markdown(f"**{counts}**")
    present = [status for status in _SHAPES if (stalls["status"] == status).any()]
    st.markdown(
        "&emsp;".join(
            f"![]({sign(status, 16)}) {say(f'app_map_status_{status}')}" for status in present
        )
    )
    located = stalls[stalls["x_m"].notna()]
    if len(located):
        _draw(located, venue, chosen, counts)
    if missing := len(stalls) - len(located):
        st.caption(say("app_map_plan_unlocated", n=missing))
    st.caption(say("app_map_plan_note"))


def _choice(facts: pd.DataFrame, venues: dict[str, atlas.Venue], chosen: str) -> str | None:
    def changed() -> None:
        venue_id = st.session_state[VENUE]
        here = facts[facts["venue_id"] == venue_id]
        if chosen and chosen not in set(here["place_id"]):
            memory.choose(None)
        known = here[here["lon"].notna() & here["lat"].notna()]
        if venue_id and len(known):
            memory.look_at(
                memory.fit(
                    (
                        float(known["lon"].min()),
                        float(known["lat"].min()),
                        float(known["lon"].max()),
                        float(known["lat"].max()),
                    )
                )
            )

    found: str | None = st.selectbox(
        say("app_map_venue"),
        list(venues),
        key=VENUE,
        index=None,
        format_func=lambda venue_id: say(
            "app_map_venue_option",
            name=venues[venue_id].name,
            n=count(venues[venue_id].n_places),
            district=venues[venue_id].district,
        ),
        on_change=changed,
        placeholder=say("app_map_venue_hint"),
        label_visibility="collapsed",
        width=420,
        persist_state="session",
    )
    return found


def _counts(venue: atlas.Venue, stalls: pd.DataFrame) -> str:
    code = "app_map_plan_counts" if venue.reserve_required else "app_map_plan_counts_open"
    return say(
        code,
        n=count(venue.n_places),
        required=count(venue.reserve_required),
        used=count(venue.reserve_used),
        given=count(int((stalls["n_awards"] > 0).sum())),
        vacant=count(int((stalls["n_awards"] == 0).sum())),
    )


def _draw(stalls: pd.DataFrame, venue: atlas.Venue, chosen: str, counts: str) -> None:
    key = memory.drawn("plan", venue.venue_id)

    def picked() -> None:
        event = st.session_state.get(key) if memory.is_drawn(key) else None
        rows = event["selection"]["pick"] if event else []
        if rows:
            memory.choose(str(rows[0]["place_id"]))

    st.altair_chart(
        plan_chart(stalls, chosen, dark=st.context.theme.type == "dark"),
        key=key,
        width="content",
        on_select=picked,
        selection_mode="pick",
        alt=say("app_map_plan_alt", name=venue.name, counts=counts),
    )


def plan_chart(stalls: pd.DataFrame, chosen: str, *, dark: bool) -> Any:
    """Build the plan: a sign with its number for every stall, to scale.

    Parameters
    ----------
    stalls
        Facts of the stalls with ``x_m`` and ``y_m``.
    """
    scale, gap_px = _scale(stalls)
    ink = palette.ink("dark" if dark else "light").text
    present = [status for status in _SHAPES if (stalls["status"] == status).any()]
    data = stalls.assign(
        number=_numbers(stalls["name"], stalls["place_id"]),
        is_chosen=stalls["place_id"] == chosen,
        told=stalls["place_id"] + " " + stalls["label"] + " " + stalls["status_name"],
    )[list(_DATA)]
    pick = alt.selection_point(name="pick", fields=["place_id"], empty=False)
    width, height = _spread(stalls)
    margin = gap_px / scale
    base = alt.Chart(data).encode(
        x=alt.X("x_m:Q", axis=None, scale=_axis(width, margin)),
        y=alt.Y("y_m:Q", axis=None, scale=_axis(height, margin)),
        tooltip=[
            alt.Tooltip("place_id:N", title=say("app_map_col_place_id")),
            alt.Tooltip("label:N", title=say("app_map_col_label")),
            alt.Tooltip("status_name:N", title=say("app_map_col_status")),
        ],
    )
    side = gap_px * 0.8
    signs = base.mark_point(size=side**2, strokeWidth=2, opacity=1).encode(
        shape=alt.Shape("status:N", scale=_by_status(present, _SHAPES, ""), legend=None),
        fill=alt.Fill("status:N", scale=_by_status(present, _FILLS, _CLEAR), legend=None),
        description=alt.Description("told:N"),
        stroke=alt.Stroke("status:N", scale=_by_status(present, _LINES, ink), legend=None),
    )
    layers = [signs.add_params(pick)]
    if gap_px >= _NUMBER_FROM_PX:
        layers.append(
            base.mark_text(
                fontSize=min(11, round(gap_px * 0.36)), fontWeight=600, aria=False
            ).encode(
                text="number:N",
                color=alt.Color("status:N", scale=_by_status(present, _INKS, ink), legend=None),
            )
        )
    layers.append(
        base.transform_filter("datum.is_chosen").mark_point(
            shape="circle",
            size=(gap_px * 1.15) ** 2,
            stroke=palette.LOSS,
            strokeWidth=3,
            filled=False,
            opacity=1,
            aria=False,
        )
    )
    return (
        alt.layer(*layers)
        .properties(
            width=round(width * scale + 2 * gap_px), height=round(height * scale + 2 * gap_px)
        )
        .configure_view(stroke=None)
    )


def _axis(length_m: float, margin_m: float) -> Any:
    return alt.Scale(domain=[-margin_m, length_m + margin_m], nice=False, zero=False)


def _by_status(present: Sequence[str], values: Mapping[str, str], default: str) -> Any:
    return alt.Scale(
        domain=list(present), range=[values.get(status, default) for status in present]
    )


def _scale(stalls: pd.DataFrame) -> tuple[float, float]:
    """Return pixels per metre, and the usual gap between neighbours in pixels."""
    width, height = _spread(stalls)
    scale = min(_MOST_PX_PER_M, WIDTH_PX / max(width, 1.0), HEIGHT_PX / max(height, 1.0))
    spots = stalls[["x_m", "y_m"]].drop_duplicates().to_numpy(dtype=float)
    if len(spots) < 2:
        return scale, 30.0
    nearest, _ = cKDTree(spots).query(spots, k=2)
    gap = float(np.median(nearest[:, 1])) * scale
    return scale, float(np.clip(gap, 6.0, 30.0))


def _spread(stalls: pd.DataFrame) -> tuple[float, float]:
    return (
        float(stalls["x_m"].max() - stalls["x_m"].min()),
        float(stalls["y_m"].max() - stalls["y_m"].min()),
    )


def _numbers(names: pd.Series, ids: pd.Series) -> pd.Series:
    """Return the stall's number as painted on it: digits of its name, else the id's end."""
    digits = names.str.extract(r"(\d+)", expand=False).str.lstrip("0")
    return digits.fillna(ids.str[-3:])
