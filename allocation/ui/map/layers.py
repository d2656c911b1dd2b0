"""Layers of the map as the browser takes them: plain records, no page.

Colours of fills and labels stand in ``_subLayerProps``: Streamlit fades what it finds at
the top of a layer for the moment between a click and its answer.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from allocation.ui import palette
from allocation.ui.map.icons import KEYS, atlas
from allocation.ui.map.placing import LINE_HEIGHT, Label

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Record = dict[str, Any]

DIGITS = 6
"""Of a coordinate in degrees: a tenth of a metre."""

OUTLINE_DIGITS = 5

_LABEL_FONT = "Noto Sans SC, Noto Sans CJK SC, Microsoft YaHei, PingFang SC, sans-serif"


@dataclass(frozen=True, slots=True)
class Ground:
    """Colours of what lies below the points, in light or dark."""

    land: list[int]
    border: list[int]
    faint: list[int]
    muted: list[int]
    text: list[int]
    halo: list[int]

    @staticmethod
    def of(theme: str | None) -> Ground:
        """Return the colours of a theme."""
        if theme == "dark":
            return Ground(
                land=[30, 38, 50, 255],
                border=[122, 136, 156, 255],
                faint=[74, 86, 104, 255],
                muted=[150, 162, 180, 255],
                text=[228, 233, 240, 255],
                halo=[18, 23, 31, 230],
            )
        return Ground(
            land=[240, 243, 247, 255],
            border=[120, 132, 150, 255],
            faint=[196, 204, 216, 255],
            muted=[92, 103, 120, 255],
            text=[30, 37, 48, 255],
            halo=[255, 255, 255, 230],
        )


def compact(record: Any) -> str:
    """Write a record without blanks."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def icon_layer(name: str, rows: Sequence[str], *, epoch: int, smallest_px: float = 10) -> str:
    """Write the layer of signs, from objects that are text already.

    Parameters
    ----------
    rows
        ``{"place_id", "p": [lon, lat], "i": sign, "t": tooltip}`` each.
    """
    picture, places = atlas()
    head = {
        "@@type": "IconLayer",
        "id": f"{name}-{epoch}",
        "pickable": True,
        "iconAtlas": picture,
        "iconMapping": places,
        "getIcon": "@@=i",
        "getPosition": "@@=p",
        # Stalls lie three metres apart: signs grow with them when one looks closely.
        "getSize": 2.2,
        "sizeUnits": "meters",
        "sizeMinPixels": smallest_px,
        "sizeMaxPixels": 30,
    }
    return compact(head)[:-1] + ',"data":[' + ",".join(rows) + "]}"


def sign_rows(frame: pd.DataFrame, sign: str, tips: Iterable[str]) -> list[str]:
    """Write things that are no places as objects of an icon layer."""
    return [
        compact({"p": [lon, lat], "i": KEYS[sign], "t": tip})
        for lon, lat, tip in zip(*_position(frame), tips, strict=True)
    ]


def area_layer(
    name: str,
    shapes: Sequence[Any],
    *,
    fills: Sequence[list[int]],
    line: list[int],
    width_px: float,
    tips: Sequence[str] | None = None,
    epoch: int = 0,
) -> Record:
    """Describe areas, each with its own fill; they answer to the pointer where they have tips."""
    data = [
        {"g": ring, "c": fill, **({"t": tips[row]} if tips else {})}
        for row, (shape, fill) in enumerate(zip(shapes, fills, strict=True))
        for ring in _rings(shape)
    ]
    return {
        "@@type": "PolygonLayer",
        "id": f"{name}-{epoch}" if tips else name,
        "pickable": tips is not None,
        "data": data,
        "getPolygon": "@@=g",
        "getLineColor": line,
        "lineWidthUnits": "pixels",
        "getLineWidth": width_px,
        "_subLayerProps": {"fill": {"getFillColor": "@@=c"}},
    }


def hatch_layer(name: str, shapes: Sequence[Any], colour: list[int], step_deg: float) -> Record:
    """Describe the hatching of areas whose numbers are too small to show."""
    lines = [part for shape in shapes for part in _hatched(shape, step_deg)]
    return path_layer(name, [_coordinates(line) for line in lines], colour, width_px=1)


def path_layer(
    name: str, paths: Sequence[list[list[float]]], colour: list[int], *, width_px: float
) -> Record:
    """Describe lines through any number of points; they do not answer to the pointer."""
    return {
        "@@type": "PathLayer",
        "id": name,
        "data": [{"g": path} for path in paths],
        "getPath": "@@=g",
        "getColor": colour,
        "widthUnits": "pixels",
        "getWidth": width_px,
    }


def label_layer(
    name: str,
    labels: Iterable[tuple[Label, int]],
    ground: Ground,
    *,
    bold: bool = False,
    muted: bool = False,
) -> Record:
    """Describe labels of one size, each moved down by some pixels."""
    placed = list(labels)
    data = [
        {
            "p": [round(label.lon, OUTLINE_DIGITS), round(label.lat, OUTLINE_DIGITS)],
            "s": label.text,
            "f": [0, down_px],
        }
        for label, down_px in placed
    ]
    return {
        **_letters(name, data, ground, bold=bold, muted=muted),
        "getSize": placed[0][0].size_px if placed else 1,
        "getPixelOffset": "@@=f",
    }


