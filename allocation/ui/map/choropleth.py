"""The ground below the points: districts and townships, coloured by coverage or need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from allocation.atlas import SMALLEST_SHOWN, class_breaks
from allocation.ui import palette
from allocation.ui.frame import count, percent, say
from allocation.ui.map.icons import swatch
from allocation.ui.map.layers import (
    Ground,
    Record,
    area_layer,
    hatch_layer,
    label_layer,
    middle_of,
)
from allocation.ui.map.placing import Label, room_for

Shade = Literal["none", "coverage", "need"]
SHADES: tuple[Shade, ...] = ("none", "coverage", "need")

_COLUMN = {"coverage": "coverage", "need": "n_unserved"}
_UNIT = {"coverage": 0.01, "need": 1.0}
_HATCH_DEG = 0.012
_UNKNOWN = "#C9CDD3"
_DISTRICT_PX, _TOWNSHIP_PX, _SHADED_PX = 15, 12, 13


@dataclass(frozen=True, eq=False)
class Shading:
    """Townships with their class.

    Attributes
    ----------
    rows
        Of townships that have an area: ``district``, ``township``, ``shape``, ``lon``,
        ``lat``, ``value`` (NaN where it is not shown), ``n_eligible``, ``n_served``,
        ``colour``, ``is_small``.
    breaks
        Bounds of the classes; empty where nothing is coloured.
    """

    shade: Shade
    rows: pd.DataFrame
    breaks: tuple[float, ...]


def shading(shade: Shade, areas: pd.DataFrame, facts: pd.DataFrame) -> Shading:
    """Put townships into classes of coverage or need; fewer than five people stay unshown."""
    rows = areas.merge(facts, on=["district", "township"], how="left")
    rows = rows[rows["shape"].notna()].reset_index(drop=True)
    n_eligible = rows["n_eligible"].fillna(0)
    small = (n_eligible < SMALLEST_SHOWN).to_numpy(dtype=bool)
    if shade == "none":
        value = np.full(len(rows), np.nan)
    else:
        value = rows[_COLUMN[shade]].to_numpy(dtype=float, na_value=np.nan)
        value = np.where(small, np.nan, value)
    breaks = class_breaks(value, len(palette.SEQUENTIAL), _UNIT.get(shade, 1.0))
    colours = class_colours(len(breaks) - 1)
    inner = np.array(breaks[1:-1])
    colour = [
        _UNKNOWN if np.isnan(number) else colours[int(np.searchsorted(inner, number, "right"))]
        for number in value
    ]
    return Shading(shade, rows.assign(value=value, colour=colour, is_small=small), breaks)


def class_colours(n: int) -> tuple[str, ...]:
    """Spread the colours from little to much over some classes."""
    last = len(palette.SEQUENTIAL) - 1
    if n < 2:
        return (palette.SEQUENTIAL[last // 2],)
    return tuple(palette.SEQUENTIAL[round(row * last / (n - 1))] for row in range(n))


def finding(shaded: Shading, facts: pd.DataFrame) -> str:
    """Say what the colours show: the township that stands worst, and the city's figure."""
    known = shaded.rows[shaded.rows["value"].notna()]
    if known.empty:
        return say("app_map_title_unknown", n=SMALLEST_SHOWN)
    eligible, served = int(facts["n_eligible"].sum()), int(facts["n_served"].sum())
    if shaded.shade == "coverage":
        worst = known.iloc[int(known["value"].to_numpy().argmin())]
        return say(
            "app_map_title_coverage",
            township=worst["township"],
            share=percent(worst["value"], 0),
            city=percent(served / eligible, 0),
        )
    worst = known.iloc[int(known["value"].to_numpy().argmax())]
    return say(
        "app_map_title_need",
        township=worst["township"],
        n=count(int(worst["value"])),
        city=count(eligible - served),
    )


def legend(shaded: Shading) -> str:
    """Write the classes with their colours, as Markdown."""
    if not shaded.breaks:
        return ""
    colours = class_colours(len(shaded.breaks) - 1)
    parts = [
        f"![]({swatch(colour)}) {_bounds(shaded.shade, low, high, row == len(colours) - 1)}"
        for row, (colour, low, high) in enumerate(
            zip(colours, shaded.breaks, shaded.breaks[1:], strict=False)
        )
    ]
    if shaded.rows["is_small"].any():
        word = say("app_map_few", n=SMALLEST_SHOWN)
        parts.append(f"![]({swatch(_UNKNOWN, hatched=True)}) {word}")
    return "&emsp;".join([f"**{say(f'app_map_shade_{shaded.shade}')}**", *parts])


def ground_layers(
    districts: pd.DataFrame, shaded: Shading, ground: Ground, epoch: int
) -> list[Record]:
    """Describe the land: districts, then townships where they are coloured."""
    outlined = districts[districts["shape"].notna()]
    layers = []
    if shaded.shade == "none":
        clear = [0, 0, 0, 0]
        for name, shapes, fill, line, width in (
            ("land", outlined["shape"].tolist(), ground.land, clear, 0.0),
            ("township-lines", shaded.rows["shape"].tolist(), clear, ground.faint, 1.0),
            ("borders", outlined["shape"].tolist(), clear, ground.border, 1.6),
        ):
            fills = [fill] * len(shapes)
            layers.append(area_layer(name, shapes, fills=fills, line=line, width_px=width))
        return layers
    rows = shaded.rows
    layers.append(
        area_layer(
            "townships",
            rows["shape"].tolist(),
            fills=[[*palette.rgb(colour), 255] for colour in rows["colour"]],
            line=ground.faint,
            width_px=0.8,
            tips=_tips(rows),
            epoch=epoch,
        )
    )
    small = rows.loc[rows["is_small"], "shape"].tolist()
    if small:
        layers.append(hatch_layer("few", small, palette.rgb(palette.CANDIDATE), _HATCH_DEG))
    layers.append(
        area_layer(
            "borders",
            outlined["shape"].tolist(),
            fills=[[0, 0, 0, 0]] * len(outlined),
            line=ground.border,
            width_px=1.8,
        )
    )
    return layers


