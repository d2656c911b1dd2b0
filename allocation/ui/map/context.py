"""What tells where one is: a scale bar, and round a chosen place its neighbours' names."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from allocation.ui.frame import say
from allocation.ui.map import memory
from allocation.ui.map.layers import Ground, Record, path_layer, scaled_label_layer

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from allocation import atlas
    from allocation.ui.map.memory import Box

METRES_PER_DEGREE = 111_320.0
"""Of latitude; good to a percent, for a bar and rings nobody measures by."""

STALL_RING_M, SITE_RING_M = 50, 1000
MOST_NAMES = 12
_SIZE_PX = 12
_BAR_SHARE = 0.2
_CORNERS = 72


def scale_bar(box: Box, ground: Ground) -> list[Record]:
    """Describe a bar of a round length at the south-west of the box a map is fitted to."""
    west, south, east, _ = box
    degree = METRES_PER_DEGREE * math.cos(math.radians(south))
    metres = round_length(_BAR_SHARE * (east - west) * degree)
    end = west + metres / degree
    tick = 0.012 * (east - west)
    bar = [[west, south + tick], [west, south], [end, south], [end, south + tick]]
    length = ((west + end) / 2, south, length_words(metres))
    return [
        path_layer("scale-bar", [bar], ground.muted, width_px=1.5),
        _labels("scale-length", [length], ground, memory.fit(box).zoom, lift_px=10, muted=True),
    ]


def round_length(metres: float) -> int:
    """Return the largest of 1, 2, 5, 10 … metres that is no longer."""
    power = 10 ** math.floor(math.log10(max(metres, 1)))
    return int(max(factor for factor in (1, 2, 5) if factor * power <= max(metres, 1)) * power)


def length_words(metres: int) -> str:
    """Write a round length."""
    if metres < 1000:
        return say("app_map_metres", n=metres)
    return say("app_map_kilometres_round", n=f"{metres / 1000:g}")


def around(
    facts: pd.DataFrame, venues: Mapping[str, atlas.Venue], chosen: pd.Series, ground: Ground
) -> list[Record]:
    """Describe a ring of a round distance round a place, and the names of what is near."""
    lon, lat = float(chosen["lon"]), float(chosen["lat"])
    metres = STALL_RING_M if chosen["kind"] == "stall" else SITE_RING_M
    ring = _ring(lon, lat, metres)
    top = (lon, max(corner[1] for corner in ring), length_words(metres))
    zoom = memory.zoom_to(str(chosen["kind"]))
    names = apart(landmarks(facts, venues, chosen), zoom)
    return [
        path_layer("distance", [ring], ground.border, width_px=1),
        _labels("distance-length", [top], ground, zoom, lift_px=9, muted=True),
        _labels("near-names", names, ground, zoom, lift_px=17),
    ]


def _labels(
    name: str,
    labels: list[tuple[float, float, str]],
    ground: Ground,
    zoom: float,
    *,
    lift_px: int,
    muted: bool = False,
) -> Record:
    """Describe labels for a zoom; farther out they shrink before they pile up."""
    metres_per_px = METRES_PER_DEGREE * 360 / (512 * 2**zoom)
    if labels:
        metres_per_px *= math.cos(math.radians(labels[0][1]))
    return scaled_label_layer(
        name,
        labels,
        ground,
        size_px=_SIZE_PX,
        size_m=_SIZE_PX * metres_per_px,
        lift_px=lift_px,
        muted=muted,
    )


def landmarks(
    facts: pd.DataFrame, venues: Mapping[str, atlas.Venue], chosen: pd.Series
) -> pd.DataFrame:
    """Name the sites and markets of the city, those nearest to a place first.

    Returns
    -------
    pandas.DataFrame
        ``name``, ``lon``, ``lat``; of a market the middle of its northern edge.
    """
    is_chosen = facts["place_id"] == chosen["place_id"]
    in_market = facts["venue_id"].isin(venues) & ~facts["is_site"]
    shown = facts[(in_market | facts["is_site"] | is_chosen) & facts["lon"].notna()]
    in_market = in_market[shown.index]
    market = shown["venue_id"].map({venue_id: venue.name for venue_id, venue in venues.items()})
    named = shown.assign(
        spot=shown["venue_id"].where(in_market, shown["place_id"]),
        title=market.where(in_market, shown["label"]),
    )
    spots = named.groupby("spot", sort=False).agg(
        name=("title", "first"), lon=("lon", "mean"), lat=("lat", "max")
    )
    east = (spots["lon"] - chosen["lon"]) * math.cos(math.radians(chosen["lat"]))
    order = np.hypot(east, spots["lat"] - chosen["lat"]).argsort(kind="stable")
    nearest_first: pd.DataFrame = spots.iloc[order].reset_index(drop=True)
    return nearest_first


def apart(named: pd.DataFrame, zoom: float) -> list[tuple[float, float, str]]:
    """Keep names that do not cover one another at a zoom, the first before the later ones.

    The browser could hide what collides, but it fades what only touches.
    """
    kept: list[tuple[float, float, str]] = []
    across = 512 * 2**zoom / 360
    for lon, lat, name in zip(named["lon"], named["lat"], named["name"], strict=True):
        down = across / math.cos(math.radians(lat))
        is_free = all(
            abs(lon - other_lon) * across > _SIZE_PX * (len(name) + len(other)) / 2
            or abs(lat - other_lat) * down > 2 * _SIZE_PX
            for other_lon, other_lat, other in kept
        )
        if is_free:
            kept.append((lon, lat, name))
        if len(kept) == MOST_NAMES:
            break
    return kept


def _ring(lon: float, lat: float, metres: float) -> list[list[float]]:
    high = metres / METRES_PER_DEGREE
    wide = high / math.cos(math.radians(lat))
    turns = np.linspace(0, 2 * math.pi, _CORNERS + 1)
    corners = np.column_stack([lon + wide * np.cos(turns), lat + high * np.sin(turns)])
    found: list[list[float]] = corners.round(7).tolist()
    return found