def scaled_label_layer(
    name: str,
    labels: Sequence[tuple[float, float, str]],
    ground: Ground,
    *,
    size_px: int,
    size_m: float,
    lift_px: int,
    muted: bool = False,
) -> Record:
    """Describe labels that belong to one scale: they shrink when the map is zoomed out.

    Parameters
    ----------
    size_px, size_m
        Size of the letters at most, and on the ground.
    lift_px
        How far above its point a label stands.
    """
    data = [
        {"p": [round(lon, OUTLINE_DIGITS), round(lat, OUTLINE_DIGITS)], "s": word}
        for lon, lat, word in labels
    ]
    return {
        **_letters(name, data, ground, muted=muted),
        "getSize": round(size_m, 2),
        "sizeUnits": "meters",
        "sizeMaxPixels": size_px,
        "getPixelOffset": [0, -lift_px],
    }


def _letters(
    name: str,
    data: Sequence[Record],
    ground: Ground,
    *,
    bold: bool = False,
    muted: bool = False,
) -> Record:
    return {
        "@@type": "TextLayer",
        "id": name,
        "data": data,
        "getPosition": "@@=p",
        "getText": "@@=s",
        # The letters in use are found by the browser; the default knows Latin ones only.
        "characterSet": "auto",
        "fontFamily": _LABEL_FONT,
        "fontWeight": 700 if bold else 500,
        # Tried on a screen of 96 dots per inch: a thinner edge loses strokes of characters.
        "fontSettings": {
            "sdf": True,
            "fontSize": 64,
            "buffer": 10,
            "radius": 14,
            "cutoff": 0.22,
            "smoothing": 0.18,
        },
        "outlineWidth": 4,
        "outlineColor": ground.halo,
        "lineHeight": LINE_HEIGHT,
        "_subLayerProps": {"characters": {"getColor": ground.muted if muted else ground.text}},
    }


def circle_layer(
    name: str, frame: pd.DataFrame, tips: Sequence[str], colour: list[int], *, epoch: int
) -> Record:
    """Describe circles to scale: ``radius_m`` metres around ``lon``, ``lat``."""
    data = [
        {"p": [lon, lat], "r": radius, "t": tip}
        for lon, lat, radius, tip in zip(
            *_position(frame), frame["radius_m"].tolist(), tips, strict=True
        )
    ]
    return {
        "@@type": "ScatterplotLayer",
        "id": f"{name}-{epoch}",
        "pickable": True,
        "data": data,
        "getPosition": "@@=p",
        "getRadius": "@@=r",
        "radiusUnits": "meters",
        "getFillColor": [*colour[:3], 28],
        "stroked": True,
        "getLineColor": [*colour[:3], 255],
        "lineWidthUnits": "pixels",
        "getLineWidth": 1.2,
    }


def line_layer(
    name: str,
    ends: Sequence[tuple[list[float], list[float]]],
    tips: Sequence[str],
    colour: list[int],
    *,
    epoch: int,
) -> Record:
    """Describe lines between two points each."""
    return {
        "@@type": "LineLayer",
        "id": f"{name}-{epoch}",
        "pickable": True,
        "data": [
            {"a": start, "b": end, "t": tip} for (start, end), tip in zip(ends, tips, strict=True)
        ],
        "getSourcePosition": "@@=a",
        "getTargetPosition": "@@=b",
        "getColor": [*colour[:3], 255],
        "widthUnits": "pixels",
        "getWidth": 3,
    }


def ring_layer(lon: float, lat: float, ground: Ground) -> list[Record]:
    """Describe the ring round the chosen place: light and dark, to stand out anywhere."""
    point = {"p": [round(lon, DIGITS), round(lat, DIGITS)]}
    return [
        {
            "@@type": "ScatterplotLayer",
            "id": f"chosen-{part}",
            "data": [point],
            "getPosition": "@@=p",
            "getRadius": 2.2,
            "radiusUnits": "meters",
            "radiusMinPixels": 12,
            "filled": False,
            "stroked": True,
            "getLineColor": colour,
            "lineWidthUnits": "pixels",
            "getLineWidth": width,
        }
        for part, colour, width in (
            ("halo", ground.halo, 5.5),
            ("ring", palette.rgb(palette.LOSS), 3),
        )
    ]


def middle_of(shape: Any) -> tuple[float, float]:
    """Return a point well inside a shape, for its label."""
    circle = shapely.maximum_inscribed_circle(main_part(shape), tolerance=0.005)
    lon, lat = shapely.get_coordinates(circle)[0]
    return float(lon), float(lat)


def main_part(shape: Any) -> Any:
    """Return the largest of the polygons of a shape."""
    return max(shapely.get_parts(shape), key=lambda part: part.area)


def _position(frame: pd.DataFrame) -> tuple[list[float], list[float]]:
    return frame["lon"].round(DIGITS).tolist(), frame["lat"].round(DIGITS).tolist()


def _rings(shape: Any) -> list[list[list[list[float]]]]:
    """Return polygons as rings of coordinates, holes included."""
    return [
        [_coordinates(ring) for ring in (part.exterior, *part.interiors)]
        for part in shapely.get_parts(shape)
    ]


def _coordinates(line: Any) -> list[list[float]]:
    found: list[list[float]] = np.round(shapely.get_coordinates(line), OUTLINE_DIGITS).tolist()
    return found


def _hatched(shape: Any, step_deg: float) -> list[Any]:
    west, south, east, north = shape.bounds
    height = north - south
    starts = np.arange(west - height, east, step_deg)
    lines = shapely.linestrings([[(start, south), (start + height, north)] for start in starts])
    parts = shapely.get_parts(shapely.intersection(lines, shape))
    return [part for part in parts if part.geom_type == "LineString" and not part.is_empty]