def name_layers(
    districts: pd.DataFrame, areas: pd.DataFrame, shaded: Shading, ground: Ground, zoom: float
) -> tuple[list[Record], list[Record]]:
    """Describe the names of the land, those that have room at a zoom.

    Returns
    -------
    tuple
        What lies below the places, and what lies above them.
    """
    if shaded.shade != "none":
        return _shaded_names(shaded, zoom), []
    outlined = districts[districts["shape"].notna()]
    large = [
        Label(*middle_of(shape), str(name), _DISTRICT_PX)
        for shape, name in zip(outlined["shape"], outlined["name"], strict=True)
    ]
    known = areas[areas["lon"].notna() & areas["lat"].notna()]
    small = [
        Label(lon, lat, name, _TOWNSHIP_PX)
        for lon, lat, name in zip(known["lon"], known["lat"], known["township"], strict=True)
    ]
    placed = _placed([*large, *small], zoom)
    return (
        [label_layer("township-names", placed[_TOWNSHIP_PX], ground, muted=True)],
        [label_layer("district-names", placed[_DISTRICT_PX], ground, bold=True)],
    )


def _shaded_names(shaded: Shading, zoom: float) -> list[Record]:
    """Describe the townships' names with their figures."""
    # The worst first: of two labels without room for both the first one stays.
    rows = shaded.rows.sort_values("value", ascending=shaded.shade == "coverage")
    names = [
        Label(lon, lat, f"{township}\n{_value(value, shaded.shade)}", _SHADED_PX)
        for lon, lat, township, value in zip(
            rows["lon"], rows["lat"], rows["township"], rows["value"].tolist(), strict=True
        )
    ]
    # Classes are as light or dark in every theme, and so are the letters on them.
    themes = rows["colour"].isin(palette.SEQUENTIAL_DARK).map({False: "light", True: "dark"})
    # A label that moved would seem to speak of the area it moved to.
    downs = room_for(names, zoom, may_move=False)
    placed = list(zip(names, downs, themes, strict=True))
    return [
        label_layer(
            f"township-names-{theme}",
            [(label, down) for label, down, its in placed if down is not None and its == theme],
            Ground.of(theme),
        )
        for theme in ("light", "dark")
    ]


def _placed(labels: list[Label], zoom: float) -> dict[int, list[tuple[Label, int]]]:
    """Return the labels with room by their size."""
    found: dict[int, list[tuple[Label, int]]] = {_DISTRICT_PX: [], _TOWNSHIP_PX: []}
    for label, down in zip(labels, room_for(labels, zoom), strict=True):
        if down is not None:
            found[label.size_px].append((label, down))
    return found


def township_table(facts: pd.DataFrame, shade: Shade) -> pd.DataFrame:
    """List the townships, worst first; where people are too few the numbers are missing.

    Returns
    -------
    pandas.DataFrame
        ``district``, ``township``, ``n_eligible``, ``n_served``, ``n_unserved`` and
        ``coverage`` in percent.
    """
    column = _COLUMN.get(shade, "coverage")
    shown = facts.sort_values(
        ["is_shown", column, "district", "township"],
        ascending=[False, column == "coverage", True, True],
    )
    numbers = shown[["n_eligible", "n_served", "n_unserved"]].astype("Int64")
    percents = (100 * shown["coverage"]).astype("Float64").rename("coverage")
    hidden = ~shown["is_shown"]
    return pd.concat(
        [shown[["district", "township"]], numbers.mask(hidden), percents.mask(hidden)], axis=1
    )


def _bounds(shade: Shade, low: float, high: float, is_last: bool) -> str:
    """Write the bounds of a class; only the last one includes its upper bound."""
    if shade == "coverage":
        return f"{low * 100:.0f}–{high * 100:.0f} %"
    upper = high if is_last else high - 1
    return f"{low:.0f}" if upper == low else f"{low:.0f}–{upper:.0f}"


def _value(value: float, shade: Shade) -> str:
    if np.isnan(value):
        return "–"
    return percent(value, 0) if shade == "coverage" else count(int(value))


def _tips(rows: pd.DataFrame) -> list[str]:
    few = say("app_map_few", n=SMALLEST_SHOWN)
    return [
        f"{district} {township}\n"
        + (
            few
            if is_small
            else say(
                "app_map_tip_township",
                eligible=count(int(eligible)),
                served=count(int(served)),
                share=percent(share, 1),
            )
        )
        for district, township, is_small, eligible, served, share in zip(
            rows["district"],
            rows["township"],
            rows["is_small"],
            rows["n_eligible"],
            rows["n_served"],
            rows["coverage"].tolist(),
            strict=True,
        )
    ]
