"""Where labels have room: decided here once, so that the browser need not at every frame.

deck.gl could hide what collides.  It compiles shaders of its own for that and draws every
label twice: half a second of each visit on a machine without a graphics card.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from allocation.ui.map import memory

LINE_HEIGHT = 1.15

_GAP_PX = 2.0
_MOVES = (0.0, 0.7, -0.7, 1.2, -1.2)
"""How far down a label may move, in its own height, the least first."""


@dataclass(frozen=True, slots=True)
class Label:
    """Words centred on a point, in letters of a size."""

    lon: float
    lat: float
    text: str
    size_px: int

    @property
    def width_px(self) -> float:
        """Width of the longest line."""
        return self.size_px * max(sum(map(_breadth, line)) for line in self.text.split("\n"))

    @property
    def height_px(self) -> float:
        """Height of all lines."""
        return self.size_px * LINE_HEIGHT * (self.text.count("\n") + 1)


def room_for(labels: Sequence[Label], zoom: float, *, may_move: bool = True) -> list[int | None]:
    """Move labels up or down that would cover an earlier one at a zoom.

    Parameters
    ----------
    may_move
        Otherwise a label that would cover an earlier one is left out.

    Returns
    -------
    list
        Pixels to move each label down; None for one without room.
    """
    scale = 512 * 2**zoom / 360
    shares = _MOVES if may_move else _MOVES[:1]
    taken: list[tuple[float, float, Label]] = []
    moves: list[int | None] = []
    for label in labels:
        x, y = label.lon * scale, -memory.mercator(label.lat) * scale
        tried = (round(share * label.height_px) for share in shares)
        move = next((down for down in tried if _is_free(x, y + down, label, taken)), None)
        if move is not None:
            taken.append((x, y + move, label))
        moves.append(move)
    return moves


def _is_free(x: float, y: float, label: Label, taken: list[tuple[float, float, Label]]) -> bool:
    return all(
        abs(x - other_x) >= (label.width_px + other.width_px) / 2 + _GAP_PX
        or abs(y - other_y) >= (label.height_px + other.height_px) / 2 + _GAP_PX
        for other_x, other_y, other in taken
    )


def _breadth(char: str) -> float:
    """Width of a character in its height: full for Chinese, about half for Latin."""
    return 1.0 if unicodedata.east_asian_width(char) in "WF" else 0.6
