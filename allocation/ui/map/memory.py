"""What the map page remembers: the chosen place, the camera, the filters.

The chosen place stands in the address.  A click on the map leaves the camera alone; a
choice made elsewhere (address, table, search) brings it to the place.

The browser keeps the selection of a chart by row, and rows change with the filters.
So a layer's id carries :func:`epoch`, which moves on with every click: the browser then
drops what it holds, no stale row can come back, and the next click is always news.  What
is drawn anew under another key for the same reason is named by :func:`drawn`.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd
import streamlit as st

from allocation.ui import address

CHART = "map.chart"
_EPOCH, _CAMERA, _SEEN, _DRAWN = "map.epoch", "map.camera", "map.seen", "map.drawn"

KINDS, DISTRICT, SLOT, SEARCH, STATUS = (
    "map.kinds",
    "map.district",
    "map.slot",
    "map.search",
    "map.status",
)
PAGE = "map.table.page"

WIDTH_PX, HEIGHT_PX = 730, 540
"""Size a camera is fitted to; the real chart is at least about as large."""

_TILE_PX = 512
_SITE_ZOOM, _STALL_ZOOM, _MOST_ZOOM = 13.5, 18.0, 19.0

Box = tuple[float, float, float, float]

CHINA: Box = (73.0, 18.0, 135.0, 54.0)
"""Where to look when nothing has a position."""


@dataclass(frozen=True, slots=True)
class Camera:
    """Where the map looks when it is told to look somewhere."""

    longitude: float
    latitude: float
    zoom: float

    def nudged(self, number: int) -> dict[str, float]:
        """Return the view for the browser, unlike the one before by less than a pixel.

        The browser moves only by what differs from what it was told last, so a person
        who panned away would not come back to the same place.
        """
        shift = 1e-9 * (number % 1000)
        return {
            "longitude": self.longitude + shift,
            "latitude": self.latitude + shift,
            "zoom": self.zoom + shift,
            "pitch": 0,
            "bearing": 0,
        }


@dataclass(frozen=True, slots=True)
class Filters:
    """What of the places is shown; empty means all."""

    kinds: tuple[str, ...] = ()
    district: str = ""
    slot: str = ""
    search: str = ""
    statuses: tuple[str, ...] = ()

    def before_status(self, facts: pd.DataFrame) -> pd.Series:
        """Tell which places pass every filter but the status, for counts beside it."""
        mask = pd.Series(True, index=facts.index)
        if self.kinds:
            mask &= facts["kind"].isin(self.kinds)
        if self.district:
            mask &= facts["district"] == self.district
        if self.slot:
            mask &= facts["time_slot"] == self.slot
        for word in self.search.lower().split():
            mask &= facts["search"].str.contains(word, regex=False)
        return mask

    def mask(self, facts: pd.DataFrame) -> pd.Series:
        """Tell which places are shown."""
        mask = self.before_status(facts)
        return mask & facts["status"].isin(self.statuses) if self.statuses else mask


def current_filters() -> Filters:
    """Read the filters as the widgets hold them."""
    state = st.session_state
    return Filters(
        kinds=tuple(state.get(KINDS) or ()),
        district=state.get(DISTRICT) or "",
        slot=state.get(SLOT) or "",
        search=(state.get(SEARCH) or "").strip(),
        statuses=tuple(state.get(STATUS) or ()),
    )


def clear_filters() -> None:
    """Show everything again."""
    for key, empty in ((KINDS, []), (DISTRICT, None), (SLOT, None), (SEARCH, ""), (STATUS, [])):
        st.session_state[key] = empty
    filters_changed()


def filters_changed() -> None:
    """Start over with what hangs on the rows: the page of the table, the selection."""
    st.session_state[PAGE] = 1
    _next_epoch()


def epoch() -> int:
    """Return the number in the ids of layers that can be clicked."""
    return int(st.session_state.get(_EPOCH, 0))


def drawn(part: str, *marks: object) -> str:
    """Return the key of a part that is replaced when its rows change, and take it for drawn."""
    key = ".".join(("map", part, *map(str, marks), str(epoch())))
    st.session_state.setdefault(_DRAWN, {})[part] = key
    return key


def is_drawn(key: str) -> bool:
    """Tell whether what reports a change is still on the page.

    The browser lets go of a part that was replaced when it hears that the page is done.
    What a person does before that brings the old part's last state along, and Streamlit
    then calls back for it as if it were new.
    """
    return key in st.session_state.get(_DRAWN, {}).values()


def clicked() -> None:
    """Take over the place clicked on the map; anything else clicked changes nothing."""
    event = st.session_state.get(CHART)
    objects = event["selection"]["objects"] if event else {}
    if not objects:
        return
    _next_epoch()
    if place_id := place_of(objects):
        st.session_state[_SEEN] = place_id
        address.put(place=place_id)


def place_of(objects: dict[str, list[dict[str, Any]]]) -> str:
    """Return the id of the place among the objects of a selection, empty for none."""
    return next(
        (
            str(found["place_id"])
            for layer in objects.values()
            for found in layer
            if found.get("place_id")
        ),
        "",
    )


def choose(place_id: str | None) -> None:
    """Choose a place elsewhere than on the map, or none; the camera follows."""
    address.put(place=place_id)
    st.session_state.pop(_SEEN, None)
    _next_epoch()


def camera(home: Camera, place: pd.Series | None) -> dict[str, float]:
    """Return the view to tell the browser.

    It stays as it was until a place is chosen elsewhere or :func:`look_at` moves it.
    """
    state = st.session_state
    if _CAMERA not in state:
        state[_CAMERA] = {**asdict(home), "number": 0}
    seen = None if place is None else place["place_id"]
    if seen != state.get(_SEEN):
        state[_SEEN] = seen
        if place is not None and math.isfinite(place["lon"]):
            zoom = zoom_to(str(place["kind"]))
            look_at(Camera(float(place["lon"]), float(place["lat"]), zoom))
    kept = dict(state[_CAMERA])
    number = kept.pop("number")
    return Camera(**kept).nudged(number)


def zoom_to(kind: str) -> float:
    """Return how closely to look at a place of a kind."""
    return _STALL_ZOOM if kind == "stall" else _SITE_ZOOM


def look_at(view: Camera) -> None:
    """Move the camera at the next drawing."""
    number = st.session_state.get(_CAMERA, {}).get("number", 0) + 1
    st.session_state[_CAMERA] = {**asdict(view), "number": number}


def forget_run() -> None:
    """Forget the camera; another run may be about another city."""
    for key in (_CAMERA, _SEEN):
        st.session_state.pop(key, None)
    _next_epoch()


def fit(box: Box) -> Camera:
    """Fit a camera to west, south, east, north in degrees."""
    west, south, east, north = box
    width = max(east - west, 1e-4)
    height = max(mercator(north) - mercator(south), 1e-4)
    zoom = min(
        math.log2(0.92 * WIDTH_PX * 360 / (_TILE_PX * width)),
        math.log2(0.92 * HEIGHT_PX * 360 / (_TILE_PX * height)),
        _MOST_ZOOM,
    )
    return Camera((west + east) / 2, (south + north) / 2, round(zoom, 3))


def mercator(lat: float) -> float:
    """Latitude stretched as the map draws it, in degrees."""
    return math.degrees(math.asinh(math.tan(math.radians(lat))))


def _next_epoch() -> None:
    st.session_state[_EPOCH] = epoch() + 1
