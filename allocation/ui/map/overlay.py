"""What lies over the ground: spacing circles, conflict lines, schools, existing outlets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from allocation import atlas
from allocation.messages import Lang, text
from allocation.rules.spacing import school_buffer_mm
from allocation.tables.membership import is_among
from allocation.ui import address, palette, store
from allocation.ui.frame import count, listed, say
from allocation.ui.map import frames
from allocation.ui.map.layers import (
    Record,
    circle_layer,
    icon_layer,
    line_layer,
    sign_rows,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from allocation.runs import Run

OVERLAYS = ("points", "circles", "conflicts", "schools", "outlets")
_KEY = "map.overlays"


def choice(run: Run) -> tuple[str, ...]:
    """Draw the choice of what is shown besides the ground."""
    known = [name for name in OVERLAYS if _is_there(run, name)]
    kept = st.session_state.get(_KEY, ["points"])
    st.session_state[_KEY] = [name for name in kept if name in known]
    chosen = st.pills(
        say("app_map_layers"),
        known,
        key=_KEY,
        selection_mode="multi",
        format_func=lambda name: say(f"app_map_layer_{name}"),
        label_visibility="collapsed",
        persist_state="session",
    )
    return tuple(chosen)


def put_points(*, shown: bool) -> None:
    """Show or hide the places."""
    kept = [name for name in st.session_state.get(_KEY) or [] if name != "points"]
    st.session_state[_KEY] = ["points", *kept] if shown else kept


def below(
    run: Run,
    shown: pd.DataFrame,
    chosen: pd.Series | None,
    overlays: Iterable[str],
    epoch: int,
) -> list[Record | str]:
    """Describe the layers between the ground and the places, from the lowest."""
    layers: list[Record | str] = []
    if "schools" in overlays:
        layers += _schools(run, shown, epoch)
    if "outlets" in overlays:
        layers += _outlets(run, shown, epoch)
    if "circles" in overlays:
        layers += _circles(run, shown, chosen, epoch)
    if "conflicts" in overlays:
        layers += _conflicts(run, shown, chosen, epoch)
    return layers


def notes(run: Run, shown: pd.DataFrame, overlays: Iterable[str]) -> list[str]:
    """Say what the layers mean."""
    found = []
    if "circles" in overlays:
        found.append(say("app_map_note_circles"))
    if "conflicts" in overlays:
        found.append(say("app_map_note_conflicts", n=count(len(_pairs(run, shown, None)))))
    if "schools" in overlays:
        radii = sorted({mm / 1000 for kind in _kinds(shown) if (mm := _buffer(run, kind))})
        metres = listed(f"{radius:g}" for radius in radii)
        if metres:
            found.append(say("app_map_note_schools", metres=metres))
    return found


def _is_there(run: Run, name: str) -> bool:
    if name in ("circles", "conflicts"):
        return bool(run.scenario.spacing)
    if name == "schools":
        return len(run.tables.protected_sites) > 0
    return name != "outlets" or len(run.tables.existing_outlets) > 0


def _kinds(shown: pd.DataFrame) -> tuple[str, ...]:
    return tuple(sorted(shown["kind"].unique()))


def _buffer(run: Run, kind: str) -> int | None:
    return school_buffer_mm(run.scenario, kind)


def _circles(
    run: Run, shown: pd.DataFrame, chosen: pd.Series | None, epoch: int
) -> list[Record | str]:
    """Circles of the shown sites that opened by what their holder owes, and of the chosen."""
    every = frames.circles(run.run_id)
    held = every[every["is_held"] & is_among(every["place_id"], shown["place_id"])]
    if chosen is not None:
        own = every[every["place_id"] == chosen["place_id"]]
        if not own["is_held"].any():
            # Nobody holds it yet: the distance it would ask of each class of holder.
            held = pd.concat([held, own.drop_duplicates("radius_m")])
        elif chosen["place_id"] not in set(held["place_id"]):
            held = pd.concat([held, own[own["is_held"]]])
    tips = [
        say(
            "app_map_tip_circle",
            place=row.place_id,
            metres=row.radius_m,
            holder=say(f"app_map_holder_{row.holder}"),
        )
        for row in held.itertuples()
    ]
    return [circle_layer("spacing", held, tips, palette.rgb(palette.ACCENT), epoch=epoch)]


def _pairs(run: Run, shown: pd.DataFrame, chosen: pd.Series | None) -> pd.DataFrame:
    pairs = frames.conflicts(run.run_id)
    ids = shown["place_id"]
    here = is_among(pairs["place_id_a"], ids) & is_among(pairs["place_id_b"], ids)
    if chosen is not None:
        here |= (pairs[["place_id_a", "place_id_b"]] == chosen["place_id"]).any(axis=1).to_numpy()
    return pairs[here]


def _conflicts(
    run: Run, shown: pd.DataFrame, chosen: pd.Series | None, epoch: int
) -> list[Record | str]:
    pairs = _pairs(run, shown, chosen)
    places = run.tables.places.set_index("place_id")[["lon", "lat"]].round(6)
    start = places.loc[pairs["place_id_a"]].to_numpy(dtype=float)
    end = places.loc[pairs["place_id_b"]].to_numpy(dtype=float)
    ends, tips = [], []
    for a, b, row in zip(start.tolist(), end.tolist(), pairs.itertuples(), strict=True):
        if a[0] != a[0] or b[0] != b[0]:
            continue  # a measured pair without coordinates has no line
        ends.append((a, b))
        how = "app_map_how_measured" if row.measured else "app_map_how_computed"
        tips.append(
            say(
                "app_map_tip_conflict",
                a=row.place_id_a,
                b=row.place_id_b,
                metres=row.distance_m,
                required=row.required_m,
                how=say(how),
            )
        )
    return [line_layer("conflicts", ends, tips, palette.rgb(palette.CONFLICT), epoch=epoch)]


def _schools(run: Run, shown: pd.DataFrame, epoch: int) -> list[Record | str]:
    sites, tips, rows = _school_parts(run.run_id, address.lang(), _kinds(shown))
    return [
        circle_layer("school-circles", sites, tips, palette.rgb(palette.SCHOOL), epoch=epoch),
        icon_layer("schools", rows, epoch=epoch, smallest_px=8),
    ]


@store.remembered(kept=4)
def _school_parts(
    run: Run, lang: Lang, kinds: tuple[str, ...]
) -> tuple[pd.DataFrame, list[str], list[str]]:
    """Schools with their radii, what the pointer says about them, and their signs."""
    sites = atlas.school_circles(run, kinds)
    titles = sites["name"].where(sites["name"] != "", sites["site_id"])
    tips = [
        text("app_map_tip_school", lang, name=name, metres=radius)
        for name, radius in zip(titles, sites["radius_m"], strict=True)
    ]
    once = ~sites.duplicated("site_id")
    return sites, tips, sign_rows(sites[once], "school", titles[once])


def _outlets(run: Run, shown: pd.DataFrame, epoch: int) -> list[Record | str]:
    rows = _outlet_rows(run.run_id, address.lang(), _kinds(shown))
    return [icon_layer("outlets", rows, epoch=epoch, smallest_px=7)]


@store.remembered(kept=4)
def _outlet_rows(run: Run, lang: Lang, kinds: tuple[str, ...]) -> list[str]:
    table = run.tables.existing_outlets
    here = table[table["kind"].isin(kinds) & table["lon"].notna() & table["lat"].notna()]
    titles = (here["outlet_id"] + " " + here["name"].fillna("")).str.strip()
    tips = [text("app_map_tip_outlet", lang, name=title) for title in titles]
    return sign_rows(here, "outlet", tips)
