"""The map as one text for the browser, put together without walking through 7,000 points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pydeck as pdk

from allocation.ui import palette
from allocation.ui.map.layers import compact

TOOLTIP = {
    "text": "{t}",
    "style": {**palette.TIP_STYLE, "maxWidth": "320px"},
}


class TextDeck(pdk.Deck):  # type: ignore[misc]
    """A deck whose JSON is there already.

    pydeck would serialise every point anew at each interaction, with blanks.
    """

    def __init__(self, text: str) -> None:
        super().__init__(layers=[], map_provider=None, tooltip=TOOLTIP)
        self.text = text

    def to_json(self) -> str:
        """Return the text."""
        return self.text


def map_deck(layers: Sequence[str | Mapping[str, Any]], view: Mapping[str, float]) -> TextDeck:
    """Put layers together, from the lowest to the highest.

    There is no base map and no provider of one, so nothing is fetched from anywhere.
    """
    texts = [layer if isinstance(layer, str) else compact(layer) for layer in layers]
    head = compact({"initialViewState": view, "mapProvider": None, "mapStyle": "__MAP_STYLE__"})
    return TextDeck(head[:-1] + ',"layers":[' + ",".join(texts) + "]}")
