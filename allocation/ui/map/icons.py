"""The signs of the map, drawn here: one shape per status, legible in light and dark.

Every sign has its own outline, so that it stands out against any ground and no status
rests on its colour alone.  The same pictures serve the map and its legend.
"""

from __future__ import annotations

import base64
import io
from functools import cache

from PIL import Image, ImageDraw

from allocation.ui import palette

CELL = 64
"""Pixels of a sign in the atlas; a map draws it at 8 to 30."""

_FINE = 4
_WHITE, _DARK = "#FFFFFF", "#1E2530"
_MIDDLE = CELL / 2

KEYS = {
    "awarded": "a",
    "reserved": "r",
    "vacant": "v",
    "candidate": "c",
    "refused": "x",
    "outlet": "o",
    "school": "s",
}
"""Names of the signs in the atlas, one letter to keep the points short."""


@cache
def atlas() -> tuple[str, dict[str, dict[str, object]]]:
    """Return all signs in one picture, as a data address, and where each lies in it."""
    picture = Image.new("RGBA", (CELL * len(KEYS), CELL))
    places: dict[str, dict[str, object]] = {}
    for column, (name, key) in enumerate(KEYS.items()):
        picture.paste(_sign(name), (column * CELL, 0))
        places[key] = {"x": column * CELL, "y": 0, "width": CELL, "height": CELL, "mask": False}
    return _address(picture), places


@cache
def sign(name: str, size: int = 32) -> str:
    """Return one sign as a data address, for legends and labels."""
    return _address(_sign(name).resize((size, size), Image.Resampling.LANCZOS))


@cache
def swatch(colour: str, *, hatched: bool = False) -> str:
    """Return a patch of a colour, hatched where numbers are too small to show."""
    picture = Image.new("RGBA", (24, 16), palette.CANDIDATE)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((1, 1, 22, 14), fill=colour)
    if hatched:
        for start in range(-16, 24, 6):
            draw.line((start, 15, start + 16, -1), fill=palette.CANDIDATE, width=1)
    return _address(picture)


def _sign(name: str) -> Image.Image:
    large = Image.new("RGBA", (CELL * _FINE, CELL * _FINE))
    _PEN[name](ImageDraw.Draw(large))
    return large.resize((CELL, CELL), Image.Resampling.LANCZOS)


def _disc(draw: ImageDraw.ImageDraw, radius: float, colour: str) -> None:
    low, high = (_MIDDLE - radius) * _FINE, (_MIDDLE + radius) * _FINE
    draw.ellipse((low, low, high, high), fill=colour)


def _square(draw: ImageDraw.ImageDraw, radius: float, colour: str) -> None:
    low, high = (_MIDDLE - radius) * _FINE, (_MIDDLE + radius) * _FINE
    draw.rectangle((low, low, high, high), fill=colour)


def _diamond(draw: ImageDraw.ImageDraw, radius: float, colour: str) -> None:
    low, middle, high = (
        (_MIDDLE - radius) * _FINE,
        _MIDDLE * _FINE,
        (_MIDDLE + radius) * _FINE,
    )
    draw.polygon([(middle, low), (high, middle), (middle, high), (low, middle)], fill=colour)


def _triangle(draw: ImageDraw.ImageDraw, radius: float, colour: str) -> None:
    low, middle, high = (
        (_MIDDLE - radius) * _FINE,
        _MIDDLE * _FINE,
        (_MIDDLE + radius) * _FINE,
    )
    draw.polygon([(middle, low), (high, high), (low, high)], fill=colour)


def _cross(draw: ImageDraw.ImageDraw, radius: float, width: float, colour: str) -> None:
    low, high = (_MIDDLE - radius) * _FINE, (_MIDDLE + radius) * _FINE
    cap = width * _FINE / 2
    for ends in (((low, low), (high, high)), ((low, high), (high, low))):
        draw.line(ends, fill=colour, width=round(width * _FINE))
        for x, y in ends:
            draw.ellipse((x - cap, y - cap, x + cap, y + cap), fill=colour)


def _awarded(draw: ImageDraw.ImageDraw) -> None:
    _disc(draw, 28, _WHITE)
    _disc(draw, 22, palette.AWARDED)


def _reserved(draw: ImageDraw.ImageDraw) -> None:
    _square(draw, 28, _WHITE)
    _square(draw, 25, _DARK)
    _square(draw, 19, palette.RESERVED)


def _vacant(draw: ImageDraw.ImageDraw) -> None:
    _disc(draw, 30, _WHITE)
    _disc(draw, 27, palette.VACANT)
    _disc(draw, 16, _WHITE)


def _candidate(draw: ImageDraw.ImageDraw) -> None:
    _diamond(draw, 32, _WHITE)
    _diamond(draw, 28, "#5D6470")
    _diamond(draw, 16, _WHITE)


def _refused(draw: ImageDraw.ImageDraw) -> None:
    _cross(draw, 17, 22, _WHITE)
    _cross(draw, 17, 12, palette.REFUSED)


def _outlet(draw: ImageDraw.ImageDraw) -> None:
    _disc(draw, 18, _WHITE)
    _disc(draw, 13, palette.OUTLET)


def _school(draw: ImageDraw.ImageDraw) -> None:
    _triangle(draw, 29, _WHITE)
    draw.polygon(
        [(_MIDDLE * _FINE, 13 * _FINE), (53 * _FINE, 57 * _FINE), (11 * _FINE, 57 * _FINE)],
        fill=palette.SCHOOL,
    )


_PEN = {
    "awarded": _awarded,
    "reserved": _reserved,
    "vacant": _vacant,
    "candidate": _candidate,
    "refused": _refused,
    "outlet": _outlet,
    "school": _school,
}


def _address(picture: Image.Image) -> str:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
