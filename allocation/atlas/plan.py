"""Markets and their stalls: the counts of a venue, and a plan in metres."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from allocation.geo import coordinates
from allocation.rules import columns

if TYPE_CHECKING:
    import pandas as pd

    from allocation.runs import Run


@dataclass(frozen=True, slots=True)
class Venue:
    """A market, street or home with several places inside.

    Attributes
    ----------
    reserve_required, reserve_used
        Units of reserves whose scope is this venue or a place inside; 0 where there are none.
    """

    venue_id: str
    name: str
    venue_type: str
    district: str
    township: str
    n_places: int
    n_units: int
    n_awards: int
    reserve_required: int
    reserve_used: int


def venues(run: Run, facts: pd.DataFrame) -> tuple[Venue, ...]:
    """List the venues that hold two places or more, by district, township and id.

    Market cells of licences are none of them: premises lie all over a cell.

    Parameters
    ----------
    facts
        As of :func:`allocation.atlas.place_facts`.
    """
    inside = facts[(facts["venue_id"] != "") & ~facts["is_site"]]
    sums = inside.groupby("venue_id").agg(
        n_places=("place_id", "size"), n_units=("capacity", "sum"), n_awards=("n_awards", "sum")
    )
    sums = sums[sums["n_places"] > 1].astype(int)
    counts = dict(zip(sums.index, sums.to_numpy().tolist(), strict=True))
    table = run.tables.venues
    texts = {
        name: ["" if cell is None else str(cell) for cell in columns.text(table, name)]
        for name in ("venue_id", "name", "venue_type", "district", "township")
    }
    reserves = _reserves(run)
    found = []
    for row, venue_id in enumerate(texts["venue_id"]):
        if venue_id not in counts:
            continue
        n_places, n_units, n_awards = counts[venue_id]
        required, used = reserves.get(venue_id, (0, 0))
        found.append(
            Venue(
                venue_id=venue_id,
                name=texts["name"][row] or venue_id,
                venue_type=texts["venue_type"][row],
                district=texts["district"][row],
                township=texts["township"][row],
                n_places=n_places,
                n_units=n_units,
                n_awards=n_awards,
                reserve_required=required,
                reserve_used=used,
            )
        )
    return tuple(sorted(found, key=lambda venue: (venue.district, venue.township, venue.venue_id)))


def stall_positions(lon: pd.Series, lat: pd.Series, crs: str) -> pd.DataFrame:
    """Place stalls on a plan: ``x_m``, ``y_m`` metres east and north of its corner.

    Parameters
    ----------
    lon, lat
        Degrees in EPSG:4490; the result has their index, NaN where they have.
    crs
        Projected zone in metres.
    """
    x, y = coordinates.from_stored(lon.to_numpy(dtype=float), lat.to_numpy(dtype=float), crs)
    frame = lon.to_frame("lon")
    corner = [np.nanmin(axis) if np.isfinite(axis).any() else 0.0 for axis in (x, y)]
    return frame.assign(x_m=np.round(x - corner[0], 2), y_m=np.round(y - corner[1], 2))[
        ["x_m", "y_m"]
    ]


def _reserves(run: Run) -> dict[str, tuple[int, int]]:
    """Sum the reserves of every venue, those split to its places included: required, used."""
    places = run.tables.places
    venue_of = dict(zip(places["place_id"], columns.text(places, "venue_id"), strict=True))
    sums: dict[str, tuple[int, int]] = {}
    for record in run.result["reserves"]:
        if record["scope"] not in ("venue", "place"):
            continue
        scope_id = record["scope_id"]
        venue_id = venue_of.get(scope_id) or "" if record["scope"] == "place" else scope_id
        required, used = sums.get(venue_id, (0, 0))
        sums[venue_id] = (required + record["required"], used + record["used"])
    return sums
