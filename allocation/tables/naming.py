"""The name of a place for people: one way to say it in lists, letters and on maps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allocation.tables.patterns import holds_personal_number

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd


def place_name(venue: str, name: str) -> str:
    """Join venue and place: "stall 12" alone would name a stall in every market.

    A name that says its venue already stays alone, and a name that holds a telephone or
    identity number is left out.

    Parameters
    ----------
    venue, name
        As in the tables, empty where there is none.

    Returns
    -------
    str
        Empty where neither has a name; the place's id then stands for it.
    """
    parts = [part for part in (venue.strip(), name.strip()) if part]
    parts = [part for part in parts if not holds_personal_number(part)]
    return parts[-1] if parts and parts[0] in parts[-1] else " ".join(parts)


def place_names(places: pd.DataFrame, venues: pd.DataFrame) -> dict[str, str]:
    """Name all places of a run, by place id; empty where neither has a name.

    Parameters
    ----------
    places, venues
        The tables, with ``place_id``, ``venue_id`` and ``name``.
    """
    of_venue = places["venue_id"].map(venues.set_index("venue_id")["name"])
    return dict(zip(places["place_id"], joined_names(of_venue, places["name"]), strict=True))


def joined_names(venues: Iterable[object], names: Iterable[object]) -> list[str]:
    """Name places one by one; a missing name is none."""
    return [
        place_name(*(part if isinstance(part, str) else "" for part in pair))
        for pair in zip(venues, names, strict=True)
    ]
